/* SPDX-License-Identifier: MIT */

/* Pool objects: every count as a property, beside the settings. Reads pools, changes none. */

#include <errno.h>
#include <string.h>

#include "basic/macro.h"
#include "basic/text.h"
#include "bus/bus-internal.h"
#include "bus/object.h"
#include "bus/pool-bus.h"
#include "bus/setting-bus.h"
#include "bus/settings-methods.h"

void pool_bus_show(Bus *bus, const Pool *pool) {
        const PoolSettings *settings = pool->settings;
        const PoolUse use = pool_get_use(pool);

        bus->pool = (PoolView){
                .settings = settings,
                .name = settings->name,
                .origin = settings->origin,
                .pool = pool,
                .server = bus->server,
                .enabled = pool->enabled,
                .size = use.size,
                .used = use.used,
                .free = use.free,
                .offered = use.offered,
                .declined = use.declined,
                .reserved = pool->n_reserved,
                .reserved_outside = pool->n_reserved_outside,
                .used_outside = pool->n_outside[LEASE_BOUND],
        };
}

static int pool_find(_unused_ sd_bus *connection, const char *path, _unused_ const char *interface,
        void *userdata, void **ret_found, _unused_ sd_bus_error *error) {
        Bus *bus = userdata;
        _cleanup_free_ char *name = NULL;
        const Pool *pool;
        int r;

        r = sd_bus_path_decode(path, BUS_POOL_PATH, &name);
        if (r <= 0)
                return r;
        pool = server_find_pool(bus->server, name);
        if (!pool)
                return 0;

        pool_bus_show(bus, pool);
        *ret_found = &bus->pool;
        return 1;
}

int pool_bus_enumerate(_unused_ sd_bus *connection, const char *prefix, void *userdata,
        char ***ret_paths, _unused_ sd_bus_error *error) {
        const Bus *bus = userdata;
        _cleanup_(strv_freep) char **paths = NULL;
        Pool *const *pools;
        size_t n;
        int r;

        /* The children of a pool are none of our concern. */
        if (!string_equal(prefix, BUS_POOL_PATH))
                return 0;

        pools = server_get_pools(bus->server, &n);
        paths = calloc(n + 1, sizeof(*paths));
        if (!paths)
                return -ENOMEM;
        for (size_t i = 0; i < n; i++) {
                r = sd_bus_path_encode(BUS_POOL_PATH, pools[i]->settings->name, &paths[i]);
                if (r < 0)
                        return r;
        }

        *ret_paths = TAKE_PTR(paths);
        return 1;
}

/* @heard: those that are, or those that are not */
static int append_links(sd_bus_message *reply, const PoolView *view, bool heard) {
        const Link *link;
        int r;

        r = sd_bus_message_open_container(reply, 'a', "s");
        if (r < 0)
                return r;
        for (size_t i = 0; (link = server_link_at(view->server, i)); i++) {
                if (!server_link_is_meant_for(view->server, link->ifindex, view->pool) ||
                        server_link_is_heard(view->server, link) != heard)
                        continue;
                r = object_append_text(reply, link->name, strnlen(link->name, sizeof(link->name)));
                if (r < 0)
                        return r;
        }

        return sd_bus_message_close_container(reply);
}

/* The links of its clients; those behind a relay may come in anywhere. */
static int property_get_served(_unused_ sd_bus *connection, _unused_ const char *path,
        _unused_ const char *interface, _unused_ const char *property, sd_bus_message *reply,
        void *userdata, _unused_ sd_bus_error *error) {
        return append_links(reply, CONTAINER_OF(userdata, PoolView, pool), true);
}

static int property_get_unheard(_unused_ sd_bus *connection, _unused_ const char *path,
        _unused_ const char *interface, _unused_ const char *property, sd_bus_message *reply,
        void *userdata, _unused_ sd_bus_error *error) {
        return append_links(reply, CONTAINER_OF(userdata, PoolView, pool), false);
}

/* A count changes with every packet, and nobody is told. */
#define COUNT(name, member) SD_BUS_PROPERTY(name, "t", NULL, offsetof(PoolView, member), 0)

enum {
        N_BEFORE_SETTINGS = 3,
};

/* What is no setting; Enabled is what is in force. */
static const sd_bus_vtable pool_entries[] = {
        SD_BUS_VTABLE_START(0),
        SD_BUS_PROPERTY("Name", "s", property_get_string, offsetof(PoolView, name),
                SD_BUS_VTABLE_PROPERTY_CONST),
        SD_BUS_PROPERTY("Origin", "s", property_get_string, offsetof(PoolView, origin),
                SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
        /* the settings */
        SD_BUS_PROPERTY("Enabled", "b", property_get_bool, offsetof(PoolView, enabled),
                SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
        SD_BUS_PROPERTY("ServedInterfaces", "as", property_get_served, offsetof(PoolView, pool), 0),
        SD_BUS_PROPERTY(
                "UnheardInterfaces", "as", property_get_unheard, offsetof(PoolView, pool), 0),
        COUNT("Size", size),
        COUNT("Used", used),
        COUNT("Free", free),
        COUNT("Offered", offered),
        COUNT("Declined", declined),
        COUNT("Reserved", reserved),
        COUNT("ReservedOutside", reserved_outside),
        COUNT("UsedOutside", used_outside),

        SD_BUS_METHOD_WITH_ARGS("Configure", SD_BUS_ARGS("a{sv}", settings, "t", flags),
                SD_BUS_NO_RESULT, method_pool_configure, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD_WITH_ARGS("Revert", SD_BUS_NO_ARGS, SD_BUS_NO_RESULT, method_pool_revert,
                SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD_WITH_ARGS("SetEnabled", SD_BUS_ARGS("b", enabled), SD_BUS_NO_RESULT,
                method_pool_set_enabled, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_VTABLE_END,
};

int pool_vtable_new(sd_bus_vtable **ret) {
        return setting_vtable_new(
                ret, SETTING_POOL, offsetof(PoolView, settings), pool_entries, N_BEFORE_SETTINGS);
}

int pool_bus_export(Bus *bus, sd_bus *connection) {
        int r;

        r = sd_bus_add_fallback_vtable(connection, NULL, BUS_POOL_PATH, BUS_POOL_INTERFACE,
                bus->pool_vtable, pool_find, bus);
        if (r < 0)
                return r;
        r = sd_bus_add_node_enumerator(connection, NULL, BUS_POOL_PATH, pool_bus_enumerate, bus);
        if (r < 0)
                return r;
        r = sd_bus_add_object_manager(connection, NULL, BUS_POOL_PATH);
        return r < 0 ? r : 0;
}
