/* SPDX-License-Identifier: MIT */

/* Files are real ones, since the lease file looks at them with fstat() and pread(); what a power
 * cut leaves is kept beside them. Invariant: `data` of a file is what the real one holds. */

#include "drive.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static Drive *the_drive; /* FileOperations have no userdata */

#define HEALTHY_JOB_USEC (2 * USEC_PER_MSEC)

/* Whether an operation is let through; else errno is set. */
static bool passes(void) {
        if (the_drive->dying && the_drive->n_left-- == 0)
                the_drive->dead = true;
        if (the_drive->dead) {
                errno = EIO;
                return false;
        }
        if (!dice_permille(the_drive->dice, the_drive->failing))
                return true;
        the_drive->n_failed++;
        errno = the_drive->error;
        return false;
}

static DriveFile *find_file(ino_t inode) {
        for (size_t i = 0; i < the_drive->n_files; i++)
                if (the_drive->files[i].inode == inode)
                        return &the_drive->files[i];
        return NULL;
}

static bool file_has_name(const DriveFile *file) {
        for (size_t i = 0; i < the_drive->n_names; i++)
                if (the_drive->names[i].inode == file->inode)
                        return true;
        for (size_t i = 0; i < the_drive->n_changes; i++)
                if (the_drive->changes[i].inode == file->inode)
                        return true;
        return false;
}

/* No power cut brings back what has no name. */
static void forget_nameless(void) {
        size_t n = 0;

        for (size_t i = 0; i < the_drive->n_files; i++) {
                if (file_has_name(&the_drive->files[i])) {
                        the_drive->files[n++] = the_drive->files[i];
                        continue;
                }
                buffer_done(&the_drive->files[i].data);
                buffer_done(&the_drive->files[i].cut);
        }
        the_drive->n_files = n;
}

/* The file of a descriptor, NULL for a directory. */
static DriveFile *file_of(int fd) {
        DriveFile *file;
        struct stat st;

        if (fstat(fd, &st) < 0 || S_ISDIR(st.st_mode))
                return NULL;
        file = find_file(st.st_ino);
        if (file)
                return file;
        if (the_drive->n_files == DRIVE_FILES_MAX)
                forget_nameless();
        if (the_drive->n_files == DRIVE_FILES_MAX)
                abort();
        file = &the_drive->files[the_drive->n_files++];
        *file = (DriveFile){.inode = st.st_ino};
        return file;
}

static DriveName *find_name(const char *name) {
        for (size_t i = 0; i < the_drive->n_names; i++)
                if (strcmp(the_drive->names[i].name, name) == 0)
                        return &the_drive->names[i];
        return NULL;
}

static void set_name(const char *name, ino_t inode) {
        DriveName *place = find_name(name);

        if (!place) {
                if (the_drive->n_names == DRIVE_NAMES_MAX)
                        abort();
                place = &the_drive->names[the_drive->n_names++];
                (void) snprintf(place->name, sizeof(place->name), "%s", name);
        }
        place->inode = inode;
}

static void remove_name(const char *name) {
        DriveName *place = find_name(name);

        if (place)
                *place = the_drive->names[--the_drive->n_names];
}

static void apply(const DriveChange *change) {
        DriveName *name = find_name(change->name), *to = find_name(change->to);
        const ino_t inode = name ? name->inode : 0;

        switch (change->type) {
        case DRIVE_SET:
                set_name(change->name, change->inode);
                break;
        case DRIVE_REMOVE:
                remove_name(change->name);
                break;
        case DRIVE_MOVE:
                remove_name(change->name);
                if (inode != 0)
                        set_name(change->to, inode);
                break;
        case DRIVE_EXCHANGE:
                if (name && to) {
                        name->inode = to->inode;
                        to->inode = inode;
                }
                break;
        }
}

/* The journal of a file system is in order: of its changes a power cut leaves the first ones. */
static void sync_changes(size_t n) {
        for (size_t i = 0; i < n; i++)
                apply(&the_drive->changes[i]);
        the_drive->n_changes -= n;
        memmove(the_drive->changes, the_drive->changes + n,
                the_drive->n_changes * sizeof(DriveChange));
}

static void note_change(DriveChange change, const char *name, const char *to) {
        if (the_drive->n_changes == DRIVE_CHANGES_MAX)
                sync_changes(1);
        (void) snprintf(change.name, sizeof(change.name), "%s", name);
        (void) snprintf(change.to, sizeof(change.to), "%s", to);
        the_drive->changes[the_drive->n_changes++] = change;
}

static int drive_open_at(int directory_fd, const char *name, int flags, mode_t mode) {
        const bool existed = faccessat(directory_fd, name, F_OK, 0) == 0;
        struct stat st;
        int fd;

        if (!passes())
                return -1;
        fd = openat(directory_fd, name, flags, mode);
        if (fd >= 0 && !existed && fstat(fd, &st) >= 0)
                note_change((DriveChange){.type = DRIVE_SET, .inode = st.st_ino}, name, "");
        return fd;
}

static int drive_allocate(int fd, off_t offset, off_t size) {
        (void) fd;
        (void) offset;
        (void) size;
        return passes() ? 0 : -1;
}

static ssize_t drive_write(int fd, const void *data, size_t size) {
        DriveFile *file = file_of(fd);
        const bool was_dead = the_drive->dead;
        ssize_t n;

        if (!passes()) {
                /* a full disk takes what it can, one that dies what it had got */
                if (was_dead || size < 2 || dice_one_in(the_drive->dice, 2) ||
                        (!the_drive->dead && errno != ENOSPC))
                        return -1;
                size = dice_between(the_drive->dice, 1, size - 1);
        }
        n = write(fd, data, size);
        if (n > 0 && file) {
                (void) buffer_append(&file->data, data, (size_t) n);
                buffer_clear(&file->cut);
        }
        return n;
}

static int drive_sync(int fd) {
        DriveFile *file = file_of(fd);

        if (!passes())
                return -1;
        if (file) {
                file->synced = file->data.size;
                buffer_clear(&file->cut);
        } else
                sync_changes(the_drive->n_changes);
        return 0;
}

static int drive_ftruncate(int fd, off_t size) {
        DriveFile *file = file_of(fd);

        if (!passes())
                return -1;
        if (file && (size_t) size < file->data.size) {
                buffer_clear(&file->cut);
                (void) buffer_append(
                        &file->cut, file->data.data + size, file->data.size - (size_t) size);
                file->data.size = (size_t) size;
                file->synced = MIN(file->synced, file->data.size);
        }
        return ftruncate(fd, size);
}

static int drive_rename_at(int directory_fd, const char *from, const char *to, unsigned flags) {
        if (!passes()) {
                the_drive->n_renames_failed++;
                return -1;
        }
        if (renameat2(directory_fd, from, directory_fd, to, flags) < 0)
                return -1;
        note_change((DriveChange){.type = flags & RENAME_EXCHANGE ? DRIVE_EXCHANGE : DRIVE_MOVE},
                from, to);
        return 0;
}

static int drive_link_at(int directory_fd, const char *from, const char *to) {
        struct stat st;

        if (!passes())
                return -1;
        if (linkat(directory_fd, from, directory_fd, to, 0) < 0)
                return -1;
        if (fstatat(directory_fd, to, &st, 0) >= 0)
                note_change((DriveChange){.type = DRIVE_SET, .inode = st.st_ino}, to, "");
        return 0;
}

static int drive_unlink_at(int directory_fd, const char *name) {
        if (!passes())
                return -1;
        if (unlinkat(directory_fd, name, 0) < 0)
                return -1;
        note_change((DriveChange){.type = DRIVE_REMOVE}, name, "");
        return 0;
}

const FileOperations drive_operations = {
        .open_at = drive_open_at,
        .allocate = drive_allocate,
        .write = drive_write,
        .fdatasync = drive_sync,
        .fsync = drive_sync,
        .ftruncate = drive_ftruncate,
        .rename_at = drive_rename_at,
        .link_at = drive_link_at,
        .unlink_at = drive_unlink_at,
};

static void forget_files(Drive *drive) {
        for (size_t i = 0; i < drive->n_files; i++) {
                buffer_done(&drive->files[i].data);
                buffer_done(&drive->files[i].cut);
        }
        drive->n_files = drive->n_changes = drive->n_names = 0;
}

static void remove_real_files(const Drive *drive) {
        DIR *directory = opendir(drive->directory);
        const struct dirent *entry;

        while (directory && (entry = readdir(directory)))
                (void) unlinkat(dirfd(directory), entry->d_name, 0);
        if (directory)
                (void) closedir(directory);
}

void drive_init(Drive *drive, Dice *dice) {
        *drive = (Drive){.dice = dice};
        (void) snprintf(drive->directory, sizeof(drive->directory),
                "%s/mini-dhcp-simulation-XXXXXX",
                access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
        if (!mkdtemp(drive->directory))
                abort();
        (void) snprintf(drive->path, sizeof(drive->path), "%s/leases.csv", drive->directory);
        the_drive = drive;
        drive_heal(drive);
}

void drive_done(Drive *drive) {
        forget_files(drive);
        remove_real_files(drive);
        (void) rmdir(drive->directory);
}

void drive_heal(Drive *drive) {
        drive->failing = 0;
        drive->error = 0;
        drive->job_usec = HEALTHY_JOB_USEC;
}

void drive_save(Drive *drive, const char *text, bool renamed) {
        static time_t moment = 1000000;
        /* a story is faster than the clock that files get their times from */
        const struct timespec times[2] = {{.tv_sec = ++moment}, {.tv_sec = moment}};
        _cleanup_free_ char *other = NULL;
        _cleanup_close_ int fd = -1;
        DriveFile *file;
        struct stat st;

        if (asprintf(&other, "%s/leases.csv.swp", drive->directory) < 0)
                abort();
        fd = open(renamed ? other : drive->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
        if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t) strlen(text) ||
                futimens(fd, times) < 0 || fstat(fd, &st) < 0)
                abort();
        if (renamed && rename(other, drive->path) < 0)
                abort();

        sync_changes(drive->n_changes);
        file = file_of(fd);
        buffer_clear(&file->data);
        buffer_clear(&file->cut);
        (void) buffer_append(&file->data, text, strlen(text));
        file->synced = file->data.size;
        set_name("leases.csv", st.st_ino);
}

usec_t drive_job_span(Drive *drive, JobType type) {
        const usec_t span = drive->job_usec / 4 + dice_below(drive->dice, drive->job_usec);

        /* only these wait for the platter */
        return type == JOB_APPEND || type == JOB_REWRITE_END ? span : span / 16;
}

void drive_die(Drive *drive, unsigned n_left) {
        drive->dying = true;
        drive->n_left = n_left;
}

void drive_revive(Drive *drive) {
        drive->dying = drive->dead = false;
}

/* What is found of a file: ordered writes leave a prefix of what was not synced, delayed allocation
 * its length without the bytes. */
static void write_remains(Drive *drive, const DriveFile *file, const char *name) {
        const size_t unsynced = file->data.size - file->synced;
        _cleanup_(buffer_done) Buffer remains = BUFFER_INIT;
        _cleanup_close_ int fd = -1;

        (void) buffer_append(&remains, file->data.data, file->synced);
        switch (dice_below(drive->dice, 4)) {
        case 1:
                (void) buffer_append(&remains, file->data.data + file->synced, unsynced);
                (void) buffer_append(&remains, file->cut.data, file->cut.size);
                break;
        case 2:
                (void) buffer_append(&remains, file->data.data + file->synced,
                        dice_between(drive->dice, 0, unsynced));
                break;
        case 3:
                for (size_t n = dice_between(drive->dice, 0, unsynced); n > 0; n--)
                        (void) buffer_append(&remains, "", 1);
                break;
        }

        fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
        if (fd < 0 || (remains.size > 0 &&
                              write(fd, remains.data, remains.size) != (ssize_t) remains.size))
                abort();
}

/* All that is there now survives the next power cut. */
static void learn_file(Drive *drive, const DriveName *name, const char *path) {
        DriveFile *file = &drive->files[drive->n_files++];
        _cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
        uint8_t bytes[4096];
        ssize_t n;

        *file = (DriveFile){.inode = name->inode};
        while ((n = read(fd, bytes, sizeof(bytes))) > 0)
                (void) buffer_append(&file->data, bytes, (size_t) n);
        file->synced = file->data.size;
}

void drive_cut_power(Drive *drive) {
        DriveName names[DRIVE_NAMES_MAX];
        size_t n_names;
        Drive before;

        sync_changes(dice_between(drive->dice, 0, drive->n_changes));
        n_names = drive->n_names;
        memcpy(names, drive->names, sizeof(names));
        before = *drive;
        remove_real_files(drive);
        drive->n_files = drive->n_changes = drive->n_names = 0;

        for (size_t i = 0; i < n_names; i++) {
                _cleanup_free_ char *path = NULL;
                const DriveFile *file = NULL;
                struct stat st;

                for (size_t k = 0; k < before.n_files; k++)
                        if (before.files[k].inode == names[i].inode)
                                file = &before.files[k];
                if (!file)
                        continue;
                if (asprintf(&path, "%s/%s", drive->directory, names[i].name) < 0)
                        abort();
                write_remains(drive, file, path);
                if (stat(path, &st) < 0)
                        abort();
                set_name(names[i].name, st.st_ino);
                learn_file(drive, find_name(names[i].name), path);
        }
        forget_files(&before);
}
