/* SPDX-License-Identifier: MIT */
/* Breaks lines. Knows nothing of what is written, but that commands are there to be copied: what
 * stands between grave accents, and one that ends the text behind a colon, stays on one line if it
 * fits one. */

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "basic/macro.h"
#include "ctl/format.h"
#include "ctl/wrap.h"

static size_t columns_of(const char *text, size_t n) {
        _cleanup_free_ char *copy = strndup(text, n);

        return copy ? format_width(copy) : n;
}

static bool is_command(const char *text) {
        static const char *const programs[] = {
                "minidhcpctl ", "systemctl ", "journalctl ", "machinectl ", "ssh "};

        for (size_t i = 0; i < ELEMENTSOF(programs); i++)
                if (strncmp(text, programs[i], strlen(programs[i])) == 0)
                        return true;
        return false;
}

/* Where the command that ends the text begins, or its end. */
static const char *find_tail(const char *text, size_t columns) {
        const char *end = text + strlen(text);

        for (const char *p = text; (p = strstr(p, ": ")); p += 2)
                if (is_command(p + 2) && columns_of(p + 2, (size_t) (end - p - 2)) <= columns)
                        return p + 2;
        return end;
}

/* How long what must stay together is at the beginning of a text. */
static size_t measure_piece(const char *text, size_t columns) {
        size_t n = strcspn(text, " ");
        const char *mark = memchr(text, '`', n);
        const char *end = mark ? strchr(mark + 1, '`') : NULL;
        size_t whole;

        if (!end)
                return n;
        whole = (size_t) (end - text) + strcspn(end, " ");
        return whole > n && columns_of(text, whole) <= columns ? whole : n;
}

void wrap_print(FILE *file, const char *text, size_t used, size_t indentation, size_t width) {
        const size_t room = width > indentation ? width - indentation : 0;
        const char *tail = find_tail(text, room);
        bool first = true;

        while (*text) {
                size_t n_blanks = strspn(text, " "), n, columns;

                n = n_blanks +
                    (text + n_blanks == tail ? strlen(tail) : measure_piece(text + n_blanks, room));
                columns = columns_of(text, n);
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
