/* SPDX-License-Identifier: MIT */
#pragma once

/* Text from strangers made safe, and small string helpers. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/macro.h"

/**
 * text_sanitize() - turns bytes of a client into valid, printable UTF-8.
 *
 * Trailing NULs are dropped; control characters, invalid UTF-8, invisible and direction-changing
 * characters, noncharacters, and everything else that a terminal might act on becomes \xNN, a byte
 * each. What does not fit into @capacity is cut at a character's or an escape's border.
 *
 * A backslash is an ordinary character and stays. Names go through here more than once (the wire,
 * the lease file, the bus), so that clean text must come out as it went in; the price is that a
 * client which sends the four characters "\xff" looks like one that sends the byte 255.
 *
 * @text: @size bytes, not necessarily terminated
 * @ret: @capacity bytes, at least one; NUL-terminated on return
 * Return: the length written, without the NUL.
 */
size_t text_sanitize(const uint8_t *text, size_t size, char *ret, size_t capacity);

/**
 * text_is_clean() - whether text_sanitize() would return these bytes unchanged.
 */
bool text_is_clean(const uint8_t *text, size_t size);

/**
 * parse_boolean() - reads 1/yes/y/true/t/on and 0/no/n/false/f/off, in any case.
 * Return: 1, 0 or -EINVAL.
 */
int parse_boolean(const char *text);

/**
 * parse_u64() - reads a decimal number that is the whole text.
 * Return: 0, -EINVAL when it is not a number, -ERANGE when it is larger than @max.
 */
int parse_u64(const char *text, uint64_t max, uint64_t *ret);

/**
 * string_equal() - strcmp() == 0 that takes NULL; two NULLs are equal.
 */
bool string_equal(const char *a, const char *b) _pure_;

/**
 * strv_free() - frees a NULL-terminated array of strings and the strings.
 * Return: NULL.
 */
char **strv_free(char **strings);

/**
 * strv_extend() - appends a copy of a string to a NULL-terminated array (*strings may be NULL).
 * Return: 0 or -ENOMEM, the array unchanged.
 */
int strv_extend(char ***strings, const char *string);

/**
 * strv_move() - appends the strings of another array, which is empty then and NULL.
 * Return: 0 or -ENOMEM, both unchanged.
 */
int strv_move(char ***strings, char ***from);

/**
 * strv_append() - appends copies of the strings of another array.
 * Return: 0 or -ENOMEM, some of them appended.
 */
int strv_append(char ***strings, char *const *others);

/**
 * strv_length() - the number of strings; 0 for NULL.
 */
size_t strv_length(char *const *strings) _pure_;

/**
 * strv_equal() - whether two arrays have the same strings; NULL is an empty one.
 */
bool strv_equal(char *const *a, char *const *b) _pure_;

/**
 * strv_split() - splits at blanks and tabs, empty words dropped.
 * Return: 0 or -ENOMEM.
 */
int strv_split(const char *text, char ***ret);

/**
 * plural() - the ending of a noun in "%zu lease%s".
 */
const char *plural(size_t n) _const_;

DEFINE_POINTER_CLEANUP(char *, strv_free);
