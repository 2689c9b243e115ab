/* SPDX-License-Identifier: MIT */
#pragma once

/* The objects /org/minidhcp1/host/NAME. */

#include <systemd/sd-bus.h>

#include "bus/bus.h"

/**
 * host_vtable_new() - the table of the interface; for free() when no connection has it any more.
 * Return: 0, -ENOMEM.
 */
int host_vtable_new(sd_bus_vtable **ret);

/**
 * host_bus_export() - puts the hosts on a connection, with an object manager that refuses to list
 * more than BUS_OBJECTS_MAX.
 * Return: 0, negative errno.
 */
int host_bus_export(Bus *bus, sd_bus *connection);

/**
 * host_bus_show() - fills bus->host, which the properties are read from.
 */
void host_bus_show(Bus *bus, const HostSettings *host);

/**
 * host_bus_generation() - another number after each change of the settings in force, and after each
 * start.
 */
uint64_t host_bus_generation(const Bus *bus);

/**
 * method_list_host_settings() - ListHostSettings of the manager, a page of hosts with what they
 * are.
 */
int method_list_host_settings(sd_bus_message *message, void *userdata, sd_bus_error *error);

/**
 * host_bus_enumerate() - the object paths of all hosts; enumerator of sd-bus.
 */
int host_bus_enumerate(sd_bus *connection, const char *prefix, void *userdata, char ***ret_paths,
        sd_bus_error *error);
