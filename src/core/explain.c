/* SPDX-License-Identifier: MIT */

/* The dry run. A request with a trace is handled as any other, but what would change leases,
 * offers, probes or warnings holds still: see request->trace in binding.c, conflict.c, discover.c
 * and notice.c.
 *
 * Invariant: the server is the same before and after. */

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "basic/text.h"
#include "core/explain.h"
#include "core/server-internal.h"
#include "core/trace.h"
#include "wire/builder.h"

#define QUERY_SIZE 576

void trace_say(Trace *trace, const char *format, ...) {
        _cleanup_free_ char *text = NULL;
        va_list arguments;
        int r;

        va_start(arguments, format);
        r = vasprintf(&text, format, arguments);
        va_end(arguments);
        if (r < 0) {
                text = NULL;
                trace->error = -ENOMEM;
                return;
        }
        if (strv_extend(&trace->steps, text) < 0)
                trace->error = -ENOMEM;
}

/* Options that a usual client asks for. */
static const uint8_t usual_options[] = {
        DHCP_OPTION_SUBNET_MASK,
        DHCP_OPTION_ROUTER,
        DHCP_OPTION_DNS,
        DHCP_OPTION_DOMAIN_NAME,
};

static size_t build_message(const ExplainQuery *query, uint8_t packet[static QUERY_SIZE]) {
        uint8_t chaddr[DHCP_CHADDR_SIZE] = {0};
        const MessageHeader header = {
                .op = BOOTREQUEST,
                .htype = query->hardware_size > 0 ? HARDWARE_ETHERNET : 0,
                .hlen = query->hardware_size,
                .hops = query->relay != 0,
                .ciaddr = query->type == DHCP_INFORM ? query->requested : 0,
                .giaddr = query->relay,
                .chaddr = chaddr,
        };
        MessageBuilder builder;

        memcpy(chaddr, query->hardware, query->hardware_size);
        /* none of these fails: there is room for the longest identifier */
        (void) message_builder_init(&builder, packet, QUERY_SIZE, QUERY_SIZE, &header);
        (void) message_builder_add_u8(&builder, DHCP_OPTION_MESSAGE_TYPE, (uint8_t) query->type);
        if (query->client_id.size > 0)
                (void) message_builder_add(&builder, DHCP_OPTION_CLIENT_ID, query->client_id.data,
                        query->client_id.size);
        if (query->requested != 0 && query->type != DHCP_INFORM)
                (void) message_builder_add_u32(
                        &builder, DHCP_OPTION_REQUESTED_ADDRESS, query->requested);
        (void) message_builder_add(
                &builder, DHCP_OPTION_PARAMETER_LIST, usual_options, sizeof(usual_options));
        return message_builder_finish(&builder);
}

/* What is known of the client by the messages that it has sent. */
typedef struct Memory {
        const Lease *lease;     /* the newest, or NULL */
        const Silence *silence; /* the last, unless the client has been answered since */
} Memory;

/* Times of before the boot wrap: they are compared by difference. */
static bool is_later(usec_t a, usec_t b) {
        return (int64_t) (a - b) > 0;
}

static Memory remember(const Server *server, const ExplainQuery *query) {
        Memory memory = {0};
        ClientId id = query->client_id;

        if (id.size == 0)
                client_id_from_hardware(
                        HARDWARE_ETHERNET, query->hardware, query->hardware_size, &id);
        for (const Lease *lease = lease_table_first_of_client(&server->table, id.data, id.size);
                lease; lease = lease_table_next_of_client(&server->table, lease))
                if (!memory.lease || is_later(lease->last_seen, memory.lease->last_seen))
                        memory.lease = lease;

        memory.silence = silence_find(
                &server->silences, query->hardware, query->hardware_size, server->seed);
        if (memory.silence && memory.lease &&
                !is_later(memory.silence->at, memory.lease->last_seen))
                memory.silence = NULL;
        return memory;
}

static LinkState *find_link(const Server *server, uint32_t ifindex) {
        return ifindex != 0 ? links_find(server->links, server->n_links, ifindex) : NULL;
}

static void say_last_silence(
        const Silence *silence, const LinkState *link, usec_t now, Trace *trace) {
        char ago[TIMESPAN_STRING_MAX], relay[IPV4_STRING_MAX];

        trace_say(trace, "Its last message, a %s on %s%s%s %s ago, got no answer: %s.",
                message_type_to_string(silence->type), link->link.name,
                silence->relay != 0 ? " through relay " : "",
                silence->relay != 0 ? ipv4_format(silence->relay, relay) : "",
                timespan_format(MAX(usec_sub(now, silence->at), USEC_PER_SEC), ago),
                verdict_to_string(silence->verdict));
}

/* Where a host is expected that has never been heard. */
static LinkState *find_link_of_host(const Server *server, const ExplainQuery *query) {
        const HostKey *key = NULL;

        if (server->plan && query->client_id.size > 0)
                key = plan_first_host_key(server->plan, HOST_KEY_CLIENT_ID, query->client_id.data,
                        query->client_id.size);
        if (server->plan && !key && query->hardware_size > 0)
                key = plan_first_host_key(
                        server->plan, HOST_KEY_HARDWARE, query->hardware, query->hardware_size);
        for (size_t i = 0; key && i < server->n_links; i++)
                for (size_t k = 0; k < server->links[i].n_direct; k++)
                        if (server->links[i].pools[k] == key->host->pool)
                                return &server->links[i];
        return NULL;
}

static LinkState *assume_link(const Server *server, const ExplainQuery *query, Trace *trace) {
        LinkState *link = query->relay == 0 ? find_link_of_host(server, query) : NULL;

        for (size_t i = 0; i < server->n_links && !link; i++)
                if (server_link_is_heard(server, &server->links[i].link) &&
                        (server->links[i].n_pools > 0 ||
                                (query->relay != 0 && server->links[i].link.n_addresses > 0 &&
                                        !server->links[i].link.loopback)))
                        link = &server->links[i];
        if (link)
                trace_say(trace, "No interface is named: %s is assumed.", link->link.name);
        return link;
}

/* Where it is, and behind which relay, when the query does not say. */
static LinkState *choose_link(
        const Server *server, ExplainQuery *query, const Memory *memory, usec_t now, Trace *trace) {
        LinkState *link;

        if (query->ifindex != 0)
                return find_link(server, query->ifindex);
        link = memory->silence ? find_link(server, memory->silence->ifindex) : NULL;
        if (link) {
                say_last_silence(memory->silence, link, now, trace);
                if (query->relay == 0)
                        query->relay = memory->silence->relay;
                return link;
        }
        link = memory->lease ? find_link(server, memory->lease->ifindex) : NULL;
        if (link) {
                trace_say(trace, "The client was last heard on %s.", link->link.name);
                return link;
        }
        return assume_link(server, query, trace);
}

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
static void say_silence(const LinkState *link, const Memory *memory, Trace *trace) {
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

static void read_reply(const Actions *actions, MessageView *view, Explanation *ret) {
        for (size_t i = 0; i < actions->n_actions; i++) {
                const Action *action = &actions->actions[i];
                uint32_t seconds;

                if (action->type != ACTION_SEND || message_view_init(view, action->send.packet,
                                                           action->send.size) != MESSAGE_OK)
                        continue;
                ret->reply = action->send.message_type;
                ret->address = view->yiaddr;
                if (message_get_u32(view, DHCP_OPTION_LEASE_TIME, &seconds) >= 0)
                        ret->lifetime =
                                seconds == UINT32_MAX ? USEC_INFINITY : seconds * USEC_PER_SEC;
        }
}

/* The pool that is meant for where the message comes in, and does not serve it. */
static const Pool *find_closed_pool(const Server *server, const LinkState *link, ipv4_t relay) {
        if (relay == 0)
                return link->n_pools > 0 ? link->pools[0] : NULL;
        return plan_find_pools_at(server->plan, relay, server->scope) > 0 ? server->scope[0] : NULL;
}

/* What would make a pool of it. */
static void say_no_pool(const Server *server, const LinkState *link, ipv4_t relay, Trace *trace) {
        const Pool *pool = find_closed_pool(server, link, relay);
        char subnet[IPV4_PREFIX_STRING_MAX];
        Ipv4Prefix prefix = link->link.addresses[0];

        if (pool && !pool->enabled)
                trace_say(trace,
                        "It is ignored: pool %s would serve it, but is disabled. `minidhcpctl "
                        "enable-pool %s` changes that.",
                        pool->settings->name, pool->settings->name);
        else if (pool)
                trace_say(trace,
                        "It is ignored: Interface= of pool %s lets it in when it names %s, besides "
                        "the pool's other links.",
                        pool->settings->name, link->link.name);
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

/* BindToDevice= of the socket unit: what is sent on the link reaches nobody. */
static void say_unheard(const Server *server, const LinkState *link, Trace *trace) {
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

static int fill(Server *server, Actions *actions, const LinkState *link, const Memory *memory,
        ipv4_t relay, Trace *trace, Explanation *ret) {
        const Pool *pool;

        ret->verdict = actions->verdict;
        read_reply(actions, &server->message, ret);
        say_omitted(&actions->omitted, trace);
        pool = ret->address != 0 ? plan_find_pool_of(server->plan, ret->address) : NULL;
        if (pool) {
                ret->pool = strdup(pool->settings->name);
                if (!ret->pool)
                        return -ENOMEM;
        }
        if (!server_link_is_heard(server, &link->link))
                return trace->error;
        /* the query does not know what the relay said besides its address */
        if (ret->verdict == VERDICT_NO_POOL && memory->silence &&
                memory->silence->verdict == VERDICT_UNTRUSTED_RELAY)
                trace_say(trace, "%s", conclusions[VERDICT_UNTRUSTED_RELAY]);
        else if (ret->verdict == VERDICT_NO_POOL)
                say_no_pool(server, link, relay, trace);
        else if (conclusions[ret->verdict])
                trace_say(trace, "%s", conclusions[ret->verdict]);
        else if (ret->verdict != VERDICT_NAKED)
                say_silence(link, memory, trace);
        return trace->error;
}

int server_explain(
        Server *server, const ExplainQuery *asked, usec_t now, Actions *actions, Explanation *ret) {
        ExplainQuery query = *asked;
        const Memory memory = remember(server, asked);
        uint8_t packet[QUERY_SIZE];
        Trace trace = {0};
        PacketMetadata metadata = {.destination = IPV4_BROADCAST, .broadcast = true};
        Request request = {
                .server = server,
                .message = &server->message,
                .metadata = &metadata,
                .now = now,
                .actions = actions,
                .trace = &trace,
                .again = true, /* not counted */
        };
        Explanation explanation = {0};
        LinkState *link;
        int r;

        if ((query.client_id.size == 0 && query.hardware_size == 0) ||
                (query.type != DHCP_DISCOVER && query.type != DHCP_REQUEST &&
                        query.type != DHCP_INFORM))
                return -EINVAL;

        link = choose_link(server, &query, &memory, now, &trace);
        if (!link) {
                (void) strv_free(trace.steps);
                return -ENODEV;
        }
        metadata.ifindex = explanation.ifindex = link->link.ifindex;

        actions_reset(actions);
        (void) message_view_init(&server->message, packet, build_message(&query, packet));
        if (server_link_is_heard(server, &link->link))
                r = request_handle(&request);
        else {
                actions->verdict = VERDICT_NO_POOL;
                say_unheard(server, link, &trace);
                r = 0;
        }
        if (r >= 0 && query.no_promise) {
                actions_reset(actions);
                actions->verdict = VERDICT_NO_LEASE_FILE;
        }
        if (r >= 0)
                r = fill(server, actions, link, &memory, query.relay, &trace, &explanation);
        actions_reset(actions);

        explanation.steps = trace.steps;
        if (r < 0) {
                explanation_done(&explanation);
                return r;
        }
        *ret = explanation;
        return 0;
}

void explanation_done(Explanation *explanation) {
        explanation->steps = strv_free(explanation->steps);
        free(TAKE_PTR(explanation->pool));
}
