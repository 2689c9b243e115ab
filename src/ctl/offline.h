/* SPDX-License-Identifier: MIT */
#pragma once

/* The lease file, read in this process, for listings without a server. */

#include "basic/problem.h"
#include "config/load.h"
#include "ctl/context.h"
#include "ctl/lease-list.h"

/**
 * offline_path() - where the server's lease file is by these settings, borrowed from them.
 */
const char *offline_path(const Settings *settings);

/**
 * offline_find_file() - the path of the lease file, as the configuration has it.
 *
 * @ret: receives a string for free()
 * Return: STATUS_OK, STATUS_FAILURE having reported.
 */
ExitStatus offline_find_file(char **ret);

/**
 * offline_load() - appends those leases of the lease file that pass the filter, as the server
 * would take them now. What the file does not know - the interface, and whether an address is
 * reserved - is left empty.
 *
 * @fd: the file, at its beginning
 * @path: how problems name it
 * @problems: receives what is wrong with the file
 * @now: the wall clock
 * Return: 0, -ENOMEM, -EBADMSG when it is no lease file (in @problems), negative errno of reading.
 */
int offline_load(LeaseList *list, int fd, const char *path, const LeaseFilter *filter,
        Problems *problems, usec_t now);
