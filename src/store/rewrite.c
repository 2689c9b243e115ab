/* SPDX-License-Identifier: MIT */

/* A new lease file, built beside the old one and put into its place whole. Safe at every step:
 * until the rename the old file is untouched, after it the new one is complete and synced.
 *
 * Invariant: what somebody else saved is never lost. A version that is not the one we know is kept
 * as NAME~ before ours takes the name; where edits are merged, it is not displaced at all before it
 * has been looked at. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "store/disk.h"

enum {
        DEFAULT_MODE = 0640,
        OWNER_MODE = S_IRUSR | S_IWUSR, /* what we need ourselves */
};

void rewrite_discard(Disk *disk, int error, const char *operation) {
        if (disk->new_fd < 0)
                return;
        (void) close(TAKE_FD(disk->new_fd));
        (void) disk->operations->unlink_at(disk->directory_fd, disk->new_name.text);
        (void) failure_set(&disk->new_failure, error, operation);
}

/* As far as an unprivileged process can: our own group that the administrator chose, not a foreign
 * owner. */
static void copy_mode(const Disk *disk) {
        struct stat st;

        if (fstatat(disk->directory_fd, disk->name, &st, 0) < 0)
                return;
        (void) fchmod(disk->new_fd, (st.st_mode & 0777) | OWNER_MODE);
        if (fchown(disk->new_fd, st.st_uid, st.st_gid) < 0)
                (void) !fchown(disk->new_fd, (uid_t) -1, st.st_gid);
}

/* Under a name that nothing has: a directory of that name is no reason not to serve. Return: 0,
 * negative errno. */
static int open_new(Disk *disk) {
        int r = -EEXIST;

        for (unsigned digit = 0; r == -EEXIST && digit <= DISK_NAME_DIGITS; digit++) {
                disk_name_set(&disk->new_name, digit);
                (void) disk->operations->unlink_at(disk->directory_fd, disk->new_name.text);
                disk->new_fd = disk->operations->open_at(disk->directory_fd, disk->new_name.text,
                        O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, DEFAULT_MODE);
                r = disk->new_fd < 0 ? -errno : 0;
        }
        return r;
}

void rewrite_begin(Disk *disk, const Buffer *header) {
        int r;

        rewrite_discard(disk, -ECANCELED, "open");
        disk->new_failure = (Failure){0};
        disk->new_size = 0;
        disk->n_new_rows = 0;

        r = open_new(disk);
        if (r < 0) {
                (void) failure_set(&disk->new_failure, r, "open");
                return;
        }
        copy_mode(disk);
        rewrite_write(disk, header, 0);
}

void rewrite_write(Disk *disk, const Buffer *data, size_t n_rows) {
        int r;

        if (disk->new_fd < 0)
                return;
        r = disk_write_all(disk, disk->new_fd, data->data, data->size);
        if (r < 0) {
                rewrite_discard(disk, r, "write");
                return;
        }
        /* the disk may as well begin: a hundred megabytes at the end would hold up appends */
        (void) sync_file_range(disk->new_fd, (off64_t) disk->new_size, (off64_t) data->size,
                SYNC_FILE_RANGE_WRITE);
        disk->new_size += data->size;
        disk->n_new_rows += n_rows;
}

/* Whether a version that was found at the path must get the name NAME~.
 * Return: 0, -ESTALE when it must not even be displaced. */
static int judge_displaced(
        const Disk *disk, const struct stat *st, bool *ret_foreign, bool *ret_keep) {
        const FileIdentity identity = file_identity_get(st);
        const bool looked_at = file_identity_equal(&identity, &disk->displaced);

        *ret_foreign = !disk_is_ours(disk, st);
        *ret_keep = *ret_foreign || disk->keep;
        if (!disk->merges)
                return 0;
        if (!looked_at && !disk_is_untouched(disk, st))
                return -ESTALE;
        if (looked_at) {
                *ret_foreign = disk->keep_displaced;
                *ret_keep = disk->keep_displaced || disk->keep;
        }
        return 0;
}

/* Gives the version at the path a second name if it must not be lost.
 * Return: 1 when it has one now, 0 when there is nothing to keep, negative errno. */
static int put_aside(Disk *disk, bool *ret_foreign) {
        struct stat st;
        bool keep;
        int r;

        *ret_foreign = false;
        if (fstatat(disk->directory_fd, disk->name, &st, AT_SYMLINK_NOFOLLOW) < 0)
                return errno == ENOENT ? 0 : -errno;
        r = judge_displaced(disk, &st, ret_foreign, &keep);
        if (r < 0)
                return r;
        if (!keep)
                return 0;

        disk_choose_aside(disk);
        if (disk->operations->link_at(disk->directory_fd, disk->name, disk->aside_name.text) < 0)
                return -errno;
        return 1;
}

/* Gives the name NAME~ to .NAME.tmp, in the place of what we have kept there before. Return: 0,
 * negative errno. */
static int rename_aside(Disk *disk) {
        int r = -EEXIST;

        for (unsigned digit = 0; digit <= DISK_NAME_DIGITS; digit++) {
                disk_name_set(&disk->aside_name, digit);
                if (!disk_is_replaceable(disk, disk->aside_name.text))
                        continue;
                if (disk->operations->rename_at(
                            disk->directory_fd, disk->new_name.text, disk->aside_name.text, 0) >= 0)
                        return 0;
                r = -errno;
                if (r != -EPERM && r != -EACCES && r != -EISDIR && r != -ENOTDIR && r != -EBUSY)
                        break;
        }
        return r;
}

/* The names have been exchanged: .NAME.tmp is now what was at the path at that very moment, which
 * may be newer than what put_aside() saw, or what it could not link. */
static int keep_displaced(Disk *disk, bool *put_aside) {
        struct stat displaced, aside;
        bool foreign, keep, has_name;
        int r;

        if (fstatat(disk->directory_fd, disk->new_name.text, &displaced, AT_SYMLINK_NOFOLLOW) < 0)
                return -errno;
        r = judge_displaced(disk, &displaced, &foreign, &keep);
        if (r < 0)
                return r;
        has_name = fstatat(disk->directory_fd, disk->aside_name.text, &aside,
                           AT_SYMLINK_NOFOLLOW) >= 0 &&
                   aside.st_dev == displaced.st_dev && aside.st_ino == displaced.st_ino;
        *put_aside = *put_aside || foreign;

        if (keep && !has_name)
                return rename_aside(disk);
        (void) disk->operations->unlink_at(disk->directory_fd, disk->new_name.text);
        return 0;
}

static int rename_new(const Disk *disk, unsigned flags) {
        if (disk->operations->rename_at(
                    disk->directory_fd, disk->new_name.text, disk->name, flags) < 0)
                return -errno;
        return 0;
}

/* Return: 0, negative errno with the old file at its name. */
static int replace(Disk *disk, bool *ret_put_aside) {
        int linked, r;

        linked = put_aside(disk, ret_put_aside);
        if (linked == -ESTALE)
                return linked;
        r = rename_new(disk, RENAME_EXCHANGE);
        if (r >= 0) {
                r = keep_displaced(disk, ret_put_aside);
                if (r < 0)
                        (void) rename_new(disk, RENAME_EXCHANGE);
                return r;
        }

        /* nothing to exchange with, or a file system that cannot */
        if (r != -ENOENT && r != -EINVAL && r != -ENOSYS && r != -ENOTSUP)
                return r;
        if (linked < 0)
                return linked;
        return rename_new(disk, 0);
}

static void take_over(Disk *disk) {
        struct stat st;

        if (fstat(disk->new_fd, &st) < 0)
                st = (struct stat){0}; /* the next check of the path will notice */
        disk_adopt(disk, TAKE_FD(disk->new_fd), &st);
        disk->size = disk->new_size;
        disk->n_rows = disk->n_new_rows;
}

int rewrite_end_backup(Disk *disk, const char **ret_operation) {
        int r;

        if (disk->new_fd < 0) {
                *ret_operation = disk->new_failure.operation;
                return disk->new_failure.error;
        }
        *ret_operation = "fsync";
        r = disk->operations->fsync(disk->new_fd) < 0 ? -errno : 0;
        if (r >= 0) {
                *ret_operation = "rename";
                r = rename_aside(disk);
        }
        if (r < 0) {
                rewrite_discard(disk, r, *ret_operation);
                return r;
        }
        (void) close(TAKE_FD(disk->new_fd));
        return 0;
}

/* A directory in which nothing could be made when we started has no lock file of ours. Now it can
 * be written to: by one server. Return: 0, -EWOULDBLOCK when another one was faster. */
static int lock_again(Disk *disk) {
        if (disk->lock.fd >= 0)
                return 0;
        return directory_lock_take(&disk->lock, disk->directory_fd);
}

int rewrite_end(Disk *disk, bool *ret_put_aside, bool *ret_suspect, const char **ret_operation) {
        int r;

        *ret_put_aside = *ret_suspect = false;
        if (disk->new_fd < 0) {
                *ret_operation = disk->new_failure.operation;
                return disk->new_failure.error;
        }

        if (disk->operations->fsync(disk->new_fd) < 0) {
                r = -errno;
                rewrite_discard(disk, r, *ret_operation = "fsync");
                return r;
        }
        r = lock_again(disk);
        if (r < 0) {
                rewrite_discard(disk, r, *ret_operation = "lock");
                return r;
        }
        r = replace(disk, ret_put_aside);
        if (r < 0) {
                rewrite_discard(disk, r, *ret_operation = "rename");
                return r;
        }

        take_over(disk);
        if (disk->operations->fsync(disk->directory_fd) >= 0) {
                disk->failure = (Failure){0};
                return 0;
        }

        /* Until the directory is synced a power cut may bring the old file back, which holds all
           that was promised so far, but nothing that would be promised from now on. */
        *ret_suspect = true;
        return failure_set(&disk->failure, -errno, *ret_operation = "fsync of the directory");
}
