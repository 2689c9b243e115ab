/* SPDX-License-Identifier: MIT */
#pragma once

/* The leases of the client of a message, in the networks where it can be, and what is written into
 * one. */

#include <stdbool.h>

#include "basic/ipv4.h"
#include "core/lease-table.h"
#include "core/lease.h"
#include "core/pool.h"
#include "core/request-state.h"
#include "core/server-state.h"
#include "wire/client-id.h"

/**
 * request_has_pool() - whether a pool is open to the client.
 */
bool request_has_pool(const Request *request, const Pool *pool);

/**
 * request_find_pool_by_subnet() - the first of the request's pools whose subnet holds an address,
 * or NULL.
 */
Pool *request_find_pool_by_subnet(const Request *request, ipv4_t address);

/**
 * request_is_in_scope() - whether a lease is in the network that the request is about: in one of
 * its pools, open to the client or not, or in the subnet of one.
 */
bool request_is_in_scope(const Request *request, const Lease *lease);

/**
 * request_may_use() - whether a lease belongs to a pool that is open to the client.
 */
bool request_may_use(const Request *request, const Lease *lease);

/**
 * request_first_lease() - the client's first lease, in whatever pool; go on with
 * lease_table_next_of_client(). O(1).
 */
Lease *request_first_lease(const Request *request);

/**
 * request_first_own() - the first of all leases that are the client's, or NULL: those of its
 * identifier, or, where that is ignored, of its hardware address under whatever identifier. O(1).
 */
static inline Lease *request_first_own(const Request *request) {
        if (!request->by_hardware)
                return request_first_lease(request);
        return lease_table_first_of_hardware(
                &request->server->table, request->message->chaddr, request->message->hlen);
}

/**
 * request_next_own() - the next one, or NULL.
 */
static inline Lease *request_next_own(const Request *request, const Lease *lease) {
        if (!request->by_hardware)
                return lease_table_next_of_client(&request->server->table, lease);
        return lease_table_next_of_hardware(&request->server->table, lease);
}

/**
 * request_find_own() - the client's own binding of an address in the networks where it can be, or
 * NULL.
 */
Lease *request_find_own(const Request *request, ipv4_t address);

/**
 * request_find_lease() - the client's lease in one of some states that serves the client best: the
 * newest of those that it may use, or NULL.
 *
 * @states: a bit for each LeaseState
 */
Lease *request_find_lease(const Request *request, unsigned states);

/**
 * request_find_binding() - the client's bound lease in the request's pools, or NULL.
 */
Lease *request_find_binding(const Request *request);

/**
 * request_has_record() - whether anything is known of the client in the networks where it can be:
 * a lease, also one that is over, or an address that is reserved for it.
 *
 * @address: that it asks for; who answers for one that is set aside is known by that
 */
bool request_has_record(const Request *request, ipv4_t address);

/**
 * request_fill_record() - the client's values for a lease. What the old one has and the message
 * does not say stays.
 *
 * @old: the lease of the address, or NULL
 * @kept: the client, of request_kept_identity(); the record borrows it
 */
void request_fill_record(const Request *request, ipv4_t address, const Lease *old,
        const ClientId *kept, LeaseRecord *ret);
