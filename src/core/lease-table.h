/* SPDX-License-Identifier: MIT */
#pragma once

/* All leases and their indices: by address, by client identifier, by hardware address, and by the
 * time at which something is due. Every operation is O(1) or O(log n); slots are stable for
 * iteration.
 *
 * What a flood has needed goes back: offers beyond the first few thousand at a time lie in memory
 * of their own (slab.h), and a lease that comes of one moves out of it. So a pointer to an offer is
 * good until the next change of that address; every other lease stays where it is.
 *
 * Invariant: what an index, a pool's list, its bitmap or a counter depends on is written by the
 * functions of this file alone, each of which keeps all of them in agreement. Beside these stand
 * the tag of the row, which nothing depends on (server_set_lease_version()), and in_claimed, which
 * is the pool's own. */

#include <stdint.h>

#include "basic/hash.h"
#include "basic/heap.h"
#include "basic/slab.h"
#include "core/lease.h"

#define LEASE_IDENTITY_CLASSES 5

typedef struct LeaseTable {
        HashTable by_address;
        HashTable by_client;
        HashTable by_hardware;
        Heap offers; /* their ends: soon, so that these do not sift through a million leases */
        Heap timers; /* ends of bound leases and quarantines */
        Slab leases;
        Slab identities[LEASE_IDENTITY_CLASSES]; /* by size class */
        uint8_t hash_key[16];
        uint64_t generation; /* counts changes, for listings */
        size_t n_by_state[LEASE_STATE_MAX];
        size_t n_local; /* bound ones whose hardware address is locally administered */
} LeaseTable;

/**
 * lease_table_init() - an empty table.
 *
 * @hash_key: secret of the hash functions
 */
void lease_table_init(LeaseTable *table, const uint8_t hash_key[static 16]);

/**
 * lease_table_done() - frees all leases. Pools are not touched.
 */
void lease_table_done(LeaseTable *table);

/**
 * lease_table_reserve() - makes room in the indices for @n leases, while there are none.
 *
 * Return: 0 or -ENOMEM.
 */
int lease_table_reserve(LeaseTable *table, size_t n);

/**
 * lease_table_apply() - makes a lease hold these values: creates it when the address has none,
 * moves it between indices, lists and counters as needed.
 *
 * @pool: the pool that the address belongs to, or NULL
 * @record: copied; may borrow from the very lease that is changed
 * @ret: may be NULL; where the lease is now
 * Return: 0, -ENOMEM with nothing changed.
 */
int lease_table_apply(LeaseTable *table, Pool *pool, const LeaseRecord *record, Lease **ret);

/**
 * lease_table_remove() - forgets a lease and frees it.
 */
void lease_table_remove(LeaseTable *table, Lease *lease);

/**
 * lease_table_restore() - gives a lease earlier values back. Cannot fail.
 *
 * @identity: from lease_table_copy_identity() of the same lease, or NULL; belongs to the lease now
 */
void lease_table_restore(LeaseTable *table, Lease *lease, Pool *pool, const LeaseRecord *record,
        LeaseIdentity *identity);

/**
 * lease_table_detach() - forgets a lease but keeps its slot, which lookups and iteration no longer
 * find, so that lease_table_attach() cannot fail. Its identity goes.
 */
void lease_table_detach(LeaseTable *table, Lease *lease);

/**
 * lease_table_attach() - puts a detached lease back, of no pool; lease_table_restore() is to
 * follow. The address must have no other lease.
 */
void lease_table_attach(LeaseTable *table, Lease *lease);

/**
 * lease_table_discard() - frees a detached lease.
 */
void lease_table_discard(LeaseTable *table, Lease *lease);

/**
 * lease_table_copy_identity() - a copy of a lease's identity, NULL when it has none; to be given to
 * lease_table_restore() or lease_table_release_identity().
 *
 * @transient: there are many copies at present, and they go again
 * Return: 0 or -ENOMEM.
 */
int lease_table_copy_identity(
        LeaseTable *table, const Lease *lease, bool transient, LeaseIdentity **ret);

/**
 * lease_table_release_identity() - frees a copied identity; NULL is taken.
 */
void lease_table_release_identity(LeaseTable *table, LeaseIdentity *identity);

/**
 * lease_table_set_pool() - moves a lease to another pool (or none) after the pools have changed.
 */
void lease_table_set_pool(LeaseTable *table, Lease *lease, Pool *pool);

/**
 * lease_table_set_flags() - sets all flags but LEASE_DETACHED.
 */
void lease_table_set_flags(LeaseTable *table, Lease *lease, uint8_t flags);

/**
 * lease_table_find() - the lease of an address, or NULL. O(1).
 */
Lease *lease_table_find(const LeaseTable *table, ipv4_t address);

/**
 * lease_table_first_of_client() - the first lease of a client identifier, or NULL. A client has at
 * most one lease a subnet; the newest is not necessarily first. O(1).
 */
Lease *lease_table_first_of_client(const LeaseTable *table, const uint8_t *client_id, size_t size);

/**
 * lease_table_hash() - of a client identifier, for lease_table_first_of_hashed_client(). O(@size).
 */
uint64_t lease_table_hash(const LeaseTable *table, const uint8_t *client_id, size_t size);

/**
 * lease_table_first_of_hashed_client() - as lease_table_first_of_client(), for who asks often.
 *
 * @hash: of this client identifier by this table
 */
Lease *lease_table_first_of_hashed_client(
        const LeaseTable *table, const uint8_t *client_id, size_t size, uint64_t hash);

/**
 * lease_table_is_shrinking() - whether an index is giving memory back, which takes calls of
 * lease_table_move().
 */
bool lease_table_is_shrinking(const LeaseTable *table) _pure_;

/**
 * lease_table_move() - does what @n new leases would have to do for the growth of the indexes, in
 * less time; see hash_table_move().
 */
void lease_table_move(LeaseTable *table, size_t n);

/* Prefetching, for look-ahead.c: each asks for memory to which the call before has led, and waits
 * for nothing. @hash: of a client identifier by this table */
void lease_table_fetch_bucket(const LeaseTable *table, uint64_t hash);
void lease_table_fetch_lease(const LeaseTable *table, uint64_t hash);
void lease_table_fetch_neighbour(const LeaseTable *table, uint64_t hash);
void lease_table_fetch_rest(const LeaseTable *table, uint64_t hash);

/**
 * lease_table_first_offer() - the offer that ends next, or NULL.
 */
Lease *lease_table_first_offer(const LeaseTable *table);

/**
 * lease_table_first_due() - the lease whose time is up next, or NULL.
 */
Lease *lease_table_first_due(const LeaseTable *table);

/**
 * lease_table_deadline() - when that is, CLOCK_BOOTTIME; USEC_INFINITY when none.
 */
usec_t lease_table_deadline(const LeaseTable *table);

/**
 * lease_table_next_of_client() - the next lease of the same client, or NULL.
 */
Lease *lease_table_next_of_client(const LeaseTable *table, const Lease *lease);

/**
 * lease_table_first_of_hardware() - the first lease of a hardware address, or NULL. O(1).
 */
Lease *lease_table_first_of_hardware(const LeaseTable *table, const uint8_t *hardware, size_t size);

/**
 * lease_table_next_of_hardware() - the next lease of the same hardware address, or NULL.
 */
Lease *lease_table_next_of_hardware(const LeaseTable *table, const Lease *lease);

/**
 * lease_table_n_slots() - slots to look at in lease_table_at().
 */
size_t lease_table_n_slots(const LeaseTable *table);

/**
 * lease_table_at() - the lease in a slot, NULL when the slot is free. Leases keep their slot while
 * they live, so a listing can go on after changes.
 */
Lease *lease_table_at(const LeaseTable *table, size_t slot);
