/* SPDX-License-Identifier: MIT */
#pragma once

/* A lease as a server has written it: the message, and what it says, decoded once. Immutable and
 * reference-counted, so that events, the machine and the caller can share it. */

#include <stddef.h>
#include <stdint.h>

#include "basic/ipv4.h"
#include "basic/time.h"
#include "client/minidhcp-client-core.h"
#include "wire/frame.h"
#include "wire/message.h"

typedef struct AddressList {
        struct in_addr *addresses; /* NULL when absent */
        size_t n_addresses;
} AddressList;

struct mdc_lease {
        unsigned n_references;
        usec_t begin;
        struct in_addr sender; /* 0 = unknown */
        uint8_t sender_hardware[ETHERNET_ADDRESS_SIZE];

        ipv4_t address;
        ipv4_t server_id; /* 0 = absent */
        uint8_t prefix_length;
        usec_t lifetime; /* 0 = absent */
        usec_t t1;
        usec_t t2;

        AddressList routers;
        AddressList dns;
        AddressList ntp;
        mdc_route *routes;
        size_t n_routes;
        char **search;
        char *domain;
        char *hostname;
        char *boot_file;

        MessageView view; /* borrows `message` */
        size_t message_size;
        uint8_t message[];
};

/**
 * lease_new() - mdc_lease_new(), and for the answer to an INFORM.
 *
 * @address: taken when the message's yiaddr is zero; 0 for none
 * @lifetime: taken when the message has no lease time; 0 for none
 * Return: as mdc_lease_new().
 */
int lease_new(mdc_lease **ret, usec_t begin, ipv4_t address, usec_t lifetime, const void *message,
        size_t size);

/**
 * lease_set_sender() - who has sent the message; for a lease that nobody else has seen yet.
 *
 * @metadata: may be NULL
 */
void lease_set_sender(mdc_lease *lease, const mdc_metadata *metadata);

/**
 * reply_get_u32() - an option of four bytes. Of one that comes twice, as servers send it whose
 * administrators have set it by hand too, the first counts: RFC 3396 joins the two.
 *
 * Return: 0, -ENODATA, -EBADMSG.
 */
int reply_get_u32(const MessageView *view, uint8_t code, uint32_t *ret);

/**
 * reply_get_u16() - likewise of two bytes.
 */
int reply_get_u16(const MessageView *view, uint8_t code, uint16_t *ret);

/**
 * lease_at() - the point in time of a span of the lease; USEC_INFINITY for an infinite one.
 */
usec_t lease_at(const mdc_lease *lease, usec_t span) _pure_;

/**
 * lease_decode_routes() - fills in `routes` by RFC 3442; malformed options count as absent.
 * Return: 0, -ENOMEM.
 */
int lease_decode_routes(mdc_lease *lease);

/**
 * in_addr_from_ipv4() - to network byte order.
 */
static inline struct in_addr in_addr_from_ipv4(ipv4_t address) {
        return (struct in_addr){.s_addr = htonl(address)};
}

DEFINE_POINTER_CLEANUP(mdc_lease, mdc_lease_unref);
