/* SPDX-License-Identifier: MIT */
#pragma once

/* What is known of a network interface: found out by io, told to the core. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/ipv4.h"
#include "wire/frame.h"

#define LINK_NAME_MAX 16
#define LINK_ADDRESSES_MAX 128

typedef struct Link {
        uint32_t ifindex;
        uint32_t master; /* index of the bridge or VRF that it is part of, 0 = none */
        char name[LINK_NAME_MAX];
        uint16_t hardware_type; /* ARPHRD_*; 1 = Ethernet */
        uint32_t mtu;           /* 0 when it is not known */
        bool up;
        bool loopback;
        uint8_t hardware[ETHERNET_ADDRESS_SIZE]; /* of Ethernet links */
        size_t n_addresses;
        Ipv4Prefix addresses[LINK_ADDRESSES_MAX]; /* our addresses, primary first */
        size_t n_more_addresses; /* for which there was no room; not known to be ours */
} Link;
