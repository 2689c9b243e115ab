/* SPDX-License-Identifier: MIT */

/* Pool objects: every setting and every count as a property. Reads pools, changes none. */

#include <errno.h>
#include <string.h>

#include "basic/macro.h"
#include "basic/text.h"
#include "bus/bus-internal.h"
#include "bus/object.h"
#include "bus/pool-bus.h"
#include "bus/reply-bus.h"
#include "bus/settings-methods.h"

void pool_bus_show(Bus *bus, const Pool *pool) {
        const PoolSettings *settings = pool->settings;
        const PoolUse use = pool_get_use(pool);
        PoolView *view = &bus->pool;

        *view = (PoolView){
                .settings = settings,
                .reply = &settings->reply,
                .name = settings->name,
                .origin = settings->origin,
                .conflict_detection = conflict_detection_to_string(settings->conflict_detection),
                .client_identifier = settings->ignore_client_id ? "ignore" : "use",
                .unknown_clients = settings->deny_unknown ? "deny" : "allow",
                .interfaces = settings->interfaces,
                .pool = pool,
                .server = bus->server,
                .enabled = pool->enabled,
                .trust_option_82 = settings->trust_option_82,
                .authoritative = settings->authoritative,
                .rapid_commit = settings->rapid_commit,
                .bootp = settings->bootp,
                .size = use.size,
                .used = use.used,
                .free = use.free,
                .offered = use.offered,
                .declined = use.declined,
                .reserved = pool->n_reserved,
                .reserved_outside = pool->n_reserved_outside,
                .used_outside = pool->n_outside[LEASE_BOUND],
        };
        (void) ipv4_prefix_format(settings->subnet, view->subnet);
        if (settings->server_address != 0)
                (void) ipv4_format(settings->server_address, view->server_address);
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

static int append_ranges(sd_bus_message *reply, const Ipv4Range *ranges, size_t n) {
        char text[IPV4_RANGE_STRING_MAX];
        int r;

        r = sd_bus_message_open_container(reply, 'a', "s");
        if (r < 0)
                return r;
        for (size_t i = 0; i < n; i++) {
                r = sd_bus_message_append_basic(reply, 's', ipv4_range_format(ranges[i], text));
                if (r < 0)
                        return r;
        }

        return sd_bus_message_close_container(reply);
}

static int property_get_text(_unused_ sd_bus *connection, _unused_ const char *path,
        _unused_ const char *interface, _unused_ const char *property, sd_bus_message *reply,
        void *userdata, _unused_ sd_bus_error *error) {
        return sd_bus_message_append_basic(reply, 's', userdata);
}

static int property_get_ranges(_unused_ sd_bus *connection, _unused_ const char *path,
        _unused_ const char *interface, _unused_ const char *property, sd_bus_message *reply,
        void *userdata, _unused_ sd_bus_error *error) {
        const PoolSettings *settings = *(const PoolSettings *const *) userdata;

        return append_ranges(reply, settings->ranges, settings->n_ranges);
}

static int property_get_exclusions(_unused_ sd_bus *connection, _unused_ const char *path,
        _unused_ const char *interface, _unused_ const char *property, sd_bus_message *reply,
        void *userdata, _unused_ sd_bus_error *error) {
        const PoolSettings *settings = *(const PoolSettings *const *) userdata;

        return append_ranges(reply, settings->exclusions, settings->n_exclusions);
}

static int property_get_other_ranges(_unused_ sd_bus *connection, _unused_ const char *path,
        _unused_ const char *interface, _unused_ const char *property, sd_bus_message *reply,
        void *userdata, _unused_ sd_bus_error *error) {
        const PoolSettings *settings = *(const PoolSettings *const *) userdata;

        return append_ranges(reply, settings->other_ranges, settings->n_other_ranges);
}

static int property_get_relays(_unused_ sd_bus *connection, _unused_ const char *path,
        _unused_ const char *interface, _unused_ const char *property, sd_bus_message *reply,
        void *userdata, _unused_ sd_bus_error *error) {
        const PoolSettings *settings = *(const PoolSettings *const *) userdata;
        char text[IPV4_PREFIX_STRING_MAX];
        int r;

        r = sd_bus_message_open_container(reply, 'a', "s");
        if (r < 0)
                return r;
        for (size_t i = 0; i < settings->n_relays; i++) {
                const Ipv4Prefix relay = settings->relays[i];

                r = sd_bus_message_append_basic(reply, 's',
                        relay.length == 32 ? ipv4_format(relay.address, text)
                                           : ipv4_prefix_format(relay, text));
                if (r < 0)
                        return r;
        }

        return sd_bus_message_close_container(reply);
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

/* A setting changes by a reload, and PropertiesChanged says so; a count changes with every packet,
 * and nobody is told. */
#define SETTING(name, signature, getter, member)                                                   \
        SD_BUS_PROPERTY(name, signature, getter, offsetof(PoolView, member),                       \
                SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE)
#define COUNT(name, member) SD_BUS_PROPERTY(name, "t", NULL, offsetof(PoolView, member), 0)

const sd_bus_vtable pool_vtable[] = {
        SD_BUS_VTABLE_START(0),
        SD_BUS_PROPERTY("Name", "s", property_get_string, offsetof(PoolView, name),
                SD_BUS_VTABLE_PROPERTY_CONST),
        SETTING("Origin", "s", property_get_string, origin),
        SETTING("Subnet", "s", property_get_text, subnet),
        SETTING("Ranges", "as", property_get_ranges, settings),
        SETTING("Exclusions", "as", property_get_exclusions, settings),
        SETTING("OtherRanges", "as", property_get_other_ranges, settings),
        SETTING("ServerAddress", "s", property_get_text, server_address),
        SETTING("Interfaces", "as", property_get_strings, interfaces),
        SETTING("Relays", "as", property_get_relays, settings),
        SETTING("TrustOption82", "b", property_get_bool, trust_option_82),
        SD_BUS_PROPERTY("ServedInterfaces", "as", property_get_served, offsetof(PoolView, pool), 0),
        SD_BUS_PROPERTY(
                "UnheardInterfaces", "as", property_get_unheard, offsetof(PoolView, pool), 0),
        SETTING("Enabled", "b", property_get_bool, enabled),
        SETTING("Authoritative", "b", property_get_bool, authoritative),
        SETTING("ConflictDetection", "s", property_get_string, conflict_detection),
        SETTING("ClientIdentifier", "s", property_get_string, client_identifier),
        SETTING("UnknownClients", "s", property_get_string, unknown_clients),
        SETTING("RapidCommit", "b", property_get_bool, rapid_commit),
        SETTING("Bootp", "b", property_get_bool, bootp),
        REPLY_PROPERTIES(PoolView),
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

int pool_bus_export(Bus *bus, sd_bus *connection) {
        int r;

        r = sd_bus_add_fallback_vtable(
                connection, NULL, BUS_POOL_PATH, BUS_POOL_INTERFACE, pool_vtable, pool_find, bus);
        if (r < 0)
                return r;
        r = sd_bus_add_node_enumerator(connection, NULL, BUS_POOL_PATH, pool_bus_enumerate, bus);
        if (r < 0)
                return r;
        r = sd_bus_add_object_manager(connection, NULL, BUS_POOL_PATH);
        return r < 0 ? r : 0;
}
