/* SPDX-License-Identifier: MIT */
#pragma once

/* The manager's Explain. */

#include <systemd/sd-bus.h>

int method_explain(sd_bus_message *message, void *userdata, sd_bus_error *error);
