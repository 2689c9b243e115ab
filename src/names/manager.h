/* SPDX-License-Identifier: MIT */
#pragma once

/* What follows the server, names its leases and publishes the names. */

#include "basic/macro.h"
#include "follow/options.h"
#include "names/config.h"

typedef struct NamesManager NamesManager;

/**
 * names_manager_new() - takes what the last run left. Has said what went wrong when it fails.
 *
 * @options: borrowed
 * @config: emptied; it is the manager's
 * @runtime_directory: where names are published; borrowed
 * Return: 0, negative errno.
 */
int names_manager_new(NamesManager **ret, const FollowOptions *options, NamesConfig *config,
        const char *runtime_directory);

/**
 * names_manager_free() - the files stay as they are. Return: NULL.
 */
NamesManager *names_manager_free(NamesManager *manager);

/**
 * names_manager_run() - runs until it is stopped. Return: 0, negative errno of the loop.
 */
int names_manager_run(NamesManager *manager);

/**
 * names_manager_load_config() - reads the configuration and says what is wrong with it: on standard
 * error where it is to be checked, else where entries go.
 *
 * @ret: for names_config_done() on success
 * Return: 0, negative errno.
 */
int names_manager_load_config(const FollowOptions *options, NamesConfig *ret);

DEFINE_POINTER_CLEANUP(NamesManager, names_manager_free);
