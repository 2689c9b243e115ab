/* SPDX-License-Identifier: MIT */

/* Addresses that somebody uses who did not get them from us: asked for by ARP before they are
 * given out; what comes of an answer is claim.c. Waits for nobody: a message whose address is not
 * clear yet is kept and handled again later, as if it came in then. */

#include <string.h>

#include "core/server-internal.h"

/* Addresses that are kept clear ahead of the clients that will get them. */
#define AHEAD_MAX 3

/* ARP reaches only the link that the client is on. */
static bool request_is_on_link(const Request *request, const Pool *pool) {
        const Link *link = &request->link->link;

        if (request->role != SENDER_ON_LINK || link->hardware_type != HARDWARE_ETHERNET)
                return false;
        return link_is_in_subnet(link, pool->settings->subnet);
}

bool request_may_probe(const Request *request, const Pool *pool) {
        return pool->settings->conflict_detection != CONFLICT_DETECTION_OFF &&
               request_is_on_link(request, pool);
}

/* Whether the message has to wait for the end of a probe. An address that was in conflict lately
 * does so in any case, as do all where no more of them may be set aside: an answer that comes after
 * the offer would not keep the next client from the address. */
static bool must_be_clear(const Pool *pool, const Lease *lease) {
        return pool->settings->conflict_detection == CONFLICT_DETECTION_STRICT ||
               (lease && lease->n_declined > 0) || pool->n_claimed >= pool_claims_max(pool);
}

static ProbeState request_ask(Request *request, const Pool *pool, ipv4_t address) {
        Prober *prober = &request->server->prober;
        ProbeState state = prober_judge(prober, address, request->now);
        Action *action;

        if (state != PROBE_UNKNOWN)
                return state;
        action = actions_add(request->actions, ACTION_PROBE);
        if (!action)
                return PROBE_CLEAR;
        action->probe.ifindex = request->link->link.ifindex;
        action->probe.address = address;
        /* Not RFC 5227's zero sender: a client that checks its new address by itself would take
         * that for somebody who is about to use it (2.1.1). */
        action->probe.source = request_server_address(request, pool);
        prober_note(prober, address, request->now);
        return PROBE_PENDING;
}

static void request_ask_ahead(Request *request, const Pool *pool) {
        size_t cursor = 0, n = 0;
        ipv4_t address;

        for (; n < AHEAD_MAX && pool_next_unused(pool, &cursor, &address) >= 0; n++)
                (void) request_ask(request, pool, address);
        LIST_FOREACH (node, &pool->free) {
                if (n++ >= AHEAD_MAX)
                        break;
                (void) request_ask(request, pool, CONTAINER_OF(node, Lease, in_pool)->address);
        }
}

/* Whether the client has the address, and all the same it is to be asked for. */
static bool request_doubts_own(const Request *request, const Lease *lease, const Pool *pool) {
        return pool->settings->conflict_detection == CONFLICT_DETECTION_STRICT &&
               request->message->type == DHCP_DISCOVER && lease && lease->state == LEASE_BOUND &&
               lease_belongs_to(lease, request->client.data, request->client.size);
}

bool request_is_disputed(const Request *request, ipv4_t address, const Pool *pool) {
        const MessageView *message = request->message;
        const uint8_t *hardware;
        const Lease *lease;

        if (pool->settings->conflict_detection != CONFLICT_DETECTION_STRICT)
                return false;
        lease = lease_table_find(&request->server->table, address);
        if (!request_doubts_own(request, lease, pool) || !request_may_probe(request, pool))
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

bool request_must_wait(Request *request, ipv4_t address, const Pool *pool) {
        const Lease *lease = lease_table_find(&request->server->table, address);
        const MessageView *message = request->message;
        /* to what another machine has, which answers if it is there */
        const bool succeeds = request_find_predecessor(request, lease) != 0;

        if (!request_may_probe(request, pool))
                return false;
        /* Its own, or that of the machine it is (take-over). */
        if (lease && !succeeds && !request_doubts_own(request, lease, pool) &&
                (lease->state == LEASE_BOUND || request_is_holder(request, lease)))
                return false;
        if (request->trace) {
                request_say(request,
                        "The address is asked for by ARP first (ConflictDetection=%s).",
                        conflict_detection_to_string(pool->settings->conflict_detection));
                return false;
        }

        if (request_ask(request, pool, address) == PROBE_PENDING &&
                (succeeds || must_be_clear(pool, lease))) {
                /* one that cannot be kept is as good as lost: when the client repeats it, what has
                 * been asked is answered */
                (void) prober_wait(&request->server->prober, address, request->now, message->packet,
                        message->packet_size, request->metadata);
                return true;
        }
        if (pool->settings->conflict_detection == CONFLICT_DETECTION_AHEAD)
                request_ask_ahead(request, pool);
        return false;
}

bool request_must_wait_for_holder(Request *request) {
        Prober *prober = &request->server->prober;
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
        if (request_ask(request, lease->pool, lease->address) != PROBE_PENDING)
                return false;
        (void) prober_wait(prober, lease->address, request->now, request->message->packet,
                request->message->packet_size, request->metadata);
        request->actions->verdict = VERDICT_PROBING;
        return true;
}

int server_resume(Server *server, usec_t now, Actions *actions) {
        WaitingMessage *message = &server->resumed;
        int r;

        r = server_handle_again(
                server, message->packet, message->size, &message->metadata, now, actions);
        if (r < 0) {
                message->until = now;
                prober_put_back(&server->prober, message);
        }
        return r;
}

static bool actions_have_commit(const Actions *actions) {
        for (size_t i = 0; i < actions->n_actions; i++)
                if (actions->actions[i].type == ACTION_COMMIT)
                        return true;
        return false;
}

int server_resume_due(Server *server, usec_t now, Actions *actions) {
        int r;

        for (size_t i = 0; i < WAITING_MAX; i++) {
                if (actions->n_actions > ACTIONS_MAX / 2 ||
                        actions->packets_used > sizeof(actions->packets) / 2)
                        break;
                /* A commit's lease must stay as it is until the caller has seen it. */
                if (actions_have_commit(actions))
                        break;
                if (!prober_take_due(&server->prober, now, &server->resumed))
                        break;
                r = server_resume(server, now, actions);
                if (r < 0)
                        return r;
        }
        return 0;
}
