/* SPDX-License-Identifier: MIT */
/* Lease files for edit-leases. Rows are read by the server's own reader; lines are never formatted
 * anew, so that a copy says what the file does. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

int lease_text_read(const char *path, LeaseText *ret) {
        _cleanup_close_ int fd = -1;
        int r;

        ret->text = BUFFER_INIT;
        ret->problems = (Problems){0};
        loader_init(&ret->loader, path, &ret->problems, &ret->unknown);
        fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
        if (fd < 0)
                return -errno;
        r = read_text(fd, &ret->text);
        return r < 0 ? r : loader_read(&ret->loader, fd);
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

/* The server must be able to read what it is given. */
static int fill(int fd, const struct stat *like, const Buffer *text) {
        int r;

        r = lease_text_write(fd, text);
        if (r < 0)
                return r;
        if (fchown(fd, like->st_uid, like->st_gid) < 0 || fchmod(fd, like->st_mode & 07777) < 0 ||
                fsync(fd) < 0)
                return -errno;
        return 0;
}

int lease_text_replace(const char *path, const Buffer *text, int *ret_fd) {
        _cleanup_free_ char *temporary = NULL;
        _cleanup_close_ int fd = -1;
        struct stat like;
        int r;

        if (stat(path, &like) < 0)
                return -errno;
        if (asprintf(&temporary, "%s.edit-XXXXXX", path) < 0)
                return -ENOMEM;
        fd = mkostemp(temporary, O_CLOEXEC);
        if (fd < 0)
                return -errno;
        r = fill(fd, &like, text);
        if (r >= 0 && rename(temporary, path) < 0)
                r = -errno;
        if (r < 0) {
                (void) unlink(temporary);
                return r;
        }
        *ret_fd = TAKE_FD(fd);
        return 0;
}
