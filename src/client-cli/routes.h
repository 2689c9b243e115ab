/* SPDX-License-Identifier: MIT */
#pragma once

/* Which routes follow from a lease. What a server has written is judged one route at a time, so
 * that one that cannot be costs neither the others nor the lease. */

#include <stdbool.h>
#include <stddef.h>

#include "basic/ipv4.h"
#include "client/minidhcp-client.h"

typedef struct Route {
        Ipv4Prefix destination; /* without host bits */
        ipv4_t gateway;         /* 0: the destination is on the link */
        bool gateway_on_link;   /* the gateway is a neighbour, though no prefix says so */
} Route;

typedef enum RouteVerdict {
        ROUTE_FINE,
        ROUTE_RESERVED,    /* the destination is no network of hosts */
        ROUTE_NO_GATEWAY,  /* 0.0.0.0 where it does not mean the link */
        ROUTE_BAD_GATEWAY, /* no host can have this address */
        ROUTE_UNREACHABLE, /* the gateway is on no network of the link, and no other route leads to
                              it */
        ROUTE_VERDICT_MAX,
} RouteVerdict;

typedef struct RefusedRoute {
        Route route;
        RouteVerdict verdict;
} RefusedRoute;

/* What the administrator does not want. */
typedef struct RouteWishes {
        bool none;
        bool no_default;   /* no route to 0.0.0.0/0 */
        bool no_classless; /* options 121, 249 and 33 as if they were absent */
} RouteWishes;

/* In the order in which the kernel can take them: what is on the link comes first. */
typedef struct RoutePlan {
        Route *routes;
        size_t n_routes;
        RefusedRoute *refused;
        size_t n_refused;
} RoutePlan;

/**
 * route_plan_make() - O(n^2) in the routes of the lease, of which a message holds some hundreds.
 *
 * A gateway that is the lease's own address means "on the link", as servers say it that are older
 * than the 0.0.0.0 of RFC 3442. With a netmask of 255.255.255.255 every gateway is a neighbour. Of
 * the routers of option 3 the first that can be reached is taken.
 *
 * @networks: what else is on the link: prefixes of other addresses of the interface
 * @ret: receives what route_plan_done() frees
 * Return: 0, -ENOMEM.
 */
int route_plan_make(RoutePlan *ret, const mdc_lease *lease, const RouteWishes *wishes,
        const Ipv4Prefix *networks, size_t n_networks);

/**
 * route_plan_done() - frees what it owns; the plan is empty.
 */
void route_plan_done(RoutePlan *plan);

/**
 * route_equal() - whether the kernel would take the two for one.
 */
bool route_equal(const Route *a, const Route *b) _pure_;

/**
 * route_verdict_to_string() - what is wrong, as the end of a sentence about "the route".
 */
const char *route_verdict_to_string(RouteVerdict verdict);
