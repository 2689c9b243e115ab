/* SPDX-License-Identifier: MIT */
#pragma once

/* The verb that lists keys. */

#include "ctl/context.h"

/**
 * verb_list_keys() - list-keys server|pool|host
 */
ExitStatus verb_list_keys(Context *context, char *const *arguments, size_t n_arguments);
