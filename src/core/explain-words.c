/* SPDX-License-Identifier: MIT */

/* The last sentences of an explanation: what a decision means for who asks, and what would change
 * it. Every command that is named here is tried by tests/integration/remedies. */

#include "core/explain-words.h"

#include <stdio.h>

#include "core/link-state.h"
#include "core/plan.h"
#include "core/pool.h"
#include "core/request-state.h"
#include "core/server-state.h"
#include "core/server.h"
#include "core/trace.h"
#include "core/verdict.h"
#include "wire/code-set.h"
#include "wire/protocol.h"

enum {
        LINKS_TEXT_SIZE = 8 * (LINK_NAME_MAX + 2),
};

/* Silence as a last sentence, with the remedy where there is one. */
static const char *const conclusions[VERDICT_MAX] = {
        [VERDICT_UNTRUSTED_RELAY] = "It is ignored: the answer would go to that address. If it is "
                                    "a relay of yours, name it in Relay= of the pool.",
        [VERDICT_NO_SERVER_ADDRESS] = "It is ignored: the interface has no IPv4 address that could "
                                      "be the server's; it needs "
                                      "one in the Subnet= of the pool.",
        [VERDICT_UNKNOWN_CLIENT] = "It is ignored: only clients with a [Host] section are served "
                                   "here (UnknownClients=deny, or no Range=). `minidhcpctl "
                                   "add-host` makes it one.",
        [VERDICT_DENIED] = "It is ignored: its [Host] section says Deny=yes; Deny=no lets it in.",
        [VERDICT_POOL_EXHAUSTED] = "It is ignored: a wider Range= or a shorter "
                                   "DefaultLeaseTimeSec= would help.",
        [VERDICT_RATE_LIMITED] =
                "It is ignored for now: it sends more messages than RateLimit= lets "
                "pass. One that keeps doing that is broken; [Server] RateLimit= "
                "allows more.",
        [VERDICT_NO_LEASE_FILE] = "But no message is answered while the lease file cannot be "
                                  "written; see `minidhcpctl status`.",
        [VERDICT_OTHER_RANGE] = "It is ignored: another server gives that address out "
                                "(OtherRange=), and has to answer.",
        [VERDICT_NO_RECORD] = "It is ignored: nothing is known of this client, and Lenient=no.",
        [VERDICT_NOT_AUTHORITATIVE] =
                "It is ignored rather than refused: the pool has Authoritative=no.",
        [VERDICT_BAD_OPTION] = "It is ignored: a REQUEST must name an address.",
};

/* For whom wonders why a client that would be served is not. */
static void say_silence(const LinkState *link, const ExplainMemory *memory, Trace *trace) {
        if (!link->link.up)
                trace_say(trace, "But %s is down; `ip link set %s up` changes that.",
                        link->link.name, link->link.name);
        else if (!link->heard)
                trace_say(trace,
                        "But nothing has been heard on %s since the server started: if a client "
                        "asks there, a firewall may keep UDP port 67 closed.",
                        link->link.name);
        else if (!memory->lease && !memory->silence)
                trace_say(trace,
                        "But no message of this client is remembered: see whether it asks, and "
                        "whether it is on the network of %s.",
                        link->link.name);
}

/* A pool that is meant for where the message comes in, and does not serve it. */
static const Pool *find_closed_pool(const Server *server, const LinkState *link, ipv4_t relay) {
        if (relay != 0)
                return plan_find_pools_at(server->plan, relay, server->scope) > 0 ? server->scope[0]
                                                                                  : NULL;
        if (link->n_pools > 0)
                return link->pools[0];
        /* Interface= binds it to other links, although one of its addresses is here */
        for (size_t i = 0; i < link->link.n_addresses; i++)
                if (plan_find_pools_at(
                            server->plan, link->link.addresses[i].address, server->scope) > 0)
                        return server->scope[0];
        return NULL;
}

/* "br1, br2", where its clients come in; "" for nowhere. */
static const char *name_links(
        const Server *server, const Pool *pool, char *buffer, size_t capacity) {
        size_t used = 0;

        *buffer = '\0';
        for (size_t i = 0; i < server->n_links && used < capacity; i++)
                if (link_has_pool(&server->links[i], pool))
                        used += (size_t) snprintf(buffer + used, capacity - used, "%s%s",
                                used > 0 ? ", " : "", server->links[i].link.name);
        return buffer;
}

static void say_closed_pool(
        const Server *server, const LinkState *link, ipv4_t relay, const Pool *pool, Trace *trace) {
        char links[LINKS_TEXT_SIZE];

        (void) name_links(server, pool, links, sizeof(links));
        if (!pool->enabled)
                trace_say(trace,
                        "It is ignored: pool %s would serve it, but is disabled. `minidhcpctl "
                        "enable-pool %s` changes that.",
                        pool->settings->name, pool->settings->name);
        else if (relay != 0)
                trace_say(trace,
                        "It is ignored: Interface= of pool %s lets it in when it names %s, besides "
                        "the pool's other links.",
                        pool->settings->name, link->link.name);
        else
                trace_say(trace,
                        "It is ignored: pool %s has the subnet of %s, but is bound to %s "
                        "(Interface=); it lets it in when Interface= names %s, too.",
                        pool->settings->name, link->link.name,
                        *links ? links : "a link that is not there", link->link.name);
}

/* What would make a pool of it. */
static void say_no_pool(const Server *server, const LinkState *link, ipv4_t relay, Trace *trace) {
        const Pool *pool = find_closed_pool(server, link, relay);
        char subnet[IPV4_PREFIX_STRING_MAX];
        Ipv4Prefix prefix = link->link.addresses[0];

        if (pool)
                say_closed_pool(server, link, relay, pool, trace);
        else if (relay != 0)
                trace_say(trace,
                        "It is ignored: a [Pool] whose Subnet= holds that address would serve it; "
                        "if the pool has Interface=, %s must be there.",
                        link->link.name);
        else if (link->link.n_addresses == 0)
                trace_say(trace, "It is ignored: give %s an address, and a pool for its subnet.",
                        link->link.name);
        else {
                prefix.address = ipv4_prefix_network(prefix);
                trace_say(trace,
                        "It is ignored: a pool with Subnet=%s, or with Interface=%s, would serve "
                        "it; see `minidhcpctl add-pool`.",
                        ipv4_prefix_format(prefix, subnet), link->link.name);
        }
}

/* Where Interface= binds a pool to a link without an address in its subnet, while another link has
 * one, it is most likely bound to the wrong link. */
static void say_wrong_link(const Server *server, const Request *request, const ExplainPlace *place,
        const Explanation *explanation) {
        const Pool *pool = plan_find_pool_of(server->plan, explanation->address);
        const LinkState *link = place->link;

        if (explanation->address == 0 || place->relay != 0 || !pool || pool->n_links == 0 ||
                link_is_in_subnet(&link->link, pool->settings->subnet))
                return;
        for (size_t i = 0; i < server->n_links; i++) {
                const LinkState *other = &server->links[i];

                if (!link_is_in_subnet(&other->link, pool->settings->subnet) ||
                        link_has_pool(other, pool))
                        continue;
                request_say(request,
                        "But pool %s is bound to %s (Interface=), and the address in its subnet is "
                        "on %s: clients on %s are not served.",
                        pool->settings->name, link->link.name, other->link.name, other->link.name);
                return;
        }
}

static bool request_is_open_to(const Request *request, const Pool *pool) {
        for (size_t i = 0; i < request->n_scope; i++)
                if (request->pools[i] == pool)
                        return true;
        return false;
}

/* Of a host that does not get its Address=, and never will where it is. What stands in the way
 * within its pool has been said when the address was looked at. */
static void say_out_of_reach(
        const Request *request, const Host *host, const Explanation *explanation) {
        const Server *server = request->server;
        char address[IPV4_STRING_MAX], links[LINKS_TEXT_SIZE];
        const Pool *pool;

        if (!host || host->settings->address == 0 || host->settings->deny ||
                host->settings->address == explanation->address)
                return;
        pool = host->pool;
        (void) ipv4_format(host->settings->address, address);
        if (!pool && host->settings->pool)
                request_say(request,
                        "%s is reserved for it, as host %s, in pool %s, which is not there: it "
                        "never gets that.",
                        address, host->settings->name, host->settings->pool);
        else if (!pool)
                request_say(request,
                        "%s is reserved for it, as host %s, but is in the Subnet= of no pool: it "
                        "never gets that.",
                        address, host->settings->name);
        else if (!pool->enabled)
                request_say(request,
                        "%s is reserved for it, as host %s, in pool %s, which is disabled; "
                        "`minidhcpctl enable-pool %s` changes that.",
                        address, host->settings->name, pool->settings->name, pool->settings->name);
        else if (!request_is_open_to(request, pool)) {
                (void) name_links(server, pool, links, sizeof(links));
                request_say(request,
                        "%s is reserved for it, as host %s, in pool %s, whose clients come in "
                        "%s%s: "
                        "here it never gets that.",
                        address, host->settings->name, pool->settings->name, *links ? "on " : "",
                        *links                       ? links
                        : pool->settings->interfaces ? "on links that are not "
                                                       "there (Interface=)"
                                                     : "by a relay");
        }
}

/* BindToDevice= of the socket unit: what is sent on the link reaches nobody. */
static void explain_say_unheard(const Server *server, const LinkState *link, Trace *trace) {
        const Link *bound = server_find_link(server, server->bound_link);

        for (size_t i = 0; i < link->n_direct; i++)
                trace_say(trace, "Pool %s would be served on %s.", link->pools[i]->settings->name,
                        link->link.name);
        if (bound)
                trace_say(trace,
                        "Nothing that is sent on %s is heard: the socket is bound to %s "
                        "(BindToDevice= of mini-dhcp.socket).",
                        link->link.name, bound->name);
        else
                trace_say(trace,
                        "Nothing that is sent on %s is heard: the socket is bound to an interface "
                        "that is gone (BindToDevice= of mini-dhcp.socket).",
                        link->link.name);
}

/* The dry run asks for all options that there are, and takes no more than every client does. */
static void say_omitted(const CodeSet *omitted, Trace *trace) {
        char codes[CODE_SET_STRING_MAX];

        if (!code_set_is_empty(omitted))
                trace_say(trace,
                        "If it asks for all that is configured, there is no room for these "
                        "options, unless it takes more than %d bytes (option 57): %s.",
                        DHCP_MIN_MAX_MESSAGE, code_set_format(omitted, codes));
}

/* A circuit is the word of a relay, or of a switch where the pool says that there is one. */
static void say_circuit_ignored(const Request *request, const ExplainQuery *query) {
        if (query->circuit_id_size > 0 && request->n_scope > 0 && request->relay_agent_size == 0)
                request_say(request,
                        "CircuitId= does not count: no relay has said it, and no pool there has "
                        "TrustOption82=yes.");
}

void explain_say_more(const Request *request, const ExplainQuery *query,
        const ExplainMemory *memory, const ExplainPlace *place, const Explanation *explanation) {
        const Server *server = request->server;
        const Verdict verdict = explanation->verdict;
        const LinkState *link = place->link;
        Trace *trace = request->trace;

        if (!server_link_is_heard(server, &link->link)) {
                explain_say_unheard(server, link, trace);
                return;
        }
        say_omitted(&request->actions->omitted, trace);
        say_circuit_ignored(request, query);
        say_out_of_reach(request, memory->host, explanation);
        say_wrong_link(server, request, place, explanation);
        /* the query does not know what the relay said besides its address */
        if (verdict == VERDICT_NO_POOL && memory->silence &&
                memory->silence->verdict == VERDICT_UNTRUSTED_RELAY)
                trace_say(trace, "%s", conclusions[VERDICT_UNTRUSTED_RELAY]);
        else if (verdict == VERDICT_NO_POOL)
                say_no_pool(server, link, place->relay, trace);
        else if (conclusions[verdict])
                trace_say(trace, "%s", conclusions[verdict]);
        else if (verdict != VERDICT_NAKED)
                say_silence(link, memory, trace);
}
