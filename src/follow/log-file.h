/* SPDX-License-Identifier: MIT */
#pragma once

/* A follower's log in a file: appended to while the program runs, written anew when most of it has
 * been overtaken. It outlives the program whatever kills it; that it is on disk after a power
 * failure is not promised, nor needed: what is missing is told again. */

#include <stdint.h>

#include "basic/macro.h"
#include "follow/follower.h"

typedef struct LogFile {
        char *path;
        char *temporary; /* beside it */
        int fd;          /* -1 while what is there is not to be appended to */
        uint64_t size;
        uint64_t size_anew; /* right after it was written anew */
} LogFile;

/**
 * log_file_open() - has a follower take what the file says, and makes it when it is missing. One
 * that cannot be read is overwritten: all is told again then.
 *
 * @path: copied
 * Return: 0, -ENOMEM, negative errno of the file.
 */
int log_file_open(LogFile *file, const char *path, Follower *follower);

/**
 * log_file_close() - closes it.
 */
void log_file_close(LogFile *file);

/**
 * log_file_flush() - appends what has been told since the last call. What could not be written is
 * made up for by the next call, which writes all of it anew.
 *
 * Return: 0, -ENOMEM, negative errno of the file.
 */
int log_file_flush(LogFile *file, Follower *follower);
