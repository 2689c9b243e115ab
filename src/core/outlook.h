/* SPDX-License-Identifier: MIT */
#pragma once

/* What the reservations come to, for people: who has an address that is reserved, where the client
 * is that it is reserved for, and what will happen next. Asked for by the bus; no packet gets here.
 */

#include <stdbool.h>
#include <stddef.h>

#include "basic/time.h"
#include "core/lease.h"
#include "core/server.h"
#include "core/settings.h"

/* What becomes of the address that is reserved for a host. */
typedef enum Outlook {
        OUTLOOK_NONE,    /* none is reserved for it, or where it is no pool is */
        OUTLOOK_HAS,     /* the host has it */
        OUTLOOK_FREE,    /* the host gets it when it asks */
        OUTLOOK_MOVES,   /* the same; until then, or its lease ends, it has another one */
        OUTLOOK_ASKS,    /* another client has it, which has to answer by ARP when the host asks */
        OUTLOOK_AT_ONCE, /* another client has it, which loses it when the host asks */
        OUTLOOK_WAITS,   /* another client has it, or nobody may, until that ends */
        OUTLOOK_MAX,
        OUTLOOK_INVALID = -1,
} Outlook;

typedef struct HostOutlook {
        Outlook outlook;
        const Lease *holder;  /* of the address: bound or in quarantine; NULL = nobody */
        const Lease *current; /* of the host's client at another address, or NULL */
        usec_t moves_at;      /* when it has the address at the latest, should it ask then;
                                 CLOCK_BOOTTIME, 0 = at once, USEC_INFINITY = never by itself */
} HostOutlook;

/* Clients that are hosts by their circuit alone and have another address than the reserved one.
 * What is here is looked at again when it is used: it may be old. */
typedef struct PortClient {
        const HostSettings *host; /* compared, never read */
        ipv4_t address;
} PortClient;

typedef struct PortClients {
        PortClient *items; /* sorted by host */
        size_t n_items;
} PortClients;

/**
 * port_clients_done() - frees the list, which is empty then.
 */
void port_clients_done(PortClients *clients);

/**
 * server_find_port_clients() - looks for these clients, which nothing but the leases tells.
 * O(leases) where a host is known by its circuit alone, else O(1).
 *
 * @ret: an empty list
 * Return: 0, -ENOMEM and nothing received.
 */
int server_find_port_clients(const Server *server, PortClients *ret);

/**
 * outlook_to_string() - "none", "has", "free", "moves", "asks", "at-once", "waits".
 */
const char *outlook_to_string(Outlook outlook);

/**
 * server_foresee() - what the reservation of a host of the settings in force comes to.
 *
 * O(leases of the host's client).
 *
 * @ports: of a host that is known by its circuit alone, the client is found in there, or at the
 *         reserved address; from settings in force
 */
void server_foresee(
        const Server *server, const HostSettings *host, const PortClients *ports, HostOutlook *ret);

/**
 * server_count_to_move() - how many clients are bound to an address although another one is
 * reserved for them.
 *
 * O(hosts), and where a host is known by its circuit alone O(leases).
 */
size_t server_count_to_move(const Server *server);

/**
 * server_find_host_of() - the host that an address is reserved for, as far as it is the client of a
 * lease of that address by its own identity, not by its circuit; or NULL. O(log hosts).
 */
const HostSettings *server_find_host_of(const Server *server, const Lease *lease);
