/* SPDX-License-Identifier: MIT */
/* The path is walked name by name, each opened before it is judged, so that what was judged is what
 * is used. */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "basic/macro.h"
#include "ctl/lease-place.h"

enum {
        LINKS_MAX = 40, /* as the kernel has it */
};

static bool is_trusted(const struct stat *st) {
        return st->st_uid == 0 || st->st_uid == geteuid();
}

/* Where a walk along a path is: in a directory, with this much to go. */
typedef struct Walk {
        int fd;
        char *rest;
        unsigned n_links;
} Walk;

static void walk_done(Walk *walk) {
        if (walk->fd >= 0)
                (void) close(walk->fd);
        free(walk->rest);
}

static void enter(Walk *walk, int fd) {
        if (walk->fd >= 0)
                (void) close(walk->fd);
        walk->fd = fd;
}

/* Where a path begins: in the root, or, one that is relative, where the walk is.
 * Return: 0, negative errno. */
static int enter_start(Walk *walk, const char *path) {
        int fd;

        if (*path != '/' && walk->fd >= 0)
                return 0;
        fd = open(*path == '/' ? "/" : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0)
                return -errno;
        enter(walk, fd);
        return 0;
}

/* Puts what a link says before what is left of the path. */
static int follow(Walk *walk, int link, const char *rest) {
        char target[PATH_MAX], *path;
        ssize_t n = readlinkat(link, "", target, sizeof(target) - 1);

        if (n < 0)
                return -errno;
        if (++walk->n_links > LINKS_MAX)
                return -ELOOP;
        target[n] = '\0';
        if (asprintf(&path, "%s%s%s", target, *rest ? "/" : "", rest) < 0)
                return -ENOMEM;
        free(walk->rest);
        walk->rest = path;
        return enter_start(walk, target);
}

/* Takes the next name of the path off, for free(); NULL without memory, "" at the end. */
static char *next_name(const Walk *walk, const char **ret_rest) {
        const char *p = walk->rest + strspn(walk->rest, "/");
        const size_t size = strcspn(p, "/");

        *ret_rest = p + size + strspn(p + size, "/");
        return strndup(p, size);
}

/* One name further. Return: 1 when it is the last one, which @ret_name receives, 0, negative
 * errno. */
static int step(Walk *walk, char **ret_name) {
        _cleanup_free_ char *name = NULL;
        _cleanup_close_ int fd = -1;
        const char *rest;
        struct stat st;

        name = next_name(walk, &rest);
        if (!name)
                return -ENOMEM;
        if (!*name)
                return -EISDIR;
        fd = openat(walk->fd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
        if (fd < 0 && (errno != ENOENT || *rest))
                return -errno;
        if (fd >= 0 && fstat(fd, &st) < 0)
                return -errno;
        if (fd >= 0 && S_ISLNK(st.st_mode))
                return is_trusted(&st) ? follow(walk, fd, rest) : -ELOOP;
        if (!*rest) {
                *ret_name = TAKE_PTR(name);
                return 1;
        }
        if (!S_ISDIR(st.st_mode))
                return -ENOTDIR;
        memmove(walk->rest, rest, strlen(rest) + 1);
        enter(walk, TAKE_FD(fd));
        return 0;
}

int lease_place_open(LeasePlace *place, const char *path) {
        _cleanup_(walk_done) Walk walk = {.fd = -1, .rest = strdup(path)};
        int r;

        if (!walk.rest)
                return -ENOMEM;
        r = enter_start(&walk, path);
        while (r == 0)
                r = step(&walk, &place->name);
        if (r < 0)
                return r;
        place->directory_fd = TAKE_FD(walk.fd);
        return 0;
}

void lease_place_done(LeasePlace *place) {
        if (place->directory_fd >= 0)
                (void) close(place->directory_fd);
        free(place->name);
        *place = LEASE_PLACE_INIT;
}

int lease_place_open_file(const LeasePlace *place, int *ret_fd, struct stat *ret_status) {
        _cleanup_close_ int fd = -1;
        struct stat st;

        /* no user can make a device, and a FIFO without a writer must not hold us */
        fd = openat(place->directory_fd, place->name,
                O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
        if (fd < 0 || fstat(fd, &st) < 0)
                return -errno;
        if (!S_ISREG(st.st_mode))
                return S_ISDIR(st.st_mode) ? -EISDIR : -EBADFD;
        if (ret_status)
                *ret_status = st;
        *ret_fd = TAKE_FD(fd);
        return 0;
}

int lease_place_open_path(const char *path, int *ret_fd) {
        _cleanup_(lease_place_done) LeasePlace place = LEASE_PLACE_INIT;
        int r;

        r = lease_place_open(&place, path);
        return r < 0 ? r : lease_place_open_file(&place, ret_fd, NULL);
}

ExitStatus lease_place_report(int error, const char *what, const char *path) {
        if (error == -ELOOP)
                return report(STATUS_FAILURE,
                        "%s %s: a link on the way belongs neither to root nor to you, and is not "
                        "followed; see: namei -l %s",
                        what, path, path);
        if (error == -EBADFD)
                return report(STATUS_FAILURE, "%s %s: it is not a regular file", what, path);
        return report_errno(error, "%s %s", what, path);
}
