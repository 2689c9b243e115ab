/* SPDX-License-Identifier: MIT */

/* The one walk through dictionaries, and the one reader of those whose keys are known. */

#include <errno.h>
#include <string.h>

#include "basic/buffer.h"
#include "basic/macro.h"
#include "basic/text.h"
#include "bus/dictionary.h"

/* "There is no Interfaces; there are Interface, Relay and Message." */
static int refuse_key(const char *name, const DictionaryKey *keys, size_t n_keys,
        const char *error_name, sd_bus_error *error) {
        _cleanup_(buffer_done) Buffer names = BUFFER_INIT;
        _cleanup_free_ char *text = NULL;
        int r;

        for (size_t i = 0; i < n_keys; i++)
                (void) buffer_printf(&names, "%s%s",
                        i == 0            ? ""
                        : i + 1 == n_keys ? " and "
                                          : ", ",
                        keys[i].name);
        r = buffer_take_string(&names, &text);
        if (r < 0)
                return r;
        return sd_bus_error_setf(
                error, error_name, "There is no key '%s'; there are %s.", name, text);
}

static const DictionaryKey *find_key(const char *name, const DictionaryKey *keys, size_t n_keys) {
        for (size_t i = 0; i < n_keys; i++)
                if (string_equal(keys[i].name, name))
                        return &keys[i];
        return NULL;
}

/* What dictionary_read() walks with. */
typedef struct Reading {
        const DictionaryKey *keys;
        size_t n_keys;
        void *target;
        const char *error_name;
} Reading;

static int read_known(void *userdata, const char *name, const char *type, sd_bus_message *message,
        sd_bus_error *error) {
        const Reading *reading = userdata;
        const DictionaryKey *key = find_key(name, reading->keys, reading->n_keys);

        if (!key)
                return refuse_key(name, reading->keys, reading->n_keys, reading->error_name, error);
        if (!string_equal(type, key->type))
                return sd_bus_error_setf(error, reading->error_name, "%s: is of type %s, not %s.",
                        name, key->type, type);
        return key->read(reading->target, message, error);
}

int dictionary_read(sd_bus_message *message, const DictionaryKey *keys, size_t n_keys, void *target,
        const char *error_name, sd_bus_error *error) {
        Reading reading = {keys, n_keys, target, error_name};

        return dictionary_walk(message, read_known, &reading, error);
}

static int walk_entry(
        sd_bus_message *message, DictionaryEntryReader read, void *target, sd_bus_error *error) {
        const char *name, *type;
        int r;

        r = sd_bus_message_read_basic(message, 's', &name);
        if (r < 0)
                return r;
        r = sd_bus_message_peek_type(message, NULL, &type);
        if (r < 0)
                return r;
        r = sd_bus_message_enter_container(message, 'v', type);
        if (r < 0)
                return r;
        r = read(target, name, type, message, error);
        if (r < 0)
                return r;
        return sd_bus_message_exit_container(message);
}

int dictionary_walk(
        sd_bus_message *message, DictionaryEntryReader read, void *target, sd_bus_error *error) {
        int r;

        r = sd_bus_message_enter_container(message, 'a', "{sv}");
        if (r < 0)
                return r;
        while ((r = sd_bus_message_enter_container(message, 'e', "sv")) > 0) {
                r = walk_entry(message, read, target, error);
                if (r < 0)
                        return r;
                r = sd_bus_message_exit_container(message);
                if (r < 0)
                        return r;
        }
        if (r < 0)
                return r;
        r = sd_bus_message_exit_container(message);
        return r < 0 ? r : 0;
}

int dictionary_read_bytes(
        sd_bus_message *message, size_t size_min, size_t size_max, void *ret, uint8_t *ret_size) {
        const void *data;
        size_t size;
        int r;

        r = sd_bus_message_read_array(message, 'y', &data, &size);
        if (r < 0)
                return r;
        if (size < size_min || size > size_max)
                return -EMSGSIZE;
        if (size > 0)
                memcpy(ret, data, size);
        *ret_size = (uint8_t) size;
        return 0;
}
