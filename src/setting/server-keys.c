/* SPDX-License-Identifier: MIT */
/* Values of [Server]. */

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "basic/text.h"
#include "setting/assignment.h"
#include "setting/parsers.h"

#define RATE_LIMIT_MAX 1000000

/* Whether "." or ".." is a component of the path. */
static bool path_has_dots(const char *path) {
        while (*path) {
                size_t n;

                path += strspn(path, "/");
                n = strcspn(path, "/");
                if ((n == 1 && path[0] == '.') || (n == 2 && path[0] == '.' && path[1] == '.'))
                        return true;
                path += n;
        }
        return false;
}

int setting_parse_lease_file(const Assignment *assignment, void *target) {
        const char *path = assignment->value;

        if (path[0] != '/' || path[strlen(path) - 1] == '/' || path_has_dots(path) ||
                strlen(path) >= PATH_MAX)
                return assignment_refuse(
                        assignment, "not the absolute path of a file, without '.' and '..' in it");
        return setting_put_text(assignment, target);
}

int setting_parse_rate_limit(const Assignment *assignment, void *target) {
        Settings *settings = target;
        uint64_t value;
        int r;

        r = assignment_parse_number(assignment, assignment->value, 0, RATE_LIMIT_MAX, &value);
        if (r < 0)
                return r;
        settings->rate_limit = (unsigned) value;
        return 0;
}

int setting_format_rate_limit(const SettingKey *key _unused_, const void *target, char ***ret) {
        const Settings *settings = target;
        char text[16];

        (void) snprintf(text, sizeof(text), "%u", settings->rate_limit);
        return strv_extend(ret, text);
}
