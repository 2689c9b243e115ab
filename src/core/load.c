/* SPDX-License-Identifier: MIT */

/* Leases from the lease file into the table. Nothing here is committed: it is on disk already.
 *
 * Times may lie before the boot, where they wrap; they are compared by their difference. */

#include <errno.h>
#include <stdlib.h>

#include "core/server-internal.h"

static bool time_has_passed(usec_t time, usec_t now) {
        return time != USEC_INFINITY && (int64_t) (time - now) <= 0;
}

static bool record_is_nothing(const LeaseRecord *record, usec_t now) {
        switch (record->state) {
        case LEASE_RELEASED:
        case LEASE_EXPIRED:
                return record->client_id_size == 0;
        case LEASE_DECLINED:
                return time_has_passed(record->expires, now);
        case LEASE_BOUND:
                return false;
        case LEASE_OFFERED:
        case LEASE_STATE_MAX:
        case LEASE_STATE_INVALID:
                break;
        }
        return true;
}

int server_load_begin(Server *server, size_t n_expected) {
        return lease_table_reserve(&server->table, n_expected);
}

int server_load_lease(Server *server, const LeaseRecord *record, usec_t now) {
        LeaseRecord values = *record;
        Lease *lease;

        if (record_is_nothing(record, now)) {
                lease = lease_table_find(&server->table, record->address);
                if (lease)
                        lease_table_remove(&server->table, lease);
                return 0;
        }
        if (values.state == LEASE_BOUND && time_has_passed(values.expires, now))
                values.state = LEASE_EXPIRED;
        if (plan_reserves_for(server->plan, &values))
                values.flags |= LEASE_RESERVED;
        return lease_table_apply(
                &server->table, plan_find_pool_of(server->plan, values.address), &values, NULL);
}

static int free_order(const void *a, const void *b) {
        const Lease *x = *(const Lease *const *) a, *y = *(const Lease *const *) b;
        int64_t difference = (int64_t) (x->expires - y->expires);

        return (difference > 0) - (difference < 0);
}

static void pool_sort_free(Pool *pool, Lease **leases) {
        size_t n = 0;

        LIST_FOREACH_SAFE (node, next, &pool->free) {
                leases[n++] = CONTAINER_OF(node, Lease, in_pool);
                list_remove(node);
        }
        qsort(leases, n, sizeof(*leases), free_order);
        for (size_t i = 0; i < n; i++)
                list_append(&pool->free, &leases[i]->in_pool);
}

int server_load_done(Server *server) {
        const size_t n_pools = server->plan ? server->plan->n_pools : 0;
        size_t n = 0;

        for (size_t i = 0; i < n_pools; i++)
                n = MAX(n, server->plan->pools[i]->n_free_leases);
        _cleanup_free_ Lease **leases = calloc(n + 1, sizeof(*leases));
        if (!leases)
                return -ENOMEM;
        for (size_t i = 0; i < n_pools; i++) {
                Pool *pool = server->plan->pools[i];

                pool_sort_free(pool, leases);
                if (pool->n_used > 0)
                        pool_begin_anywhere(pool, server->seed);
        }
        return 0;
}
