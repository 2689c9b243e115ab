/* SPDX-License-Identifier: MIT */
/* Values of [Server], and what every section has: booleans, lease times, an address. */

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "basic/text.h"
#include "setting/assignment.h"
#include "setting/parsers.h"

#define RATE_LIMIT_MAX 1000000

/* The member that a key is about. */
static void *member(const SettingKey *key, void *target) {
        return (uint8_t *) target + key->offset;
}

int setting_parse_boolean(const Assignment *assignment, void *target) {
        int r;

        r = parse_boolean(assignment->value);
        if (r < 0)
                return assignment_refuse(assignment, "neither yes nor no");
        *(bool *) member(assignment->key, target) = r > 0;
        return 0;
}

int setting_parse_lease_time(const Assignment *assignment, void *target) {
        return assignment_parse_seconds(assignment, 1, member(assignment->key, target));
}

void setting_reset_lease_time(const SettingKey *key, void *target) {
        *(usec_t *) member(key, target) = 0;
}

int setting_parse_address(const Assignment *assignment, void *target) {
        return assignment_parse_address(
                assignment, assignment->value, member(assignment->key, target));
}

void setting_reset_address(const SettingKey *key, void *target) {
        *(ipv4_t *) member(key, target) = 0;
}

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
        Settings *settings = target;
        char *copy;

        if (path[0] != '/' || path[strlen(path) - 1] == '/' || path_has_dots(path) ||
                strlen(path) >= PATH_MAX)
                return assignment_refuse(
                        assignment, "not the absolute path of a file, without '.' and '..' in it");
        copy = strdup(path);
        if (!copy)
                return -ENOMEM;
        free(settings->lease_file);
        settings->lease_file = copy;
        return 0;
}

void setting_reset_lease_file(const SettingKey *key _unused_, void *target) {
        Settings *settings = target;

        free(settings->lease_file);
        settings->lease_file = NULL;
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
