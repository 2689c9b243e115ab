/* SPDX-License-Identifier: MIT */
#pragma once

/* Which pools are open to the client of a message, and which host it is. */

#include <stdbool.h>

#include "core/pool.h"

typedef struct Request Request;

/**
 * request_select() - finds the pools that may serve the client, and the host that it is.
 *
 * Return: true, or false with actions->verdict set.
 */
bool request_select(Request *request);

/**
 * request_keep_pools() - leaves those pools open to the client that pass a test.
 */
void request_keep_pools(
        Request *request, bool (*is_open)(const Request *request, const Pool *pool));
