/* SPDX-License-Identifier: MIT */
#pragma once

/* Which files make up the configuration, in the way systemd finds those of its own programs. Knows
 * nothing of what is in them. */

#include <stddef.h>

#include "basic/problem.h"

enum {
        CONFIG_FILE_MAX = 1024 * 1024, /* bytes; a larger one is no configuration */
};

/**
 * config_files_find() - the main file, then the drop-ins sorted by name; masked ones left out.
 *
 * @root: stands before /etc, /run and /usr/lib, "" for none
 * @ret: receives a NULL-terminated array of paths for strv_free()
 * @problems: receives directories that cannot be read
 * Return: 0, -ENOMEM, or the negative errno of the first directory that cannot be read.
 */
int config_files_find(const char *root, char ***ret, Problems *problems);

/**
 * config_file_read() - the whole of a file.
 *
 * @ret: receives a string for free(), terminated; it may hold NULs as well
 * Return: 0, -ENOMEM, -EFBIG, -EBADFD when it is neither a regular file nor a character device, or
 * another negative errno.
 */
int config_file_read(const char *path, char **ret, size_t *ret_size);

/**
 * config_failure_to_string() - why a file could not be read; borrowed as strerror()'s.
 *
 * @failure: what config_file_read() returned, or -EBADMSG for one that is no text
 */
const char *config_failure_to_string(int failure);
