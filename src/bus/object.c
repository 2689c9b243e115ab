/* SPDX-License-Identifier: MIT */

/* Paths, getters and property dictionaries for all objects. Knows no object in particular. Keeps
 * one promise: no string that comes from elsewhere can make a message fail. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "basic/macro.h"
#include "basic/text.h"
#include "bus/object.h"

enum {
        TEXT_MAX = 4096,
};

int object_append_text(sd_bus_message *message, const void *text, size_t size) {
        char clean[TEXT_MAX];

        (void) text_sanitize(text, size, clean, sizeof(clean));
        return sd_bus_message_append_basic(message, 's', clean);
}

int object_append_string(sd_bus_message *message, const char *text) {
        size_t size = text ? strlen(text) : 0;

        if (text_is_clean((const uint8_t *) text, size))
                return sd_bus_message_append_basic(message, 's', text ? text : "");
        return object_append_text(message, text, size);
}

int object_append_bytes_entry(sd_bus_message *message, const char *key, ByteView bytes) {
        int r;

        r = sd_bus_message_open_container(message, 'e', "sv");
        if (r < 0)
                return r;
        r = sd_bus_message_append_basic(message, 's', key);
        if (r < 0)
                return r;
        r = sd_bus_message_open_container(message, 'v', "ay");
        if (r < 0)
                return r;
        r = sd_bus_message_append_array(message, 'y', bytes.data, bytes.size);
        if (r < 0)
                return r;
        r = sd_bus_message_close_container(message);
        if (r < 0)
                return r;

        return sd_bus_message_close_container(message);
}

int object_append_path(sd_bus_message *message, const char *prefix, const char *name) {
        _cleanup_free_ char *path = NULL;
        int r;

        r = sd_bus_path_encode(prefix, name, &path);
        if (r < 0)
                return r;

        return sd_bus_message_append_basic(message, 'o', path);
}

static int append_value(sd_bus_message *message, const sd_bus_vtable *v, const char *path,
        const char *interface, void *userdata) {
        const char *signature = v->x.property.signature;
        void *p = (uint8_t *) userdata + v->x.property.offset;
        int r;

        r = sd_bus_message_open_container(message, 'v', signature);
        if (r < 0)
                return r;

        /* As sd-bus does: no getter means that the value itself, or a pointer to the string, is
         * there. */
        if (v->x.property.get)
                r = v->x.property.get(sd_bus_message_get_bus(message), path, interface,
                        v->x.property.member, message, p, NULL);
        else if (signature[0] == 's')
                r = sd_bus_message_append_basic(message, 's', *(const char **) p);
        else
                r = sd_bus_message_append_basic(message, signature[0], p);
        if (r < 0)
                return r;

        return sd_bus_message_close_container(message);
}

int object_append_properties(sd_bus_message *message, const sd_bus_vtable *vtable, const char *path,
        const char *interface, void *userdata) {
        return object_append_some_properties(message, vtable, NULL, path, interface, userdata);
}

int object_append_some_properties(sd_bus_message *message, const sd_bus_vtable *vtable,
        ObjectPropertyFilter filter, const char *path, const char *interface, void *userdata) {
        int r;

        r = sd_bus_message_open_container(message, 'a', "{sv}");
        if (r < 0)
                return r;

        for (const sd_bus_vtable *v = vtable; v->type != _SD_BUS_VTABLE_END; v++) {
                if (v->type != _SD_BUS_VTABLE_PROPERTY)
                        continue;
                if (filter && !filter(v->x.property.member, userdata))
                        continue;

                r = sd_bus_message_open_container(message, 'e', "sv");
                if (r < 0)
                        return r;
                r = sd_bus_message_append_basic(message, 's', v->x.property.member);
                if (r < 0)
                        return r;
                r = append_value(message, v, path, interface, userdata);
                if (r < 0)
                        return r;
                r = sd_bus_message_close_container(message);
                if (r < 0)
                        return r;
        }

        return sd_bus_message_close_container(message);
}

int object_reply_error(sd_bus_message *message, int r, sd_bus_error *error) {
        if (r >= 0)
                return r;

        /* Memory may be there again, and nobody else will reply. */
        if (sd_bus_reply_method_errno(message, r, error) == -ENOMEM)
                (void) sd_bus_reply_method_errno(message, r, error);
        sd_bus_error_free(error);
        return 1;
}

int property_get_bool(_unused_ sd_bus *connection, _unused_ const char *path,
        _unused_ const char *interface, _unused_ const char *property, sd_bus_message *reply,
        void *userdata, _unused_ sd_bus_error *error) {
        int value = *(const bool *) userdata;

        return sd_bus_message_append_basic(reply, 'b', &value);
}

int property_get_bytes(_unused_ sd_bus *connection, _unused_ const char *path,
        _unused_ const char *interface, _unused_ const char *property, sd_bus_message *reply,
        void *userdata, _unused_ sd_bus_error *error) {
        const ByteView *bytes = userdata;

        return sd_bus_message_append_array(reply, 'y', bytes->data, bytes->size);
}

int property_get_string(_unused_ sd_bus *connection, _unused_ const char *path,
        _unused_ const char *interface, _unused_ const char *property, sd_bus_message *reply,
        void *userdata, _unused_ sd_bus_error *error) {
        return object_append_string(reply, *(char *const *) userdata);
}

int object_append_strings(sd_bus_message *reply, char *const *strings) {
        int r;

        r = sd_bus_message_open_container(reply, 'a', "s");
        if (r < 0)
                return r;

        for (; strings && *strings; strings++) {
                r = object_append_string(reply, *strings);
                if (r < 0)
                        return r;
        }

        return sd_bus_message_close_container(reply);
}

int property_get_strings(_unused_ sd_bus *connection, _unused_ const char *path,
        _unused_ const char *interface, _unused_ const char *property, sd_bus_message *reply,
        void *userdata, _unused_ sd_bus_error *error) {
        return object_append_strings(reply, *(char *const *const *) userdata);
}
