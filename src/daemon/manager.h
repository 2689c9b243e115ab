/* SPDX-License-Identifier: MIT */
#pragma once

/* The daemon as a whole: owns every part, connects them to the event loop, starts, reloads, stops.
 * What the parts do is theirs to know. */

#include "basic/macro.h"
#include "daemon/journal.h"
#include "daemon/options.h"

typedef struct Manager Manager;

/**
 * manager_new() - opens sockets, reads configuration and leases. Signals must be blocked already.
 *
 * A wrong configuration or a failing disk is no error: the manager then serves nothing, says so,
 * and waits for it to be mended.
 * @options, @journal: borrowed for the manager's life
 * Return: 0, or negative errno after having logged why.
 */
int manager_new(Manager **ret, const Options *options, Journal *journal);

/**
 * manager_free() - stops whatever still runs and frees everything. Return: NULL.
 */
Manager *manager_free(Manager *manager);

/**
 * manager_run() - serves until a signal ends it.
 * Return: 0, negative errno.
 */
int manager_run(Manager *manager);

DEFINE_POINTER_CLEANUP(Manager, manager_free);
