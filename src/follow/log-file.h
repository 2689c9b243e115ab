/* SPDX-License-Identifier: MIT */
#pragma once

/* A log in a file, such as a follower's: appended to while the program runs, written anew when most
 * of it has been overtaken. It outlives the program whatever kills it; that it is on disk after a
 * power failure is not promised, nor needed: what is missing is told again. */

#include <stdint.h>

#include "basic/buffer.h"
#include "basic/macro.h"

/* Whose log it is, as functions of the object that is told to log_file_open(). */
typedef struct LogOwner {
        /* takes what the file says; how many bytes of it are whole, -EBADMSG when it is not such a
         * log, other negative errno */
        int64_t (*restore)(void *userdata, const uint8_t *data, size_t size);
        /* what is to be appended; emptied when it has been */
        Buffer *(*get)(void *userdata);
        /* all of it anew; 0, -ENOMEM */
        int (*write)(void *userdata, Buffer *ret);
} LogOwner;

typedef struct LogFile {
        const LogOwner *owner;
        void *userdata;
        char *path;
        char *temporary; /* beside it */
        int fd;          /* -1 while what is there is not to be appended to */
        uint64_t size;
        uint64_t size_anew; /* right after it was written anew */
} LogFile;

/**
 * log_file_open() - has the owner take what the file says, and makes it when it is missing. One
 * that cannot be read is overwritten: all is told again then.
 *
 * @path: copied
 * @owner: borrowed, as @userdata is, until the file is closed
 * Return: 0, -ENOMEM, negative errno of the file.
 */
int log_file_open(LogFile *file, const char *path, const LogOwner *owner, void *userdata);

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
int log_file_flush(LogFile *file);
