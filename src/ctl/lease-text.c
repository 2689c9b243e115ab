/* SPDX-License-Identifier: MIT */
/* Lease files for edit-leases. Rows are read by the server's own reader; lines are never formatted
 * anew, so that a copy says what the file does. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ctl/lease-text.h"

static int read_text(int fd, Buffer *ret) {
        for (;;) {
                char bytes[65536];
                ssize_t n = pread(fd, bytes, sizeof(bytes), (off_t) ret->size);

                if (n < 0)
                        return -errno;
                if (n == 0)
                        return 0;
                if (buffer_append(ret, bytes, (size_t) n) < 0)
                        return -ENOMEM;
        }
}

static void text_init(LeaseText *text, const char *path) {
        text->text = BUFFER_INIT;
        text->problems = (Problems){0};
        loader_init(&text->loader, path, &text->problems, &text->unknown);
}

static int text_load(LeaseText *text, int fd) {
        int r;

        r = read_text(fd, &text->text);
        return r < 0 ? r : loader_read(&text->loader, fd);
}

int lease_text_read(const char *path, LeaseText *ret) {
        _cleanup_close_ int fd = -1;

        text_init(ret, path);
        fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
        return fd < 0 ? -errno : text_load(ret, fd);
}

int lease_text_read_at(const LeasePlace *place, const char *path, LeaseText *ret) {
        _cleanup_close_ int fd = -1;
        int r;

        text_init(ret, path);
        r = lease_place_open_file(place, &fd, NULL);
        return r < 0 ? r : text_load(ret, fd);
}

void lease_text_done(LeaseText *text) {
        /* exist once there is a header */
        if (text->loader.has_header)
                unknown_cells_done(&text->unknown);
        loader_done(&text->loader);
        problems_done(&text->problems);
        buffer_done(&text->text);
}

static bool is_erased(const StoredRow *row) {
        return row->state == LEASE_RELEASED && row->client_id_size == 0;
}

/* The next line that counts, 0 at the end. */
static unsigned next_line(const LeaseText *text, size_t *position) {
        const StoredRow *row;

        while ((row = row_store_next(&text->loader.rows, position)))
                if (!is_erased(row))
                        return row->line;
        return 0;
}

int lease_text_compact(const LeaseText *text, Buffer *ret) {
        const char *p = (const char *) text->text.data, *end = p + text->text.size, *newline;
        unsigned number = 1, wanted;
        size_t position = 0;

        wanted = next_line(text, &position);
        for (; p < end && (newline = memchr(p, '\n', (size_t) (end - p))); p = newline + 1) {
                if (number == 1 || number == wanted)
                        (void) buffer_append(ret, p, (size_t) (newline + 1 - p));
                if (number == wanted)
                        wanted = next_line(text, &position);
                number++;
        }
        return ret->error;
}

const StoredRow *lease_text_find(const LeaseText *text, ipv4_t address) {
        const StoredRow *row = row_store_find(&text->loader.rows, address);

        return row && !is_erased(row) ? row : NULL;
}

int lease_text_write(int fd, const Buffer *text) {
        size_t done = 0;

        while (done < text->size) {
                ssize_t n = write(fd, text->data + done, text->size - done);

                if (n < 0 && errno != EINTR)
                        return -errno;
                if (n > 0)
                        done += (size_t) n;
        }
        return 0;
}

/* The server must be able to read what it is given. What the mode says besides, of set-user-ID say,
 * would be root's word for a text of somebody else. */
static int fill(int fd, const struct stat *like, const Buffer *text) {
        int r;

        r = lease_text_write(fd, text);
        if (r < 0)
                return r;
        if (fchown(fd, like->st_uid, like->st_gid) < 0 || fchmod(fd, like->st_mode & 0666) < 0 ||
                fsync(fd) < 0)
                return -errno;
        return 0;
}

/* A new file beside the lease file, by a name that nobody could have guessed.
 * @ret_name: for free(). Return: a descriptor, negative errno. */
static int make_temporary(const LeasePlace *place, char **ret_name) {
        uint64_t number;
        int fd;

        if (getrandom(&number, sizeof(number), 0) < 0)
                return -errno;
        if (asprintf(ret_name, ".%s.edit-%016llx", place->name, (unsigned long long) number) < 0) {
                *ret_name = NULL;
                return -ENOMEM;
        }
        fd = openat(place->directory_fd, *ret_name,
                O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC, 0600);
        return fd < 0 ? -errno : fd;
}

int lease_text_replace(const LeasePlace *place, const Buffer *text, int *ret_fd) {
        _cleanup_close_ int fd = -1, before = -1;
        _cleanup_free_ char *temporary = NULL;
        struct stat like;
        int r;

        r = lease_place_open_file(place, &before, &like);
        if (r < 0)
                return r;
        fd = make_temporary(place, &temporary);
        if (fd < 0)
                return fd;
        r = fill(fd, &like, text);
        if (r >= 0 &&
                renameat(place->directory_fd, temporary, place->directory_fd, place->name) < 0)
                r = -errno;
        if (r < 0) {
                (void) unlinkat(place->directory_fd, temporary, 0);
                return r;
        }
        *ret_fd = TAKE_FD(fd);
        return 0;
}
