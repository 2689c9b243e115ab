/* SPDX-License-Identifier: MIT */
#pragma once

/* The place where a story plays: three networks, and how the server is configured for them, now and
 * after each change. */

#include "core/settings.h"
#include "dice.h"
#include "wire/link.h"

typedef enum WireName {
        WIRE_LAN, /* the server is on it */
        WIRE_DMZ, /* so it is here */
        WIRE_FAR, /* behind a relay which is also the router to the others */
        WIRES_MAX,
} WireName;

typedef struct Wire {
        const char *name;  /* also of its pool */
        ipv4_t network;    /* a /24 */
        uint32_t ifindex;  /* of the server where messages come in */
        ipv4_t server;     /* its address there */
        ipv4_t relay;      /* 0 = none */
        ipv4_t relay_side; /* what the relay calls itself in giaddr */
} Wire;

extern const Wire wires[WIRES_MAX];

/* Links of the server without a pool. */
#define SITE_LOOPBACK 1
#define SITE_WAN 4
#define SITE_WAN_ADDRESS 0xcb007102  /* a /24 */
#define SITE_WAN_STRANGER 0xcb00714d /* somebody there */

enum {
        RESERVATIONS_MAX = 4,
};

typedef struct SitePool {
        Ipv4Range range;
        Ipv4Range widest; /* that it ever had */
        usec_t lease;
        usec_t max_lease;
        ConflictDetection conflict_detection;
        bool authoritative;
        bool rapid_commit;
} SitePool;

typedef struct Reservation {
        WireName wire;
        uint8_t hardware[ETHERNET_ADDRESS_SIZE];
        ipv4_t address;
} Reservation;

typedef struct Site {
        SitePool pools[WIRES_MAX];
        bool lenient;
        bool selects_link; /* the relay says by 82.5 what giaddr does not */
        bool far_is_named; /* Interface= of the pool behind the relay names the relay's link */
        Reservation reservations[RESERVATIONS_MAX];
        size_t n_reservations;
        bool ever_reserved[WIRES_MAX][256];
} Site;

/**
 * site_draw() - a configuration to begin with.
 */
void site_draw(Site *site, Dice *dice);

/**
 * site_resize() - another range for one of the pools, perhaps a smaller one.
 */
void site_resize(Site *site, Dice *dice, WireName wire);

/**
 * site_reserve() - reserves an address in or beside the range for a machine; a full list forgets
 * its oldest reservation.
 */
void site_reserve(Site *site, Dice *dice, WireName wire, const uint8_t *hardware);

/**
 * site_settings() - the configuration as the server takes it. Return: for settings_free().
 */
Settings *site_settings(const Site *site);

/**
 * site_links() - the server's interfaces. Return: static, @ret_n of them.
 */
const Link *site_links(size_t *ret_n);

/**
 * site_find_wire() - the network that an address is in, WIRES_MAX when it is in none.
 */
WireName site_find_wire(ipv4_t address);

/**
 * site_is_own() - whether an address is one of the server's, or of its loopback.
 */
bool site_is_own(ipv4_t address);

/**
 * site_find_reservation() - the reservation of an address, or NULL.
 */
const Reservation *site_find_reservation(const Site *site, ipv4_t address);

/**
 * site_find_reservation_for() - the reservation that a machine has, or NULL.
 */
const Reservation *site_find_reservation_for(
        const Site *site, const uint8_t hardware[static ETHERNET_ADDRESS_SIZE]);
