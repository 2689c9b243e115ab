/* SPDX-License-Identifier: MIT */
#pragma once

/* The verb that reads configuration, in this very process: it needs neither server nor bus. */

#include "ctl/context.h"

/**
 * verb_check_config() - check-config [FILE]: everything that is wrong, or that nothing is.
 */
ExitStatus verb_check_config(Context *context, char *const *arguments, size_t n_arguments);
