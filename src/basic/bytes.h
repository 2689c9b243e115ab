/* SPDX-License-Identifier: MIT */
#pragma once

/* Byte strings as people write them: "02:00:00:00:00:07". */

#include <stddef.h>
#include <stdint.h>

#include "basic/macro.h"

/* Room for n bytes as colon-separated hexadecimal and the terminating NUL. */
#define BYTES_STRING_MAX(n) ((n) *3 + 1)

/**
 * bytes_parse() - reads hexadecimal bytes: "02:00:aa", "02-00-aa", or without separators "0200aa".
 *
 * An empty text is zero bytes. With separators one or two digits make a byte; separators must not
 * be mixed.
 *
 * @ret: receives the bytes, at most @capacity
 * @ret_size: receives their number
 * Return: 0, -EINVAL when it is not hexadecimal, -ENOBUFS when it has more than @capacity bytes.
 */
int bytes_parse(const char *text, uint8_t *ret, size_t capacity, size_t *ret_size);

/**
 * bytes_put() - writes bytes as lower-case colon-separated hexadecimal at @p, less than
 * BYTES_STRING_MAX(@size) bytes, without NUL.
 * Return: the place after them.
 */
char *bytes_put(char *p, const uint8_t *bytes, size_t size);

/**
 * bytes_format() - writes bytes as lower-case colon-separated hexadecimal.
 *
 * @buffer: at least BYTES_STRING_MAX(@size) bytes
 * Return: @buffer
 */
char *bytes_format(const uint8_t *bytes, size_t size, char *buffer);
