/* SPDX-License-Identifier: MIT */
/* Files, locks and clocks. The folder may belong to the service's own user, and a verb may run as
 * root: nothing there is trusted, no link is followed, nothing but a plain file of sane size is
 * read.
 *
 * Invariant: a file that is there is whole (temporary file, fsync, rename). */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "basic/macro.h"
#include "client-cli/state-file.h"

enum {
        FILE_SIZE_MAX =
                256 * 1024, /* a message of 4 KiB, three times over, in hexadecimal: 50 KiB */
};

static usec_t clock_now(clockid_t id) {
        struct timespec now;

        (void) clock_gettime(id, &now);
        return (usec_t) now.tv_sec * USEC_PER_SEC + (usec_t) now.tv_nsec / 1000;
}

StateClock state_clock_now(void) {
        StateClock clock = {.now = {clock_now(CLOCK_REALTIME), clock_now(CLOCK_BOOTTIME)}};

        (void) sd_id128_get_boot(&clock.boot); /* which stays null where /proc/sys is hidden */
        return clock;
}

/* ---- writing ----------------------------------------------------------------------------------
 */

static void make_parent(const char *path) {
        _cleanup_free_ char *parent = strdup(path);
        char *slash = parent ? strrchr(parent, '/') : NULL;

        if (!slash || slash == parent)
                return;
        *slash = 0;
        (void) mkdir(parent, 0755); /* what is wrong with it shows when the file is opened */
}

static int write_whole(const char *path, const char *text) {
        _cleanup_fclose_ FILE *file = NULL;
        int fd;

        (void) unlink(path); /* of a process that has died; never written through */
        fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
        if (fd < 0)
                return -errno;
        file = fdopen(fd, "w");
        if (!file) {
                (void) close(fd);
                return -ENOMEM;
        }
        if (fprintf(file, "%s\n", text) < 0 || fflush(file) != 0 || fsync(fileno(file)) < 0)
                return errno > 0 ? -errno : -EIO;
        return 0;
}

int state_file_save(const char *path, const State *state) {
        _cleanup_free_ char *text = NULL, *temporary = NULL;
        const StateClock clock = state_clock_now();
        int r;

        r = state_format(state, &clock, &text);
        if (r < 0)
                return r;
        if (asprintf(&temporary, "%s~", path) < 0)
                return -ENOMEM;
        make_parent(path);
        r = write_whole(temporary, text);
        if (r >= 0 && rename(temporary, path) < 0)
                r = -errno;
        if (r < 0)
                (void) unlink(temporary);
        return r;
}

void state_file_remove(const char *path) {
        (void) unlink(path);
}

/* ---- reading ----------------------------------------------------------------------------------
 */

static int check_file(int fd, const char **ret_problem) {
        struct stat status;

        if (fstat(fd, &status) < 0)
                return -errno;
        if (!S_ISREG(status.st_mode)) {
                *ret_problem = "it is not a plain file";
                return -EBADMSG;
        }
        if (status.st_size > FILE_SIZE_MAX) {
                *ret_problem = "it is too long";
                return -EBADMSG;
        }
        return 0;
}

/* @text: FILE_SIZE_MAX bytes */
static int read_whole(const char *path, char *text, size_t *ret_size, const char **ret_problem) {
        _cleanup_close_ int fd = -1;
        size_t size = 0;
        ssize_t n;
        int r;

        fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
        if (fd < 0)
                return -errno;
        r = check_file(fd, ret_problem);
        if (r < 0)
                return r;
        while (size < FILE_SIZE_MAX && (n = read(fd, text + size, FILE_SIZE_MAX - size)) != 0) {
                if (n < 0 && errno != EINTR)
                        return -errno;
                size += n > 0 ? (size_t) n : 0;
        }
        *ret_size = size;
        return 0;
}

int state_file_load(const char *path, State *ret, const char **ret_problem) {
        const StateClock clock = state_clock_now();
        _cleanup_free_ char *text = malloc(FILE_SIZE_MAX);
        size_t size = 0;
        int r;

        *ret_problem = NULL;
        if (!text)
                r = -ENOMEM;
        else
                r = read_whole(path, text, &size, ret_problem);
        if (r >= 0)
                r = state_parse(text, size, &clock, ret, ret_problem);
        if (r < 0 && !*ret_problem)
                *ret_problem = strerror(-r);
        return r;
}

/* ---- the keeper -------------------------------------------------------------------------------
 */

static int open_lock(const char *path, int flags) {
        _cleanup_free_ char *name = NULL;
        int fd;

        if (asprintf(&name, "%s.lock", path) < 0)
                return -ENOMEM;
        fd = open(name, flags | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0644);
        return fd < 0 ? -errno : fd;
}

/* Return: 0, -ESRCH when nobody holds the lock. */
static int find_holder(int fd, pid_t *ret) {
        struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

        if (fcntl(fd, F_GETLK, &lock) < 0)
                return -errno;
        if (lock.l_type == F_UNLCK)
                return -ESRCH;
        *ret = lock.l_pid;
        return 0;
}

/* Root has left it behind in a folder that is ours. Return: 0, -EBUSY while root still keeps it. */
static int replace_lock(const char *path, pid_t *ret_owner) {
        _cleanup_free_ char *name = NULL;

        if (state_file_find_owner(path, ret_owner) >= 0)
                return -EBUSY;
        if (asprintf(&name, "%s.lock", path) < 0)
                return -ENOMEM;
        return unlink(name) < 0 ? -errno : 0;
}

int state_file_own(const char *path, int *ret, pid_t *ret_owner) {
        struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
        _cleanup_close_ int fd = -1;
        int r;

        make_parent(path);
        fd = open_lock(path, O_RDWR | O_CREAT);
        if (fd == -EACCES) {
                r = replace_lock(path, ret_owner);
                if (r < 0)
                        return r;
                fd = open_lock(path, O_RDWR | O_CREAT);
        }
        if (fd < 0)
                return fd;
        if (fcntl(fd, F_SETLK, &lock) < 0) {
                if (errno != EACCES && errno != EAGAIN)
                        return -errno;
                *ret_owner = 0;
                (void) find_holder(fd, ret_owner);
                return -EBUSY;
        }
        *ret = TAKE_FD(fd);
        return 0;
}

int state_file_find_owner(const char *path, pid_t *ret) {
        _cleanup_close_ int fd = -1;

        fd = open_lock(path, O_RDONLY);
        if (fd < 0)
                return fd == -ENOENT ? -ESRCH : fd;
        return find_holder(fd, ret);
}
