/* SPDX-License-Identifier: MIT */
#pragma once

/* Everything that the bus shows, as one JSON text. */

#include <systemd/sd-bus.h>

#include "bus/bus.h"

/**
 * describe_all() - manager, counters, pools, hosts, interfaces, and the leases while they are so
 * few that they are listed as objects, too. Keys are the names of the properties.
 *
 * @connection: for scratch messages; nothing is sent
 * @ret: receives a string for free()
 * Return: 0, -ENOMEM, negative errno of a message.
 */
int describe_all(Bus *bus, sd_bus *connection, char **ret);
