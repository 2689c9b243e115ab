/* SPDX-License-Identifier: MIT */
/* Values of [Server], and what every section has: booleans, texts, lease times, an address. */

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "basic/text.h"
#include "setting/assignment.h"
#include "setting/parsers.h"

#define RATE_LIMIT_MAX 1000000

void *setting_member(const SettingKey *key, void *target) {
        return (uint8_t *) target + key->offset;
}

const void *setting_const_member(const SettingKey *key, const void *target) {
        return (const uint8_t *) target + key->offset;
}

void *setting_count(const SettingKey *key, void *target) {
        return (uint8_t *) target + key->count_offset;
}

const void *setting_const_count(const SettingKey *key, const void *target) {
        return (const uint8_t *) target + key->count_offset;
}

int setting_put_text(const Assignment *assignment, void *target) {
        char **member = setting_member(assignment->key, target), *copy;

        copy = strdup(assignment->value);
        if (!copy)
                return -ENOMEM;
        free(*member);
        *member = copy;
        return 0;
}

void setting_reset_text(const SettingKey *key, void *target) {
        char **member = setting_member(key, target);

        free(*member);
        *member = NULL;
}

int setting_format_text(const SettingKey *key, const void *target, char ***ret) {
        const char *text = *(char *const *) setting_const_member(key, target);

        return text ? strv_extend(ret, text) : 0;
}

int setting_parse_boolean(const Assignment *assignment, void *target) {
        int r;

        r = parse_boolean(assignment->value);
        if (r < 0)
                return assignment_refuse(assignment, "neither yes nor no");
        *(bool *) setting_member(assignment->key, target) = r > 0;
        return 0;
}

int setting_format_boolean(const SettingKey *key, const void *target, char ***ret) {
        return strv_extend(ret, *(const bool *) setting_const_member(key, target) ? "yes" : "no");
}

int setting_parse_lease_time(const Assignment *assignment, void *target) {
        return assignment_parse_seconds(assignment, 1, setting_member(assignment->key, target));
}

void setting_reset_lease_time(const SettingKey *key, void *target) {
        *(usec_t *) setting_member(key, target) = 0;
}

int setting_parse_choice(const Assignment *assignment, void *target) {
        const char *const *words = assignment->key->words;
        const bool chosen = string_equal(assignment->value, words[true]);

        if (!chosen && !string_equal(assignment->value, words[false]))
                return assignment_refuse(
                        assignment, "neither %s nor %s", words[false], words[true]);
        *(bool *) setting_member(assignment->key, target) = chosen;
        return 0;
}

int setting_format_choice(const SettingKey *key, const void *target, char ***ret) {
        return strv_extend(ret, key->words[*(const bool *) setting_const_member(key, target)]);
}

int setting_append_seconds(usec_t span, char ***ret) {
        char text[TIMESPAN_STRING_MAX];
        usec_t shown;

        if (span == USEC_INFINITY)
                return strv_extend(ret, "infinity");
        /* it has two units at most, and may leave out the rest */
        if (timespan_parse(timespan_format(span, text), &shown) < 0 || shown != span)
                (void) snprintf(text, sizeof(text), "%" PRIu64, span / USEC_PER_SEC);
        return strv_extend(ret, text);
}

int setting_format_lease_time(const SettingKey *key, const void *target, char ***ret) {
        const usec_t span = *(const usec_t *) setting_const_member(key, target);

        return span == 0 ? 0 : setting_append_seconds(span, ret);
}

int setting_parse_address(const Assignment *assignment, void *target) {
        return assignment_parse_address(
                assignment, assignment->value, setting_member(assignment->key, target));
}

void setting_reset_address(const SettingKey *key, void *target) {
        *(ipv4_t *) setting_member(key, target) = 0;
}

int setting_format_address(const SettingKey *key, const void *target, char ***ret) {
        const ipv4_t address = *(const ipv4_t *) setting_const_member(key, target);
        char text[IPV4_STRING_MAX];

        return address == 0 ? 0 : strv_extend(ret, ipv4_format(address, text));
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
