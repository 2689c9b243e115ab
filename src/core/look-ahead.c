/* SPDX-License-Identifier: MIT */

/* In rounds, each of which touches only what the round before has asked for: bucket, lease, its
 * neighbour in the bucket, and what the lease points to. The processor goes on to the next packet
 * while memory answers. */

#include "core/look-ahead.h"

#include "core/lease-table.h"
#include "core/rate-limit.h"
#include "core/server-state.h"

void server_look_ahead(Server *server, const LookAheadPacket *packets, size_t n) {
        LeaseTable *table = &server->table;
        uint64_t hashes[LOOK_AHEAD_MAX];
        size_t n_hashes = 0;

        for (size_t i = 0; i < n && i < LOOK_AHEAD_MAX; i++) {
                ClientId client;

                if (client_id_peek(packets[i].data, packets[i].size, &client) < 0)
                        continue;
                hashes[n_hashes] = lease_table_hash(table, client.data, client.size);
                rate_limiter_fetch(&server->rate_limiter, hashes[n_hashes]);
                lease_table_fetch_bucket(table, hashes[n_hashes++]);
        }
        lease_table_move(table, n_hashes);
        for (size_t i = 0; i < n_hashes; i++)
                lease_table_fetch_lease(table, hashes[i]);
        for (size_t i = 0; i < n_hashes; i++)
                lease_table_fetch_neighbour(table, hashes[i]);
        for (size_t i = 0; i < n_hashes; i++)
                lease_table_fetch_rest(table, hashes[i]);
}
