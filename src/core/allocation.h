/* SPDX-License-Identifier: MIT */
#pragma once

/* Which address a client is to get. */

#include "basic/ipv4.h"
#include "core/pool.h"

typedef struct Request Request;

/**
 * request_choose_address() - the address that the client is to be offered.
 *
 * Return: 0, -ENOENT when every pool is exhausted.
 */
int request_choose_address(const Request *request, ipv4_t *ret_address, Pool **ret_pool);

/**
 * request_exhausted() - sets the verdict and, once until there is an address again, adds a notice.
 */
void request_exhausted(Request *request);
