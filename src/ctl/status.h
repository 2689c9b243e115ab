/* SPDX-License-Identifier: MIT */
#pragma once

/* The verbs about the server as a whole. */

#include "ctl/context.h"

/**
 * verb_status() - status: what state the server is in, its pools, and its units.
 */
ExitStatus verb_status(Context *context, char *const *arguments, size_t n_arguments);

/**
 * verb_statistics() - statistics: all counters.
 */
ExitStatus verb_statistics(Context *context, char *const *arguments, size_t n_arguments);
