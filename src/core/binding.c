/* SPDX-License-Identifier: MIT */

/* What a request does to leases: holds, binds, lets go. Which address it is about has been decided
 * before.
 *
 * Invariant: after a binding the client has no other bound or offered lease in the request's
 * pools. */

#include "core/binding.h"

#include <string.h>

#include "core/server-internal.h"

/* The client's values for a lease. What the old one knows and the message does not say stays.
 *
 * @kept: the client, of request_kept_identity(); the record borrows it */
static void request_fill_record(const Request *request, ipv4_t address, const Lease *old,
        const ClientId *kept, LeaseRecord *ret) {
        const Host *host = request->host;

        *ret = (LeaseRecord){
                .address = address,
                .client_id = kept->data,
                .client_id_size = kept->size,
                .hardware = request->message->chaddr,
                .hardware_type = request->message->htype,
                .hardware_size = request->message->hlen,
                .hostname = request->hostname,
                .hostname_size = (uint8_t) request->hostname_size,
                .ifindex = request->metadata->ifindex,
                .started = request->now,
                .last_seen = request->now,
                .version = old ? old->version : 0,
        };
        if (request->relay_agent_size <= UINT8_MAX) {
                ret->relay_agent = request->relay_agent;
                ret->relay_agent_size = (uint8_t) request->relay_agent_size;
        }
        if (host && host->settings->address == address)
                ret->flags |= LEASE_RESERVED;
        if (request->role == SENDER_RELAYED || request->role == SENDER_PAST_RELAY)
                ret->flags |= LEASE_RELAYED;
        ret->relay = request->message->giaddr;
        if (old && lease_belongs_to(old, request->client.data, request->client.size)) {
                LeaseRecord record;

                lease_get_record(old, &record);
                if (ret->hostname_size == 0) {
                        ret->hostname = record.hostname;
                        ret->hostname_size = record.hostname_size;
                }
                if (ret->relay_agent_size == 0) {
                        ret->relay_agent = record.relay_agent;
                        ret->relay_agent_size = record.relay_agent_size;
                }
                if (request->role == SENDER_PAST_RELAY)
                        ret->relay = record.relay;
        }
}

bool request_has_record(const Request *request, ipv4_t address) {
        const LeaseTable *table = &request->server->table;
        const Lease *asked = lease_table_find(table, address);

        if (request->host && request->host->settings->address != 0)
                return true;
        /* which client it was that answered by ICMP echo is not known */
        if (asked && !lease_is_claimed_unnamed(asked) && request_is_holder(request, asked))
                return true;
        for (const Lease *lease = request_first_lease(request); lease;
                lease = lease_table_next_of_client(table, lease))
                if ((lease->state != LEASE_OFFERED || lease->offered_over != LEASE_OFFERED) &&
                        request_is_in_scope(request, lease))
                        return true;
        return false;
}

Lease *request_find_own(const Request *request, ipv4_t address) {
        Lease *lease = lease_table_find(&request->server->table, address);

        if (!lease || lease->state != LEASE_BOUND ||
                !lease_belongs_to(lease, request->client.data, request->client.size) ||
                !request_is_in_scope(request, lease))
                return NULL;
        return lease;
}

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

static OtherBindings request_find_other_bindings(const Request *request, ipv4_t address) {
        OtherBindings others;

        others.n = 0;
        for (const Lease *lease = request_first_own(request);
                lease && others.n < OTHER_BINDINGS_MAX; lease = request_next_own(request, lease))
                if (lease->state == LEASE_BOUND && lease->address != address &&
                        request_is_in_scope(request, lease))
                        others.leases[others.n++] = lease;
        return others;
}

int server_end_binding(
        Server *server, const Lease *lease, LeaseState state, usec_t now, Actions *actions) {
        LeaseRecord record;

        lease_get_record(lease, &record);
        record.state = state;
        record.expires = now;
        return server_commit(server, &record,
                state == LEASE_EXPIRED ? LEASE_EVENT_EXPIRED : LEASE_EVENT_RELEASED, actions);
}

int server_bind(Server *server, const LeaseRecord *record, LeaseEvent event,
        const OtherBindings *others, usec_t now, Actions *actions) {
        int r;

        r = server_commit(server, record, event, actions);
        for (size_t i = 0; i < others->n && r >= 0; i++)
                r = server_end_binding(server, others->leases[i], LEASE_RELEASED, now, actions);
        return r;
}

static void request_warn_nearly_full(Request *request, Pool *pool) {
        const PoolUse use = pool_get_use(pool);
        size_t used = use.used + use.declined;

        if (used * 10 < pool->size * 8)
                pool->warned_nearly_full = false;
        if (pool->warned_nearly_full || pool->size == 0 || used * 10 < pool->size * 9)
                return;
        pool->warned_nearly_full = request_notice(request, NOTICE_POOL_NEARLY_FULL, pool, 0);
}

/* Whether a lease of the client goes to other hardware than it is at. RFC 2131 4.2: one identifier
 * is one client, and its lease goes with it. */
static bool request_moves_lease(const Request *request, const Lease *lease,
        uint8_t ret_from[static ETHERNET_ADDRESS_SIZE]) {
        const MessageView *message = request->message;
        LeaseRecord record;

        lease_get_record(lease, &record);
        if (record.hardware_size != ETHERNET_ADDRESS_SIZE ||
                message->hlen != ETHERNET_ADDRESS_SIZE ||
                memcmp(record.hardware, message->chaddr, ETHERNET_ADDRESS_SIZE) == 0)
                return false;
        memcpy(ret_from, record.hardware, ETHERNET_ADDRESS_SIZE);
        return true;
}

/* Says that it has gone there, and whether there are two machines with one identifier. To be called
 * when nothing can fail any more. @until: when the lease would have ended where it was */
static void request_tell_move(Request *request, ipv4_t address, Pool *pool,
        const uint8_t from[static ETHERNET_ADDRESS_SIZE], usec_t until) {
        const CloneNews news = clone_watch_note(&request->server->clones, request->client_hash,
                from, request->message->chaddr, until, request->now);

        if (news != CLONE_NEWS_NONE)
                (void) request_notice_hardware(request,
                        news == CLONE_NEWS_BACK ? NOTICE_CLONE : NOTICE_OTHER_HARDWARE, pool,
                        address, request->message->chaddr, from);
}

int request_bind(Request *request, ipv4_t address, Pool *pool, usec_t lifetime) {
        Server *server = request->server;
        const Lease *old;
        OtherBindings others;
        LeaseRecord record;
        bool renewal, moved, succeeds;
        uint8_t from[ETHERNET_ADDRESS_SIZE] = {0};
        Succession succession;
        usec_t until;
        int r;

        if (request->trace)
                return 0;
        others = request_find_other_bindings(request, address);
        old = lease_table_find(&server->table, address);
        renewal = old && old->state == LEASE_BOUND &&
                  lease_belongs_to(old, request->client.data, request->client.size);
        moved = renewal && request_moves_lease(request, old, from);
        succeeds = request_plan_succession(request, old, &succession);
        until = old ? old->expires : 0;
        request_fill_record(request, address, old, request_kept_identity(request), &record);
        record.state = LEASE_BOUND;
        record.expires = usec_add(request->now, lifetime);
        if (renewal && !moved)
                record.started = old->started;
        /* Who renews an address does use it: a quarantine that comes later is a new story. */
        else if (old && request_is_holder(request, old))
                record.n_declined = 0;
        else if (old)
                record.n_declined = old->n_declined;
        else
                record.n_declined = decline_history_get(&server->declines, address);
        r = server_bind(server, &record, renewal ? LEASE_EVENT_RENEWED : LEASE_EVENT_GRANTED,
                &others, request->now, request->actions);
        if (r < 0)
                return r;

        /* the lease remembers it from here on */
        (void) decline_history_take(&server->declines, address);
        /* that nobody answered before says nothing of the client */
        prober_forget(&server->prober, address);
        if (succeeds)
                request_note_succession(request, pool, &succession);
        if (moved)
                request_tell_move(request, address, pool, from, until);
        pool->warned_exhausted = false;
        (void) request_withdraw_offers(request, address);
        request_warn_nearly_full(request, pool);
        return 0;
}
