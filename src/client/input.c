/* SPDX-License-Identifier: MIT */
/* Is this reply for us, and is it whole? Everything that holds for all states is judged here, so
 * that the machine sees answers to its own questions alone. A stranger on the link can forge all of
 * it but the xid, which is random. */

#include <errno.h>
#include <string.h>

#include "client/client.h"

enum {
        TYPE_FORCE_RENEW = 9, /* RFC 3203 4; no other message that we know of has such a type */
};

static bool hardware_is_ours(const mdc_client *client, const MessageView *view) {
        const mdc_config *config = &client->config;

        return view->htype == config->hardware_type && view->hlen == config->hardware_size &&
               memcmp(view->chaddr, config->hardware, config->hardware_size) == 0;
}

/* RFC 6842 3: "the client MUST compare that client identifier with the one it is configured to
 * send. If the two client identifiers do not match, the client MUST silently discard the message."
 * Servers from before that send none. */
static bool client_id_is_ours(const mdc_client *client, const MessageView *view) {
        const ClientId *id = &client->config.client_id;
        const uint8_t *data;
        size_t size;

        if (client->config.client_id_kind != CLIENT_ID_BYTES)
                return true;
        if (message_get(view, DHCP_OPTION_CLIENT_ID, &data, &size) < 0)
                return true;
        return size == id->size && memcmp(data, id->data, size) == 0;
}

static mdc_drop judge_reply(const mdc_client *client, const MessageView *view, ipv4_t *ret_server) {
        bool answers = client->state != MDC_STATE_STOPPED && client->state != MDC_STATE_INIT;
        uint32_t seconds;

        if (view->op != BOOTREPLY ||
                (view->type != DHCP_OFFER && view->type != DHCP_ACK && view->type != DHCP_NAK))
                return MDC_DROP_NOT_A_REPLY;
        if (!answers)
                return MDC_DROP_WRONG_STATE;
        /* 4.4.1: "If the 'xid' of an arriving DHCPOFFER message does not match the 'xid' of the
         * most recent DHCPDISCOVER message, the DHCPOFFER message must be silently discarded." */
        if (view->xid != client->xid)
                return MDC_DROP_WRONG_XID;
        if (!hardware_is_ours(client, view))
                return MDC_DROP_WRONG_HARDWARE;
        if (!client_id_is_ours(client, view))
                return MDC_DROP_WRONG_CLIENT_ID;
        /* Table 3: all three MUST have it. */
        if (reply_get_u32(view, DHCP_OPTION_SERVER_ID, ret_server) < 0 || *ret_server == 0)
                return MDC_DROP_MISSING_SERVER_ID;
        if (view->type == DHCP_NAK || client->state == MDC_STATE_INFORMING)
                return MDC_DROP_NONE;

        /* Table 3: OFFER and ACK MUST have a lease time, but for INFORM. */
        if ((reply_get_u32(view, DHCP_OPTION_LEASE_TIME, &seconds) < 0 || seconds == 0) &&
                client->config.fallback_lifetime == 0)
                return MDC_DROP_MISSING_LEASE_TIME;
        return ipv4_is_unicast(view->yiaddr) ? MDC_DROP_NONE : MDC_DROP_WRONG_ADDRESS;
}

static mdc_drop dispatch(
        mdc_client *client, usec_t now, DhcpMessageType type, ipv4_t server, mdc_lease *lease) {
        if (type == DHCP_NAK)
                return client_on_nak(client, now, server);
        if (type == DHCP_OFFER)
                return client_on_offer(client, now, lease);
        return client_on_ack(client, now, lease);
}

/* "Received" is told before what comes of it, which is known after: so it is queued first, and
 * taken back when the machine had no use for the message. */
static bool deliver(mdc_client *client, usec_t now, const mdc_metadata *metadata,
        const MessageView *view, ipv4_t server, mdc_lease *lease) {
        mdc_event event = {
                .type = MDC_EVENT_RECEIVED,
                .message = (mdc_message) view->type,
                .address = metadata ? metadata->source : in_addr_from_ipv4(server),
                .port = metadata ? metadata->source_port : DHCP_SERVER_PORT,
                .lease = lease,
        };

        client_push_event(client, &event);
        client->drop = dispatch(client, now, view->type, server, lease);
        if (client->drop == MDC_DROP_NONE)
                return true;
        client_cancel_event(client);
        return false;
}

/* RFC 3203 3.3: a FORCERENEW MUST be authenticated (RFC 3118 or 6704), which no server in use does;
 * without, anybody on the link could drive every client to the server. It is told, since who has
 * sent it meant something by it. */
static mdc_drop drop_unknown(
        mdc_client *client, const mdc_metadata *metadata, const MessageView *view) {
        mdc_event event = {.type = MDC_EVENT_FORCE_RENEW};
        uint8_t type;

        if (message_get_u8(view, DHCP_OPTION_MESSAGE_TYPE, &type) < 0 || type != TYPE_FORCE_RENEW ||
                view->op != BOOTREPLY || !hardware_is_ours(client, view))
                return MDC_DROP_MALFORMED;
        if (metadata)
                event.address = metadata->source;
        client_push_event(client, &event);
        return MDC_DROP_FORCE_RENEW;
}

/* An answer to an INFORM has no times of its own. */
static usec_t fallback_lifetime(const mdc_client *client) {
        return client->state == MDC_STATE_INFORMING ? 0 : client->config.fallback_lifetime;
}

/* Whether a reply answers a question of ours, be it as wrong as it may. */
static bool is_for_us(const mdc_client *client, const uint8_t *bytes, size_t n) {
        const mdc_config *config = &client->config;

        return n >= DHCP_CHADDR_OFFSET + DHCP_CHADDR_SIZE &&
               wire_get_u32(bytes + DHCP_XID_OFFSET) == client->xid &&
               memcmp(bytes + DHCP_CHADDR_OFFSET, config->hardware, config->hardware_size) == 0;
}

/* Counted are all packets; told are replies, since the requests of other clients are no news. */
static void note_drop(mdc_client *client, const mdc_metadata *metadata, const uint8_t *bytes,
        size_t n, mdc_message message) {
        mdc_event event = {
                .type = MDC_EVENT_DROPPED,
                .drop = client->drop,
                .message = message,
                .for_us = is_for_us(client, bytes, n),
        };

        if (client->drop == MDC_DROP_NONE)
                return;
        client->n_dropped[client->drop]++;
        if (n == 0 || bytes[0] != BOOTREPLY || client->drop == MDC_DROP_FORCE_RENEW)
                return;
        if (metadata) {
                event.address = metadata->source;
                event.port = metadata->source_port;
                memcpy(event.hardware, metadata->link_source, sizeof(event.hardware));
        }
        client_push_news(client, &event);
}

static int take(mdc_client *client, uint64_t now, const mdc_metadata *metadata, const void *bytes,
        size_t n, mdc_message *ret_message) {
        _cleanup_(mdc_lease_unrefp) mdc_lease *lease = NULL;
        ipv4_t server = 0;
        MessageError error;
        MessageView view;
        int r;

        error = message_view_init(&view, bytes, n);
        if (error != MESSAGE_OK) {
                client->drop = error == MESSAGE_BAD_TYPE ? drop_unknown(client, metadata, &view)
                                                         : MDC_DROP_MALFORMED;
                return 0;
        }
        *ret_message = (mdc_message) view.type;
        client->drop = judge_reply(client, &view, &server);
        if (client->drop != MDC_DROP_NONE)
                return 0;

        if (view.type != DHCP_NAK) {
                r = lease_new(&lease, client->asked, client->address, fallback_lifetime(client),
                        bytes, n);
                if (r == -EBADMSG)
                        client->drop = MDC_DROP_WRONG_ADDRESS;
                if (r < 0)
                        return r == -EBADMSG ? 0 : r;
                lease_set_sender(lease, metadata);
        }
        return deliver(client, now, metadata, &view, server, lease);
}

int mdc_client_input(mdc_client *client, uint64_t now, const mdc_metadata *metadata,
        const void *bytes, size_t n) {
        mdc_message message = 0;
        int r;

        if (!client || (!bytes && n > 0))
                return -EINVAL;
        r = take(client, now, metadata, bytes, n, &message);
        if (r == 0)
                note_drop(client, metadata, bytes, n, message);
        return r;
}

int mdc_client_input_arp(mdc_client *client, uint64_t now, const void *bytes, size_t n) {
        ArpPacket packet, answer;

        if (!client || (!bytes && n > 0))
                return -EINVAL;
        if (arp_parse(bytes, n, &packet) < 0)
                return 0;

        switch (acd_judge(&client->acd, now, &packet, &answer)) {
        case ACD_HARMLESS:
                return 0;
        case ACD_DEFEND:
                client_send_arp(client, &answer);
                return 1;
        case ACD_CONFLICT:
                client_on_conflict(client, now, packet.sender_hardware, "address in use");
                return 1;
        }
        return 0;
}
