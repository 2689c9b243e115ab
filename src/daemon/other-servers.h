/* SPDX-License-Identifier: MIT */
#pragma once

/* Other DHCP servers on the links that we serve, told to the journal: each once an hour and link.
 * Who forges server identifiers gets a few lines an hour out of it, and no memory. */

#include <stdint.h>

#include "basic/time.h"
#include "core/actions.h"
#include "core/server.h"
#include "daemon/former-addresses.h"
#include "daemon/journal.h"
#include "wire/datagram.h"

enum {
        /* different servers that are told within an hour, on all links together */
        OTHER_SERVERS_MAX = 8,
};

/* What was said in the last hour. All zero: nothing. */
typedef struct OtherServers {
        struct {
                ipv4_t address;
                uint32_t ifindex;
                usec_t until; /* CLOCK_BOOTTIME; not said again before */
        } said[OTHER_SERVERS_MAX];
        usec_t more_until; /* the same of the line that says that there are more */
} OtherServers;

/**
 * other_servers_report() - writes the entry about actions->other_server, unless it has been written
 * lately; a warning where our pool is authoritative, else a notice. Nothing is written, and nothing
 * remembered, when there is none, or when a client names an address that was ours until lately: it
 * speaks of us. A server that answers from there is another one.
 *
 * @former: addresses that were ours
 * @packet: @size bytes that gave the server away
 */
void other_servers_report(OtherServers *others, const FormerAddresses *former, Journal *journal,
        const Server *server, const uint8_t *packet, size_t size, const PacketMetadata *metadata,
        const Actions *actions, usec_t now);
