/* SPDX-License-Identifier: MIT */
/* Keys that are one DHCP option each, encoded as it goes over the wire.
 *
 * Invariant: reply->sent_options has a bit for each option whose value is SendOption='s; the last
 * assignment wins, whichever of the two keys it uses. */

#include <errno.h>
#include <string.h>

#include "basic/text.h"
#include "setting/assignment.h"
#include "setting/parsers.h"
#include "wire/message.h"
#include "wire/protocol.h"

enum {
        MTU_MIN = 68,                  /* RFC 2132 5.1 */
        IPV6_ONLY_WAIT_MIN = 300,      /* MIN_V6ONLY_WAIT, RFC 8925 3.4 */
        CAPTIVE_PORTAL_SIZE_MAX = 255, /* RFC 8910 2.1 */
        TIMEZONE_SIZE_MAX = 255,
};

bool reply_settings_is_sent(const ReplySettings *reply, uint8_t code) {
        return reply->sent_options[code / 8] & 1U << code % 8;
}

static void forget_sent(ReplySettings *reply, uint8_t code) {
        if (!reply_settings_is_sent(reply, code))
                return;
        option_set_remove(&reply->options, code);
        reply->sent_options[code / 8] &= (uint8_t) ~(1U << code % 8);
}

int reply_settings_put(const Assignment *assignment, ReplySettings *reply, uint8_t code,
        const void *data, size_t size) {
        if (size > OPTION_VALUE_MAX)
                return assignment_refuse(assignment,
                        "option %u would have %zu bytes; at most %d fit into a reply", code, size,
                        OPTION_VALUE_MAX);
        forget_sent(reply, code);
        return option_set_put(&reply->options, code, data, size);
}

int reply_settings_append(const Assignment *assignment, ReplySettings *reply, uint8_t code,
        const void *data, size_t size) {
        const OptionValue *old = NULL;

        if (!reply_settings_is_sent(reply, code))
                old = option_set_get(&reply->options, code);
        if (size + (old ? old->size : 0U) > OPTION_VALUE_MAX)
                return assignment_refuse(assignment,
                        "option %u would have %zu bytes; at most %d fit into a reply", code,
                        size + (old ? old->size : 0U), OPTION_VALUE_MAX);
        forget_sent(reply, code);
        return option_set_append(&reply->options, code, data, size);
}

void setting_reset_option(const SettingKey *key, void *target) {
        ReplySettings *reply = target;

        forget_sent(reply, key->option);
        option_set_remove(&reply->options, key->option);
}

int setting_parse_option_addresses(const Assignment *assignment, void *target) {
        _cleanup_(strv_freep) char **words = NULL;
        _cleanup_(buffer_done) Buffer data = BUFFER_INIT;
        ipv4_t address;
        int r;

        r = strv_split(assignment->value, &words);
        if (r < 0)
                return r;
        for (char **word = words; *word; word++) {
                uint8_t bytes[sizeof(ipv4_t)];

                r = assignment_parse_address(assignment, *word, &address);
                if (r < 0)
                        return r;
                wire_put_u32(bytes, address);
                r = buffer_append(&data, bytes, sizeof(bytes));
                if (r < 0)
                        return r;
        }
        return reply_settings_append(
                assignment, target, assignment->key->option, data.data, data.size);
}

int setting_parse_router(const Assignment *assignment, void *target) {
        ReplySettings *reply = target;
        int r;

        if (!*assignment->value) {
                setting_reset_option(assignment->key, target);
                reply->no_router = true;
                return 0;
        }
        r = setting_parse_option_addresses(assignment, target);
        if (r < 0)
                return r;
        reply->no_router = false;
        return 0;
}

int setting_parse_option_domain(const Assignment *assignment, void *target) {
        const char *domain = assignment->value;
        size_t size = strlen(domain);

        if (!domain_name_is_valid(domain))
                return assignment_refuse(assignment,
                        "not a domain name such as home.arpa: labels of 1 to 63 letters, digits "
                        "and hyphens, joined by dots, 253 bytes in all");
        if (domain[size - 1] == '.')
                size--;
        return reply_settings_put(assignment, target, assignment->key->option, domain, size);
}

int setting_parse_option_search(const Assignment *assignment, void *target) {
        const uint8_t code = assignment->key->option;
        _cleanup_(strv_freep) char **words = NULL;
        _cleanup_(buffer_done) Buffer data = BUFFER_INIT;
        const ReplySettings *reply = target;
        const OptionValue *old;
        char shown[QUOTE_MAX];
        int r;

        r = strv_split(assignment->value, &words);
        if (r < 0)
                return r;
        old = reply_settings_is_sent(reply, code) ? NULL : option_set_get(&reply->options, code);
        if (old) {
                r = buffer_append(&data, old->data, old->size);
                if (r < 0)
                        return r;
        }
        for (char **word = words; *word; word++) {
                r = option_encode_search(&data, *word);
                if (r == -EINVAL)
                        return assignment_refuse(assignment,
                                "'%s' is no domain name, which looks like home.arpa",
                                quote(*word, shown));
                if (r < 0)
                        return r;
        }
        return reply_settings_put(assignment, target, code, data.data, data.size);
}

int setting_parse_option_broadcast(const Assignment *assignment, void *target) {
        uint8_t bytes[sizeof(ipv4_t)];
        ipv4_t address;
        int r;

        r = ipv4_parse(assignment->value, &address);
        if (r < 0 || address != IPV4_BROADCAST) {
                r = assignment_parse_address(assignment, assignment->value, &address);
                if (r < 0)
                        return r;
        }
        wire_put_u32(bytes, address);
        return reply_settings_put(
                assignment, target, assignment->key->option, bytes, sizeof(bytes));
}

int setting_parse_option_mtu(const Assignment *assignment, void *target) {
        uint8_t bytes[sizeof(uint16_t)];
        uint64_t mtu;
        int r;

        r = assignment_parse_number(assignment, assignment->value, MTU_MIN, UINT16_MAX, &mtu);
        if (r < 0)
                return r;
        wire_put_u16(bytes, (uint16_t) mtu);
        return reply_settings_put(
                assignment, target, assignment->key->option, bytes, sizeof(bytes));
}

int setting_parse_option_route(const Assignment *assignment, void *target) {
        _cleanup_(strv_freep) char **words = NULL;
        _cleanup_(buffer_done) Buffer data = BUFFER_INIT;
        char network[IPV4_PREFIX_STRING_MAX], hint[PREFIX_HINT_MAX];
        Ipv4Route route;
        int r;

        r = strv_split(assignment->value, &words);
        if (r < 0)
                return r;
        if (strv_length(words) != 2 || ipv4_prefix_parse(words[0], &route.destination) < 0)
                return assignment_refuse(assignment,
                        "not PREFIX GATEWAY such as 10.0.0.0/8 192.168.1.2; repeat the key for "
                        "more than one%s",
                        suggest_prefix(words[0] ? words[0] : "", hint));
        if (route.destination.address != ipv4_prefix_network(route.destination)) {
                route.destination.address = ipv4_prefix_network(route.destination);
                return assignment_refuse(assignment,
                        "the address has bits set behind its first %u; the network is %s",
                        route.destination.length, ipv4_prefix_format(route.destination, network));
        }

        /* RFC 3442: a gateway of 0.0.0.0 says that the destination is on the link. */
        if (ipv4_parse(words[1], &route.gateway) < 0 || route.gateway != 0) {
                r = assignment_parse_address(assignment, words[1], &route.gateway);
                if (r < 0)
                        return r;
        }
        r = option_encode_route(&data, &route);
        if (r < 0)
                return r;
        return reply_settings_append(
                assignment, target, assignment->key->option, data.data, data.size);
}

int setting_parse_option_ipv6_only(const Assignment *assignment, void *target) {
        uint8_t bytes[sizeof(uint32_t)];
        usec_t wait;
        int r;

        r = assignment_parse_seconds(assignment, IPV6_ONLY_WAIT_MIN, &wait);
        if (r < 0)
                return r;
        wire_put_u32(bytes, wait == USEC_INFINITY ? UINT32_MAX : (uint32_t) (wait / USEC_PER_SEC));
        return reply_settings_put(
                assignment, target, assignment->key->option, bytes, sizeof(bytes));
}

/* Whether the text has the form SCHEME:REST in the characters of RFC 3986. */
static bool uri_is_valid(const char *uri) {
        static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
        size_t n = strspn(uri, letters);

        if (n == 0)
                return false;
        while (uri[n] && (strchr(letters, uri[n]) || strchr("0123456789+-.", uri[n])))
                n++;
        if (uri[n] != ':' || !uri[n + 1])
                return false;
        for (const char *p = uri; *p; p++)
                if (*p <= ' ' || *p > '~' || strchr("\"<>\\^`{|}", *p))
                        return false;
        return true;
}

int setting_parse_captive_portal(const Assignment *assignment, void *target) {
        const char *uri = assignment->value;

        if (!uri_is_valid(uri) || strlen(uri) > CAPTIVE_PORTAL_SIZE_MAX)
                return assignment_refuse(assignment,
                        "not a URI such as https://portal.example/api, of at most %d bytes",
                        CAPTIVE_PORTAL_SIZE_MAX);
        return reply_settings_put(assignment, target, assignment->key->option, uri, strlen(uri));
}

/* A TZ string of POSIX ("CET-1CEST,M3.5.0,M10.5.0/3") starts with a name of three letters or more,
 * or one in angle brackets, and an offset. A few names of the database look like that, too, and say
 * the same ("EST5EDT"). */
static bool timezone_is_posix(const char *text) {
        const char *p = text;

        if (*p == '<') {
                p = strchr(p, '>');
                if (!p)
                        return false;
                p++;
        } else {
                while ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z'))
                        p++;
                if (p - text < 3)
                        return false;
        }
        if (*p == '+' || *p == '-')
                p++;
        if (*p < '0' || *p > '9')
                return false;
        return strspn(text, "<>abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                            "+-:,./") == strlen(text);
}

static bool timezone_is_name(const char *text) {
        const char *p = text;

        for (;;) {
                size_t n = strspn(p, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                     "0123456789_+-");

                if (n == 0 || (p[0] == '-' && p == text))
                        return false;
                p += n;
                if (!*p)
                        return true;
                if (*p++ != '/')
                        return false;
        }
}

int setting_parse_timezone(const Assignment *assignment, void *target) {
        const char *zone = assignment->value;
        uint8_t code;

        if (timezone_is_posix(zone))
                code = DHCP_OPTION_POSIX_TIMEZONE;
        else if (timezone_is_name(zone))
                code = DHCP_OPTION_TZDB_TIMEZONE;
        else
                code = DHCP_OPTION_PAD;
        if (code == DHCP_OPTION_PAD || strlen(zone) > TIMEZONE_SIZE_MAX)
                return assignment_refuse(assignment,
                        "neither a name such as Europe/Berlin nor a POSIX TZ string such as "
                        "CET-1CEST,M3.5.0,M10.5.0/3");
        return reply_settings_put(assignment, target, code, zone, strlen(zone));
}

void setting_reset_timezone(const SettingKey *key _unused_, void *target) {
        static const uint8_t codes[] = {DHCP_OPTION_POSIX_TIMEZONE, DHCP_OPTION_TZDB_TIMEZONE};
        ReplySettings *reply = target;

        for (size_t i = 0; i < ELEMENTSOF(codes); i++) {
                forget_sent(reply, codes[i]);
                option_set_remove(&reply->options, codes[i]);
        }
}
