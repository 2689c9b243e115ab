/* SPDX-License-Identifier: MIT */

/* Makes properties of rows. A value goes through the text that the configuration has for it: what
 * is shown is what could be written there. Knows one setting by name, Router=, since what it says
 * when it is set to nothing is a property of its own. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "basic/macro.h"
#include "basic/text.h"
#include "bus/setting-bus.h"
#include "bus/setting-value.h"
#include "wire/protocol.h"

#define EMIT_ROUTER "EmitRouter"

static const ReplySettings *reply_of(SettingScope scope, const void *settings) {
        return scope == SETTING_HOST ? &((const HostSettings *) settings)->reply
                                     : &((const PoolSettings *) settings)->reply;
}

static int append_setting(
        sd_bus_message *reply, SettingScope scope, const void *settings, const char *property) {
        _cleanup_(strv_freep) char **values = NULL;
        const SettingKey *key;
        int r;

        if (strcmp(property, EMIT_ROUTER) == 0)
                return sd_bus_message_append_basic(
                        reply, 'b', &(int){!reply_of(scope, settings)->no_router});
        key = setting_key_find_property(scope, property);
        if (!key)
                return -ENOENT;
        r = setting_key_format(key, scope, settings, &values);
        if (r < 0)
                return r;
        return setting_value_append(reply, key->signature, values);
}

static int pool_setting_get(_unused_ sd_bus *connection, _unused_ const char *path,
        _unused_ const char *interface, const char *property, sd_bus_message *reply, void *userdata,
        _unused_ sd_bus_error *error) {
        return append_setting(reply, SETTING_POOL, *(const void *const *) userdata, property);
}

static int host_setting_get(_unused_ sd_bus *connection, _unused_ const char *path,
        _unused_ const char *interface, const char *property, sd_bus_message *reply, void *userdata,
        _unused_ sd_bus_error *error) {
        return append_setting(reply, SETTING_HOST, *(const void *const *) userdata, property);
}

/* A setting changes by a reload or over the bus, and PropertiesChanged says so. */
static sd_bus_vtable setting_entry(
        SettingScope scope, size_t offset, const char *property, const char *signature) {
        return (sd_bus_vtable) SD_BUS_PROPERTY(property, signature,
                scope == SETTING_HOST ? host_setting_get : pool_setting_get, offset,
                SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE);
}

static const sd_bus_vtable *find_property(const sd_bus_vtable *table, const char *name) {
        for (; table->type != _SD_BUS_VTABLE_END; table++)
                if (table->type == _SD_BUS_VTABLE_PROPERTY &&
                        strcmp(table->x.property.member, name) == 0)
                        return table;
        return NULL;
}

int setting_vtable_new(sd_bus_vtable **ret, SettingScope scope, size_t offset,
        const sd_bus_vtable *own, size_t n_before) {
        size_t n = 0, n_own = 1, n_keys = 0;
        const SettingKey *key;
        sd_bus_vtable *table;

        while (own[n_own - 1].type != _SD_BUS_VTABLE_END)
                n_own++;
        while (setting_key_at(scope, n_keys))
                n_keys++;
        table = calloc(n_own + n_keys + 1, sizeof(*table));
        if (!table)
                return -ENOMEM;

        for (; n < n_before; n++)
                table[n] = own[n];
        for (size_t i = 0; (key = setting_key_at(scope, i)); i++) {
                if (key->option == DHCP_OPTION_ROUTER)
                        table[n++] = setting_entry(scope, offset, EMIT_ROUTER, "b");
                if (key->signature && !find_property(own, setting_key_property(key)))
                        table[n++] = setting_entry(
                                scope, offset, setting_key_property(key), key->signature);
        }
        memcpy(&table[n], &own[n_before], (n_own - n_before) * sizeof(*own));
        *ret = table;
        return 0;
}

bool setting_property_is_set(SettingScope scope, const void *settings, const char *property) {
        _cleanup_(strv_freep) char **values = NULL;
        const SettingKey *key;

        if (strcmp(property, EMIT_ROUTER) == 0)
                return reply_of(scope, settings)->no_router;
        key = setting_key_find_property(scope, property);
        return !key || !setting_key_is_of_reply(key) ||
               setting_key_format(key, scope, settings, &values) < 0 || values;
}
