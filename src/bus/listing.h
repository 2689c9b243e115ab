/* SPDX-License-Identifier: MIT */
#pragma once

/* The methods of the manager that list things. */

#include <stddef.h>
#include <stdint.h>

#include <systemd/sd-bus.h>

#include "basic/ipv4.h"
#include "bus/bus.h"

/**
 * listing_reply_leases() - answers a call of ListLeases.
 *
 * @addresses: of @n leases; those that have gone meanwhile are left out
 * @next: cursor
 * Return: as sd_bus_message_send(); negative errno.
 */
int listing_reply_leases(
        const Bus *bus, sd_bus_message *message, const ipv4_t *addresses, size_t n, uint64_t next);

int method_list_pools(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_list_hosts(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_find_hosts(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_list_interfaces(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_list_leases(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_get_lease(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_find_leases(sd_bus_message *message, void *userdata, sd_bus_error *error);
