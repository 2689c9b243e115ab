/* SPDX-License-Identifier: MIT */
#pragma once

/* How much a call holds that is kept until it can be answered. */

#include <stdbool.h>
#include <stddef.h>

#include <systemd/sd-bus.h>

/**
 * call_exceeds() - whether the arguments of a call take more than @size bytes, as far as they have
 * to be read to find out. The message is at its start afterwards.
 *
 * Return: 1, 0, negative errno of the message.
 */
int call_exceeds(sd_bus_message *message, size_t size);
