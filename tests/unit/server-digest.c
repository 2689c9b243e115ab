/* SPDX-License-Identifier: MIT */

#include "server-digest.h"

#include <string.h>

static uint64_t mix(uint64_t sum, uint64_t value) {
        sum = (sum ^ value) * UINT64_C(0x9e3779b97f4a7c15);
        return sum ^ sum >> 29;
}

static uint64_t mix_bytes(uint64_t sum, const void *data, size_t size) {
        const uint8_t *bytes = data;

        for (size_t i = 0; i < size; i++)
                sum = mix(sum, bytes[i]);
        return mix(sum, size);
}

static uint64_t digest_lease(const Lease *lease) {
        const char *pool = lease->pool ? lease->pool->settings->name : "";
        uint64_t sum = mix_bytes(0, pool, strlen(pool));
        LeaseRecord record;

        lease_get_record(lease, &record);
        sum = mix_bytes(sum, record.client_id, record.client_id_size);
        sum = mix_bytes(sum, record.hardware, record.hardware_size);
        sum = mix_bytes(sum, record.hostname, record.hostname_size);
        sum = mix_bytes(sum, record.said, record.said_size);
        sum = mix(sum, record.address);
        sum = mix(sum, record.state);
        sum = mix(sum, record.hardware_type);
        sum = mix(sum, record.flags);
        sum = mix(sum, record.n_declined);
        sum = mix(sum, record.offered_over);
        sum = mix(sum, record.ifindex);
        sum = mix(sum, record.started);
        sum = mix(sum, record.expires);
        sum = mix(sum, record.last_seen);
        return mix(sum, record.version);
}

static uint64_t digest_list(uint64_t sum, const List *list) {
        LIST_FOREACH (node, list)
                sum = mix(sum, CONTAINER_OF(node, Lease, in_pool)->address);
        return mix(sum, 0);
}

static uint64_t digest_pool(uint64_t sum, const Pool *pool) {
        size_t cursor = 0;
        ipv4_t address;

        sum = digest_list(sum, &pool->free);
        sum = digest_list(sum, &pool->offered);
        sum = digest_list(sum, &pool->declined);
        /* the next ones are enough: their number is told below */
        for (size_t n = 0; n < 64 && pool_next_unused(pool, &cursor, &address) >= 0; n++)
                sum = mix(sum, address);
        sum = mix(sum, pool->n_unused);
        sum = mix(sum, pool->n_exhausted);
        return mix(sum, (uint64_t) pool->warned_nearly_full << 2 |
                                (uint64_t) pool->warned_exhausted << 1 | pool->enabled);
}

uint64_t server_digest_values(const Server *server) {
        const LeaseTable *table = server_get_table(server);
        size_t n_pools;
        Pool *const *pools = server_get_pools(server, &n_pools);
        const Link *link;
        uint64_t sum = mix(server_last_commit(server), server_next_deadline(server)), leases = 0;

        for (size_t i = 0; i < lease_table_n_slots(table); i++)
                if (lease_table_at(table, i))
                        leases += digest_lease(lease_table_at(table, i));
        sum = mix(sum, leases);
        for (size_t i = 0; i < n_pools; i++)
                sum = digest_pool(sum, pools[i]);
        for (size_t i = 0; (link = server_link_at(server, i)); i++)
                sum = mix(sum, mix(link->ifindex, server_link_is_served(server, link->ifindex)));
        return sum;
}

uint64_t server_digest(const Server *server) {
        return mix(server_digest_values(server), (uintptr_t) server_get_settings(server));
}
