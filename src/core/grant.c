/* SPDX-License-Identifier: MIT */

/* What the address is to the client is judged as for a packet, with the one difference that nobody
 * has asked for it.
 *
 * Invariant: as after a packet, the client has one lease in its network. */

#include "core/grant.h"

#include <errno.h>

#include "basic/list.h"
#include "basic/time.h"
#include "core/decline-history.h"
#include "core/lease-table.h"
#include "core/link-state.h"
#include "core/plan.h"
#include "core/server-state.h"
#include "core/standing.h"
#include "core/transaction.h"

OtherBindings server_find_other_bindings(const Server *server, const LeaseRecord *record) {
        const Pool *pool = plan_find_pool_of(server->plan, record->address);
        const Lease *lease = NULL;
        OtherBindings others;

        others.n = 0;
        if (pool)
                lease = lease_table_first_of_client(
                        &server->table, record->client_id, record->client_id_size);
        for (; lease && others.n < OTHER_BINDINGS_MAX;
                lease = lease_table_next_of_client(&server->table, lease))
                if (lease->state == LEASE_BOUND && lease->address != record->address &&
                        pool_contains(pool, lease->address))
                        others.leases[others.n++] = lease;
        return others;
}

int server_grant(Server *server, const LeaseRecord *wanted, const OtherBindings *others, usec_t now,
        Actions *actions) {
        const Lease *old = lease_table_find(&server->table, wanted->address);
        LeaseRecord record = *wanted;
        bool same;
        int r;

        same = old && lease_belongs_to(old, record.client_id, record.client_id_size);
        record.state = LEASE_BOUND;
        record.started = same && old->state == LEASE_BOUND ? old->started : now;
        record.last_seen = same ? old->last_seen : now;
        record.ifindex = same ? old->ifindex : 0;
        record.version = old ? old->version : 0;
        record.n_declined =
                old ? old->n_declined : decline_history_get(&server->declines, record.address);
        record.flags = same ? old->flags & LEASE_RELAYED : 0;
        record.relay = same ? lease_get_relay(old) : 0;
        if (plan_reserves_for(server->plan, &record))
                record.flags |= LEASE_RESERVED;

        if (old && lease_is_claimed(old))
                record.n_declined = 0; /* its holder has it now */

        r = server_bind(server, &record,
                same && old->state == LEASE_BOUND ? LEASE_EVENT_CHANGED : LEASE_EVENT_GRANTED,
                others, now, actions);
        if (r < 0)
                return r;
        /* the lease remembers it from here on */
        (void) decline_history_take(&server->declines, record.address);
        return 0;
}

int server_add_lease(Server *server, const LeaseRecord *record, usec_t now, Actions *actions) {
        const Transaction transaction = transaction_begin(server, actions);
        OtherBindings others;
        int r;

        r = server_judge_record(server, SPEAKER_ADMINISTRATOR, record);
        if (r < 0)
                return r;
        others = server_find_other_bindings(server, record);
        return transaction_end(&transaction, server_grant(server, record, &others, now, actions));
}

int server_extend_lease(
        Server *server, ipv4_t address, usec_t expires, usec_t now, Actions *actions) {
        const Lease *lease = lease_table_find(&server->table, address);
        LeaseRecord record;

        if (!lease)
                return -ENOENT;
        if (lease->state != LEASE_BOUND)
                return -EALREADY;
        if (expires <= now)
                return -EINVAL;
        lease_get_record(lease, &record);
        record.expires = expires;
        return server_commit(server, &record, LEASE_EVENT_CHANGED, actions);
}

int server_release_lease(Server *server, ipv4_t address, usec_t now, Actions *actions) {
        const Lease *lease = lease_table_find(&server->table, address);

        if (!lease)
                return -ENOENT;
        if (lease->state != LEASE_BOUND)
                return -EALREADY;
        return server_end_binding(server, lease, LEASE_RELEASED, now, actions);
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

int server_find_free_address(const Server *server, const Pool *pool, ipv4_t *ret) {
        size_t cursor = 0;
        ipv4_t address;

        while (pool_next_unused(pool, &cursor, &address) >= 0)
                if (!server_has_address(server, address)) {
                        *ret = address;
                        return 0;
                }
        LIST_FOREACH (node, &pool->free) {
                /* Our own address may be among them, from before it became ours. */
                const Lease *lease = CONTAINER_OF(node, Lease, in_pool);

                if (server_has_address(server, lease->address))
                        continue;
                *ret = lease->address;
                return 0;
        }
        return -ENOENT;
}
