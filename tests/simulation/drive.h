/* SPDX-License-Identifier: MIT */
#pragma once

/* The disk of the server's machine: a directory in memory behind the lease file's FileOperations,
 * and beside it what would be found there after a power cut. It can be slow, full, broken, and die
 * in the middle of a job. Knows bytes and names, nothing of leases. */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "basic/buffer.h"
#include "basic/time.h"
#include "dice.h"
#include "store/file-operations.h"
#include "store/worker.h"

enum {
        DRIVE_FILES_MAX = 64,
        DRIVE_NAMES_MAX = 16,
        DRIVE_CHANGES_MAX = 64,
        DRIVE_NAME_SIZE = 32,
};

/* A file, by whatever names. */
typedef struct DriveFile {
        ino_t inode;
        Buffer data;
        size_t synced; /* bytes at the start that a power cut leaves alone */
        Buffer cut; /* what a truncation has taken from the end, and a power cut may bring back */
} DriveFile;

typedef struct DriveName {
        char name[DRIVE_NAME_SIZE];
        ino_t inode;
} DriveName;

/* A change of a directory that is not synced. */
typedef struct DriveChange {
        enum { DRIVE_SET, DRIVE_REMOVE, DRIVE_MOVE, DRIVE_EXCHANGE } type;
        char name[DRIVE_NAME_SIZE];
        char to[DRIVE_NAME_SIZE];
        ino_t inode;
} DriveChange;

typedef struct Drive {
        Dice *dice;
        char directory[64];
        char path[96]; /* of the lease file */

        DriveFile files[DRIVE_FILES_MAX];
        size_t n_files;
        DriveName names[DRIVE_NAMES_MAX]; /* as synced */
        size_t n_names;
        DriveChange changes[DRIVE_CHANGES_MAX]; /* since, oldest first */
        size_t n_changes;

        usec_t job_usec;  /* what a job takes, more or less */
        unsigned failing; /* of a thousand operations */
        int error;        /* how they fail */
        bool dying;
        unsigned n_left; /* operations until it is dead, while it is dying */
        bool dead;
        size_t n_failed;
        size_t n_renames_failed;
} Drive;

/* For lease_file_open_with(); on the disk that drive_init() was called for last. */
extern const FileOperations drive_operations;

/**
 * drive_init() - an empty disk in good health.
 *
 * @dice: borrowed
 */
void drive_init(Drive *drive, Dice *dice);

/**
 * drive_done() - removes all files.
 */
void drive_done(Drive *drive);

/**
 * drive_heal() - no operation fails any more, and none is slow.
 */
void drive_heal(Drive *drive);

/**
 * drive_save() - somebody else writes the lease file, and sees to it that it is on the disk.
 *
 * @renamed: as a new file in the place of the old one; else into that
 */
void drive_save(Drive *drive, const char *text, bool renamed);

/**
 * drive_job_span() - how long the worker is to take for a job.
 */
usec_t drive_job_span(Drive *drive, JobType type);

/**
 * drive_die() - after some more operations none has any effect, until drive_revive().
 */
void drive_die(Drive *drive, unsigned n_left);

/**
 * drive_revive() - the machine is on again.
 */
void drive_revive(Drive *drive);

/**
 * drive_cut_power() - what was not synced is lost, or half of it, or it is there all the same. The
 * lease file must be closed.
 */
void drive_cut_power(Drive *drive);
