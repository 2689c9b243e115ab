/* SPDX-License-Identifier: MIT */
#pragma once

/* What the service manager says about a unit. */

#include "basic/time.h"
#include "ctl/connection.h"

typedef struct UnitState {
        char *active;      /* "active", "failed" … */
        char *sub;         /* "running", "listening" … */
        usec_t since;      /* microseconds since the epoch, 0 = unknown */
        char *result;      /* of a service or socket: "success", "exit-code" … */
        char *status_text; /* what a service says of itself; "" when it does not */
} UnitState;

/**
 * unit_state_get() - asks systemd.
 *
 * @name: "mini-dhcp.service"
 * Return: 1, 0 when nobody answers for systemd or the unit does not exist, -ENOMEM.
 */
int unit_state_get(Connection *connection, const char *name, UnitState *ret);

/**
 * unit_state_done() - frees the strings.
 */
void unit_state_done(UnitState *state);
