/* SPDX-License-Identifier: MIT */
#pragma once

/* Which scripts there are. */

#include <stddef.h>

#include "basic/macro.h"

typedef struct HookFile {
        char *name;
        char *path;
        char *problem; /* why it is not run, or NULL */
} HookFile;

typedef struct HookDirectory {
        HookFile *files; /* by name */
        size_t n_files;
        size_t n_scripts; /* files that are run */
        char *problem;    /* why none of them is run, or NULL */
} HookDirectory;

/**
 * hook_directory_read() - looks at all files of a directory, but for hidden ones and what editors
 * and package managers leave behind. A file is run when it is a regular one, or a link to one, that
 * we may execute and that nobody else but its group may write to.
 *
 * @ret: receives what hook_directory_done() frees, whatever is wrong with the directory
 * Return: 0, -ENOMEM.
 */
int hook_directory_read(const char *path, HookDirectory *ret);

/**
 * hook_directory_done() - frees it.
 */
void hook_directory_done(HookDirectory *directory);
