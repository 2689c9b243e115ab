/* SPDX-License-Identifier: MIT */
#pragma once

/* A pool in which everything is set that can be set. */

#include <stdlib.h>
#include <string.h>

#include "basic/buffer.h"
#include "basic/text.h"
#include "core/settings.h"
#include "test.h"
#include "wire/options.h"
#include "wire/protocol.h"

/* Every setting that a pool can have, and what is sent under another code than its own. */
static inline PoolSettings *new_full_pool(void) {
        static const ipv4_t addresses[] = {0xc0a80101, 0x09090909};
        static const Ipv4Route routes[] = {
                {.destination = {.address = 0x0a000000, .length = 8}, .gateway = 0xc0a80102},
                {.destination = {.length = 0}, .gateway = 0xc0a80101},
        };
        _cleanup_(buffer_done) Buffer search = BUFFER_INIT, route = BUFFER_INIT;
        OptionSet *options;
        PoolSettings *pool;

        ck_assert_int_eq(pool_settings_new(&pool, "caf\xc3\xa9 1"), 0);
        pool->origin = strdup("/etc/\xff.conf:7");
        pool->enabled = false;
        ck_assert_int_eq(strv_extend(&pool->interfaces, "br*"), 0);
        pool->subnet = (Ipv4Prefix){.address = 0xc0a80100, .length = 24};
        pool->ranges = calloc(2, sizeof(*pool->ranges));
        pool->ranges[0] = (Ipv4Range){.first = 0xc0a80164, .last = 0xc0a8016d};
        pool->ranges[1] = (Ipv4Range){.first = 0xc0a801c8, .last = 0xc0a801c8};
        pool->n_ranges = 2;
        pool->exclusions = calloc(1, sizeof(*pool->exclusions));
        pool->exclusions[0] = (Ipv4Range){.first = 0xc0a80165, .last = 0xc0a80166};
        pool->n_exclusions = 1;
        pool->other_ranges = calloc(1, sizeof(*pool->other_ranges));
        pool->other_ranges[0] = (Ipv4Range){.first = 0xc0a801d2, .last = 0xc0a801dc};
        pool->n_other_ranges = 1;
        pool->server_address = 0xc0a80103;
        pool->ignore_client_id = true;
        pool->conflict_detection = CONFLICT_DETECTION_STRICT;
        pool->relays = calloc(2, sizeof(*pool->relays));
        pool->relays[0] = (Ipv4Prefix){.address = 0xc0a80102, .length = 32};
        pool->relays[1] = (Ipv4Prefix){.address = 0x0a000000, .length = 8};
        pool->n_relays = 2;
        pool->trust_option_82 = true;
        pool->deny_unknown = pool->rapid_commit = pool->bootp = true;
        pool->reply.min_lease = USEC_PER_MINUTE;
        pool->reply.max_lease = USEC_INFINITY;
        pool->reply.no_router = true;
        pool->reply.next_server = 0xc0a80109;
        pool->reply.server_name = strdup("boot");
        pool->reply.boot_files = calloc(2, sizeof(*pool->reply.boot_files));
        pool->reply.n_boot_files = 2;
        pool->reply.boot_files[0] = (BootFile){
                .architectures = {7, 9},
                .n_architectures = 2,
                .architecture_name = "uefi-x64",
                .vendor_class = strdup("PXEClient"),
                .user_class = strdup("i PXE"),
                .name = strdup("efi=1"),
        };
        pool->reply.boot_files[1] = (BootFile){.name = strdup("pxelinux.0")};

        options = &pool->reply.options;
        ck_assert_int_eq(option_set_put_ipv4s(options, DHCP_OPTION_DNS, addresses, 2), 0);
        ck_assert_int_eq(option_set_put_ipv4s(options, DHCP_OPTION_NTP, addresses, 1), 0);
        ck_assert_int_eq(
                option_set_put_ipv4s(options, DHCP_OPTION_BROADCAST_ADDRESS, addresses, 1), 0);
        ck_assert_int_eq(option_set_put(options, DHCP_OPTION_ROUTER, "abc", 3), 0);
        pool->reply.sent_options[0] |= 1U << DHCP_OPTION_ROUTER; /* by SendOption= */
        ck_assert_int_eq(option_set_put(options, DHCP_OPTION_DOMAIN_NAME, "home.arpa", 9), 0);
        ck_assert_int_eq(option_encode_search(&search, "home.arpa"), 0);
        ck_assert_int_eq(option_encode_search(&search, "lab.home.arpa"), 0);
        ck_assert_int_eq(
                option_set_put(options, DHCP_OPTION_DOMAIN_SEARCH, search.data, search.size), 0);
        ck_assert_int_eq(option_set_put(options, DHCP_OPTION_INTERFACE_MTU, "\x05\xdc", 2), 0);
        ck_assert_int_eq(option_encode_route(&route, &routes[0]), 0);
        ck_assert_int_eq(option_encode_route(&route, &routes[1]), 0);
        ck_assert_int_eq(
                option_set_put(options, DHCP_OPTION_CLASSLESS_ROUTE, route.data, route.size), 0);
        ck_assert_int_eq(option_set_put(options, DHCP_OPTION_POSIX_TIMEZONE, "CET-1", 5), 0);
        ck_assert_int_eq(option_set_put(options, DHCP_OPTION_CAPTIVE_PORTAL, "https://p", 9), 0);
        ck_assert_int_eq(option_set_put(options, DHCP_OPTION_IPV6_ONLY, "\0\0\x07\x08", 4), 0);
        ck_assert_int_eq(option_set_put(options, DHCP_OPTION_TFTP_SERVER_NAME, "boot", 4), 0);
        ck_assert_int_eq(option_set_put(options, 224, NULL, 0), 0);
        return pool;
}
