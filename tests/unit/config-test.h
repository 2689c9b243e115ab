/* SPDX-License-Identifier: MIT */
#pragma once

/* What the tests of the configuration share: settings and problems as text, so that tables can say
 * what they expect. Only what differs from an empty pool or host is written. */

#include <stdio.h>

#include "basic/buffer.h"
#include "basic/bytes.h"
#include "basic/problem.h"
#include "config/load.h"
#include "test.h"

static inline void dump_span(Buffer *out, const char *name, usec_t span) {
        char text[TIMESPAN_STRING_MAX];

        if (span != 0)
                buffer_printf(out, " %s=%s", name, timespan_format(span, text));
}

static inline void dump_bytes(Buffer *out, const char *name, const uint8_t *data, size_t size) {
        char text[BYTES_STRING_MAX(1024)];

        if (size > 0)
                buffer_printf(out, " %s=%s", name, bytes_format(data, size, text));
}

static inline void dump_reply(Buffer *out, const ReplySettings *reply) {
        char text[IPV4_STRING_MAX];

        dump_span(out, "default", reply->default_lease);
        dump_span(out, "min", reply->min_lease);
        dump_span(out, "max", reply->max_lease);
        if (reply->no_router)
                buffer_printf(out, " no-router");
        for (size_t i = 0; i < reply->options.n_values; i++) {
                const OptionValue *value = &reply->options.values[i];
                char name[4];

                snprintf(name, sizeof(name), "%u", value->code);
                dump_bytes(out, name, value->data, value->size);
        }
        if (reply->next_server != 0)
                buffer_printf(out, " next-server=%s", ipv4_format(reply->next_server, text));
        if (reply->server_name)
                buffer_printf(out, " server-name=%s", reply->server_name);
        for (size_t i = 0; i < reply->n_boot_files; i++) {
                const BootFile *file = &reply->boot_files[i];

                buffer_printf(out, " boot(");
                for (size_t j = 0; j < file->n_architectures; j++)
                        buffer_printf(out, "%u,", file->architectures[j]);
                if (file->vendor_class)
                        buffer_printf(out, "vendor:%s,", file->vendor_class);
                if (file->user_class)
                        buffer_printf(out, "user:%s,", file->user_class);
                buffer_printf(out, "%s)", file->name);
        }
}

static inline void dump_pool(Buffer *out, const PoolSettings *pool) {
        char prefix[IPV4_PREFIX_STRING_MAX], range[IPV4_RANGE_STRING_MAX];

        buffer_printf(out, "pool %s", pool->name);
        if (pool->subnet.length > 0)
                buffer_printf(out, " %s", ipv4_prefix_format(pool->subnet, prefix));
        for (char **name = pool->interfaces; name && *name; name++)
                buffer_printf(out, " on=%s", *name);
        for (size_t i = 0; i < pool->n_relays; i++)
                buffer_printf(out, " by=%s", ipv4_prefix_format(pool->relays[i], prefix));
        for (size_t i = 0; i < pool->n_ranges; i++)
                buffer_printf(out, " %s", ipv4_range_format(pool->ranges[i], range));
        for (size_t i = 0; i < pool->n_exclusions; i++)
                buffer_printf(out, " !%s", ipv4_range_format(pool->exclusions[i], range));
        for (size_t i = 0; i < pool->n_other_ranges; i++)
                buffer_printf(out, " other=%s", ipv4_range_format(pool->other_ranges[i], range));
        if (pool->server_address != 0)
                buffer_printf(out, " as=%s", ipv4_format(pool->server_address, prefix));
        buffer_printf(out, "%s%s%s%s%s%s%s", pool->ignore_client_id ? " by-hardware" : "",
                pool->enabled ? "" : " disabled", pool->trust_option_82 ? " trusting" : "",
                pool->authoritative ? "" : " timid", pool->deny_unknown ? " hosts-only" : "",
                pool->rapid_commit ? " rapid" : "", pool->bootp ? " bootp" : "");
        if (pool->conflict_detection != CONFLICT_DETECTION_AHEAD)
                buffer_printf(out, " %s", conflict_detection_to_string(pool->conflict_detection));
        dump_reply(out, &pool->reply);
        buffer_printf(out, "\n");
}

static inline void dump_host(Buffer *out, const HostSettings *host) {
        char address[IPV4_STRING_MAX];

        buffer_printf(out, "host %s", host->name);
        dump_bytes(out, "mac", host->hardware, host->hardware_size);
        dump_bytes(out, "id", host->client_id.data, host->client_id.size);
        dump_bytes(out, "circuit", host->circuit_id, host->circuit_id_size);
        if (host->address != 0)
                buffer_printf(out, " %s", ipv4_format(host->address, address));
        if (host->hostname)
                buffer_printf(out, " hostname=%s", host->hostname);
        for (char **alias = host->aliases; alias && *alias; alias++)
                buffer_printf(out, " alias=%s", *alias);
        if (host->pool)
                buffer_printf(out, " pool=%s", host->pool);
        if (host->deny)
                buffer_printf(out, " deny");
        dump_reply(out, &host->reply);
        buffer_printf(out, "\n");
}

/**
 * dump_settings() - a line for the server where it is not as usual, one for each pool and host.
 * Return: a string for free().
 */
static inline char *dump_settings(const Settings *settings) {
        Buffer out = BUFFER_INIT;
        char *text;

        if (!settings->lenient)
                buffer_printf(&out, "strict\n");
        if (settings->lease_file)
                buffer_printf(&out, "lease-file %s\n", settings->lease_file);
        if (settings->rate_limit != 10)
                buffer_printf(&out, "rate-limit %u\n", settings->rate_limit);
        for (size_t i = 0; i < settings->n_pools; i++)
                dump_pool(&out, settings->pools[i]);
        for (size_t i = 0; i < settings->n_hosts; i++)
                dump_host(&out, settings->hosts[i]);
        ck_assert_int_eq(buffer_take_string(&out, &text), 0);
        return text;
}

/**
 * dump_problems() - one line each, "FILE:LINE: text", warnings with "warning: " in front.
 * Return: a string for free().
 */
static inline char *dump_problems(const Problems *problems) {
        Buffer out = BUFFER_INIT;
        char *text;

        for (size_t i = 0; i < problems->n_items; i++) {
                _cleanup_free_ char *line = NULL;

                ck_assert_int_eq(problem_format(&problems->items[i], &line), 0);
                buffer_printf(&out, "%s%s\n", problems->items[i].warning ? "warning: " : "", line);
        }
        ck_assert_int_eq(buffer_take_string(&out, &text), 0);
        return text;
}

/* Parses a text as file "f" and gives both as text; settings are NULL when it is refused. */
static inline int parse_and_dump(
        const char *text, size_t size, char **ret_settings, char **ret_problems) {
        _cleanup_(settings_freep) Settings *settings = NULL;
        _cleanup_(problems_done) Problems problems = {0};
        int r;

        r = config_parse("f", text, size, &settings, &problems);
        *ret_settings = r < 0 ? NULL : dump_settings(settings);
        *ret_problems = dump_problems(&problems);
        if (r < 0)
                ck_assert_ptr_null(settings);
        ck_assert_int_eq(r<0, problems.n_errors> 0);
        return r;
}
