/* SPDX-License-Identifier: MIT */
#pragma once

/* A lease as the bus shows it: wall-clock times, names instead of pointers, clean strings. Made
 * from the core's lease for one call; the listing's struct, the object's properties and the
 * signals' dictionaries are all read from it. */

#include <stdint.h>

#include <systemd/sd-bus.h>

#include "basic/ipv4.h"
#include "basic/macro.h"
#include "basic/time.h"
#include "bus/object.h"
#include "core/durable.h"
#include "core/server.h"

/* address, hardware address, client identifier, hostname, pool, interface, state; started, expires,
 * last seen; flags, extras */
#define LEASE_VIEW_SIGNATURE "(sayaysssstttua{sv})"

/* Sanitising writes up to four bytes for one. */
#define LEASE_VIEW_HOSTNAME_SIZE (4 * UINT8_MAX + 1)

typedef struct LeaseView {
        const char *address;
        ByteView hardware;
        ByteView client_id;
        ByteView relay_agent;
        LeaseRecord record; /* what it is made from */
        const char *hostname;
        const char *pool;
        const char *interface;
        const char *state;
        uint64_t started; /* microseconds since the epoch, UINT64_MAX = infinite */
        uint64_t expires;
        uint64_t last_seen;
        uint32_t flags;
        bool reserved;
        bool relayed;
        uint32_t hardware_type;
        uint32_t n_declined;
        char relay[IPV4_STRING_MAX]; /* empty = none */
        char address_text[IPV4_STRING_MAX];
        char hostname_text[LEASE_VIEW_HOSTNAME_SIZE];
        char pool_text[4 * POOL_NAME_MAX + 1];
        char interface_text[4 * LINK_NAME_MAX + 1];
} LeaseView;

/**
 * lease_view_init() - shows a lease.
 *
 * @view: points into itself and into the lease: do not copy it, do not keep it
 */
void lease_view_init(
        LeaseView *view, const Server *server, const DurableLease *lease, const ClockPair *clock);

/**
 * lease_view_append() - appends the lease as LEASE_VIEW_SIGNATURE.
 * Return: 0, negative errno of the message.
 */
int lease_view_append(const LeaseView *view, sd_bus_message *message);

/**
 * lease_view_append_extras() - appends a{sv} of what has no place of its own: HardwareType u unless
 * it is Ethernet, Relay s, RelayAgent ay and of it CircuitId ay and RemoteId ay, VendorClass s,
 * UserClasses as, ClientHostname s, and Declines u when there are any.
 * Return: 0, negative errno of the message.
 */
int lease_view_append_extras(const LeaseView *view, sd_bus_message *message);

/**
 * lease_address_path() - the object path of an address' lease, for free().
 * Return: 0, -ENOMEM.
 */
int lease_address_path(ipv4_t address, char **ret);
