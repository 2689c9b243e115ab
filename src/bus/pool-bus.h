/* SPDX-License-Identifier: MIT */
#pragma once

/* The objects /org/minidhcp1/pool/NAME. */

#include <systemd/sd-bus.h>

#include "bus/bus.h"

extern const sd_bus_vtable pool_vtable[];

/**
 * pool_bus_export() - puts the pools on a connection, with an object manager.
 * Return: 0, negative errno.
 */
int pool_bus_export(Bus *bus, sd_bus *connection);

/**
 * pool_bus_show() - fills bus->pool, which the vtable's properties are read from.
 */
void pool_bus_show(Bus *bus, const Pool *pool);

/**
 * pool_bus_enumerate() - the object paths of all pools; enumerator of sd-bus.
 */
int pool_bus_enumerate(sd_bus *connection, const char *prefix, void *userdata, char ***ret_paths,
        sd_bus_error *error);
