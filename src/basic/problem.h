/* SPDX-License-Identifier: MIT */
#pragma once

/* What is wrong with a file, line by line, as people want to read it: `FILE:LINE: what is wrong and
 * what is allowed`. Collected, so that all of it is said at once. */

#include <stdbool.h>
#include <stddef.h>

#include "basic/macro.h"

typedef struct Problem {
        char *file;    /* as the user would name it */
        unsigned line; /* from 1; 0 = the file as a whole */
        bool warning;  /* the line was taken or skipped, the rest is in force */
        char *text;
} Problem;

typedef struct Problems {
        Problem *items;
        size_t n_items;
        size_t n_errors; /* items that are no warnings */
} Problems;

/**
 * problems_done() - frees all problems; the list is empty.
 */
void problems_done(Problems *problems);

/**
 * problems_add() - appends a problem.
 *
 * @format: without the position and without a final newline or full stop
 * Return: 0, -ENOMEM (an error is counted all the same).
 */
int problems_add(Problems *problems, bool warning, const char *file, unsigned line,
        const char *format, ...) _printf_(5, 6);

/**
 * problem_format() - "FILE:LINE: text", "FILE: text" without a line.
 *
 * @ret: receives a string for free()
 * Return: 0, -ENOMEM.
 */
int problem_format(const Problem *problem, char **ret);
