/* SPDX-License-Identifier: MIT */

/* From texts to types, and from types to texts. A number of microseconds has its unit in the text,
 * bytes are hexadecimal, and a list is as many texts. */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/bytes.h"
#include "basic/macro.h"
#include "basic/text.h"
#include "bus/object.h"
#include "bus/setting-value.h"

#define HEX_PREFIX ":hex:"

/* ---- texts to types ---- */

static int append_number(sd_bus_message *m, const char *text) {
        uint64_t number = 0;
        uint32_t value;
        int r;

        if (*text) {
                r = parse_u64(text, UINT32_MAX, &number);
                if (r < 0)
                        return -EINVAL;
        }
        value = (uint32_t) number;
        return sd_bus_message_append_basic(m, 'u', &value);
}

static int append_timespan(sd_bus_message *m, const char *text) {
        usec_t span = 0;

        if (*text && timespan_parse(text, &span) < 0)
                return -EINVAL;
        return sd_bus_message_append_basic(m, 't', &span);
}

static int append_bytes(sd_bus_message *m, const char *text) {
        const size_t capacity = strlen(text) / 2 + 1;
        _cleanup_free_ uint8_t *bytes = malloc(capacity);
        size_t size;

        if (!bytes)
                return -ENOMEM;
        if (bytes_parse(text, bytes, capacity, &size) < 0)
                return -EINVAL;
        return sd_bus_message_append_array(m, 'y', bytes, size);
}

/* PREFIX GATEWAY */
static int append_route(sd_bus_message *m, const char *text) {
        const char *gateway = strchr(text, ' ');
        _cleanup_free_ char *destination = NULL;

        if (!gateway)
                return -EINVAL;
        destination = strndup(text, (size_t) (gateway - text));
        if (!destination)
                return -ENOMEM;
        return sd_bus_message_append(m, "(ss)", destination, gateway + 1);
}

/* CODE:hex:BYTES */
static int append_option(sd_bus_message *m, const char *text) {
        const char *bytes = strstr(text, HEX_PREFIX);
        char *end;
        uint8_t code;
        int r;

        if (!bytes)
                return -EINVAL;
        code = (uint8_t) strtoul(text, &end, 10);
        if (end != bytes)
                return -EINVAL;
        r = sd_bus_message_open_container(m, 'r', "yay");
        if (r < 0)
                return r;
        r = sd_bus_message_append_basic(m, 'y', &code);
        if (r < 0)
                return r;
        r = append_bytes(m, bytes + strlen(HEX_PREFIX));
        if (r < 0)
                return r;
        return sd_bus_message_close_container(m);
}

/* A list that was set to nothing is an empty one. */
static int append_list(sd_bus_message *m, const char *contents, char *const *values,
        int (*append_one)(sd_bus_message *m, const char *text)) {
        int r;

        r = sd_bus_message_open_container(m, 'a', contents);
        for (; r >= 0 && values && *values; values++)
                if (**values)
                        r = append_one(m, *values);
        return r < 0 ? r : sd_bus_message_close_container(m);
}

int setting_value_append(sd_bus_message *m, const char *signature, char *const *values) {
        const char *first = values && *values ? *values : "";

        if (string_equal(signature, "s"))
                return object_append_string(m, first);
        if (string_equal(signature, "b"))
                return sd_bus_message_append_basic(m, 'b', &(int){string_equal(first, "yes")});
        if (string_equal(signature, "u"))
                return append_number(m, first);
        if (string_equal(signature, "t"))
                return append_timespan(m, first);
        if (string_equal(signature, "as"))
                return append_list(m, "s", values, object_append_string);
        if (string_equal(signature, "ay"))
                return append_bytes(m, first);
        if (string_equal(signature, "a(ss)"))
                return append_list(m, "(ss)", values, append_route);
        if (string_equal(signature, "a(yay)"))
                return append_list(m, "(yay)", values, append_option);
        return -EINVAL;
}

/* ---- types to texts ---- */

/* 0 and the largest number stand for "not set" and infinity in properties of time, and mean the
 * same here; a number that is not set is 0, too. */
static int read_number(
        sd_bus_message *m, char type, const SettingKey *key, bool by_property, char ***ret) {
        const bool is_usec = by_property && key && string_equal(key->signature, "t");
        const bool is_unset_by_0 = is_usec || (key && string_equal(key->signature, "u"));
        char text[32] = "";
        uint64_t number;
        union {
                uint8_t y;
                uint16_t q;
                uint32_t u;
                uint64_t t;
        } value = {0};
        int r;

        r = sd_bus_message_read_basic(m, type, &value);
        if (r < 0)
                return r;
        number = type == 'y' ? value.y : type == 'q' ? value.q : type == 'u' ? value.u : value.t;

        if (is_usec && number == UINT64_MAX)
                (void) snprintf(text, sizeof(text), "infinity");
        else if (number != 0 || !is_unset_by_0)
                (void) snprintf(text, sizeof(text), "%" PRIu64 "%s", number, is_usec ? "us" : "");
        return strv_extend(ret, text);
}

static int read_bytes(sd_bus_message *m, const char *prefix, char ***ret) {
        _cleanup_free_ char *text = NULL, *value = NULL;
        const void *data;
        size_t size;
        int r;

        r = sd_bus_message_read_array(m, 'y', &data, &size);
        if (r < 0)
                return r;
        text = malloc(BYTES_STRING_MAX(size));
        if (!text)
                return -ENOMEM;
        if (asprintf(&value, "%s%s", prefix, bytes_format(data, size, text)) < 0) {
                value = NULL;
                return -ENOMEM;
        }
        return strv_extend(ret, value);
}

static int read_route(sd_bus_message *m, char ***ret) {
        _cleanup_free_ char *value = NULL;
        const char *destination, *gateway;
        int r;

        r = sd_bus_message_read(m, "(ss)", &destination, &gateway);
        if (r <= 0)
                return r;
        if (asprintf(&value, "%s %s", destination, gateway) < 0) {
                value = NULL;
                return -ENOMEM;
        }
        r = strv_extend(ret, value);
        return r < 0 ? r : 1;
}

static int read_option(sd_bus_message *m, char ***ret) {
        char prefix[16];
        uint8_t code;
        int r;

        r = sd_bus_message_enter_container(m, 'r', "yay");
        if (r <= 0)
                return r;
        r = sd_bus_message_read_basic(m, 'y', &code);
        if (r < 0)
                return r;
        (void) snprintf(prefix, sizeof(prefix), "%u" HEX_PREFIX, code);
        r = read_bytes(m, prefix, ret);
        if (r < 0)
                return r;
        r = sd_bus_message_exit_container(m);
        return r < 0 ? r : 1;
}

static int read_string(sd_bus_message *m, char ***ret) {
        const char *text;
        int r;

        r = sd_bus_message_read_basic(m, 's', &text);
        if (r <= 0)
                return r;
        r = strv_extend(ret, text);
        return r < 0 ? r : 1;
}

static int read_list(sd_bus_message *m, const char *contents,
        int (*read_one)(sd_bus_message *m, char ***ret), char ***ret) {
        int r;

        /* an empty list is one, too */
        *ret = calloc(1, sizeof(char *));
        if (!*ret)
                return -ENOMEM;
        r = sd_bus_message_enter_container(m, 'a', contents);
        if (r < 0)
                return r;
        while ((r = read_one(m, ret)) > 0)
                ;
        return r < 0 ? r : sd_bus_message_exit_container(m);
}

static int read_boolean(sd_bus_message *m, char ***ret) {
        int r, value;

        r = sd_bus_message_read_basic(m, 'b', &value);
        return r < 0 ? r : strv_extend(ret, value ? "yes" : "no");
}

int setting_value_read(
        sd_bus_message *m, const char *type, const SettingKey *key, bool by_property, char ***ret) {
        if (string_equal(type, "s"))
                return read_string(m, ret);
        if (string_equal(type, "b"))
                return read_boolean(m, ret);
        if (!type[1] && strchr("yqut", *type))
                return read_number(m, *type, key, by_property, ret);
        if (string_equal(type, "as"))
                return read_list(m, "s", read_string, ret);
        if (string_equal(type, "ay"))
                return read_bytes(m, "", ret);
        if (string_equal(type, "a(ss)"))
                return read_list(m, "(ss)", read_route, ret);
        if (string_equal(type, "a(yay)"))
                return read_list(m, "(yay)", read_option, ret);
        return -EINVAL;
}
