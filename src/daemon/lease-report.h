/* SPDX-License-Identifier: MIT */
#pragma once

/* What the journal says about the lease file, and about the lock of its directory. */

#include "daemon/journal.h"
#include "store/lease-file.h"

/**
 * lease_report_event() - says what an event of the file is to a person, if anything.
 */
void lease_report_event(Journal *journal, const LeaseFile *file, const LeaseStoreEvent *event);

/**
 * lease_report_busy() - says that the server cannot start, and which process is in its way.
 *
 * @path: of a file that lease_store_open() could not open, with -EWOULDBLOCK
 */
void lease_report_busy(Journal *journal, const char *path);

/**
 * lease_report_clock_set() - says that the wall clock was set.
 *
 * @path: of the file, or NULL
 */
void lease_report_clock_set(Journal *journal, const char *path);

/**
 * lease_report_unwatched() - says that a directory cannot be watched, and what follows from that.
 */
void lease_report_unwatched(Journal *journal, const char *directory, int error);
