/* SPDX-License-Identifier: MIT */
#pragma once

/* Finds lines in the sorted files that minidhcp-names(8) writes. For any process whatever: there is
 * no static state, nothing is allocated, no descriptor outlives a call, and less than 3 KiB of
 * stack are used. */

#include <stddef.h>
#include <stdint.h>

enum {
        LOOKUP_NAME_SIZE = 254,  /* 253 bytes and NUL */
        LOOKUP_LINE_SIZE = 1024, /* with its end and NUL; what is beyond is left out */
};

/**
 * lookup_name() - the line of a name: "NAME ADDRESS MAIN-NAME".
 *
 * @path: of a file that is sorted by name
 * @name: in canonical form
 * @ret: the line, NUL-terminated without its end
 * Return: 1; 0 when there is none; -ENOENT without a file, another negative errno.
 */
int lookup_name(const char *path, const char *name, char ret[static LOOKUP_LINE_SIZE]);

/**
 * lookup_address() - the line of an address: "ADDRESS NAME…".
 *
 * @path: of a file that is sorted by address
 * @address: in host byte order
 * Return: as lookup_name().
 */
int lookup_address(const char *path, uint32_t address, char ret[static LOOKUP_LINE_SIZE]);

/**
 * lookup_canonicalize() - a name as files have it: lower case, without a dot at the end.
 * Return: 0, -EINVAL when it is none that they may have.
 */
int lookup_canonicalize(const char *name, char ret[static LOOKUP_NAME_SIZE]);

/**
 * lookup_parse_address() - reads a dotted quad up to a blank or the end.
 *
 * @ret: in host byte order
 * Return: the place after it, NULL when it is none.
 */
const char *lookup_parse_address(const char *text, uint32_t *ret);
