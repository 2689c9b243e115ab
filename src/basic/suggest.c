/* SPDX-License-Identifier: MIT */
/* The nearest of a few words, by the number of typing errors that lie between (Damerau's distance
 * with adjacent swaps). */

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "basic/suggest.h"

#define WORD_MAX 64
#define BEGINNING_MIN 3 /* fewer letters begin too many words */

static int lower(char c) {
        return tolower((unsigned char) c);
}

unsigned suggest_distance(const char *a, const char *b) {
        unsigned rows[3][WORD_MAX + 1] = {{0}};
        unsigned *before = rows[0], *previous = rows[1], *current = rows[2];
        size_t n_a = strlen(a), n_b = strlen(b);

        if (n_a > WORD_MAX || n_b > WORD_MAX)
                return WORD_MAX + 1;

        for (size_t j = 0; j <= n_b; j++)
                previous[j] = (unsigned) j;
        for (size_t i = 1; i <= n_a; i++) {
                unsigned *spare = before;

                current[0] = (unsigned) i;
                for (size_t j = 1; j <= n_b; j++) {
                        unsigned changed = lower(a[i - 1]) != lower(b[j - 1]);
                        unsigned best = MIN(previous[j], current[j - 1]) + 1;

                        best = MIN(best, previous[j - 1] + changed);
                        if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
                                lower(a[i - 2]) == lower(b[j - 1]))
                                best = MIN(best, before[j - 2] + 1);
                        current[j] = best;
                }
                before = previous;
                previous = current;
                current = spare;
        }
        return previous[n_b];
}

static bool is_beginning(const char *word, const char *known) {
        size_t n = MIN(strlen(word), strlen(known));

        return n >= BEGINNING_MIN && strncasecmp(word, known, n) == 0;
}

const char *suggest_nearest(const char *word, const char *const *known) {
        const char *nearest = NULL;
        unsigned best = 0;

        for (; *known; known++) {
                unsigned distance = suggest_distance(word, *known);

                if (distance * 3 > MIN(strlen(word), strlen(*known)) + 2 &&
                        !is_beginning(word, *known))
                        continue;
                if (!nearest || distance < best) {
                        nearest = *known;
                        best = distance;
                }
        }
        return nearest;
}
