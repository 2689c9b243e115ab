/* SPDX-License-Identifier: MIT */

/* Looks at leases and changes none. */

#include "core/client-leases.h"

#include "core/holder.h"
#include "core/plan.h"

bool request_has_pool(const Request *request, const Pool *pool) {
        for (size_t i = 0; i < request->n_pools; i++)
                if (request->pools[i] == pool)
                        return true;
        return false;
}

Pool *request_find_pool_by_subnet(const Request *request, ipv4_t address) {
        for (size_t i = 0; i < request->n_pools; i++)
                if (pool_contains(request->pools[i], address))
                        return request->pools[i];
        return NULL;
}

bool request_is_in_scope(const Request *request, const Lease *lease) {
        for (size_t i = 0; i < request->n_scope; i++)
                if (request->pools[i] == lease->pool ||
                        (!lease->pool && pool_contains(request->pools[i], lease->address)))
                        return true;
        return false;
}

bool request_may_use(const Request *request, const Lease *lease) {
        return lease->pool && request_has_pool(request, lease->pool);
}

Lease *request_first_lease(const Request *request) {
        return lease_table_first_of_hashed_client(&request->server->table, request->client.data,
                request->client.size, request->client_hash);
}

Lease *request_find_own(const Request *request, ipv4_t address) {
        Lease *lease = lease_table_find(&request->server->table, address);

        if (!lease || lease->state != LEASE_BOUND ||
                !lease_belongs_to(lease, request->client.data, request->client.size) ||
                !request_is_in_scope(request, lease))
                return NULL;
        return lease;
}

Lease *request_find_lease(const Request *request, unsigned states) {
        const LeaseTable *table = &request->server->table;
        Lease *newest = NULL;

        for (Lease *lease = request_first_lease(request); lease;
                lease = lease_table_next_of_client(table, lease)) {
                if (!(states & 1U << lease->state) || !request_may_use(request, lease))
                        continue;
                /* Times of before the boot wrap: compare by difference. */
                if (!newest || (int64_t) (lease->last_seen - newest->last_seen) > 0)
                        newest = lease;
        }
        return newest;
}

Lease *request_find_binding(const Request *request) {
        return request_find_lease(request, 1U << LEASE_BOUND);
}

bool request_has_record(const Request *request, ipv4_t address) {
        const LeaseTable *table = &request->server->table;
        const Lease *asked = lease_table_find(table, address);

        if (request->host && request->host->settings->address != 0)
                return true;
        /* which client it was that answered by ICMP echo is not known */
        if (asked && !lease_is_claimed_unnamed(asked) && request_is_holder(request, asked))
                return true;
        for (const Lease *lease = request_first_lease(request); lease;
                lease = lease_table_next_of_client(table, lease))
                if ((lease->state != LEASE_OFFERED || lease->offered_over != LEASE_OFFERED) &&
                        request_is_in_scope(request, lease))
                        return true;
        return false;
}

void request_fill_record(const Request *request, ipv4_t address, const Lease *old,
        const ClientId *kept, LeaseRecord *ret) {
        const Host *host = request->host;

        *ret = (LeaseRecord){
                .address = address,
                .client_id = kept->data,
                .client_id_size = kept->size,
                .hardware = request->message->chaddr,
                .hardware_type = request->message->htype,
                .hardware_size = request->message->hlen,
                .hostname = request->hostname,
                .hostname_size = (uint8_t) request->hostname_size,
                .ifindex = request->metadata->ifindex,
                .started = request->now,
                .last_seen = request->now,
                .version = old ? old->version : 0,
        };
        if (request->relay_agent_size <= UINT8_MAX) {
                ret->relay_agent = request->relay_agent;
                ret->relay_agent_size = (uint8_t) request->relay_agent_size;
        }
        if (host && host->settings->address == address)
                ret->flags |= LEASE_RESERVED;
        if (request->role == SENDER_RELAYED || request->role == SENDER_PAST_RELAY)
                ret->flags |= LEASE_RELAYED;
        ret->relay = request->message->giaddr;
        if (old && lease_belongs_to(old, request->client.data, request->client.size)) {
                LeaseRecord record;

                lease_get_record(old, &record);
                if (ret->hostname_size == 0) {
                        ret->hostname = record.hostname;
                        ret->hostname_size = record.hostname_size;
                }
                if (ret->relay_agent_size == 0) {
                        ret->relay_agent = record.relay_agent;
                        ret->relay_agent_size = record.relay_agent_size;
                }
                if (request->role == SENDER_PAST_RELAY)
                        ret->relay = record.relay;
        }
}
