/* SPDX-License-Identifier: MIT */
#pragma once

/* The parts of the lease file: lease-file.c (rows into batches and slices), tags.c (what tags and
 * clocks mean), life.c with life-written.c and life-saved.c (what state it is in, see life.h),
 * tell.c (what is told of it), turn.c (what is done a piece at a time).
 *
 * `state` and `health` are written by life.c alone, the tags by tags.c alone. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/disk.h"
#include "store/lease-file.h"
#include "store/lease-row.h"
#include "store/merge.h"
#include "store/save.h"
#include "store/unknown-cells.h"
#include "store/worker.h"

/* What is under way; one thing at a time.
 *
 *   CLOSED <-> LOADING -> IDLE <-> WRITING
 *                         |  ^        ^
 *                         v  |        |
 *                 SETTLING <-> LOOKING -> MERGING <-> BACKING_UP
 */
typedef enum LifeState {
        LIFE_CLOSED,     /* there is no file; opened at retry_at */
        LIFE_LOADING,    /* open and locked, and nothing read yet */
        LIFE_IDLE,       /* if there is a merge, it goes on after the next rewrite */
        LIFE_SETTLING,   /* a save is there or coming, perhaps not finished: a look at settle_at */
        LIFE_LOOKING,    /* the worker reads it */
        LIFE_MERGING,    /* a step a turn */
        LIFE_BACKING_UP, /* FILE~ is written from memory, before the merge changes that */
        LIFE_WRITING,    /* the file is written anew from memory */
} LifeState;

typedef enum LifeHealth {
        HEALTH_GOOD,
        /* The file is not to be appended to, but nothing is lost: somebody has saved it, or it is
           in a form that is not ours. Commits are taken and wait for the next rewrite. */
        HEALTH_HELD,
        HEALTH_SUSPECT, /* commits are refused until a rewrite has succeeded */
} LifeHealth;

enum {
        EVENTS_MAX = 8, /* that one answer of the worker or one piece of work can make */
        CHUNKS_MAX = 4, /* with the worker, before it counts as lagging */
        /* bytes of a batch that stay for the next one; what has gathered behind a disk that hung is
           given back */
        BATCH_KEPT = 1024 * 1024,
};

struct LeaseFile {
        LeaseStore store;
        LeaseFileOptions options;
        char *path;
        char *kept_as; /* the path of what has been put aside last: FILE~, perhaps with a digit */
        LeaseHeader header; /* ours, with the unknown columns' names */
        UnknownCells unknown;
        Disk disk; /* the worker's, but before its first job and after its end */
        Worker *worker;
        ClockPair clock; /* of the call that it is told to last */

        LifeState state;
        LifeHealth health;
        LeasePromise told; /* by the last STATE */

        /* Appends. One batch is with the worker, the other is being collected. */
        Job batches[2];
        Job *collecting;
        bool in_flight;      /* the other one is with the worker */
        uint64_t first_held; /* HEALTH_HELD: commits that wait, 0 = none */
        uint64_t last_held;

        /* The rewrite or backup under way. */
        uint64_t rewrite_number;
        size_t slot;     /* of the table of leases, that is next */
        Job *slice;      /* being filled, NULL when empty */
        Job *end;        /* kept ready until all leases have been handed over, so that ending cannot
                            fail */
        size_t n_chunks; /* with the worker */

        /* The next one. */
        bool wanted;            /* somebody has asked for it */
        bool untidy;            /* the file as loaded ought to be written anew */
        bool foreign_form;      /* and cannot even be appended to */
        bool wants_relay_agent; /* it lacks the column for something that a lease has */
        size_t retry_rows;      /* one that need not be is not tried again below this */
        usec_t retry_at; /* CLOCK_BOOTTIME, as all that follow: none begins by itself before */
        usec_t recovered_at;
        usec_t times_at;   /* nor one for the sake of times */
        usec_t times_wait; /* before the attempt after that, 0 = none has failed */

        /* What others save. */
        bool closed;     /* its writer has finished, as the directory says */
        bool written;    /* somebody has written to it, as the directory says */
        bool look_again; /* something has happened since the look was begun */
        bool draining;   /* there is no time to wait for writers */
        unsigned n_tries;
        usec_t settle_at;
        FileIdentity seen;      /* by the look before */
        FileIdentity displaced; /* merged last: a rewrite may displace it */
        bool keep_displaced;
        Merge *merge;   /* or NULL */
        bool backed_up; /* before it, as kept_as */

        /* Tags and clocks. */
        uint64_t last_version;
        uint64_t ordered_version; /* see LeaseFileTags */
        uint64_t durable_version; /* newest tag that stood there, and the file was ours */
        uint64_t ending_version;  /* of the rewrite that is ending: ordered_version to be */
        uint64_t ahead_version;   /* newest tag that lay before the wall clock */
        uint64_t stepped_version; /* newest tag when the wall clock was last set */
        bool stepped; /* the wall clock was set, and the file was not written anew since */
        uint64_t stepped_commit; /* last with rows by the clock before it was set, 0 = none */
        bool ends_stepped;       /* the rewrite under way began behind them all */
        usec_t wall_offset;      /* wall clock minus boot clock */
        bool knows_offset;

        LeaseStoreEvent events[EVENTS_MAX];
        size_t n_events;
        size_t next_event;
        Problems problems;  /* of the newest event that has some */
        MergeCounts counts; /* of the last MERGED */
        LeaseFileStatistics statistics;
};

/* ---- lease-file.c: rows ---------------------------------------------------------------------- */

/**
 * lease_file_append() - lease_store_append() for a record alone.
 */
int lease_file_append(LeaseFile *file, const LeaseRecord *record, const char *pool,
        const ClockPair *clock, uint64_t commit, uint64_t *ret_version);

/**
 * lease_file_flush() - see lease_store_flush().
 */
size_t lease_file_flush(LeaseFile *file);

/**
 * lease_file_hold_commits() - the next rewrite makes durable what a batch has.
 */
void lease_file_hold_commits(LeaseFile *file, const Job *batch);

/**
 * lease_file_hold_collected() - the same for what has been collected.
 */
void lease_file_hold_collected(LeaseFile *file);

/**
 * lease_file_clear_batch() - a batch without rows.
 */
void lease_file_clear_batch(Job *batch);

/**
 * lease_file_batch_in_flight() - the batch that the worker has, to look at its commits; or NULL.
 */
const Job *lease_file_batch_in_flight(const LeaseFile *file);

/**
 * lease_file_oldest_commit() - the oldest one that has no answer yet, UINT64_MAX without one.
 */
uint64_t lease_file_oldest_commit(const LeaseFile *file);

/**
 * lease_file_new_job() - a job for the worker. Return: NULL without memory.
 */
Job *lease_file_new_job(const LeaseFile *file, JobType type);

/**
 * lease_file_take_columns() - the columns of a save take the place of ours. Return: 0, -ENOMEM.
 */
int lease_file_take_columns(LeaseFile *file, LeaseSave *save);

/**
 * job_free() - frees a job that is no batch, with what is in it. Return: NULL.
 */
Job *job_free(Job *job);

/* ---- lease-file.c: the rewrite or backup under way ------------------------------------------- */

/**
 * lease_file_rewrite_begin() - gives the worker the first job of a rewrite; see life_begin().
 * Return: 0, -ENOMEM.
 */
int lease_file_rewrite_begin(LeaseFile *file, bool backup);

/**
 * lease_file_rewrite_row() - one live lease into the current slice.
 *
 * @record: its version is kept as the row's tag, unless it is 0 or the wall clock was set since
 * Return: 0, -ENOMEM with the row not taken, -ECANCELED when the rewrite is over.
 */
int lease_file_rewrite_row(LeaseFile *file, const LeaseRecord *record, const char *pool,
        const ClockPair *clock, uint64_t *ret_version);

/**
 * lease_file_rewrite_flush() - hands the slice over to the worker.
 * Return: 1 when the worker lags behind and its answer had better be waited for, else 0.
 */
int lease_file_rewrite_flush(LeaseFile *file);

/**
 * lease_file_rewrite_end() - all leases have been handed over. Nothing happens when the rewrite is
 * over.
 */
void lease_file_rewrite_end(LeaseFile *file);

/**
 * lease_file_rewrite_stop() - it is given up, or done.
 */
void lease_file_rewrite_stop(LeaseFile *file);

/**
 * lease_file_wants_rewrite() - whether dead rows outnumber the live ones enough, or the file as
 * loaded was not in our own form (the predecessor's header, CRLF, a torn end), or commits are held,
 * or it has the times of before the wall clock was set, or it is suspect.
 *
 * A rewrite that only tidies up is not asked for again before the file has grown by half.
 *
 * @n_live: leases in memory
 */
bool lease_file_wants_rewrite(const LeaseFile *file, size_t n_live);

/* ---- tags.c ---------------------------------------------------------------------------------- */

/**
 * tags_notice_step() - finds out whether the wall clock has been set since the last call, and what
 * that makes of the tags.
 */
void tags_notice_step(LeaseFile *file, const ClockPair *clock);

/**
 * tags_row_clock() - the clock that a row is written by.
 */
ClockPair tags_row_clock(LeaseFile *file, const ClockPair *clock);

/**
 * tags_keeps_version() - whether a row keeps its tag in a rewrite.
 */
bool tags_keeps_version(
        const LeaseFile *file, const LeaseRecord *record, const ClockPair *clock) _pure_;

/**
 * tags_clock_set() - the wall clock was set, by however little.
 */
void tags_clock_set(LeaseFile *file, const ClockPair *clock);

/**
 * tags_loaded() - the newest tag of the file that was loaded by this clock.
 */
void tags_loaded(LeaseFile *file, uint64_t newest, const ClockPair *clock);

/**
 * tags_written() - the file has been written anew, behind all rows by the clock of before it was
 * set.
 */
void tags_written(LeaseFile *file);

/**
 * tags_is_stepped() - whether rows by the clock of before it was set stand in the file, or will,
 * perhaps behind newer ones of a rewrite.
 *
 * @ret_under_way: whether some are still to be written
 */
bool tags_is_stepped(const LeaseFile *file, bool *ret_under_way);

/**
 * tags_get() - see LeaseFileTags.
 */
void tags_get(LeaseFile *file, const ClockPair *clock, LeaseFileTags *ret);

/* ---- turn.c ---------------------------------------------------------------------------------- */

/**
 * lease_file_open_disk() - locks the directory and opens the file or makes it. Return: as
 * disk_open().
 */
int lease_file_open_disk(LeaseFile *file);

/**
 * lease_file_load() - reads all rows, before the first append. Blocks; a million rows take about a
 * second.
 *
 * Bad lines are reported in @problems as warnings with their line number (a hundred of them, and
 * how many more there are) and kept in FILE.rejected with number and reason; a torn last line or a
 * tail of NULs is what a crash left: kept there as well, and reported. If they cannot be kept
 * there, the next rewrite keeps the whole file as FILE~.
 *
 * Bound leases that have ended come out as expired. The remaining time of a lease is at most
 * expires_at - updated_at; when @clock lies before the newest updated_at (a machine without a
 * real-time clock), leases get that much in full.
 *
 * @row: called once for each address, in the order in which the addresses' last rows stand in the
 * file; not for addresses that were erased
 * Return: 0, -ENOMEM, -EBADMSG when the first line does not name the columns (an error in
 * @problems; the file must not be served from, nor overwritten), what @row returned, or negative
 * errno of read().
 */
int lease_file_load(LeaseFile *file, const ClockPair *clock, LeaseFileRowFunction row,
        void *userdata, Problems *problems);

/**
 * lease_file_hear() - the next event; the worker's answers are heard as far as that takes. Return:
 * 1, 0 when there is none.
 */
int lease_file_hear(LeaseFile *file, LeaseStoreEvent *ret);
