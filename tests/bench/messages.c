/* SPDX-License-Identifier: MIT */

/* Requests from templates, replies as far as they are looked at. Knows no socket and no clock. */

#include <errno.h>
#include <string.h>

#include "messages.h"
#include "wire/builder.h"
#include "wire/message.h"

enum {
        HARDWARE_PREFIX = 0x0200, /* locally administered, unicast */
        CLIENT_ID_TYPE_SIZE = 1,
};

/* What a common client asks for. */
static const uint8_t parameters[] = {
        DHCP_OPTION_SUBNET_MASK,
        DHCP_OPTION_ROUTER,
        DHCP_OPTION_DNS,
        DHCP_OPTION_DOMAIN_NAME,
        DHCP_OPTION_LEASE_TIME,
        DHCP_OPTION_RENEWAL_TIME,
        DHCP_OPTION_REBINDING_TIME,
};

void client_hardware(uint32_t client, uint8_t ret[static CLIENT_HARDWARE_SIZE]) {
        wire_put_u16(ret, HARDWARE_PREFIX);
        wire_put_u32(ret + 2, client);
}

bool client_from_hardware(const uint8_t hardware[static CLIENT_HARDWARE_SIZE], uint32_t *ret) {
        if (wire_get_u16(hardware) != HARDWARE_PREFIX)
                return false;
        *ret = wire_get_u32(hardware + 2);
        return true;
}

size_t option_find(const uint8_t *packet, size_t size, uint8_t code, size_t *ret_size) {
        size_t at = DHCP_OPTIONS_OFFSET;

        while (at < size && packet[at] != DHCP_OPTION_END) {
                if (packet[at] == DHCP_OPTION_PAD) {
                        at++;
                        continue;
                }
                if (at + 2 > size || at + 2 + packet[at + 1] > size)
                        return 0;
                if (packet[at] == code) {
                        *ret_size = packet[at + 1];
                        return at + 2;
                }
                at += 2 + (size_t) packet[at + 1];
        }
        return 0;
}

static size_t place_of(const RequestTemplate *template, uint8_t code) {
        size_t size;

        return option_find(template->bytes, template->size, code, &size);
}

static int template_init(
        RequestTemplate *template, RequestKind kind, ipv4_t relay, bool client_ids) {
        static const uint8_t no_client_id[CLIENT_ID_TYPE_SIZE + CLIENT_HARDWARE_SIZE] = {
                HARDWARE_ETHERNET};
        const MessageHeader header = {
                .op = BOOTREQUEST,
                .htype = HARDWARE_ETHERNET,
                .hlen = CLIENT_HARDWARE_SIZE,
                .hops = 1,
                .giaddr = relay,
        };
        MessageBuilder builder;
        int r;

        *template = (RequestTemplate){.size = 0};
        r = message_builder_init(
                &builder, template->bytes, sizeof(template->bytes), REQUEST_SIZE_MAX, &header);
        if (r < 0)
                return r;
        r = message_builder_add_u8(&builder, DHCP_OPTION_MESSAGE_TYPE,
                kind == REQUEST_DISCOVER ? DHCP_DISCOVER : DHCP_REQUEST);
        if (r < 0)
                return r;
        if (client_ids) {
                r = message_builder_add(
                        &builder, DHCP_OPTION_CLIENT_ID, no_client_id, sizeof(no_client_id));
                if (r < 0)
                        return r;
        }
        if (kind == REQUEST_SELECT) {
                r = message_builder_add_u32(&builder, DHCP_OPTION_REQUESTED_ADDRESS, 0);
                if (r < 0)
                        return r;
                r = message_builder_add_u32(&builder, DHCP_OPTION_SERVER_ID, 0);
                if (r < 0)
                        return r;
        }
        r = message_builder_add(
                &builder, DHCP_OPTION_PARAMETER_LIST, parameters, sizeof(parameters));
        if (r < 0)
                return r;

        template->size = message_builder_finish(&builder);
        template->address_at = place_of(template, DHCP_OPTION_REQUESTED_ADDRESS);
        template->server_id_at = place_of(template, DHCP_OPTION_SERVER_ID);
        template->client_id_at = place_of(template, DHCP_OPTION_CLIENT_ID);
        return 0;
}

int requests_init(Requests *requests, ipv4_t relay, bool client_ids) {
        int r;

        for (unsigned kind = 0; kind < REQUEST_KIND_MAX; kind++) {
                r = template_init(
                        &requests->templates[kind], (RequestKind) kind, relay, client_ids);
                if (r < 0)
                        return r;
        }
        return 0;
}

size_t requests_write(const Requests *requests, RequestKind kind, const RequestValues *values,
        uint8_t ret[static REQUEST_SIZE_MAX]) {
        const RequestTemplate *template = &requests->templates[kind];

        memcpy(ret, template->bytes, template->size);
        wire_put_u32(ret + XID_OFFSET, values->xid);
        client_hardware(values->client, ret + DHCP_CHADDR_OFFSET);
        if (kind == REQUEST_RENEW)
                wire_put_u32(ret + CIADDR_OFFSET, values->address);
        if (template->address_at > 0)
                wire_put_u32(ret + template->address_at, values->address);
        if (template->server_id_at > 0)
                wire_put_u32(ret + template->server_id_at, values->server_id);
        if (template->client_id_at > 0)
                client_hardware(values->client, ret + template->client_id_at + CLIENT_ID_TYPE_SIZE);
        return template->size;
}

void requests_repeat(uint8_t *packet, uint16_t secs) {
        wire_put_u16(packet + SECS_OFFSET, secs);
}

/* The value of a four-byte option, 0 when it is absent. */
static int reply_get_u32(const uint8_t *packet, size_t size, uint8_t code, uint32_t *ret) {
        size_t at, n;

        *ret = 0;
        at = option_find(packet, size, code, &n);
        if (at == 0)
                return 0;
        if (n != sizeof(*ret))
                return -EBADMSG;
        *ret = wire_get_u32(packet + at);
        return 0;
}

int reply_parse(const uint8_t *packet, size_t size, Reply *ret) {
        size_t at, n;

        if (size < DHCP_OPTIONS_OFFSET || packet[0] != BOOTREPLY ||
                packet[1] != HARDWARE_ETHERNET || packet[2] != CLIENT_HARDWARE_SIZE ||
                wire_get_u32(packet + DHCP_HEADER_SIZE) != DHCP_MAGIC_COOKIE)
                return -EBADMSG;
        at = option_find(packet, size, DHCP_OPTION_MESSAGE_TYPE, &n);
        if (at == 0 || n != 1 || packet[at] >= DHCP_MESSAGE_TYPE_MAX)
                return -EBADMSG;
        if (reply_get_u32(packet, size, DHCP_OPTION_SERVER_ID, &ret->server_id) < 0 ||
                reply_get_u32(packet, size, DHCP_OPTION_LEASE_TIME, &ret->lease_time) < 0)
                return -EBADMSG;

        ret->type = (DhcpMessageType) packet[at];
        ret->xid = wire_get_u32(packet + XID_OFFSET);
        ret->yiaddr = wire_get_u32(packet + YIADDR_OFFSET);
        ret->giaddr = wire_get_u32(packet + GIADDR_OFFSET);
        ret->chaddr = packet + DHCP_CHADDR_OFFSET;
        return 0;
}
