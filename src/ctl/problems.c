/* SPDX-License-Identifier: MIT */
/* Lists of problems, shown. Knows not of what. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/format.h"
#include "ctl/problems.h"
#include "ctl/wrap.h"

enum {
        INDENTATION = 2,
};

void problems_print(const Problems *problems, const Terminal *terminal) {
        for (size_t i = 0; i < problems->n_items; i++) {
                const Problem *problem = &problems->items[i];
                _cleanup_free_ char *text = NULL, *safe = NULL;

                if (problem_format(problem, &text) < 0 || !(safe = format_safe(text)))
                        continue;
                if (problem->warning)
                        printf("warning: ");
                else
                        printf("%s", terminal_color(terminal, COLOR_BAD));
                wrap_print(stdout, safe, problem->warning ? strlen("warning: ") : 0, INDENTATION,
                        terminal->is_terminal ? terminal->columns : SIZE_MAX);
                printf("%s\n", problem->warning ? "" : terminal_color(terminal, COLOR_NONE));
        }
}

static int add_problem(json_object *array, const Problem *problem) {
        _cleanup_json_ json_object *object = NULL;
        int r;

        object = json_object_new_object();
        if (!object)
                return -ENOMEM;
        if ((r = json_add_take(object, "File", json_new_string(problem->file))) < 0 ||
                (r = json_add_take(object, "Line", json_object_new_int64(problem->line))) < 0 ||
                (r = json_add_take(object, "Severity",
                         json_new_string(problem->warning ? "warning" : "error"))) < 0 ||
                (r = json_add_take(object, "Text", json_new_string(problem->text))) < 0)
                return r;
        if (json_object_array_add(array, object) < 0)
                return -ENOMEM;
        object = NULL;
        return 0;
}

int problems_to_json(const Problems *problems, bool valid, json_object **ret) {
        _cleanup_json_ json_object *object = NULL;
        json_object *array;
        int r;

        object = json_object_new_object();
        if (!object)
                return -ENOMEM;
        r = json_add_take(object, "Valid", json_object_new_boolean(valid));
        if (r < 0)
                return r;
        array = json_object_new_array();
        r = json_add_take(object, "Problems", array);
        for (size_t i = 0; i < problems->n_items && r >= 0; i++)
                r = add_problem(array, &problems->items[i]);
        if (r < 0)
                return r;
        *ret = TAKE_PTR(object);
        return 0;
}
