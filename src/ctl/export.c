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
#include "ctl/lease-source.h"
#include "ctl/leases.h"

/* The names are the lease file's where it has one, so that an export can be imported. */
#define CSV_HEADER                                                                                 \
        "address,client_id,hardware_address,hostname,state,expires_at,pool,interface,started_at,"  \
        "last_seen_at,reserved,relayed"

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

static void print_entry(const LeaseEntry *entry) {
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
        _cleanup_(lease_list_done) LeaseList list = {0};
        bool json = strcmp(arguments[0], "json") == 0;
        ExitStatus status;

        if (!json && strcmp(arguments[0], "csv") != 0)
                return report(STATUS_USAGE, "Cannot export as '%s'; it is one of csv and json",
                        arguments[0]);
        if (!json && context_wants_json(context))
                return report(STATUS_USAGE, "For JSON write: minidhcpctl export json");

        if ((status = lease_source_open(&context->options, &source)) != STATUS_OK)
                return status;
        filter.include_expired = true;
        list.with_extras = json;
        status = lease_source_fetch_any(&source, filter, NULL, 0, &list);
        if (status != STATUS_OK)
                return status;

        if (json) {
                JsonMode mode = context_wants_json(context) ? context->options.json : JSON_SHORT;

                return lease_list_print_json(&list, mode) < 0 ? report_no_memory() : STATUS_OK;
        }
        if (!context->options.no_legend)
                printf("%s\n", CSV_HEADER);
        for (size_t i = 0; i < list.n_entries; i++)
                print_entry(&list.entries[i]);
        return STATUS_OK;
}
