/* SPDX-License-Identifier: MIT */
/* Values of [Pool] that are not about replies: where it serves, and which addresses it gives out.
 */

#include <errno.h>
#include <net/if.h>
#include <string.h>

#include "basic/text.h"
#include "setting/assignment.h"
#include "setting/parsers.h"

enum {
        SUBNET_LENGTH_MIN = 8, /* anything shorter has addresses that no host can have */
        SUBNET_LENGTH_MAX = 32,
        INTERFACES_MAX = 256,
        RELAYS_MAX = 1024,
};

/* Names as the kernel takes them, and shell globs of them. */
static bool interface_pattern_is_valid(const char *pattern) {
        bool is_glob = strpbrk(pattern, "*?[") != NULL;

        /* The kernel takes a comma, but who writes one means two names. */
        if (!strchr(pattern, '[') && strchr(pattern, ','))
                return false;
        if (strchr(pattern, '/') || strchr(pattern, ':') || string_equal(pattern, ".") ||
                string_equal(pattern, ".."))
                return false;
        return is_glob || strlen(pattern) < IFNAMSIZ;
}

int setting_parse_interfaces(const Assignment *assignment, void *target) {
        _cleanup_(strv_freep) char **words = NULL;
        PoolSettings *pool = target;
        char shown[QUOTE_MAX];
        size_t n_words;
        int r;

        r = strv_split(assignment->value, &words);
        if (r < 0)
                return r;
        n_words = strv_length(words);
        for (size_t i = 0; i < n_words; i++)
                if (!interface_pattern_is_valid(words[i]))
                        return assignment_refuse(assignment,
                                "'%s' is no interface name of at most 15 bytes and no glob such "
                                "as eth*",
                                quote(words[i], shown));

        if (strv_length(pool->interfaces) + n_words > INTERFACES_MAX)
                return assignment_refuse(
                        assignment, "more than %d names; use a glob", INTERFACES_MAX);
        return strv_move(&pool->interfaces, &words);
}

void setting_reset_interfaces(const SettingKey *key _unused_, void *target) {
        PoolSettings *pool = target;

        pool->interfaces = strv_free(pool->interfaces);
}

int setting_format_interfaces(const SettingKey *key _unused_, const void *target, char ***ret) {
        const PoolSettings *pool = target;

        return strv_append(ret, pool->interfaces);
}

/* A prefix, or an address as one of length 32. */
static int parse_relay(const Assignment *assignment, const char *word, Ipv4Prefix *ret) {
        char shown[QUOTE_MAX], network[IPV4_PREFIX_STRING_MAX], hint[PREFIX_HINT_MAX];
        Ipv4Prefix prefix = {.length = 32};

        if (ipv4_parse(word, &prefix.address) < 0 &&
                (ipv4_prefix_parse(word, &prefix) < 0 || prefix.length < SUBNET_LENGTH_MIN))
                return assignment_refuse(assignment,
                        "'%s' is neither an IPv4 address such as 10.1.2.1 nor a prefix such as "
                        "10.1.0.0/16, whose length is %d to %d%s",
                        quote(word, shown), SUBNET_LENGTH_MIN, SUBNET_LENGTH_MAX,
                        suggest_prefix(word, hint));
        if (!ipv4_is_unicast(prefix.address))
                return assignment_refuse(assignment,
                        "'%s' cannot be a relay's address; 1.0.0.0 to 223.255.255.255 without "
                        "127.0.0.0/8 can",
                        quote(word, shown));
        if (prefix.address != ipv4_prefix_network(prefix)) {
                const uint8_t length = prefix.length;

                prefix.address = ipv4_prefix_network(prefix);
                return assignment_refuse(assignment,
                        "the address of '%s' has bits set after its first %u; the prefix is %s",
                        quote(word, shown), length, ipv4_prefix_format(prefix, network));
        }
        *ret = prefix;
        return 0;
}

int setting_parse_relays(const Assignment *assignment, void *target) {
        _cleanup_(strv_freep) char **words = NULL;
        PoolSettings *pool = target;
        size_t n_words;
        int r;

        r = strv_split(assignment->value, &words);
        if (r < 0)
                return r;
        n_words = strv_length(words);
        if (pool->n_relays + n_words > RELAYS_MAX)
                return assignment_refuse(
                        assignment, "more than %d relays; use a prefix", RELAYS_MAX);

        _cleanup_free_ Ipv4Prefix *grown = calloc(pool->n_relays + n_words, sizeof(*grown));
        if (!grown)
                return -ENOMEM;
        for (size_t i = 0; i < pool->n_relays; i++)
                grown[i] = pool->relays[i];
        for (size_t i = 0; i < n_words; i++) {
                r = parse_relay(assignment, words[i], &grown[pool->n_relays + i]);
                if (r < 0)
                        return r;
        }

        free(pool->relays);
        pool->relays = TAKE_PTR(grown);
        pool->n_relays += n_words;
        return 0;
}

void setting_reset_relays(const SettingKey *key _unused_, void *target) {
        PoolSettings *pool = target;

        free(TAKE_PTR(pool->relays));
        pool->n_relays = 0;
}

int setting_format_relays(const SettingKey *key _unused_, const void *target, char ***ret) {
        const PoolSettings *pool = target;
        char text[IPV4_PREFIX_STRING_MAX];
        int r = 0;

        for (size_t i = 0; i < pool->n_relays && r >= 0; i++)
                r = strv_extend(ret, pool->relays[i].length == 32
                                             ? ipv4_format(pool->relays[i].address, text)
                                             : ipv4_prefix_format(pool->relays[i], text));
        return r;
}

int setting_parse_subnet(const Assignment *assignment, void *target) {
        PoolSettings *pool = target;
        char network[IPV4_PREFIX_STRING_MAX], hint[PREFIX_HINT_MAX];
        Ipv4Prefix prefix;

        if (ipv4_prefix_parse(assignment->value, &prefix) < 0 ||
                prefix.length < SUBNET_LENGTH_MIN || prefix.length > SUBNET_LENGTH_MAX)
                return assignment_refuse(assignment,
                        "not a subnet, which looks like 192.168.1.0/24; its length is %d to %d%s",
                        SUBNET_LENGTH_MIN, SUBNET_LENGTH_MAX,
                        suggest_prefix(assignment->value, hint));
        if (!ipv4_is_unicast(prefix.address))
                return assignment_refuse(assignment,
                        "no host can have an address of it; 1.0.0.0 to 223.255.255.255 without "
                        "127.0.0.0/8 can be served");
        if (prefix.address != ipv4_prefix_network(prefix)) {
                prefix.address = ipv4_prefix_network(prefix);
                return assignment_refuse(assignment,
                        "the address has bits set behind its first %u; the subnet is %s",
                        prefix.length, ipv4_prefix_format(prefix, network));
        }
        pool->subnet = prefix;
        return 0;
}

void setting_reset_subnet(const SettingKey *key _unused_, void *target) {
        PoolSettings *pool = target;

        pool->subnet = (Ipv4Prefix){0};
}

int setting_format_subnet(const SettingKey *key _unused_, const void *target, char ***ret) {
        const PoolSettings *pool = target;
        char text[IPV4_PREFIX_STRING_MAX];

        return pool->subnet.length == 0 ? 0
                                        : strv_extend(ret, ipv4_prefix_format(pool->subnet, text));
}

int setting_parse_range(const Assignment *assignment, void *target) {
        Ipv4Range **ranges = setting_member(assignment->key, target), range, *grown;
        size_t *n_ranges = setting_count(assignment->key, target);
        int r;

        r = ipv4_range_parse(assignment->value, &range);
        if (r == -ERANGE)
                return assignment_refuse(assignment, "the last address lies before the first");
        if (r < 0)
                return assignment_refuse(assignment,
                        "neither a range such as 192.168.1.100-192.168.1.200 nor one address; "
                        "repeat the key for more than one");

        grown = reallocarray(*ranges, *n_ranges + 1, sizeof(*grown));
        if (!grown)
                return -ENOMEM;
        grown[(*n_ranges)++] = range;
        *ranges = grown;
        return 0;
}

void setting_reset_range(const SettingKey *key, void *target) {
        Ipv4Range **ranges = setting_member(key, target);

        free(*ranges);
        *ranges = NULL;
        *(size_t *) setting_count(key, target) = 0;
}

int setting_format_range(const SettingKey *key, const void *target, char ***ret) {
        Ipv4Range *const *ranges = setting_const_member(key, target);
        const size_t n = *(const size_t *) setting_const_count(key, target);
        char text[IPV4_RANGE_STRING_MAX];
        int r = 0;

        for (size_t i = 0; i < n && r >= 0; i++)
                r = strv_extend(ret, ipv4_range_format((*ranges)[i], text));
        return r;
}

int setting_parse_conflict_detection(const Assignment *assignment, void *target) {
        PoolSettings *pool = target;
        ConflictDetection value;

        value = conflict_detection_from_string(assignment->value);
        if (value == CONFLICT_DETECTION_INVALID)
                return assignment_refuse(assignment, "not one of ahead, strict and off");
        pool->conflict_detection = value;
        return 0;
}

int setting_format_conflict_detection(
        const SettingKey *key _unused_, const void *target, char ***ret) {
        const PoolSettings *pool = target;

        return strv_extend(ret, conflict_detection_to_string(pool->conflict_detection));
}
