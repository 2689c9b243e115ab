/* SPDX-License-Identifier: MIT */
#pragma once

/* The verb that tells who had an address when. */

#include "ctl/context.h"

/**
 * verb_history() - history [WHO]: from the journal, with the live lease at its end.
 */
ExitStatus verb_history(Context *context, char *const *arguments, size_t n_arguments);
