/* SPDX-License-Identifier: MIT */
#pragma once

/* The messages of the bench: what a relay agent passes on of simulated clients, and the little that
 * has to be read of a reply. Requests are templates with a few places to fill in, since whoever
 * measures must be faster than what is measured. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/ipv4.h"
#include "basic/macro.h"
#include "wire/protocol.h"

enum {
        CLIENT_HARDWARE_SIZE = 6,
        REQUEST_SIZE_MAX = 320,

        /* header fields, RFC 2131 2 */
        XID_OFFSET = 4,
        SECS_OFFSET = 8,
        FLAGS_OFFSET = 10,
        CIADDR_OFFSET = 12,
        YIADDR_OFFSET = 16,
        GIADDR_OFFSET = 24,
};

typedef enum RequestKind {
        REQUEST_DISCOVER,
        REQUEST_SELECT, /* REQUEST in state SELECTING */
        REQUEST_RENEW,  /* REQUEST in state REBINDING: that is what a renewal through a relay is */
        REQUEST_KIND_MAX,
} RequestKind;

typedef struct RequestTemplate {
        size_t size;
        size_t address_at; /* where the values of options 50, 54 and 61 are; 0 = not there */
        size_t server_id_at;
        size_t client_id_at;
        uint8_t bytes[REQUEST_SIZE_MAX];
} RequestTemplate;

typedef struct Requests {
        RequestTemplate templates[REQUEST_KIND_MAX];
} Requests;

typedef struct RequestValues {
        uint32_t client;
        uint32_t xid;
        ipv4_t address;   /* ciaddr of a renewal, option 50 of REQUEST_SELECT */
        ipv4_t server_id; /* of REQUEST_SELECT */
} RequestValues;

typedef struct Reply {
        DhcpMessageType type;
        uint32_t xid;
        ipv4_t yiaddr;
        ipv4_t giaddr;
        ipv4_t server_id;    /* 0 = absent */
        uint32_t lease_time; /* seconds; 0 = absent */
        const uint8_t *chaddr;
} Reply;

/**
 * client_hardware() - the Ethernet address of a simulated client: 02:00 and its number.
 */
void client_hardware(uint32_t client, uint8_t ret[static CLIENT_HARDWARE_SIZE]);

/**
 * client_from_hardware() - the inverse of client_hardware(). Return: whether it is one of ours.
 */
bool client_from_hardware(const uint8_t hardware[static CLIENT_HARDWARE_SIZE], uint32_t *ret);

/**
 * requests_init() - prepares the templates.
 *
 * @relay: giaddr of all of them
 * @client_ids: send option 61, type 1 and the hardware address
 * Return: 0 or -ENOBUFS.
 */
int requests_init(Requests *requests, ipv4_t relay, bool client_ids);

/**
 * requests_write() - writes a request.
 *
 * @ret: at least REQUEST_SIZE_MAX bytes
 * Return: its size.
 */
size_t requests_write(const Requests *requests, RequestKind kind, const RequestValues *values,
        uint8_t ret[static REQUEST_SIZE_MAX]);

/**
 * requests_repeat() - makes a request its own repetition: only secs changes.
 */
void requests_repeat(uint8_t *packet, uint16_t secs);

/**
 * reply_parse() - reads a reply's header and options 51, 53 and 54.
 *
 * @ret: borrows @packet
 * Return: 0, -EBADMSG when it is no DHCP reply, or is malformed.
 */
int reply_parse(const uint8_t *packet, size_t size, Reply *ret);

/**
 * option_find() - the first option of the options field with this code; overload is not followed.
 *
 * @packet: @size bytes, a whole DHCP message
 * Return: where its value starts, with the value's size in @ret_size, 0 when there is none or the
 * options before it are malformed.
 */
size_t option_find(const uint8_t *packet, size_t size, uint8_t code, size_t *ret_size);
