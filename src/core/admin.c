/* SPDX-License-Identifier: MIT */

/* What an administrator does to leases: the same commits as a client's messages make. */

#include <errno.h>

#include "core/server-internal.h"

int server_release_lease(Server *server, ipv4_t address, usec_t now, Actions *actions) {
        const Lease *lease = lease_table_find(&server->table, address);
        LeaseRecord record;

        if (!lease)
                return -ENOENT;
        if (lease->state != LEASE_BOUND)
                return -EALREADY;
        lease_get_record(lease, &record);
        record.state = LEASE_RELEASED;
        record.expires = now;
        return server_commit(server, &record, LEASE_EVENT_RELEASED, actions);
}

int server_delete_lease(Server *server, ipv4_t address, usec_t now, Actions *actions) {
        const Lease *lease = lease_table_find(&server->table, address);
        LeaseRecord record;

        if (!lease)
                return -ENOENT;
        record = (LeaseRecord){
                .address = address,
                .state = LEASE_RELEASED,
                .started = lease->started,
                .expires = now,
                .last_seen = now,
                .version = lease->version,
        };
        return server_commit(server, &record, LEASE_EVENT_DELETED, actions);
}

int server_clear_declined(Server *server, const Pool *pool, usec_t now, Actions *actions) {
        const LeaseTable *table = &server->table;
        size_t n_slots = lease_table_n_slots(table);
        int n = 0, r;

        for (size_t i = 0; i < n_slots && n < SERVER_ADVANCE_MAX; i++) {
                const Lease *lease = lease_table_at(table, i);

                if (table->n_by_state[LEASE_DECLINED] == 0)
                        break;
                if (!lease || lease->state != LEASE_DECLINED || (pool && lease->pool != pool))
                        continue;
                r = server_clear_quarantine(server, lease, now, actions);
                if (r < 0)
                        return r;
                n++;
        }
        return n;
}
