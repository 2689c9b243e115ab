/* SPDX-License-Identifier: MIT */
#pragma once

/* hooks.conf: what there is to be set, all of it with a default. */

#include <stdbool.h>
#include <stddef.h>

#include "basic/problem.h"
#include "basic/time.h"

typedef struct HookConfig {
        bool old_at_start; /* OldAtStart= */
        usec_t timeout;    /* TimeoutSec=, of a script; USEC_INFINITY: none */
} HookConfig;

/**
 * hook_config_init() - what holds without a file.
 */
void hook_config_init(HookConfig *config);

/**
 * hook_config_parse() - reads a text of @size bytes.
 *
 * @name: of its file, for problems
 * @ret: untouched when something is wrong
 * Return: 0, -EINVAL when something is wrong, -ENOMEM.
 */
int hook_config_parse(
        const char *name, const char *text, size_t size, HookConfig *ret, Problems *problems);

/**
 * hook_config_load() - reads a file.
 *
 * @required: whether it is a mistake that there is none
 * Return: as hook_config_parse(), or the negative errno of a file that cannot be read, which is
 * among the problems.
 */
int hook_config_load(const char *path, bool required, HookConfig *ret, Problems *problems);
