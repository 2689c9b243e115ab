/* SPDX-License-Identifier: MIT */
#pragma once

/* A lease file as text and as rows: read whole, and put in the place of the one that is there. */

#include <stdbool.h>

#include "basic/buffer.h"
#include "basic/problem.h"
#include "ctl/lease-place.h"
#include "store/loader.h"
#include "store/unknown-cells.h"

typedef struct LeaseText {
        Problems problems;
        UnknownCells unknown;
        Loader loader; /* points at the others: the structure must not move */
        Buffer text;
} LeaseText;

/**
 * lease_text_read() - reads a file that is not being written.
 *
 * @ret: to be given to lease_text_done(), whatever is returned
 * Return: 0, -EBADMSG when the first line names no columns (among the problems), -ENOMEM, negative
 * errno of reading.
 */
int lease_text_read(const char *path, LeaseText *ret);

/**
 * lease_text_read_at() - the same for the lease file of a server.
 *
 * @path: how messages name it
 * Return: as lease_text_read() and lease_place_open_file().
 */
int lease_text_read_at(const LeasePlace *place, const char *path, LeaseText *ret);

/**
 * lease_text_done() - frees everything.
 */
void lease_text_done(LeaseText *text);

/**
 * lease_text_compact() - appends the header and those lines that count: the last one of each
 * address, if there is a lease. A last line without its end is being written, and left out.
 * Return: 0, -ENOMEM.
 */
int lease_text_compact(const LeaseText *text, Buffer *ret);

/**
 * lease_text_find() - the last row of an address, or NULL if it says that there is no lease. O(1).
 */
const StoredRow *lease_text_find(const LeaseText *text, ipv4_t address);

/**
 * lease_text_write() - writes a text to a file.
 * Return: 0, negative errno.
 */
int lease_text_write(int fd, const Buffer *text);

/**
 * lease_text_replace() - puts a text in the place of a lease file at once. Owner and permissions to
 * read and write are kept.
 *
 * @ret_fd: receives the new file, open, so that its inode stays its own
 * Return: 0, negative errno, the file being as it was.
 */
int lease_text_replace(const LeasePlace *place, const Buffer *text, int *ret_fd);
