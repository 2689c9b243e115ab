/* SPDX-License-Identifier: MIT */
#pragma once

/* The names in files, for programs that read such: all of them in "hosts", by address; all of them
 * in "names", by name, for the module of the name service switch; and all of them again in up to
 * 256 files of "hosts.d", of which only those are written whose names have changed. Each file is
 * replaced as a whole. */

#include <stdbool.h>
#include <stdint.h>

#include "basic/macro.h"
#include "names/zone.h"

typedef struct HostsFiles HostsFiles;

/**
 * hosts_files_new() - writes nothing yet.
 *
 * @directory: with a directory hosts.d in it, which is made when it is missing; copied
 * Return: 0, -ENOMEM, negative errno of the directory.
 */
int hosts_files_new(HostsFiles **ret, const char *directory);

/**
 * hosts_files_free() - leaves the files as they are. Return: NULL.
 */
HostsFiles *hosts_files_free(HostsFiles *files);

/**
 * hosts_files_are_due() - whether they do not say what the zone says.
 */
bool hosts_files_are_due(const HostsFiles *files, const Zone *zone);

/**
 * hosts_files_write() - writes what has changed since the last call; the first one looks what
 * the files say. O(names log names).
 *
 * Return: 0, -ENOMEM, negative errno of a file: they are still due.
 */
int hosts_files_write(HostsFiles *files, const Zone *zone);

DEFINE_POINTER_CLEANUP(HostsFiles, hosts_files_free);
