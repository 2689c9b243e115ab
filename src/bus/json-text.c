/* SPDX-License-Identifier: MIT */

/* A tree of json-c's would be written by json-c, which leaves out what it has no memory to write,
 * and does not say so. */

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "basic/bytes.h"
#include "basic/macro.h"
#include "bus/json-text.h"

/* The letter after the backslash, or 0. */
static char short_escape(char c) {
        switch (c) {
        case '"':
        case '\\':
                return c;
        case '\b':
                return 'b';
        case '\f':
                return 'f';
        case '\n':
                return 'n';
        case '\r':
                return 'r';
        case '\t':
                return 't';
        default:
                return 0;
        }
}

int json_write_string(Buffer *text, const char *string) {
        (void) buffer_append_string(text, "\"");
        while (*string) {
                size_t n = 0;
                char letter;

                while ((uint8_t) string[n] >= ' ' && !short_escape(string[n]))
                        n++;
                (void) buffer_append(text, string, n);
                string += n;
                if (!*string)
                        break;
                letter = short_escape(*string);
                if (letter)
                        (void) buffer_printf(text, "\\%c", letter);
                else
                        (void) buffer_printf(text, "\\u%04x", (unsigned) *string);
                string++;
        }
        return buffer_append_string(text, "\"");
}

static int write_number(Buffer *text, sd_bus_message *message, char type) {
        union {
                uint8_t y;
                int b;
                int16_t n;
                uint16_t q;
                int32_t i;
                uint32_t u;
                int64_t x;
                uint64_t t;
        } value;
        int r;

        if (!strchr("ybnqiuxt", type))
                return -EBADMSG;
        r = sd_bus_message_read_basic(message, type, &value);
        if (r < 0)
                return r;
        switch (type) {
        case 'b':
                return buffer_append_string(text, value.b ? "true" : "false");
        case 'y':
                return buffer_printf(text, "%u", value.y);
        case 'n':
                return buffer_printf(text, "%d", value.n);
        case 'q':
                return buffer_printf(text, "%u", value.q);
        case 'i':
                return buffer_printf(text, "%" PRIi32, value.i);
        case 'u':
                return buffer_printf(text, "%" PRIu32, value.u);
        case 'x':
                return buffer_printf(text, "%" PRIi64, value.x);
        default:
                return buffer_printf(text, "%" PRIu64, value.t);
        }
}

static int write_basic(Buffer *text, sd_bus_message *message, char type) {
        const char *string;
        int r;

        if (!strchr("sog", type))
                return write_number(text, message, type);
        r = sd_bus_message_read_basic(message, type, &string);
        return r < 0 ? r : json_write_string(text, string);
}

static int write_bytes(Buffer *text, sd_bus_message *message) {
        _cleanup_free_ char *hex = NULL;
        const void *data;
        size_t size;
        int r;

        r = sd_bus_message_read_array(message, 'y', &data, &size);
        if (r < 0)
                return r;
        hex = malloc(BYTES_STRING_MAX(size));
        if (!hex)
                return -ENOMEM;
        return json_write_string(text, bytes_format(data, size, hex));
}

static int write_entry(Buffer *text, sd_bus_message *message, const char *contents) {
        const char *key;
        int r;

        if (!strchr("so", contents[0]))
                return -EBADMSG;
        r = sd_bus_message_enter_container(message, 'e', contents);
        if (r < 0)
                return r;
        r = sd_bus_message_read_basic(message, contents[0], &key);
        if (r < 0)
                return r;
        (void) json_write_string(text, key);
        (void) buffer_append_string(text, ":");
        r = json_write_value(text, message);
        if (r < 0)
                return r;

        return sd_bus_message_exit_container(message);
}

/* @entry: what an entry of the dictionary holds, NULL for an array or a struct */
static int write_elements(Buffer *text, sd_bus_message *message, const char *entry) {
        bool first = true;
        int r;

        while ((r = sd_bus_message_at_end(message, false)) == 0) {
                if (!first)
                        (void) buffer_append_string(text, ",");
                first = false;
                r = entry ? write_entry(text, message, entry) : json_write_value(text, message);
                if (r < 0)
                        return r;
        }
        return r < 0 ? r : 0;
}

static int write_container(Buffer *text, sd_bus_message *message, char type, const char *contents) {
        const bool dictionary = type == 'a' && contents[0] == '{';
        _cleanup_free_ char *entry = NULL;
        int r;

        if (dictionary) {
                entry = strndup(contents + 1, strlen(contents) - 2);
                if (!entry)
                        return -ENOMEM;
        }
        r = sd_bus_message_enter_container(message, type, contents);
        if (r < 0)
                return r;
        (void) buffer_append_string(text, dictionary ? "{" : "[");
        r = write_elements(text, message, entry);
        if (r < 0)
                return r;
        r = sd_bus_message_exit_container(message);
        if (r < 0)
                return r;

        return buffer_append_string(text, dictionary ? "}" : "]");
}

static int write_variant(Buffer *text, sd_bus_message *message, const char *contents) {
        int r;

        r = sd_bus_message_enter_container(message, 'v', contents);
        if (r < 0)
                return r;
        r = json_write_value(text, message);
        if (r < 0)
                return r;
        r = sd_bus_message_exit_container(message);
        return r < 0 ? r : 0;
}

int json_write_value(Buffer *text, sd_bus_message *message) {
        const char *contents;
        char type;
        int r;

        r = sd_bus_message_peek_type(message, &type, &contents);
        if (r < 0)
                return r;
        if (r == 0)
                return -ENODATA;

        switch (type) {
        case 'v':
                return write_variant(text, message, contents);
        case 'a':
                return strcmp(contents, "y") == 0 ? write_bytes(text, message)
                                                  : write_container(text, message, type, contents);
        case 'r':
                return write_container(text, message, type, contents);
        default:
                return write_basic(text, message, type);
        }
}
