/* SPDX-License-Identifier: MIT */
#pragma once

/* Links, addresses and routes as Linux keeps them, in virtual time: what stands behind the
 * functions of client-cli/netlink.h in a test that links this. What the kernel does by itself it
 * does here: routes go with their link and with the address that is their source, an address brings
 * the route to its network and ends with its time. */

#include <stdbool.h>

#include "basic/time.h"
#include "client-cli/netlink.h"
#include "client-cli/route-watch.h"

enum {
        KERNEL_LINKS_MAX = 8,
        KERNEL_ROUTES_MAX = 128,
        KERNEL_NEWS_MAX = 256,
};

typedef enum RouteOwner {
        OWNER_KERNEL, /* protocol "kernel" */
        OWNER_DHCP,
        OWNER_STATIC,
} RouteOwner;

typedef struct KernelRoute {
        int ifindex; /* 0: an empty place */
        RouteOwner owner;
        Route route;
        uint32_t metric;
        ipv4_t source;
} KernelRoute;

typedef struct KernelLink {
        int ifindex; /* 0: an empty place */
        bool up;
        NetlinkAddress addresses[4]; /* .prefix.length 0: an empty place */
        usec_t until[4];
} KernelLink;

/* What a monitor would hear. */
typedef struct KernelNews {
        int ifindex;
        ipv4_t address; /* that was removed, or 0 */
        RouteLoss loss; /* of an interface, where address is 0 */
} KernelNews;

typedef struct Kernel {
        usec_t now;
        KernelLink links[KERNEL_LINKS_MAX];
        KernelRoute routes[KERNEL_ROUTES_MAX];
        KernelNews news[KERNEL_NEWS_MAX];
        size_t n_news;
        size_t n_added; /* routes so far */
} Kernel;

extern Kernel kernel;

/* Makes an interface that is down. */
void kernel_add_link(int ifindex);

/* All that is on it goes along. */
void kernel_remove_link(int ifindex);

void kernel_set_up(int ifindex, bool up);

/* Lets time pass: addresses end. */
void kernel_pass(usec_t now);

/* When the next address ends. */
usec_t kernel_deadline(void);

/* "ip route add" of an administrator, without metric where it is 0. */
void kernel_add_static(int ifindex, Route route, uint32_t metric);

/* "ip route del". */
void kernel_remove_static(int ifindex, Route route, uint32_t metric);

/* "ip route flush dev", of one protocol or of all. */
void kernel_flush_routes(int ifindex, bool dhcp_alone);

/* "ip address flush dev". */
void kernel_flush_addresses(int ifindex);

/* "ip route replace" by an administrator: takes the place of the first to the same destination with
 * the same metric. Return: whether its gateway is a neighbour. */
bool kernel_replace(int ifindex, Route route, uint32_t metric);
