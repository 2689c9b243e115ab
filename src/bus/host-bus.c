/* SPDX-License-Identifier: MIT */

/* Host objects: reservations and what else is configured for single clients. Reads the settings in
 * force, changes none. */

#include <errno.h>

#include "basic/macro.h"
#include "basic/text.h"
#include "bus/bus-internal.h"
#include "bus/dictionary.h"
#include "bus/errors.h"
#include "bus/host-bus.h"
#include "bus/object.h"
#include "bus/setting-bus.h"
#include "bus/settings-methods.h"
#include "core/outlook.h"
#include "core/plan.h"

enum {
        HOST_PAGE_DEFAULT = 200,
        HOST_PAGE_MAX = 500,
        HOST_LOOKS_MAX = 4096, /* hosts that one page looks at */
        PORT_LOOK_SHARE = 20,
};

/* Where the clients are of hosts that are known by their circuit alone. All leases are looked at
 * for it, so that it takes a twentieth of the time at most, whoever asks how often; what is found
 * with other settings is forgotten at once. */
static const PortClients *find_port_clients(Bus *bus) {
        const uint64_t generation = server_get_table(bus->server)->generation;
        const uint64_t n_settings = server_count_settings(bus->server);
        const usec_t now = bus_get_clock(bus).boottime;

        if (bus->ports.n_settings == n_settings &&
                (bus->ports.generation == generation || now < bus->ports.again))
                return &bus->ports.clients;
        port_clients_done(&bus->ports.clients);
        (void) server_find_port_clients(bus->server, &bus->ports.clients);
        bus->ports.generation = generation;
        bus->ports.n_settings = n_settings;
        bus->ports.again = now + PORT_LOOK_SHARE * (bus_get_clock(bus).boottime - now);
        return &bus->ports.clients;
}

static void show_outlook(HostView *view, Bus *bus, const HostSettings *host) {
        const ClockPair clock = bus_get_clock(bus);
        DurableLease holder;
        HostOutlook outlook;

        server_foresee(bus->server, host,
                host_is_port(host) ? find_port_clients(bus) : &bus->ports.clients, &outlook);
        view->outlook = outlook_to_string(outlook.outlook);
        view->current_address =
                outlook.current ? ipv4_format(outlook.current->address, view->current_text) : "";
        view->moves_at = outlook.moves_at == 0 ? 0 : clock_to_wall(&clock, outlook.moves_at);
        view->holder.is_there =
                outlook.holder &&
                server_find_durable(bus->server, outlook.holder->address, &holder) &&
                lease_is_taken(holder.record.state);
        if (view->holder.is_there)
                lease_view_init(&view->holder.lease, bus->server, &holder, &clock);
}

void host_bus_show(Bus *bus, const HostSettings *host) {
        HostView *view = &bus->host;
        const Pool *pool = server_find_host_pool(bus->server, host);

        *view = (HostView){
                .settings = host,
                .name = host->name,
                .origin = host->origin,
                .hostname = host->hostname ? host->hostname : host->name,
                .served_pool = pool ? pool->settings->name : "",
        };
        show_outlook(view, bus, host);
}

uint64_t host_bus_generation(const Bus *bus) {
        return bus->hosts_generation + server_count_settings(bus->server);
}

static const HostSettings *find_host(const Bus *bus, const char *name) {
        const Settings *settings = server_get_settings(bus->server);

        for (size_t i = 0; settings && i < settings->n_hosts; i++)
                if (string_equal(settings->hosts[i]->name, name))
                        return settings->hosts[i];
        return NULL;
}

static size_t count_hosts(const Bus *bus) {
        const Settings *settings = server_get_settings(bus->server);

        return settings ? settings->n_hosts : 0;
}

static int host_find(_unused_ sd_bus *connection, const char *path, _unused_ const char *interface,
        void *userdata, void **ret_found, _unused_ sd_bus_error *error) {
        Bus *bus = userdata;
        _cleanup_free_ char *name = NULL;
        const HostSettings *host;
        int r;

        r = sd_bus_path_decode(path, BUS_HOST_PATH, &name);
        if (r <= 0)
                return r;
        host = find_host(bus, name);
        if (!host)
                return 0;

        host_bus_show(bus, host);
        *ret_found = &bus->host;
        return 1;
}

int host_bus_enumerate(_unused_ sd_bus *connection, const char *prefix, void *userdata,
        char ***ret_paths, _unused_ sd_bus_error *error) {
        const Bus *bus = userdata;
        _cleanup_(strv_freep) char **paths = NULL;
        size_t n = count_hosts(bus);
        int r;

        if (!string_equal(prefix, BUS_HOST_PATH) || n > BUS_OBJECTS_MAX)
                return 0;

        paths = calloc(n + 1, sizeof(*paths));
        if (!paths)
                return -ENOMEM;
        for (size_t i = 0; i < n; i++) {
                r = sd_bus_path_encode(
                        BUS_HOST_PATH, server_get_settings(bus->server)->hosts[i]->name, &paths[i]);
                if (r < 0)
                        return r;
        }

        *ret_paths = TAKE_PTR(paths);
        return 1;
}

static int refuse_managed_objects(sd_bus_message *message, void *userdata, sd_bus_error *error) {
        const Bus *bus = userdata;

        if (!sd_bus_message_is_method_call(
                    message, "org.freedesktop.DBus.ObjectManager", "GetManagedObjects") ||
                count_hosts(bus) <= BUS_OBJECTS_MAX)
                return 0;

        return sd_bus_error_setf(error, SD_BUS_ERROR_LIMITS_EXCEEDED,
                "There are too many hosts to list as objects. Use ListHostSettings of "
                "org.minidhcp1.Manager at /org/minidhcp1.");
}

static int property_get_holder(_unused_ sd_bus *connection, _unused_ const char *path,
        _unused_ const char *interface, _unused_ const char *property, sd_bus_message *reply,
        void *userdata, _unused_ sd_bus_error *error) {
        const HolderView *holder = userdata;
        const LeaseView *lease = &holder->lease;
        int r;

        r = sd_bus_message_open_container(reply, 'a', "{sv}");
        if (r < 0)
                return r;
        if (holder->is_there &&
                ((r = object_append_bytes_entry(reply, "HardwareAddress", lease->hardware)) < 0 ||
                        (r = object_append_bytes_entry(reply, "ClientId", lease->client_id)) < 0 ||
                        (r = sd_bus_message_append(
                                 reply, "{sv}", "Hostname", "s", lease->hostname)) < 0 ||
                        (r = sd_bus_message_append(reply, "{sv}", "State", "s", lease->state)) <
                                0 ||
                        (r = sd_bus_message_append(
                                 reply, "{sv}", "ExpiresUSec", "t", lease->expires)) < 0))
                return r;
        return sd_bus_message_close_container(reply);
}

enum {
        N_BEFORE_SETTINGS = 3,
};

/* What is no setting; Hostname is the name where it is not set. */
static const sd_bus_vtable host_entries[] = {
        SD_BUS_VTABLE_START(0),
        SD_BUS_PROPERTY("Name", "s", property_get_string, offsetof(HostView, name),
                SD_BUS_VTABLE_PROPERTY_CONST),
        SD_BUS_PROPERTY("Origin", "s", property_get_string, offsetof(HostView, origin),
                SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
        /* the settings */
        SD_BUS_PROPERTY("Hostname", "s", property_get_string, offsetof(HostView, hostname),
                SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
        SD_BUS_PROPERTY("ServedPool", "s", property_get_string, offsetof(HostView, served_pool),
                SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
        SD_BUS_PROPERTY("Outlook", "s", property_get_string, offsetof(HostView, outlook), 0),
        SD_BUS_PROPERTY("Holder", "a{sv}", property_get_holder, offsetof(HostView, holder), 0),
        SD_BUS_PROPERTY(
                "CurrentAddress", "s", property_get_string, offsetof(HostView, current_address), 0),
        SD_BUS_PROPERTY("MovesAtUSec", "t", NULL, offsetof(HostView, moves_at), 0),

        SD_BUS_METHOD_WITH_ARGS("Configure", SD_BUS_ARGS("a{sv}", settings, "t", flags),
                SD_BUS_NO_RESULT, method_host_configure, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD_WITH_ARGS("Revert", SD_BUS_NO_ARGS, SD_BUS_NO_RESULT, method_host_revert,
                SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_VTABLE_END,
};

int host_vtable_new(sd_bus_vtable **ret) {
        return setting_vtable_new(
                ret, SETTING_HOST, offsetof(HostView, settings), host_entries, N_BEFORE_SETTINGS);
}

/* Most hosts have none of what a pool has, and there may be many. */
static bool is_listed(const char *property, const void *userdata) {
        const HostView *view = userdata;

        return setting_property_is_set(SETTING_HOST, view->settings, property);
}

static int append_host(Bus *bus, sd_bus_message *reply, const HostSettings *host) {
        int r;

        r = sd_bus_message_open_container(reply, 'r', "oa{sv}");
        if (r < 0)
                return r;
        r = object_append_path(reply, BUS_HOST_PATH, host->name);
        if (r < 0)
                return r;
        host_bus_show(bus, host);
        r = object_append_some_properties(
                reply, bus->host_vtable, is_listed, BUS_HOST_PATH, BUS_HOST_INTERFACE, &bus->host);
        if (r < 0)
                return r;

        return sd_bus_message_close_container(reply);
}

static bool host_is_of(const Bus *bus, const HostSettings *host, const char *pool) {
        const Pool *served = server_find_host_pool(bus->server, host);

        return string_equal(served ? served->settings->name : host->pool, pool);
}

static int read_pool(void *target, sd_bus_message *message, _unused_ sd_bus_error *error) {
        return sd_bus_message_read_basic(message, 's', target);
}

/* The cursor is a place in the settings in force, which change as a whole, and with them the
 * generation. */
static int append_page(
        Bus *bus, sd_bus_message *reply, const char *pool, uint64_t *cursor, uint32_t limit) {
        const Settings *settings = server_get_settings(bus->server);
        const uint64_t n = count_hosts(bus), last = MIN(n, *cursor + HOST_LOOKS_MAX);
        uint32_t n_listed = 0;
        uint64_t i;
        int r;

        r = sd_bus_message_open_container(reply, 'a', "(oa{sv})");
        if (r < 0)
                return r;
        for (i = *cursor; i < last && n_listed < limit; i++) {
                if (pool && !host_is_of(bus, settings->hosts[i], pool))
                        continue;
                r = append_host(bus, reply, settings->hosts[i]);
                if (r < 0)
                        return r;
                n_listed++;
        }
        *cursor = i < n ? i : 0;

        return sd_bus_message_close_container(reply);
}

static int list_host_settings(sd_bus_message *message, void *userdata, sd_bus_error *error) {
        static const DictionaryKey keys[] = {{"Pool", "s", read_pool}};
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
        const char *pool = NULL;
        Bus *bus = userdata;
        uint64_t cursor;
        uint32_t limit;
        int r;

        r = dictionary_read(
                message, keys, ELEMENTSOF(keys), &pool, BUS_ERROR_INVALID_FILTER, error);
        if (r < 0)
                return r;
        r = sd_bus_message_read(message, "tu", &cursor, &limit);
        if (r < 0)
                return r;
        if (limit == 0)
                limit = HOST_PAGE_DEFAULT;
        cursor = MIN(cursor, count_hosts(bus));

        r = sd_bus_message_new_method_return(message, &reply);
        if (r < 0)
                return r;
        r = append_page(bus, reply, pool, &cursor, MIN(limit, (uint32_t) HOST_PAGE_MAX));
        if (r < 0)
                return r;
        r = sd_bus_message_append(reply, "tt", cursor, host_bus_generation(bus));
        if (r < 0)
                return r;

        return sd_bus_message_send(reply);
}

int method_list_host_settings(sd_bus_message *message, void *userdata, sd_bus_error *error) {
        return object_reply_error(message, list_host_settings(message, userdata, error), error);
}

int host_bus_export(Bus *bus, sd_bus *connection) {
        int r;

        r = sd_bus_add_object(connection, NULL, BUS_HOST_PATH, refuse_managed_objects, bus);
        if (r < 0)
                return r;
        r = sd_bus_add_fallback_vtable(connection, NULL, BUS_HOST_PATH, BUS_HOST_INTERFACE,
                bus->host_vtable, host_find, bus);
        if (r < 0)
                return r;
        r = sd_bus_add_node_enumerator(connection, NULL, BUS_HOST_PATH, host_bus_enumerate, bus);
        if (r < 0)
                return r;
        r = sd_bus_add_object_manager(connection, NULL, BUS_HOST_PATH);
        return r < 0 ? r : 0;
}
