/* SPDX-License-Identifier: MIT */

/* Offers: an address is held for a client for as long as it needs to ask for it, in memory alone.
 */

#include "core/offer.h"

#include "basic/list.h"
#include "core/client-leases.h"
#include "core/commit.h"
#include "core/decline-history.h"
#include "core/holder.h"
#include "core/identity.h"
#include "core/lease-table.h"
#include "core/quarantine.h"
#include "core/request-state.h"
#include "core/server-state.h"

/* The offer that goes next when there are too many: one whose pool has gone, or the oldest of the
 * pool that has most, so that who floods one pool takes nothing from the others. */
static Lease *server_find_excess_offer(const Server *server) {
        Lease *first = lease_table_first_offer(&server->table);
        const Pool *most = server->most_offered;

        if (!first->pool || most->n_offered < 2)
                return first;
        return CONTAINER_OF(list_first(&most->offered), Lease, in_pool);
}

/* Whoever can send DISCOVERs makes offers, and no rate limit holds who has many identities. To the
 * client that loses its offer it hardly matters: while nobody else has asked for the address, it
 * still gets it. */
static void server_bound_offers(Server *server, Pool *pool, usec_t now) {
        if (!server->most_offered || pool->n_offered > server->most_offered->n_offered)
                server->most_offered = pool;
        if (server->table.n_by_state[LEASE_OFFERED] > OFFERS_MAX)
                offer_end(server, server_find_excess_offer(server), now);
}

int request_hold(Request *request, ipv4_t address, Pool *pool) {
        Server *server = request->server;
        const Lease *old = lease_table_find(&server->table, address);
        LeaseRecord record;
        int r;

        /* what the client has, in a lease or without one, needs no holding */
        if (request->trace ||
                (old && (old->state == LEASE_BOUND || request_is_holder(request, old))))
                return 0;

        /* Chosen in spite of it, see allocation.c: the file must not say otherwise. */
        if (old && old->state == LEASE_DECLINED) {
                r = server_clear_quarantine(server, old, request->now, request->actions);
                if (r < 0)
                        return r;
                old = NULL;
        }

        request_fill_record(request, address, old, request_kept_identity(request), &record);
        record.state = LEASE_OFFERED;
        record.expires = usec_add(request->now, OFFER_USEC);
        if (!old)
                record.n_declined = decline_history_get(&server->declines, address);
        else {
                record.n_declined = old->n_declined;
                if (lease_belongs_to(old, request->client.data, request->client.size)) {
                        record.started = old->started;
                        record.offered_over = lease_is_free(old) ? old->state : old->offered_over;
                }
        }
        r = lease_table_apply(&server->table, pool, &record, NULL);
        if (r >= 0)
                server_bound_offers(server, pool, request->now);
        return r;
}

int request_hold_for_now(Request *request, ipv4_t address, Pool *pool) {
        Server *server = request->server;
        int r;

        if (!request->trace) {
                r = commit_log_note(&server->commits, &server->table, address);
                if (r < 0)
                        return r;
        }
        return request_hold(request, address, pool);
}

void offer_end(Server *server, Lease *lease, usec_t now) {
        LeaseRecord record;

        if (lease->offered_over == LEASE_OFFERED) {
                decline_history_put(&server->declines, lease->address, lease->n_declined);
                lease_table_remove(&server->table, lease);
                return;
        }
        lease_get_record(lease, &record);
        record.state = (LeaseState) lease->offered_over;
        record.offered_over = LEASE_OFFERED;
        /* it may have ended while nothing could, since the disk was failing */
        record.expires = MIN(record.expires, now);
        /* Cannot fail: the lease exists and keeps its identity. */
        (void) lease_table_apply(&server->table, lease->pool, &record, NULL);
}

size_t request_withdraw_offers(Request *request, ipv4_t keep) {
        size_t n = 0;

        if (request->trace)
                return 0;
        for (Lease *lease = request_first_own(request), *next; lease; lease = next) {
                next = request_next_own(request, lease);
                if (lease->state != LEASE_OFFERED || lease->address == keep ||
                        !request_is_in_scope(request, lease))
                        continue;
                offer_end(request->server, lease, request->now);
                n++;
        }
        return n;
}
