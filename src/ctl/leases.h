/* SPDX-License-Identifier: MIT */
#pragma once

/* The verbs about leases. */

#include "ctl/context.h"

/**
 * verb_list_leases() - list-leases [PATTERN…]: a table, or an array of objects.
 */
ExitStatus verb_list_leases(Context *context, char *const *arguments, size_t n_arguments);

/**
 * verb_show_lease() - show-lease WHAT…: everything about each lease.
 */
ExitStatus verb_show_lease(Context *context, char *const *arguments, size_t n_arguments);
