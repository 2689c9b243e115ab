/* SPDX-License-Identifier: MIT */
/* The samples of a family stand together, and counters end in _total. The two formats differ in few
 * things: what a counter's descriptor is called, in types that the older one does not have, and in
 * the end.
 *
 * A counter that this program does not know is written all the same, of unknown type. */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/buffer.h"
#include "ctl/bus-api.h"
#include "ctl/metrics.h"
#include "ctl/objects.h"
#include "ctl/verbs.h"

enum {
        NAME_SIZE = 128,
};

/* Counters of the server by the beginning of their names. What follows becomes a label. */
typedef struct Family {
        const char *prefix;
        const char *name;
        const char *type;
        const char *label; /* NULL = the prefix is the whole name */
        const char *help;
} Family;

static const Family families[] = {
        {"received-", "messages_received", "counter", "type", "DHCP messages received."},
        {"verdict-", "packet_verdicts", "counter", "verdict", "What was done with packets."},
        {"leases-", "leases", "gauge", "state", "Leases there are now."},
        {"replies-sent", "replies_sent", "counter", NULL, "Replies sent."},
        {"replies-failed", "replies_failed", "counter", NULL, "Replies that could not be sent."},
        {"packets-overflown", "packets_overflown", "counter", NULL,
                "Packets that the kernel dropped because the socket was full."},
        {"replies-waiting-for-disk", "replies_waiting_for_disk", "gauge", NULL,
                "Replies held until their lease is on disk."},
        {"lease-file-commits", "lease_file_commits", "counter", NULL,
                "Batches of rows made durable."},
        {"lease-file-rows-written", "lease_file_rows_written", "counter", NULL, "Rows written."},
        {"lease-file-rewrites", "lease_file_rewrites", "counter", NULL,
                "Times the lease file was written anew."},
        {"lease-file-failures", "lease_file_failures", "counter", NULL,
                "Times the lease file could not be written."},
        {"lease-file-rows", "lease_file_rows", "gauge", NULL, "Rows in the lease file now."},
        {"lease-file-bytes", "lease_file_bytes", "gauge", NULL, "Size of the lease file."},
        {"journal-entries-lost", "journal_entries_lost", "counter", NULL,
                "Journal entries dropped because the journal was too slow."},
};

static const struct {
        const char *property;
        const char *name;
        const char *help;
} pool_families[] = {
        {"Size", "pool_size", "Addresses that the pool's ranges give out."},
        {"Used", "pool_used", "Addresses of the ranges that are leased."},
        {"Free", "pool_free", "Addresses that a new client could get."},
        {"Offered", "pool_offered", "Addresses held for clients that have not asked yet."},
        {"Declined", "pool_declined", "Addresses in quarantine."},
        {"Reserved", "pool_reserved", "Addresses that belong to hosts."},
        {"ReservedOutside", "pool_reserved_outside", "Of them, those outside of the ranges."},
        {"UsedOutside", "pool_used_outside", "Leases of addresses outside of the ranges."},
};

static const struct {
        const char *key; /* of GetDelays */
        const char *name;
        const char *help;
} delay_families[] = {
        {"commit", "commit_seconds", "From a batch of rows to its being on disk."},
        {"reply", "reply_seconds", "From a message's being taken from the socket to its reply."},
};

static bool family_has(const Family *family, const char *counter) {
        if (!family->label)
                return strcmp(counter, family->prefix) == 0;
        return strncmp(counter, family->prefix, strlen(family->prefix)) == 0;
}

static bool is_known(const char *counter) {
        for (size_t i = 0; i < ELEMENTSOF(families); i++)
                if (family_has(&families[i], counter))
                        return true;
        return false;
}

/* What is being written. */
typedef struct Exposition {
        Buffer text;
        MetricsFormat format;
} Exposition;

/* Text format 0.0.4: descriptors have the name that the samples have. OpenMetrics: that of the
 * family, without the suffix of its type. */
static void add_head(Exposition *exposition, const char *name, const char *type, const char *help) {
        const bool older = exposition->format == METRICS_PROMETHEUS;
        const char *suffix = "";

        if (strcmp(type, "counter") == 0)
                suffix = older ? "_total" : "";
        else if (strcmp(type, "info") == 0)
                suffix = older ? "_info" : "";
        if (older && strcmp(type, "unknown") == 0)
                type = "untyped";
        else if (older && (strcmp(type, "info") == 0 || strcmp(type, "stateset") == 0))
                type = "gauge";
        (void) buffer_printf(&exposition->text, "# TYPE minidhcp_%s%s %s\n", name, suffix, type);
        if (help)
                (void) buffer_printf(
                        &exposition->text, "# HELP minidhcp_%s%s %s\n", name, suffix, help);
}

static void add_label(Buffer *text, const char *label, const char *value) {
        (void) buffer_printf(text, "{%s=\"", label);
        for (; *value; value++) {
                if (*value == '\n') {
                        (void) buffer_append_string(text, "\\n");
                        continue;
                }
                if (*value == '\\' || *value == '"')
                        (void) buffer_append(text, "\\", 1);
                (void) buffer_append(text, value, 1);
        }
        (void) buffer_append_string(text, "\"}");
}

static void add_family(Exposition *exposition, const Family *family, const json_object *counters) {
        const bool is_counter = strcmp(family->type, "counter") == 0;
        Buffer *text = &exposition->text;
        bool begun = false;

        json_object_object_foreach(counters, name, value) {
                if (!family_has(family, name))
                        continue;
                if (!begun)
                        add_head(exposition, family->name, family->type, family->help);
                begun = true;
                (void) buffer_printf(
                        text, "minidhcp_%s%s", family->name, is_counter ? "_total" : "");
                if (family->label)
                        add_label(text, family->label, name + strlen(family->prefix));
                (void) buffer_printf(text, " %" PRIu64 "\n", json_object_get_uint64(value));
        }
}

/* Metric names are letters, digits and underscores. */
static void metric_name(const char *counter, char ret[static NAME_SIZE]) {
        size_t n = 0;

        for (; *counter && n + 1 < NAME_SIZE; counter++) {
                bool is_plain = (*counter >= 'a' && *counter <= 'z') ||
                                (*counter >= 'A' && *counter <= 'Z') ||
                                (*counter >= '0' && *counter <= '9');

                ret[n++] = is_plain ? *counter : '_';
        }
        ret[n] = '\0';
}

static void add_unknown(Exposition *exposition, const json_object *counters) {
        Buffer *text = &exposition->text;

        json_object_object_foreach(counters, name, value) {
                char metric[NAME_SIZE];

                if (is_known(name))
                        continue;
                metric_name(name, metric);
                add_head(exposition, metric, "unknown", NULL);
                (void) buffer_printf(
                        text, "minidhcp_%s %" PRIu64 "\n", metric, json_object_get_uint64(value));
        }
}

static void add_server(Exposition *exposition, const json_object *manager) {
        static const char *const states[] = {"running", "misconfigured", "lease-file-failing"};
        const char *state = json_get_text(manager, "State");
        Buffer *text = &exposition->text;

        add_head(exposition, "build", "info", "The server, which is there.");
        (void) buffer_append_string(text, "minidhcp_build_info");
        add_label(text, "version", json_get_text(manager, "Version"));
        (void) buffer_append_string(text, " 1\n");

        add_head(exposition, "state", "stateset", "Whether the server serves.");
        for (size_t i = 0; i < ELEMENTSOF(states); i++) {
                (void) buffer_append_string(text, "minidhcp_state");
                add_label(text, "minidhcp_state", states[i]);
                (void) buffer_printf(text, " %d\n", strcmp(states[i], state) == 0);
        }
}

static void add_pools(Exposition *exposition, const ObjectList *pools) {
        Buffer *text = &exposition->text;

        for (size_t i = 0; i < ELEMENTSOF(pool_families) && pools->n_items > 0; i++) {
                add_head(exposition, pool_families[i].name, "gauge", pool_families[i].help);
                for (size_t k = 0; k < pools->n_items; k++) {
                        const json_object *pool = pools->items[k];

                        (void) buffer_printf(text, "minidhcp_%s", pool_families[i].name);
                        add_label(text, "pool", json_get_text(pool, "Name"));
                        (void) buffer_printf(text, " %" PRIu64 "\n",
                                json_get_number(pool, pool_families[i].property));
                }
        }
}

/* In seconds, as "0.0025". */
static void add_seconds(Buffer *text, uint64_t usec) {
        char digits[32];
        size_t n;

        (void) snprintf(digits, sizeof(digits), "%" PRIu64 ".%06u", usec / USEC_PER_SEC,
                (unsigned) (usec % USEC_PER_SEC));
        n = strlen(digits);
        while (digits[n - 1] == '0')
                n--;
        if (digits[n - 1] == '.')
                n--;
        (void) buffer_append(text, digits, n);
}

/* Each of GetDelays: [[[bound, number], ...], sum]. */
static void add_delays(Exposition *exposition, const json_object *delays) {
        Buffer *text = &exposition->text;

        for (size_t i = 0; i < ELEMENTSOF(delay_families); i++) {
                const char *name = delay_families[i].name;
                json_object *delay, *bounds, *sum;
                uint64_t n_all = 0;

                if (!json_object_object_get_ex(delays, delay_families[i].key, &delay))
                        continue;
                bounds = json_object_array_get_idx(delay, 0);
                sum = json_object_array_get_idx(delay, 1);
                add_head(exposition, name, "histogram", delay_families[i].help);
                for (size_t k = 0; k < json_object_array_length(bounds); k++) {
                        json_object *pair = json_object_array_get_idx(bounds, k);
                        json_object *bound = json_object_array_get_idx(pair, 0);

                        n_all = json_object_get_uint64(json_object_array_get_idx(pair, 1));
                        (void) buffer_printf(text, "minidhcp_%s_bucket{le=\"", name);
                        if (bound) /* without end: null */
                                add_seconds(text, json_object_get_uint64(bound));
                        else
                                (void) buffer_append_string(text, "+Inf");
                        (void) buffer_printf(text, "\"} %" PRIu64 "\n", n_all);
                }
                (void) buffer_printf(text, "minidhcp_%s_sum ", name);
                add_seconds(text, json_object_get_uint64(sum));
                (void) buffer_printf(text, "\nminidhcp_%s_count %" PRIu64 "\n", name, n_all);
        }
}

const char *metrics_content_type(MetricsFormat format) {
        return format == METRICS_OPENMETRICS
                       ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                       : "text/plain; version=0.0.4; charset=utf-8";
}

int metrics_format(MetricsFormat format, const json_object *manager, const json_object *counters,
        const json_object *delays, const ObjectList *pools, char **ret) {
        Exposition exposition = {.text = BUFFER_INIT, .format = format};
        int r;

        add_server(&exposition, manager);
        add_pools(&exposition, pools);
        for (size_t i = 0; i < ELEMENTSOF(families); i++)
                add_family(&exposition, &families[i], counters);
        add_unknown(&exposition, counters);
        add_delays(&exposition, delays);
        if (format == METRICS_OPENMETRICS)
                (void) buffer_append_string(&exposition.text, "# EOF\n");
        r = buffer_take_string(&exposition.text, ret);
        buffer_done(&exposition.text);
        return r;
}

static int fetch(Connection *connection, const char *method, json_object **ret) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
        int r;

        r = connection_call(
                connection, BUS_API_MANAGER_PATH, BUS_API_MANAGER, method, &reply, NULL);
        return r < 0 ? r : json_from_message(reply, ret);
}

int metrics_fetch(Connection *connection, MetricsFormat format, char **ret) {
        _cleanup_json_ json_object *manager = NULL, *counters = NULL, *delays = NULL;
        _cleanup_(object_list_done) ObjectList pools = {0};
        int r;

        if ((r = connection_get_all(connection, BUS_API_MANAGER_PATH, BUS_API_MANAGER, &manager)) <
                        0 ||
                (r = fetch(connection, "GetStatistics", &counters)) < 0 ||
                (r = fetch(connection, "GetDelays", &delays)) < 0 ||
                (r = object_list_fetch(&pools, connection, &pool_kind)) < 0)
                return r;
        return metrics_format(format, manager, counters, delays, &pools, ret);
}

static int parse_format(const char *name, MetricsFormat *ret) {
        if (!name || strcmp(name, "prometheus") == 0)
                *ret = METRICS_PROMETHEUS;
        else if (strcmp(name, "openmetrics") == 0)
                *ret = METRICS_OPENMETRICS;
        else
                return -EINVAL;
        return 0;
}

ExitStatus verb_metrics(
        Context *context, _unused_ char *const *arguments, _unused_ size_t n_arguments) {
        _cleanup_(connection_done) Connection connection = {0};
        _cleanup_free_ char *text = NULL;
        MetricsFormat format;
        ExitStatus status;
        int r;

        if (parse_format(context->options.format, &format) < 0)
                return report(STATUS_USAGE, "--format=%s: not prometheus or openmetrics",
                        context->options.format);
        if (context_wants_json(context))
                return report(
                        STATUS_USAGE, "Metrics are text; for JSON: minidhcpctl statistics -j");
        status = connection_open(&context->options, &connection);
        if (status != STATUS_OK)
                return status;
        r = metrics_fetch(&connection, format, &text);
        if (r < 0)
                return connection_report(&connection, r, "Cannot read the metrics");
        (void) fputs(text, stdout);
        return STATUS_OK;
}
