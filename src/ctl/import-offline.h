/* SPDX-License-Identifier: MIT */
#pragma once

/* Leases of another server into the lease file of one that does not run yet. */

#include "basic/problem.h"
#include "ctl/import-list.h"
#include "ctl/options.h"
#include "ctl/report.h"

/**
 * import_offline() - binds addresses to clients as the server would, in its lease file, which is
 * replaced whole.
 *
 * As root this process becomes the owner of the file's directory, for good: what it makes there is
 * the server's then, and whatever the server's user has put there, root does not touch it.
 *
 * @leases: in force
 * @path: of the file that they are from, for problems
 * @problems: receives what is not taken
 * @ret_taken: how many leases are in the lease file now; 0 unless STATUS_OK is returned
 * Return: STATUS_OK; having reported: STATUS_USAGE when another machine is meant, STATUS_DENIED,
 * STATUS_FAILURE.
 */
ExitStatus import_offline(const ImportList *leases, const char *path, const Options *options,
        Problems *problems, size_t *ret_taken);
