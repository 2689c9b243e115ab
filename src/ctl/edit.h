/* SPDX-License-Identifier: MIT */
#pragma once

/* The lease file in the user's editor. */

#include "ctl/context.h"

/**
 * verb_edit_leases() - edit-leases: a copy of the lease file is edited and checked, and merged into
 * what the server holds by then.
 */
ExitStatus verb_edit_leases(Context *context, char *const *arguments, size_t n_arguments);
