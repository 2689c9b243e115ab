/* SPDX-License-Identifier: MIT */
#pragma once

/* What the values of options look like, as RFC 2132 and a few later ones have it, for options that
 * no key of their own knows how to write. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Room for option_shape_check(). */
#define OPTION_SHAPE_MAX 192

/**
 * option_shape_check() - whether a value has the shape that its option has everywhere; options that
 * no RFC here knows have any.
 *
 * @data: @size bytes, as they go over the wire
 * @is_text: it was written as text
 * @ret: what the option is, and how to write it as SendOption=, when the value is wrong; "a list of
 *       addresses, such as 6:ipv4address:192.168.1.1 192.168.1.2"
 * Return: whether it is right.
 */
bool option_shape_check(uint8_t code, const uint8_t *data, size_t size, bool is_text,
        char ret[static OPTION_SHAPE_MAX]);
