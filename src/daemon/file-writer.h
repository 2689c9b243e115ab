/* SPDX-License-Identifier: MIT */
#pragma once

/* Small files written or removed for good by a thread of their own, since a disk may take its time
 * and the loop waits for nobody. One at a time.
 *
 * Invariant: after a crash at any moment the old or the new text is there, whole. */

#include <systemd/sd-event.h>

#include "basic/macro.h"

typedef struct FileWriter FileWriter;

/* Told from the event loop. @r: 0, or the negative errno of what failed. */
typedef void (*FileWriterFunction)(int r, void *userdata);

/**
 * file_writer_new() - a writer without work.
 * Return: 0, -ENOMEM, negative errno of eventfd() or sd-event.
 */
int file_writer_new(FileWriter **ret, sd_event *event);

/**
 * file_writer_free() - waits until the work under way is done, whose function is not called any
 * more. Return: NULL.
 */
FileWriter *file_writer_free(FileWriter *writer);

/**
 * file_writer_start() - writes or removes a file. Its directory is made when it is missing.
 *
 * @path, @text: copied; without a text the file is removed, and it is no failure if there is none
 * Return: 0, -EBUSY while work is under way, -ENOMEM, negative errno of pthread_create().
 */
int file_writer_start(FileWriter *writer, const char *path, const char *text,
        FileWriterFunction function, void *userdata);

DEFINE_POINTER_CLEANUP(FileWriter, file_writer_free);
