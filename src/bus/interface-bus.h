/* SPDX-License-Identifier: MIT */
#pragma once

/* The objects /org/minidhcp1/interface/NAME. */

#include <systemd/sd-bus.h>

#include "bus/bus.h"

extern const sd_bus_vtable interface_vtable[];

/**
 * interface_bus_export() - puts the network interfaces on a connection, with an object manager.
 * Return: 0, negative errno.
 */
int interface_bus_export(Bus *bus, sd_bus *connection);

/**
 * interface_bus_show() - fills bus->interface, which the vtable's properties are read from.
 */
void interface_bus_show(Bus *bus, const Link *link);

/**
 * interface_bus_append_name() - appends the name of an interface as a string, empty when it is
 * gone. Return: 0, negative errno of the message.
 */
int interface_bus_append_name(const Bus *bus, sd_bus_message *message, uint32_t ifindex);

/**
 * interface_bus_enumerate() - the object paths of all interfaces; enumerator of sd-bus.
 */
int interface_bus_enumerate(sd_bus *connection, const char *prefix, void *userdata,
        char ***ret_paths, sd_bus_error *error);
