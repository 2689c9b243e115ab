/* SPDX-License-Identifier: MIT */
#pragma once

/* Leases as the lease file has them, for whoever must not be told what may be taken back: a lease
 * with commits that are not durable is shown as it was before the oldest of them, or not at all.
 *
 * Offers are the exception, since no file ever has them: one is shown while it is there, and its
 * coming and going is no change. Nor is what becomes of the record of a free address while it is
 * offered to somebody. So what can be followed exactly are leases that are bound or in quarantine:
 * these begin and end by commits alone. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/lease.h"
#include "core/server.h"

typedef struct DurableLease {
        LeaseRecord record; /* borrows until the lease changes, or one of its commits is durable */
        const Pool *pool;   /* NULL = none */
} DurableLease;

/**
 * server_find_durable() - the lease of an address.
 * Return: whether there is one. O(1), but for commits of one address one after the other.
 */
bool server_find_durable(const Server *server, ipv4_t address, DurableLease *ret);

/**
 * server_durable_at() - the lease that a slot of the lease table stands for, see lease_table_at().
 * At each moment a lease is found in one slot; it keeps it while it lives.
 *
 * Return: whether there is one.
 */
bool server_durable_at(const Server *server, size_t slot, DurableLease *ret);

/**
 * server_count_undurable() - how many changes of leases wait for the disk, or are remembered with
 * one that does.
 */
size_t server_count_undurable(const Server *server);

/**
 * server_undurable_at() - the address of one of them; the same may be there several times.
 */
ipv4_t server_undurable_at(const Server *server, size_t i);

/**
 * server_get_generation() - the number of the newest durable change of a lease. It rises with every
 * commit that has reached the disk, and where settings move a lease to another pool or change its
 * flags; it begins at a number that nobody can foretell.
 */
uint64_t server_get_generation(const Server *server);

/**
 * server_begin_changes() - changes are to be kept from now on.
 */
void server_begin_changes(Server *server);

/**
 * server_seek_changes() - as change_log_seek().
 */
bool server_seek_changes(Server *server, uint64_t since, size_t *ret_position);

/**
 * server_next_change() - as change_log_next().
 */
bool server_next_change(
        const Server *server, size_t *position, ipv4_t *ret_address, uint64_t *ret_number);

/**
 * server_forget_changes() - all leases look different now, since the wall clock was set: whoever
 * follows them has to list them again.
 */
void server_forget_changes(Server *server);
