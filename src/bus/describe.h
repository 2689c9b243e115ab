/* SPDX-License-Identifier: MIT */
#pragma once

/* Everything that the bus shows, as one JSON text. */

#include <systemd/sd-bus.h>

#include <json-c/json.h>

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

/**
 * json_from_message() - reads one complete value from a message: numbers and strings as they are,
 * bytes (ay) as colon-separated hexadecimal, dictionaries as objects, structs as arrays, variants
 * as what they hold.
 *
 * @ret: receives a reference
 * Return: 0, -ENODATA at the end of the message or container, -ENOMEM, -EBADMSG.
 */
int json_from_message(sd_bus_message *message, json_object **ret);
