/* SPDX-License-Identifier: MIT */
#pragma once

/* Whether a message has to wait until an address is known to be clear, and what is done where it is
 * not. */

#include <stdbool.h>

#include "basic/ipv4.h"
#include "core/pool.h"

typedef struct Request Request;

/**
 * request_must_wait() - asks for an address that is held for the client, if need be, and for those
 * that come next. To be called once the address is held.
 *
 * Return: whether the message has been kept until the address is clear.
 */
bool request_must_wait(Request *request, ipv4_t address, const Pool *pool);

/**
 * request_must_wait_for_holder() - the same before a client that boots is told whether it keeps the
 * address it had: asks for the one that is reserved for it, where that is left over from another
 * machine, see request_find_left_over().
 *
 * Return: whether the message has been kept, or is one too many; the verdict is set then.
 */
bool request_must_wait_for_holder(Request *request);

/**
 * request_is_disputed() - whether another machine than its client has just answered for an address
 * that is bound to the client and is to be offered to it again. It is only asked for with
 * ConflictDetection=strict.
 */
bool request_is_disputed(const Request *request, ipv4_t address, const Pool *pool);

/**
 * request_give_up() - puts such an address in quarantine, as its client's DECLINE would, unless so
 * much of the pool is set aside already that the client is only to get another one.
 * Return: 0, -ENOMEM, -ENOBUFS.
 */
int request_give_up(Request *request, ipv4_t address, Pool *pool);

/**
 * request_is_put_off() - whether a client behind a relay that asks for an address has to wait until
 * it is known whether somebody still has it, since somebody has answered for it whom nobody can
 * name. Asks for the address and keeps the message, or drops it: sets the verdict.
 */
bool request_is_put_off(Request *request, ipv4_t address);
