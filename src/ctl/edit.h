/* SPDX-License-Identifier: MIT */
#pragma once

/* The lease file in the user's editor. */

#include "ctl/context.h"

/**
 * verb_edit_leases() - edit-leases: a copy of the lease file, edited, checked and merged.
 */
ExitStatus verb_edit_leases(Context *context, char *const *arguments, size_t n_arguments);
