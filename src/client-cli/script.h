/* SPDX-License-Identifier: MIT */
#pragma once

/* --script: a program of the administrator's that is told what has happened, one event after the
 * other. It finds MINIDHCP_* in its environment, and the lease as JSON on its standard input. */

#include "basic/child.h"
#include "basic/time.h"
#include "client/minidhcp-client.h"

/* "acquired", "renewed", "refused", "conflict", "expired", "released", "informed", "gone" or
 * "stopped": a literal. */
typedef const char *ScriptEvent;

typedef struct ScriptSettings {
        const char *path;
        const char *interface;
        usec_t limit; /* how long one may take; USEC_INFINITY: for ever */
} ScriptSettings;

/**
 * script_run() - runs the script and waits for it. What goes wrong is said.
 *
 * @lease: may be NULL: then no variables about it, and an empty object
 * Return: 0 when it has succeeded, -EIO when it has failed, -ETIMEDOUT after it was killed, other
 * negative errno when it could not be run.
 */
int script_run(const ScriptSettings *settings, ScriptEvent event, const mdc_lease *lease);

/**
 * script_start() - starts the script, without waiting for it.
 *
 * @ret: receives what child_end() ends
 * Return: 0, negative errno, which is for script_judge().
 */
int script_start(
        const ScriptSettings *settings, ScriptEvent event, const mdc_lease *lease, Child *ret);

/**
 * script_judge() - says what went wrong.
 *
 * @status: as child_run() returns it
 * Return: as script_run().
 */
int script_judge(const ScriptSettings *settings, ScriptEvent event, int status);
