/* SPDX-License-Identifier: MIT */
#pragma once

/* The object /org/minidhcp1. */

#include <systemd/sd-bus.h>

#include "bus/bus.h"

extern const sd_bus_vtable manager_vtable[];

/**
 * manager_bus_export() - puts the manager on a connection.
 * Return: 0, negative errno.
 */
int manager_bus_export(Bus *bus, sd_bus *connection);

/**
 * manager_bus_append_statistics() - appends a{st} of all counters, the daemon's included.
 * Return: 0, negative errno of the message.
 */
int manager_bus_append_statistics(Bus *bus, sd_bus_message *message);
