/* SPDX-License-Identifier: MIT */
#pragma once

/* The verbs that show pools, and what a pool is, for status. */

#include "ctl/objects.h"

extern const ObjectKind pool_kind;

/**
 * verb_list_pools() - list-pools: a table, or an array of objects.
 */
ExitStatus verb_list_pools(Context *context, char *const *arguments, size_t n_arguments);

/**
 * verb_show_pool() - show-pool [NAME…]: every property of each pool.
 */
ExitStatus verb_show_pool(Context *context, char *const *arguments, size_t n_arguments);
