/* SPDX-License-Identifier: MIT */
#pragma once

/* The verb that watches. */

#include "ctl/context.h"

/**
 * verb_monitor() - monitor: a line for each signal of the server, until interrupted.
 */
ExitStatus verb_monitor(Context *context, char *const *arguments, size_t n_arguments);
