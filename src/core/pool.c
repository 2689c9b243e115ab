/* SPDX-License-Identifier: MIT */

/* A pool's book-keeping: bits for addresses, lists for leases, counters for both. Decides nothing;
 * which address a client gets is allocation.c. Only the lease table moves leases in and out. */

#include "core/pool.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "basic/hash.h"
#include "basic/macro.h"
#include "basic/time.h"

enum {
        RANDOM_TRIES = 64,
        PLACES_MAX = 64, /* that a lease is looked for in the list of free ones */
};

/* The bit of an address in `taken`; an address in two ranges has its bit in the first. */
static bool pool_find_bit(const Pool *pool, ipv4_t address, size_t *ret) {
        const PoolSettings *settings = pool->settings;

        for (size_t i = 0; i < settings->n_ranges; i++)
                if (ipv4_range_contains(settings->ranges[i], address)) {
                        *ret = pool->range_offsets[i] + (address - settings->ranges[i].first);
                        return true;
                }
        return false;
}

static bool pool_excludes(const Pool *pool, ipv4_t address) {
        const PoolSettings *settings = pool->settings;

        /* The network and broadcast addresses are nobody's, RFC 1122 3.2.1.3. */
        if (!ipv4_prefix_usable(settings->subnet, address))
                return true;
        for (size_t i = 0; i < settings->n_exclusions; i++)
                if (ipv4_range_contains(settings->exclusions[i], address))
                        return true;
        return pool_is_others(pool, address);
}

/* Sets the bits of a range that lie in another one. */
static void pool_block_part(Pool *pool, size_t range, Ipv4Range blocked) {
        const Ipv4Range whole = pool->settings->ranges[range];
        const ipv4_t first = MAX(whole.first, blocked.first), last = MIN(whole.last, blocked.last);

        for (uint64_t address = first; address <= last; address++) {
                size_t bit = pool->range_offsets[range] + (size_t) (address - whole.first);

                if (bitmap_test(&pool->taken, bit))
                        continue;
                bitmap_set(&pool->taken, bit);
                pool->size--;
        }
}

/* Sets the bits that no address may be found by: excluded ones, the ends of the subnet (which
 * validated settings have in no range), and the second and later bits of addresses in several
 * ranges. O(these), once a configuration. */
static void pool_block(Pool *pool) {
        const PoolSettings *settings = pool->settings;
        const ipv4_t ends[] = {
                ipv4_prefix_network(settings->subnet), ipv4_prefix_broadcast(settings->subnet)};

        pool->size = pool->taken.n_bits;
        for (size_t i = 0; i < settings->n_ranges; i++) {
                for (size_t k = 0; k < i; k++)
                        pool_block_part(pool, i, settings->ranges[k]);
                for (size_t k = 0; k < settings->n_exclusions; k++)
                        pool_block_part(pool, i, settings->exclusions[k]);
                for (size_t k = 0; k < settings->n_other_ranges; k++)
                        pool_block_part(pool, i, settings->other_ranges[k]);
                for (size_t k = 0; k < ELEMENTSOF(ends); k++)
                        if (!ipv4_prefix_usable(settings->subnet, ends[k]))
                                pool_block_part(pool, i, (Ipv4Range){ends[k], ends[k]});
        }
        pool->n_unused = pool->size;
}

int pool_new(Pool **ret, const PoolSettings *settings) {
        size_t n_bits = 0;
        int r;

        _cleanup_(pool_freep) Pool *pool = calloc(1, sizeof(*pool));
        if (!pool)
                return -ENOMEM;

        list_init(&pool->free);
        list_init(&pool->offered);
        list_init(&pool->declined);
        list_init(&pool->claimed);
        pool->settings = settings;
        pool->enabled = settings->enabled;
        pool->range_offsets = calloc(settings->n_ranges + 1, sizeof(*pool->range_offsets));
        if (!pool->range_offsets)
                return -ENOMEM;
        for (size_t i = 0; i < settings->n_ranges; i++) {
                pool->range_offsets[i] = n_bits;
                n_bits += (size_t) (settings->ranges[i].last - settings->ranges[i].first) + 1;
        }

        r = bitmap_init(&pool->taken, n_bits);
        if (r < 0)
                return r;
        pool_block(pool);

        *ret = TAKE_PTR(pool);
        return 0;
}

Pool *pool_free(Pool *pool) {
        if (!pool)
                return NULL;

        bitmap_done(&pool->taken);
        free(pool->range_offsets);
        free(pool->reserved);
        free(pool);
        return NULL;
}

void pool_set_reserved_take(Pool *pool, ipv4_t *addresses, size_t n) {
        for (size_t i = 0; i < n; i++) {
                pool_set_taken(pool, addresses[i], true);
                pool->n_reserved_outside += !pool_gives_out(pool, addresses[i]);
        }
        pool->reserved = addresses;
        pool->n_reserved = n;
}

bool pool_is_reserved(const Pool *pool, ipv4_t address) {
        size_t low = 0, high = pool->n_reserved;

        while (low < high) {
                size_t middle = low + (high - low) / 2;

                if (pool->reserved[middle] < address)
                        low = middle + 1;
                else
                        high = middle;
        }
        return low < pool->n_reserved && pool->reserved[low] == address;
}

bool pool_gives_out(const Pool *pool, ipv4_t address) {
        size_t bit;

        return pool_find_bit(pool, address, &bit) && !pool_excludes(pool, address);
}

bool pool_contains(const Pool *pool, ipv4_t address) {
        return ipv4_prefix_contains(pool->settings->subnet, address);
}

void pool_set_taken(Pool *pool, ipv4_t address, bool taken) {
        size_t bit;

        if (!pool_find_bit(pool, address, &bit) || pool_excludes(pool, address) ||
                pool_is_reserved(pool, address))
                return;
        if (bitmap_test(&pool->taken, bit) == taken)
                return;

        if (taken) {
                bitmap_set(&pool->taken, bit);
                pool->n_unused--;
        } else {
                bitmap_clear(&pool->taken, bit);
                pool->n_unused++;
        }
}

/* Whether clients other than hosts may have the address. */
static bool pool_is_for_anybody(const Pool *pool, ipv4_t address) {
        return pool_gives_out(pool, address) && !pool_is_reserved(pool, address);
}

static void pool_enter_quarantine(Pool *pool, Lease *lease) {
        if (!pool_is_for_anybody(pool, lease->address))
                return;
        if (lease->identity && lease->identity->client_id_size > 0)
                list_append(&pool->declined, &lease->in_pool);
        else if (lease_is_claimed(lease)) {
                list_append(&pool->claimed, &lease->in_pool);
                lease->in_claimed = true;
                pool->n_claimed++;
        }
}

void pool_enter(Pool *pool, Lease *lease) {
        pool->n_outside[lease->state] += lease->outside;
        switch ((LeaseState) lease->state) {
        case LEASE_OFFERED:
                list_append(&pool->offered, &lease->in_pool);
                pool->n_offered++;
                break;
        case LEASE_BOUND:
                pool->n_used++;
                break;
        case LEASE_RELEASED:
        case LEASE_EXPIRED:
                if (!pool_is_for_anybody(pool, lease->address))
                        break;
                list_append(&pool->free, &lease->in_pool);
                pool->n_free_leases++;
                break;
        case LEASE_DECLINED:
                pool_enter_quarantine(pool, lease);
                pool->n_declined++;
                break;
        case LEASE_STATE_MAX:
        case LEASE_STATE_INVALID:
                assert(false);
        }
}

bool pool_may_set_aside(const Pool *pool, ipv4_t address) {
        return !pool_is_for_anybody(pool, address) || pool->n_claimed < pool_claims_max(pool);
}

bool pool_may_disown(const Pool *pool, ipv4_t address) {
        return !pool_is_for_anybody(pool, address) || pool->n_declined < pool_claims_max(pool);
}

void pool_put_last(Pool *pool, ipv4_t address, Lease *lease) {
        size_t bit;

        if (lease) {
                if (!lease_is_free(lease) || !list_is_linked(&lease->in_pool))
                        return;
                list_remove(&lease->in_pool);
                list_append(&pool->free, &lease->in_pool);
        } else if (pool_find_bit(pool, address, &bit))
                pool->first_bit = (bit + 1) % pool->taken.n_bits;
}

void pool_put_back(Pool *pool, Lease *lease) {
        const bool free = lease_is_free(lease);
        const List *list = free                ? &pool->free
                           : lease->in_claimed ? &pool->claimed
                                               : &pool->declined;
        size_t n = 0;

        if ((!free && lease->state != LEASE_DECLINED) || !list_is_linked(&lease->in_pool))
                return;
        LIST_FOREACH (node, list) {
                const Lease *other = CONTAINER_OF(node, Lease, in_pool);
                const usec_t later = free ? other->expires - lease->expires
                                          : other->last_seen - lease->last_seen;

                if (n++ == PLACES_MAX || other == lease)
                        return;
                if ((int64_t) later < 0)
                        continue;
                list_remove(&lease->in_pool);
                list_insert_after(node->previous, &lease->in_pool);
                return;
        }
}

void pool_leave(Pool *pool, Lease *lease) {
        pool->n_outside[lease->state] -= lease->outside;
        switch ((LeaseState) lease->state) {
        case LEASE_OFFERED:
                list_remove(&lease->in_pool);
                pool->n_offered--;
                break;
        case LEASE_BOUND:
                pool->n_used--;
                break;
        case LEASE_RELEASED:
        case LEASE_EXPIRED:
                if (!list_is_linked(&lease->in_pool))
                        break;
                list_remove(&lease->in_pool);
                pool->n_free_leases--;
                break;
        case LEASE_DECLINED:
                list_remove(&lease->in_pool);
                pool->n_declined--;
                pool->n_claimed -= lease->in_claimed;
                lease->in_claimed = false;
                break;
        case LEASE_STATE_MAX:
        case LEASE_STATE_INVALID:
                assert(false);
        }
}

void pool_begin_anywhere(Pool *pool, const uint8_t seed[static 16]) {
        size_t bit;

        /* A pool that is nearly full begins where it did. */
        for (uint32_t i = 0; i < RANDOM_TRIES && pool->n_unused > 0; i++) {
                bit = hash_bytes(&i, sizeof(i), seed) % pool->taken.n_bits;
                if (bitmap_test(&pool->taken, bit))
                        continue;
                pool->first_bit = bit;
                return;
        }
}

/* The first clear bit at or after a place, where places go from the first bit to the last and on
 * from 0. Return: its place, BITMAP_NONE when there is none. */
static size_t pool_find_place(const Pool *pool, size_t place) {
        const size_t n_bits = pool->taken.n_bits, n_before_wrap = n_bits - pool->first_bit;
        size_t bit;

        if (place < n_before_wrap) {
                bit = bitmap_first_clear(&pool->taken, pool->first_bit + place);
                if (bit != BITMAP_NONE)
                        return bit - pool->first_bit;
                place = n_before_wrap;
        }
        bit = bitmap_first_clear(&pool->taken, place - n_before_wrap);
        return bit < pool->first_bit ? bit + n_before_wrap : BITMAP_NONE;
}

int pool_next_unused(const Pool *pool, size_t *cursor, ipv4_t *ret) {
        const PoolSettings *settings = pool->settings;
        size_t place = pool_find_place(pool, *cursor), bit;

        if (place == BITMAP_NONE)
                return -ENOENT;

        bit = (pool->first_bit + place) % pool->taken.n_bits;
        for (size_t i = settings->n_ranges; i-- > 0;)
                if (bit >= pool->range_offsets[i]) {
                        *ret = settings->ranges[i].first + (ipv4_t) (bit - pool->range_offsets[i]);
                        *cursor = place + 1;
                        return 0;
                }
        return -ENOENT;
}

size_t pool_n_free(const Pool *pool) {
        return pool->n_unused + pool->n_free_leases;
}

PoolUse pool_get_use(const Pool *pool) {
        PoolUse use = {
                .size = pool->size,
                .used = pool->n_used - pool->n_outside[LEASE_BOUND],
                .free = pool_n_free(pool),
                .offered = pool->n_offered - pool->n_outside[LEASE_OFFERED],
                .declined = pool->n_declined - pool->n_outside[LEASE_DECLINED],
        };

        use.kept = use.size - use.used - use.free - use.offered - use.declined;
        return use;
}
