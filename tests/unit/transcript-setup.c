/* SPDX-License-Identifier: MIT */

/* The part of a transcript that says what is served. Keys of pools and hosts alike:
 * option=CODE:HEX, lease=SPAN, min=, max=, next-server=, sname=,
 * file=[ARCHITECTURE:VENDOR:USER:]NAME, no-router. Keys of pools alone: interface=, exclude=,
 * authoritative=, unknown=deny, rapid, bootp, conflict=, disabled. Keys of hosts: mac=, id=,
 * circuit=, address=, hostname=, pool=, deny. */

#include <stdio.h>

#include "transcript-internal.h"

static void setup_link(Transcript *t) {
        Link *link = &t->links[t->n_links];

        ck_assert_uint_lt(t->n_links, ELEMENTSOF(t->links));
        *link = (Link){
                .ifindex = (uint32_t) (2 + t->n_links++),
                .hardware_type = HARDWARE_ETHERNET,
                .up = true,
        };
        line_assert(t, t->line.n_words >= 2, "a link has a name");
        (void) snprintf(link->name, sizeof(link->name), "%s", t->line.words[1]);
        for (size_t i = 2; i < t->line.n_words; i++) {
                const char *word = t->line.words[i], *type = word_value(word, "type"),
                           *mtu = word_value(word, "mtu");

                if (strcmp(word, "loopback") == 0)
                        link->loopback = true;
                else if (type)
                        link->hardware_type = (uint16_t) parse_number(t, type);
                else if (mtu)
                        link->mtu = (uint32_t) parse_number(t, mtu);
                else
                        line_assert(t,
                                ipv4_prefix_parse(word, &link->addresses[link->n_addresses++]) >= 0,
                                "not an address with length: %s", word);
        }
        t->links_changed = true;
}

static usec_t parse_span(Transcript *t, const char *word) {
        usec_t span;

        line_assert(t, timespan_parse(word, &span) >= 0, "not a time span: %s", word);
        return span;
}

static char *parse_text(const char *word) {
        char *copy = strdup(word);

        ck_assert_ptr_nonnull(copy);
        return copy;
}

static void setup_option(Transcript *t, ReplySettings *reply, const char *value) {
        uint8_t bytes[600];
        size_t n;
        char *colon = strchr(value, ':');

        line_assert(t, colon, "an option is CODE:HEX or CODE:*N");
        *colon = '\0';
        n = parse_hex(t, colon + 1, bytes, sizeof(bytes));
        ck_assert_int_ge(
                option_set_put(&reply->options, (uint8_t) parse_number(t, value), bytes, n), 0);
        *colon = ':';
}

/* file=NAME, or file=7+9:PXEClient:iPXE:NAME with empty conditions for "any". */
static void setup_boot_file(Transcript *t, ReplySettings *reply, const char *value) {
        char copy[256], *parts[4] = {NULL}, *p = copy;
        BootFile *file;
        size_t n = 0;

        (void) snprintf(copy, sizeof(copy), "%s", value);
        for (char *part = strsep(&p, ":"); part && n < ELEMENTSOF(parts); part = strsep(&p, ":"))
                parts[n++] = part;
        line_assert(t, n == 1 || n == 4, "not a boot file: %s", value);

        reply->boot_files = reallocarray(
                reply->boot_files, reply->n_boot_files + 1, sizeof(*reply->boot_files));
        ck_assert_ptr_nonnull(reply->boot_files);
        file = &reply->boot_files[reply->n_boot_files++];
        *file = (BootFile){.name = parse_text(parts[n - 1])};
        if (n == 1)
                return;
        p = *parts[0] ? parts[0] : NULL;
        for (char *part = strsep(&p, "+"); part; part = strsep(&p, "+")) {
                line_assert(
                        t, file->n_architectures < BOOT_ARCHITECTURES_MAX, "too many: %s", value);
                file->architectures[file->n_architectures++] = (uint16_t) parse_number(t, part);
        }
        if (*parts[1])
                file->vendor_class = parse_text(parts[1]);
        if (*parts[2])
                file->user_class = parse_text(parts[2]);
}

static bool setup_reply(Transcript *t, ReplySettings *reply, const char *word) {
        const char *value;

        if ((value = word_value(word, "option")))
                setup_option(t, reply, value);
        else if ((value = word_value(word, "lease")))
                reply->default_lease = parse_span(t, value);
        else if ((value = word_value(word, "min")))
                reply->min_lease = parse_span(t, value);
        else if ((value = word_value(word, "max")))
                reply->max_lease = parse_span(t, value);
        else if ((value = word_value(word, "next-server")))
                reply->next_server = parse_address(t, value);
        else if ((value = word_value(word, "sname")))
                reply->server_name = parse_text(value);
        else if ((value = word_value(word, "file")))
                setup_boot_file(t, reply, value);
        else if (strcmp(word, "no-router") == 0)
                reply->no_router = true;
        else
                return false;
        return true;
}

static void add_range(Transcript *t, Ipv4Range **ranges, size_t *n, const char *word) {
        char copy[64], *dash;

        (void) snprintf(copy, sizeof(copy), "%s", word);
        *ranges = reallocarray(*ranges, *n + 1, sizeof(**ranges));
        ck_assert_ptr_nonnull(*ranges);
        dash = strchr(copy, '-');
        if (dash)
                *dash++ = '\0';
        (*ranges)[(*n)++] = (Ipv4Range){
                .first = parse_address(t, copy),
                .last = parse_address(t, dash ? dash : copy),
        };
}

/* relay=ADDRESS or relay=PREFIX; may repeat. */
static void add_relay(Transcript *t, PoolSettings *pool, const char *value) {
        Ipv4Prefix *relays = reallocarray(pool->relays, pool->n_relays + 1, sizeof(*relays));

        ck_assert_ptr_nonnull(relays);
        pool->relays = relays;
        if (ipv4_prefix_parse(value, &relays[pool->n_relays]) < 0)
                relays[pool->n_relays] = (Ipv4Prefix){parse_address(t, value), 32};
        pool->n_relays++;
}

static void setup_pool(Transcript *t) {
        PoolSettings *pool;

        line_assert(t, t->line.n_words >= 3, "a pool has a name and a subnet");
        ck_assert_int_ge(pool_settings_new(&pool, t->line.words[1]), 0);
        line_assert(t, ipv4_prefix_parse(t->line.words[2], &pool->subnet) >= 0, "not a subnet");
        pool->conflict_detection = CONFLICT_DETECTION_OFF;
        for (size_t i = 3; i < t->line.n_words; i++) {
                const char *word = t->line.words[i], *value;

                if (setup_reply(t, &pool->reply, word))
                        continue;
                if ((value = word_value(word, "interface")))
                        ck_assert_int_ge(strv_extend(&pool->interfaces, value), 0);
                else if ((value = word_value(word, "exclude")))
                        add_range(t, &pool->exclusions, &pool->n_exclusions, value);
                else if ((value = word_value(word, "authoritative")))
                        pool->authoritative = parse_boolean(value) > 0;
                else if ((value = word_value(word, "conflict")))
                        pool->conflict_detection = conflict_detection_from_string(value);
                else if (strcmp(word, "unknown=deny") == 0)
                        pool->deny_unknown = true;
                else if (strcmp(word, "rapid") == 0)
                        pool->rapid_commit = true;
                else if (strcmp(word, "bootp") == 0)
                        pool->bootp = true;
                else if (strcmp(word, "by-hardware") == 0)
                        pool->ignore_client_id = true;
                else if ((value = word_value(word, "as")))
                        pool->server_address = parse_address(t, value);
                else if ((value = word_value(word, "other")))
                        add_range(t, &pool->other_ranges, &pool->n_other_ranges, value);
                else if (strcmp(word, "trusting") == 0)
                        pool->trust_option_82 = true;
                else if ((value = word_value(word, "relay")))
                        add_relay(t, pool, value);
                else if (strcmp(word, "disabled") == 0)
                        pool->enabled = false;
                else
                        add_range(t, &pool->ranges, &pool->n_ranges, word);
        }
        ck_assert_int_ge(settings_add_pool_take(t->settings, pool), 0);
}

static void setup_host(Transcript *t) {
        HostSettings *host;

        line_assert(t, t->line.n_words >= 2, "a host has a name");
        ck_assert_int_ge(host_settings_new(&host, t->line.words[1]), 0);
        for (size_t i = 2; i < t->line.n_words; i++) {
                const char *word = t->line.words[i], *value;

                if (setup_reply(t, &host->reply, word))
                        continue;
                if ((value = word_value(word, "mac"))) {
                        parse_client(t, value, host->hardware);
                        host->hardware_size = 6;
                } else if ((value = word_value(word, "id")))
                        host->client_id.size = (uint8_t) parse_hex(
                                t, value, host->client_id.data, sizeof(host->client_id.data));
                else if ((value = word_value(word, "circuit"))) {
                        host->circuit_id = malloc(64);
                        ck_assert_ptr_nonnull(host->circuit_id);
                        host->circuit_id_size = parse_hex(t, value, host->circuit_id, 64);
                } else if ((value = word_value(word, "address")))
                        host->address = parse_address(t, value);
                else if ((value = word_value(word, "hostname")))
                        host->hostname = parse_text(value);
                else if ((value = word_value(word, "pool")))
                        host->pool = parse_text(value);
                else if (strcmp(word, "deny") == 0)
                        host->deny = true;
                else
                        line_assert(t, false, "what is %s?", word);
        }
        ck_assert_int_ge(settings_add_host_take(t->settings, host), 0);
}

bool transcript_setup(Transcript *t) {
        const char *verb = t->line.words[0];

        if (strcmp(verb, "link") == 0) {
                setup_link(t);
                return true;
        }
        if (strcmp(verb, "no-links") == 0) {
                t->n_links = 0;
                t->links_changed = true;
                return true;
        }
        if (strcmp(verb, "memory") == 0) {
                t->has_memory = true;
                return true;
        }
        if (strcmp(verb, "pool") != 0 && strcmp(verb, "host") != 0 &&
                strcmp(verb, "lenient") != 0 && strcmp(verb, "rate") != 0)
                return false;

        if (!t->settings)
                ck_assert_int_ge(settings_new(&t->settings), 0);
        if (strcmp(verb, "pool") == 0)
                setup_pool(t);
        else if (strcmp(verb, "host") == 0)
                setup_host(t);
        else if (strcmp(verb, "lenient") == 0)
                t->settings->lenient = parse_boolean(t->line.words[1]) > 0;
        else
                t->settings->rate_limit = (unsigned) parse_number(t, t->line.words[1]);
        return true;
}
