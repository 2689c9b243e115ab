/* SPDX-License-Identifier: MIT */

/* Who a client is where ClientIdentifier=ignore: its hardware address, whatever option 61 says
 * (DEVIATIONS 23). Leases that were made while the identifier counted are the client's all the
 * same: it goes on under the identifier of the one that it means, and what it is given from now on
 * is written down by its hardware address.
 *
 * Knows where the message is from (sender.c) and changes no lease. */

#include "core/identity.h"

#include <string.h>

#include "core/client-leases.h"
#include "core/lease-table.h"
#include "core/lease.h"
#include "core/pool.h"
#include "wire/message.h"
#include "wire/protocol.h"

/* Leases of one hardware address under different identifiers that are looked at; somebody may have
 * made a pool full of them. */
#define LOOKS_MAX 64

static bool request_ignores_client_id(const Request *request) {
        if (!request->server->plan->ignores_client_id || request->message->hlen == 0)
                return false;
        for (size_t i = 0; i < request->n_scope; i++)
                if (request->pools[i]->settings->ignore_client_id)
                        return true;
        return false;
}

/* The address that the message is about, 0 when it names none. */
static ipv4_t request_get_wish(const Request *request) {
        ipv4_t address = 0;

        if (message_get_ipv4(request->message, DHCP_OPTION_REQUESTED_ADDRESS, &address) < 0 ||
                address == 0)
                address = request->message->ciaddr;
        return address;
}

/* How much speaks for a lease of the hardware address being the one that the client means; 0 for
 * those that are nothing to it. */
static unsigned request_rate(const Request *request, const Lease *lease, ipv4_t wish) {
        static const unsigned by_state[LEASE_STATE_MAX] = {
                [LEASE_BOUND] = 3,
                [LEASE_OFFERED] = 2,
                [LEASE_RELEASED] = 1,
                [LEASE_EXPIRED] = 1,
        };
        const unsigned rank = by_state[lease->state];

        if (rank == 0 || !lease->identity || lease->identity->client_id_size == 0 ||
                !request_is_in_scope(request, lease))
                return 0;
        return 4 * rank + (lease->address == wish ? 2 : 0) +
               (lease_belongs_to(lease, request->client.data, request->client.size) ? 1 : 0);
}

static const Lease *request_find_by_hardware(const Request *request) {
        const MessageView *message = request->message;
        const LeaseTable *table = &request->server->table;
        const ipv4_t wish = request_get_wish(request);
        const Lease *best = NULL;
        unsigned best_rate = 0;
        size_t n = 0;

        for (const Lease *lease =
                        lease_table_first_of_hardware(table, message->chaddr, message->hlen);
                lease && n < LOOKS_MAX; lease = lease_table_next_of_hardware(table, lease), n++) {
                const unsigned rate = request_rate(request, lease, wish);

                /* Times of before the boot wrap: compare by difference. */
                if (rate > best_rate ||
                        (rate > 0 && rate == best_rate &&
                                (int64_t) (lease->last_seen - best->last_seen) > 0)) {
                        best = lease;
                        best_rate = rate;
                }
        }
        return best;
}

static void request_set_client(Request *request, const uint8_t *data, size_t size) {
        request->client.size = (uint8_t) size;
        memcpy(request->client.data, data, size);
        request->client_hash = lease_table_hash(&request->server->table, data, size);
}

void request_identify(Request *request) {
        const Lease *lease;
        Server *server = request->server;
        LeaseRecord record;

        if (!request_ignores_client_id(request))
                return;
        server->sent_id = request->client;
        client_id_from_hardware(request->message->htype, request->message->chaddr,
                request->message->hlen, &server->hardware_id);
        request->by_hardware = true;
        lease = request_find_by_hardware(request);
        if (!lease) {
                request_set_client(request, server->hardware_id.data, server->hardware_id.size);
                return;
        }
        lease_get_record(lease, &record);
        request_set_client(request, record.client_id, record.client_id_size);
}
