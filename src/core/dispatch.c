/* SPDX-License-Identifier: MIT */

/* A packet on its way to the function of its type: read, judged by what can be said without knowing
 * what is served, placed, and handled whole or not at all. What a message means is in the file of
 * its name. */

#include "core/dispatch.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "basic/text.h"
#include "core/budget.h"
#include "core/fqdn.h"
#include "core/handlers.h"
#include "core/lease-table.h"
#include "core/link-state.h"
#include "core/other-server.h"
#include "core/request-state.h"
#include "core/select.h"
#include "core/server-state.h"
#include "core/server.h"
#include "core/settings.h"
#include "core/silence.h"
#include "core/succession.h"
#include "core/transaction.h"
#include "core/verdict.h"

int request_get_sent_name(const Request *request, uint8_t room[static FQDN_NAME_MAX],
        const uint8_t **ret_data, size_t *ret_size) {
        const uint8_t *data;
        size_t size;
        int r;

        r = message_get(request->message, DHCP_OPTION_HOST_NAME, ret_data, ret_size);
        if (r >= 0)
                return r;
        r = message_get(request->message, DHCP_OPTION_FQDN, &data, &size);
        if (r < 0)
                return r;
        *ret_size = fqdn_get_name(data, size, room);
        *ret_data = room;
        return 0;
}

/* What the client sends; a host's own name wins. */
static void request_read_hostname(Request *request) {
        uint8_t name[FQDN_NAME_MAX];
        const uint8_t *data;
        const char *text;
        size_t size;

        if (request->host) {
                const HostSettings *host = request->host->settings;

                text = host->hostname ? host->hostname : host->name;
                data = (const uint8_t *) text;
                size = strlen(text);
        } else if (request_get_sent_name(request, name, &data, &size) < 0)
                return;
        request->hostname_size =
                text_sanitize(data, size, request->hostname, sizeof(request->hostname));
}

static int request_dispatch(Request *request) {
        request_read_hostname(request);

        switch (request->message->type) {
        case DHCP_DISCOVER:
                return request_handle_discover(request);
        case DHCP_REQUEST:
                return request_handle_request(request);
        case DHCP_DECLINE:
                return request_handle_decline(request);
        case DHCP_RELEASE:
                return request_handle_release(request);
        case DHCP_INFORM:
                return request_handle_inform(request);
        case DHCP_BOOTP:
                return request_handle_bootp(request);
        case DHCP_OFFER:
        case DHCP_ACK:
        case DHCP_NAK:
        case DHCP_MESSAGE_TYPE_MAX:
                break;
        }
        request->actions->verdict = VERDICT_SERVER_MESSAGE;
        return 0;
}

/* What can be said of a message without knowing what we serve. Return: VERDICT_INVALID to go on. */
static Verdict request_check(Request *request) {
        const MessageView *message = request->message;
        int r;

        if (message->op != BOOTREQUEST)
                return VERDICT_NOT_REQUEST;
        if (message->type == DHCP_OFFER || message->type == DHCP_ACK || message->type == DHCP_NAK)
                return VERDICT_SERVER_MESSAGE;
        if (message->hops > DHCP_MAX_HOPS)
                return VERDICT_TOO_MANY_HOPS;
        r = client_id_from_message(message, &request->client);
        if (r == -ENODATA)
                return VERDICT_NO_IDENTITY;
        if (r < 0)
                return VERDICT_BAD_OPTION;
        request->client_hash = lease_table_hash(
                &request->server->table, request->client.data, request->client.size);
        return VERDICT_INVALID;
}

int request_handle(Request *request) {
        Server *server = request->server;
        Verdict verdict;
        int r;

        verdict = request_check(request);
        if (verdict == VERDICT_INVALID) {
                request->link =
                        links_find(server->links, server->n_links, request->metadata->ifindex);
                if (!request->link || !server->plan)
                        verdict = VERDICT_NO_POOL;
        }
        if (verdict != VERDICT_INVALID) {
                if (verdict == VERDICT_NOT_REQUEST || verdict == VERDICT_SERVER_MESSAGE)
                        request_note_answer(request);
                request->actions->verdict = verdict;
                return 0;
        }

        if (!request->trace)
                request->link->heard = true;
        if (!request_select(request)) {
                /* who has been put out may be nobody here any more */
                if (request->actions->verdict == VERDICT_UNKNOWN_CLIENT)
                        request_tell_holder(request);
                return 0;
        }
        r = request_dispatch(request);
        /* of a message that has failed nothing is told */
        if (r >= 0)
                request_tell_holder(request);
        return r;
}

/* A message of which only a part could be done has not been handled at all. */
static int request_handle_whole(Request *request) {
        const Transaction transaction = transaction_begin(request->server, request->actions);
        int r;

        r = transaction_end(&transaction, request_handle(request));
        if (r >= 0)
                return 0;
        request_give_back(request);
        request->actions->verdict = VERDICT_NO_MEMORY;
        return r;
}

static void remember_silence(const Request *request) {
        const MessageView *message = request->message;
        Silence silence = {
                .hardware_size = message->hlen,
                .type = message->type,
                .verdict = request->actions->verdict,
                .ifindex = request->metadata->ifindex,
                .relay = message->giaddr,
                .at = request->now,
        };

        if (silence.hardware_size == 0)
                return;
        memcpy(silence.hardware, message->chaddr, silence.hardware_size);
        silence_remember(&request->server->silences, &silence, request->server->seed);
}

static int server_handle(Server *server, const uint8_t *packet, size_t size,
        const PacketMetadata *metadata, bool again, usec_t now, Actions *actions) {
        Request request = {
                .server = server,
                .message = &server->message,
                .metadata = metadata,
                .now = now,
                .actions = actions,
                .again = again,
        };
        int r = 0;

        actions->message_error = message_view_init(&server->message, packet, size);
        if (actions->message_error != MESSAGE_OK)
                actions->verdict = VERDICT_MALFORMED;
        else {
                actions->message_type = server->message.type;
                if (!again)
                        server->message_counters[server->message.type]++;
                r = request_handle_whole(&request);
                if (verdict_is_silence(actions->verdict))
                        remember_silence(&request);
        }
        assert(actions->verdict != VERDICT_INVALID);
        server->counters[actions->verdict]++;
        return r;
}

int server_handle_packet(Server *server, const uint8_t *packet, size_t size,
        const PacketMetadata *metadata, usec_t now, Actions *actions) {
        return server_handle(server, packet, size, metadata, false, now, actions);
}

int server_handle_again(Server *server, const uint8_t *packet, size_t size,
        const PacketMetadata *metadata, usec_t now, Actions *actions) {
        return server_handle(server, packet, size, metadata, true, now, actions);
}
