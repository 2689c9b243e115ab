/* SPDX-License-Identifier: MIT */
#pragma once

/* The methods of the manager that list things. */

#include <systemd/sd-bus.h>

int method_list_pools(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_list_hosts(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_find_hosts(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_list_interfaces(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_list_leases(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_get_lease(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_find_leases(sd_bus_message *message, void *userdata, sd_bus_error *error);
