/* SPDX-License-Identifier: MIT */
#pragma once

/* The lease file into the server's memory, once, while the daemon starts. */

#include <stdbool.h>

#include "daemon/executor.h"

/**
 * lease_loading_run() - opens the file and loads its leases into the executor's server. Blocks; the
 * service manager is told that a large file takes longer.
 *
 * @report: whether the lines that are wrong are named in the journal; a file that is tried again
 * has had its turn
 * @ret: receives the file, with edits by others to be merged
 * @ret_operation: receives what failed, a static text
 * Return: 0, negative errno of lease_file_open(), lease_file_load() or server_load_lease(). The
 * server can be loaded again then.
 */
int lease_loading_run(LeaseFile **ret, const char *path, Executor *executor, bool report,
        const char **ret_operation);
