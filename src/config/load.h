/* SPDX-License-Identifier: MIT */
#pragma once

/* Reads mini-dhcp.conf and its drop-ins into validated Settings. Everything that is wrong is
 * reported at once, each with file and line; with an error there are no settings at all. */

#include "basic/problem.h"
#include "config/texts.h"
#include "core/settings.h"

/**
 * config_load() - reads the configuration as systemd programs do: mini-dhcp/mini-dhcp.conf of the
 * first of /etc, /run and /usr/lib that has it, then mini-dhcp.conf.d/\*.conf of all three, sorted
 * by name, a file in an earlier directory masking its namesakes, an empty file or a link to
 * /dev/null hiding them.
 *
 * No file at all gives settings_new_builtin().
 *
 * @file: NULL, or the one file to read instead of all these
 * @root: NULL, or a directory that stands before the search paths, for tests
 * @problems: receives errors and warnings
 * Return: 0, -EINVAL when there are errors, -ENOMEM, or the negative errno of a file that is there
 * but cannot be read (also in @problems).
 */
int config_load(const char *root, const char *file, Settings **ret, Problems *problems);

/**
 * config_make() - settings from texts that have been read.
 *
 * Sections of the bus extend and override those of the files, which is shown in origins: "bus" and
 * "bus, runtime" for pools and hosts made there, these words behind FILE:LINE for changed ones.
 *
 * @files, @others: in this order; may be NULL
 * @failure: what config_texts_read() returned, so that one answer covers both
 * Return: 0, -EINVAL when there are errors, -ENOMEM, @failure, or the negative errno of the first
 * file that could not be read.
 */
int config_make(const ConfigTexts *files, const ConfigTexts *others, int failure, Settings **ret,
        Problems *problems);

/**
 * config_parse() - config_load() from a text in memory, for tests and fuzzing.
 *
 * @name: stands for the file's name in problems
 * Return: 0, -EINVAL, -ENOMEM.
 */
int config_parse(
        const char *name, const char *text, size_t size, Settings **ret, Problems *problems);
