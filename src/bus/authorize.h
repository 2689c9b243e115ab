/* SPDX-License-Identifier: MIT */
#pragma once

/* Who may change things: root, our own user, and whom polkit allows it. Finding that out takes
 * questions to the bus and to polkit, which are asked without waiting; the call goes on when the
 * answer is there, and not at all when its caller has left the bus meanwhile. */

#include <stdbool.h>

#include <systemd/sd-bus.h>

#include "bus/bus.h"

/* polkit's actions, described in dbus/org.minidhcp1.policy. */
#define BUS_ACTION_MANAGE_LEASES BUS_NAME ".manage-leases"
#define BUS_ACTION_MANAGE_HOSTS BUS_NAME ".manage-hosts"
#define BUS_ACTION_MANAGE_POOLS BUS_NAME ".manage-pools"
#define BUS_ACTION_RELOAD BUS_NAME ".reload"

/**
 * typedef AuthorizedFunction - a method that changes something, called twice: first to look at the
 * arguments alone, then, perhaps much later, to look at them again and to carry the call out, for
 * the world has moved on.
 *
 * @message: at its start
 * @authorized: false the first time: nothing may change, nothing is replied
 * Return: >= 0, after replying or arranging for a reply if @authorized; negative errno to reply
 * with @error or with the errno.
 */
typedef int (*AuthorizedFunction)(
        Bus *bus, sd_bus_message *message, bool authorized, sd_bus_error *error);

/**
 * bus_authorize() - has @function check a call, and carry it out when its sender may; else replies
 * AccessDenied.
 *
 * @action: polkit's, borrowed for good
 * @purpose: borrowed for good: "reset the statistics", for the refusal
 * @error: scratch
 * Return: 1: an answer is under way, or was given: what @function said, LimitsExceeded when too
 * many calls wait, AccessDenied when there is no sender.
 */
int bus_authorize(Bus *bus, sd_bus_message *message, const char *action, const char *purpose,
        AuthorizedFunction function, sd_bus_error *error);

/**
 * bus_authorize_cancel_all() - forgets all calls that wait.
 */
void bus_authorize_cancel_all(Bus *bus);
