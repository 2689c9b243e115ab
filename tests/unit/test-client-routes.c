/* SPDX-License-Identifier: MIT */
/* Which routes follow from a lease. */

#include "client-cli/routes.h"
#include "client-desk.h"

#define NET24 "01 04 ff ff ff 00  "
#define HOST "01 04 ff ff ff ff  "

typedef struct Case {
        const char *what;
        const char *options; /* of a lease for 192.168.1.100 */
        const char *routes;  /* DESTINATION GATEWAY, "!" after a gateway that no prefix covers */
        const char *refused; /* DESTINATION GATEWAY */
        RouteWishes wishes;
        const char *network; /* of another address of the link */
} Case;

static const Case cases[] = {
        {"nothing", NET24, "", "", {0}, NULL},
        {"router", NET24 "03 04 c0a80101", "0.0.0.0/0 192.168.1.1,", "", {0}, NULL},
        {"the first router that can be reached", NET24 "03 10 00000000 0a000001 c0a801ff c0a80102",
                "0.0.0.0/0 192.168.1.2,",
                "0.0.0.0/0 0.0.0.0,0.0.0.0/0 10.0.0.1,0.0.0.0/0 192.168.1.255,", {0}, NULL},
        {"no router can", NET24 "03 08 00000000 0a000001", "",
                "0.0.0.0/0 0.0.0.0,0.0.0.0/0 10.0.0.1,", {0}, NULL},
        {"groups, loopback and the network's own address are no routers",
                NET24 "03 10 e0000001 7f000001 f0000001 c0a80100", "",
                "0.0.0.0/0 224.0.0.1,0.0.0.0/0 127.0.0.1,0.0.0.0/0 240.0.0.1,"
                "0.0.0.0/0 192.168.1.0,",
                {0}, NULL},
        {"a router in another network of the link", NET24 "03 04 0a000001", "0.0.0.0/0 10.0.0.1,",
                "", {0}, "10.0.0.9/8"},
        {"our own address as router is the link", NET24 "03 04 c0a80164", "0.0.0.0/0 0.0.0.0,", "",
                {0}, NULL},
        {"a host's router is a neighbour", HOST "03 04 0a000001", "0.0.0.0/0 10.0.0.1!,", "", {0},
                NULL},
        {"a pair of which the first leads to the second's gateway",
                HOST "79 0e 20 0a000001 00000000  00 0a000001",
                "10.0.0.1/32 0.0.0.0,0.0.0.0/0 10.0.0.1,", "", {0}, NULL},
        {"in the other order", HOST "79 0e 00 0a000001  20 0a000001 00000000",
                "10.0.0.1/32 0.0.0.0,0.0.0.0/0 10.0.0.1,", "", {0}, NULL},
        {"with our own address in place of 0.0.0.0", HOST "79 0e 20 0a000001 c0a80164  00 0a000001",
                "10.0.0.1/32 0.0.0.0,0.0.0.0/0 10.0.0.1,", "", {0}, NULL},
        {"in a network, too", NET24 "79 0e 20 0a000001 00000000  00 0a000001",
                "10.0.0.1/32 0.0.0.0,0.0.0.0/0 10.0.0.1,", "", {0}, NULL},
        {"not through a gateway of a gateway", NET24 "79 0d 08 0a c0a80101  10 ac10 0a000001",
                "10.0.0.0/8 192.168.1.1,", "172.16.0.0/16 10.0.0.1,", {0}, NULL},
        {"one by one", NET24 "79 15 10 0a01 c0a80101  10 0a02 0b000001  10 0a03 c0a80103",
                "10.1.0.0/16 192.168.1.1,10.3.0.0/16 192.168.1.3,", "10.2.0.0/16 11.0.0.1,", {0},
                NULL},
        {"twice the same", NET24 "79 0e 10 0a01 c0a80101  10 0a01 c0a80101",
                "10.1.0.0/16 192.168.1.1,", "", {0}, NULL},
        {"two ways to one place", NET24 "79 0e 10 0a01 c0a80101  10 0a01 c0a80102",
                "10.1.0.0/16 192.168.1.1,10.1.0.0/16 192.168.1.2,", "", {0}, NULL},
        {"host bits", NET24 "79 08 14 0a01ff c0a80101", "10.1.240.0/20 192.168.1.1,", "", {0},
                NULL},
        {"destinations that are on no network",
                NET24 "79 26 08 7f c0a80101  04 e0 c0a80101  18 e00001 c0a80101  03 e0 c0a80101"
                      "  08 00 c0a80101  02 c0 c0a80101",
                "192.0.0.0/2 192.168.1.1,",
                "127.0.0.0/8 192.168.1.1,224.0.0.0/4 192.168.1.1,224.0.1.0/24 192.168.1.1,"
                "224.0.0.0/3 192.168.1.1,0.0.0.0/8 192.168.1.1,",
                {0}, NULL},
        {"everybody is no destination", NET24 "79 09 20 ffffffff c0a80101", "",
                "255.255.255.255/32 192.168.1.1,", {0}, NULL},
        {"the halves of everything are", NET24 "79 0c 01 00 c0a80101  01 80 c0a80101",
                "0.0.0.0/1 192.168.1.1,128.0.0.0/1 192.168.1.1,", "", {0}, NULL},
        {"static routes, and the router",
                NET24 "21 10 0a000000 c0a80103 ac100000 00000000"
                      "  03 04 c0a80101",
                "10.0.0.0/8 192.168.1.3,0.0.0.0/0 192.168.1.1,", "172.16.0.0/16 0.0.0.0,", {0},
                NULL},
        {"option 121 makes the router void", NET24 "79 07 10 0a01 c0a80101  03 04 c0a80102",
                "10.1.0.0/16 192.168.1.1,", "", {0}, NULL},
        {"option 249 as 121", NET24 "f9 07 10 0a01 c0a80101  03 04 c0a80102",
                "10.1.0.0/16 192.168.1.1,", "", {0}, NULL},
        {"none", NET24 "79 07 10 0a01 c0a80101  03 04 c0a80102", "", "", {.none = true}, NULL},
        {"no default route", NET24 "79 0c 10 0a01 c0a80101  00 c0a80101",
                "10.1.0.0/16 192.168.1.1,", "", {.no_default = true}, NULL},
        {"no default route of option 3", NET24 "03 04 c0a80101", "", "", {.no_default = true},
                NULL},
        {"no classless routes", NET24 "79 0c 10 0a01 c0a80101  00 c0a80101  03 04 c0a80102",
                "0.0.0.0/0 192.168.1.2,", "", {.no_classless = true}, NULL},
        {"nor those of options 249 and 33",
                NET24 "f9 07 10 0a01 c0a80101  21 08 0a000000 c0a80103  03 04 c0a80102",
                "0.0.0.0/0 192.168.1.2,", "", {.no_classless = true}, NULL},
};

static void write_route(char *text, size_t size, const Route *route) {
        char destination[IPV4_PREFIX_STRING_MAX], gateway[IPV4_STRING_MAX];
        size_t used = strlen(text);

        (void) snprintf(text + used, size - used, "%s %s%s,",
                ipv4_prefix_format(route->destination, destination),
                ipv4_format(route->gateway, gateway), route->gateway_on_link ? "!" : "");
}

START_TEST(test_plans)
{
        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                const Case *c = &cases[i];
                _cleanup_(mdc_lease_unrefp) mdc_lease *lease = lease_with(c->options);
                _cleanup_(route_plan_done) RoutePlan plan = {0};
                char routes[500] = "", refused[500] = "";
                Ipv4Prefix network = {0};

                if (c->network)
                        ck_assert_int_eq(ipv4_prefix_parse(c->network, &network), 0);
                ck_assert_int_eq(
                        route_plan_make(&plan, lease, &c->wishes, &network, c->network ? 1 : 0), 0);
                for (size_t k = 0; k < plan.n_routes; k++)
                        write_route(routes, sizeof(routes), &plan.routes[k]);
                for (size_t k = 0; k < plan.n_refused; k++)
                        write_route(refused, sizeof(refused), &plan.refused[k].route);
                ck_assert_msg(strcmp(routes, c->routes) == 0, "%s: routes are %s", c->what, routes);
                ck_assert_msg(
                        strcmp(refused, c->refused) == 0, "%s: refused are %s", c->what, refused);
        }
}
END_TEST

/* Whatever a server writes: every route of a plan is one that the kernel can take after those
 * before it, and nothing is lost without being told. */
START_TEST(test_any_bytes)
{
        unsigned state = 1;

        for (unsigned round = 0; round < 20000; round++) {
                static const uint8_t interesting[] = {
                        0, 1, 8, 10, 24, 32, 33, 100, 127, 168, 192, 224, 255};
                _cleanup_(mdc_lease_unrefp) mdc_lease *lease = NULL;
                _cleanup_(route_plan_done) RoutePlan plan = {0};
                const RouteWishes wishes = {0};
                char options[200] = HOST "79 14";
                Ipv4Prefix reached[64] = {{desk_ipv4(DESK_ADDRESS), 32}};
                size_t n_reached = 1;

                for (unsigned i = 0; i < 20; i++) {
                        state = state * 1103515245 + 12345;
                        (void) snprintf(options + strlen(options), 5, " %02x",
                                interesting[(state >> 16) % ELEMENTSOF(interesting)]);
                }
                lease = lease_with(options);
                ck_assert_int_eq(route_plan_make(&plan, lease, &wishes, NULL, 0), 0);
                for (size_t i = 0; i < plan.n_routes; i++) {
                        const Route *route = &plan.routes[i];
                        bool known = route->gateway == 0 || route->gateway_on_link;

                        ck_assert_uint_eq(route->destination.address,
                                ipv4_prefix_network(route->destination));
                        for (size_t k = 0; !known && k < n_reached; k++)
                                known = ipv4_prefix_contains(reached[k], route->gateway);
                        ck_assert_msg(known, "%s", options);
                        if (route->gateway == 0)
                                reached[n_reached++] = route->destination;
                        else
                                ck_assert(ipv4_is_unicast(route->gateway));
                }
        }
}
END_TEST

TEST_MAIN("client-routes", test_plans, test_any_bytes);
