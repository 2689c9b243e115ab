/* SPDX-License-Identifier: MIT */
#pragma once

/* The verbs that change pools and hosts. */

#include "ctl/context.h"

/**
 * verb_add_pool() - add-pool NAME KEY=VALUE…
 */
ExitStatus verb_add_pool(Context *context, char *const *arguments, size_t n_arguments);

/**
 * verb_set_pool() - set-pool NAME KEY=VALUE…
 */
ExitStatus verb_set_pool(Context *context, char *const *arguments, size_t n_arguments);

/**
 * verb_remove_pool() - remove-pool NAME…
 */
ExitStatus verb_remove_pool(Context *context, char *const *arguments, size_t n_arguments);

/**
 * verb_revert_pool() - revert-pool NAME…
 */
ExitStatus verb_revert_pool(Context *context, char *const *arguments, size_t n_arguments);

/**
 * verb_enable_pool() - enable-pool NAME…
 */
ExitStatus verb_enable_pool(Context *context, char *const *arguments, size_t n_arguments);

/**
 * verb_disable_pool() - disable-pool NAME…
 */
ExitStatus verb_disable_pool(Context *context, char *const *arguments, size_t n_arguments);

/**
 * verb_add_host() - add-host NAME KEY=VALUE…
 */
ExitStatus verb_add_host(Context *context, char *const *arguments, size_t n_arguments);

/**
 * verb_set_host() - set-host NAME KEY=VALUE…
 */
ExitStatus verb_set_host(Context *context, char *const *arguments, size_t n_arguments);

/**
 * verb_remove_host() - remove-host NAME…
 */
ExitStatus verb_remove_host(Context *context, char *const *arguments, size_t n_arguments);

/**
 * verb_revert_host() - revert-host NAME…
 */
ExitStatus verb_revert_host(Context *context, char *const *arguments, size_t n_arguments);
