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
#include "store/save.h"
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
        /* bytes of a batch that stay for the next one; what has gathered behind a disk that hung is
           given back */
        BATCH_KEPT = 1024 * 1024,
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
        Job *slice;             /* being filled, NULL when empty */
        Job *end;               /* kept ready while REWRITE_OPEN, so that ending cannot fail */
        size_t n_chunks;        /* with the worker */
        size_t retry_rows;      /* a rewrite that need not be is not tried again below this */
        bool backup;            /* it makes FILE~ */
        bool untidy;            /* the file as loaded ought to be written anew */
        bool wants_relay_agent; /* it lacks the column for something that a lease has */

        /* What others save. */
        bool stale;             /* their version has the name, and is not merged */
        bool looking;           /* a JOB_LOOK is with the worker */
        LeaseSave *save;        /* that nobody has taken yet */
        FileIdentity displaced; /* merged last */
        bool keep_displaced;

        /* Tags and clocks. */
        uint64_t last_version;
        uint64_t ordered_version; /* see LeaseFileTags */
        uint64_t durable_version; /* newest tag that stood there, and the file was ours */
        uint64_t ending_version;  /* of the rewrite that is ending: ordered_version to be */
        uint64_t ahead_version;   /* newest tag that lay before the wall clock */
        uint64_t stepped_version; /* newest tag when the wall clock was last set */
        uint64_t stepped_commit;  /* last with rows by the clock before it was set, 0 = none */
        bool ends_stepped;        /* the rewrite under way began behind them all */
        usec_t wall_offset;       /* wall clock minus boot clock */
        bool knows_offset;

        LeaseFileEvent events[EVENTS_MAX];
        size_t n_events;
        size_t next_event;
        LeaseFileStatistics statistics;
};

/**
 * lease_file_batch_in_flight() - the batch that the worker has, to look at its commits; or NULL.
 */
const Job *lease_file_batch_in_flight(const LeaseFile *file);

/**
 * lease_file_is_stepped() - whether rows by the clock of before it was set stand in the file, or
 * will, perhaps behind newer ones of a rewrite.
 *
 * @ret_under_way: whether some are still to be written
 */
bool lease_file_is_stepped(const LeaseFile *file, bool *ret_under_way);

/**
 * lease_file_fail() - refuses everything that has not been promised, from the oldest on: FAILED,
 * and REWRITE_FAILED when one was under way.
 */
void lease_file_fail(LeaseFile *file, int error, const char *operation);

/**
 * lease_file_new_job() - a job for the worker. Return: NULL without memory.
 */
Job *lease_file_new_job(const LeaseFile *file, JobType type);

/**
 * lease_file_handle_look() - takes the answer of a JOB_LOOK. Return: whether it is news.
 */
bool lease_file_handle_look(LeaseFile *file, Job *job);

/**
 * lease_file_notice_step() - finds out whether the wall clock has been set since the last call, and
 * what that makes of the tags.
 */
void lease_file_notice_step(LeaseFile *file, const ClockPair *clock);

/**
 * lease_file_end_rewrite() - no rewrite is under way any more.
 */
void lease_file_end_rewrite(LeaseFile *file);

/**
 * job_free() - frees a job of a rewrite. Return: NULL.
 */
Job *job_free(Job *job);
