/* SPDX-License-Identifier: MIT */
#pragma once

/* What somebody else has saved in the lease file's place, read whole by the worker. Says what
 * stands there, not what is to become of it: that is merge.h. */

#include <stdbool.h>

#include "basic/problem.h"
#include "store/disk.h"
#include "store/loader.h"
#include "store/unknown-cells.h"

struct LeaseSave {
        FileIdentity identity; /* inode 0 when there is no file */
        int error;             /* why there are no rows: -ENOENT, -EBADMSG, negative errno; or 0 */
        bool untouched;        /* the file is as we left it, and was not read */
        bool looks_untouched;  /* its size and time of modification are ours, at least */
        bool foreign;          /* it is another one, or has another size: no row can be appended */
        bool changing;         /* it was written to while it was read */
        bool columns_taken;    /* the names of its columns have changed hands */
        bool written;          /* somebody has written to it: read even what looks untouched */
        bool closed;           /* whoever wrote it has finished */
        Problems problems;     /* lines that are wrong, as warnings */
        UnknownCells unknown;
        Loader loader;
};

/**
 * save_new() - a save to be filled.
 *
 * @path: as people know the file; borrowed
 * Return: the save, NULL without memory.
 */
LeaseSave *save_new(const char *path);

/**
 * save_free() - frees a save. Return: NULL.
 */
LeaseSave *save_free(LeaseSave *save);

/**
 * save_is_whole() - whether the file is all that its author wanted it to be, as far as can be told:
 * he has closed it, every line can be read, and the last one has its end. Only then does a row that
 * is missing mean anything.
 */
bool save_is_whole(const LeaseSave *save) _pure_;

/**
 * disk_look() - reads what is at the path unless it is what we left there. From here on the file is
 * not appended to if it is somebody else's.
 */
void disk_look(Disk *disk, LeaseSave *save);

DEFINE_POINTER_CLEANUP(LeaseSave, save_free);
