/* SPDX-License-Identifier: MIT */
#pragma once

/* Options for people: a name, and the value as the configuration would have it. */

#include <stddef.h>
#include <stdint.h>

/**
 * option_name() - the key of the configuration that sets it, else what it is called; NULL for one
 * that has neither here.
 */
const char *option_name(uint8_t code);

/**
 * option_format() - a value as text, in valid UTF-8. What is not of its option's form, and what
 * nothing is known of, is told in hexadecimal.
 *
 * @data: @size bytes
 * @ret: receives a string for free()
 * Return: 0, -ENOMEM.
 */
int option_format(uint8_t code, const uint8_t *data, size_t size, char **ret);
