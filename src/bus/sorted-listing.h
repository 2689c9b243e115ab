/* SPDX-License-Identifier: MIT */
#pragma once

/* Pages of leases in an order. For one page all leases are looked at, a few at a time between what
 * else there is to do, so that no DHCP client waits for it. */

#include <systemd/sd-bus.h>

#include "bus/bus.h"

enum {
        SORTED_LISTINGS_MAX = 8, /* under way at a time */
};

/**
 * sorted_listing_begin() - answers a call of ListLeases whose filter asks for an order, now or
 * later.
 *
 * Return: 1, negative errno with @error set or not.
 */
int sorted_listing_begin(Bus *bus, sd_bus_message *call, sd_bus_error *error);

/**
 * sorted_listings_drop() - forgets all that are under way.
 */
void sorted_listings_drop(Bus *bus);
