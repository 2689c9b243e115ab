/* SPDX-License-Identifier: MIT */
#pragma once

/* The methods that change leases. */

#include <systemd/sd-bus.h>

/* of the manager */
int method_add_lease(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_release_lease(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_delete_lease(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_reserve_lease(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_clear_declined(sd_bus_message *message, void *userdata, sd_bus_error *error);

/* of a lease, whose vtable has a LeaseView for userdata */
int method_lease_release(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_lease_delete(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_lease_reserve(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_lease_extend(sd_bus_message *message, void *userdata, sd_bus_error *error);
