/* SPDX-License-Identifier: MIT */
#pragma once

/* The lease file: leases.csv in its directory, and the one worker thread that touches it.
 *
 * An open file is used like this: load once; then append and flush as leases change; whenever the
 * descriptor is readable, process events until there is none, then ask lease_file_wants_rewrite()
 * and, if so, drive a rewrite from memory.
 *
 * The loop's thread formats rows into a buffer; lease_file_flush() hands the buffer to the worker,
 * which writes it, calls fdatasync() and answers through an eventfd. What is appended meanwhile
 * forms the next batch: one fdatasync() for all of it. A batch is durable when its DURABLE event
 * comes, never before.
 *
 * Compaction and recovery are one mechanism, the rewrite: the loop hands over all live leases in
 * slices, the worker writes them to a new file, syncs it and renames it over the old one. Batches
 * go on meanwhile and are written to both. Last row wins, and jobs are in FIFO order, so a slice
 * may be older than a batch behind it but never the other way round.
 *
 * After a failure the file is suspect: every batch from the failed one on is refused (FAILED) until
 * a rewrite has succeeded (RECOVERED). The kernel may forget dirty pages after a failed fdatasync()
 * and succeed the next time, so nothing less will do.
 *
 * When somebody else has saved the file, or it is in a form that cannot be appended to, commits are
 * taken and held until the next rewrite, which makes them durable. Nothing is refused unless that
 * rewrite fails. What was saved is kept as FILE~; or, with lease_file_set_merging(), it is read and
 * handed out to be merged into memory (see merge.h), and never displaced before.
 *
 * Never reads a clock, never logs. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/buffer.h"
#include "basic/problem.h"
#include "basic/time.h"
#include "core/lease.h"
#include "store/lock.h"

typedef struct LeaseFile LeaseFile;

typedef enum LeaseFileEventType {
        /* all commits up to `commit` are on disk */
        LEASE_FILE_DURABLE,
        /* all commits from `commit` on are not, and will not be; error tells why. UINT64_MAX: there
           are none, but the file has become suspect all the same (or was when it was opened) */
        LEASE_FILE_FAILED,
        /* a rewrite has ended a failure: appends are taken again */
        LEASE_FILE_RECOVERED,
        /* a rewrite that was no recovery has succeeded */
        LEASE_FILE_REWRITTEN,
        /* the rewrite has failed; a healthy file stays as it was. Comes after FAILED when that ends
           a rewrite under way */
        LEASE_FILE_REWRITE_FAILED,
        /* somebody else had saved the file: their version is now FILE~ */
        LEASE_FILE_PUT_ASIDE,
        /* somebody else has saved the file: to be looked at. Commits wait; a rewrite that was under
           way is over. Only where lease_file_set_merging() was called, like the following */
        LEASE_FILE_STALE,
        /* what lease_file_look() has found can be taken */
        LEASE_FILE_LOOKED,
        /* the backup is made, or failed with error */
        LEASE_FILE_BACKED_UP,
} LeaseFileEventType;

typedef struct LeaseFileEvent {
        LeaseFileEventType type;
        uint64_t commit;
        int error;             /* negative errno */
        const char *operation; /* "write", "fdatasync", "rename", "open" … what failed; static */
} LeaseFileEvent;

typedef struct LeaseFileStatistics {
        uint64_t n_batches;
        uint64_t n_rows; /* appended */
        uint64_t n_rewrites;
        uint64_t n_failures;
        size_t n_file_rows; /* rows in the file now, live and dead */
        uint64_t file_size; /* bytes */
} LeaseFileStatistics;

/* What the tags of this file mean. */
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

typedef struct LeaseSave LeaseSave;

/* One row while loading, borrowed for the call. @pool: name as in the file, "" when unknown.
 * Negative errno ends the load. */
typedef int (*LeaseFileRowFunction)(const LeaseRecord *record, const char *pool, void *userdata);

/**
 * lease_file_open() - locks the directory and starts the worker; the file is made when it is
 * missing.
 *
 * @path: the file; its directory must exist
 * Return: 0, -EWOULDBLOCK when another process holds the directory's lock (which one, says
 * lease_file_find_holder()), -ENOENT without a directory, -EACCES when the file is there and cannot
 * be read, -EISDIR or -EINVAL when it is no regular file, other negative errno of open(), -ENOMEM.
 * When the file can be read but not be appended to or made, the result is a file that is suspect
 * from the start (see lease_file_is_suspect()), and the first event says why.
 */
int lease_file_open(LeaseFile **ret, const char *path);

/**
 * lease_file_get_lock() - how the directory is locked, borrowed.
 */
const DirectoryLock *lease_file_get_lock(const LeaseFile *file);

/**
 * lease_file_find_holder() - which other process holds the lock of the directory of a lease file.
 *
 * @path: as for lease_file_open()
 * @ret: receives zeros when there is none any more, or it is no server
 * Return: 0, -ENOMEM, negative errno of opening the directory.
 */
int lease_file_find_holder(const char *path, LockHolder *ret);

/**
 * lease_file_free() - waits for the worker to finish what it has, frees everything, drops the lock.
 * Rows not yet flushed are flushed. Return: NULL.
 */
LeaseFile *lease_file_free(LeaseFile *file);

/**
 * lease_file_path() - the path, borrowed.
 */
const char *lease_file_path(const LeaseFile *file);

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
 * lease_file_append() - formats a row into the batch that is being collected. No system call, no
 * allocation but the buffer's amortised growth.
 *
 * @record: times on CLOCK_BOOTTIME; a released record without client identifier erases the address
 * @pool: name or ""
 * @commit: ids rise from call to call, from 1
 * @ret_version: receives the tag that the row was written with, higher than any before
 * Return: 0, -EIO while the file is suspect, -ENOMEM with nothing collected.
 */
int lease_file_append(LeaseFile *file, const LeaseRecord *record, const char *pool,
        const ClockPair *clock, uint64_t commit, uint64_t *ret_version);

/**
 * lease_file_flush() - hands the collected batch to the worker if it is idle. To be called at the
 * end of each turn of the loop, those in which the worker has answered too.
 *
 * Return: how many rows were handed over.
 */
size_t lease_file_flush(LeaseFile *file);

/**
 * lease_file_n_collected() - how many rows the next batch has.
 */
size_t lease_file_n_collected(const LeaseFile *file);

/**
 * lease_file_fd() - readable (EPOLLIN) when lease_file_process() has something to tell. Borrowed.
 */
int lease_file_fd(const LeaseFile *file);

/**
 * lease_file_process() - the next event, in order. To be called until there is none.
 * Return: 1 with an event, 0 when there is none.
 */
int lease_file_process(LeaseFile *file, LeaseFileEvent *ret);

/**
 * lease_file_is_suspect() - whether appends are refused until a rewrite has succeeded.
 */
bool lease_file_is_suspect(const LeaseFile *file);

/**
 * lease_file_wants_rewrite() - whether dead rows outnumber the live ones enough, or the file as
 * loaded was not in our own form (the predecessor's header, CRLF, a torn end), or commits are held,
 * or rows have been written that were made before the wall clock was set, or it is suspect. To be
 * asked after loading and whenever lease_file_process() has returned 0.
 *
 * While it is suspect the answer stays true; after REWRITE_FAILED wait a little before the next. A
 * rewrite that only tidies up is not asked for again before the file has grown by half.
 *
 * @n_live: leases in memory
 * Return: false while a rewrite is under way.
 */
bool lease_file_wants_rewrite(const LeaseFile *file, size_t n_live);

/**
 * lease_file_set_merging() - what others save is to be looked at before it is displaced. To be
 * called before loading. A caller that does so must answer LEASE_FILE_STALE.
 */
void lease_file_set_merging(LeaseFile *file);

/**
 * lease_file_look() - has the file read if somebody else has saved it; the answer is LOOKED. While
 * one look is due no other is begun.
 *
 * @closed: whoever has written to the file is known to have finished
 * @written: somebody else is known to have written to it, whatever it looks like
 * Return: 0, -EALREADY, -ENOMEM.
 */
int lease_file_look(LeaseFile *file, bool closed, bool written);

/**
 * lease_file_take_save() - what the newest look has found, for save_free(); NULL when it was taken
 * already, or there was nothing but our own file.
 */
LeaseSave *lease_file_take_save(LeaseFile *file);

/**
 * lease_file_set_merged() - memory holds what is to be taken of a save: a rewrite may displace that
 * version, and writes the columns of it that are not ours.
 *
 * @put_aside: that version is to be kept as FILE~
 * Return: 0, -ENOMEM.
 */
int lease_file_set_merged(LeaseFile *file, LeaseSave *save, bool put_aside);

/**
 * lease_file_is_stale() - whether a save of somebody else is in the file's place that has not been
 * merged: a rewrite would be in vain.
 */
bool lease_file_is_stale(const LeaseFile *file);

/**
 * lease_file_get_tags() - see LeaseFileTags.
 */
void lease_file_get_tags(LeaseFile *file, const ClockPair *clock, LeaseFileTags *ret);

/**
 * lease_file_reject() - appends text to FILE.rejected, without an answer.
 *
 * @text: emptied
 * Return: 0, -ENOMEM.
 */
int lease_file_reject(LeaseFile *file, Buffer *text);

/**
 * lease_file_directory() - the directory that the file really is in, and its name there; borrowed.
 */
const char *lease_file_directory(const LeaseFile *file, const char **ret_name);

/**
 * lease_file_backup_begin() - as lease_file_rewrite_begin(), but the new file becomes FILE~ and
 * nothing else changes; ends with BACKED_UP.
 */
int lease_file_backup_begin(LeaseFile *file);

/**
 * lease_file_rewrite_begin() - starts a rewrite. Every lease as memory has it now or later must be
 * handed over before lease_file_rewrite_end().
 * Return: 0, -EALREADY while one is under way, -ENOMEM.
 */
int lease_file_rewrite_begin(LeaseFile *file);

/**
 * lease_file_rewrite_row() - one live lease into the current slice, as lease_file_append().
 *
 * @record: its version is kept as the row's tag, unless it is 0 or the wall clock was set since
 * Return: 0, -ENOMEM with the row not taken, -ECANCELED when the rewrite is over (the event says
 * why, or has said).
 */
int lease_file_rewrite_row(LeaseFile *file, const LeaseRecord *record, const char *pool,
        const ClockPair *clock, uint64_t *ret_version);

/**
 * lease_file_rewrite_flush() - hands the slice over to the worker.
 * Return: 1 when the worker lags behind and the caller had better wait until the descriptor becomes
 * readable, else 0, -ECANCELED as lease_file_rewrite_row().
 */
int lease_file_rewrite_flush(LeaseFile *file);

/**
 * lease_file_rewrite_end() - all leases have been handed over; the answer is an event. Nothing
 * happens when the rewrite is over.
 */
void lease_file_rewrite_end(LeaseFile *file);

/**
 * lease_file_get_statistics() - counters.
 */
void lease_file_get_statistics(const LeaseFile *file, LeaseFileStatistics *ret);

DEFINE_POINTER_CLEANUP(LeaseFile, lease_file_free);
