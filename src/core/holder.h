/* SPDX-License-Identifier: MIT */
#pragma once

/* Who answers for an address, as far as has been seen, and whether that is the client of a message.
 */

#include <stdbool.h>

#include "basic/ipv4.h"
#include "core/lease.h"

typedef struct Request Request;

/**
 * request_is_forestalled() - whether somebody has answered for an address a moment ago who is not
 * the client.
 */
bool request_is_forestalled(const Request *request, ipv4_t address);

/**
 * request_is_holder() - whether an address is set aside since the client itself was seen to answer
 * for it on its link, or is taken for the one that did behind its relay.
 */
bool request_is_holder(const Request *request, const Lease *lease);
