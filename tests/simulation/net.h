/* SPDX-License-Identifier: MIT */
#pragma once

/* What lies between machines: three wires that lose, double, delay and reorder, the relay, and
 * hosts that have squatted an address without asking anybody. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client/minidhcp-client.h"
#include "site.h"
#include "wire/datagram.h"

struct World;
struct Host;

enum {
        SQUATTERS_MAX = 6,
        PACKET_MAX = 1500,
};

typedef struct Net {
        struct {
                unsigned lost;    /* of a thousand */
                unsigned doubled; /* likewise */
                usec_t delay;     /* at most */
        } wires[WIRES_MAX];
        struct {
                ipv4_t address; /* 0 = none */
                uint8_t hardware[ETHERNET_ADDRESS_SIZE];
        } squatters[SQUATTERS_MAX];
} Net;

/**
 * net_heal() - all wires are as good as new.
 */
void net_heal(Net *net);

/**
 * net_from_host() - sends what a client wants sent.
 */
void net_from_host(struct World *world, struct Host *host, const mdc_output *output);

/**
 * net_from_server() - sends a reply.
 */
void net_from_server(
        struct World *world, const Destination *destination, const uint8_t *packet, size_t size);

/**
 * net_probe() - the server asks by ARP who has an address.
 */
void net_probe(struct World *world, uint32_t ifindex, ipv4_t source, ipv4_t address);

/**
 * net_echo() - the server asks by ICMP echo whether somebody behind the relay has an address.
 */
void net_echo(struct World *world, ipv4_t address);

/**
 * net_forge() - a machine that is broken, or evil, sends a RELEASE or DECLINE of an address that is
 * another's.
 */
void net_forge(struct World *world, struct Host *host, ipv4_t address);

/**
 * net_is_squatted() - whether somebody uses an address who did not get it from the server.
 */
bool net_is_squatted(const Net *net, ipv4_t address);
