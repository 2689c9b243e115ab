/* SPDX-License-Identifier: MIT */
#pragma once

/* What is asked of the kernel about one interface, by rtnetlink: one request at a time, each
 * acknowledged. Knows no lease. */

#include <stdbool.h>
#include <stdint.h>

#include "basic/ipv4.h"
#include "client-cli/routes.h"

enum {
        NETLINK_ADDRESSES_MAX = 128,
};

typedef struct NetlinkAddress {
        Ipv4Prefix prefix; /* the address, with its host bits */
        ipv4_t broadcast;  /* 0 = none */
        uint32_t seconds;  /* that it lasts; UINT32_MAX: for ever */
        uint32_t metric;   /* of the route to its network */
} NetlinkAddress;

typedef struct NetlinkLink {
        bool up;
        bool has_ipv6; /* an MTU below 1280 would take it away */
        uint32_t mtu;
        NetlinkAddress addresses[NETLINK_ADDRESSES_MAX]; /* IPv4; more are left out */
        size_t n_addresses;
} NetlinkLink;

/* What a route is besides where it leads. */
typedef struct NetlinkPlace {
        int ifindex;
        uint32_t metric;
        uint32_t table;
        ipv4_t source;  /* the address that packets get; the route ends with it */
        bool as_kernel; /* it belongs to the address, and is of protocol "kernel" */
} NetlinkPlace;

/**
 * netlink_read_link() - what there is.
 * Return: 0, -ENODEV, other negative errno.
 */
int netlink_read_link(int ifindex, NetlinkLink *ret);

/**
 * netlink_set_up() - sets it up. Needs CAP_NET_ADMIN, as all below.
 * Return: 0, negative errno.
 */
int netlink_set_up(int ifindex);

/**
 * netlink_set_mtu() - changes the MTU.
 * Return: 0, -EINVAL when the device cannot have it, other negative errno.
 */
int netlink_set_mtu(int ifindex, uint32_t mtu);

/**
 * netlink_promote_secondaries() - from now on the kernel keeps an interface's other addresses when
 * the first of their network goes; by itself it takes them along.
 * Return: 0, negative errno.
 */
int netlink_promote_secondaries(int ifindex);

/**
 * netlink_put_address() - adds an address, or changes how long it lasts.
 * Return: 0, negative errno.
 */
int netlink_put_address(int ifindex, const NetlinkAddress *address);

/**
 * netlink_remove_address() - removes it; the kernel takes routes with it as source along.
 * Return: 0, negative errno; what is gone already is no error.
 */
int netlink_remove_address(int ifindex, Ipv4Prefix prefix);

/**
 * netlink_add_route() - adds a route of protocol "dhcp" beside whatever others there are to the
 * same destination.
 * Return: 1, 0 when this very route is there already, negative errno.
 */
int netlink_add_route(const NetlinkPlace *place, const Route *route);

/**
 * netlink_remove_route() - removes this very route.
 * Return: 0, negative errno; what is gone already is no error.
 */
int netlink_remove_route(const NetlinkPlace *place, const Route *route);
