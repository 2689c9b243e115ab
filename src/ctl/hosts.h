/* SPDX-License-Identifier: MIT */
#pragma once

/* The verbs that show configured hosts. */

#include "ctl/objects.h"

extern const ObjectKind host_kind;

/**
 * verb_list_hosts() - list-hosts: a table, or an array of objects.
 */
ExitStatus verb_list_hosts(Context *context, char *const *arguments, size_t n_arguments);

/**
 * verb_show_host() - show-host [NAME…]: every property of each host.
 */
ExitStatus verb_show_host(Context *context, char *const *arguments, size_t n_arguments);
