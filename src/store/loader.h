/* SPDX-License-Identifier: MIT */
#pragma once

/* A lease file read from its start to its end: every legal row into the row store, every other line
 * among the rejected ones with its number and a reason. Changes no file. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/buffer.h"
#include "basic/problem.h"
#include "basic/time.h"
#include "core/lease.h"
#include "store/lease-row.h"
#include "store/reader.h"
#include "store/row-store.h"
#include "store/unknown-cells.h"

/* One row while loading, borrowed for the call. @pool: name as in the file, "" when unknown.
 * Negative errno ends the load. */
typedef int (*LeaseFileRowFunction)(const LeaseRecord *record, const char *pool, void *userdata);

typedef struct Loader {
        const char *path; /* as people know the file; borrowed */
        const char *name; /* its last component */
        Problems *problems;
        UnknownCells *unknown;
        LeaseHeader header;
        bool has_header;
        RowStore rows;
        Buffer rejected; /* text for FILE.rejected */
        size_t n_lines;  /* rows, legal or not */
        size_t n_rejected;
        uint64_t size;       /* bytes read */
        uint64_t size_max;   /* where the file is taken to end, at the latest; may be set */
        bool has_semicolons; /* between cells: it can be read, but not appended to */
        bool untidy;         /* CR LF, a byte order mark, rejected lines */
        bool ends_whole;     /* the last line that is not blank ends in a newline */
        bool cut;            /* a line was too long to be kept whole in `rejected` */
} Loader;

/**
 * loader_init() - a loader that has read nothing.
 *
 * @path, @problems, @unknown: borrowed; @unknown gets the cells of unknown columns and is
 * initialised when the header has been read
 */
void loader_init(Loader *loader, const char *path, Problems *problems, UnknownCells *unknown);

/**
 * loader_done() - frees everything but what was borrowed.
 */
void loader_done(Loader *loader);

/**
 * loader_read() - reads a file.
 * Return: 0, -ENOMEM, -EFBIG, negative errno of pread(), -EBADMSG when the first line names no
 * columns that we could work with (an error among the problems).
 */
int loader_read(Loader *loader, int fd);

/**
 * loader_has_our_form() - whether rows of ours can be appended to what has been read.
 */
bool loader_has_our_form(const Loader *loader) _pure_;

/**
 * loader_emit() - hands out the last row of each address that has a lease, times translated.
 *
 * When @clock lies before the newest tag (a machine without a real-time clock), the newest tag
 * stands for the present and leases get their full duration.
 *
 * Return: 0, or what @row returned when negative.
 */
int loader_emit(
        const Loader *loader, const ClockPair *clock, LeaseFileRowFunction row, void *userdata);
