/* SPDX-License-Identifier: MIT */

/* The dry run. A request with a trace is handled as any other, but what would change leases,
 * offers, probes or warnings holds still: see request->trace in offer.c, binding.c, conflict.c,
 * allocation.c and notice.c.
 *
 * Invariant: the server is the same before and after. */

#include "core/explain.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/text.h"
#include "core/dispatch.h"
#include "core/explain-place.h"
#include "core/explain-words.h"
#include "core/plan.h"
#include "core/pool.h"
#include "core/request-state.h"
#include "core/server-state.h"
#include "core/trace.h"
#include "wire/builder.h"
#include "wire/protocol.h"

#define QUERY_SIZE 1500

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
        DHCP_OPTION_HOST_NAME,
        DHCP_OPTION_DOMAIN_NAME,
        DHCP_OPTION_BROADCAST_ADDRESS,
};

static void add_boot_options(MessageBuilder *builder, const ExplainQuery *query) {
        uint8_t architecture[sizeof(query->architecture)];

        if (query->boots) {
                wire_put_u16(architecture, query->architecture);
                (void) message_builder_add(
                        builder, DHCP_OPTION_ARCHITECTURE, architecture, sizeof(architecture));
        }
        if (query->vendor_class)
                (void) message_builder_add(builder, DHCP_OPTION_VENDOR_CLASS, query->vendor_class,
                        strlen(query->vendor_class));
        if (query->user_class)
                (void) message_builder_add(builder, DHCP_OPTION_USER_CLASS, query->user_class,
                        strlen(query->user_class));
}

static size_t build_message(
        const ExplainQuery *query, const ExplainPlace *place, uint8_t packet[static QUERY_SIZE]) {
        uint8_t chaddr[DHCP_CHADDR_SIZE] = {0};
        const MessageHeader header = {
                .op = BOOTREQUEST,
                .htype = query->hardware_size > 0 ? HARDWARE_ETHERNET : 0,
                .hlen = query->hardware_size,
                .hops = place->relay != 0,
                .ciaddr = query->type == DHCP_INFORM ? query->requested : 0,
                .giaddr = place->relay,
                .chaddr = chaddr,
        };
        MessageBuilder builder;

        memcpy(chaddr, query->hardware, query->hardware_size);
        /* none of these fails: there is room for the longest of each */
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
        add_boot_options(&builder, query);
        if (place->agent_size > 0)
                (void) message_builder_add(
                        &builder, DHCP_OPTION_RELAY_AGENT, place->agent, place->agent_size);
        return message_builder_finish(&builder);
}

/* What makes the message what it is, and what the client has said itself. */
static bool is_of_protocol(uint8_t code) {
        switch (code) {
        case DHCP_OPTION_LEASE_TIME:
        case DHCP_OPTION_OVERLOAD:
        case DHCP_OPTION_MESSAGE_TYPE:
        case DHCP_OPTION_MESSAGE:
        case DHCP_OPTION_CLIENT_ID:
        case DHCP_OPTION_RELAY_AGENT:
                return true;
        default:
                return false;
        }
}

static int take_option(Explanation *explanation, const MessageView *view, uint8_t code) {
        ExplainOption *options;
        const uint8_t *data;
        size_t size;

        (void) message_get(view, code, &data, &size);
        options = reallocarray(
                explanation->options, explanation->n_options + 1, sizeof(*explanation->options));
        if (!options)
                return -ENOMEM;
        explanation->options = options;
        options[explanation->n_options] = (ExplainOption){.code = code, .size = size};
        options[explanation->n_options].data = malloc(size + 1);
        if (!options[explanation->n_options].data)
                return -ENOMEM;
        if (size > 0)
                memcpy(options[explanation->n_options].data, data, size);
        explanation->n_options++;
        return 0;
}

/* @at: a field of @size bytes that may end with a NUL, in the packet. Return: 0, -ENOMEM. */
static int take_field(const MessageView *view, size_t at, size_t size, char **ret) {
        const char *text = (const char *) view->packet + at;

        if (!*text)
                return 0;
        *ret = strndup(text, size);
        return *ret ? 0 : -ENOMEM;
}

/* From the fields, or where these hold options or are too small, from the options. */
static int take_boot(const MessageView *view, Explanation *ret) {
        const char *text;
        size_t size;
        int r = 0;

        ret->next_server = view->siaddr;
        if (!(view->overload & OVERLOAD_SNAME))
                r = take_field(view, DHCP_SNAME_OFFSET, DHCP_SNAME_SIZE, &ret->server_name);
        if (r >= 0 && !(view->overload & OVERLOAD_FILE))
                r = take_field(view, DHCP_FILE_OFFSET, DHCP_FILE_SIZE, &ret->boot_file);
        if (r < 0 || ret->boot_file ||
                message_get_text(view, DHCP_OPTION_BOOTFILE_NAME, &text, &size, NULL) < 0)
                return r;
        ret->boot_file = strndup(text, size);
        return ret->boot_file ? 0 : -ENOMEM;
}

static int read_reply(const Actions *actions, MessageView *view, Explanation *ret) {
        uint32_t seconds;
        int r;

        for (size_t i = 0; i < actions->n_actions; i++) {
                const Action *action = &actions->actions[i];

                if (action->type != ACTION_SEND || message_view_init(view, action->send.packet,
                                                           action->send.size) != MESSAGE_OK)
                        continue;
                ret->reply = action->send.message_type;
                ret->address = view->yiaddr;
                if (message_get_u32(view, DHCP_OPTION_LEASE_TIME, &seconds) >= 0)
                        ret->lifetime =
                                seconds == UINT32_MAX ? USEC_INFINITY : seconds * USEC_PER_SEC;
                r = take_boot(view, ret);
                for (unsigned code = 1; code < DHCP_OPTION_END && r >= 0; code++)
                        if (message_has(view, (uint8_t) code) && !is_of_protocol((uint8_t) code))
                                r = take_option(ret, view, (uint8_t) code);
                return r;
        }
        return 0;
}

static int fill(const Request *request, const ExplainQuery *query, const ExplainMemory *memory,
        const ExplainPlace *place, Explanation *ret) {
        Server *server = request->server;
        const Pool *pool;
        int r;

        ret->verdict = request->actions->verdict;
        /* the message was the query, and is not needed any more */
        r = read_reply(request->actions, &server->message, ret);
        if (r < 0)
                return r;
        pool = ret->address != 0 ? plan_find_pool_of(server->plan, ret->address) : NULL;
        if (pool) {
                ret->pool = strdup(pool->settings->name);
                if (!ret->pool)
                        return -ENOMEM;
        }
        explain_say_more(request, query, memory, place, ret);
        ret->held = request->trace->held;
        return request->trace->error;
}

static int handle(Request *request, const ExplainQuery *query, const ExplainPlace *place) {
        int r;

        if (!server_link_is_heard(request->server, &place->link->link)) {
                request->actions->verdict = VERDICT_NO_POOL;
                return 0;
        }
        r = request_handle(request);
        if (r >= 0 && query->no_promise) {
                actions_reset(request->actions);
                request->actions->verdict = VERDICT_NO_LEASE_FILE;
        }
        return r;
}

int server_explain(
        Server *server, const ExplainQuery *query, usec_t now, Actions *actions, Explanation *ret) {
        const ExplainMemory memory = explain_remember(server, query);
        PacketMetadata metadata = {.destination = IPV4_BROADCAST, .broadcast = true};
        uint8_t packet[QUERY_SIZE];
        Trace trace = {0};
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
        ExplainPlace place;
        int r;

        if ((query->client_id.size == 0 && query->hardware_size == 0) ||
                (query->type != DHCP_DISCOVER && query->type != DHCP_REQUEST &&
                        query->type != DHCP_INFORM))
                return -EINVAL;

        if (!explain_find_place(server, query, &memory, now, &trace, &place)) {
                (void) strv_free(trace.steps);
                return -ENODEV;
        }
        metadata.ifindex = explanation.ifindex = place.link->link.ifindex;
        metadata.source = place.believed ? place.relay : 0;
        explanation.relay = place.relay;

        actions_reset(actions);
        (void) message_view_init(&server->message, packet, build_message(query, &place, packet));
        r = handle(&request, query, &place);
        if (r >= 0)
                r = fill(&request, query, &memory, &place, &explanation);
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
        for (size_t i = 0; i < explanation->n_options; i++)
                free(explanation->options[i].data);
        free(TAKE_PTR(explanation->options));
        explanation->n_options = 0;
        explanation->steps = strv_free(explanation->steps);
        free(TAKE_PTR(explanation->pool));
        free(TAKE_PTR(explanation->server_name));
        free(TAKE_PTR(explanation->boot_file));
}
