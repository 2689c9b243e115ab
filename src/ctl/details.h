/* SPDX-License-Identifier: MIT */
#pragma once

/* One thing told line by line, "Label: value", labels aligned to the right as systemctl does. */

#include <stddef.h>

#include "ctl/terminal.h"

typedef struct Details {
        struct Detail {
                char *label;
                char *value;
                Color color;
        } * items;
        size_t n_items;
} Details;

/**
 * details_add() - appends a line.
 *
 * @label, @value: copied; "" is shown as "-"; a value of several lines is aligned
 * Return: 0, -ENOMEM.
 */
int details_add(Details *details, const char *label, const char *value, Color color);

/**
 * details_print() - writes the lines to standard output.
 */
void details_print(const Details *details, const Terminal *terminal);

/**
 * details_done() - frees the lines.
 */
void details_done(Details *details);
