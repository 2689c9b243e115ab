/* SPDX-License-Identifier: MIT */
/* Picks leases. What is done with them is for the verbs. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "ctl/lease-columns.h"
#include "ctl/lease-pick.h"
#include "ctl/table.h"

enum {
        PATTERNS_PER_HOST = NAMED_HOST_IDENTITIES + 1,
};

static ExitStatus find_hosts(LeaseSource *source, const char *name, NamedHosts *hosts) {
        int r;

        if (!source->offline) {
                r = named_hosts_fetch(hosts, &source->connection, name);
                return r < 0 ? connection_report(
                                       &source->connection, r, "Cannot look for a host '%s'", name)
                             : STATUS_OK;
        }
        r = named_hosts_load(hosts, name);
        if (r < 0)
                return report_errno(r,
                        "The configuration, which may have a host '%s', cannot be read; see: "
                        "minidhcpctl check-config",
                        name);
        return STATUS_OK;
}

static bool is_own(const LeaseEntry *lease, const void *userdata) {
        return named_hosts_own(userdata, lease);
}

static bool is_claim(const LeaseEntry *lease, const void *userdata) {
        return !named_hosts_own(userdata, lease);
}

static ExitStatus fetch_own(
        LeaseSource *source, LeaseFilter filter, const NamedHosts *hosts, LeaseList *list) {
        _cleanup_free_ Pattern *patterns = NULL;
        ExitStatus status;
        size_t n = 0;

        patterns = calloc(hosts->n_items * PATTERNS_PER_HOST, sizeof(*patterns));
        if (!patterns)
                return report_no_memory();
        for (size_t i = 0; i < hosts->n_items; i++) {
                const NamedHost *host = &hosts->items[i];

                for (size_t k = 0; k < host->n_identities; k++)
                        patterns[n++] = host->identities[k];
                if (host->address != 0)
                        patterns[n++] = (Pattern){
                                .type = PATTERN_SUBNET,
                                .subnet = {.address = host->address, .length = 32},
                        };
        }
        status = lease_source_fetch_any(source, filter, patterns, n, list);
        if (status == STATUS_OK)
                lease_list_keep(list, is_own, hosts);
        return status;
}

ExitStatus lease_pick(LeaseSource *source, const Pattern *pattern, const char *text,
        bool include_expired, LeasePick *ret) {
        const LeaseFilter filter = {.include_expired = include_expired};
        ExitStatus status;

        *ret = (LeasePick){0};
        if (pattern_is_name(pattern)) {
                status = find_hosts(source, text, &ret->hosts);
                if (status != STATUS_OK)
                        return status;
        }
        if (!named_hosts_are_known(&ret->hosts))
                return lease_source_fetch_any(source, filter, pattern, 1, &ret->leases);

        status = fetch_own(source, filter, &ret->hosts, &ret->leases);
        if (status != STATUS_OK)
                return status;
        status = lease_source_fetch_any(source, filter, pattern, 1, &ret->claims);
        if (status == STATUS_OK)
                lease_list_keep(&ret->claims, is_claim, &ret->hosts);
        return status;
}

void lease_pick_done(LeasePick *pick) {
        named_hosts_done(&pick->hosts);
        lease_list_done(&pick->leases);
        lease_list_done(&pick->claims);
}

ExitStatus lease_pick_report_none(const LeasePick *pick, const char *text) {
        if (pick->claims.n_entries > 0)
                return report(STATUS_NOT_FOUND,
                        "Host %s of the configuration has no lease; other clients that only call "
                        "themselves so have; see: minidhcpctl list-leases --all '%s'",
                        pick->hosts.items[0].name, text);
        return report(STATUS_NOT_FOUND,
                "There is no lease for '%s'; see: minidhcpctl list-leases --all", text);
}

static int print_candidates(const Context *context, const LeaseList *leases) {
        static const unsigned fields[] = {LEASE_FIELD_ADDRESS, LEASE_FIELD_HARDWARE,
                LEASE_FIELD_CLIENT_ID, LEASE_FIELD_POOL, LEASE_FIELD_STATE};
        _cleanup_(column_choice_done) ColumnChoice choice = {0};
        _cleanup_(table_freep) Table *table = NULL;
        char buffer[LEASE_FIELD_TEXT_MAX];
        int r;

        r = column_choice_parse(
                lease_columns, LEASE_FIELD_MAX, fields, ELEMENTSOF(fields), NULL, &choice, NULL);
        if (r >= 0)
                r = table_new(&table, lease_columns, &choice, context);
        for (size_t i = 0; r >= 0 && i < leases->n_entries; i++) {
                r = table_add_row(table);
                for (size_t k = 0; r >= 0 && k < choice.n_items; k++)
                        r = table_set(table, k,
                                lease_field_text(&leases->entries[i], choice.items[k],
                                        TIMESTAMP_STYLE_PRETTY, 0, buffer),
                                COLOR_NONE);
        }
        return r < 0 ? r : table_print_to(table, stderr);
}

ExitStatus lease_pick_report_several(
        const Context *context, const LeaseList *leases, const char *text, const char *outcome) {
        (void) report(STATUS_FAILURE,
                "%zu leases have the name '%s', which clients choose themselves; %s",
                leases->n_entries, text, outcome);
        if (print_candidates(context, leases) < 0)
                return report_no_memory();
        return STATUS_FAILURE;
}

void lease_pick_note_claims(
        const Options *options, size_t n_claims, const char *text, const char *verb) {
        if (n_claims > 0 && !options->quiet)
                (void) report(STATUS_OK,
                        "'%s' is a host of the configuration; what other clients have that only "
                        "call themselves so is left out; to see it: minidhcpctl %s '%s'",
                        text, verb, text);
}
