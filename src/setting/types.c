/* SPDX-License-Identifier: MIT */
/* Values of types that several keys have, by where their rows point: booleans, choices, texts,
 * lease times, addresses. */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "basic/text.h"
#include "setting/assignment.h"
#include "setting/parsers.h"

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
