/* SPDX-License-Identifier: MIT */

/* A disk that fails, crawls and forgets, to be preloaded into mini-dhcpd. It is about the files in
 * $FAULTY_DISK_DIRECTORY alone, and is told what to do by files that may come and go at any time:
 *
 *   $FAULTY_DISK_CONTROL/faults/CALL   what happens to open, write, fdatasync, fsync,
 *                                      fsync-directory, rename: "ENOSPC", "EIO", "EROFS";
 *                                      "short" (half of it is written); "slow MSEC";
 *                                      "jitter MSEC" (up to that). With " once" behind it the fault
 *                                      removes itself.
 *   $FAULTY_DISK_CONTROL/calls         one line for each fault that has happened
 *   $FAULTY_DISK_CONTROL/image/        what a power cut would leave at least
 *
 * In the image each file is called by its inode number, and has what was synced; leases.csv is the
 * one that had that name when the directory was last synced. After a sync that fails, the kernel
 * may forget what was to be written and succeed the next time: the image has NULs in that place.
 *
 * Invariant: the image is brought up to date before the call returns, so that whatever is promised
 * because of it must be found there. */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define LEASE_FILE "leases.csv"

typedef enum FaultKind {
        FAULT_NONE,
        FAULT_ERROR,
        FAULT_SHORT,
} FaultKind;

/* ---- whose file is it ------------------------------------------------------------------------ */

static const char *directory(void) {
        const char *text = getenv("FAULTY_DISK_DIRECTORY");

        return text ? text : "/nonexistent";
}

static void control_path(char *ret, size_t size, const char *name) {
        const char *text = getenv("FAULTY_DISK_CONTROL");

        (void) snprintf(ret, size, "%s/%s", text ? text : "/nonexistent", name);
}

/* Return: 1 for a file in the directory, 2 for the directory itself, else 0. */
static int is_ours(int fd) {
        size_t length = strlen(directory());
        char link[64], path[PATH_MAX];
        ssize_t n;

        (void) snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
        n = readlink(link, path, sizeof(path) - 1);
        if (n < 0)
                return 0;
        path[n] = '\0';
        if (strncmp(path, directory(), length) != 0)
                return 0;
        return path[length] == '/' ? 1 : path[length] == '\0' ? 2 : 0;
}

/* ---- what is to happen ----------------------------------------------------------------------- */

static int error_from_name(const char *name) {
        static const struct {
                const char *name;
                int error;
        } errors[] = {{"ENOSPC", ENOSPC}, {"EIO", EIO}, {"EROFS", EROFS}};

        for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
                if (strcmp(name, errors[i].name) == 0)
                        return errors[i].error;
        return 0;
}

static void sleep_msec(long msec) {
        struct timespec left = {.tv_sec = msec / 1000, .tv_nsec = msec % 1000 * 1000000};

        /* a signal must not make the disk faster */
        while (clock_nanosleep(CLOCK_MONOTONIC, 0, &left, &left) == EINTR)
                continue;
}

static void tell(const char *call, const char *text) {
        char path[PATH_MAX], line[128];
        int fd, n;

        control_path(path, sizeof(path), "calls");
        fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
        if (fd < 0)
                return;
        n = snprintf(line, sizeof(line), "%s %s\n", call, text);
        (void) !syscall(SYS_write, fd, line, n);
        (void) close(fd);
}

static bool read_fault(const char *call, char *text, size_t size) {
        char name[64], path[PATH_MAX];
        ssize_t n;
        int fd;

        (void) snprintf(name, sizeof(name), "faults/%s", call);
        control_path(path, sizeof(path), name);
        fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
                return false;
        n = read(fd, text, size - 1);
        (void) close(fd);
        if (n <= 0)
                return false;
        text[strcspn((text[n] = '\0', text), "\n")] = '\0';
        if (strstr(text, " once"))
                (void) unlink(path);
        return true;
}

/* Sleeps if that is the fault. Return: what is left to be done; errno is set for FAULT_ERROR. */
static FaultKind take_fault(const char *call) {
        static unsigned seed = 1;
        char text[64], name[64] = "";
        long msec = 0;

        if (!read_fault(call, text, sizeof(text)))
                return FAULT_NONE;
        (void) sscanf(text, "%63s %ld", name, &msec);
        if (strcmp(name, "jitter") == 0) {
                sleep_msec(msec > 0 ? rand_r(&seed) % msec : 0);
                return FAULT_NONE;
        }
        tell(call, text);
        if (strcmp(name, "slow") == 0) {
                sleep_msec(msec);
                return FAULT_NONE;
        }
        if (strcmp(name, "short") == 0)
                return FAULT_SHORT;
        errno = error_from_name(name);
        return errno != 0 ? FAULT_ERROR : FAULT_NONE;
}

/* ---- what is durable ------------------------------------------------------------------------- */

static int open_image(ino_t inode, int flags) {
        char name[64], path[PATH_MAX];

        (void) snprintf(name, sizeof(name), "image/%ju", (uintmax_t) inode);
        control_path(path, sizeof(path), name);
        return open(path, O_RDWR | O_CLOEXEC | flags, 0644);
}

static off_t size_of(int fd) {
        struct stat st;

        return fstat(fd, &st) < 0 ? 0 : st.st_size;
}

/* Adds what the file has and its image has not. */
static void image_extend(int fd) {
        static char block[1 << 16];
        struct stat st;
        off_t at;
        int image;

        if (fstat(fd, &st) < 0 || (image = open_image(st.st_ino, O_CREAT)) < 0)
                return;
        at = size_of(image);
        while (at < st.st_size) {
                ssize_t n = pread(fd, block, sizeof(block), at);

                if (n <= 0 || pwrite(image, block, (size_t) n, at) != n)
                        break;
                at += n;
        }
        (void) close(image);
}

/* What was to be synced is lost. */
static void image_lose(int fd) {
        struct stat st;
        int image;

        if (fstat(fd, &st) < 0 || (image = open_image(st.st_ino, O_CREAT)) < 0)
                return;
        if (size_of(image) < st.st_size)
                (void) !syscall(SYS_ftruncate, image, st.st_size);
        (void) close(image);
}

static void image_cut(int fd, off_t size) {
        struct stat st;
        int image;

        if (fstat(fd, &st) < 0 || (image = open_image(st.st_ino, 0)) < 0)
                return;
        if (size_of(image) > size)
                (void) !syscall(SYS_ftruncate, image, size);
        (void) close(image);
}

/* A file that was just opened: a new one is empty, any other was there before us. */
static void image_begin(int fd, bool created) {
        struct stat st;
        int image;

        if (fstat(fd, &st) < 0)
                return;
        image = open_image(st.st_ino, created ? O_CREAT | O_TRUNC : O_CREAT | O_EXCL);
        if (image < 0)
                return;
        (void) close(image);
        if (!created)
                image_extend(fd);
}

static void image_name(void) {
        char path[PATH_MAX], name[64], from[PATH_MAX], new[PATH_MAX], to[PATH_MAX];
        struct stat st;

        (void) snprintf(path, sizeof(path), "%s/" LEASE_FILE, directory());
        if (stat(path, &st) < 0)
                return;
        (void) snprintf(name, sizeof(name), "image/%ju", (uintmax_t) st.st_ino);
        control_path(from, sizeof(from), name);
        control_path(new, sizeof(new), "image/new");
        control_path(to, sizeof(to), "image/" LEASE_FILE);
        (void) unlink(new);
        /* of two links to one file, rename() would leave both */
        if (link(from, new) == 0 && rename(new, to) == 0)
                (void) unlink(new);
}

/* ---- the calls ------------------------------------------------------------------------------- */

static int open_at(int directory_fd, const char *path, int flags, mode_t mode) {
        const bool ours = is_ours(directory_fd) == 2;
        char image[PATH_MAX];
        int fd;

        if (ours && take_fault("open") == FAULT_ERROR)
                return -1;
        fd = (int) syscall(SYS_openat, directory_fd, path, flags, mode);
        if (fd < 0 || !ours)
                return fd;
        image_begin(fd, flags & O_EXCL);
        control_path(image, sizeof(image), "image/" LEASE_FILE);
        if (strcmp(path, LEASE_FILE) == 0 && access(image, F_OK) < 0)
                image_name();
        return fd;
}

int openat(int directory_fd, const char *path, int flags, ...) {
        va_list arguments;
        mode_t mode;

        va_start(arguments, flags);
        mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(arguments, mode_t) : 0;
        va_end(arguments);
        return open_at(directory_fd, path, flags, mode);
}

int openat64(int directory_fd, const char *path, int flags, ...) {
        va_list arguments;
        mode_t mode;

        va_start(arguments, flags);
        mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(arguments, mode_t) : 0;
        va_end(arguments);
        return open_at(directory_fd, path, flags, mode);
}

ssize_t write(int fd, const void *data, size_t size) {
        switch (is_ours(fd) == 1 ? take_fault("write") : FAULT_NONE) {
        case FAULT_ERROR:
                return -1;
        case FAULT_SHORT:
                size = (size + 1) / 2;
                break;
        case FAULT_NONE:
                break;
        }
        return syscall(SYS_write, fd, data, size);
}

static int sync_file(long number, const char *call, int fd) {
        if (take_fault(call) == FAULT_ERROR) {
                const int error = errno;

                image_lose(fd);
                errno = error;
                return -1;
        }
        if (syscall(number, fd) < 0)
                return -1;
        image_extend(fd);
        return 0;
}

int fdatasync(int fd) {
        if (is_ours(fd) != 1)
                return (int) syscall(SYS_fdatasync, fd);
        return sync_file(SYS_fdatasync, "fdatasync", fd);
}

int fsync(int fd) {
        const int ours = is_ours(fd);

        if (ours == 1)
                return sync_file(SYS_fsync, "fsync", fd);
        if (ours == 2 && take_fault("fsync-directory") == FAULT_ERROR)
                return -1;
        if (syscall(SYS_fsync, fd) < 0)
                return -1;
        if (ours == 2)
                image_name();
        return 0;
}

static int cut(int fd, off_t size) {
        if (syscall(SYS_ftruncate, fd, size) < 0)
                return -1;
        if (is_ours(fd) == 1)
                image_cut(fd, size);
        return 0;
}

int ftruncate(int fd, off_t size) {
        return cut(fd, size);
}

int ftruncate64(int fd, off_t size) {
        return cut(fd, size);
}

int renameat2(int from_fd, const char *from, int to_fd, const char *to, unsigned flags) {
        if (is_ours(to_fd) == 2 && take_fault("rename") == FAULT_ERROR)
                return -1;
        return (int) syscall(SYS_renameat2, from_fd, from, to_fd, to, flags);
}
