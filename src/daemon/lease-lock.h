/* SPDX-License-Identifier: MIT */
#pragma once

/* What the journal says about the lock of the lease file's directory. */

#include "daemon/journal.h"
#include "store/lease-file.h"

/**
 * lease_lock_report_busy() - says that the server cannot start, and which process is in its way.
 *
 * @path: as given to lease_file_open(), which has returned -EWOULDBLOCK
 */
void lease_lock_report_busy(Journal *journal, const char *path);

/**
 * lease_lock_report() - says what is wrong with the lock of an open lease file, if anything.
 */
void lease_lock_report(Journal *journal, const LeaseFile *file);
