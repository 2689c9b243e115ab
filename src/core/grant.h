/* SPDX-License-Identifier: MIT */
#pragma once

/* What an administrator does to leases: he gives them, moves and prolongs them, and takes them. The
 * commits are the same as a client's messages make. Quarantines that he ends are in quarantine.h.
 */

#include "core/actions.h"
#include "core/binding.h"
#include "core/lease.h"
#include "core/pool.h"
#include "core/server.h"

/**
 * server_add_lease() - binds an address to a client. A client that has another address in the same
 * subnet moves: its other binding ends, and it is told so when it renews.
 *
 * @record: copied; address, client identifier (not empty), hardware address, hostname and expires
 *          (CLOCK_BOOTTIME, later than @now) are looked at
 * Return: 0, -EADDRNOTAVAIL when no pool gives the address out, -EADDRINUSE when it is bound to or
 * reserved for another, in quarantine, or ours, -ENOMEM, -ENOBUFS; nothing has changed then.
 */
int server_add_lease(Server *server, const LeaseRecord *record, usec_t now, Actions *actions);

/**
 * server_extend_lease() - moves the end of a binding. Its client hears of it when it renews.
 *
 * @expires: CLOCK_BOOTTIME, USEC_INFINITY for never
 * Return: 0, -ENOENT when the address has no lease, -EALREADY when it is not bound, -EINVAL when
 * @expires is over, -ENOMEM, -ENOBUFS.
 */
int server_extend_lease(
        Server *server, ipv4_t address, usec_t expires, usec_t now, Actions *actions);

/**
 * server_release_lease() - ends a binding as if its client had released it.
 * Return: 0, -ENOENT when the address has no lease, -EALREADY when it is not bound, -ENOMEM,
 * -ENOBUFS.
 */
int server_release_lease(Server *server, ipv4_t address, usec_t now, Actions *actions);

/**
 * server_delete_lease() - forgets everything about an address.
 * Return: 0, -ENOENT when the address has no lease, -ENOMEM, -ENOBUFS.
 */
int server_delete_lease(Server *server, ipv4_t address, usec_t now, Actions *actions);

/**
 * server_find_free_address() - an address of a pool that nobody has: never used, or longest free.
 * Changes nothing.
 *
 * Return: 0, -ENOENT when there is none.
 */
int server_find_free_address(const Server *server, const Pool *pool, ipv4_t *ret);

/**
 * server_edit_lease() - makes a lease what a row that a person has written says of it.
 *
 * Whether its author has seen the lease as it is now is told by the tag: with another one (or none)
 * a lease that is bound to somebody else stays his, and so does a quarantine. A client moves to the
 * record's address only if the tag is that of the lease that it moves from.
 *
 * A bound record whose end has passed ends the binding; one that is free ends a binding or a
 * quarantine, and without a client identifier it erases the address.
 *
 * @record: copied; address, state, client identifier, hardware address, hostname, expires
 *          (CLOCK_BOOTTIME) and version are looked at
 * Return: 0 (also when there is nothing to do), -EADDRNOTAVAIL when no pool gives the address out,
 * -EADDRINUSE when it is bound to or reserved for another, in quarantine, or ours, -EEXIST when the
 * client is bound elsewhere in the subnet, -EINVAL for an offer or a binding without a client,
 * -ENOMEM, -ENOBUFS; nothing has changed then.
 */
int server_edit_lease(Server *server, const LeaseRecord *record, usec_t now, Actions *actions);

/**
 * server_find_other_bindings() - bound leases of the record's client at other addresses in the
 * subnet of the pool that the record's address belongs to.
 */
OtherBindings server_find_other_bindings(const Server *server, const LeaseRecord *record);

/**
 * server_grant() - binds an address as the record says, whoever had it, and ends its client's other
 * bindings.
 *
 * @others: of server_find_other_bindings()
 * Return: as server_bind().
 */
int server_grant(Server *server, const LeaseRecord *wanted, const OtherBindings *others, usec_t now,
        Actions *actions);
