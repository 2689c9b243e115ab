/* SPDX-License-Identifier: MIT */
#pragma once

/* What goes with a datagram's bytes: how it came, and where and by which way it goes. */

#include <stdbool.h>
#include <stdint.h>

#include "basic/ipv4.h"
#include "basic/time.h"
#include "wire/frame.h"
#include "wire/protocol.h"

typedef struct PacketMetadata {
        uint32_t ifindex; /* arrival interface */
        ipv4_t source;    /* of the datagram, host byte order */
        uint16_t source_port;
        ipv4_t destination; /* as the packet had it: ipi_addr */
        bool broadcast;     /* destination is not one of our unicast addresses */
        usec_t age;         /* time spent in the socket's buffer */
} PacketMetadata;

typedef enum SendMode {
        SEND_UDP,            /* by the UDP socket to address:port, from source */
        SEND_LINK_BROADCAST, /* an Ethernet frame to everybody on the link, 255.255.255.255 */
        SEND_LINK_UNICAST,   /* an Ethernet frame to `hardware`, which has not got `address` yet */
} SendMode;

typedef struct Destination {
        SendMode mode;
        uint32_t ifindex; /* 0, with SEND_UDP alone: as routing says */
        ipv4_t source;    /* the server identifier, or our address on the way to a relay */
        ipv4_t address;
        uint16_t port;
        uint8_t hardware[ETHERNET_ADDRESS_SIZE];
} Destination;
