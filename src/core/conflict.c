/* SPDX-License-Identifier: MIT */

/* Addresses that somebody uses who did not get them from us: asked for by ARP, or by ICMP echo
 * behind a relay, before they are given out; what comes of an answer is claim.c. Waits for nobody:
 * a message whose address is not clear yet is kept and handled again later, as if it came in then.
 */

#include "core/conflict.h"

#include <string.h>

#include "core/actions.h"
#include "core/budget.h"
#include "core/client-leases.h"
#include "core/holder.h"
#include "core/lease-table.h"
#include "core/lease.h"
#include "core/notice.h"
#include "core/plan.h"
#include "core/probe-way.h"
#include "core/probing.h"
#include "core/quarantine.h"
#include "core/request-state.h"
#include "core/server-address.h"
#include "core/server-state.h"
#include "core/settings.h"
#include "core/standing.h"
#include "core/succession.h"
#include "core/trace.h"
#include "core/verdict.h"
#include "wire/protocol.h"

/* Addresses that are kept clear ahead of the clients that will get them. */
#define AHEAD_MAX 3

/* Whether the message has to wait for the end of a probe. An address that was in conflict lately
 * does so in any case, as do all where no more of them may be set aside: an answer that comes after
 * the offer would not keep the next client from the address. */
static bool must_be_clear(const Pool *pool, const Lease *lease) {
        return pool->settings->conflict_detection == CONFLICT_DETECTION_STRICT ||
               (lease && lease->n_declined > 0) || pool->n_claimed >= pool_claims_max(pool);
}

/* PROBE_UNKNOWN when too much is asked for already. */
static ProbeState request_ask(Request *request, const Pool *pool, ProbeWay way, ipv4_t address) {
        Prober *prober = &request->server->prober;
        ProbeState state = prober_judge(prober, address, request->now);
        Action *action;

        if (state != PROBE_UNKNOWN)
                return state;
        if (way == PROBE_BY_ECHO && !prober_take_echo(prober, request->now))
                return PROBE_UNKNOWN;
        action = actions_add(request->actions, ACTION_PROBE);
        if (!action)
                return PROBE_CLEAR;
        action->probe.way = way;
        action->probe.address = address;
        if (way == PROBE_BY_ARP) {
                action->probe.ifindex = request->link->link.ifindex;
                /* Not RFC 5227's zero sender: a client that checks its new address by itself would
                 * take that for somebody who is about to use it (2.1.1). */
                action->probe.source = request_server_address(request, pool);
        }
        prober_note(prober, address, request->now);
        return PROBE_PENDING;
}

static void request_ask_ahead(Request *request, const Pool *pool, ProbeWay way) {
        size_t cursor = 0, n = 0;
        ipv4_t address;

        if (way == PROBE_BY_ECHO && !prober_may_echo(&request->server->prober, request->now))
                return;
        for (; n < AHEAD_MAX && pool_next_unused(pool, &cursor, &address) >= 0; n++)
                (void) request_ask(request, pool, way, address);
        LIST_FOREACH (node, &pool->free) {
                if (n++ >= AHEAD_MAX)
                        break;
                (void) request_ask(request, pool, way, CONTAINER_OF(node, Lease, in_pool)->address);
        }
}

/* Whether the client has the address, and all the same it is to be asked for: by ARP alone, since
 * an echo does not tell the client from another machine. */
static bool request_doubts_own(const Request *request, const Lease *lease, const Pool *pool) {
        return pool->settings->conflict_detection == CONFLICT_DETECTION_STRICT &&
               request->message->type == DHCP_DISCOVER && lease && lease->state == LEASE_BOUND &&
               lease_belongs_to(lease, request->client.data, request->client.size) &&
               request_probe_way(request, pool) == PROBE_BY_ARP;
}

bool request_is_disputed(const Request *request, ipv4_t address, const Pool *pool) {
        const MessageView *message = request->message;
        const uint8_t *hardware;
        const Lease *lease;

        if (pool->settings->conflict_detection != CONFLICT_DETECTION_STRICT)
                return false;
        lease = lease_table_find(&request->server->table, address);
        if (!request_doubts_own(request, lease, pool))
                return false;
        hardware = prober_find_answer(&request->server->prober, address, request->now);
        return hardware && !lease_has_hardware(lease, hardware, ETHERNET_ADDRESS_SIZE) &&
               (message->hlen != ETHERNET_ADDRESS_SIZE ||
                       memcmp(message->chaddr, hardware, ETHERNET_ADDRESS_SIZE) != 0);
}

int request_give_up(Request *request, ipv4_t address, Pool *pool) {
        Server *server = request->server;
        const uint8_t *hardware = prober_find_answer(&server->prober, address, request->now);
        const Lease *lease = lease_table_find(&server->table, address);
        LeaseRecord record;
        int r;

        request->disputed = address;
        request_say_standing(request, address, STANDING_TAKEN);
        if (request->trace || !pool_may_disown(pool, address))
                return 0;
        lease_get_record(lease, &record);
        record.started = record.last_seen = request->now;
        record.ifindex = request->metadata->ifindex;
        r = server_quarantine(server, &record, request->now, request->actions);
        if (r < 0)
                return r;
        (void) request_notice_hardware(
                request, NOTICE_CONFLICT, pool, address, hardware, request->message->chaddr);
        return 0;
}

/* One that cannot be kept is as good as lost: when the client repeats it, what has been asked is
 * answered. */
static void request_wait(Request *request, ipv4_t address) {
        const MessageView *message = request->message;

        (void) prober_wait(&request->server->prober, address, request->now, message->packet,
                message->packet_size, request->metadata);
}

bool request_must_wait(Request *request, ipv4_t address, const Pool *pool) {
        const Lease *lease = lease_table_find(&request->server->table, address);
        const ProbeWay way = request_probe_way(request, pool);
        /* to what another machine has, which answers if it is there */
        const bool succeeds = way == PROBE_BY_ARP && request_find_predecessor(request, lease) != 0;
        ProbeState state;
        bool waits;

        if (way == PROBE_NO_WAY)
                return false;
        /* Its own, or that of the machine it is (take-over). */
        if (lease && !succeeds && !request_doubts_own(request, lease, pool) &&
                (lease->state == LEASE_BOUND || request_is_holder(request, lease)))
                return false;
        if (request->trace) {
                request_say(request, "The address is asked for by %s first (ConflictDetection=%s).",
                        way == PROBE_BY_ARP ? "ARP" : "ICMP echo",
                        conflict_detection_to_string(pool->settings->conflict_detection));
                return false;
        }

        state = request_ask(request, pool, way, address);
        waits = succeeds || must_be_clear(pool, lease);
        if (waits && state == PROBE_PENDING)
                request_wait(request, address);
        if (waits && (state == PROBE_PENDING || state == PROBE_UNKNOWN))
                return true;
        if (pool->settings->conflict_detection == CONFLICT_DETECTION_AHEAD)
                request_ask_ahead(request, pool, way);
        return false;
}

/* Whether the address is kept back, for days or for now, since somebody has answered for it whom
 * nobody can name. */
static bool request_is_answered_for(const Request *request, ipv4_t address, const Lease *lease) {
        if (lease && lease_is_claimed_unnamed(lease))
                return request_may_use(request, lease);
        return (!lease || lease_is_free(lease)) && request->role != SENDER_ON_LINK &&
               prober_find_answer(&request->server->prober, address, request->now);
}

bool request_is_put_off(Request *request, ipv4_t address) {
        const Server *server = request->server;
        const Lease *lease = lease_table_find(&server->table, address);

        if (!request_is_answered_for(request, address, lease) ||
                plan_is_reserved_for_other(server->plan, address, request->host) ||
                request_must_move(request, address) || request_find_binding(request))
                return false;
        /* Its renewal would be its first lease, which is made by the relay alone: at T2. */
        if (request->role == SENDER_PAST_RELAY) {
                request->actions->verdict = VERDICT_NO_RECORD;
                return true;
        }
        if (!lease || request->trace || request_is_holder(request, lease) ||
                request_probe_way(request, lease->pool) != PROBE_BY_ECHO)
                return false;
        if (prober_judge(&server->prober, address, request->now) == PROBE_ANSWERED)
                return false;
        if (request->bucket == 0 && !request_spend(request, BUDGET_CLIENT))
                return true;
        if (request_ask(request, lease->pool, PROBE_BY_ECHO, address) == PROBE_PENDING)
                request_wait(request, address);
        request->actions->verdict = VERDICT_PROBING;
        return true;
}

bool request_must_wait_for_holder(Request *request) {
        const Prober *prober = &request->server->prober;
        const Lease *lease = request_find_left_over(request);

        if (!lease)
                return false;
        if (request->trace) {
                request_say(request, "Whoever has the reserved address is asked by ARP first.");
                return false;
        }
        switch (prober_judge(prober, lease->address, request->now)) {
        case PROBE_CLEAR:
        case PROBE_ANSWERED:
                return false;
        case PROBE_UNKNOWN:
        case PROBE_PENDING:
                break;
        }
        /* what has waited is not charged for its answer */
        if (!request_spend(request, BUDGET_CLIENT))
                return true;
        if (request_ask(request, lease->pool, PROBE_BY_ARP, lease->address) != PROBE_PENDING)
                return false;
        request_wait(request, lease->address);
        request->actions->verdict = VERDICT_PROBING;
        return true;
}
