/* SPDX-License-Identifier: MIT */
#pragma once

/* Where a reply goes. */

#include "basic/ipv4.h"
#include "core/pool.h"
#include "wire/datagram.h"
#include "wire/protocol.h"

typedef struct Request Request;

/**
 * request_destination() - where the reply goes.
 *
 * @pool: that answers
 * @yiaddr: 0 when the reply gives no address
 * @source: of request_server_address()
 */
void request_destination(const Request *request, const Pool *pool, DhcpMessageType type,
        ipv4_t yiaddr, ipv4_t source, Destination *ret);
