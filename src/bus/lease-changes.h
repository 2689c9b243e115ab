/* SPDX-License-Identifier: MIT */
#pragma once

/* The method of the manager by which leases are followed. */

#include <systemd/sd-bus.h>

int method_list_changes(sd_bus_message *message, void *userdata, sd_bus_error *error);
