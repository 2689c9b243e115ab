/* SPDX-License-Identifier: MIT */
/* list-leases and show-lease. What can be wrong with the command line is found before the bus is
 * touched. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/bus-api.h"
#include "ctl/details.h"
#include "ctl/lease-columns.h"
#include "ctl/lease-pick.h"
#include "ctl/lease-rows.h"
#include "ctl/lease-source.h"
#include "ctl/properties.h"
#include "ctl/table.h"
#include "ctl/verbs.h"

static ExitStatus print_rows(Context *context, LeaseRows *rows) {
        size_t n;
        int r;

        context_open_pager(context);
        r = lease_rows_print(rows, &n);
        if (r < 0)
                return report_errno(r, "Cannot write the listing");
        if (!context_wants_legend(context) || context_wants_json(context))
                return STATUS_OK;
        if (n == 0)
                printf("No leases.\n");
        else
                printf("\n%zu %s listed.\n", n, n == 1 ? "lease" : "leases");
        return STATUS_OK;
}

/* A server that serves nothing has not read its lease file either. */
static void warn_if_not_read(const Options *options, LeaseSource *source) {
        _cleanup_json_ json_object *manager = NULL;

        if (source->offline || options->quiet ||
                connection_get_all(
                        &source->connection, BUS_API_MANAGER_PATH, BUS_API_MANAGER, &manager) < 0 ||
                strcmp(json_get_text(manager, "State"), "misconfigured") != 0)
                return;
        (void) report(STATUS_OK,
                "The configuration is not valid, so the server has not read its lease file; to see "
                "what is in there: minidhcpctl list-leases --offline");
}

ExitStatus verb_list_leases(Context *context, char *const *arguments, size_t n_arguments) {
        static const unsigned defaults[LEASE_FIELDS_DEFAULT] = {0, 1, 2, 3, 4, 5};
        _cleanup_(column_choice_done) ColumnChoice choice = {0};
        _cleanup_(lease_source_done) LeaseSource source = {0};
        _cleanup_(lease_rows_freep) LeaseRows *rows = NULL;
        const bool json = context_wants_json(context);
        _cleanup_free_ Pattern *patterns = NULL;
        unsigned sort_column;
        ExitStatus status;

        if ((status = table_choose(lease_columns, LEASE_FIELD_MAX, defaults, ELEMENTSOF(defaults),
                     context->options.columns, &choice)) != STATUS_OK ||
                (status = table_choose_sort(lease_columns, LEASE_FIELD_MAX, LEASE_FIELD_ADDRESS,
                         context->options.sort, &sort_column)) != STATUS_OK ||
                (status = patterns_parse(arguments, n_arguments, &patterns)) != STATUS_OK ||
                (status = lease_source_open(&context->options, &source)) != STATUS_OK)
                return status;

        if (lease_rows_new(&rows, context, json ? LEASE_FORMAT_JSON : LEASE_FORMAT_TABLE, &choice,
                    sort_column, context->options.json) < 0)
                return report_no_memory();
        status = lease_source_each(&source, lease_filter_from_options(&context->options), patterns,
                n_arguments, json, lease_rows_add, rows);
        if (status != STATUS_OK)
                return status;
        if (lease_rows_are_empty(rows))
                warn_if_not_read(&context->options, &source);
        return print_rows(context, rows);
}

/* @n_before: leases shown so far, with a blank line after each. */
static ExitStatus print_lease(Context *context, json_object *lease, size_t n_before) {
        static const char *const order[] = {
                "Address",
                "HardwareAddress",
                "ClientId",
                "Hostname",
                "Pool",
                "Interface",
                "State",
                "StartedUSec",
                "ExpiresUSec",
                "LastSeenUSec",
                "Reserved",
                "Relayed",
                NULL,
        };
        _cleanup_(details_done) Details details = {0};
        int r;

        context_open_pager(context);
        if (context_wants_json(context)) {
                json_print(lease, context->options.json);
                return STATUS_OK;
        }
        /* Reserved and Relayed tell the same in words. */
        json_object_object_del(lease, "Flags");
        r = properties_describe(&details, lease, order, &context->options, context_now());
        if (r < 0)
                return report_no_memory();
        if (n_before > 0)
                printf("\n");
        details_print(&details, &context->terminal);
        return STATUS_OK;
}

static ExitStatus report_no_lease(const char *text) {
        return report(STATUS_NOT_FOUND,
                "There is no lease for '%s'; see: minidhcpctl list-leases --all", text);
}

/* An address is looked up, however many leases there are. */
static ExitStatus show_address(
        Context *context, Connection *connection, const char *address, size_t *n_shown) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
        _cleanup_json_ json_object *lease = NULL;
        const char *path;
        int r;

        r = connection_call(connection, BUS_API_MANAGER_PATH, BUS_API_MANAGER, "GetLease", &reply,
                "s", address);
        if (connection_error_is(connection, BUS_API_ERROR("NoSuchLease")))
                return report_no_lease(address);
        if (r >= 0)
                r = sd_bus_message_read(reply, "o", &path);
        if (r >= 0)
                r = connection_get_all(connection, path, BUS_API_LEASE, &lease);
        if (r < 0)
                return connection_report(connection, r, "Cannot show the lease of %s", address);
        return print_lease(context, lease, (*n_shown)++);
}

static ExitStatus show_entry(
        Context *context, LeaseSource *source, const LeaseEntry *entry, size_t *n_shown) {
        _cleanup_json_ json_object *lease = NULL;

        if (!source->offline)
                return show_address(context, &source->connection, entry->address_text, n_shown);
        if (lease_entry_to_json(entry, &lease) < 0)
                return report_no_memory();
        return print_lease(context, lease, (*n_shown)++);
}

static ExitStatus show_list(
        Context *context, LeaseSource *source, const LeaseList *list, size_t *n_shown) {
        ExitStatus status = STATUS_OK;

        for (size_t i = 0; i < list->n_entries && status == STATUS_OK; i++)
                status = show_entry(context, source, &list->entries[i], n_shown);
        return status;
}

/* Everything else is searched for. */
static ExitStatus show_matching(Context *context, LeaseSource *source, const Pattern *pattern,
        const char *text, size_t *n_shown) {
        const bool all = context->options.all;
        _cleanup_(lease_pick_done) LeasePick pick = {0};
        ExitStatus status;

        status = lease_pick(source, pattern, text, true, &pick);
        if (status != STATUS_OK)
                return status;
        if (pick.leases.n_entries + (all ? pick.claims.n_entries : 0) == 0)
                return lease_pick_report_none(&pick, text);

        status = show_list(context, source, &pick.leases, n_shown);
        if (status == STATUS_OK && all)
                return show_list(context, source, &pick.claims, n_shown);
        if (status == STATUS_OK)
                lease_pick_note_claims(
                        &context->options, pick.claims.n_entries, text, "show-lease --all");
        return status;
}

ExitStatus verb_show_lease(Context *context, char *const *arguments, size_t n_arguments) {
        _cleanup_(lease_source_done) LeaseSource source = {0};
        _cleanup_free_ Pattern *patterns = NULL;
        ExitStatus status, worst = STATUS_OK;
        size_t n_shown = 0;

        if ((status = patterns_parse(arguments, n_arguments, &patterns)) != STATUS_OK ||
                (status = lease_source_open(&context->options, &source)) != STATUS_OK)
                return status;

        for (size_t i = 0; i < n_arguments; i++) {
                if (pattern_is_address(&patterns[i]) && !source.offline)
                        status = show_address(context, &source.connection, arguments[i], &n_shown);
                else
                        status = show_matching(
                                context, &source, &patterns[i], arguments[i], &n_shown);
                if (status != STATUS_OK)
                        worst = status;
                if (status != STATUS_OK && status != STATUS_NOT_FOUND)
                        break;
        }
        return worst;
}
