/* SPDX-License-Identifier: MIT */
#pragma once

/* For how long, and when to renew. */

#include <stdbool.h>
#include <stdint.h>

#include "basic/macro.h"
#include "basic/time.h"
#include "core/pool.h"

typedef struct Request Request;

/**
 * request_lifetime() - how long the client may have an address of a pool: whole seconds or
 * USEC_INFINITY.
 */
usec_t request_lifetime(const Request *request, const Pool *pool);

/**
 * request_renewal_times() - T1 and T2 of a finite lease, in seconds; the same each time.
 *
 * Return: whether there are such times: 0 < T1 < T2 < lease.
 */
bool request_renewal_times(
        const Request *request, usec_t lifetime, uint32_t *ret_t1, uint32_t *ret_t2);

/**
 * lifetime_to_wire() - a lifetime as options 51, 58 and 59 have it.
 */
uint32_t lifetime_to_wire(usec_t lifetime) _const_;
