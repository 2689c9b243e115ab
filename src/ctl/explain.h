/* SPDX-License-Identifier: MIT */
#pragma once

/* The verb that tells what would happen to a client, and why. */

#include "ctl/context.h"

/**
 * verb_explain() - explain CLIENT [KEY=VALUE…]: a dry run in the server.
 */
ExitStatus verb_explain(Context *context, char *const *arguments, size_t n_arguments);
