/* SPDX-License-Identifier: MIT */
/* Properties to text. Knows the names of points in time and of flags, which their type does not
 * tell; a new property of any other kind needs no change here. */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "basic/buffer.h"
#include "basic/text.h"
#include "ctl/properties.h"

enum {
        ENTRIES_OF_LINE = 3, /* of a dictionary */
};

Color state_color(const char *state) {
        static const struct {
                const char *state;
                Color color;
        } colors[] = {
                /* leases */
                {"bound", COLOR_GOOD},
                {"offered", COLOR_WARNING},
                {"declined", COLOR_BAD},
                {"released", COLOR_FAINT},
                {"expired", COLOR_FAINT},
                /* the server */
                {"running", COLOR_GOOD},
                {"misconfigured", COLOR_BAD},
                {"lease-file-failing", COLOR_BAD},
                /* units */
                {"active", COLOR_GOOD},
                {"failed", COLOR_BAD},
        };

        for (size_t i = 0; i < ELEMENTSOF(colors); i++)
                if (strcmp(colors[i].state, state) == 0)
                        return colors[i].color;
        return COLOR_NONE;
}

static bool ends_with(const char *text, const char *suffix) {
        size_t n = strlen(text), n_suffix = strlen(suffix);

        return n >= n_suffix && strcmp(text + n - n_suffix, suffix) == 0;
}

static bool is_point_in_time(const char *name) {
        static const char *const names[] = {
                "StartedUSec", "ExpiresUSec", "LastSeenUSec", "MovesAtUSec", "HeldUntilUSec"};

        for (size_t i = 0; i < ELEMENTSOF(names); i++)
                if (strcmp(names[i], name) == 0)
                        return true;
        return ends_with(name, "TimestampUSec");
}

/* "Sat 2026-11-21 22:55:00 UTC; in 52min 30s", as systemctl puts it. */
static char *point_text(usec_t realtime, TimestampStyle style, usec_t now) {
        char absolute[FORMAT_TIME_MAX], relative[FORMAT_TIME_MAX];
        char *text;

        (void) format_timestamp(realtime, style, absolute);
        if (realtime == 0 || realtime == USEC_INFINITY)
                return strdup(absolute);
        if (asprintf(&text, "%s; %s", absolute, format_relative(realtime, now, relative)) < 0)
                return NULL;
        return text;
}

static char *span_text(usec_t span) {
        char text[TIMESPAN_STRING_MAX];

        return strdup(span == 0 ? "-" : timespan_format(span, text));
}

static char *number_text(const char *name, json_object *value, TimestampStyle style, usec_t now) {
        usec_t usec = value ? json_object_get_uint64(value) : USEC_INFINITY;

        if (is_point_in_time(name))
                return point_text(usec, style, now);
        if (ends_with(name, "USec"))
                return span_text(usec);
        if (!value)
                return strdup("infinite");
        if (strcmp(name, "Flags") == 0)
                return strdup(format_lease_flags(usec));
        return strdup(json_object_get_string(value));
}

/* The elements of a list or the entries of a dictionary, one a line when one of them has a blank,
 * or when there are more than a few. */
static char *join(char *const *words, size_t n_line_max) {
        Buffer buffer = BUFFER_INIT;
        const char *separator = strv_length(words) > n_line_max ? "\n" : " ";
        char *text = NULL;

        for (size_t i = 0; words && words[i]; i++)
                if (strchr(words[i], ' '))
                        separator = "\n";
        for (size_t i = 0; words && words[i]; i++)
                (void) buffer_printf(&buffer, "%s%s", i > 0 ? separator : "", words[i]);
        if (buffer.error >= 0)
                (void) buffer_take_string(&buffer, &text);
        buffer_done(&buffer);
        return text;
}

static char *array_text(const char *name, json_object *array, TimestampStyle style, usec_t now) {
        _cleanup_(strv_freep) char **words = NULL;

        for (size_t i = 0; i < json_object_array_length(array); i++) {
                _cleanup_free_ char *word = NULL;

                word = property_text(name, json_object_array_get_idx(array, i), style, now);
                if (!word || strv_extend(&words, word) < 0)
                        return NULL;
        }
        return join(words, SIZE_MAX);
}

static char *object_text(json_object *object, TimestampStyle style, usec_t now) {
        _cleanup_(strv_freep) char **words = NULL;

        json_object_object_foreach(object, key, value) {
                _cleanup_free_ char *text = NULL, *word = NULL;

                text = property_text(key, value, style, now);
                if (!text || asprintf(&word, "%s=%s", key, text) < 0)
                        return NULL;
                if (strv_extend(&words, word) < 0)
                        return NULL;
        }
        return join(words, ENTRIES_OF_LINE);
}

char *property_text(const char *name, json_object *value, TimestampStyle style, usec_t now) {
        switch (json_object_get_type(value)) {
        case json_type_string:
                return format_safe(json_object_get_string(value));
        case json_type_boolean:
                return strdup(json_object_get_boolean(value) ? "yes" : "no");
        case json_type_null:
        case json_type_int:
                return number_text(name, value, style, now);
        case json_type_double:
                return strdup(json_object_get_string(value));
        case json_type_array:
                return array_text(name, value, style, now);
        case json_type_object:
                return object_text(value, style, now);
        }
        return NULL;
}

/* Empty text, an empty list, and a time or a size that is zero: nobody has set it. */
static bool is_unset(const char *name, json_object *value) {
        switch (json_object_get_type(value)) {
        case json_type_string:
                return json_object_get_string_len(value) == 0;
        case json_type_array:
                return json_object_array_length(value) == 0;
        case json_type_object:
                return json_object_object_length(value) == 0;
        case json_type_int:
                return (ends_with(name, "USec") || ends_with(name, "Bytes")) &&
                       json_object_get_uint64(value) == 0;
        case json_type_null:
        case json_type_boolean:
        case json_type_double:
                break;
        }
        return false;
}

static int describe_one(Details *details, const char *name, json_object *value,
        const Options *options, usec_t now) {
        _cleanup_free_ char *text = NULL;
        char label[64];

        if (!options->all && is_unset(name, value))
                return 0;
        text = property_text(name, value, options->timestamp, now);
        if (!text)
                return -ENOMEM;
        return details_add(details, format_label(name, label, sizeof(label)), text,
                strcmp(name, "State") == 0 ? state_color(text) : COLOR_NONE);
}

static bool is_in(const char *name, const char *const *names) {
        for (; *names; names++)
                if (strcmp(*names, name) == 0)
                        return true;
        return false;
}

int properties_describe(Details *details, const json_object *object, const char *const *order,
        const Options *options, usec_t now) {
        int r;

        for (const char *const *name = order; *name; name++) {
                json_object *value;

                if (!json_object_object_get_ex(object, *name, &value))
                        continue;
                r = describe_one(details, *name, value, options, now);
                if (r < 0)
                        return r;
        }
        json_object_object_foreach(object, name, value) {
                if (is_in(name, order))
                        continue;
                r = describe_one(details, name, value, options, now);
                if (r < 0)
                        return r;
        }
        return 0;
}
