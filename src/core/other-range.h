/* SPDX-License-Identifier: MIT */
#pragma once

/* Addresses that another server gives out, by agreement. */

#include <stdbool.h>

#include "basic/ipv4.h"

typedef struct Request Request;

/**
 * request_is_others() - whether another server gives an address out in the network that the request
 * is about (OtherRange=).
 */
bool request_is_others(const Request *request, ipv4_t address);
