/* SPDX-License-Identifier: MIT */

/* Two locks are on the file. flock(2) decides: it belongs to the open file, as does a LeaseFile. A
 * record lock (fcntl(2)) only tells others who we are: the kernel translates its process identifier
 * into their namespace, where /proc may hide us. It is asked for second and may fail: on NFS the
 * two are the same. */

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "basic/macro.h"
#include "store/lock.h"

enum {
        ATTEMPTS_MAX = 4, /* at a file that others replace meanwhile */
        OTHERS_MODE = S_IRWXG | S_IRWXO,
};

/* Whether it can be the lock file: neither a link, of either kind, nor somebody's trap. */
static bool is_suitable(const struct stat *st, const struct stat *directory) {
        return S_ISREG(st->st_mode) && st->st_nlink == 1 &&
               (st->st_uid == geteuid() || st->st_uid == directory->st_uid);
}

static struct flock whole_file(void) {
        return (struct flock){.l_type = F_WRLCK, .l_whence = SEEK_SET};
}

/* Return: whether a server has the file; @ret is the kernel's answer. */
static bool find_writer(int fd, struct flock *ret) {
        *ret = whole_file();
        return fcntl(fd, F_GETLK, ret) >= 0 && ret->l_type == F_WRLCK;
}

/* Return: 0 when the name is free now, negative errno. */
static int put_away(int directory_fd) {
        if (unlinkat(directory_fd, LOCK_FILE_NAME, 0) >= 0 || errno == ENOENT)
                return 0;
        if (errno != EISDIR && errno != EPERM)
                return -errno;
        if (unlinkat(directory_fd, LOCK_FILE_NAME, AT_REMOVEDIR) >= 0)
                return 0;
        return renameat2(directory_fd, LOCK_FILE_NAME, directory_fd, LOCK_FILE_NAME "~",
                       RENAME_NOREPLACE) < 0
                       ? -errno
                       : 0;
}

/* Frees the name of what cannot be the lock file, without opening it.
 * Return: 0, negative errno. */
static int clear_name(int directory_fd, const struct stat *directory) {
        struct stat st;

        if (fstatat(directory_fd, LOCK_FILE_NAME, &st, AT_SYMLINK_NOFOLLOW) < 0)
                return errno == ENOENT ? 0 : -errno;
        return is_suitable(&st, directory) ? 0 : put_away(directory_fd);
}

/* Somebody else has the file. Where others can open it, and it is no server that has it, another
 * file takes its place. Return: -EWOULDBLOCK, -ESTALE. */
static int judge_locked(int directory_fd, int fd, const struct stat *st) {
        struct flock writer;

        if (!(st->st_mode & OTHERS_MODE) || find_writer(fd, &writer) || put_away(directory_fd) < 0)
                return -EWOULDBLOCK;
        return -ESTALE;
}

/* Return: 0, -EWOULDBLOCK, -ESTALE when something else has the name by now, negative errno. */
static int open_and_lock(int directory_fd, const struct stat *directory, int *ret) {
        _cleanup_close_ int fd = -1;
        struct stat st, named;

        fd = openat(directory_fd, LOCK_FILE_NAME,
                O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0600);
        if (fd < 0 || fstat(fd, &st) < 0)
                return -errno;
        if (!is_suitable(&st, directory))
                return -ESTALE;
        if (flock(fd, LOCK_EX | LOCK_NB) < 0)
                return errno == EWOULDBLOCK ? judge_locked(directory_fd, fd, &st) : -errno;
        if (fstatat(directory_fd, LOCK_FILE_NAME, &named, AT_SYMLINK_NOFOLLOW) < 0 ||
                named.st_dev != st.st_dev || named.st_ino != st.st_ino)
                return -ESTALE;

        *ret = TAKE_FD(fd);
        return 0;
}

/* What root makes is the directory's owner's, who may be the next to lock it. What fails here costs
 * no more than a name in a message. */
static void sign(int fd, const struct stat *directory) {
        struct flock name = whole_file();

        (void) fcntl(fd, F_SETLK, &name);
        (void) !ftruncate(fd, 0);
        (void) fchmod(fd, 0600);
        if (geteuid() == 0)
                (void) !fchown(fd, directory->st_uid, directory->st_gid);
        (void) dprintf(fd, "%ld %s\n", (long) getpid(), program_invocation_short_name);
}

static int lock_file(int directory_fd, int *ret) {
        struct stat directory;
        int r = -ESTALE;

        if (fstat(directory_fd, &directory) < 0)
                return -errno;
        for (unsigned i = 0; i < ATTEMPTS_MAX; i++) {
                r = clear_name(directory_fd, &directory);
                if (r >= 0)
                        r = open_and_lock(directory_fd, &directory, ret);
                if (r != -ESTALE)
                        break;
        }
        if (r >= 0)
                sign(*ret, &directory);
        return r;
}

int directory_lock_take(DirectoryLock *lock, int directory_fd) {
        int r;

        *lock = DIRECTORY_LOCK_INIT;
        r = lock_file(directory_fd, &lock->fd);
        if (r == -EWOULDBLOCK)
                return r;
        lock->error = r;
        lock->contested = flock(directory_fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK;
        return 0;
}

void directory_lock_drop(DirectoryLock *lock) {
        if (lock->fd >= 0) {
                (void) !ftruncate(lock->fd, 0);
                (void) close(lock->fd);
        }
        *lock = DIRECTORY_LOCK_INIT;
}

/* "PID COMMAND" */
static long read_signature(int fd, char *ret_command, size_t capacity) {
        char text[64];
        long pid = 0;
        int start = 0;
        size_t i = 0;
        ssize_t n = pread(fd, text, sizeof(text) - 1, 0);

        text[n < 0 ? 0 : n] = '\0';
        if (sscanf(text, "%9ld %n", &pid, &start) < 1)
                return 0;
        for (const char *p = text + start; i + 1 < capacity && isgraph((unsigned char) *p); p++)
                ret_command[i++] = *p;
        ret_command[i] = '\0';
        return pid;
}

void directory_lock_find_holder(int directory_fd, LockHolder *ret) {
        _cleanup_close_ int fd = -1;
        struct flock writer;
        long pid;

        *ret = (LockHolder){0};
        fd = openat(directory_fd, LOCK_FILE_NAME,
                O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
        if (fd < 0 || !find_writer(fd, &writer))
                return;
        pid = read_signature(fd, ret->command, sizeof(ret->command));
        ret->elsewhere = writer.l_pid <= 0;
        ret->pid = ret->elsewhere ? (pid_t) pid : writer.l_pid;
}
