/* SPDX-License-Identifier: MIT */
#pragma once

/* Where the lease file is: its directory, open, and its name there. Whoever works on the file as
 * root does so in a directory that belongs to the server's user. What that user (a server that has
 * been taken over) puts there in the file's place or on the way to it, at whatever moment, must not
 * make root read, write or open anything else. */

#include <stdbool.h>
#include <sys/stat.h>

#include "ctl/report.h"

typedef struct LeasePlace {
        int directory_fd; /* O_PATH; -1 before lease_place_open() */
        char *name;
} LeasePlace;

#define LEASE_PLACE_INIT ((LeasePlace){.directory_fd = -1})

/**
 * lease_place_open() - finds the directory. Links on the way, the file itself included, are
 * followed if they belong to root or to the user who runs us.
 *
 * @place: LEASE_PLACE_INIT; to be given to lease_place_done(), whatever is returned
 * Return: 0, also if there is no file of that name, -ELOOP when a link belongs to somebody else,
 * -EISDIR when the path has no last name, -ENOMEM, negative errno.
 */
int lease_place_open(LeasePlace *place, const char *path);

/**
 * lease_place_done() - closes the directory.
 */
void lease_place_done(LeasePlace *place);

/**
 * lease_place_open_file() - opens the file for reading, which never waits.
 *
 * @ret_fd: receives the descriptor, the caller's
 * @ret_status: NULL, or receives what the file is
 * Return: 0, -ELOOP when it has become a link, -EBADFD when it is not a regular file, negative
 * errno.
 */
int lease_place_open_file(const LeasePlace *place, int *ret_fd, struct stat *ret_status);

/**
 * lease_place_open_path() - lease_place_open() and lease_place_open_file() in one.
 */
int lease_place_open_path(const char *path, int *ret_fd);

/**
 * lease_place_report() - says why the lease file cannot be used.
 *
 * @what: "Cannot read", say
 * Return: STATUS_FAILURE.
 */
ExitStatus lease_place_report(int error, const char *what, const char *path);
