/* SPDX-License-Identifier: MIT */
#pragma once

/* The verb that takes over the leases of another server. */

#include "ctl/context.h"

/**
 * verb_import() - import FORMAT FILE.
 */
ExitStatus verb_import(Context *context, char *const *arguments, size_t n_arguments);
