/* SPDX-License-Identifier: MIT */
#pragma once

/* A reply in the making, shared by the files that write it: reply.c the message, reply-options.c
 * the values of its options, boot.c and fqdn.c some of these. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/ipv4.h"
#include "basic/time.h"
#include "core/pool.h"
#include "core/request-state.h"
#include "wire/builder.h"
#include "wire/code-set.h"
#include "wire/protocol.h"

typedef struct Reply {
        Request *request;
        DhcpMessageType type; /* DHCP_BOOTP for the answer to a BOOTP request */
        const Pool *pool;
        ipv4_t address;        /* yiaddr */
        usec_t lifetime;       /* 0 = no lease: answer to an INFORM or BOOTP */
        ipv4_t server_address; /* ours, as the clients of the pool reach it */
        ipv4_t server_id;      /* what option 54 says: that, unless the client or a relay names
                                  another one */
        const char *boot_file; /* or NULL */
        bool terminates_text;  /* the client ends its text with NUL and wants it so (Microsoft) */
        CodeSet open;          /* options that may have a value and are not in yet */
        bool lacks_options;    /* there was no room for some, see actions->omitted */
        MessageBuilder builder;
} Reply;

/**
 * reply_add_options() - adds the options that the client asked for in its order (RFC 2131 4.3.1),
 * or a common set, as far as there is room.
 */
void reply_add_options(Reply *reply);

/**
 * request_has_vendor_class() - whether option 60 begins with a text.
 */
bool request_has_vendor_class(const Request *request, const char *prefix);

/**
 * request_get_boot_file() - the boot file for the client's firmware, or NULL.
 */
const char *request_get_boot_file(const Request *request, const Pool *pool);

/**
 * request_get_next_server() - siaddr, 0 when none is configured.
 */
ipv4_t request_get_next_server(const Request *request, const Pool *pool);

/**
 * request_get_server_name() - sname, or NULL.
 */
const char *request_get_server_name(const Request *request, const Pool *pool);

/**
 * request_reply() - writes a reply and appends its ACTION_SEND.
 *
 * @type: DHCP_OFFER, DHCP_ACK, or DHCP_BOOTP
 * @address: yiaddr; 0 answers an INFORM
 * @lifetime: of the lease
 * @after_commit: 0 = may leave at once
 * Return: 0, -ENOBUFS when the queue has no room.
 */
int request_reply(Request *request, DhcpMessageType type, Pool *pool, ipv4_t address,
        usec_t lifetime, uint64_t after_commit);

/**
 * request_refuse() - writes a NAK and appends its ACTION_SEND.
 *
 * @address: that the client asked for
 * @reason: for option 56
 * Return: 0, -ENOBUFS when the queue has no room.
 */
int request_refuse(Request *request, ipv4_t address, const char *reason);
