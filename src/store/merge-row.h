/* SPDX-License-Identifier: MIT */
#pragma once

/* A row of a save beside the lease of its address, as merge.c goes through them. */

#include "store/merge.h"

/* One row and what it is compared with. */
typedef struct MergeRow {
        Merge *merge;
        Server *server;
        const ClockPair *clock;
        const StoredRow *stored;
        LeaseRecord wanted; /* times on CLOCK_BOOTTIME */
        const Lease *lease; /* or NULL; offers count as none */
        LeaseRecord held;
} MergeRow;

/**
 * merge_row_init() - looks up what a row is to be compared with.
 *
 * @clock: of this turn; borrowed, as everything else
 */
void merge_row_init(MergeRow *row, Merge *merge, Server *server, const ClockPair *clock,
        const StoredRow *stored);

/**
 * merge_row_take() - does what the row's author meant, or says why not.
 *
 * @last_try: what stands in the way of others now will go on to do so
 * @actions: receives commits
 * Return: 1 when the row is done with, 0 when it is to be tried again later, -EBUSY when a backup
 * is due first, -ENOMEM.
 */
int merge_row_take(MergeRow *row, bool last_try, Actions *actions);

/**
 * merge_make_room() - makes room in a text of the merge; unlike after an append that has failed it
 * can be tried again.
 * Return: 0, -ENOMEM.
 */
int merge_make_room(Buffer *buffer, size_t size);

/**
 * merge_add_problem() - a warning about a line, unless there are so many that nobody reads them.
 * Return: 0, -ENOMEM.
 */
int merge_add_problem(Merge *merge, unsigned line, const char *text);
