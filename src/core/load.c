/* SPDX-License-Identifier: MIT */

/* Leases from the lease file into the table. Nothing here is committed: it is on disk already.
 *
 * Times may lie before the boot, where they wrap; they are compared by their difference. */

#include "core/load.h"

#include <errno.h>
#include <stdlib.h>

#include "basic/macro.h"
#include "core/lease-table.h"
#include "core/pool.h"
#include "core/quarantine.h"
#include "core/server-state.h"
#include "core/server.h"

static bool record_is_nothing(const LeaseRecord *record, usec_t now) {
        switch (record->state) {
        case LEASE_RELEASED:
        case LEASE_EXPIRED:
                return record->client_id_size == 0;
        case LEASE_DECLINED:
                return usec_has_passed(record->expires, now);
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

/* A client that moved has one binding and a row of the other, of which a clock that was set back,
 * or a machine without one, may think that it has not ended. The row that was written last is
 * right. */
static int end_older_binding(Server *server, const Lease *newest) {
        const usec_t since = newest->started;
        const Pool *pool = newest->pool;
        LeaseRecord record;
        Lease *lease;

        /* what is looked up here has just been linked before all others of its hash */
        for (lease = lease_table_next_of_client(&server->table, newest); lease;
                lease = lease_table_next_of_client(&server->table, lease))
                if (lease->state == LEASE_BOUND && lease->pool == pool)
                        break;
        if (!lease)
                return 0;
        lease_get_record(lease, &record);
        record.state = LEASE_RELEASED;
        record.expires = since;
        return lease_table_apply(&server->table, lease->pool, &record, NULL);
}

int server_load_lease(Server *server, const LeaseRecord *record, usec_t now) {
        LeaseRecord values = *record;
        Lease *lease;
        Pool *pool;
        int r;

        if (record_is_nothing(record, now)) {
                lease = lease_table_find(&server->table, record->address);
                if (lease)
                        lease_table_remove(&server->table, lease);
                return 0;
        }
        if (values.state == LEASE_BOUND && usec_has_passed(values.expires, now))
                values.state = LEASE_EXPIRED;
        if (plan_reserves_for(server->plan, &values))
                values.flags |= LEASE_RESERVED;
        if (values.state == LEASE_DECLINED)
                values.flags |= server_flags_of_quarantine(server, &values);
        pool = plan_find_pool_of(server->plan, values.address);
        r = lease_table_apply(&server->table, pool, &values, &lease);
        if (r < 0 || values.state != LEASE_BOUND || !pool || values.client_id_size == 0)
                return r;
        return end_older_binding(server, lease);
}

static int end_order(const void *a, const void *b) {
        const Lease *x = *(const Lease *const *) a, *y = *(const Lease *const *) b;
        int64_t difference = (int64_t) (x->expires - y->expires);

        return (difference > 0) - (difference < 0);
}

static void list_sort(List *list, Lease **room) {
        size_t n = 0;

        LIST_FOREACH_SAFE (node, next, list) {
                room[n++] = CONTAINER_OF(node, Lease, in_pool);
                list_remove(node);
        }
        qsort(room, n, sizeof(*room), end_order);
        for (size_t i = 0; i < n; i++)
                list_append(list, &room[i]->in_pool);
}

void plan_sort_leases(const Plan *plan, Lease **room) {
        for (size_t i = 0; i < plan->n_pools; i++) {
                list_sort(&plan->pools[i]->free, room);
                list_sort(&plan->pools[i]->offered, room);
        }
}

int server_load_done(Server *server) {
        const size_t n_pools = server->plan ? server->plan->n_pools : 0;

        _cleanup_free_ Lease **room = calloc(server_sort_room(server), sizeof(*room));
        if (!room)
                return -ENOMEM;
        if (server->plan)
                plan_sort_leases(server->plan, room);
        for (size_t i = 0; i < n_pools; i++)
                if (server->plan->pools[i]->n_used > 0)
                        pool_begin_anywhere(server->plan->pools[i], server->seed);
        return 0;
}

size_t server_sort_room(const Server *server) {
        const size_t *n = server->table.n_by_state;

        return n[LEASE_RELEASED] + n[LEASE_EXPIRED] + n[LEASE_OFFERED] + 1;
}
