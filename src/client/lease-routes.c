/* SPDX-License-Identifier: MIT */
/* Where packets go: options 121, 249, 33 and 3 made into one list. Whether a gateway can be reached
 * is not known here.
 *
 * RFC 3442: "If the DHCP server returns both a Classless Static Routes option and a Router option,
 * the DHCP client MUST ignore the Router option", and likewise option 33. */

#include <errno.h>

#include "client/lease.h"
#include "wire/options.h"

enum {
        STATIC_ROUTE_SIZE = 8, /* RFC 2132 5.8: destination and router */
};

static int decode_classless(mdc_lease *lease, uint8_t code) {
        _cleanup_free_ Ipv4Route *routes = NULL;
        const uint8_t *data;
        size_t size, n;

        if (message_get(&lease->view, code, &data, &size) < 0)
                return -ENODATA;
        if (option_decode_routes(data, size, NULL, 0, &n) < 0)
                return -EBADMSG;
        routes = calloc(n, sizeof(*routes));
        lease->routes = calloc(n, sizeof(*lease->routes));
        if (!routes || !lease->routes)
                return -ENOMEM;

        (void) option_decode_routes(data, size, routes, n, &n);
        for (size_t i = 0; i < n; i++)
                lease->routes[i] = (mdc_route){
                        .destination = in_addr_from_ipv4(routes[i].destination.address),
                        .prefix_length = routes[i].destination.length,
                        .option = code,
                        .gateway = in_addr_from_ipv4(routes[i].gateway),
                };
        lease->n_routes = n;
        return 0;
}

/* RFC 2132 5.8 has no mask; the destination is a network by its class, or a host. */
static uint8_t classful_length(ipv4_t destination) {
        uint8_t length = 24;

        if (destination < UINT32_C(128) << 24)
                length = 8;
        else if (destination < UINT32_C(192) << 24)
                length = 16;
        return destination & ~ipv4_netmask(length) ? 32 : length;
}

/* A router of 0.0.0.0 is a field that somebody has left empty: the next one is taken. */
static const struct in_addr *first_router(const mdc_lease *lease) {
        for (size_t i = 0; i < lease->routers.n_addresses; i++)
                if (ipv4_is_unicast(ntohl(lease->routers.addresses[i].s_addr)))
                        return &lease->routers.addresses[i];
        return NULL;
}

static int decode_classful(mdc_lease *lease) {
        const struct in_addr *router = first_router(lease);
        const uint8_t *data = NULL;
        size_t size = 0, n_static;

        (void) message_get(&lease->view, DHCP_OPTION_STATIC_ROUTE, &data, &size);
        n_static = size % STATIC_ROUTE_SIZE == 0 ? size / STATIC_ROUTE_SIZE : 0;
        if (n_static == 0 && !router)
                return 0;
        lease->routes = calloc(n_static + 1, sizeof(*lease->routes));
        if (!lease->routes)
                return -ENOMEM;

        for (size_t i = 0; i < n_static; i++) {
                ipv4_t destination = wire_get_u32(data + i * STATIC_ROUTE_SIZE),
                       gateway = wire_get_u32(data + i * STATIC_ROUTE_SIZE + sizeof(ipv4_t));

                /* RFC 2132 5.8: the default route is no legal destination. */
                if (destination != 0)
                        lease->routes[lease->n_routes++] = (mdc_route){
                                .destination = in_addr_from_ipv4(destination),
                                .prefix_length = classful_length(destination),
                                .option = DHCP_OPTION_STATIC_ROUTE,
                                .gateway = in_addr_from_ipv4(gateway),
                        };
        }
        if (router)
                lease->routes[lease->n_routes++] = (mdc_route){
                        .option = DHCP_OPTION_ROUTER,
                        .gateway = *router,
                };
        return 0;
}

int lease_decode_routes(mdc_lease *lease) {
        static const uint8_t classless[] = {
                DHCP_OPTION_CLASSLESS_ROUTE, DHCP_OPTION_MICROSOFT_ROUTE};
        int r;

        for (size_t i = 0; i < ELEMENTSOF(classless); i++) {
                r = decode_classless(lease, classless[i]);
                if (r != -ENODATA && r != -EBADMSG)
                        return r;
        }
        return decode_classful(lease);
}
