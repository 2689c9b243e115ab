/* SPDX-License-Identifier: MIT */

/* What a caller asks for, as settings under the names of their keys. */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/buffer.h"
#include "basic/macro.h"
#include "basic/text.h"
#include "bus/change.h"
#include "bus/dictionary.h"
#include "bus/errors.h"
#include "bus/setting-value.h"

#define EMIT_ROUTER "EmitRouter"

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

/* The key that a property or a key's own name stands for; one of another section is refused by its
 * name later. NULL when there is none. */
static const SettingKey *find_key(const BusChange *change, const char *name) {
        const SettingScope scopes[] = {change->is_host ? SETTING_HOST : SETTING_POOL,
                change->is_host ? SETTING_POOL : SETTING_HOST};
        const SettingKey *key = NULL;

        for (size_t i = 0; i < ELEMENTSOF(scopes) && !key; i++) {
                key = setting_key_find(scopes[i], name);
                if (!key)
                        key = setting_key_find_property(scopes[i], name);
        }
        return key;
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
        const SettingKey *key = find_key(change, name);
        BusSetting setting = {0};
        int r;

        if (string_equal(name, EMIT_ROUTER) && !string_equal(type, "b"))
                return sd_bus_error_set(
                        error, BUS_ERROR_INVALID_SETTING, EMIT_ROUTER ": is of type b");
        setting.key = strdup(key ? key->name : name);
        if (!setting.key)
                return -ENOMEM;
        r = setting_value_read(
                m, type, key, key && !string_equal(key->name, name), &setting.values);
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
