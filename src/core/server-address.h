/* SPDX-License-Identifier: MIT */
#pragma once

/* Which of our addresses is the server's, for the client of a message, and whether the client means
 * us. */

#include "basic/ipv4.h"
#include "core/pool.h"

typedef struct Request Request;

/**
 * request_server_address() - our address as clients of a pool reach it.
 *
 * ServerAddress= if it is ours; else our main address in the pool's subnet on the arrival link; for
 * a subnet that the link does not hold, the address that the message was sent to, or the link's
 * first.
 */
ipv4_t request_server_address(const Request *request, const Pool *pool);

/**
 * request_check_server_address() - adds a notice, once, when a pool's ServerAddress= is no address
 * of this machine.
 */
void request_check_server_address(Request *request, Pool *pool);

/**
 * request_get_override() - the server identifier that a relay puts in the place of ours.
 *
 * Return: 0, -ENODATA when there is none, -EBADMSG.
 */
int request_get_override(const Request *request, ipv4_t *ret);

/**
 * request_server_id() - what option 54 says: the identifier that the client named if it is ours,
 * the relay's override (RFC 5107), or our address.
 *
 * @own: of request_server_address()
 */
ipv4_t request_server_id(const Request *request, ipv4_t own);

/**
 * request_names_us() - whether the message's option 54 is ours.
 *
 * Return: 1, 0 when it names another server, -ENODATA when it is absent, -EBADMSG when malformed.
 */
int request_names_us(const Request *request);
