/* SPDX-License-Identifier: MIT */
/* The messages that a client sends, by RFC 2131 table 5 (fields and options by message) and 4.4.4
 * (broadcast or unicast). Knows no state machine beyond the state that a REQUEST is sent in.
 *
 * Invariant: a message holds what table 5 says it MUST, and nothing that it MUST NOT. */

#include <string.h>

#include "client/client.h"
#include "wire/builder.h"

enum {
        TEXT_SIZE_MAX = 255,
};

/* Table 5, ciaddr: "0 or client's network address (BOUND/RENEW/REBIND)", of INFORM and RELEASE
 * always the address. 4.4.1 has a DECLINE come from a client without one. */
static ipv4_t message_ciaddr(const mdc_client *client, DhcpMessageType type) {
        if (type == DHCP_RELEASE)
                return client_subject(client)->address;
        if (type == DHCP_REQUEST && client_has_address(client))
                return client->lease->address;
        return type == DHCP_INFORM ? client->address : 0;
}

/* 3.1.3: a REQUEST "MUST use the same value in the DHCP message header's 'secs' field" as the
 * DISCOVER before it. Table 5: zero in DECLINE and RELEASE. */
static uint16_t message_secs(mdc_client *client, usec_t now, DhcpMessageType type) {
        uint16_t secs =
                (uint16_t) MIN(usec_sub(now, client->started) / USEC_PER_SEC, (usec_t) UINT16_MAX);

        if (type == DHCP_DECLINE || type == DHCP_RELEASE)
                return 0;
        if (type == DHCP_REQUEST && client->state == MDC_STATE_REQUESTING)
                return client->secs;
        client->secs = secs;
        return secs;
}

/* Table 5, flags: the broadcast bit "if client requires broadcast reply", which ends with having an
 * address; zero in DECLINE and RELEASE. */
static uint16_t message_flags(const mdc_client *client, DhcpMessageType type) {
        if (!client->config.broadcast)
                return 0;
        if (type == DHCP_DISCOVER || (type == DHCP_REQUEST && !client_has_address(client)))
                return DHCP_FLAG_BROADCAST;
        return 0;
}

/* What the caller wishes for, else what we have or had. */
static ipv4_t wished_address(const mdc_client *client) {
        if (client->config.requested_address != 0)
                return client->config.requested_address;
        return client->lease ? client->lease->address : client->former;
}

/* Table 5, option 50: MAY in DISCOVER; MUST in SELECTING and INIT-REBOOT; MUST NOT in BOUND,
 * RENEWING and REBINDING, INFORM and RELEASE; MUST in DECLINE. */
static ipv4_t requested_address(const mdc_client *client, DhcpMessageType type) {
        if (type == DHCP_DISCOVER)
                return wished_address(client);
        if (type == DHCP_DECLINE)
                return client_subject(client)->address;
        if (type != DHCP_REQUEST)
                return 0;
        if (client->state == MDC_STATE_REQUESTING)
                return client->offer->address;
        return client->state == MDC_STATE_REBOOTING ? client->address : 0;
}

/* Table 5, option 54: MUST NOT in DISCOVER, INFORM, and in REQUEST but for SELECTING, where it MUST
 * be; MUST in DECLINE and RELEASE. */
static ipv4_t server_identifier(const mdc_client *client, DhcpMessageType type) {
        if (type == DHCP_DECLINE || type == DHCP_RELEASE)
                return client_subject(client)->server_id;
        if (type == DHCP_REQUEST && client->state == MDC_STATE_REQUESTING)
                return client->offer->server_id;
        return 0;
}

/* 2131 4.2: a client that uses a client identifier in one message uses it in all. */
static int add_identity(const mdc_client *client, MessageBuilder *builder, DhcpMessageType type) {
        const ClientId *id = &client->config.client_id;
        ipv4_t address = requested_address(client, type), server = server_identifier(client, type);
        int r = 0;

        if (client->config.client_id_kind == CLIENT_ID_BYTES)
                r = message_builder_add(builder, DHCP_OPTION_CLIENT_ID, id->data, id->size);
        if (r >= 0 && address != 0)
                r = message_builder_add_u32(builder, DHCP_OPTION_REQUESTED_ADDRESS, address);
        if (r >= 0 && server != 0)
                r = message_builder_add_u32(builder, DHCP_OPTION_SERVER_ID, server);
        return r;
}

/* Option 57: what a frame of the link holds behind the headers of IP and UDP. RFC 2132 9.10 counts
 * the message, many servers the datagram. */
static uint16_t received_size_max(const mdc_client *client) {
        return client->config.message_size ? client->config.message_size
                                           : client->link_message_size;
}

/* Options that DECLINE and RELEASE MUST NOT have. 4.4.1: the list of option 55 that a DISCOVER has
 * is in all that follow; option 51 is not for INFORM. */
static int add_wishes(const mdc_client *client, MessageBuilder *builder, DhcpMessageType type) {
        const mdc_config *config = &client->config;
        uint8_t size[sizeof(uint16_t)];
        int r = 0;

        if (config->lease_seconds > 0 && type != DHCP_INFORM)
                r = message_builder_add_u32(builder, DHCP_OPTION_LEASE_TIME, config->lease_seconds);
        wire_put_u16(size, received_size_max(client));
        if (r >= 0)
                r = message_builder_add(builder, DHCP_OPTION_MAX_MESSAGE_SIZE, size, sizeof(size));
        if (r >= 0 && config->n_requested > 0)
                r = message_builder_add(builder, DHCP_OPTION_PARAMETER_LIST, config->requested,
                        config->n_requested);
        /* RFC 4039 4: in the DISCOVER alone */
        if (r >= 0 && config_takes_rapid_commit(config) && type == DHCP_DISCOVER)
                r = message_builder_add(builder, DHCP_OPTION_RAPID_COMMIT, NULL, 0);

        for (size_t i = 0; r >= 0 && i < config->options.n_values; i++) {
                const OptionValue *value = &config->options.values[i];

                /* RFC 4702 3.1: the name is said once, by option 81. */
                if (value->code == DHCP_OPTION_HOST_NAME &&
                        option_set_get(&config->options, DHCP_OPTION_FQDN))
                        continue;
                r = message_builder_add(builder, value->code, value->data, value->size);
        }
        return r;
}

static int add_options(
        const mdc_client *client, MessageBuilder *builder, DhcpMessageType type, const char *text) {
        int r;

        r = message_builder_add_u8(builder, DHCP_OPTION_MESSAGE_TYPE, (uint8_t) type);
        if (r < 0)
                return r;
        r = add_identity(client, builder, type);
        if (r < 0)
                return r;
        if (type != DHCP_DECLINE && type != DHCP_RELEASE)
                return add_wishes(client, builder, type);
        if (!text || !*text)
                return 0;
        return message_builder_add(
                builder, DHCP_OPTION_MESSAGE, text, strnlen(text, TEXT_SIZE_MAX));
}

/* More options than a message can hold: what fits is sent, the caller's own come last. */
static size_t build(mdc_client *client, usec_t now, DhcpMessageType type, const char *text,
        uint8_t data[static CLIENT_MESSAGE_MAX]) {
        uint8_t chaddr[DHCP_CHADDR_SIZE] = {0};
        const MessageHeader header = {
                .op = BOOTREQUEST,
                .htype = client->config.hardware_type,
                .hlen = client->config.hardware_size,
                .xid = client->xid,
                .secs = message_secs(client, now, type),
                .flags = message_flags(client, type),
                .ciaddr = message_ciaddr(client, type),
                .chaddr = chaddr,
        };
        MessageBuilder builder;

        memcpy(chaddr, client->config.hardware, client->config.hardware_size);
        if (message_builder_init(&builder, data, CLIENT_MESSAGE_MAX, CLIENT_MESSAGE_MAX, &header) <
                0)
                return 0;
        (void) add_options(client, &builder, type, text);
        return message_builder_finish(&builder);
}

/* 4.4.4: "The DHCP client broadcasts DHCPDISCOVER, DHCPREQUEST and DHCPINFORM messages, unless the
 * client knows the address of a DHCP server. The client unicasts DHCPRELEASE messages to the
 * server. Because the client is declining the use of the IP address supplied by the server, the
 * client broadcasts DHCPDECLINE messages." The address of a server is used for renewals alone
 * (4.4.5). */
static bool message_is_unicast(const mdc_client *client, DhcpMessageType type) {
        return type == DHCP_RELEASE ||
               (type == DHCP_REQUEST && client->state == MDC_STATE_RENEWING);
}

static ipv4_t broadcast_destination(const mdc_client *client) {
        return client->config.destination != 0 ? client->config.destination : IPV4_BROADCAST;
}

void client_send(mdc_client *client, usec_t now, DhcpMessageType type, const char *text) {
        bool unicast = message_is_unicast(client, type);
        ipv4_t destination =
                unicast ? client_subject(client)->server_id : broadcast_destination(client);
        ipv4_t subject = requested_address(client, type);
        QueuedOutput *queued = client_push_output(client);
        mdc_output *output = &queued->output;

        output->kind = unicast ? MDC_OUTPUT_UNICAST : MDC_OUTPUT_BROADCAST;
        output->source = in_addr_from_ipv4(message_ciaddr(client, type));
        output->destination = in_addr_from_ipv4(destination);
        if (unicast)
                memcpy(output->link_destination, client_subject(client)->sender_hardware,
                        sizeof(output->link_destination));
        output->source_port = DHCP_CLIENT_PORT;
        output->destination_port = DHCP_SERVER_PORT;
        output->size = build(client, now, type, text, queued->data);
        if (output->size == 0) {
                client_cancel_output(client);
                return;
        }

        if (++client->last_serial == 0)
                client->last_serial = 1;
        output->serial = client->last_serial;
        client_push_event(client, &(mdc_event){
                                          .type = MDC_EVENT_SENT,
                                          .serial = output->serial,
                                          .message = (mdc_message) type,
                                          .address = in_addr_from_ipv4(destination),
                                          .port = DHCP_SERVER_PORT,
                                          .subject = in_addr_from_ipv4(
                                                  subject ? subject : message_ciaddr(client, type)),
                                  });
}

void client_send_arp(mdc_client *client, const ArpPacket *packet) {
        QueuedOutput *queued = client_push_output(client);

        queued->output.kind = MDC_OUTPUT_ARP;
        queued->output.size = ARP_PACKET_SIZE;
        arp_build(queued->data, packet);
}
