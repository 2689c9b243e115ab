/* SPDX-License-Identifier: MIT */
#pragma once

/* The loop's side of the lease file, shared by lease-file.c (what is asked of it) and answers.c
 * (what the worker has said). */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/disk.h"
#include "store/lease-file.h"
#include "store/lease-row.h"
#include "store/unknown-cells.h"
#include "store/worker.h"

typedef enum FileState {
        FILE_HEALTHY,
        /* The file is not to be appended to, but nothing is lost: somebody has saved it, or it is
           in a form that is not ours. Commits are taken and wait for the next rewrite. */
        FILE_HELD,
        FILE_SUSPECT, /* commits are refused until a rewrite has succeeded */
} FileState;

typedef enum RewriteState {
        REWRITE_NONE,
        REWRITE_OPEN,  /* slices are being handed over */
        REWRITE_ENDED, /* the answer is due */
} RewriteState;

enum {
        EVENTS_MAX = 4, /* that one answer of the worker can make */
};

struct LeaseFile {
        char *path;
        LeaseHeader header; /* ours, with the unknown columns' names */
        UnknownCells unknown;
        Disk disk; /* the worker's, but before its first job and after its end */
        Worker *worker;
        FileState state;

        /* Appends. One batch is with the worker, the other is being collected. */
        Job batches[2];
        Job *collecting;
        bool in_flight;      /* the other one is with the worker */
        uint64_t first_held; /* FILE_HELD: commits that wait, 0 = none */
        uint64_t last_held;

        /* The rewrite. */
        RewriteState rewrite;
        uint64_t rewrite_number;
        Job *slice;        /* being filled, NULL when empty */
        Job *end;          /* kept ready while REWRITE_OPEN, so that ending cannot fail */
        size_t n_chunks;   /* with the worker */
        size_t retry_rows; /* a rewrite that need not be is not tried again below this */
        bool untidy;       /* the file as loaded ought to be written anew */

        /* Tags and clocks. */
        uint64_t last_version;
        uint64_t stepped_version; /* newest tag when the wall clock was last set */
        usec_t wall_offset;       /* wall clock minus boot clock */
        bool knows_offset;

        LeaseFileEvent events[EVENTS_MAX];
        size_t n_events;
        size_t next_event;
        LeaseFileStatistics statistics;
};

/**
 * lease_file_fail() - refuses everything that has not been promised, from the oldest on: FAILED,
 * and REWRITE_FAILED when one was under way.
 */
void lease_file_fail(LeaseFile *file, int error, const char *operation);

/**
 * job_free() - frees a job of a rewrite. Return: NULL.
 */
Job *job_free(Job *job);
