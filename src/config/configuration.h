/* SPDX-License-Identifier: MIT */
#pragma once

/* The whole configuration: the files, and over them what was said over the bus and kept in the
 * state directory, and what was said until we end. */

#include "config/load.h"
#include "config/override.h"
#include "core/settings.h"

/* The server's, where neither unit nor command line says otherwise. */
#define STATE_DIRECTORY_DEFAULT "/var/lib/mini-dhcp"

/* What becomes of something that is kept and does not go with the files, or cannot be read. */
typedef enum KeptPolicy {
        KEPT_REFUSE, /* an error, and there are no settings: for a reload, and who checks for it */
        KEPT_LEAVE_OUT, /* it is left out with a warning, and the rest is in force: for a start */
        KEPT_LOOK_ON, /* as KEPT_REFUSE, but what the reader has no right to read is a warning: for
                       * who is not the server */
} KeptPolicy;

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
 * @ret: receives what has been read, with an error, too
 * Return: as config_load().
 */
int configuration_read(const char *file, const char *state_directory, const Overrides *runtime,
        KeptPolicy policy, Configuration *ret, Settings **ret_settings, Problems *problems);

/**
 * configuration_make() - settings from files that were read before, and from overrides.
 *
 * @overrides: those that have a mistake, since the files are others now, say, are marked
 * Return: as config_make().
 */
int configuration_make(const ConfigTexts *files, Overrides *overrides, int failure,
        KeptPolicy policy, Settings **ret, Problems *problems);

/**
 * configuration_path() - where what is said of a pool or host is kept.
 *
 * @ret: receives a string for free()
 * Return: 0, -ENOMEM.
 */
int configuration_path(
        const char *state_directory, SettingScope scope, const char *name, char **ret);
