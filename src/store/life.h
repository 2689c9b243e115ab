/* SPDX-License-Identifier: MIT */
#pragma once

/* What happens to a lease file, and the moves from state to state that it may lead to. For the
 * parts of the lease file alone. */

#include "store/lease-file-internal.h"

/* ---- events that come from outside: life.c --------------------------------------------------- */

/**
 * life_opened() - the directory is locked, the file open; or not: @r.
 */
void life_opened(LeaseFile *file, int r);

/**
 * life_loaded() - its leases are in memory; or not: @r.
 */
void life_loaded(LeaseFile *file, int r);

/**
 * life_begin() - a rewrite begins. Return: 0, -EALREADY, -ENOMEM.
 */
int life_begin(LeaseFile *file);

/**
 * life_needs_column() - a rewrite is about to make a file that has a column which the one in place
 * has not: rows that come from here on fit into the new one alone, and wait for it.
 */
void life_needs_column(LeaseFile *file);

/**
 * life_noticed() - the directory says that somebody else may have changed the file.
 */
void life_noticed(LeaseFile *file, bool closed, bool written);

/**
 * life_settled() - whoever writes has had his time.
 */
void life_settled(LeaseFile *file);

/**
 * life_clock_set() - the wall clock was set.
 */
void life_clock_set(LeaseFile *file);

/**
 * life_answered() - the worker has done a job, which belongs to the file again.
 */
void life_answered(LeaseFile *file, Job *job);

/**
 * life_failed() - the disk has: everything that has not been promised is refused.
 */
void life_failed(LeaseFile *file, int error, const char *operation);

/**
 * life_found_foreign() - somebody else's version is where ours ought to be.
 */
void life_found_foreign(LeaseFile *file);

/* ---- what we have written: life-written.c ---------------------------------------------------- */

/**
 * life_appended() - a batch is in the file, or not. It can be filled again.
 */
void life_appended(LeaseFile *file, Job *batch);

/**
 * life_rewritten() - a new file has its name, or a backup has; or not.
 */
void life_rewritten(LeaseFile *file, const Job *job);

/* ---- what others have saved: life-saved.c ---------------------------------------------------- */

/**
 * life_looked() - the worker has read what is at the path.
 *
 * @job: its save is taken
 */
void life_looked(LeaseFile *file, Job *job);

/**
 * life_merged() - a step of the merge has come to this. @r: of merge_step()
 */
void life_merged(LeaseFile *file, int r, MergeProgress progress);

/**
 * life_displace() - memory holds what is to be taken of a save: a rewrite may displace that
 * version, and writes the columns of it that are not ours.
 *
 * @put_aside: it keeps a name then
 * Return: 0, -ENOMEM.
 */
int life_displace(LeaseFile *file, LeaseSave *save, bool put_aside);

/* ---- moves: life.c --------------------------------------------------------------------------- */

/**
 * life_enter_idle() - nothing is under way.
 */
void life_enter_idle(LeaseFile *file);

/**
 * life_rest() - the same, and what has come meanwhile is looked at, as it may be another save.
 */
void life_rest(LeaseFile *file);

/**
 * life_settle() - a save is there or coming: whoever makes it gets some time.
 */
void life_settle(LeaseFile *file);

/**
 * life_look() - has the worker read what is at the path.
 */
void life_look(LeaseFile *file);

/**
 * life_start_merging() - `merge` begins from the start.
 */
void life_start_merging(LeaseFile *file);

/**
 * life_go_on_merging() - `merge` goes on where it was.
 */
void life_go_on_merging(LeaseFile *file);

/**
 * life_back_up() - FILE~ is written before `merge` goes on. Stays where it is without memory.
 */
void life_back_up(LeaseFile *file);

/**
 * life_postpone() - no lease can be written just now. The save is in memory; once the file is ours
 * again it is merged.
 */
void life_postpone(LeaseFile *file);

/**
 * life_hold() - a file in good health is not to be appended to: commits wait for a rewrite.
 */
void life_hold(LeaseFile *file);

/**
 * life_heal() - the file is in good health.
 */
void life_heal(LeaseFile *file);

/**
 * life_retry_later() - no rewrite begins by itself for a while.
 */
void life_retry_later(LeaseFile *file);
