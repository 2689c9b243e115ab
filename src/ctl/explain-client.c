/* SPDX-License-Identifier: MIT */
/* Finds a client by what a person knows of it. */

#include <stdlib.h>
#include <string.h>

#include "ctl/explain-client.h"

static void set_bytes(uint8_t *bytes, size_t *n_bytes, const uint8_t *data, size_t size) {
        *n_bytes = MIN(size, (size_t) PATTERN_BYTES_MAX);
        memcpy(bytes, data, *n_bytes);
}

/* RFC 2132 9.14: what a client has of itself that sends no identifier of its own. */
static bool is_made_of_hardware(const LeaseEntry *lease) {
        return lease->client_id_size == lease->hardware_size + 1 &&
               memcmp(lease->client_id + 1, lease->hardware, lease->hardware_size) == 0;
}

static void take_lease(const LeaseEntry *lease, ExplainClient *ret) {
        set_bytes(ret->hardware, &ret->hardware_size, lease->hardware, lease->hardware_size);
        if (!is_made_of_hardware(lease))
                set_bytes(ret->client_id, &ret->client_id_size, lease->client_id,
                        lease->client_id_size);
}

static bool is_same_client(const LeaseEntry *a, const LeaseEntry *b) {
        return a->hardware_size == b->hardware_size &&
               memcmp(a->hardware, b->hardware, a->hardware_size) == 0;
}

/* The newest of the client's leases, or NULL. */
static const LeaseEntry *newest_of(const LeaseList *list) {
        const LeaseEntry *newest = NULL;

        for (size_t i = 0; i < list->n_entries; i++)
                if (!newest || list->entries[i].last_seen > newest->last_seen)
                        newest = &list->entries[i];
        return newest;
}

static bool is_one_client(const LeaseList *list) {
        for (size_t i = 1; i < list->n_entries; i++)
                if (!is_same_client(&list->entries[0], &list->entries[i]))
                        return false;
        return true;
}

/* A host that has never had a lease. */
static bool take_host(const NamedHost *host, ExplainClient *ret) {
        for (size_t i = 0; i < host->n_identities; i++) {
                const Pattern *identity = &host->identities[i];

                if (identity->type == PATTERN_HARDWARE)
                        set_bytes(ret->hardware, &ret->hardware_size, identity->bytes,
                                identity->n_bytes);
                else
                        set_bytes(ret->client_id, &ret->client_id_size, identity->bytes,
                                identity->n_bytes);
        }
        return host->n_identities > 0;
}

ExitStatus explain_client_find(const Context *context, LeaseSource *source, const Pattern *pattern,
        const char *text, ExplainClient *ret) {
        _cleanup_(lease_pick_done) LeasePick pick = {0};
        const LeaseEntry *lease;
        ExitStatus status;

        *ret = (ExplainClient){0};
        if (pattern->type == PATTERN_CLIENT_ID) {
                set_bytes(ret->client_id, &ret->client_id_size, pattern->bytes, pattern->n_bytes);
                return STATUS_OK;
        }
        status = lease_pick(source, pattern, text, true, &pick);
        if (status != STATUS_OK)
                return status;
        lease = newest_of(&pick.leases);

        if (pattern->type == PATTERN_HARDWARE) {
                set_bytes(ret->hardware, &ret->hardware_size, pattern->bytes, pattern->n_bytes);
                if (lease)
                        take_lease(lease, ret);
                return STATUS_OK;
        }
        /* one host may have several network cards, of which the newest lease counts */
        if (lease && !(named_hosts_are_known(&pick.hosts) && pick.hosts.n_items == 1) &&
                !is_one_client(&pick.leases))
                return lease_pick_report_several(context, &pick.leases, text,
                        "nothing is explained; name one client by its hardware address");
        lease_pick_note_claims(&context->options, pick.claims.n_entries, text, "list-leases --all");
        if (lease) {
                take_lease(lease, ret);
                return STATUS_OK;
        }
        if (pick.hosts.n_items == 1 && take_host(&pick.hosts.items[0], ret))
                return STATUS_OK;
        if (pick.hosts.n_items > 0)
                return report(STATUS_FAILURE,
                        "Host '%s' has no lease that tells its hardware address; name the client "
                        "by that, such as 02:00:00:00:00:07",
                        text);
        return report(STATUS_NOT_FOUND,
                "There is neither a lease nor a host '%s'; name the client by its hardware "
                "address, such as 02:00:00:00:00:07",
                text);
}
