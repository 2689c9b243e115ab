/* SPDX-License-Identifier: MIT */
#pragma once

/* minidhcp-hooks as a whole: follows the server, and has scripts called. */

#include "basic/macro.h"
#include "follow/options.h"
#include "hooks/config.h"

#define HOOK_DIRECTORY "/etc/mini-dhcp/hooks.d"

typedef struct HookManager HookManager;

/**
 * hook_manager_new() - reads what scripts were told before; runs nothing yet.
 *
 * @options: borrowed
 * Return: 0, a negative errno that has been reported.
 */
int hook_manager_new(HookManager **ret, const FollowOptions *options, const HookConfig *config);

/**
 * hook_manager_free() - Return: NULL.
 */
HookManager *hook_manager_free(HookManager *manager);

/**
 * hook_manager_run() - until the service is stopped.
 * Return: 0, a negative errno that has been reported.
 */
int hook_manager_run(HookManager *manager);

DEFINE_POINTER_CLEANUP(HookManager, hook_manager_free);
