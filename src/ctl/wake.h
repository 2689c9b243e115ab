/* SPDX-License-Identifier: MIT */
#pragma once

/* Finding the server on the bus, and starting it by a connection to the wake socket. */

#include <systemd/sd-bus.h>

#include "basic/time.h"
#include "ctl/report.h"

/**
 * server_is_present() - asks whether somebody owns the server's name.
 * Return: 1, 0, negative errno of the call (-ETIMEDOUT, -ECONNRESET …).
 */
int server_is_present(sd_bus *bus);

/**
 * server_wake_quietly() - starts the server of this machine, waits until it is on the bus, and says
 * nothing.
 *
 * @timeout: at most this long, and at most five seconds; 0 = not limited by the user
 * Return: 0; -ENOENT when there is no socket to wake it by, -ETIMEDOUT when it does not come,
 * negative errno of bus and socket.
 */
int server_wake_quietly(sd_bus *bus, usec_t timeout);

/**
 * server_wake() - starts the server of this machine and waits until it is on the bus.
 *
 * @timeout: at most this long, and at most five seconds; 0 = not limited by the user
 * Return: STATUS_OK; having reported: STATUS_NO_SERVER, STATUS_DENIED, STATUS_FAILURE.
 */
ExitStatus server_wake(sd_bus *bus, usec_t timeout);
