/* SPDX-License-Identifier: MIT */

/* Which address it is about has been decided before.
 *
 * Invariant: after a binding the client has no other bound or offered lease in the request's
 * pools. */

#include "core/binding.h"

#include <string.h>

#include "core/client-leases.h"
#include "core/clones.h"
#include "core/decline-history.h"
#include "core/dispatch.h"
#include "core/holder.h"
#include "core/identity.h"
#include "core/lease-table.h"
#include "core/notice.h"
#include "core/offer.h"
#include "core/probing.h"
#include "core/request-state.h"
#include "core/server-state.h"
#include "core/succession-table.h"
#include "core/succession.h"
#include "core/transaction.h"

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

/* What the client says of itself, for the record, which borrows it; what it said before stays where
 * it says nothing. Its own name is worth remembering only where a host's is in its place. */
static void request_fill_said(const Request *request, const Lease *old, LeaseRecord *record) {
        static const uint8_t codes[] = {DHCP_OPTION_VENDOR_CLASS, DHCP_OPTION_USER_CLASS};
        uint8_t *said = request->server->said, name[FQDN_NAME_MAX];
        const uint8_t *data;
        LeaseRecord before;
        size_t size;

        record->said = said;
        if (request->host && request_get_sent_name(request, name, &data, &size) >= 0)
                lease_said_add(said, &record->said_size, DHCP_OPTION_HOST_NAME, data, size);
        for (size_t i = 0; i < ELEMENTSOF(codes); i++)
                if (message_get(request->message, codes[i], &data, &size) >= 0)
                        lease_said_add(said, &record->said_size, codes[i], data, size);

        if (record->said_size > 0 || !old || !old->identity || !old->identity->has_said ||
                !lease_belongs_to(old, request->client.data, request->client.size))
                return;
        lease_get_record(old, &before);
        record->said = before.said;
        record->said_size = before.said_size;
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
        succeeds = request_prepare_succession(request, old, &succession);
        until = old ? old->expires : 0;
        request_fill_record(request, address, old, request_kept_identity(request), &record);
        request_fill_said(request, old, &record);
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
