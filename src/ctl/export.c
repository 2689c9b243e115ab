/* SPDX-License-Identifier: MIT */
/* export: leases as a table for a spreadsheet, or as JSON.
 *
 * Invariant: no cell of a CSV starts with what a spreadsheet takes for a formula; hostnames are the
 * clients' to choose. */

#include <stdio.h>
#include <string.h>

#include "basic/bytes.h"
#include "ctl/bus-api.h"
#include "ctl/export.h"
#include "ctl/lease-rows.h"
#include "ctl/lease-source.h"
#include "ctl/verbs.h"

void csv_print_cell(const char *text, FILE *stream) {
        bool is_quoted = strpbrk(text, ",\"\r\n") != NULL;

        if (is_quoted)
                (void) putc_unlocked('"', stream);
        if (*text && strchr("=+-@\t\r", *text))
                (void) putc_unlocked('\'', stream);
        for (; *text; text++) {
                if (*text == '"')
                        (void) putc_unlocked('"', stream);
                (void) putc_unlocked(*text, stream);
        }
        if (is_quoted)
                (void) putc_unlocked('"', stream);
}

static void print_bytes(const uint8_t *bytes, size_t size) {
        char text[BYTES_STRING_MAX(PATTERN_BYTES_MAX)];

        csv_print_cell(bytes_format(bytes, MIN(size, (size_t) PATTERN_BYTES_MAX), text), stdout);
}

static void print_time(usec_t realtime) {
        char text[TIMESTAMP_STRING_MAX];

        csv_print_cell(realtime > 0 ? timestamp_format(realtime, false, text) : "", stdout);
}

void export_print_entry(const LeaseEntry *entry) {
        csv_print_cell(entry->address_text, stdout);
        (void) putc_unlocked(',', stdout);
        print_bytes(entry->client_id, entry->client_id_size);
        (void) putc_unlocked(',', stdout);
        print_bytes(entry->hardware, entry->hardware_size);
        (void) putc_unlocked(',', stdout);
        csv_print_cell(entry->hostname, stdout);
        (void) putc_unlocked(',', stdout);
        csv_print_cell(entry->state, stdout);
        (void) putc_unlocked(',', stdout);
        print_time(entry->expires);
        (void) putc_unlocked(',', stdout);
        csv_print_cell(entry->pool, stdout);
        (void) putc_unlocked(',', stdout);
        csv_print_cell(entry->interface, stdout);
        (void) putc_unlocked(',', stdout);
        print_time(entry->started);
        (void) putc_unlocked(',', stdout);
        print_time(entry->last_seen);
        printf(",%s,%s\n", entry->flags & BUS_LEASE_RESERVED ? "yes" : "no",
                entry->flags & BUS_LEASE_RELAYED ? "yes" : "no");
}

ExitStatus verb_export(Context *context, char *const *arguments, _unused_ size_t n_arguments) {
        LeaseFilter filter = lease_filter_from_options(&context->options);
        _cleanup_(lease_source_done) LeaseSource source = {0};
        _cleanup_(lease_rows_freep) LeaseRows *rows = NULL;
        bool json = strcmp(arguments[0], "json") == 0;
        ExitStatus status;
        size_t n;
        int r;

        if (!json && strcmp(arguments[0], "csv") != 0)
                return report(STATUS_USAGE, "Cannot export as '%s'; it is one of csv and json",
                        arguments[0]);
        if (!json && context_wants_json(context))
                return report(STATUS_USAGE, "For JSON write: minidhcpctl export json");

        if ((status = lease_source_open(&context->options, &source)) != STATUS_OK)
                return status;
        filter.include_expired = true;
        if (lease_rows_new(&rows, context, json ? LEASE_FORMAT_JSON : LEASE_FORMAT_CSV, NULL,
                    LEASE_FIELD_ADDRESS,
                    context_wants_json(context) ? context->options.json : JSON_SHORT) < 0)
                return report_no_memory();
        status = lease_source_each(&source, filter, NULL, 0, json, lease_rows_add, rows);
        if (status != STATUS_OK)
                return status;
        r = lease_rows_print(rows, &n);
        return r < 0 ? report_errno(r, "Cannot write the leases") : STATUS_OK;
}
