/* SPDX-License-Identifier: MIT */
#pragma once

/* A lease on an interface, through rtnetlink (libmnl): address with lifetimes, routes, MTU. Name
 * servers are left to --script. */

#include "client/minidhcp-client.h"

/**
 * apply_link_up() - sets an interface up. Needs CAP_NET_ADMIN, as all of these.
 * Return: 0, negative errno.
 */
int apply_link_up(int ifindex);

/**
 * apply_lease() - configures what a lease says. The kernel takes address and routes away by itself
 * when the lease ends.
 *
 * @previous: what was configured before and is to go where it differs; may be NULL
 * Return: 0, the first negative errno; the rest is configured all the same.
 */
int apply_lease(int ifindex, const mdc_lease *lease, const mdc_lease *previous);

/**
 * apply_remove() - takes the address away, and with it the routes.
 * Return: 0, negative errno; what is gone already is no error.
 */
int apply_remove(int ifindex, const mdc_lease *lease);
