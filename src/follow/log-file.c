/* SPDX-License-Identifier: MIT */

/* The file of a log. Knows nothing of what is in it. */

#include "follow/log-file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* A file that has grown by less than this is not worth writing anew. */
#define GROWTH_MIN (256 * 1024)

static int write_all(int fd, const uint8_t *data, size_t size) {
        while (size > 0) {
                ssize_t n = write(fd, data, size);

                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        return -errno;
                data += n;
                size -= (size_t) n;
        }
        return 0;
}

static void stop_appending(LogFile *file) {
        if (file->fd >= 0)
                (void) close(file->fd);
        file->fd = -1;
}

/* Return: 0, -ENOENT, -EBADMSG when it is to be overwritten, -ENOMEM, negative errno. */
static int restore(LogFile *file) {
        _cleanup_close_ int fd = open(file->path, O_RDWR | O_APPEND | O_CLOEXEC);
        struct stat st;
        int64_t whole = 0;

        if (fd < 0)
                return -errno;
        if (fstat(fd, &st) < 0)
                return -errno;
        if (st.st_size > 0) {
                void *data = mmap(NULL, (size_t) st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);

                if (data == MAP_FAILED)
                        return -errno;
                whole = file->owner->restore(file->userdata, data, (size_t) st.st_size);
                (void) munmap(data, (size_t) st.st_size);
        }
        if (whole < 0)
                return (int) whole;
        if (whole == 0)
                return -ENOENT;
        if (ftruncate(fd, whole) < 0)
                return -errno;
        file->fd = TAKE_FD(fd);
        file->size = file->size_anew = (uint64_t) whole;
        return 0;
}

static int write_anew(LogFile *file) {
        _cleanup_(buffer_done) Buffer log = BUFFER_INIT;
        _cleanup_close_ int fd = -1;
        int r;

        stop_appending(file);
        r = file->owner->write(file->userdata, &log);
        if (r < 0)
                return r;
        fd = open(file->temporary, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
        if (fd < 0)
                return -errno;
        r = write_all(fd, log.data, log.size);
        if (r < 0)
                return r;
        if (rename(file->temporary, file->path) < 0)
                return -errno;
        file->fd = TAKE_FD(fd);
        file->size = file->size_anew = log.size;
        buffer_clear(file->owner->get(file->userdata));
        return 0;
}

int log_file_open(LogFile *file, const char *path, const LogOwner *owner, void *userdata) {
        int r;

        *file = (LogFile){.owner = owner, .userdata = userdata, .fd = -1, .path = strdup(path)};
        if (!file->path || asprintf(&file->temporary, "%s.new", path) < 0) {
                file->temporary = NULL;
                return -ENOMEM;
        }
        r = restore(file);
        if (r == -ENOENT || r == -EBADMSG)
                r = write_anew(file);
        return r;
}

void log_file_close(LogFile *file) {
        stop_appending(file);
        free(TAKE_PTR(file->path));
        free(TAKE_PTR(file->temporary));
}

int log_file_flush(LogFile *file) {
        Buffer *log = file->owner->get(file->userdata);
        int r;

        if (file->fd < 0 || log->error < 0 ||
                file->size + log->size > 2 * file->size_anew + GROWTH_MIN)
                return write_anew(file);
        if (log->size == 0)
                return 0;
        r = write_all(file->fd, log->data, log->size);
        if (r < 0) {
                /* it may have a part of an entry at its end */
                stop_appending(file);
                return r;
        }
        file->size += log->size;
        buffer_clear_to(log, 64 * 1024);
        return 0;
}
