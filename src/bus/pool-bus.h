/* SPDX-License-Identifier: MIT */
#pragma once

/* The objects /org/minidhcp1/pool/NAME. */

#include <systemd/sd-bus.h>

#include "bus/bus.h"

/**
 * pool_vtable_new() - the table of the interface; for free() when no connection has it any more.
 * Return: 0, -ENOMEM.
 */
int pool_vtable_new(sd_bus_vtable **ret);

/**
 * pool_bus_export() - puts the pools on a connection, with an object manager.
 * Return: 0, negative errno.
 */
int pool_bus_export(Bus *bus, sd_bus *connection);

/**
 * pool_bus_show() - fills bus->pool, which the properties are read from.
 */
void pool_bus_show(Bus *bus, const Pool *pool);

/**
 * pool_bus_enumerate() - the object paths of all pools; enumerator of sd-bus.
 */
int pool_bus_enumerate(sd_bus *connection, const char *prefix, void *userdata, char ***ret_paths,
        sd_bus_error *error);
