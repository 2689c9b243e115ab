/* SPDX-License-Identifier: MIT */
#pragma once

/* Sentences that are longer than a line, broken between words. */

#include <stddef.h>
#include <stdio.h>

/**
 * wrap_print() - writes a text behind what stands on the line already. A word that is longer than a
 * line is left whole.
 *
 * @text: printable, without newlines
 * @used: columns that stand on the line
 * @indentation: of the lines that follow
 * @width: of a line in columns, SIZE_MAX for one line of any length
 */
void wrap_print(FILE *file, const char *text, size_t used, size_t indentation, size_t width);
