/* SPDX-License-Identifier: MIT */
/* Breaks lines. Knows nothing of what is written. */

#include <stdlib.h>
#include <string.h>

#include "basic/macro.h"
#include "ctl/format.h"
#include "ctl/wrap.h"

void wrap_print(FILE *file, const char *text, size_t used, size_t indentation, size_t width) {
        bool first = true;

        while (*text) {
                size_t n_blanks = strspn(text, " ");
                size_t n = n_blanks + strcspn(text + n_blanks, " ");
                _cleanup_free_ char *word = strndup(text, n);
                size_t columns = word ? format_width(word) : n;

                if (!first && n > n_blanks && columns > (width > used ? width - used : 0)) {
                        (void) fprintf(file, "\n%*s", (int) indentation, "");
                        used = indentation;
                        text += n_blanks;
                        n -= n_blanks;
                        columns -= n_blanks;
                }
                (void) fprintf(file, "%.*s", (int) n, text);
                used += columns;
                text += n;
                first = false;
        }
}
