/* SPDX-License-Identifier: MIT */
/* Which routes follow from a lease, by RFC 3442 and RFC 2132 3.5 and 5.8. Pure: knows no kernel, no
 * metric and no table.
 *
 * Invariant: a route of a plan is one that the kernel can take after those before it. */

#include <errno.h>
#include <netinet/in.h>

#include "basic/buffer.h"
#include "client-cli/routes.h"
#include "wire/protocol.h"

/* Networks that no route may lead to: what is there is this host, a group, or nobody. The first is
 * not the default route, which is shorter. */
static const Ipv4Prefix reserved[] = {
        {UINT32_C(0), 8},
        {UINT32_C(127) << 24, 8},
        {UINT32_C(224) << 24, 4},
        {UINT32_MAX, 32},
};

typedef struct Planner {
        const RouteWishes *wishes;
        ipv4_t address;
        Ipv4Prefix own; /* the lease's network */
        const Ipv4Prefix *networks;
        size_t n_networks;
        Buffer direct;  /* of Route: destinations on the link */
        Buffer distant; /* of Route: through gateways */
        Buffer refused; /* of RefusedRoute */
} Planner;

bool route_equal(const Route *a, const Route *b) {
        return a->destination.address == b->destination.address &&
               a->destination.length == b->destination.length && a->gateway == b->gateway &&
               a->gateway_on_link == b->gateway_on_link;
}

const char *route_verdict_to_string(RouteVerdict verdict) {
        static const char *const texts[] = {
                [ROUTE_FINE] = "can be used",
                [ROUTE_RESERVED] = "leads to addresses that are on no network",
                [ROUTE_NO_GATEWAY] = "has no gateway",
                [ROUTE_BAD_GATEWAY] = "has a gateway that no host can be",
                [ROUTE_UNREACHABLE] = "has a gateway that cannot be reached on this link",
        };

        return verdict < ROUTE_VERDICT_MAX ? texts[verdict] : "?";
}

static bool destination_is_reserved(Ipv4Prefix destination) {
        for (size_t i = 0; i < ELEMENTSOF(reserved); i++)
                if (destination.length >= reserved[i].length &&
                        ipv4_prefix_contains(reserved[i], destination.address))
                        return true;
        /* 224.0.0.0/3 and the like would take the groups along */
        return destination.length > 0 && destination.address >> 29 == 7 && destination.length < 4;
}

static bool any_contains(const Ipv4Prefix *networks, size_t n, ipv4_t address) {
        for (size_t i = 0; i < n; i++)
                if (ipv4_prefix_contains(networks[i], address))
                        return true;
        return false;
}

static bool direct_contains(const Buffer *routes, ipv4_t address) {
        const Route *route = (const Route *) routes->data;

        for (size_t i = 0; i < routes->size / sizeof(*route); i++)
                if (ipv4_prefix_contains(route[i].destination, address))
                        return true;
        return false;
}

/* RFC 3442: a gateway has to be a neighbour itself; Linux does not look up a gateway's gateway. */
static RouteVerdict judge_gateway(const Planner *planner, Route *route) {
        ipv4_t gateway = route->gateway;

        if (!ipv4_is_unicast(gateway))
                return gateway == 0 ? ROUTE_NO_GATEWAY : ROUTE_BAD_GATEWAY;
        if (ipv4_prefix_contains(planner->own, gateway))
                return ipv4_prefix_usable(planner->own, gateway) ? ROUTE_FINE : ROUTE_BAD_GATEWAY;
        if (any_contains(planner->networks, planner->n_networks, gateway) ||
                direct_contains(&planner->direct, gateway))
                return ROUTE_FINE;
        if (planner->own.length < 32)
                return ROUTE_UNREACHABLE;
        route->gateway_on_link = true;
        return ROUTE_FINE;
}

static void refuse(Planner *planner, const Route *route, RouteVerdict verdict) {
        const RefusedRoute refused = {*route, verdict};

        (void) buffer_append(&planner->refused, &refused, sizeof(refused));
}

static void add_once(Buffer *routes, const Route *route) {
        const Route *known = (const Route *) routes->data;

        for (size_t i = 0; i < routes->size / sizeof(*known); i++)
                if (route_equal(&known[i], route))
                        return;
        (void) buffer_append(routes, route, sizeof(*route));
}

/* Return: whether it is part of the plan. */
static bool add_distant(Planner *planner, Route route) {
        RouteVerdict verdict = judge_gateway(planner, &route);

        if (verdict != ROUTE_FINE) {
                refuse(planner, &route, verdict);
                return false;
        }
        add_once(&planner->distant, &route);
        return true;
}

static bool is_classless(const mdc_route *route) {
        return route->option == DHCP_OPTION_CLASSLESS_ROUTE ||
               route->option == DHCP_OPTION_MICROSOFT_ROUTE;
}

/* RFC 3442: gateway 0.0.0.0 is the link in option 121; in options 3 and 33 it is a field that
 * somebody left empty. */
static bool is_direct(const Planner *planner, const mdc_route *route) {
        ipv4_t gateway = ntohl(route->gateway.s_addr);

        return gateway == planner->address || (gateway == 0 && is_classless(route));
}

static Route make_route(const mdc_route *route) {
        Ipv4Prefix destination = {ntohl(route->destination.s_addr), route->prefix_length};

        destination.address = ipv4_prefix_network(destination);
        return (Route){.destination = destination, .gateway = ntohl(route->gateway.s_addr)};
}

static bool is_wanted(const Planner *planner, const mdc_route *route) {
        if (planner->wishes->no_default && route->prefix_length == 0)
                return false;
        return route->option != DHCP_OPTION_ROUTER && !planner->wishes->no_classless;
}

/* What is on the link leads to gateways of the others, wherever in the list it stands. */
static void add_routes(Planner *planner, const mdc_route *routes, size_t n) {
        for (size_t i = 0; i < n; i++) {
                Route route = make_route(&routes[i]);

                if (!is_wanted(planner, &routes[i]))
                        continue;
                if (destination_is_reserved(route.destination)) {
                        refuse(planner, &route, ROUTE_RESERVED);
                } else if (is_direct(planner, &routes[i])) {
                        route.gateway = 0;
                        add_once(&planner->direct, &route);
                }
        }
        for (size_t i = 0; i < n; i++) {
                Route route = make_route(&routes[i]);

                if (is_wanted(planner, &routes[i]) && !is_direct(planner, &routes[i]) &&
                        !destination_is_reserved(route.destination))
                        (void) add_distant(planner, route);
        }
}

/* RFC 2132 3.5: "Routers SHOULD be listed in order of preference." */
static void add_router(Planner *planner, const mdc_lease *lease) {
        const struct in_addr *routers;
        size_t n;

        if (planner->wishes->no_default || mdc_lease_get_routers(lease, &routers, &n) < 0)
                return;
        for (size_t i = 0; i < n; i++) {
                Route route = {.gateway = ntohl(routers[i].s_addr)};

                if (route.gateway == planner->address) {
                        route.gateway = 0;
                        add_once(&planner->direct, &route);
                        return;
                }
                if (add_distant(planner, route))
                        return;
        }
}

static bool has_classless(const mdc_route *routes, size_t n) {
        return n > 0 && is_classless(&routes[0]);
}

static int planner_finish(Planner *planner, RoutePlan *ret) {
        RoutePlan plan = {0};

        (void) buffer_append(&planner->direct, planner->distant.data, planner->distant.size);
        if (planner->direct.error < 0 || planner->distant.error < 0 || planner->refused.error < 0)
                return -ENOMEM;
        plan.n_routes = planner->direct.size / sizeof(Route);
        plan.routes = (Route *) TAKE_PTR(planner->direct.data);
        plan.n_refused = planner->refused.size / sizeof(RefusedRoute);
        plan.refused = (RefusedRoute *) TAKE_PTR(planner->refused.data);
        *ret = plan;
        return 0;
}

static void planner_done(Planner *planner) {
        buffer_done(&planner->direct);
        buffer_done(&planner->distant);
        buffer_done(&planner->refused);
}

int route_plan_make(RoutePlan *ret, const mdc_lease *lease, const RouteWishes *wishes,
        const Ipv4Prefix *networks, size_t n_networks) {
        _cleanup_(planner_done) Planner planner = {
                .wishes = wishes,
                .networks = networks,
                .n_networks = n_networks,
        };
        const mdc_route *routes = NULL;
        struct in_addr address = {0};
        size_t n = 0;

        if (wishes->none) {
                *ret = (RoutePlan){0};
                return 0;
        }
        (void) mdc_lease_get_address(lease, &address);
        planner.address = planner.own.address = ntohl(address.s_addr);
        (void) mdc_lease_get_prefix_length(lease, &planner.own.length);
        if (mdc_lease_get_routes(lease, &routes, &n) < 0)
                n = 0;

        add_routes(&planner, routes, n);
        if (wishes->no_classless || !has_classless(routes, n))
                add_router(&planner, lease);
        return planner_finish(&planner, ret);
}

void route_plan_done(RoutePlan *plan) {
        free(plan->routes);
        free(plan->refused);
        *plan = (RoutePlan){0};
}
