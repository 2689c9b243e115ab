/* SPDX-License-Identifier: MIT */
/* check-config: reads the configuration as the server would, and says what is wrong with it. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "basic/problem.h"
#include "basic/text.h"
#include "config/config.h"
#include "ctl/config.h"
#include "ctl/json.h"
#include "ctl/report.h"

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

static int print_json(const Settings *settings, const Problems *problems, JsonMode mode) {
        _cleanup_json_ json_object *object = NULL;
        json_object *array;
        int r;

        object = json_object_new_object();
        array = json_object_new_array();
        if (!object) {
                (void) json_object_put(array);
                return -ENOMEM;
        }
        if ((r = json_add_take(object, "Valid", json_object_new_boolean(settings != NULL))) < 0 ||
                (r = json_add_take(object, "Problems", array)) < 0)
                return r;
        for (size_t i = 0; i < problems->n_items; i++) {
                r = add_problem(array, &problems->items[i]);
                if (r < 0)
                        return r;
        }
        if (settings && ((r = json_add_take(object, "Pools",
                                  json_object_new_uint64(settings->n_pools))) < 0 ||
                                (r = json_add_take(object, "Hosts",
                                         json_object_new_uint64(settings->n_hosts))) < 0))
                return r;
        json_print(object, mode);
        return 0;
}

static void print_problems(const Context *context, const Problems *problems) {
        const Terminal *terminal = &context->terminal;

        for (size_t i = 0; i < problems->n_items; i++) {
                const Problem *problem = &problems->items[i];
                _cleanup_free_ char *text = NULL, *safe = NULL;

                if (problem_format(problem, &text) < 0 || !(safe = format_safe(text)))
                        continue;
                printf("%s%s%s%s\n", problem->warning ? "" : terminal_color(terminal, COLOR_BAD),
                        problem->warning ? "warning: " : "", safe,
                        problem->warning ? "" : terminal_color(terminal, COLOR_NONE));
        }
}

static void print_valid(const Settings *settings) {
        bool builtin =
                settings->n_pools == 1 && string_equal(settings->pools[0]->origin, "built-in");

        printf("configuration is valid: %zu %s, %zu %s%s\n", settings->n_pools,
                settings->n_pools == 1 ? "pool" : "pools", settings->n_hosts,
                settings->n_hosts == 1 ? "host" : "hosts",
                builtin ? " (there is no file, so this is the built-in pool)" : "");
}

ExitStatus verb_check_config(Context *context, char *const *arguments, size_t n_arguments) {
        const char *file = n_arguments > 0 ? arguments[0] : NULL;
        _cleanup_(settings_freep) Settings *settings = NULL;
        _cleanup_(problems_done) Problems problems = {0};
        int r, error;

        error = config_load(NULL, file, &settings, &problems);
        if (error == -ENOMEM)
                return report_no_memory();

        if (context_wants_json(context)) {
                r = print_json(settings, &problems, context->options.json);
                if (r < 0)
                        return report_no_memory();
        } else {
                print_problems(context, &problems);
                if (error >= 0 && !context->options.quiet)
                        print_valid(settings);
        }
        /* A file that cannot be read is a problem, too; to be sure that something is said: */
        if (error < 0 && problems.n_items == 0)
                return report_errno(error, "Cannot read the configuration");
        if (error == -EACCES)
                return STATUS_DENIED;
        return error < 0 ? STATUS_FAILURE : STATUS_OK;
}
