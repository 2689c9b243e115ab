/* SPDX-License-Identifier: MIT */
#pragma once

/* The settings of pools and hosts as properties of their objects: one for each row of
 * setting/rows.c that has a type on the bus. */

#include <systemd/sd-bus.h>

#include "setting/key.h"

/**
 * setting_vtable_new() - the table of an interface that shows settings, made once for all objects.
 *
 * @scope: SETTING_POOL or SETTING_HOST
 * @offset: in what the interface's find function gives, of a pointer to the settings
 * @own: what else the interface has, to SD_BUS_VTABLE_END, with sd-bus' own limits of life. A
 *       property that is called as a setting's replaces that.
 * @n_before: how many of @own come before the settings, the start included
 * @ret: receives a table for free(), which must outlive the connection
 * Return: 0, -ENOMEM.
 */
int setting_vtable_new(sd_bus_vtable **ret, SettingScope scope, size_t offset,
        const sd_bus_vtable *own, size_t n_before);

/**
 * setting_property_is_set() - whether a property shows a setting of replies that has a value here;
 * true for every property that shows something else. Without memory it is true, too.
 *
 * @settings: PoolSettings or HostSettings, as @scope says
 */
bool setting_property_is_set(SettingScope scope, const void *settings, const char *property);
