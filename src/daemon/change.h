/* SPDX-License-Identifier: MIT */
#pragma once

/* One change of a pool or host that is asked for over the bus, and what would be in force with it.
 */

#include <stdbool.h>
#include <stddef.h>

#include "basic/list.h"
#include "basic/macro.h"
#include "basic/problem.h"
#include "bus/bus.h"
#include "config/configuration.h"
#include "config/override.h"
#include "core/settings.h"
#include "daemon/manager.h"

enum {
        CHANGED_FILES_MAX = 2, /* the built-in pool's, and the one that the change is about */
};

typedef struct ChangedFile {
        char *path;
        char *text; /* NULL removes it */
} ChangedFile;

typedef struct Change {
        ListNode waiting;
        BusChange *wanted;
        BusChangeFunction function;
        void *userdata;

        /* what will be in force */
        Overrides overrides;
        Settings *settings;
        Problems problems; /* warnings of it */
        bool keeps_builtin;
        ChangedFile files[CHANGED_FILES_MAX]; /* what has to be written for it, in this order */
        size_t n_files;
        size_t n_written;
        char *reason; /* why it is refused, or NULL */
} Change;

/**
 * change_free() - frees a change with what it would have made. Return: NULL.
 */
Change *change_free(Change *change);

/**
 * change_refuse() - gives the reason that the caller is told, printf-like.
 *
 * @r: negative errno
 * Return: @r.
 */
int change_refuse(Change *change, int r, const char *format, ...) _printf_(3, 4);

/**
 * change_prepare() - finds out what would be in force, and which files say so.
 *
 * @change: has what is wanted; receives overrides, settings and files
 * Return: 0, or negative errno with a reason, perhaps: -EINVAL for what is not allowed, -EEXIST,
 * -EALREADY for what is there just so, -ENOENT, -EOPNOTSUPP for what does not come from the bus;
 * -ENOMEM.
 */
int change_prepare(Change *change, Manager *manager);

DEFINE_POINTER_CLEANUP(Change, change_free);
