/* SPDX-License-Identifier: MIT */

/* A ring of lines. */

#include "diary.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

/* Fowler, Noll and Vo's FNV-1a. */
static uint64_t digest(uint64_t hash, const char *text) {
        for (; *text; text++)
                hash = (hash ^ (uint8_t) *text) * UINT64_C(0x100000001b3);
        return hash;
}

void diary_write(Diary *diary, usec_t now, const char *who, const char *format, ...) {
        char *line = diary->lines[diary->n_lines++ % DIARY_LINES];
        va_list arguments;
        int n;

        n = snprintf(line, DIARY_LINE_SIZE, "%8" PRIu64 ".%06" PRIu64 "  %-7s ", now / USEC_PER_SEC,
                now % USEC_PER_SEC, who);
        va_start(arguments, format);
        (void) vsnprintf(line + n, DIARY_LINE_SIZE - (size_t) n, format, arguments);
        va_end(arguments);
        diary->digest = digest(diary->digest, line);
        if (diary->aloud)
                puts(line);
}

void diary_print(const Diary *diary, FILE *f) {
        uint64_t first = diary->n_lines > DIARY_LINES ? diary->n_lines - DIARY_LINES : 0;

        for (uint64_t i = first; i < diary->n_lines; i++)
                (void) fprintf(f, "# %s\n", diary->lines[i % DIARY_LINES]);
}
