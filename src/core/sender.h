/* SPDX-License-Identifier: MIT */
#pragma once

/* Where a message comes from, and what its sender may do there. Every message is judged here, once,
 * before anything else is made of it. */

#include <stdbool.h>

#include "basic/ipv4.h"

typedef struct Request Request;

/**
 * request_judge_sender() - finds the networks in which the sender of a message can be: sets
 * request->role, and request->pools to the pools that serve these networks.
 *
 * RFC 2131 4.3.1, RFC 3011, RFC 3527. Looks at no lease and at no client: whoever sends the same
 * bytes from the same place gets the same answer. O(log pools) for a message of a relay, and the
 * pools of the subnet; O(pools of the link) for others.
 *
 * @ret_key: the address that tells the subnet, host byte order; 0 when it is the arrival link's
 * Return: true, or false with actions->verdict set: VERDICT_OWN_ADDRESS, VERDICT_BAD_SELECTION,
 * VERDICT_UNTRUSTED_RELAY, VERDICT_WRONG_SOURCE, VERDICT_NO_POOL. What an administrator should know
 * has been added to the actions then.
 */
bool request_judge_sender(Request *request, ipv4_t *ret_key);

/**
 * request_find_networks() - the pools of the networks that a message is about, whether its sender
 * is to be believed or not: sets request->pools.
 *
 * Return: 0, -EBADMSG when a subnet is selected in a way that cannot be read.
 */
int request_find_networks(Request *request);

/**
 * request_is_by_unicast() - whether the client sent the message to an address of ours and to nobody
 * else; what a relay sends is not the client's.
 */
bool request_is_by_unicast(const Request *request);

/**
 * request_relay_is_named() - whether the message's giaddr is in the Relay= of a pool that it is
 * for.
 */
bool request_relay_is_named(const Request *request);
