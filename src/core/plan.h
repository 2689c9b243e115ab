/* SPDX-License-Identifier: MIT */
#pragma once

/* The settings in force, made ready for lookup: a pool for each PoolSettings, which pool an address
 * belongs to, whom it is reserved for, and which host a client is. Built whole by one function,
 * never changed afterwards; only the pools' own book-keeping lives. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/ipv4.h"
#include "basic/macro.h"
#include "core/lease.h"
#include "core/pool.h"
#include "core/settings.h"

/* By what a host is known; the earlier ones win over the later ones. One with a circuit besides is
 * known by the others, and on that circuit alone. */
typedef enum HostKeyType {
        HOST_KEY_CLIENT_ID,
        HOST_KEY_HARDWARE,
        HOST_KEY_CIRCUIT_ID,
        HOST_KEY_TYPE_MAX,
} HostKeyType;

typedef struct Host {
        const HostSettings *settings;
        Pool *pool; /* its Pool=, or the pool that its address lies in; NULL = any, also when what
                       it is meant for is not there */
} Host;

typedef struct HostKey {
        HostKeyType type;
        size_t size;
        const uint8_t *data;
        const Host *host;
} HostKey;

typedef struct PlanSpan {
        Ipv4Range range;
        ipv4_t reach; /* the largest end of this and all spans before it */
        Pool *pool;
} PlanSpan;

typedef struct Plan {
        Settings *settings;
        Pool **pools; /* in the order of the configuration */
        size_t n_pools;
        PlanSpan *subnets; /* one for each pool, by first address */
        PlanSpan *spans;   /* the ranges of all pools, by first address */
        size_t n_spans;
        Host *hosts;
        HostKey *host_keys; /* by type, size and bytes; of equal ones the earlier host first */
        size_t n_host_keys;
        bool ignores_client_id; /* some pool does; and some has other ranges: most plans need not
                                   look */
        bool has_other_ranges;
        const Host **reservations; /* hosts with an address in their pool, by address */
        size_t n_reservations;
} Plan;

/**
 * plan_new() - builds pools and indices. O(n log n) in ranges and hosts, O(addresses of the
 * ranges).
 *
 * @settings: belongs to the plan on success
 * Return: 0, -ENOMEM.
 */
int plan_new(Plan **ret, Settings *settings);

/**
 * plan_free() - frees the plan with its pools and settings; no lease may be in a pool any more.
 * Return: NULL.
 */
Plan *plan_free(Plan *plan);

/**
 * plan_find_pool() - a pool by name, or NULL. O(pools).
 */
Pool *plan_find_pool(const Plan *plan, const char *name);

/**
 * plan_find_host_pool() - the pool of a host, see Host; NULL = any. O(pools).
 */
Pool *plan_find_host_pool(const Plan *plan, const HostSettings *settings);

/**
 * plan_find_pool_of() - the pool that may give out this address, to anybody or to a host; NULL when
 * there is none, or @plan is NULL. O(log n) unless ranges of several pools overlap.
 */
Pool *plan_find_pool_of(const Plan *plan, ipv4_t address);

/**
 * plan_find_pools_at() - the pools whose subnet holds an address, enabled or not, in the order of
 * the configuration. O(log pools), and what is found.
 *
 * @ret: room for plan->n_pools
 * Return: how many there are.
 */
size_t plan_find_pools_at(const Plan *plan, ipv4_t address, Pool **ret);

/**
 * plan_has_range() - whether an address lies in a range of some pool, excluded or not. O(log n)
 * unless ranges of several pools overlap.
 */
bool plan_has_range(const Plan *plan, ipv4_t address);

/**
 * plan_first_reservation() - the first host that the address is reserved for, or NULL. O(log n).
 */
const Host *plan_first_reservation(const Plan *plan, ipv4_t address);

/**
 * plan_find_reservations() - the hosts that an address is reserved for, one behind the other: from
 * here on while they have this address, and up to the end of plan->reservations. O(log n).
 */
const Host *const *plan_find_reservations(const Plan *plan, ipv4_t address);

/**
 * plan_is_reserved_for_other() - whether the address is reserved, and not for this host.
 *
 * @host: NULL = a client that is no host
 */
bool plan_is_reserved_for_other(const Plan *plan, ipv4_t address, const Host *host);

/**
 * plan_first_host_key() - the first of the keys that are equal to this one, or NULL; the others
 * follow it in plan->host_keys, see plan_next_host_key(). O(log n).
 */
const HostKey *plan_first_host_key(
        const Plan *plan, HostKeyType type, const uint8_t *data, size_t size);

/**
 * plan_next_host_key() - the next equal key, or NULL.
 */
const HostKey *plan_next_host_key(const Plan *plan, const HostKey *key);

/**
 * host_is_on_circuit() - whether a host's CircuitId= is what a relay has said, or the host has
 * none.
 *
 * @relay_agent: @size bytes of option 82
 */
bool host_is_on_circuit(const HostSettings *host, const uint8_t *relay_agent, size_t size);

/**
 * host_is_port() - whether a host is known by its circuit alone: it is whatever is there.
 */
static inline bool host_is_port(const HostSettings *host) {
        return host->hardware_size == 0 && host->client_id.size == 0;
}

/**
 * host_is_client() - whether a host is the client of a lease, as far as the lease tells.
 */
bool host_is_client(const HostSettings *host, const LeaseRecord *record);

/**
 * plan_reserves_for() - whether a lease's address is reserved for the very client that has it, as
 * far as the lease tells. O(log n).
 *
 * @plan: NULL = nothing is reserved
 */
bool plan_reserves_for(const Plan *plan, const LeaseRecord *record);

DEFINE_POINTER_CLEANUP(Plan, plan_free);
