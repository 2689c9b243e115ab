/* SPDX-License-Identifier: MIT */

/* From values to texts. A number of microseconds gets its unit, bytes become hexadecimal, a list
 * becomes as many values. */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/buffer.h"
#include "basic/bytes.h"
#include "basic/macro.h"
#include "basic/text.h"
#include "bus/change.h"
#include "bus/dictionary.h"
#include "bus/errors.h"

#define EMIT_ROUTER "EmitRouter"

/* Properties whose names are not those of their keys. */
static const struct {
        const char *property;
        const char *key;
} aliases[] = {
        {"Ranges", "Range"},
        {"Exclusions", "Exclude"},
        {"OtherRanges", "OtherRange"},
        {"Interfaces", "Interface"},
        {"Relays", "Relay"},
        {"Routes", "Route"},
        {"SendOptions", "SendOption"},
};

static void setting_done(BusSetting *setting) {
        free(setting->key);
        (void) strv_free(setting->values);
        *setting = (BusSetting){0};
}

BusChange *bus_change_free(BusChange *change) {
        if (!change)
                return NULL;

        for (size_t i = 0; i < change->n_settings; i++)
                setting_done(&change->settings[i]);
        free(change->settings);
        free(change->name);
        free(change);
        return NULL;
}

char *bus_setting_to_text(const BusSetting *setting) {
        _cleanup_(buffer_done) Buffer text = BUFFER_INIT;
        _cleanup_free_ char *joined = NULL;
        char *clean;
        size_t size;

        (void) buffer_append_string(&text, setting->key);
        for (char **value = setting->values; value && *value; value++) {
                (void) buffer_append_string(&text, value == setting->values ? "=" : " ");
                (void) buffer_append_string(&text, *value);
        }
        if (setting->values && !*setting->values)
                (void) buffer_append_string(&text, "=");
        if (text.error < 0 || buffer_take_string(&text, &joined) < 0)
                return NULL;
        size = 4 * strlen(joined) + 1;
        clean = malloc(size);
        if (clean)
                (void) text_sanitize((const uint8_t *) joined, strlen(joined), clean, size);
        return clean;
}

const char *bus_change_type_to_string(BusChangeType type) {
        static const char *const names[BUS_CHANGE_TYPE_MAX] = {
                [BUS_CHANGE_ADD] = "added",
                [BUS_CHANGE_CONFIGURE] = "changed",
                [BUS_CHANGE_REVERT] = "reverted",
                [BUS_CHANGE_REMOVE] = "removed",
        };

        return names[type];
}

int bus_change_new(BusChange **ret, BusChangeType type, bool is_host, const char *name) {
        _cleanup_(bus_change_freep) BusChange *change = NULL;

        change = calloc(1, sizeof(*change));
        if (!change)
                return -ENOMEM;
        change->type = type;
        change->is_host = is_host;
        change->name = strdup(name);
        if (!change->name)
                return -ENOMEM;

        *ret = TAKE_PTR(change);
        return 0;
}

static int add_take(BusChange *change, BusSetting *setting) {
        BusSetting *settings;

        settings = reallocarray(change->settings, change->n_settings + 1, sizeof(*settings));
        if (!settings) {
                setting_done(setting);
                return -ENOMEM;
        }
        change->settings = settings;
        settings[change->n_settings++] = *setting;
        *setting = (BusSetting){0};
        return 0;
}

static BusSetting *find_setting(const BusChange *change, const char *key) {
        for (size_t i = 0; i < change->n_settings; i++)
                if (string_equal(change->settings[i].key, key))
                        return &change->settings[i];
        return NULL;
}

int bus_change_add(BusChange *change, const char *key, const char *value) {
        BusSetting setting = {.key = strdup(key)};

        if (!setting.key || strv_extend(&setting.values, value) < 0) {
                setting_done(&setting);
                return -ENOMEM;
        }
        return add_take(change, &setting);
}

static bool is_timespan(const char *name) {
        size_t size = strlen(name);

        return size > 4 && strcmp(name + size - 4, "USec") == 0;
}

static int key_of(const char *name, char **ret) {
        size_t size = strlen(name);
        int r;

        for (size_t i = 0; i < ELEMENTSOF(aliases); i++)
                if (string_equal(name, aliases[i].property)) {
                        *ret = strdup(aliases[i].key);
                        return *ret ? 0 : -ENOMEM;
                }
        if (is_timespan(name))
                r = asprintf(ret, "%.*sSec", (int) size - 4, name);
        else
                r = asprintf(ret, "%s", name);
        if (r < 0)
                *ret = NULL;
        return r < 0 ? -ENOMEM : 0;
}

/* 0 and the largest number stand for "not set" and infinity in properties, and mean the same
 * here. */
static int read_number(sd_bus_message *m, char type, const char *name, char ***ret) {
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

        if (is_timespan(name) && number == UINT64_MAX)
                (void) snprintf(text, sizeof(text), "infinity");
        else if (is_timespan(name) && number != 0)
                (void) snprintf(text, sizeof(text), "%" PRIu64 "us", number);
        else if (number != 0 || !string_equal(name, "MTUBytes"))
                (void) snprintf(text, sizeof(text), "%" PRIu64, number);
        if (is_timespan(name) && number == 0)
                text[0] = '\0';
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
        (void) snprintf(prefix, sizeof(prefix), "%u:hex:", code);
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

/* Return: 0, -EINVAL for a type that no setting has. */
static int read_value(sd_bus_message *m, const char *type, const char *name, char ***ret) {
        if (string_equal(type, "s"))
                return read_string(m, ret);
        if (string_equal(type, "b"))
                return read_boolean(m, ret);
        if (!type[1] && strchr("yqut", *type))
                return read_number(m, *type, name, ret);
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

static int refuse_type(const char *name, const char *type, sd_bus_error *error) {
        return sd_bus_error_setf(error, BUS_ERROR_INVALID_SETTING,
                "%s: no setting is of type %s; there are s, as, b, y, q, u, t, ay, a(ss) and "
                "a(yay).",
                name, type);
}

static int read_setting(
        void *target, const char *name, const char *type, sd_bus_message *m, sd_bus_error *error) {
        BusChange *change = target;
        BusSetting setting = {0};
        int r;

        if (string_equal(name, EMIT_ROUTER) && !string_equal(type, "b"))
                return sd_bus_error_set(
                        error, BUS_ERROR_INVALID_SETTING, EMIT_ROUTER ": is of type b");
        r = key_of(name, &setting.key);
        if (r >= 0)
                r = read_value(m, type, name, &setting.values);
        if (r == -EINVAL)
                r = refuse_type(name, type, error);
        if (r < 0) {
                setting_done(&setting);
                return r;
        }
        return add_take(change, &setting);
}

/* EmitRouter=false is what the configuration says as "Router=", true takes that back. */
static int settle_emit_router(BusChange *change, sd_bus_error *error) {
        BusSetting *emit = find_setting(change, EMIT_ROUTER), *router;
        bool wanted;

        if (!emit)
                return 0;
        wanted = string_equal(emit->values[0], "yes");
        emit->values = strv_free(emit->values);
        router = find_setting(change, "Router");
        if (!wanted && router && strv_length(router->values) > 0)
                return sd_bus_error_set(error, BUS_ERROR_INVALID_SETTING,
                        EMIT_ROUTER ": false, and Router names some");

        if (router && wanted) {
                setting_done(emit);
                *emit = change->settings[--change->n_settings];
                return 0;
        }
        free(emit->key);
        emit->key = strdup("Router");
        if (!wanted)
                emit->values = calloc(1, sizeof(char *));
        return emit->key && (wanted || emit->values) ? 0 : -ENOMEM;
}

int bus_change_read_settings(BusChange *change, sd_bus_message *message, sd_bus_error *error) {
        int r;

        r = dictionary_walk(message, read_setting, change, error);
        if (r < 0)
                return r;
        return settle_emit_router(change, error);
}

int bus_change_read_flags(BusChange *change, sd_bus_message *message, sd_bus_error *error) {
        uint64_t flags;
        int r;

        r = sd_bus_message_read_basic(message, 't', &flags);
        if (r < 0)
                return r;
        if (flags & ~BUS_FLAG_RUNTIME)
                return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS,
                        "Flags 0x%" PRIx64 ": there is 1, for until the service is restarted.",
                        flags);
        change->runtime = flags & BUS_FLAG_RUNTIME;
        return 0;
}
