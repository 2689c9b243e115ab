/* SPDX-License-Identifier: MIT */

/* In rounds, each of which touches only what the round before has asked for: bucket, lease, its
 * neighbour in the bucket, and what the lease points to. The processor goes on to the next packet
 * while memory answers. */

#include <string.h>

#include "core/look-ahead.h"
#include "core/server-internal.h"

/* The client's identity without taking the message apart: the first option 61 that is met, else
 * the hardware address. See client_id_from_message(), which decides. */
static bool packet_get_client(const LookAheadPacket *packet, ClientId *ret) {
        const uint8_t *p, *end;

        if (packet->size < DHCP_OPTIONS_OFFSET)
                return false;
        p = packet->data + DHCP_OPTIONS_OFFSET;
        end = packet->data + packet->size;
        while (end - p >= 2 && p[0] != DHCP_OPTION_END) {
                if (p[0] == DHCP_OPTION_PAD) {
                        p++;
                        continue;
                }
                if (p[1] > end - p - 2)
                        return false;
                if (p[0] == DHCP_OPTION_CLIENT_ID) {
                        ret->size = p[1];
                        memcpy(ret->data, p + 2, p[1]);
                        return true;
                }
                p += 2 + p[1];
        }
        client_id_from_hardware(
                packet->data[1], packet->data + DHCP_CHADDR_OFFSET, packet->data[2], ret);
        return true;
}

void server_look_ahead(Server *server, const LookAheadPacket *packets, size_t n) {
        LeaseTable *table = &server->table;
        uint64_t hashes[LOOK_AHEAD_MAX];
        size_t n_hashes = 0;

        for (size_t i = 0; i < n && i < LOOK_AHEAD_MAX; i++) {
                ClientId client;

                if (!packet_get_client(&packets[i], &client))
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
