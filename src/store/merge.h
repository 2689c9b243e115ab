/* SPDX-License-Identifier: MIT */
#pragma once

/* A save of the lease file by somebody else, merged into memory by rules that cannot lose a live
 * lease (lease-file(5) tells them to people):
 *
 *  - A row's tag (updated_at) says which version of the lease its author has seen. It is compared
 *    for equality. The lease still has it: what differs is an edit, and wins if it is legal.
 *  - The lease has another tag: it has changed since, and stays. That the row says something else
 * is reported. But a binding that the author has seen ends when he says that it is released.
 *  - A row whose address has no lease is a new one; with a tag of its client's lease at another
 *    address, a move. So is a row without a tag that was added for a lease that we have, as far as
 *    that takes nothing from another client.
 *  - A lease whose row is missing is deleted only if the save is whole, all its rows are legal, and
 *    it contains a row that we have appended behind the missing one. Otherwise it is kept, which is
 *    reported.
 *  - What cannot be read or is not legal goes to FILE.rejected with its line number.
 *
 * Works in steps, so that the loop does not wait. Idempotent: after commits were taken back
 * merge_restart() does again what is missing. Knows nothing of journal and bus. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/problem.h"
#include "basic/time.h"
#include "core/server.h"
#include "store/lease-store.h"
#include "store/save.h"

typedef enum MergeProgress {
        MERGE_DONE,
        MERGE_MORE,
        MERGE_WANTS_BACKUP, /* an edit is about to be applied; see merge_set_backed_up() */
} MergeProgress;

/* What the tags of a file mean. */
typedef struct LeaseFileTags {
        uint64_t newest;
        /* rows with a newer tag stand behind all rows of older ones in the file */
        uint64_t ordered;
        /* rows with a newer tag may have got behind what somebody else saved, who saw none of them
         */
        uint64_t durable;
        /* newer tags are moments of the wall clock as it is now */
        uint64_t comparable;
        bool behind; /* the wall clock lies before the newest tag: times in rows mean durations */
} LeaseFileTags;

typedef struct Merge {
        LeaseSave *save;
        LeaseFileTags tags;
        MergeCounts counts;
        Problems problems; /* all that was not done, as warnings */
        Buffer rejected;   /* for FILE.rejected */

        int phase;
        size_t position;           /* in the rows, or in the table of leases */
        uint64_t horizon;          /* newest tag that was seen and appended in order; 0 = none */
        const StoredRow **refused; /* to be tried again when others have been applied */
        size_t n_refused;
        size_t n_applied_before; /* when the refused ones were tried last */
        bool backed_up;
        Buffer kept; /* addresses that are named */
} Merge;

/**
 * merge_new() - a merge of a save that could be read.
 *
 * @save: belongs to the merge on success
 * Return: 0, -ENOMEM.
 */
int merge_new(Merge **ret, LeaseSave *save, const LeaseFileTags *tags);

/**
 * merge_free() - frees the merge with its save. Return: NULL.
 */
Merge *merge_free(Merge *merge);

/**
 * merge_step() - looks at some hundred rows or leases, and applies edits.
 *
 * @clock: of this turn
 * @actions: empty; receives the commits, which are to be carried out before the next step
 * @ret: how it goes on
 * Return: 0, -ENOMEM (the same step can be tried again).
 */
int merge_step(
        Merge *merge, Server *server, const ClockPair *clock, Actions *actions, MergeProgress *ret);

/**
 * merge_set_backed_up() - edits may be applied from now on.
 */
void merge_set_backed_up(Merge *merge);

/**
 * merge_restart() - from the first row again.
 *
 * @tags: as they are now
 */
void merge_restart(Merge *merge, const LeaseFileTags *tags);

/**
 * merge_found_difference() - whether the file says anything that memory does not, now that all is
 * done; if not, it need not be written anew.
 */
bool merge_found_difference(const Merge *merge) _pure_;

DEFINE_POINTER_CLEANUP(Merge, merge_free);
