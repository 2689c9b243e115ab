/* SPDX-License-Identifier: MIT */
#pragma once

/* The methods that change pools, hosts and the configuration as a whole. */

#include <systemd/sd-bus.h>

/* of the manager */
int method_add_pool(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_remove_pool(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_add_host(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_remove_host(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_reload(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_flush(sd_bus_message *message, void *userdata, sd_bus_error *error);

/* of a pool, whose vtable has a PoolView for userdata */
int method_pool_configure(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_pool_revert(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_pool_set_enabled(sd_bus_message *message, void *userdata, sd_bus_error *error);

/* of a host, whose vtable has a HostView */
int method_host_configure(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_host_revert(sd_bus_message *message, void *userdata, sd_bus_error *error);
