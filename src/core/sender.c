/* SPDX-License-Identifier: MIT */

/* One way from a message to the networks in which its sender can be. Whether the sender may do
 * there what it wants is the handlers' to decide, by its role; they see no other networks.
 *
 *   giaddr | how it came                        | networks                       | role
 *   -------+------------------------------------+--------------------------------+-----------
 *   set    | from a relay                       | of 82.5, else of 118, else of  | RELAYED
 *          |                                    | giaddr; where it is believed   |
 *   zero   | REQUEST, RELEASE, INFORM by        | of ciaddr                      | PAST_RELAY
 *          | unicast from ciaddr, which is in   |                                |
 *          | the subnet of no link of ours      |                                |
 *   zero   | by broadcast, or by unicast from   | of the arrival link            | ON_LINK
 *          | an address of the arrival link     |                                |
 *   zero   | INFORM by unicast from ciaddr      | of ciaddr                      | PAST_RELAY
 *   zero   | REQUEST by unicast from ciaddr,    | of the arrival link            | ELSEWHERE
 *          | which is of another link of ours   |                                |
 *   zero   | the same, of no pool               | of the arrival link            | PAST_RELAY
 *   any    | INFORM from this machine           | of ciaddr, else of the source  | PAST_RELAY
 *
 * Nothing else is heard: whoever sends a unicast datagram can write into it what it likes, and
 * needs no more than a route to us. DEVIATIONS 21. */

#include "core/sender.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/actions.h"
#include "core/link-state.h"
#include "core/notice.h"
#include "core/plan.h"
#include "core/pool.h"
#include "core/request-state.h"
#include "core/server-state.h"
#include "core/settings.h"
#include "core/trace.h"
#include "core/verdict.h"
#include "wire/protocol.h"

bool request_is_by_unicast(const Request *request) {
        return request->message->giaddr == 0 && !request->metadata->broadcast;
}

static void request_add_pools(Request *request, Pool *const *pools, size_t n) {
        for (size_t i = 0; i < n; i++)
                if (pools[i]->enabled)
                        request->pools[request->n_pools++] = pools[i];
}

static void request_add_pools_of_subnet(Request *request, ipv4_t key) {
        Pool **pools = request->pools + request->n_pools;
        const size_t n = plan_find_pools_at(request->server->plan, key, pools);

        /* in place: what is added is never more than what was found */
        request_add_pools(request, pools, n);
}

/* Leaves those pools that pass a test. Return: one of the others, NULL when there is none. */
static Pool *request_filter_pools(
        Request *request, bool (*is_meant)(const Request *request, const Pool *pool)) {
        Pool *other = NULL;
        size_t n = 0;

        for (size_t i = 0; i < request->n_pools; i++)
                if (is_meant(request, request->pools[i]))
                        request->pools[n++] = request->pools[i];
                else if (!other)
                        other = request->pools[i];
        request->n_pools = n;
        return other;
}

static bool request_drop(Request *request, Verdict verdict) {
        request->actions->verdict = verdict;
        return false;
}

/* "It comes in on br0 for the subnet of 10.1.0.1;" and what follows. */
static void request_say_way(const Request *request, ipv4_t key, const char *what) {
        char address[IPV4_STRING_MAX];

        request_say(request, "It comes in on %s%s%s; %s.", request->link->link.name,
                key != 0 ? " for the subnet of " : "", key != 0 ? ipv4_format(key, address) : "",
                what);
}

static void request_say_pools(const Request *request, ipv4_t key) {
        char text[256] = "the pools there are: ";
        size_t used = strlen(text);

        if (!request->trace)
                return;
        for (size_t i = 0; i < request->n_pools && used < sizeof(text); i++)
                used += (size_t) snprintf(text + used, sizeof(text) - used, "%s%s",
                        i > 0 ? ", " : "", request->pools[i]->settings->name);
        request_say_way(request, key, text);
}

static void request_say_refused(
        const Request *request, ipv4_t key, const Pool *pool, const char *why) {
        char text[POOL_NAME_MAX + 96];

        if (!request->trace)
                return;
        (void) snprintf(text, sizeof(text), "pool %s serves that subnet, but %s",
                pool->settings->name, why);
        request_say_way(request, key, text);
}

/* No pool at all, or one that Interface= keeps from this link. */
static bool request_drop_unserved(Request *request, ipv4_t key, Pool *elsewhere) {
        LinkState *link = request->link;

        if (elsewhere)
                request_say_refused(request, key, elsewhere, "not on this link (Interface=)");
        else
                request_say_way(request, key, "no pool serves that");

        if (elsewhere && !link->warned.other_link)
                link->warned.other_link =
                        request_notice(request, NOTICE_OTHER_LINK, elsewhere, key);
        else if (!elsewhere && !link->warned.no_pool)
                link->warned.no_pool = request_notice(request, NOTICE_NO_POOL, NULL, key);
        return request_drop(request, VERDICT_NO_POOL);
}

/* Interface= says by which links a pool's clients come in: those that it names, else those that
 * have an address in Subnet=, else, where the subnet is behind a relay, all of them. */
static bool pool_takes_link(const Request *request, const Pool *pool) {
        if (!pool->settings->interfaces && pool->n_links == 0)
                return true;
        return link_has_pool(request->link, pool);
}

/* ---- relays ------------------------------------------------------------------------------------
 */

static bool pool_names_relay(const Pool *pool, ipv4_t relay) {
        for (size_t i = 0; i < pool->settings->n_relays; i++)
                if (ipv4_prefix_contains(pool->settings->relays[i], relay))
                        return true;
        return false;
}

bool request_relay_is_named(const Request *request) {
        for (size_t i = 0; i < request->n_pools; i++)
                if (pool_names_relay(request->pools[i], request->message->giaddr))
                        return true;
        return false;
}

static bool is_end_of(Ipv4Prefix prefix, ipv4_t address) {
        return ipv4_prefix_contains(prefix, address) && !ipv4_prefix_usable(prefix, address);
}

/* Whether some host can have the address that the message gives for its relay: a reply to any other
 * goes to everybody, or to ourselves. */
static bool request_relay_is_possible(
        const Request *request, Pool *const *pools_at_relay, size_t n) {
        const ipv4_t relay = request->message->giaddr;
        const Server *server = request->server;

        /* of the source it is known already that it is not ours */
        if (!ipv4_is_unicast(relay) ||
                (relay != request->metadata->source && server_has_address(server, relay)))
                return false;
        for (size_t i = 0; i < server->n_links; i++)
                for (size_t k = 0; k < server->links[i].link.n_addresses; k++)
                        if (is_end_of(server->links[i].link.addresses[k], relay))
                                return false;
        for (size_t i = 0; i < n; i++)
                if (is_end_of(pools_at_relay[i]->settings->subnet, relay))
                        return false;
        return true;
}

/* Whether the answer goes where a relay is, as far as pools without Relay= can tell: to where the
 * datagram came from, or into a subnet that is served for messages from there. Many relays send
 * from their uplink, and address translation changes the source, so that the source alone decides
 * nothing. */
static bool request_relay_is_at_home(
        const Request *request, Pool *const *pools_at_relay, size_t n) {
        const ipv4_t relay = request->message->giaddr;

        if (relay == request->metadata->source)
                return true;
        for (size_t i = 0; i < n; i++) {
                const Pool *pool = pools_at_relay[i];

                if (pool->enabled && pool_takes_link(request, pool) &&
                        (pool->settings->n_relays == 0 || pool_names_relay(pool, relay)))
                        return true;
        }
        return false;
}

static bool pool_names_this_relay(const Request *request, const Pool *pool) {
        return pool_names_relay(pool, request->message->giaddr);
}

/* The same for a relay that is at home: it may choose among all pools that say nothing of relays
 * (RFC 3527). */
static bool pool_believes_this_relay(const Request *request, const Pool *pool) {
        return pool->settings->n_relays == 0 || pool_names_this_relay(request, pool);
}

/* giaddr, or a subnet that the relay names. RFC 3527 3 and RFC 3011 3 have the server obey a
 * selection, "MUST": an address of whatever network giaddr is in is no answer to one that cannot be
 * read, but the start of a long search for what is wrong.
 *
 * Return: 0, -EBADMSG. */
static int request_get_relayed_subnet(const Request *request, ipv4_t *ret) {
        const MessageView *message = request->message;
        int r;

        /* RFC 3527 3: the relay's link selection goes before giaddr. */
        r = message_get_relay_ipv4(message, RELAY_LINK_SELECTION, ret);
        if (r != -ENODATA)
                return r;
        /* RFC 3011 3: the client's subnet selection goes before giaddr as well. */
        r = message_get_ipv4(message, DHCP_OPTION_SUBNET_SELECTION, ret);
        if (r != -ENODATA)
                return r;
        /* RFC 2131 4.3.1. */
        *ret = message->giaddr;
        return 0;
}

static bool request_judge_relay(Request *request, ipv4_t *ret_key) {
        const ipv4_t relay = request->message->giaddr;
        const Plan *plan = request->server->plan;
        LinkState *link = request->link;
        Pool **pools_at_relay = request->pools + plan->n_pools; /* there is room for both */
        bool is_at_home;
        Pool *other;
        size_t n;

        request->role = SENDER_RELAYED;
        if (request_get_relayed_subnet(request, ret_key) < 0)
                return request_drop(request, VERDICT_BAD_SELECTION);
        n = plan_find_pools_at(plan, relay, pools_at_relay);
        if (!request_relay_is_possible(request, pools_at_relay, n))
                return request_drop(request, VERDICT_UNTRUSTED_RELAY);
        is_at_home = request_relay_is_at_home(request, pools_at_relay, n);

        if (*ret_key == relay)
                request_add_pools(request, pools_at_relay, n);
        else
                request_add_pools_of_subnet(request, *ret_key);
        other = request_filter_pools(request, pool_takes_link);
        if (request->n_pools == 0)
                return request_drop_unserved(request, *ret_key, other);
        other = request_filter_pools(
                request, is_at_home ? pool_believes_this_relay : pool_names_this_relay);
        if (request->n_pools > 0)
                return true;

        request_say_refused(request, *ret_key, other, "does not believe this relay (Relay=)");
        if (!link->warned.untrusted_relay)
                link->warned.untrusted_relay =
                        request_notice(request, NOTICE_UNTRUSTED_RELAY, other, relay);
        return request_drop(request, VERDICT_UNTRUSTED_RELAY);
}

/* ---- clients that no relay speaks for ----------------------------------------------------------
 */

static void request_add_pools_of_link(Request *request) {
        request_add_pools(request, request->link->pools, request->link->n_direct);
}

static bool pool_is_behind_relay(const Request *request, const Pool *pool) {
        (void) request;
        return pool->n_links == 0;
}

/* Whether the message is about the very address in its ciaddr, which only its holder has. */
static bool request_is_about_ciaddr(const Request *request) {
        const DhcpMessageType type = request->message->type;

        return request->message->ciaddr != 0 &&
               (type == DHCP_REQUEST || type == DHCP_RELEASE || type == DHCP_INFORM);
}

static bool request_is_from_ciaddr(const Request *request) {
        return request->metadata->source == request->message->ciaddr;
}

/* An address of the arrival link: of a subnet that we have an address in there, or of a pool for
 * clients on the link itself, whose Interface= may name it where we have no such address. */
static bool request_is_from_link(const Request *request) {
        const ipv4_t source = request->metadata->source;
        const LinkState *link = request->link;

        if (request->metadata->broadcast || source == 0)
                return true;
        for (size_t i = 0; i < link->link.n_addresses; i++)
                if (ipv4_prefix_contains(link->link.addresses[i], source))
                        return true;
        for (size_t i = 0; i < link->n_direct; i++)
                if (pool_contains(link->pools[i], source))
                        return true;
        return false;
}

/* RFC 2131 4.3.5: who sends an INFORM has its address from somebody else, and asks for what
 * everybody is told. Programs on this machine watch over the server with it. */
static bool request_judge_ourselves(Request *request) {
        if (request->message->type != DHCP_INFORM)
                return request_drop(request, VERDICT_OWN_ADDRESS);
        request->role = SENDER_PAST_RELAY;
        request_add_pools_of_subnet(request, request->message->ciaddr);
        if (request->n_pools == 0)
                request_add_pools_of_subnet(request, request->metadata->source);
        if (request->n_pools == 0)
                request_add_pools_of_link(request);
        return request->n_pools > 0 || request_drop(request, VERDICT_NO_POOL);
}

/* A datagram that came by way of a router, from wherever its sender is. Who sends it has the
 * address that it sends from, as far as a server can tell: that alone it may speak of. */
static bool request_judge_routed(Request *request, ipv4_t *ret_key) {
        if (!request_is_about_ciaddr(request) || !request_is_from_ciaddr(request))
                return request_drop(request, VERDICT_WRONG_SOURCE);

        if (request->message->type == DHCP_INFORM) {
                request->role = SENDER_PAST_RELAY;
                request_add_pools_of_subnet(request, request->message->ciaddr);
                (void) request_filter_pools(request, pool_takes_link);
                *ret_key = request->message->ciaddr;
                return request->n_pools > 0 || request_drop(request, VERDICT_WRONG_SOURCE);
        }
        if (request->message->type != DHCP_REQUEST)
                return request_drop(request, VERDICT_WRONG_SOURCE);
        /* What it has is of another link of ours, or of a subnet that nothing serves any more. */
        request->role = plan_find_pools_at(
                                request->server->plan, request->message->ciaddr, request->pools) > 0
                                ? SENDER_ELSEWHERE
                                : SENDER_PAST_RELAY;
        request_add_pools_of_link(request);
        return request->n_pools > 0 || request_drop(request, VERDICT_WRONG_SOURCE);
}

static bool request_judge_client(Request *request, ipv4_t *ret_key) {
        /* Where a subnet is on no link of ours, its clients are behind a relay, which did not get
         * this message; they may come in by any link, whatever Interface= says of the relay's. A
         * source that something on the way has rewritten tells nothing any more: such a client gets
         * its answer at T2, when it asks by its relay. */
        if (request_is_by_unicast(request) && request_is_about_ciaddr(request)) {
                request_add_pools_of_subnet(request, request->message->ciaddr);
                (void) request_filter_pools(request, pool_is_behind_relay);
                if (request->n_pools > 0) {
                        *ret_key = request->message->ciaddr;
                        request->role = SENDER_PAST_RELAY;
                        return request_is_from_ciaddr(request) ||
                               request_drop(request, VERDICT_WRONG_SOURCE);
                }
        }
        if (!request_is_from_link(request))
                return request_judge_routed(request, ret_key);

        request->role = SENDER_ON_LINK;
        request_add_pools_of_link(request);
        return request->n_pools > 0 || request_drop_unserved(request, 0, NULL);
}

bool request_judge_sender(Request *request, ipv4_t *ret_key) {
        const ipv4_t source = request->metadata->source;
        bool is_placed;

        request->pools = request->server->scope;
        request->n_pools = 0;
        *ret_key = 0;
        if (ipv4_is_loopback(source) || server_has_address(request->server, source))
                is_placed = request_judge_ourselves(request);
        else if (request->message->giaddr != 0)
                is_placed = request_judge_relay(request, ret_key);
        else
                is_placed = request_judge_client(request, ret_key);
        if (is_placed)
                request_say_pools(request, *ret_key);
        return is_placed;
}

int request_find_networks(Request *request) {
        ipv4_t key;

        request->pools = request->server->scope;
        request->n_pools = 0;
        if (request->message->giaddr == 0) {
                request_add_pools_of_link(request);
                return 0;
        }
        if (request_get_relayed_subnet(request, &key) < 0)
                return -EBADMSG;
        request_add_pools_of_subnet(request, key);
        (void) request_filter_pools(request, pool_takes_link);
        return 0;
}
