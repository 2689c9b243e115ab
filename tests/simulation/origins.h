/* SPDX-License-Identifier: MIT */
#pragma once

/* Where the messages that the server has got came from, and with that where its replies may go: to
 * nobody else. */

#include <stdbool.h>
#include <stdint.h>

#include "basic/ipv4.h"
#include "wire/datagram.h"
#include "wire/message.h"

struct World;

enum {
        ORIGINS_MAX = 8192,
};

typedef struct Origin {
        uint32_t xid;
        uint32_t ifindex;
        ipv4_t source;
        ipv4_t giaddr;
        DhcpMessageType type;
        bool forged; /* by somebody who is not where its client is */
} Origin;

typedef struct Origins {
        Origin newest[ORIGINS_MAX]; /* a ring */
        uint64_t n;                 /* ever */
} Origins;

/**
 * origins_note() - the server gets a message.
 */
void origins_note(
        Origins *origins, const MessageView *message, const PacketMetadata *metadata, bool forged);

/**
 * origins_check() - the server sends a reply: to where a message of this transaction came from.
 *
 * Return: whether that was forged.
 */
bool origins_check(struct World *world, const Destination *destination, const MessageView *reply);
