/* SPDX-License-Identifier: MIT */
#pragma once

/* A client's machine: the state machine of libminidhcp-client, a network card, and somebody who
 * plugs, unplugs, suspends and moves it. Checks what it sends and what it believes. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client/minidhcp-client.h"
#include "site.h"
#include "wire/client-id.h"
#include "wire/message.h"

struct World;

DEFINE_POINTER_CLEANUP(mdc_lease, mdc_lease_unref);

typedef enum HostState {
        HOST_OFF,
        HOST_ON,
        HOST_ASLEEP, /* its clock goes on (CLOCK_BOOTTIME) */
} HostState;

typedef struct Host {
        char name[8];
        size_t number;
        HostState state;
        WireName wire;
        uint8_t hardware[ETHERNET_ADDRESS_SIZE];
        unsigned system; /* two are installed, with client identifiers of their own */
        ClientId id;
        uint64_t digest; /* of the identifier */
        mdc_acd acd;
        bool broadcast;
        bool rapid_commit;
        uint64_t lifetime; /* that it asks for, 0 = none */
        uint64_t offer_wait;

        mdc_client *client; /* NULL while it is off */
        mdc_lease *memory;  /* of before it was switched off */
        mdc_state seen;     /* its state when it was looked at last */
        ipv4_t held;        /* the address that it uses, 0 = none */
        usec_t held_until;  /* what the ACK said, counted from when it came */
        bool confused;      /* see host_heard() */
        usec_t without;     /* since when it runs without an address, USEC_INFINITY = it does not */
        usec_t renewing;    /* since when it waits for a renewal, USEC_INFINITY = it does not */

        uint32_t xid; /* of its newest exchange */
        unsigned phase;
        unsigned n_repeated;
        usec_t sent;     /* its last message */
        double n_tokens; /* messages that it may send */
        uint64_t n_sent; /* BOOTREQUESTs that the server has got from it, copies counted */
        uint64_t n_replies;
} Host;

/**
 * host_init() - a machine that is off.
 */
void host_init(struct World *world, Host *host, size_t number);

/**
 * host_done() - frees what it has.
 */
void host_done(Host *host);

/**
 * host_switch_on() - boots it: with the lease that it remembers, with its address alone, or afresh.
 */
void host_switch_on(struct World *world, Host *host);

/**
 * host_switch_off() - pulls the plug: nobody is told.
 *
 * @remembers: its lease is on its disk
 */
void host_switch_off(struct World *world, Host *host, bool remembers);

/**
 * host_shut_down() - gives its lease back and switches it off.
 */
void host_shut_down(struct World *world, Host *host);

/**
 * host_suspend() - it hears and does nothing until host_resume().
 */
void host_suspend(struct World *world, Host *host);

/**
 * host_resume() - ends that.
 */
void host_resume(struct World *world, Host *host);

/**
 * host_move() - carries a machine that is off to another network, or boots its other system next.
 */
void host_move(struct World *world, Host *host, WireName wire, bool other_system);

/**
 * host_renew() - somebody asks for a renewal by hand.
 */
void host_renew(struct World *world, Host *host);

/**
 * host_deadline() - when host_tick() is due.
 */
usec_t host_deadline(const Host *host);

/**
 * host_tick() - lets it do what is due.
 */
void host_tick(struct World *world, Host *host);

/**
 * host_receive() - a DHCP message arrives at its card.
 */
void host_receive(
        struct World *world, Host *host, ipv4_t source, const uint8_t *packet, size_t size);

/**
 * host_receive_arp() - an ARP packet arrives at its card.
 */
void host_receive_arp(struct World *world, Host *host, const uint8_t *packet, size_t size);

/**
 * host_check() - what must hold of it now.
 */
void host_check(struct World *world, Host *host);

/**
 * host_find() - the machine with a hardware address, or NULL.
 */
Host *host_find(struct World *world, const uint8_t *hardware);

/**
 * host_heard() - the server handles a message of a machine. One that comes after a newer exchange
 * of it confuses both.
 *
 * RFC 2131 numbers no messages. A REQUEST, RELEASE or DECLINE that was held up on the way does to
 * the lease of now what was meant for that of before; neither server nor client can tell. Until it
 * has been acknowledged again, such a machine is not blamed for what it believes.
 */
void host_heard(struct World *world, const MessageView *message);

/**
 * host_replied() - a reply for a machine has left the server: no more of them than messages.
 */
void host_replied(struct World *world, const MessageView *reply);
