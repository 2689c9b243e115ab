/* SPDX-License-Identifier: MIT */
#pragma once

/* A pool: one subnet, the ranges that are given out, and which addresses are free. Finding an
 * address is O(log n), never a scan.
 *
 * An address that the pool gives out is in exactly one of these places: clear in `taken` (never
 * used), in `free` (used before, longest free first), or set in `taken` and owned by a lease that
 * is offered, bound or declined, or reserved for a host, or excluded. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/bitmap.h"
#include "basic/ipv4.h"
#include "basic/list.h"
#include "core/lease.h"
#include "core/settings.h"

struct Pool {
        const PoolSettings *settings;      /* owned by the server's Settings */
        bool enabled;                      /* settings->enabled, or what SetEnabled said since */
        size_t position;                   /* in the configuration */
        size_t n_links;                    /* of ours that have an address in the subnet */
        size_t *range_offsets;             /* first bit of each range in taken */
        Bitmap taken;                      /* one bit for each address of the ranges */
        size_t first_bit;                  /* where the search for a clear one begins */
        List free;                         /* leases that anybody may have, longest free first */
        List offered;                      /* leases offered, oldest first */
        List declined;                     /* in quarantine at their client's word, oldest first */
        List claimed;                      /* in quarantine since somebody answers for them by ARP,
                                              oldest first */
        ipv4_t *reserved;                  /* addresses that belong to hosts, sorted, owned */
        size_t n_reserved;                 /* of them, in or out of the ranges */
        size_t n_reserved_outside;         /* of them, that the pool does not give out */
        size_t size;                       /* addresses of the ranges that may be given out */
        size_t n_unused;                   /* of them, never used: clear in `taken` */
        size_t n_used;                     /* bound, those outside of the ranges included */
        size_t n_offered;                  /* likewise */
        size_t n_declined;                 /* likewise */
        size_t n_outside[LEASE_STATE_MAX]; /* leases by state, of addresses that the pool does not
                                              give out: reserved ones, and what Range= was before */
        size_t n_claimed;                  /* of them, in `claimed` */
        size_t n_free_leases;              /* in `free` */
        uint64_t n_exhausted;              /* clients turned away */
        bool warned_nearly_full;           /* journal entry written; reset below the threshold */
        bool warned_exhausted;
        bool warned_half_claimed;   /* as warned_nearly_full */
        bool warned_server_address; /* ServerAddress= is not ours */
};

/* What has become of the addresses that a pool gives out. Each is in one of these numbers, which
 * add up to `size`. */
typedef struct PoolUse {
        size_t size;
        size_t used;     /* bound */
        size_t free;     /* a new client could get them */
        size_t offered;  /* held for clients that have not requested them */
        size_t declined; /* set aside */
        size_t kept;     /* of hosts that have no lease of them, or our own */
} PoolUse;

/**
 * pool_new() - a pool without leases, all of its ranges free.
 *
 * @settings: borrowed for the pool's life
 * Return: 0, -ENOMEM.
 */
int pool_new(Pool **ret, const PoolSettings *settings);

/**
 * pool_free() - frees a pool; no lease may point to it any more. Return: NULL.
 */
Pool *pool_free(Pool *pool);

/**
 * pool_set_reserved_take() - tells which addresses belong to hosts; nobody else gets them. To be
 * called once, before any lease is in the pool.
 *
 * @addresses: @n addresses, sorted, each once, to be freed by the pool
 */
void pool_set_reserved_take(Pool *pool, ipv4_t *addresses, size_t n);

/**
 * pool_is_reserved() - whether the address belongs to a host. O(log n).
 */
bool pool_is_reserved(const Pool *pool, ipv4_t address) _pure_;

/**
 * pool_gives_out() - whether the address lies in a range and is neither excluded nor another
 * server's.
 */
bool pool_gives_out(const Pool *pool, ipv4_t address) _pure_;

/**
 * pool_is_others() - whether another server gives the address out (OtherRange=).
 */
static inline bool pool_is_others(const Pool *pool, ipv4_t address) {
        for (size_t i = 0; i < pool->settings->n_other_ranges; i++)
                if (ipv4_range_contains(pool->settings->other_ranges[i], address))
                        return true;
        return false;
}

/**
 * pool_contains() - whether the address lies in the pool's subnet.
 */
bool pool_contains(const Pool *pool, ipv4_t address) _pure_;

/**
 * pool_set_taken() - marks an address of the ranges as never to be picked as "never used", or takes
 * the mark back; addresses that the pool does not give out, and reserved ones, keep theirs.
 * O(log n).
 */
void pool_set_taken(Pool *pool, ipv4_t address, bool taken);

/**
 * pool_enter() - puts a lease of the pool where its state belongs, and counts it there.
 */
void pool_enter(Pool *pool, Lease *lease);

/**
 * pool_claims_max() - how many addresses of the ranges may be set aside for hosts that answer for
 * them: half, at least one.
 */
static inline size_t pool_claims_max(const Pool *pool) {
        return pool->size >= 2 ? pool->size / 2 : 1;
}

/**
 * pool_may_set_aside() - whether an address that somebody answers for may be set aside for it.
 * Reserved addresses always may: there are as many as there are hosts.
 */
bool pool_may_set_aside(const Pool *pool, ipv4_t address) _pure_;

/**
 * pool_may_disown() - the same for an address that is bound to another client than the one who
 * answers: there counts what is set aside for whatever reason.
 */
bool pool_may_disown(const Pool *pool, ipv4_t address) _pure_;

/**
 * pool_put_last() - has all others be given out before an address that is free. O(log n).
 *
 * @lease: of the address, which nobody has now, or NULL
 */
void pool_put_last(Pool *pool, ipv4_t address, Lease *lease);

/**
 * pool_put_back() - moves a lease that is free or in quarantine, whose change was taken back and
 * which has just entered the pool, from the end of its list to its old place: near the front, from
 * where it was given out. One that was further down stays last. O(1).
 */
void pool_put_back(Pool *pool, Lease *lease);

/**
 * pool_leave() - the inverse, to be called before the lease's state changes.
 */
void pool_leave(Pool *pool, Lease *lease);

/**
 * pool_begin_anywhere() - has the search for addresses begin at one by chance that was never used.
 *
 * What a server has offered before it was restarted is forgotten. Addresses in ascending order
 * would be offered again at once, to others, while their first clients are about to request them.
 */
void pool_begin_anywhere(Pool *pool, const uint8_t seed[static 16]);

/**
 * pool_next_unused() - one after the other of the addresses that have never been used, in ascending
 * order from the beginning of the first range or from where pool_begin_anywhere() and
 * pool_put_last() have said.
 *
 * @cursor: 0 to start
 * Return: 0, -ENOENT behind the last one. O(log n).
 */
int pool_next_unused(const Pool *pool, size_t *cursor, ipv4_t *ret);

/**
 * pool_n_free() - addresses that a new client could get: never used or freed.
 */
size_t pool_n_free(const Pool *pool) _pure_;

/**
 * pool_get_use() - counts the addresses that the pool gives out by what has become of them; leases
 * of other addresses, which hosts may have, do not count.
 */
PoolUse pool_get_use(const Pool *pool);

DEFINE_POINTER_CLEANUP(Pool, pool_free);
