/* SPDX-License-Identifier: MIT */
#pragma once

/* A reserved address that goes from one machine to another: the host got another hardware address
 * or identifier, or the device on a relay's port was replaced. The newcomer gets it at once, unless
 * the other one is seen to be there; who was put out does not take it back while the other one
 * renews, or the two would do so for ever. */

#include <stdbool.h>
#include <stdint.h>

#include "core/lease.h"
#include "core/pool.h"
#include "core/succession-table.h"

typedef struct Request Request;

/**
 * lease_is_left_over() - whether the address was reserved for the client that has it, where it is
 * reserved for another now.
 */
bool lease_is_left_over(const Lease *lease);

/**
 * request_may_succeed() - whether the client gets the address that is reserved for it from another
 * one that is bound to it.
 *
 * @lease: bound to another client
 *
 * From a client that the reservation does not fit: where ARP gets to that one, once it has been
 * asked for and does not answer; elsewhere if the address was reserved for that one before. From
 * another device on the port that the address is reserved for: unless it answers, but not within
 * the lease of a client that it has put out itself, until it misses its T1.
 */
bool request_may_succeed(const Request *request, const Lease *lease);

/**
 * request_find_left_over() - the lease of the address that is reserved for the client, where it
 * depends on an answer by ARP whether the client may succeed one for which it was reserved before;
 * else NULL.
 */
const Lease *request_find_left_over(const Request *request);

/**
 * request_find_predecessor() - who is put out when the client is bound to an address.
 *
 * @lease: of the address, or NULL
 * Return: the hash of the client that has it, on another machine; 0 when there is none.
 */
uint64_t request_find_predecessor(const Request *request, const Lease *lease);

/**
 * request_prepare_succession() - what there will be to remember once the client is bound to an
 * address that another one has.
 *
 * @lease: of the address as it is, or NULL
 * Return: whether the client puts another one out.
 */
bool request_prepare_succession(const Request *request, const Lease *lease, Succession *ret);

/**
 * request_note_succession() - remembers that the client has put another one out, and says so. To be
 * called when nothing can fail any more.
 *
 * @pool: of the address
 */
void request_note_succession(Request *request, Pool *pool, const Succession *succession);

/**
 * request_tell_holder() - says who has the address that is reserved for the client, where another
 * machine does: once an hour; and once that one that was put out is alive, too.
 */
void request_tell_holder(Request *request);
