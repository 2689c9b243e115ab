/* SPDX-License-Identifier: MIT */
#pragma once

/* The lock of a directory with lease files: two servers on one would give one address to two
 * clients. It is a file that nobody else can open, so that nobody else can hold it; what the
 * directory itself is locked for (flock(2), which everybody may who can look into it) is how
 * earlier versions did it, and is only noticed.
 *
 * The file stays when its lock is dropped: one that is removed while somebody waits for it would
 * let in two. It holds the holder's process identifier and command, for people. */

#include <stdbool.h>
#include <sys/types.h>

#define LOCK_FILE_NAME ".mini-dhcp.lock"

typedef struct DirectoryLock {
        int fd;         /* of the lock file, -1 without one */
        int error;      /* why there is none, negative errno; 0 with one */
        bool contested; /* another process has the lock of the directory itself */
} DirectoryLock;

#define DIRECTORY_LOCK_INIT ((DirectoryLock){.fd = -1})

typedef struct LockHolder {
        pid_t pid;        /* 0 when it is not known: no server, or gone by now */
        bool elsewhere;   /* the pid is that of another PID namespace */
        char command[32]; /* printable, "" when it is not known */
} LockHolder;

/**
 * directory_lock_take() - takes the lock, for as long as @lock is not dropped and the process
 * lives.
 *
 * Something else in the lock file's place is removed, a directory with something in it renamed to
 * .mini-dhcp.lock~; no link is followed. When there can be no lock file (nothing can be written
 * there) the lock counts as taken, with @lock->error: that must not keep a server from starting.
 *
 * @directory_fd: of the directory, open for reading; to be kept open, as it holds a lock as well
 * Return: 0, -EWOULDBLOCK when another process holds it. In any case directory_lock_drop() is due.
 */
int directory_lock_take(DirectoryLock *lock, int directory_fd);

/**
 * directory_lock_drop() - drops it, if it is held.
 */
void directory_lock_drop(DirectoryLock *lock);

/**
 * directory_lock_find_holder() - which other process holds the lock. That it does is the kernel's
 * word, its command that of the lock file.
 *
 * @ret: receives zeros when there is none
 */
void directory_lock_find_holder(int directory_fd, LockHolder *ret);
