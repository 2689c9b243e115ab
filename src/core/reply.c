/* SPDX-License-Identifier: MIT */

/* Writes replies: header fields by RFC 2131 table 3, the options that make a message what it is,
 * and those that come last. */

#include "core/reply.h"

#include <errno.h>
#include <string.h>

#include "core/actions.h"
#include "core/client-leases.h"
#include "core/destination.h"
#include "core/server-address.h"
#include "core/server-state.h"
#include "core/times.h"

#define ETHERNET_MTU 1500

/* The options that must be in, whatever the room, and after all others. In the order of writing;
 * RFC 3046 2.2 wants the relay's at the very end. */
static const uint8_t echoed_options[] = {
        DHCP_OPTION_SUBNET_SELECTION, /* RFC 3011 3 */
        DHCP_OPTION_CLIENT_ID,        /* RFC 6842 3 */
        DHCP_OPTION_RELAY_AGENT,      /* RFC 3046 2.2 */
};

/* What a frame to the client holds. On the way to a relay the kernel cuts into fragments. */
static size_t request_mtu(const Request *request) {
        const uint32_t mtu = request->link->link.mtu;

        if (request->message->giaddr != 0 || mtu == 0)
                return ETHERNET_MTU;
        return MIN(MAX(mtu, (uint32_t) DHCP_MIN_MAX_MESSAGE), (uint32_t) ETHERNET_MTU);
}

/* RFC 2132 9.10: option 57 counts the whole IP datagram. What the relay takes out again before the
 * client sees the message does not count (RFC 3046 2.1). */
static size_t request_size_limit(const Request *request) {
        const size_t mtu = request_mtu(request);
        uint16_t size = DHCP_MIN_MAX_MESSAGE;
        size_t limit, relay_size;

        /* RFC 951 3: vendor area of 64 bytes. */
        if (request->message->type == DHCP_BOOTP)
                return DHCP_MIN_MESSAGE_SIZE;

        (void) message_get_u16(request->message, DHCP_OPTION_MAX_MESSAGE_SIZE, &size);
        limit = MIN(MAX((size_t) size, (size_t) DHCP_MIN_MAX_MESSAGE), mtu);
        if (message_get(request->message, DHCP_OPTION_RELAY_AGENT, NULL, &relay_size) >= 0)
                limit = MIN(limit + message_option_size(relay_size), mtu);
        return limit - DHCP_IP_UDP_OVERHEAD;
}

static int reply_init(Reply *reply, const MessageHeader *header) {
        Actions *actions = reply->request->actions;

        return message_builder_init(&reply->builder, actions->packets + actions->packets_used,
                sizeof(actions->packets) - actions->packets_used,
                request_size_limit(reply->request), header);
}

/* RFC 3011 3 has a server echo option 118 that obeys it, which it does for relays alone. */
static bool reply_echoes(const Reply *reply, uint8_t code, const uint8_t **ret, size_t *ret_size) {
        if (code == DHCP_OPTION_SUBNET_SELECTION && reply->request->role != SENDER_RELAYED)
                return false;
        return message_get(reply->request->message, code, ret, ret_size) >= 0;
}

/* From the last to the first, so that the relay's is the first to get room: that is what the
 * options leave without which the message is none. */
static void reply_reserve_echoes(Reply *reply) {
        for (size_t i = ELEMENTSOF(echoed_options); i-- > 0;) {
                size_t size;

                if (reply_echoes(reply, echoed_options[i], NULL, &size))
                        (void) message_builder_reserve(&reply->builder, message_option_size(size));
        }
        if (reply->type == DHCP_ACK && reply->request->message->type == DHCP_DISCOVER)
                (void) message_builder_reserve(&reply->builder, message_option_size(0));
}

static void reply_add_echoes(Reply *reply) {
        const MessageView *message = reply->request->message;

        /* RFC 4039 4: "MUST include the Rapid Commit option". */
        if (reply->type == DHCP_ACK && message->type == DHCP_DISCOVER)
                (void) message_builder_add_last(&reply->builder, DHCP_OPTION_RAPID_COMMIT, NULL, 0);
        for (size_t i = 0; i < ELEMENTSOF(echoed_options); i++) {
                const uint8_t *data;
                size_t size;

                if (reply_echoes(reply, echoed_options[i], &data, &size))
                        (void) message_builder_add_last(
                                &reply->builder, echoed_options[i], data, size);
        }
}

static int reply_send(Reply *reply, uint64_t after_commit) {
        Actions *actions = reply->request->actions;
        Action *action = actions_add(actions, ACTION_SEND);

        if (!action)
                return -ENOBUFS;
        action->send.after_commit = after_commit;
        action->send.packet = reply->builder.packet;
        action->send.size = message_builder_finish(&reply->builder);
        action->send.message_type = reply->type;
        request_destination(reply->request, reply->pool, reply->type, reply->address,
                reply->server_address, &action->send.destination);
        actions->packets_used += action->send.size;
        return 0;
}

/* siaddr: the next server in bootstrap; ourselves when only a file is named. */
static ipv4_t reply_get_siaddr(const Reply *reply) {
        ipv4_t next_server = request_get_next_server(reply->request, reply->pool);

        if (next_server == 0 && reply->boot_file)
                return reply->server_address;
        return next_server;
}

static void reply_set_boot_fields(Reply *reply) {
        const char *server_name = request_get_server_name(reply->request, reply->pool);

        if (server_name)
                (void) message_builder_set_sname(&reply->builder, server_name);
        if (reply->boot_file)
                (void) message_builder_set_file(&reply->builder, reply->boot_file);
}

static bool request_terminates_text(const Request *request) {
        static const uint8_t codes[] = {DHCP_OPTION_HOST_NAME, DHCP_OPTION_VENDOR_CLASS};

        for (size_t i = 0; i < ELEMENTSOF(codes); i++) {
                bool terminated = false;
                const char *text;
                size_t size;

                if (message_get_text(request->message, codes[i], &text, &size, &terminated) >= 0 &&
                        terminated)
                        return true;
        }
        return false;
}

int request_reply(Request *request, DhcpMessageType type, Pool *pool, ipv4_t address,
        usec_t lifetime, uint64_t after_commit) {
        const MessageView *message = request->message;
        const ipv4_t own = request_server_address(request, pool);
        Reply reply = {
                .request = request,
                .type = type,
                .pool = pool,
                .address = address,
                .lifetime = lifetime,
                .server_address = own,
                .server_id = request_server_id(request, own),
                .boot_file = request_get_boot_file(request, pool),
                .terminates_text = request_terminates_text(request),
        };
        /* RFC 2131 table 3, OFFER and ACK. */
        const MessageHeader header = {
                .op = BOOTREPLY,
                .htype = message->htype,
                .hlen = message->hlen,
                .hops = 0,
                .xid = message->xid,
                .secs = 0,
                .flags = message->flags,
                .ciaddr = type == DHCP_OFFER ? 0 : message->ciaddr,
                .yiaddr = address,
                .siaddr = reply_get_siaddr(&reply),
                .giaddr = message->giaddr,
                .chaddr = message->chaddr,
        };
        int r;

        if (pool->settings->server_address != 0)
                request_check_server_address(request, pool);
        r = reply_init(&reply, &header);
        if (r < 0)
                return r;
        reply_set_boot_fields(&reply);
        if (type != DHCP_BOOTP) {
                /* MUST */
                (void) message_builder_add_u8(
                        &reply.builder, DHCP_OPTION_MESSAGE_TYPE, (uint8_t) type);
                /* MUST */
                (void) message_builder_add_u32(
                        &reply.builder, DHCP_OPTION_SERVER_ID, reply.server_id);
        }
        /* MUST in OFFER and in the ACK of a REQUEST, MUST NOT in the ACK of an INFORM */
        if (lifetime != 0)
                (void) message_builder_add_u32(
                        &reply.builder, DHCP_OPTION_LEASE_TIME, lifetime_to_wire(lifetime));
        reply_reserve_echoes(&reply);
        reply_add_options(&reply);
        reply_add_echoes(&reply);
        return reply_send(&reply, after_commit);
}

int request_refuse(Request *request, ipv4_t address, const char *reason) {
        const MessageView *message = request->message;
        const Pool *pool = request_find_pool_by_subnet(request, address);
        Reply reply = {
                .request = request,
                .type = DHCP_NAK,
                .pool = pool ? pool : request->pools[0],
        };
        /* RFC 2131 table 3, NAK: ciaddr, yiaddr and siaddr are zero. */
        MessageHeader header = {
                .op = BOOTREPLY,
                .htype = message->htype,
                .hlen = message->hlen,
                .xid = message->xid,
                .flags = message->flags,
                .giaddr = message->giaddr,
                .chaddr = message->chaddr,
        };
        int r;

        /* RFC 2131 4.3.2: "the server MUST set the broadcast bit in the DHCPNAK, so that the relay
         * agent will broadcast the DHCPNAK to the client". */
        reply.server_address = request_server_address(request, reply.pool);
        reply.server_id = request_server_id(request, reply.server_address);
        if (message->giaddr != 0)
                header.flags |= DHCP_FLAG_BROADCAST;

        r = reply_init(&reply, &header);
        if (r < 0)
                return r;
        (void) message_builder_add_u8(
                &reply.builder, DHCP_OPTION_MESSAGE_TYPE, DHCP_NAK); /* MUST */
        (void) message_builder_add_u32(
                &reply.builder, DHCP_OPTION_SERVER_ID, reply.server_id); /* MUST */
        reply_reserve_echoes(&reply);
        (void) message_builder_add(
                &reply.builder, DHCP_OPTION_MESSAGE, reason, strlen(reason)); /* SHOULD */
        reply_add_echoes(&reply);
        return reply_send(&reply, 0);
}
