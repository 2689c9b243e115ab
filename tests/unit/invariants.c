/* SPDX-License-Identifier: MIT */

/* Recounts a server. Uses the public functions and the plain structs, none of the code that keeps
 * the counts. */

#include "invariants.h"

#include <stdio.h>
#include <string.h>

#include "basic/macro.h"

typedef struct PoolCount {
        size_t n_used;
        size_t n_offered;
        size_t n_declined;
        size_t n_claimed;
        size_t n_free;
        size_t n_outside[LEASE_STATE_MAX];
} PoolCount;

static const char *broken(const Lease *lease, const char *what) {
        static char text[128];
        char address[IPV4_STRING_MAX];

        (void) snprintf(text, sizeof(text), "%s (%s): %s", ipv4_format(lease->address, address),
                lease_state_to_string((LeaseState) lease->state), what);
        return text;
}

static bool list_holds(const List *list, const ListNode *wanted) {
        LIST_FOREACH (node, list)
                if (node == wanted)
                        return true;
        return false;
}

static const char *check_indices(const LeaseTable *table, const Lease *lease) {
        bool found = false;
        LeaseRecord record;

        if (lease_table_find(table, lease->address) != lease)
                return broken(lease, "not found by address, or the address has two leases");

        lease_get_record(lease, &record);
        if (record.client_id_size > 0) {
                for (const Lease *l = lease_table_first_of_client(
                             table, record.client_id, record.client_id_size);
                        l; l = lease_table_next_of_client(table, l))
                        found |= l == lease;
                if (!found)
                        return broken(lease, "not found by client identifier");
        }
        if (record.hardware_size > 0) {
                found = false;
                for (const Lease *l = lease_table_first_of_hardware(
                             table, record.hardware, record.hardware_size);
                        l; l = lease_table_next_of_hardware(table, l))
                        found |= l == lease;
                if (!found)
                        return broken(lease, "not found by hardware address");
        }
        return NULL;
}

static const char *check_timer(const LeaseTable *table, const Lease *lease) {
        const Heap *heap = lease->state == LEASE_OFFERED ? &table->offers : &table->timers;
        bool in_heap = lease->timer.index < heap->n_slots &&
                       heap->slots[lease->timer.index].node == &lease->timer;
        bool wants = (lease->state == LEASE_OFFERED || lease->state == LEASE_BOUND ||
                             lease->state == LEASE_DECLINED) &&
                     lease->expires != USEC_INFINITY;

        if (in_heap != wants)
                return broken(lease, wants ? "has no timer" : "has a timer");
        if (wants && heap->slots[lease->timer.index].deadline != lease->expires)
                return broken(lease, "timer is not at its end");
        return NULL;
}

static bool pool_bit_is_set(const Pool *pool, ipv4_t address) {
        const PoolSettings *settings = pool->settings;

        for (size_t i = 0; i < settings->n_ranges; i++)
                if (ipv4_range_contains(settings->ranges[i], address))
                        return bitmap_test(&pool->taken,
                                pool->range_offsets[i] + (address - settings->ranges[i].first));
        return true;
}

static const char *check_place(const Lease *lease, PoolCount *count) {
        const Pool *pool = lease->pool;
        bool in_free = list_holds(&pool->free, &lease->in_pool);
        bool in_offered = list_holds(&pool->offered, &lease->in_pool);
        bool anybodys =
                pool_gives_out(pool, lease->address) && !pool_is_reserved(pool, lease->address);
        bool has_client = lease->identity && lease->identity->client_id_size > 0;

        if (!pool_bit_is_set(pool, lease->address))
                return broken(lease, "looks never used");
        if (list_holds(&pool->declined, &lease->in_pool) !=
                (lease->state == LEASE_DECLINED && anybodys && has_client))
                return broken(lease, "in the list of declined ones or not, wrongly");
        if (list_holds(&pool->claimed, &lease->in_pool) != lease->in_claimed ||
                lease->in_claimed != (anybodys && lease_is_claimed(lease)))
                return broken(lease, "in the list of claimed ones or not, wrongly");
        if (in_offered != (lease->state == LEASE_OFFERED))
                return broken(lease, "in the list of offers or not, wrongly");
        if (in_free != (lease_is_free(lease) && anybodys))
                return broken(lease, "in the list of free leases or not, wrongly");
        count->n_used += lease->state == LEASE_BOUND;
        count->n_offered += lease->state == LEASE_OFFERED;
        count->n_declined += lease->state == LEASE_DECLINED;
        count->n_claimed += lease->in_claimed;
        count->n_free += in_free;
        count->n_outside[lease->state] += !pool_gives_out(pool, lease->address);
        return NULL;
}

static size_t list_length(const List *list) {
        size_t n = 0;

        LIST_FOREACH (node, list)
                n++;
        return n;
}

static size_t count_unused(const Pool *pool) {
        const PoolSettings *settings = pool->settings;
        size_t n = 0;

        for (size_t i = 0; i < settings->n_ranges; i++)
                for (uint64_t a = settings->ranges[i].first; a <= settings->ranges[i].last; a++)
                        n += !bitmap_test(&pool->taken,
                                pool->range_offsets[i] + (size_t) (a - settings->ranges[i].first));
        return n;
}

static const char *check_pool(const Pool *pool, const LeaseTable *table) {
        PoolCount count = {0};

        for (size_t i = 0; i < lease_table_n_slots(table); i++) {
                const Lease *lease = lease_table_at(table, i);
                const char *sentence;

                if (!lease || lease->pool != pool)
                        continue;
                sentence = check_place(lease, &count);
                if (sentence)
                        return sentence;
        }
        if (count.n_used != pool->n_used || count.n_offered != pool->n_offered ||
                count.n_declined != pool->n_declined || count.n_claimed != pool->n_claimed ||
                count.n_free != pool->n_free_leases ||
                memcmp(count.n_outside, pool->n_outside, sizeof(count.n_outside)) != 0)
                return "a pool's counters differ from a recount";
        if (list_length(&pool->free) != pool->n_free_leases ||
                list_length(&pool->offered) != pool->n_offered)
                return "a pool's lists hold leases that are not in the table";
        if (count_unused(pool) != pool->n_unused)
                return "a pool's number of never-used addresses differs from a recount";
        if (pool_n_free(pool) > pool->size)
                return "a pool has more free addresses than addresses";
        if (pool_get_use(pool).kept > pool->size)
                return "more addresses of a pool are in use than it gives out";
        return NULL;
}

/* One client has at most one address, bound or offered, in the pools of one subnet. */
static const char *check_one_each(const LeaseTable *table, const Lease *lease) {
        LeaseRecord record;

        lease_get_record(lease, &record);
        if (lease->state != LEASE_BOUND || record.client_id_size == 0 || !lease->pool)
                return NULL;
        for (const Lease *l =
                        lease_table_first_of_client(table, record.client_id, record.client_id_size);
                l; l = lease_table_next_of_client(table, l))
                if (l != lease && l->state == LEASE_BOUND && l->pool == lease->pool)
                        return broken(lease, "its client has two bindings in one pool");
        return NULL;
}

static bool is_local(const Lease *lease) {
        LeaseRecord record;

        lease_get_record(lease, &record);
        return record.state == LEASE_BOUND && record.hardware_type == 1 &&
               record.hardware_size == 6 && (record.hardware[0] & 2) && !(record.hardware[0] & 1);
}

const char *invariants_broken(const Server *server) {
        const LeaseTable *table = server_get_table(server);
        size_t n_by_state[LEASE_STATE_MAX] = {0}, n_pools, n_timers = 0, n_local = 0;
        Pool *const *pools = server_get_pools(server, &n_pools);
        const char *sentence;

        for (size_t i = 0; i < lease_table_n_slots(table); i++) {
                const Lease *lease = lease_table_at(table, i);

                if (!lease)
                        continue;
                n_by_state[lease->state]++;
                n_local += is_local(lease);
                n_timers += lease->timer.index != HEAP_INDEX_NONE;
                sentence = check_indices(table, lease);
                if (!sentence)
                        sentence = check_timer(table, lease);
                if (!sentence)
                        sentence = check_one_each(table, lease);
                if (sentence)
                        return sentence;
        }
        if (memcmp(n_by_state, table->n_by_state, sizeof(n_by_state)) != 0)
                return "the counters by state differ from a recount";
        if (n_local != table->n_local)
                return "the counter of local hardware addresses differs from a recount";
        if (n_timers != table->offers.n_slots + table->timers.n_slots)
                return "there are timers without leases";
        for (size_t i = 0; i < n_pools; i++) {
                sentence = check_pool(pools[i], table);
                if (sentence)
                        return sentence;
        }
        return NULL;
}
