/* SPDX-License-Identifier: MIT */
#pragma once

/* The objects /org/minidhcp1/lease/ADDRESS. */

#include <systemd/sd-bus.h>

#include "bus/bus.h"

extern const sd_bus_vtable lease_vtable[];

/**
 * lease_bus_export() - puts the leases on a connection, with an object manager that refuses to list
 * more than BUS_OBJECTS_MAX.
 * Return: 0, negative errno.
 */
int lease_bus_export(Bus *bus, sd_bus *connection);

/**
 * lease_bus_show() - fills bus->lease, which the vtable's properties are read from, with the lease
 * of an address as it is on disk.
 *
 * Return: whether there is one.
 */
bool lease_bus_show(Bus *bus, ipv4_t address);

/**
 * lease_bus_is_listable() - whether there are so few leases that the object manager lists them.
 */
bool lease_bus_is_listable(const Bus *bus);

/**
 * lease_bus_list() - the leases that the object manager lists: those of a listing without a filter.
 *
 * @ret: receives up to BUS_OBJECTS_MAX addresses
 * Return: how many; none when there are too many.
 */
size_t lease_bus_list(const Bus *bus, ipv4_t *ret);
