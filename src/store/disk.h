/* SPDX-License-Identifier: MIT */
#pragma once

/* The lease file on its disk, as the worker sees it: the descriptor, what must be found at the
 * path, and the file that is to replace it. Knows bytes and rows by number, not what they say.
 *
 * While `failure` is set nothing is appended; a rewrite that succeeds clears it. -ESTALE is no
 * failure of the disk: somebody else has saved the file (or it is in no form of ours), and what is
 * due goes into a new one. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "basic/buffer.h"
#include "store/file-operations.h"
#include "store/lock.h"
#include "store/worker.h"

typedef struct Failure {
        int error;             /* negative errno, 0 = none */
        const char *operation; /* static */
} Failure;

/* A name of ours for a file beside the lease file. Something that is no file of ours may have it,
 * or one that cannot be removed: then a digit follows. */
typedef struct DiskName {
        char *text; /* with room for the digit */
        size_t size;
        unsigned digit; /* 0 = none */
} DiskName;

enum {
        DISK_NAME_DIGITS = 9,
};

typedef struct Disk {
        const FileOperations *operations;
        int directory_fd;
        DirectoryLock lock;
        char *directory;
        char *name;
        DiskName new_name;      /* .NAME.tmp */
        DiskName aside_name;    /* NAME~ */
        DiskName rejected_name; /* NAME.rejected */

        int fd; /* the file, -1 while there is none */
        dev_t device;
        ino_t inode;
        uint64_t size;      /* what is ours and good */
        uint64_t allocated; /* up to here there is room for it on the disk */
        bool lacks_newline;
        bool keep; /* holds something that is nowhere else: to be put aside when it is replaced */
        size_t n_rows;
        Failure failure;
        struct timespec modified; /* when we did it last */
        Buffer last_rows;         /* of the last append that was written, see save.c */

        bool merges;            /* nothing is displaced that has not been looked at */
        FileIdentity displaced; /* what the rewrite under way may displace */
        bool keep_displaced;    /* as NAME~ */

        int new_fd; /* the file of the rewrite under way, -1 without one */
        uint64_t new_size;
        size_t n_new_rows;
        Failure new_failure; /* why there is no new_fd any more */
} Disk;

#define DISK_INIT ((Disk){.directory_fd = -1, .lock = DIRECTORY_LOCK_INIT, .fd = -1, .new_fd = -1})

/**
 * disk_open() - opens the directory, takes its lock, removes what a crash has left, opens the file
 * or makes it.
 *
 * @header: what a new file begins with
 * Return: 0 (perhaps with disk->failure set), -EWOULDBLOCK when another process holds the
 * directory's lock, -ENOENT without a directory, -EACCES when the file is there and cannot be read,
 * -EISDIR or -EINVAL when it is no regular file, other negative errno of open(), -ENOMEM; in any
 * case disk_done() is due.
 */
int disk_open(Disk *disk, const char *path, const FileOperations *operations, const Buffer *header);

/**
 * disk_find_holder() - which other process holds the lock that disk_open() could not take.
 * Return: 0 with @ret perhaps empty, negative errno.
 */
int disk_find_holder(const char *path, LockHolder *ret);

/**
 * disk_done() - closes everything and drops the lock; an unfinished new file is removed.
 */
void disk_done(Disk *disk);

/**
 * disk_run() - does a job. Run by the worker's thread.
 *
 * @userdata: the Disk
 */
void disk_run(Job *job, void *userdata);

/**
 * disk_append_rejected() - appends text to NAME.rejected and waits until it is on the disk. If that
 * fails the lease file itself is kept when it is replaced.
 * Return: 0, negative errno.
 */
int disk_append_rejected(Disk *disk, const Buffer *text);

/**
 * disk_name_set() - chooses the name with a digit; 0 = without.
 */
void disk_name_set(DiskName *name, unsigned digit);

/**
 * disk_is_replaceable() - whether nothing has a name, or a file, which may be one of ours. A
 * directory, a FIFO or a link is somebody's own affair.
 */
bool disk_is_replaceable(const Disk *disk, const char *name);

/**
 * disk_choose_aside() - sees to it that NAME~ can be given to a file: what we have kept there
 * before is removed, or another digit is chosen.
 */
void disk_choose_aside(Disk *disk);

/**
 * disk_is_ours() - whether a file is the one we know, as long and no longer than we left it.
 */
bool disk_is_ours(const Disk *disk, const struct stat *st);

/**
 * file_identity_get() - the version that a status is of.
 */
FileIdentity file_identity_get(const struct stat *st);

/**
 * file_identity_equal() - whether two are the same version.
 */
bool file_identity_equal(const FileIdentity *a, const FileIdentity *b) _pure_;

/**
 * disk_has_written_last() - whether a time of modification is that of our own last write. Cannot
 * tell who else wrote in the same tick of the file system's clock.
 */
bool disk_has_written_last(const Disk *disk, const struct timespec *modified) _pure_;

/**
 * disk_is_untouched() - whether a file is as we have left it, to its time of modification.
 */
bool disk_is_untouched(const Disk *disk, const struct stat *st);

/**
 * disk_adopt() - takes an open file as the lease file.
 *
 * @fd: owned by the disk from now on
 */
void disk_adopt(Disk *disk, int fd, const struct stat *st);

/**
 * disk_write_all() - writes, repeating short writes.
 * Return: 0, negative errno; some of the data may have been written.
 */
int disk_write_all(const Disk *disk, int fd, const void *data, size_t size);

/**
 * failure_set() - remembers what failed. Return: the error.
 */
int failure_set(Failure *failure, int error, const char *operation);

/**
 * rewrite_begin() - makes the new file and writes its header.
 */
void rewrite_begin(Disk *disk, const Buffer *header);

/**
 * rewrite_write() - appends rows to the new file; nothing happens when there is none. A failure is
 * told by rewrite_end().
 */
void rewrite_write(Disk *disk, const Buffer *data, size_t n_rows);

/**
 * rewrite_end() - makes the new file durable and puts it in the old one's place. On failure the new
 * file is gone and the old one as it was, except for @ret_suspect.
 *
 * @ret_put_aside: whether somebody else's version was found and is now NAME~
 * @ret_suspect: set when the file is in place, but perhaps not after a power cut
 * Return: 0, -ESTALE when there is a version that has not been looked at (only if disk->merges),
 * -EWOULDBLOCK when the directory could not be locked before and another server has done so since,
 * negative errno, with @ret_operation.
 */
int rewrite_end(Disk *disk, bool *ret_put_aside, bool *ret_suspect, const char **ret_operation);

/**
 * rewrite_end_backup() - makes the new file NAME~ instead. Return: as rewrite_end().
 */
int rewrite_end_backup(Disk *disk, const char **ret_operation);

/**
 * rewrite_discard() - gives the new file up.
 */
void rewrite_discard(Disk *disk, int error, const char *operation);
