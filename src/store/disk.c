/* SPDX-License-Identifier: MIT */

/* Opening, appending, and what is known about the file. Nothing here knows what a row says or what
 * time it is. Invariant: an append answers 0 only if every byte up to disk->size is durable in the
 * very file that is found at the path. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "store/disk.h"
#include "store/save.h"

/* How much room an append looks for, when it needs any. */
#define ALLOCATE_COMMITS 16
#define ALLOCATE_MIN ((size_t) 32 * 1024)
#define ALLOCATE_MAX ((size_t) 1024 * 1024)

int failure_set(Failure *failure, int error, const char *operation) {
        *failure = (Failure){.error = error, .operation = operation};
        return error;
}

int disk_write_all(const Disk *disk, int fd, const void *data, size_t size) {
        const char *p = data;

        while (size > 0) {
                ssize_t n = disk->operations->write(fd, p, size);

                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        return -errno;
                if (n == 0)
                        return -EIO;
                p += n;
                size -= (size_t) n;
        }
        return 0;
}

bool disk_is_ours(const Disk *disk, const struct stat *st) {
        return disk->fd >= 0 && st->st_dev == disk->device && st->st_ino == disk->inode &&
               (uint64_t) st->st_size == disk->size;
}

FileIdentity file_identity_get(const struct stat *st) {
        return (FileIdentity){
                .device = st->st_dev,
                .inode = st->st_ino,
                .size = (uint64_t) st->st_size,
                .modified = st->st_mtim,
        };
}

bool file_identity_equal(const FileIdentity *a, const FileIdentity *b) {
        return a->inode != 0 && a->device == b->device && a->inode == b->inode &&
               a->size == b->size && a->modified.tv_sec == b->modified.tv_sec &&
               a->modified.tv_nsec == b->modified.tv_nsec;
}

bool disk_has_written_last(const Disk *disk, const struct timespec *modified) {
        return modified->tv_sec == disk->modified.tv_sec &&
               modified->tv_nsec == disk->modified.tv_nsec;
}

bool disk_is_untouched(const Disk *disk, const struct stat *st) {
        return disk_is_ours(disk, st) && disk_has_written_last(disk, &st->st_mtim);
}

/* Return: 0 when the file at the path is ours, -ESTALE when it is not, negative errno. */
static int check_path(const Disk *disk, struct stat *ret) {
        if (fstatat(disk->directory_fd, disk->name, ret, 0) < 0)
                return errno == ENOENT ? -ESTALE : -errno;
        return disk_is_ours(disk, ret) ? 0 : -ESTALE;
}

void disk_adopt(Disk *disk, int fd, const struct stat *st) {
        char last = '\n';

        if (disk->fd >= 0)
                (void) close(disk->fd);
        disk->fd = fd;
        disk->device = st->st_dev;
        disk->inode = st->st_ino;
        disk->size = disk->allocated = (uint64_t) st->st_size;
        disk->modified = st->st_mtim;
        disk->keep = false;
        buffer_clear(&disk->last_rows);
        if (st->st_size > 0)
                (void) !pread(fd, &last, 1, st->st_size - 1);
        disk->lacks_newline = last != '\n';
}

static int write_rows(Disk *disk, const Job *job) {
        int r;

        if (disk->lacks_newline) {
                r = disk_write_all(disk, disk->fd, "\n", 1);
                if (r < 0)
                        return r;
        }
        return disk_write_all(disk, disk->fd, job->data.data, job->data.size);
}

/* Room for some commits to come. A file system that has to find it for each of them has more to
 * write each time, and on the way to the disk that is what takes long. One that cannot do this, or
 * has no room, says so when it matters. */
static void make_room(Disk *disk, size_t size) {
        uint64_t room = MIN(MAX(size * ALLOCATE_COMMITS, ALLOCATE_MIN), ALLOCATE_MAX);

        if (disk->size + size <= disk->allocated)
                return;
        disk->allocated = disk->size + room;
        (void) disk->operations->allocate(disk->fd, (off_t) disk->size, (off_t) room);
}

static int append_durably(Disk *disk, const Job *job, Failure *failure) {
        struct stat st;
        int r;

        r = check_path(disk, &st);
        /* a row behind one that was edited in its place would hide the edit */
        if (r >= 0 && disk->merges && !disk_is_untouched(disk, &st))
                r = -ESTALE;
        if (r < 0)
                return failure_set(failure, r, "stat");
        make_room(disk, job->data.size + 1);
        r = write_rows(disk, job);
        if (r < 0)
                return failure_set(failure, r, "write");
        if (disk->operations->fdatasync(disk->fd) < 0)
                return failure_set(failure, -errno, "fdatasync");
        return 0;
}

/* What a failed append has left is ours, whatever it is: nobody's save, to be merged. */
static void own_up(Disk *disk, uint64_t size_max) {
        struct stat st;

        if (!disk->merges || fstat(disk->fd, &st) < 0 || (uint64_t) st.st_size < disk->size ||
                (uint64_t) st.st_size > size_max)
                return;
        disk->size = (uint64_t) st.st_size;
        disk->modified = st.st_mtim;
}

/* Return: whether the rows have been written, be it behind somebody else's text. */
static bool append(Disk *disk, const Job *job) {
        const uint64_t good_size = disk->size;
        struct stat st;
        int r;

        r = append_durably(disk, job, &disk->failure);
        if (r == -ESTALE)
                return false;
        if (r < 0) {
                /* what was never promised need not be found by the next start; if this fails too,
                   a torn row is what readers expect */
                (void) disk->operations->ftruncate(disk->fd, (off_t) good_size);
                disk->allocated = good_size;
                own_up(disk, good_size + job->data.size + 1);
                return false;
        }

        disk->size += job->data.size + disk->lacks_newline;
        disk->lacks_newline = false;
        disk->n_rows += job->n_rows;

        /* Durable, but perhaps in a file that has lost its name or in the middle of another text:
           the rows are due once more, in a new file. */
        st = (struct stat){0};
        r = check_path(disk, &st);
        disk->modified = st.st_mtim;
        if (r < 0)
                (void) failure_set(&disk->failure, r, "stat");
        return true;
}

static void run_append(Disk *disk, Job *job) {
        const bool written = disk->failure.error == 0 && append(disk, job);

        /* A rewrite that is under way takes every row along. It does not survive a failure: what it
           has been given so far is about to be taken back. */
        if (disk->failure.error == 0 || disk->failure.error == -ESTALE)
                rewrite_write(disk, &job->data, job->n_rows);
        else
                rewrite_discard(disk, -ECANCELED, disk->failure.operation);
        if (written) {
                const Buffer before = disk->last_rows;

                disk->last_rows = job->data;
                job->data = before; /* room for others */
        }

        job->result = disk->failure.error;
        job->operation = disk->failure.operation;
}

/* A rewrite that was begun before the loop has heard of a failure is made of what is about to be
 * taken back: it must not mend anything. */
static void run_rewrite_begin(Disk *disk, const Job *job) {
        const int error = disk->failure.error;

        rewrite_begin(disk, &job->data);
        if (job->supersedes && error == 0)
                (void) failure_set(&disk->failure, -ESTALE, "append");
        disk->displaced = job->displaced;
        disk->keep_displaced = job->keep_displaced;
        if (error != 0 && error != -ESTALE && !job->recovery)
                rewrite_discard(disk, -ECANCELED, disk->failure.operation);
}

void disk_run(Job *job, void *userdata) {
        Disk *disk = userdata;

        job->result = 0;
        job->operation = NULL;
        switch (job->type) {
        case JOB_APPEND:
                run_append(disk, job);
                break;
        case JOB_REWRITE_BEGIN:
                run_rewrite_begin(disk, job);
                break;
        case JOB_REWRITE_CHUNK:
                rewrite_write(disk, &job->data, job->n_rows);
                break;
        case JOB_REWRITE_END:
                if (job->backup)
                        job->result = rewrite_end_backup(disk, &job->operation);
                else
                        job->result =
                                rewrite_end(disk, &job->put_aside, &job->suspect, &job->operation);
                break;
        case JOB_LOOK:
                disk_look(disk, job->save);
                break;
        case JOB_REJECT:
                job->result = disk_append_rejected(disk, &job->data);
                break;
        }
        job->aside = disk->aside_name.digit;
        job->n_file_rows = disk->n_rows;
        job->file_size = disk->size;
}

void disk_name_set(DiskName *name, unsigned digit) {
        name->digit = digit;
        name->text[name->size] = digit > 0 ? (char) ('0' + digit) : '\0';
}

bool disk_is_replaceable(const Disk *disk, const char *name) {
        struct stat st;

        return fstatat(disk->directory_fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
               S_ISREG(st.st_mode);
}

void disk_choose_aside(Disk *disk) {
        for (unsigned digit = 0; digit <= DISK_NAME_DIGITS; digit++) {
                disk_name_set(&disk->aside_name, digit);
                if (!disk_is_replaceable(disk, disk->aside_name.text))
                        continue;
                if (disk->operations->unlink_at(disk->directory_fd, disk->aside_name.text) >= 0 ||
                        (errno != EPERM && errno != EACCES && errno != EBUSY))
                        return;
        }
}

/* Return: a descriptor of a regular file, negative errno. */
static int open_rejected(const Disk *disk, const char *name) {
        _cleanup_close_ int fd = -1;
        struct stat st;

        /* a FIFO is not waited for */
        fd = disk->operations->open_at(disk->directory_fd, name,
                O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0640);
        if (fd < 0 || fstat(fd, &st) < 0)
                return -errno;
        return S_ISREG(st.st_mode) ? TAKE_FD(fd) : -EINVAL;
}

static int append_rejected(Disk *disk, const Buffer *text) {
        _cleanup_close_ int fd = -1;
        int r = -EINVAL;

        for (unsigned digit = 0; fd < 0 && digit <= DISK_NAME_DIGITS; digit++) {
                disk_name_set(&disk->rejected_name, digit);
                r = open_rejected(disk, disk->rejected_name.text);
                if (r >= 0)
                        fd = r;
        }
        if (fd < 0)
                return r;
        r = disk_write_all(disk, fd, text->data, text->size);
        if (r < 0)
                return r;
        if (disk->operations->fsync(fd) < 0 || disk->operations->fsync(disk->directory_fd) < 0)
                return -errno;
        return 0;
}

int disk_append_rejected(Disk *disk, const Buffer *text) {
        int r;

        r = append_rejected(disk, text);
        if (r < 0)
                disk->keep = true;
        return r;
}

/* ret = before + name + after */
static int make_name(DiskName *ret, const char *before, const char *name, const char *after) {
        /* with room for the digit */
        const int n = asprintf(&ret->text, "%s%s%s%c", before, name, after, '0');

        if (n < 0) {
                ret->text = NULL;
                return -ENOMEM;
        }
        ret->size = (size_t) n - 1;
        ret->text[ret->size] = '\0';
        ret->digit = 0;
        return 0;
}

/* A file that is a symbolic link is meant where the link points: there it is locked and replaced.
 */
static int set_names(Disk *disk, const char *path) {
        _cleanup_free_ char *real = NULL;
        const char *slash;

        real = canonicalize_file_name(path);
        if (real)
                path = real;
        slash = strrchr(path, '/');
        disk->name = strdup(slash ? slash + 1 : path);
        if (!slash)
                disk->directory = strdup(".");
        else
                disk->directory = strndup(path, slash > path ? (size_t) (slash - path) : 1);
        if (!disk->name || !disk->directory)
                return -ENOMEM;
        if (!*disk->name)
                return -EISDIR;

        if (make_name(&disk->new_name, ".", disk->name, ".tmp") < 0 ||
                make_name(&disk->aside_name, "", disk->name, "~") < 0 ||
                make_name(&disk->rejected_name, "", disk->name, ".rejected") < 0)
                return -ENOMEM;
        return 0;
}

static int open_directory(Disk *disk) {
        disk->directory_fd = open(disk->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        return disk->directory_fd < 0 ? -errno : 0;
}

/* The first file is made as every later one: complete, then under its name. */
static void make_file(Disk *disk, const Buffer *header) {
        const char *operation;
        bool put_aside, suspect;
        int r;

        rewrite_begin(disk, header);
        r = rewrite_end(disk, &put_aside, &suspect, &operation);
        if (r < 0)
                (void) failure_set(&disk->failure, r, operation);
}

/* Return: 0 with a descriptor or -1 when there is no file, negative errno when it is not to be
 * read.
 */
static int open_file(Disk *disk, int *ret_fd) {
        const int flags = O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_APPEND;
        int fd;

        *ret_fd = -1;
        fd = disk->operations->open_at(disk->directory_fd, disk->name, O_RDWR | flags, 0);
        if (fd < 0 && errno == ENOENT)
                return 0;
        if (fd < 0) {
                /* Readable is enough to begin with: the rewrite makes a file that is ours. */
                (void) failure_set(&disk->failure, -errno, "open");
                fd = disk->operations->open_at(disk->directory_fd, disk->name, O_RDONLY | flags, 0);
                if (fd < 0)
                        return -errno;
        }
        *ret_fd = fd;
        return 0;
}

int disk_open(
        Disk *disk, const char *path, const FileOperations *operations, const Buffer *header) {
        _cleanup_close_ int fd = -1;
        struct stat st;
        int r;

        *disk = DISK_INIT;
        disk->operations = operations;
        r = set_names(disk, path);
        if (r < 0)
                return r;
        r = open_directory(disk);
        if (r < 0)
                return r;
        r = directory_lock_take(&disk->lock, disk->directory_fd);
        if (r < 0)
                return r;
        for (unsigned digit = 0; digit <= DISK_NAME_DIGITS; digit++) {
                disk_name_set(&disk->new_name, digit);
                (void) operations->unlink_at(disk->directory_fd, disk->new_name.text);
        }

        r = open_file(disk, &fd);
        if (r < 0)
                return r;
        if (fd < 0) {
                make_file(disk, header);
                return 0;
        }
        if (fstat(fd, &st) < 0)
                return -errno;
        if (!S_ISREG(st.st_mode))
                return S_ISDIR(st.st_mode) ? -EISDIR : -EINVAL;
        disk_adopt(disk, TAKE_FD(fd), &st);

        /* The last daemon may have been killed between a rename and its sync: a power cut would
           bring back the file before this one, without what is promised from now on. */
        if (disk->failure.error == 0 && operations->fsync(disk->directory_fd) < 0)
                (void) failure_set(&disk->failure, -errno, "fsync of the directory");
        return 0;
}

int disk_find_holder(const char *path, LockHolder *ret) {
        Disk disk = DISK_INIT;
        int r;

        r = set_names(&disk, path);
        if (r >= 0)
                r = open_directory(&disk);
        if (r >= 0)
                directory_lock_find_holder(disk.directory_fd, ret);
        disk_done(&disk);
        return r;
}

void disk_done(Disk *disk) {
        rewrite_discard(disk, -ECANCELED, "close");
        if (disk->fd >= 0)
                (void) close(disk->fd);
        directory_lock_drop(&disk->lock);
        if (disk->directory_fd >= 0)
                (void) close(disk->directory_fd);
        buffer_done(&disk->last_rows);
        free(disk->directory);
        free(disk->name);
        free(disk->new_name.text);
        free(disk->aside_name.text);
        free(disk->rejected_name.text);
        *disk = DISK_INIT;
}
