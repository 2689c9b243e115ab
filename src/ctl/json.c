/* SPDX-License-Identifier: MIT */
/* Messages to JSON, JSON to standard output. Knows no property by name.
 *
 * Invariant: a reader function takes exactly one complete value from the message, or fails.
 *
 * The daemon has a walker of its own, bus/json-text.c, which makes text and no tree: json-c leaves
 * out what it has no memory to write and does not say so. Here a tree is what tables are made of,
 * and an endless time is null. */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "basic/bytes.h"
#include "basic/text.h"
#include "ctl/format.h"
#include "ctl/json.h"

json_object *json_new_string(const char *text) {
        _cleanup_free_ char *safe = NULL;

        if (text_is_clean((const uint8_t *) text, strlen(text)))
                return json_object_new_string(text);
        safe = format_safe(text);
        return safe ? json_object_new_string(safe) : NULL;
}

json_object *json_new_bytes(const uint8_t *bytes, size_t size) {
        _cleanup_free_ char *text = NULL;

        text = malloc(BYTES_STRING_MAX(size));
        return text ? json_object_new_string(bytes_format(bytes, size, text)) : NULL;
}

int json_add_take(json_object *object, const char *key, json_object *value) {
        if (!value)
                return -ENOMEM;
        if (json_object_object_add(object, key, value) < 0) {
                (void) json_object_put(value);
                return -ENOMEM;
        }
        return 0;
}

int json_add_usec(json_object *object, const char *key, usec_t usec) {
        if (usec == USEC_INFINITY)
                return json_object_object_add(object, key, NULL) < 0 ? -ENOMEM : 0;
        return json_add_take(object, key, json_object_new_uint64(usec));
}

const char *json_get_text(const json_object *object, const char *key) {
        json_object *value;

        if (!json_object_object_get_ex(object, key, &value) ||
                !json_object_is_type(value, json_type_string))
                return "";
        return json_object_get_string(value);
}

uint64_t json_get_number(const json_object *object, const char *key) {
        json_object *value;

        if (!json_object_object_get_ex(object, key, &value))
                return 0;
        return json_object_get_uint64(value);
}

usec_t json_get_usec(const json_object *object, const char *key) {
        json_object *value;

        if (!json_object_object_get_ex(object, key, &value))
                return 0;
        return value ? json_object_get_uint64(value) : USEC_INFINITY;
}

/* A failed allocation must not pass for null. */
static int give(json_object *value, json_object **ret) {
        if (!value)
                return -ENOMEM;
        *ret = value;
        return 0;
}

/* sd-bus calls a missing value 0; to us that is an error like others. */
static int read_basic(sd_bus_message *message, char type, void *ret) {
        int r;

        r = sd_bus_message_read_basic(message, type, ret);
        return r == 0 ? -ENXIO : r;
}

#define GIVE_NUMBER(c_type, signature, expression)                                                 \
        __extension__({                                                                            \
                c_type value;                                                                      \
                int result = read_basic(message, signature, &value);                               \
                result < 0 ? result : give(expression, ret);                                       \
        })

static int json_from_number(sd_bus_message *message, char type, json_object **ret) {
        switch (type) {
        case SD_BUS_TYPE_BOOLEAN:
                return GIVE_NUMBER(int, type, json_object_new_boolean(value));
        case SD_BUS_TYPE_BYTE:
                return GIVE_NUMBER(uint8_t, type, json_object_new_int(value));
        case SD_BUS_TYPE_INT16:
                return GIVE_NUMBER(int16_t, type, json_object_new_int(value));
        case SD_BUS_TYPE_UINT16:
                return GIVE_NUMBER(uint16_t, type, json_object_new_int(value));
        case SD_BUS_TYPE_INT32:
        case SD_BUS_TYPE_UNIX_FD:
                return GIVE_NUMBER(int32_t, type, json_object_new_int(value));
        case SD_BUS_TYPE_UINT32:
                return GIVE_NUMBER(uint32_t, type, json_object_new_int64(value));
        case SD_BUS_TYPE_INT64:
                return GIVE_NUMBER(int64_t, type, json_object_new_int64(value));
        case SD_BUS_TYPE_DOUBLE:
                return GIVE_NUMBER(double, type, json_object_new_double(value));
        default:
                return -EBADMSG;
        }
}

static int json_from_u64(sd_bus_message *message, json_object **ret) {
        uint64_t value;
        int r;

        r = read_basic(message, SD_BUS_TYPE_UINT64, &value);
        if (r < 0)
                return r;
        if (value != UINT64_MAX)
                return give(json_object_new_uint64(value), ret);
        *ret = NULL;
        return 0;
}

static int json_from_string(sd_bus_message *message, char type, json_object **ret) {
        const char *text;
        int r;

        r = read_basic(message, type, &text);
        if (r < 0)
                return r;
        return give(json_new_string(text), ret);
}

static int json_from_bytes(sd_bus_message *message, json_object **ret) {
        const void *bytes;
        size_t size;
        int r;

        r = sd_bus_message_read_array(message, SD_BUS_TYPE_BYTE, &bytes, &size);
        if (r < 0)
                return r;
        return give(json_new_bytes(bytes, size), ret);
}

/* The entries of a dictionary whose container has been entered. */
static int json_from_entries(sd_bus_message *message, const char *entry, json_object *object) {
        int r;

        while ((r = sd_bus_message_enter_container(message, SD_BUS_TYPE_DICT_ENTRY, entry)) > 0) {
                _cleanup_json_ json_object *key = NULL, *value = NULL;

                r = json_from_message(message, &key);
                if (r < 0)
                        return r;
                r = json_from_message(message, &value);
                if (r < 0)
                        return r;
                r = sd_bus_message_exit_container(message);
                if (r < 0)
                        return r;
                if (json_object_object_add(object, json_object_get_string(key), value) < 0)
                        return -ENOMEM;
                value = NULL;
        }
        return r;
}

/* The elements of an array or a struct whose container has been entered. */
static int json_from_elements(sd_bus_message *message, json_object *array) {
        int r;

        while ((r = sd_bus_message_at_end(message, false)) == 0) {
                json_object *value = NULL;

                r = json_from_message(message, &value);
                if (r < 0)
                        return r;
                if (json_object_array_add(array, value) < 0) {
                        (void) json_object_put(value);
                        return -ENOMEM;
                }
        }
        return r < 0 ? r : 0;
}

static int json_from_container(
        sd_bus_message *message, char type, const char *contents, json_object **ret) {
        bool dictionary = type == SD_BUS_TYPE_ARRAY && contents[0] == SD_BUS_TYPE_DICT_ENTRY_BEGIN;
        _cleanup_json_ json_object *value = NULL;
        _cleanup_free_ char *entry = NULL;
        int r;

        value = dictionary ? json_object_new_object() : json_object_new_array();
        if (!value)
                return -ENOMEM;
        if (dictionary) {
                entry = strndup(contents + 1, strlen(contents) - 2);
                if (!entry)
                        return -ENOMEM;
        }

        r = sd_bus_message_enter_container(message, type, contents);
        if (r < 0)
                return r;
        r = dictionary ? json_from_entries(message, entry, value)
                       : json_from_elements(message, value);
        if (r < 0)
                return r;
        r = sd_bus_message_exit_container(message);
        if (r < 0)
                return r;
        *ret = TAKE_PTR(value);
        return 0;
}

static int json_from_variant(sd_bus_message *message, const char *contents, json_object **ret) {
        json_object *value = NULL;
        int r;

        r = sd_bus_message_enter_container(message, SD_BUS_TYPE_VARIANT, contents);
        if (r < 0)
                return r;
        r = json_from_message(message, &value);
        if (r < 0)
                return r;
        r = sd_bus_message_exit_container(message);
        if (r < 0) {
                (void) json_object_put(value);
                return r;
        }
        *ret = value;
        return 0;
}

int json_from_message(sd_bus_message *message, json_object **ret) {
        const char *contents;
        char type;
        int r;

        r = sd_bus_message_peek_type(message, &type, &contents);
        if (r <= 0)
                return r < 0 ? r : -ENXIO;

        switch (type) {
        case SD_BUS_TYPE_STRING:
        case SD_BUS_TYPE_OBJECT_PATH:
        case SD_BUS_TYPE_SIGNATURE:
                return json_from_string(message, type, ret);
        case SD_BUS_TYPE_UINT64:
                return json_from_u64(message, ret);
        case SD_BUS_TYPE_VARIANT:
                return json_from_variant(message, contents, ret);
        case SD_BUS_TYPE_ARRAY:
                if (strcmp(contents, "y") == 0)
                        return json_from_bytes(message, ret);
                return json_from_container(message, type, contents, ret);
        case SD_BUS_TYPE_STRUCT:
                return json_from_container(message, type, contents, ret);
        default:
                return json_from_number(message, type, ret);
        }
}

int json_from_dictionary(sd_bus_message *message, json_object **ret) {
        _cleanup_json_ json_object *value = NULL;
        int r;

        r = sd_bus_message_enter_container(message, SD_BUS_TYPE_ARRAY, "{sv}");
        if (r <= 0)
                return r < 0 ? r : -ENXIO;
        r = sd_bus_message_at_end(message, false);
        if (r < 0)
                return r;
        if (r == 0) {
                value = json_object_new_object();
                if (!value)
                        return -ENOMEM;
                r = json_from_entries(message, "sv", value);
                if (r < 0)
                        return r;
        }
        r = sd_bus_message_exit_container(message);
        if (r < 0)
                return r;

        *ret = TAKE_PTR(value);
        return 0;
}

/* json-c gives an object to its serialiser to keep the text in: hence not const. */
static const char *json_to_text(const json_object *value, JsonMode mode) {
        int flags = JSON_C_TO_STRING_NOSLASHESCAPE |
                    (mode == JSON_PRETTY ? JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED
                                         : JSON_C_TO_STRING_PLAIN);

        return json_object_to_json_string_ext((json_object *) (uintptr_t) value, flags);
}

void json_print(const json_object *value, JsonMode mode) {
        (void) puts(json_to_text(value, mode));
}

void json_array_begin(JsonArray *array, JsonMode mode) {
        *array = (JsonArray){.mode = mode};
        (void) fputs("[", stdout);
}

void json_array_separate(JsonArray *array) {
        if (array->n_items++ > 0)
                (void) putc_unlocked(',', stdout);
}

void json_array_add(JsonArray *array, const json_object *value) {
        const char *text = json_to_text(value, array->mode);

        json_array_separate(array);
        if (array->mode != JSON_PRETTY) {
                (void) fputs(text, stdout);
                return;
        }
        while (*text) {
                size_t n = strcspn(text, "\n");

                (void) printf("\n  %.*s", (int) n, text);
                text += n + (text[n] == '\n');
        }
}

void json_array_end(JsonArray *array) {
        (void) puts(array->mode == JSON_PRETTY && array->n_items > 0 ? "\n]" : "]");
}
