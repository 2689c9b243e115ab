/* SPDX-License-Identifier: MIT */

/* A thread for each piece of work, and an eventfd by which the loop hears of its end. */

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>

#include "daemon/file-writer.h"

struct FileWriter {
        sd_event_source *source;
        int event_fd;
        pthread_t thread;
        bool busy;
        FileWriterFunction function;
        void *userdata;

        /* the thread's while it runs */
        char *path;
        char *text;
        int result;
};

static int write_all(int fd, const char *text, size_t size) {
        while (size > 0) {
                ssize_t n = write(fd, text, size);

                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        return -errno;
                text += n;
                size -= (size_t) n;
        }
        return 0;
}

/* Settings are for all to read (minidhcpctl check-config), whatever the umask is. */
static int make_readable(int fd, mode_t mode) {
        return fchmod(fd, mode) < 0 ? -errno : 0;
}

static int sync_and_rename(int fd, int directory, const char *temporary, const char *name) {
        if (fsync(fd) < 0 || renameat(directory, temporary, directory, name) < 0)
                return -errno;
        return 0;
}

static int write_file(int directory, const char *name, const char *text) {
        _cleanup_free_ char *temporary = NULL;
        _cleanup_close_ int fd = -1;
        int r;

        /* a name that nobody reads who looks for *.conf */
        if (asprintf(&temporary, ".%s.new", name) < 0) {
                temporary = NULL;
                return -ENOMEM;
        }
        fd = openat(
                directory, temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
        if (fd < 0)
                return -errno;
        r = make_readable(fd, 0644);
        if (r >= 0)
                r = write_all(fd, text, strlen(text));
        if (r >= 0)
                r = sync_and_rename(fd, directory, temporary, name);
        if (r < 0)
                (void) unlinkat(directory, temporary, 0);
        return r;
}

/* Return: 1 when it was made, 0 when it was there, negative errno. */
static int make_directory(const char *path) {
        if (mkdir(path, 0755) >= 0)
                return 1;
        return errno == EEXIST ? 0 : -errno;
}

/* A name is durable when the directory that it stands in has been synced. */
static int sync_name_of(int directory) {
        _cleanup_close_ int parent = -1;

        parent = openat(directory, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        return parent < 0 || fsync(parent) < 0 ? -errno : 0;
}

static int work(const char *path, const char *text) {
        const char *name = strrchr(path, '/') + 1;
        _cleanup_free_ char *parent = strndup(path, (size_t) (name - path));
        _cleanup_close_ int directory = -1;
        int r, made = 0;

        if (!parent)
                return -ENOMEM;
        if (text) {
                made = make_directory(parent);
                if (made < 0)
                        return made;
        }
        directory = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (directory < 0)
                return !text && errno == ENOENT ? 0 : -errno;
        if (made > 0) {
                r = make_readable(directory, 0755);
                if (r >= 0)
                        r = sync_name_of(directory);
                if (r < 0) {
                        (void) rmdir(parent); /* so that the next attempt makes and syncs it */
                        return r;
                }
        }

        if (text) {
                r = write_file(directory, name, text);
                if (r < 0)
                        return r;
        } else if (unlinkat(directory, name, 0) < 0 && errno != ENOENT)
                return -errno;
        return fsync(directory) < 0 ? -errno : 0;
}

static void *run(void *userdata) {
        FileWriter *writer = userdata;
        const uint64_t one = 1;

        writer->result = work(writer->path, writer->text);
        /* cannot fail: the counter was zero */
        if (write(writer->event_fd, &one, sizeof(one)) < 0)
                abort();
        return NULL;
}

static void finish(FileWriter *writer) {
        (void) pthread_join(writer->thread, NULL);
        free(writer->path);
        free(writer->text);
        writer->path = writer->text = NULL;
        writer->busy = false;
}

static int on_done(sd_event_source *source, int fd, uint32_t revents, void *userdata) {
        FileWriter *writer = userdata;
        uint64_t n;

        (void) source;
        (void) revents;
        if (read(fd, &n, sizeof(n)) < 0)
                return 0;
        finish(writer);
        writer->function(writer->result, writer->userdata);
        return 0;
}

int file_writer_new(FileWriter **ret, sd_event *event) {
        _cleanup_(file_writer_freep) FileWriter *writer = NULL;
        int r;

        writer = calloc(1, sizeof(*writer));
        if (!writer)
                return -ENOMEM;
        writer->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        if (writer->event_fd < 0)
                return -errno;
        r = sd_event_add_io(event, &writer->source, writer->event_fd, EPOLLIN, on_done, writer);
        if (r < 0)
                return r;

        *ret = TAKE_PTR(writer);
        return 0;
}

FileWriter *file_writer_free(FileWriter *writer) {
        if (!writer)
                return NULL;

        if (writer->busy)
                finish(writer);
        (void) sd_event_source_disable_unref(writer->source);
        if (writer->event_fd >= 0)
                (void) close(writer->event_fd);
        free(writer);
        return NULL;
}

int file_writer_start(FileWriter *writer, const char *path, const char *text,
        FileWriterFunction function, void *userdata) {
        int r;

        if (writer->busy)
                return -EBUSY;

        writer->path = strdup(path);
        writer->text = text ? strdup(text) : NULL;
        writer->function = function;
        writer->userdata = userdata;
        r = !writer->path || (text && !writer->text)
                    ? ENOMEM
                    : pthread_create(&writer->thread, NULL, run, writer);
        if (r != 0) {
                free(writer->path);
                free(writer->text);
                writer->path = writer->text = NULL;
                return -r;
        }
        writer->busy = true;
        return 0;
}
