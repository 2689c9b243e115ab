/* SPDX-License-Identifier: MIT */

/* The model of the kernel. A route that cannot be is refused as Linux refuses it. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <check.h>
#include <linux/rtnetlink.h>

#include "kernel-model.h"

Kernel kernel;

static KernelLink *find_link(int ifindex) {
        for (size_t i = 0; i < KERNEL_LINKS_MAX; i++)
                if (ifindex != 0 && kernel.links[i].ifindex == ifindex)
                        return &kernel.links[i];
        return NULL;
}

static void tell(KernelNews news) {
        ck_assert_uint_lt(kernel.n_news, KERNEL_NEWS_MAX);
        kernel.news[kernel.n_news++] = news;
}

/* ---- routes -----------------------------------------------------------------------------------
 */

static bool same_place(const KernelRoute *a, const KernelRoute *b) {
        return a->metric == b->metric &&
               a->route.destination.address == b->route.destination.address &&
               a->route.destination.length == b->route.destination.length;
}

static bool same_route(const KernelRoute *a, const KernelRoute *b) {
        return a->ifindex == b->ifindex && a->owner == b->owner && a->source == b->source &&
               same_place(a, b) && route_equal(&a->route, &b->route);
}

static KernelRoute *find_route(const KernelRoute *wanted) {
        for (size_t i = 0; i < KERNEL_ROUTES_MAX; i++)
                if (kernel.routes[i].ifindex != 0 && same_route(&kernel.routes[i], wanted))
                        return &kernel.routes[i];
        return NULL;
}

static void insert_route(const KernelRoute *route) {
        for (size_t i = 0; i < KERNEL_ROUTES_MAX; i++)
                if (kernel.routes[i].ifindex == 0) {
                        kernel.routes[i] = *route;
                        kernel.n_added++;
                        return;
                }
        ck_abort_msg("too many routes");
}

/* Of what goes with a link or an address older kernels say nothing; nor does this one. */
static void remove_route(KernelRoute *route, bool told) {
        if (told)
                tell((KernelNews){
                        .ifindex = route->ifindex,
                        .loss =
                                {
                                        .destination = route->route.destination,
                                        .gateway = route->route.gateway,
                                        .ifindex = route->ifindex,
                                        .metric = route->metric,
                                        .table = RT_TABLE_MAIN,
                                },
                });
        *route = (KernelRoute){0};
}

/* A gateway has to be a neighbour: on a network of the link itself. */
static bool is_neighbour(const KernelRoute *route) {
        const Route *via = &route->route;

        if (via->gateway == 0 || via->gateway_on_link)
                return true;
        for (size_t i = 0; i < KERNEL_ROUTES_MAX; i++) {
                const KernelRoute *other = &kernel.routes[i];

                if (other->ifindex == route->ifindex && other->route.gateway == 0 &&
                        ipv4_prefix_contains(other->route.destination, via->gateway))
                        return true;
        }
        return false;
}

static bool has_source(ipv4_t source) {
        for (size_t i = 0; i < KERNEL_LINKS_MAX; i++)
                for (size_t k = 0; k < ELEMENTSOF(kernel.links[i].addresses); k++) {
                        const NetlinkAddress *address = &kernel.links[i].addresses[k];

                        if (kernel.links[i].ifindex != 0 && address->prefix.length > 0 &&
                                address->prefix.address == source)
                                return true;
                }
        return source == 0;
}

static int add_route(const KernelRoute *route) {
        const KernelLink *link = find_link(route->ifindex);

        if (!link)
                return -ENODEV;
        if (!link->up)
                return -ENETDOWN;
        if (!has_source(route->source))
                return -EINVAL;
        if (!is_neighbour(route))
                return -ENETUNREACH;
        if (find_route(route))
                return 0;
        insert_route(route);
        return 1;
}

static KernelRoute make_route(const NetlinkPlace *place, const Route *route) {
        ck_assert_uint_eq(place->table, RT_TABLE_MAIN);
        return (KernelRoute){
                .ifindex = place->ifindex,
                .owner = place->as_kernel ? OWNER_KERNEL : OWNER_DHCP,
                .route = *route,
                .metric = place->metric,
                .source = place->source,
        };
}

int netlink_add_route(const NetlinkPlace *place, const Route *route) {
        const KernelRoute made = make_route(place, route);

        return add_route(&made);
}

int netlink_remove_route(const NetlinkPlace *place, const Route *route) {
        const KernelRoute made = make_route(place, route);
        KernelRoute *found = find_route(&made);

        if (found)
                remove_route(found, true);
        return 0;
}

void kernel_add_static(int ifindex, Route route, uint32_t metric) {
        const KernelRoute made = {
                .ifindex = ifindex, .owner = OWNER_STATIC, .route = route, .metric = metric};

        ck_assert_int_eq(add_route(&made), 1);
}

void kernel_remove_static(int ifindex, Route route, uint32_t metric) {
        const KernelRoute made = {
                .ifindex = ifindex, .owner = OWNER_STATIC, .route = route, .metric = metric};
        KernelRoute *found = find_route(&made);

        ck_assert_msg(found, "somebody has taken an administrator's route away");
        remove_route(found, true);
}

void kernel_flush_routes(int ifindex, bool dhcp_alone) {
        for (size_t i = 0; i < KERNEL_ROUTES_MAX; i++) {
                KernelRoute *route = &kernel.routes[i];

                if (route->ifindex == ifindex && (!dhcp_alone || route->owner == OWNER_DHCP))
                        remove_route(route, true);
        }
}

bool kernel_replace(int ifindex, Route route, uint32_t metric) {
        const KernelRoute made = {
                .ifindex = ifindex, .owner = OWNER_STATIC, .route = route, .metric = metric};

        if (!is_neighbour(&made))
                return false;
        for (size_t i = 0; i < KERNEL_ROUTES_MAX; i++)
                if (kernel.routes[i].ifindex != 0 && same_place(&kernel.routes[i], &made)) {
                        kernel.routes[i] = made;
                        tell((KernelNews){
                                .ifindex = ifindex,
                                .loss = {.replaced = true,
                                        .destination = route.destination,
                                        .gateway = route.gateway,
                                        .ifindex = ifindex,
                                        .metric = metric,
                                        .table = RT_TABLE_MAIN},
                        });
                        return true;
                }
        insert_route(&made);
        return true;
}

/* ---- addresses --------------------------------------------------------------------------------
 */

static KernelRoute network_route(const KernelLink *link, const NetlinkAddress *address) {
        return (KernelRoute){
                .ifindex = link->ifindex,
                .owner = OWNER_KERNEL,
                .route.destination = {ipv4_prefix_network(address->prefix), address->prefix.length},
                .metric = address->metric,
                .source = address->prefix.address,
        };
}

static void add_network(const KernelLink *link, const NetlinkAddress *address) {
        const KernelRoute route = network_route(link, address);

        if (link->up && address->prefix.length < 32 && !find_route(&route))
                insert_route(&route);
}

static void remove_address(KernelLink *link, size_t at) {
        NetlinkAddress *address = &link->addresses[at];
        const ipv4_t source = address->prefix.address;

        for (size_t i = 0; i < KERNEL_ROUTES_MAX; i++)
                if (kernel.routes[i].ifindex != 0 && kernel.routes[i].source == source)
                        remove_route(&kernel.routes[i], false);
        *address = (NetlinkAddress){0};
        tell((KernelNews){.ifindex = link->ifindex, .address = source});
}

static NetlinkAddress *find_address(KernelLink *link, Ipv4Prefix prefix, size_t *ret_at) {
        for (size_t i = 0; i < ELEMENTSOF(link->addresses); i++)
                if (link->addresses[i].prefix.address == prefix.address &&
                        link->addresses[i].prefix.length == prefix.length) {
                        *ret_at = i;
                        return &link->addresses[i];
                }
        return NULL;
}

int netlink_put_address(int ifindex, const NetlinkAddress *address) {
        static const Ipv4Prefix nothing;
        KernelLink *link = find_link(ifindex);
        NetlinkAddress *found;
        size_t at;

        if (!link)
                return -ENODEV;
        found = find_address(link, address->prefix, &at);
        if (!found) {
                found = find_address(link, nothing, &at);
                ck_assert_msg(found, "too many addresses");
                *found = *address;
                add_network(link, found);
        }
        *found = *address;
        link->until[at] = address->seconds == UINT32_MAX
                                  ? USEC_INFINITY
                                  : kernel.now + address->seconds * USEC_PER_SEC;
        return 0;
}

int netlink_remove_address(int ifindex, Ipv4Prefix prefix) {
        KernelLink *link = find_link(ifindex);
        size_t at;

        if (link && find_address(link, prefix, &at))
                remove_address(link, at);
        return 0;
}

void kernel_flush_addresses(int ifindex) {
        KernelLink *link = find_link(ifindex);

        for (size_t i = 0; i < ELEMENTSOF(link->addresses); i++)
                if (link->addresses[i].prefix.length > 0)
                        remove_address(link, i);
}

void kernel_pass(usec_t now) {
        kernel.now = now;
        for (size_t i = 0; i < KERNEL_LINKS_MAX; i++)
                for (size_t k = 0; k < ELEMENTSOF(kernel.links[i].addresses); k++)
                        if (kernel.links[i].ifindex != 0 &&
                                kernel.links[i].addresses[k].prefix.length > 0 &&
                                kernel.links[i].until[k] <= now)
                                remove_address(&kernel.links[i], k);
}

usec_t kernel_deadline(void) {
        usec_t next = USEC_INFINITY;

        for (size_t i = 0; i < KERNEL_LINKS_MAX; i++)
                for (size_t k = 0; k < ELEMENTSOF(kernel.links[i].addresses); k++)
                        if (kernel.links[i].ifindex != 0 &&
                                kernel.links[i].addresses[k].prefix.length > 0)
                                next = MIN(next, kernel.links[i].until[k]);
        return next;
}

/* ---- links ------------------------------------------------------------------------------------
 */

void kernel_add_link(int ifindex) {
        for (size_t i = 0; i < KERNEL_LINKS_MAX; i++)
                if (kernel.links[i].ifindex == 0) {
                        kernel.links[i] = (KernelLink){.ifindex = ifindex};
                        return;
                }
        ck_abort_msg("too many links");
}

static void remove_routes_of(int ifindex) {
        for (size_t i = 0; i < KERNEL_ROUTES_MAX; i++)
                if (kernel.routes[i].ifindex == ifindex)
                        remove_route(&kernel.routes[i], false);
}

void kernel_remove_link(int ifindex) {
        remove_routes_of(ifindex);
        *find_link(ifindex) = (KernelLink){0};
}

void kernel_set_up(int ifindex, bool up) {
        KernelLink *link = find_link(ifindex);

        link->up = up;
        if (!up)
                remove_routes_of(ifindex);
        for (size_t i = 0; up && i < ELEMENTSOF(link->addresses); i++)
                if (link->addresses[i].prefix.length > 0)
                        add_network(link, &link->addresses[i]);
}

int netlink_read_link(int ifindex, NetlinkLink *ret) {
        const KernelLink *link = find_link(ifindex);

        if (!link)
                return -ENODEV;
        *ret = (NetlinkLink){.up = link->up, .mtu = 1500};
        for (size_t i = 0; i < ELEMENTSOF(link->addresses); i++)
                if (link->addresses[i].prefix.length > 0)
                        ret->addresses[ret->n_addresses++] = link->addresses[i];
        return 0;
}

int netlink_set_up(int ifindex) {
        if (!find_link(ifindex))
                return -ENODEV;
        if (!find_link(ifindex)->up)
                kernel_set_up(ifindex, true);
        return 0;
}

int netlink_set_mtu(int ifindex, uint32_t mtu) {
        (void) mtu;
        return find_link(ifindex) ? 0 : -ENODEV;
}

int netlink_promote_secondaries(int ifindex) {
        return find_link(ifindex) ? 0 : -ENODEV;
}
