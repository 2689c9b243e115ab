/* SPDX-License-Identifier: MIT */
#pragma once

/* The verb about network interfaces. */

#include "ctl/context.h"

/**
 * verb_list_interfaces() - list-interfaces: a table, or an array of objects.
 */
ExitStatus verb_list_interfaces(Context *context, char *const *arguments, size_t n_arguments);
