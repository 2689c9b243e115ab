/* SPDX-License-Identifier: MIT */
#pragma once

/* How a parser says what is wrong with a value, and how it takes a value apart. */

#include <stdint.h>

#include "basic/ipv4.h"
#include "basic/macro.h"
#include "setting/key.h"

/* Room for a value as it is shown in problems. */
#define QUOTE_MAX 128

/**
 * quote() - a value made fit to be shown: printable, its end cut off when it is long.
 * Return: @buffer
 */
const char *quote(const char *value, char buffer[static QUOTE_MAX]);

/**
 * assignment_refuse() - adds the error "KEY=VALUE: …".
 *
 * @format: what is wrong and what is allowed, without a final full stop
 * Return: -EINVAL.
 */
int assignment_refuse(const Assignment *assignment, const char *format, ...) _printf_(2, 3);

/**
 * assignment_warn() - the same as a warning; the value is taken.
 */
void assignment_warn(const Assignment *assignment, const char *format, ...) _printf_(2, 3);

/**
 * netmask_parse() - reads a netmask, "255.255.255.0".
 * Return: 0, -EINVAL when it is none.
 */
int netmask_parse(const char *text, uint8_t *ret_length);

enum {
        PREFIX_HINT_MAX = 32,
};

/**
 * suggest_prefix() - what to write for "192.168.1.0/255.255.255.0" or, with a blank between, the
 * same: "; write 192.168.1.0/24"; "" for everything else.
 * Return: @buffer
 */
const char *suggest_prefix(const char *value, char buffer[static PREFIX_HINT_MAX]);

/**
 * assignment_parse_address() - reads an address that a host may have: neither 0.0.0.0/8 nor
 * loopback, multicast or above.
 *
 * @word: the value or a part of it
 * Return: 0, -EINVAL with a problem added.
 */
int assignment_parse_address(const Assignment *assignment, const char *word, ipv4_t *ret);

/**
 * assignment_parse_number() - reads a decimal or 0x-hexadecimal number from @min to @max.
 * Return: 0, -EINVAL with a problem added.
 */
int assignment_parse_number(
        const Assignment *assignment, const char *word, uint64_t min, uint64_t max, uint64_t *ret);

/**
 * assignment_parse_seconds() - reads a time span of whole seconds that fits 32 bits.
 *
 * @min: in seconds
 * @ret: the span; USEC_INFINITY for "infinity" and 4294967295
 * Return: 0, -EINVAL with a problem added.
 */
int assignment_parse_seconds(const Assignment *assignment, uint64_t min, usec_t *ret);

/**
 * assignment_parse_bytes() - reads "string:TEXT" with C-style escapes, "hex:BYTES", or bytes in
 * hexadecimal.
 *
 * @ret: receives @capacity bytes at most
 * Return: 0, -EINVAL with a problem added, -ENOMEM.
 */
int assignment_parse_bytes(
        const Assignment *assignment, uint8_t *ret, size_t min, size_t capacity, size_t *ret_size);

/**
 * unescape() - undoes C-style escapes: \\ \" \' \a \b \f \n \r \s \t \v \xHH \OOO.
 *
 * @ret: receives @capacity bytes at most, not terminated
 * Return: 0, -EINVAL for an unknown escape, -ENOBUFS when there are more bytes.
 */
int unescape(const char *text, uint8_t *ret, size_t capacity, size_t *ret_size);
