/* SPDX-License-Identifier: MIT */
#pragma once

/* What loading leases from the lease file has in common with a new configuration. The rest is in
 * server.h.
 */

#include <stddef.h>

#include "core/lease.h"
#include "core/plan.h"

typedef struct Server Server;

/**
 * server_sort_room() - how many leases plan_sort_leases() has to have room for.
 */
size_t server_sort_room(const Server *server);

/**
 * plan_sort_leases() - puts what is free or offered in the order in which it became so, after
 * leases have entered the pools in another. O(n log n) in these.
 *
 * @room: scratch space for server_sort_room() leases
 */
void plan_sort_leases(const Plan *plan, Lease **room);
