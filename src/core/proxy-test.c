/* SPDX-License-Identifier: MIT */

/* Addresses that nobody has, to find out whether a device answers for every address. Drawn by
 * chance under the server's secret, or a device could answer for all but these.
 *
 * Outside of all ranges there are addresses that are given out to nobody; where a pool's ranges
 * fill its subnet, those are taken that were never used, or not for longest. Of many, half are of
 * each kind, since either may be more in use than we know. Looks at a bounded number of addresses.
 */

#include "core/proxy-test.h"

#include <string.h>

#include "basic/hash.h"
#include "core/lease-table.h"
#include "core/lease.h"
#include "core/link-state.h"
#include "core/plan.h"
#include "core/probing.h"
#include "core/proxy-arp.h"
#include "core/server-state.h"
#include "wire/options.h"

/* A /24 is looked at whole. */
#define OUTSIDE_LOOKS_MAX 256
#define INSIDE_LOOKS_MAX 64

typedef struct Draw {
        const Server *server;
        const Pool *pool;
        const uint8_t *hardware; /* of the device that is put to the test */
        usec_t now;
        ipv4_t *addresses;
        size_t n;
        size_t n_wanted; /* so far */
} Draw;

static bool draw_is_whole(const Draw *draw) {
        return draw->n >= draw->n_wanted;
}

static void draw_add(Draw *draw, ipv4_t address) {
        for (size_t i = 0; i < draw->n; i++)
                if (draw->addresses[i] == address)
                        return;
        draw->addresses[draw->n++] = address;
}

/* Routers, name servers and the like that clients are told of are somebody. */
static bool pool_tells(const Pool *pool, ipv4_t address) {
        const OptionSet *options = &pool->settings->reply.options;

        if (pool->settings->reply.next_server == address)
                return true;
        for (size_t i = 0; i < options->n_values; i++) {
                const OptionValue *value = &options->values[i];

                for (size_t k = 0; k + sizeof(ipv4_t) <= value->size; k++)
                        if (wire_get_u32(value->data + k) == address)
                                return true;
        }
        return false;
}

static bool is_outside(const Draw *draw, ipv4_t address) {
        const Server *server = draw->server;

        return ipv4_prefix_usable(draw->pool->settings->subnet, address) &&
               !plan_has_range(server->plan, address) &&
               !plan_first_reservation(server->plan, address) &&
               !lease_table_find(&server->table, address) && !server_has_address(server, address) &&
               !pool_tells(draw->pool, address);
}

/* With an odd step every address of the subnet has its turn, none twice. */
static void draw_outside(Draw *draw, uint64_t dice) {
        const Ipv4Prefix subnet = draw->pool->settings->subnet;
        const ipv4_t step = (ipv4_t) (dice >> 32) | 1U, host_bits = ~ipv4_netmask(subnet.length);
        ipv4_t place = (ipv4_t) dice;

        for (size_t i = 0; i < OUTSIDE_LOOKS_MAX && i <= host_bits && !draw_is_whole(draw);
                i++, place += step) {
                ipv4_t address = ipv4_prefix_network(subnet) | (place & host_bits);

                if (is_outside(draw, address))
                        draw_add(draw, address);
        }
}

/* What somebody answers for, or may be about to, is no test. */
static bool is_quiet(const Draw *draw, ipv4_t address) {
        ProbeState state = prober_judge(&draw->server->prober, address, draw->now);

        return (state == PROBE_UNKNOWN || state == PROBE_CLEAR) &&
               !server_has_address(draw->server, address);
}

static void draw_unused(Draw *draw, uint64_t dice) {
        const size_t n_bits = draw->pool->taken.n_bits;
        size_t cursor = n_bits > 0 ? dice % n_bits : 0;
        bool wrapped = cursor == 0;
        ipv4_t address;

        for (size_t i = 0; i < INSIDE_LOOKS_MAX && !draw_is_whole(draw); i++) {
                if (pool_next_unused(draw->pool, &cursor, &address) < 0) {
                        if (wrapped)
                                return;
                        wrapped = true;
                        cursor = 0;
                        continue;
                }
                if (is_quiet(draw, address))
                        draw_add(draw, address);
        }
}

static void draw_freed(Draw *draw) {
        size_t n = 0;

        LIST_FOREACH (node, &draw->pool->free) {
                const Lease *lease = CONTAINER_OF(node, Lease, in_pool);

                if (n++ == INSIDE_LOOKS_MAX || draw_is_whole(draw))
                        return;
                if (is_quiet(draw, lease->address) &&
                        !lease_has_hardware(lease, draw->hardware, ETHERNET_ADDRESS_SIZE))
                        draw_add(draw, lease->address);
        }
}

size_t server_draw_test(const Server *server, const Pool *pool,
        const uint8_t hardware[static ETHERNET_ADDRESS_SIZE], usec_t now, ipv4_t *ret, size_t n) {
        Draw draw = {
                .server = server,
                .pool = pool,
                .hardware = hardware,
                .now = now,
                .addresses = ret,
                .n_wanted = n > PROXY_TEST_ADDRESSES ? n / 2 : n,
        };
        uint64_t question[2] = {now, 0}, dice;

        memcpy(&question[1], hardware, ETHERNET_ADDRESS_SIZE);
        dice = hash_bytes(question, sizeof(question), server->seed);
        draw_outside(&draw, dice);
        draw.n_wanted = n;
        draw_unused(&draw, dice);
        if (n > PROXY_TEST_ADDRESSES)
                draw_outside(&draw, dice);
        draw_freed(&draw);
        return draw.n;
}
