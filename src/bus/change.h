/* SPDX-License-Identifier: MIT */
#pragma once

/* Settings as they come over the bus, values of natural D-Bus types under the names of properties
 * or of keys of the configuration, turned into the texts that the configuration has for them. What
 * is a legal value is not judged here. */

#include <stdbool.h>

#include <systemd/sd-bus.h>

#include "bus/bus.h"

/* The flags of all methods that have some. */
#define BUS_FLAG_RUNTIME UINT64_C(1)

/**
 * bus_change_new() - a change without settings.
 * Return: 0, -ENOMEM.
 */
int bus_change_new(BusChange **ret, BusChangeType type, bool is_host, const char *name);

/**
 * bus_change_add() - appends a setting with one value.
 * Return: 0, -ENOMEM.
 */
int bus_change_add(BusChange *change, const char *key, const char *value);

/**
 * bus_change_read_settings() - appends settings from a{sv} in a message.
 *
 * Return: 0, negative errno with @error set: InvalidSetting names the key whose value has a type
 * that no setting has.
 */
int bus_change_read_settings(BusChange *change, sd_bus_message *message, sd_bus_error *error);

/**
 * bus_change_read_flags() - reads the t of a message.
 *
 * Return: 0, negative errno with @error set: InvalidArgs when there are unknown bits.
 */
int bus_change_read_flags(BusChange *change, sd_bus_message *message, sd_bus_error *error);
