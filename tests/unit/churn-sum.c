/* SPDX-License-Identifier: MIT */

/* What each owns of the routing table, and whether the table is the sum. What a client owns is told
 * by the server's last word to it, not by the client. */

#include "churn.h"

#include <linux/rtnetlink.h>

enum {
        EXPECTED_MAX = 32,
};

/* ---- what each owns ---------------------------------------------------------------------------
 */

ipv4_t churn_address(unsigned net, unsigned host) {
        return UINT32_C(192) << 24 | UINT32_C(168) << 16 | net << 8 | host;
}

static Route route_to(ipv4_t address, uint8_t length, ipv4_t gateway) {
        return (Route){.destination = {address, length}, .gateway = gateway};
}

const Route churn_vpn_routes[2] = {
        {.destination = {0, 1}, .gateway = UINT32_C(0x0a080001)},
        {.destination = {UINT32_C(1) << 31, 1}, .gateway = UINT32_C(0x0a080001)},
};
const Route churn_fixed_route = {.gateway = UINT32_C(0x0a080009)};
const Route churn_other_route = {
        .destination = {UINT32_C(0x0a140000), 16}, .gateway = UINT32_C(0x0a080007)};

Route churn_replacing_route(const Station *station) {
        return route_to(0, 0, churn_address(station->net, 9));
}

typedef struct Expected {
        KernelRoute routes[EXPECTED_MAX];
        size_t n;
} Expected;

static void expect(Expected *expected, int ifindex, RouteOwner owner, Route route, uint32_t metric,
        ipv4_t source) {
        ck_assert_uint_lt(expected->n, EXPECTED_MAX);
        expected->routes[expected->n++] = (KernelRoute){
                .ifindex = ifindex,
                .owner = owner,
                .route = route,
                .metric = metric,
                .source = source,
        };
}

/* The routes of one of four leases. */
size_t churn_routes_of(const Grant *grant, Route ret[static 3]) {
        const unsigned net = grant->net;

        switch (grant->variant) {
        case 0:
        case 1:
                ret[0] = route_to(0, 0, churn_address(net, 1 + grant->variant));
                return 1;
        case 2:
                ret[0] = route_to(UINT32_C(0x0a140000), 16, churn_address(net, 1));
                ret[1] = route_to(0, 0, churn_address(net, 1));
                return 2;
        default:
                ret[0] = route_to(0, 1, churn_address(net, 66));
                ret[1] = route_to(UINT32_C(1) << 31, 1, churn_address(net, 66));
                ret[2] = route_to(0, 0, churn_address(net, 3));
                return 3;
        }
}

bool churn_holds(const Station *station) {
        return station->runs && station->grant.valid && kernel.now < station->grant.end;
}

static void expect_station(Expected *expected, const Station *station) {
        const ipv4_t own = churn_address(station->grant.net, 77);
        Route routes[3];
        size_t n;

        if (station->replaced)
                expect(expected, station->ifindex, OWNER_STATIC, churn_replacing_route(station),
                        METRIC, 0);
        if (!churn_holds(station) || station->ifindex == 0 || !station->up)
                return;
        expect(expected, station->ifindex, OWNER_KERNEL,
                route_to(churn_address(station->grant.net, 0), 24, 0), METRIC, own);
        n = churn_routes_of(&station->grant, routes);
        for (size_t i = 0; i < n; i++)
                expect(expected, station->ifindex, OWNER_DHCP, routes[i], METRIC, own);
}

static Expected expect_all(const Churn *churn) {
        Expected expected = {0};

        expect(&expected, FOREIGN_LINK, OWNER_KERNEL, route_to(UINT32_C(0x0a080000), 24, 0), 0,
                UINT32_C(0x0a080002));
        for (size_t i = 0; churn->vpn && i < ELEMENTSOF(churn_vpn_routes); i++)
                expect(&expected, FOREIGN_LINK, OWNER_STATIC, churn_vpn_routes[i], 0, 0);
        if (churn->fixed)
                expect(&expected, FOREIGN_LINK, OWNER_STATIC, churn_fixed_route, 0, 0);
        if (churn->other)
                expect(&expected, FOREIGN_LINK, OWNER_STATIC, churn_other_route, METRIC, 0);
        for (size_t i = 0; i < CLIENTS; i++)
                expect_station(&expected, &churn->stations[i]);
        return expected;
}

/* ---- comparing --------------------------------------------------------------------------------
 */

static bool same(const KernelRoute *a, const KernelRoute *b) {
        return a->ifindex == b->ifindex && a->owner == b->owner && a->metric == b->metric &&
               a->source == b->source && route_equal(&a->route, &b->route);
}

static size_t count(const KernelRoute *routes, size_t n, const KernelRoute *wanted) {
        size_t found = 0;

        for (size_t i = 0; i < n; i++)
                found += routes[i].ifindex != 0 && same(&routes[i], wanted);
        return found;
}

void churn_append(char text[static TEXT_SIZE], const char *line) {
        size_t size = strlen(text);

        (void) snprintf(text + size, TEXT_SIZE - size, "%s", line);
}

static void describe(
        char text[static TEXT_SIZE], const char *title, const KernelRoute *routes, size_t n) {
        static const char *const owners[] = {"kernel", "dhcp", "static"};
        char destination[IPV4_PREFIX_STRING_MAX], gateway[IPV4_STRING_MAX], line[128];

        churn_append(text, title);
        for (size_t i = 0; i < n; i++) {
                if (routes[i].ifindex == 0)
                        continue;
                (void) snprintf(line, sizeof(line), "  %s via %s dev %d proto %s metric %u\n",
                        ipv4_prefix_format(routes[i].route.destination, destination),
                        ipv4_format(routes[i].route.gateway, gateway), routes[i].ifindex,
                        owners[routes[i].owner], routes[i].metric);
                churn_append(text, line);
        }
}

static void give_up(const Churn *churn, const Expected *expected, const char *what) {
        static char text[TEXT_SIZE];
        size_t size = strlen(churn->history);

        *text = 0;
        describe(text, "expected:\n", expected->routes, expected->n);
        describe(text, "found:\n", kernel.routes, KERNEL_ROUTES_MAX);
        ck_abort_msg("%s at %llu s, after: …%s\n%s", what,
                (unsigned long long) ((kernel.now - 1000 * SECOND) / SECOND),
                churn->history + (size > 600 ? size - 600 : 0), text);
}

/* At every moment: nothing of others is lost, and nothing is there that nobody owns. */
void churn_check_no_harm(const Churn *churn) {
        const Expected expected = expect_all(churn);

        for (size_t i = 0; i < expected.n; i++)
                if (expected.routes[i].owner == OWNER_STATIC &&
                        count(kernel.routes, KERNEL_ROUTES_MAX, &expected.routes[i]) != 1)
                        give_up(churn, &expected, "somebody's route is lost");
        for (size_t i = 0; i < KERNEL_ROUTES_MAX; i++)
                if (kernel.routes[i].ifindex != 0 &&
                        count(expected.routes, expected.n, &kernel.routes[i]) != 1)
                        give_up(churn, &expected, "a route that nobody owns");
}

/* In its last second a lease is over for the kernel, which counts in whole ones, and not for the
 * client. */
static bool settles(const Station *station) {
        return station->grant.valid && station->grant.end < kernel.now + 2 * SECOND;
}

/* What is set down and up without a carrier has its routes back with the carrier. */
static bool is_dark(const Churn *churn, int ifindex) {
        for (size_t i = 0; i < CLIENTS; i++)
                if (churn->stations[i].ifindex == ifindex)
                        return !churn->stations[i].carrier;
        return false;
}

void churn_check_sum(Churn *churn) {
        const Expected expected = expect_all(churn);

        churn_check_no_harm(churn);
        for (size_t i = 0; i < CLIENTS; i++) {
                if (settles(&churn->stations[i]))
                        return;
                if (churn->stations[i].refresh_at != USEC_INFINITY) {
                        churn->n_fights++;
                        return;
                }
        }
        for (size_t i = 0; i < expected.n; i++)
                if (!is_dark(churn, expected.routes[i].ifindex) &&
                        count(kernel.routes, KERNEL_ROUTES_MAX, &expected.routes[i]) != 1)
                        give_up(churn, &expected, "a route is missing");
}
