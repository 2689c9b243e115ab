/* SPDX-License-Identifier: MIT */

/* The list of problems: grows, owns its strings, says nothing by itself. Invariant: n_errors counts
 * every error that was ever added, even one that memory did not suffice to keep. */

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "basic/problem.h"

void problems_done(Problems *problems) {
        for (size_t i = 0; i < problems->n_items; i++) {
                free(problems->items[i].file);
                free(problems->items[i].text);
        }
        free(problems->items);
        *problems = (Problems){0};
}

int problems_add(Problems *problems, bool warning, const char *file, unsigned line,
        const char *format, ...) {
        _cleanup_free_ char *text = NULL, *name = NULL;
        va_list arguments;
        Problem *items;
        int r;

        if (!warning)
                problems->n_errors++;

        va_start(arguments, format);
        r = vasprintf(&text, format, arguments);
        va_end(arguments);
        if (r < 0) {
                text = NULL;
                return -ENOMEM;
        }
        name = strdup(file);
        if (!name)
                return -ENOMEM;

        items = reallocarray(problems->items, problems->n_items + 1, sizeof(Problem));
        if (!items)
                return -ENOMEM;
        problems->items = items;
        items[problems->n_items++] = (Problem){
                .file = TAKE_PTR(name),
                .line = line,
                .warning = warning,
                .text = TAKE_PTR(text),
        };
        return 0;
}

int problem_format(const Problem *problem, char **ret) {
        int r;

        if (problem->line > 0)
                r = asprintf(ret, "%s:%u: %s", problem->file, problem->line, problem->text);
        else
                r = asprintf(ret, "%s: %s", problem->file, problem->text);
        return r < 0 ? -ENOMEM : 0;
}
