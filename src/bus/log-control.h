/* SPDX-License-Identifier: MIT */
#pragma once

/* The object /org/freedesktop/LogControl1 of systemd's common interface, for `systemctl
 * service-log-level`. */

#include <systemd/sd-bus.h>

#include "bus/bus.h"

/**
 * log_control_export() - puts the object on a connection.
 * Return: 0, negative errno.
 */
int log_control_export(Bus *bus, sd_bus *connection);
