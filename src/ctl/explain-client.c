/* SPDX-License-Identifier: MIT */
/* Finds a client by what a person knows of it. */

#include <stdlib.h>
#include <string.h>

#include "ctl/bus-api.h"
#include "ctl/explain-client.h"
#include "ctl/hosts.h"

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

static int fetch_host(Connection *connection, const char *name, json_object **ret) {
        _cleanup_free_ char *path = NULL;
        int r;

        r = sd_bus_path_encode(BUS_API_HOST_PREFIX, name, &path);
        return r < 0 ? r : connection_get_all(connection, path, BUS_API_HOST, ret);
}

/* A host that has never had a lease. */
static bool find_host(Connection *connection, const char *name, ExplainClient *ret) {
        _cleanup_json_ json_object *host = NULL;
        Pattern pattern;

        if (fetch_host(connection, name, &host) < 0)
                return false;
        if (pattern_parse(json_get_text(host, "MACAddress"), &pattern) >= 0 &&
                pattern.type == PATTERN_HARDWARE)
                set_bytes(ret->hardware, &ret->hardware_size, pattern.bytes, pattern.n_bytes);
        /* six bytes look like a hardware address */
        if (pattern_parse(json_get_text(host, "ClientId"), &pattern) >= 0 && pattern.n_bytes > 0)
                set_bytes(ret->client_id, &ret->client_id_size, pattern.bytes, pattern.n_bytes);
        return ret->hardware_size > 0 || ret->client_id_size > 0;
}

ExitStatus explain_client_find(
        LeaseSource *source, const Pattern *pattern, const char *text, ExplainClient *ret) {
        const LeaseFilter filter = {.include_expired = true};
        _cleanup_(lease_list_done) LeaseList list = {0};
        const LeaseEntry *lease;
        ExitStatus status;

        *ret = (ExplainClient){0};
        if (pattern->type == PATTERN_CLIENT_ID) {
                set_bytes(ret->client_id, &ret->client_id_size, pattern->bytes, pattern->n_bytes);
                return STATUS_OK;
        }
        status = lease_source_fetch_any(source, filter, pattern, 1, &list);
        if (status != STATUS_OK)
                return status;
        lease = newest_of(&list);

        if (pattern->type == PATTERN_HARDWARE) {
                set_bytes(ret->hardware, &ret->hardware_size, pattern->bytes, pattern->n_bytes);
                if (lease)
                        take_lease(lease, ret);
                return STATUS_OK;
        }
        if (lease && !is_one_client(&list))
                return report(STATUS_FAILURE,
                        "'%s' picks leases of several clients; name one by its hardware address: "
                        "minidhcpctl list-leases --all '%s'",
                        text, text);
        if (lease) {
                take_lease(lease, ret);
                return STATUS_OK;
        }
        if (pattern->type == PATTERN_HOSTNAME && find_host(&source->connection, text, ret))
                return STATUS_OK;
        return report(STATUS_NOT_FOUND,
                "There is neither a lease nor a host '%s'; name the client by its hardware "
                "address, such as 02:00:00:00:00:07",
                text);
}
