/* SPDX-License-Identifier: MIT */
#pragma once

/* The whole configuration: the files, and over them what was said over the bus and kept in the
 * state directory, and what was said until we end. */

#include "config/config.h"
#include "config/override.h"
#include "core/settings.h"

typedef struct Configuration {
        ConfigTexts files;
        Overrides overrides;
} Configuration;

/**
 * configuration_done() - frees the texts.
 */
void configuration_done(Configuration *configuration);

/**
 * configuration_read() - reads files and state directory, and makes settings of them.
 *
 * @file: as for config_load()
 * @runtime: of these, what is not kept is taken over; may be NULL
 * @lenient: see configuration_make()
 * @ret: receives what has been read, with an error, too
 * Return: as config_load().
 */
int configuration_read(const char *file, const char *state_directory, const Overrides *runtime,
        bool lenient, Configuration *ret, Settings **ret_settings, Problems *problems);

/**
 * configuration_make() - settings from files that were read before, and from overrides.
 *
 * @overrides: those that have a mistake, since the files are others now, say, are marked
 * @lenient: such an override is left out with a warning and the rest is in force, else there are
 *           no settings
 * Return: as config_make().
 */
int configuration_make(const ConfigTexts *files, Overrides *overrides, int failure, bool lenient,
        Settings **ret, Problems *problems);

/**
 * configuration_path() - where what is said of a pool or host is kept.
 *
 * @ret: receives a string for free()
 * Return: 0, -ENOMEM.
 */
int configuration_path(
        const char *state_directory, SettingScope scope, const char *name, char **ret);
