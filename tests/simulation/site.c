/* SPDX-License-Identifier: MIT */

/* Ranges lie between .10 and .60 of their network, reservations up to .69. */

#include "site.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_HOST 10
#define LAST_HOST 60

const Wire wires[WIRES_MAX] = {
        [WIRE_LAN] =
                {
                        .name = "lan",
                        .network = 0xc0a80100,
                        .ifindex = 2,
                        .server = 0xc0a80101,
                },
        [WIRE_DMZ] =
                {
                        .name = "dmz",
                        .network = 0x0a000200,
                        .ifindex = 3,
                        .server = 0x0a000214, /* in the range, more often than not */
                },
        [WIRE_FAR] =
                {
                        .name = "far",
                        .network = 0xac100500,
                        .ifindex = 3,
                        .server = 0x0a000214,
                        .relay = 0xac100501,
                        .relay_side = 0x0a000203,
                },
};

static const Link links[] = {
        {
                .ifindex = SITE_LOOPBACK,
                .name = "lo",
                .hardware_type = 772, /* ARPHRD_LOOPBACK */
                .up = true,
                .loopback = true,
                .n_addresses = 1,
                .addresses = {{0x7f000001, 8}},
        },
        {
                .ifindex = 2,
                .name = "br0",
                .hardware_type = HARDWARE_ETHERNET,
                .up = true,
                .n_addresses = 1,
                .addresses = {{0xc0a80101, 24}},
        },
        {
                .ifindex = 3,
                .name = "br1",
                .hardware_type = HARDWARE_ETHERNET,
                .up = true,
                .n_addresses = 1,
                .addresses = {{0x0a000214, 24}},
        },
        {
                .ifindex = SITE_WAN,
                .name = "wan0",
                .hardware_type = HARDWARE_ETHERNET,
                .up = true,
                .n_addresses = 1,
                .addresses = {{SITE_WAN_ADDRESS, 24}},
        },
};

const Link *site_links(size_t *ret_n) {
        *ret_n = ELEMENTSOF(links);
        return links;
}

static void draw_pool(SitePool *pool, Dice *dice) {
        static const usec_t spans[] = {
                10 * USEC_PER_SEC,
                USEC_PER_MINUTE,
                5 * USEC_PER_MINUTE,
                30 * USEC_PER_MINUTE,
                2 * USEC_PER_HOUR,
                12 * USEC_PER_HOUR,
                USEC_INFINITY,
        };

        pool->lease = spans[dice_below(dice, ELEMENTSOF(spans))];
        pool->max_lease = dice_one_in(dice, 4) ? USEC_INFINITY : 0;
        pool->conflict_detection =
                (ConflictDetection) dice_below(dice, (uint64_t) CONFLICT_DETECTION_MAX);
        pool->authoritative = !dice_one_in(dice, 5);
        pool->rapid_commit = dice_one_in(dice, 2);
}

void site_resize(Site *site, Dice *dice, WireName wire) {
        SitePool *pool = &site->pools[wire];
        const size_t size =
                dice_one_in(dice, 3) ? dice_between(dice, 2, 5) : dice_between(dice, 6, 25);
        const ipv4_t first = wires[wire].network +
                             (ipv4_t) dice_between(dice, FIRST_HOST, LAST_HOST - (uint64_t) size);

        pool->range = (Ipv4Range){first, first + (ipv4_t) size - 1};
        if (pool->widest.last == 0)
                pool->widest = pool->range;
        pool->widest.first = MIN(pool->widest.first, pool->range.first);
        pool->widest.last = MAX(pool->widest.last, pool->range.last);
}

void site_draw(Site *site, Dice *dice) {
        *site = (Site){
                .lenient = !dice_one_in(dice, 3),
                .selects_link = dice_one_in(dice, 2),
                .far_is_named = dice_one_in(dice, 2),
        };
        for (WireName wire = 0; wire < WIRES_MAX; wire++) {
                draw_pool(&site->pools[wire], dice);
                site_resize(site, dice, wire);
        }
}

void site_reserve(Site *site, Dice *dice, WireName wire, const uint8_t *hardware) {
        const ipv4_t address =
                wires[wire].network + (ipv4_t) dice_between(dice, FIRST_HOST, LAST_HOST + 9);
        Reservation *place;

        if (site_find_reservation_for(site, hardware))
                return;
        if (site_find_reservation(site, address) || address == wires[wire].server)
                return;
        if (site->n_reservations == RESERVATIONS_MAX)
                memmove(site->reservations, site->reservations + 1,
                        --site->n_reservations * sizeof(Reservation));
        place = &site->reservations[site->n_reservations++];
        *place = (Reservation){.wire = wire, .address = address};
        memcpy(place->hardware, hardware, ETHERNET_ADDRESS_SIZE);
        site->ever_reserved[wire][address & 0xff] = true;
}

static PoolSettings *pool_settings(const SitePool *pool, const Wire *wire) {
        PoolSettings *settings;

        if (pool_settings_new(&settings, wire->name) < 0 ||
                !(settings->ranges = malloc(sizeof(*settings->ranges))))
                abort();
        settings->subnet = (Ipv4Prefix){wire->network, 24};
        settings->ranges[0] = pool->range;
        settings->n_ranges = 1;
        settings->authoritative = pool->authoritative;
        settings->rapid_commit = pool->rapid_commit;
        settings->conflict_detection = pool->conflict_detection;
        settings->reply.default_lease = pool->lease;
        settings->reply.min_lease = MIN(pool->lease, 10 * USEC_PER_SEC);
        settings->reply.max_lease = pool->max_lease;
        return settings;
}

static HostSettings *host_settings(const Reservation *reservation, size_t number) {
        HostSettings *settings;
        char name[32];

        (void) snprintf(name, sizeof(name), "host%zu", number);
        if (host_settings_new(&settings, name) < 0)
                abort();
        memcpy(settings->hardware, reservation->hardware, ETHERNET_ADDRESS_SIZE);
        settings->hardware_size = ETHERNET_ADDRESS_SIZE;
        settings->address = reservation->address;
        return settings;
}

static void name_link(PoolSettings *settings, const char *name) {
        settings->interfaces = calloc(2, sizeof(*settings->interfaces));
        if (!settings->interfaces || !(settings->interfaces[0] = strdup(name)))
                abort();
}

Settings *site_settings(const Site *site) {
        Settings *settings;

        if (settings_new(&settings) < 0)
                abort();
        settings->lenient = site->lenient;
        for (WireName wire = 0; wire < WIRES_MAX; wire++) {
                PoolSettings *pool = pool_settings(&site->pools[wire], &wires[wire]);

                if (wire == WIRE_FAR && site->far_is_named)
                        name_link(pool, "br1");
                if (settings_add_pool_take(settings, pool) < 0)
                        abort();
        }
        for (size_t i = 0; i < site->n_reservations; i++)
                if (settings_add_host_take(settings, host_settings(&site->reservations[i], i)) < 0)
                        abort();
        return settings;
}

WireName site_find_wire(ipv4_t address) {
        for (WireName wire = 0; wire < WIRES_MAX; wire++)
                if ((address & 0xffffff00) == wires[wire].network)
                        return wire;
        return WIRES_MAX;
}

bool site_is_own(ipv4_t address) {
        for (size_t i = 0; i < ELEMENTSOF(links); i++)
                if (links[i].addresses[0].address == address)
                        return true;
        return (address & 0xff000000) == 0x7f000000;
}

const Reservation *site_find_reservation(const Site *site, ipv4_t address) {
        for (size_t i = 0; i < site->n_reservations; i++)
                if (site->reservations[i].address == address)
                        return &site->reservations[i];
        return NULL;
}

const Reservation *site_find_reservation_for(
        const Site *site, const uint8_t hardware[static ETHERNET_ADDRESS_SIZE]) {
        for (size_t i = 0; i < site->n_reservations; i++)
                if (memcmp(site->reservations[i].hardware, hardware, ETHERNET_ADDRESS_SIZE) == 0)
                        return &site->reservations[i];
        return NULL;
}
