/* SPDX-License-Identifier: MIT */
#pragma once

/* The last things that happened in a story, as lines for people, and a digest of all of them, by
 * which two runs of one seed can be compared. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "basic/time.h"

enum {
        DIARY_LINES = 60,
        DIARY_LINE_SIZE = 160,
};

typedef struct Diary {
        char lines[DIARY_LINES][DIARY_LINE_SIZE];
        uint64_t n_lines; /* ever */
        uint64_t digest;
        bool aloud; /* each line goes to stdout, too */
} Diary;

/**
 * diary_write() - one line.
 *
 * @who: "server", "disk", "h07" …
 */
void diary_write(Diary *diary, usec_t now, const char *who, const char *format, ...) _printf_(4, 5);

/**
 * diary_print() - the last lines, oldest first, as TAP comments.
 */
void diary_print(const Diary *diary, FILE *f);
