/* SPDX-License-Identifier: MIT */
#pragma once

/* The lease file, leases.csv in its directory, as a LeaseStore: everything from the first look at
 * it to the last row. Its worker touches the file, whoever drives it tells it the time.
 *
 * Rows are formatted into a buffer; flush hands the buffer to the worker, which writes it, calls
 * fdatasync() and answers. What is appended meanwhile forms the next batch: one fdatasync() for all
 * of it. A batch is durable when its DURABLE event comes, never before.
 *
 * Compaction and recovery are one mechanism, the rewrite: all live leases are handed over in
 * slices, one a turn, the worker writes them to a new file, syncs it and renames it over the old
 * one. Batches go on meanwhile and are written to both. Last row wins, and jobs are in FIFO order,
 * so a slice may be older than a batch behind it but never the other way round.
 *
 * After a failure the file is suspect: every batch from the failed one on is refused until a
 * rewrite has succeeded. The kernel may forget dirty pages after a failed fdatasync() and succeed
 * the next time, so nothing less will do.
 *
 * When somebody else has saved the file, it is read and merged into memory (see merge.h), and never
 * displaced before. Until then, and while it is in a form that cannot be appended to, commits are
 * taken and held for the rewrite that follows, which makes them durable.
 *
 * Never reads a clock, never logs. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/buffer.h"
#include "basic/macro.h"
#include "core/server.h"
#include "store/lease-store.h"
#include "store/lock.h"

typedef struct LeaseFile LeaseFile;
typedef struct FileOperations FileOperations;
typedef struct WorkerOperations WorkerOperations;

typedef struct LeaseFileStatistics {
        uint64_t n_batches;
        uint64_t n_rows; /* appended */
        uint64_t n_rewrites;
        uint64_t n_failures;
        size_t n_file_rows; /* rows in the file now, live and dead */
        uint64_t file_size; /* bytes */
} LeaseFileStatistics;

/* All borrowed for the file's life but the path. */
typedef struct LeaseFileOptions {
        const char *path;               /* its directory must exist */
        Server *server;                 /* whose leases they are */
        const FileOperations *files;    /* NULL = the system's */
        const WorkerOperations *worker; /* NULL = a thread */
        size_t slice_slots; /* of the table of leases, that are written in a turn; 0 = many */
        /* called now and then during a load that takes long; or NULL */
        void (*loading)(void *userdata);
        void *userdata;
} LeaseFileOptions;

/**
 * lease_file_new() - a lease file that is not open yet: see lease_store_open(), which locks the
 * directory and makes the file when it is missing.
 *
 * A file that can be read but not appended to or made is opened, and nothing is promised until it
 * can be written anew; one that cannot be read at all is tried again every two seconds.
 *
 * Return: 0, -ENOMEM, negative errno of what the worker needs.
 */
int lease_file_new(LeaseFile **ret, const LeaseFileOptions *options);

/**
 * lease_file_free() - as lease_store_free(), and drops the lock. Return: NULL.
 */
LeaseFile *lease_file_free(LeaseFile *file);

/**
 * lease_file_store() - the file as what it is a kind of, borrowed.
 */
LeaseStore *lease_file_store(LeaseFile *file);

/**
 * lease_file_noticed() - somebody else may have changed the file.
 *
 * @closed: whoever has written to it is known to have finished
 * @written: somebody is known to have written to it, whatever it looks like
 */
void lease_file_noticed(LeaseFile *file, const ClockPair *clock, bool closed, bool written);

/**
 * lease_file_clock_set() - the wall clock was set: the times in the file are to be written anew,
 * and what tags mean has changed.
 */
void lease_file_clock_set(LeaseFile *file, const ClockPair *clock);

/**
 * lease_file_compact() - has the whole file written anew, soon and in slices; COMPACTED follows.
 * While that is under way, another follows it.
 *
 * Return: 0, -EIO when there is no file.
 */
int lease_file_compact(LeaseFile *file, const ClockPair *clock);

/**
 * lease_file_path() - the path, borrowed.
 */
const char *lease_file_path(const LeaseFile *file);

/**
 * lease_file_directory() - the directory that the file really is in, and its name there; borrowed.
 * Not before it is open.
 */
const char *lease_file_directory(const LeaseFile *file, const char **ret_name);

/**
 * lease_file_get_lock() - how the directory is locked, borrowed.
 */
const DirectoryLock *lease_file_get_lock(const LeaseFile *file);

/**
 * lease_file_find_holder() - which other process holds the lock of the directory of a lease file.
 *
 * @path: as in LeaseFileOptions
 * @ret: receives zeros when there is none any more, or it is no server
 * Return: 0, -ENOMEM, negative errno of opening the directory.
 */
int lease_file_find_holder(const char *path, LockHolder *ret);

/**
 * lease_file_get_statistics() - counters.
 */
void lease_file_get_statistics(const LeaseFile *file, LeaseFileStatistics *ret);

DEFINE_POINTER_CLEANUP(LeaseFile, lease_file_free);
