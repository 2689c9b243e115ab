/* SPDX-License-Identifier: MIT */
#pragma once

/* Who may change things: root and our own user. Finding out who calls takes a question to the bus,
 * which is asked without waiting; the call goes on when the answer is there.
 *
 * A method that changes something goes: read the arguments; bus_authorize(); then, perhaps much
 * later, its function reads them again, since the world has moved on, calls the model, replies. */

#include <systemd/sd-bus.h>

#include "bus/bus.h"

/**
 * typedef AuthorizedFunction - carries out a call whose caller may.
 *
 * @message: rewound to its start
 * Return: >= 0 after replying, negative errno to reply with @error or with the errno.
 */
typedef int (*AuthorizedFunction)(Bus *bus, sd_bus_message *message, sd_bus_error *error);

/**
 * bus_authorize() - has @function called when the sender of a method call may change things; else
 * replies AccessDenied.
 *
 * @purpose: borrowed for good: "reset the statistics", for the refusal
 * Return: 1 when an answer is under way, negative errno with @error set: LimitsExceeded when too
 * many calls wait, AccessDenied when there is no sender.
 */
int bus_authorize(Bus *bus, sd_bus_message *message, const char *purpose,
        AuthorizedFunction function, sd_bus_error *error);

/**
 * bus_authorize_cancel_all() - forgets all calls that wait.
 */
void bus_authorize_cancel_all(Bus *bus);
