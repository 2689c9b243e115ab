/* SPDX-License-Identifier: MIT */

/* Lease objects. Every record of the lease table is one, a mere offer and a lease that has ended
 * included; listed as objects are those that a listing without a filter gives, and only while they
 * are few: ten thousand of them keep every tool that walks the tree busy for a minute. */

#include <errno.h>

#include "basic/macro.h"
#include "basic/text.h"
#include "bus/bus-internal.h"
#include "bus/filter.h"
#include "bus/lease-bus.h"
#include "bus/lease-methods.h"
#include "bus/object.h"

enum {
        /* slots of the lease table that are looked at for up to BUS_OBJECTS_MAX leases */
        SLOTS_MAX = 16 * BUS_OBJECTS_MAX,
};

bool lease_bus_show(Bus *bus, ipv4_t address) {
        ClockPair clock = bus_get_clock(bus);
        DurableLease lease;

        if (!server_find_durable(bus->server, address, &lease))
                return false;
        lease_view_init(&bus->lease, bus->server, &lease, &clock);
        return true;
}

bool lease_bus_is_listable(const Bus *bus) {
        const LeaseTable *table = server_get_table(bus->server);

        return table->n_by_state[LEASE_BOUND] + table->n_by_state[LEASE_DECLINED] <=
                       BUS_OBJECTS_MAX &&
               lease_table_n_slots(table) <= SLOTS_MAX;
}

size_t lease_bus_list(const Bus *bus, ipv4_t *ret) {
        ClockPair clock = bus_get_clock(bus);
        uint64_t cursor = 0;
        LeaseFilter filter;

        if (!lease_bus_is_listable(bus))
                return 0;

        lease_filter_init(&filter, bus->server, &clock);
        return lease_filter_find(&filter, &cursor, SLOTS_MAX, ret, BUS_OBJECTS_MAX);
}

static int lease_find(_unused_ sd_bus *connection, const char *path, _unused_ const char *interface,
        void *userdata, void **ret_found, _unused_ sd_bus_error *error) {
        Bus *bus = userdata;
        _cleanup_free_ char *text = NULL;
        ipv4_t address;
        int r;

        r = sd_bus_path_decode(path, BUS_LEASE_PATH, &text);
        if (r <= 0)
                return r;
        if (ipv4_parse(text, &address) < 0 || !lease_bus_show(bus, address))
                return 0;

        *ret_found = &bus->lease;
        return 1;
}

static int lease_enumerate(_unused_ sd_bus *connection, const char *prefix, void *userdata,
        char ***ret_paths, _unused_ sd_bus_error *error) {
        const Bus *bus = userdata;
        ipv4_t leases[BUS_OBJECTS_MAX];
        _cleanup_(strv_freep) char **paths = NULL;
        size_t n;
        int r;

        if (!string_equal(prefix, BUS_LEASE_PATH))
                return 0;

        n = lease_bus_list(bus, leases);
        paths = calloc(n + 1, sizeof(*paths));
        if (!paths)
                return -ENOMEM;
        for (size_t i = 0; i < n; i++) {
                r = lease_address_path(leases[i], &paths[i]);
                if (r < 0)
                        return r;
        }

        *ret_paths = TAKE_PTR(paths);
        return 1;
}

/* sd-bus asks this before its own object manager. */
static int refuse_managed_objects(sd_bus_message *message, void *userdata, sd_bus_error *error) {
        const Bus *bus = userdata;

        if (!sd_bus_message_is_method_call(
                    message, "org.freedesktop.DBus.ObjectManager", "GetManagedObjects") ||
                lease_bus_is_listable(bus))
                return 0;

        return sd_bus_error_setf(error, SD_BUS_ERROR_LIMITS_EXCEEDED,
                "There are too many leases to list as objects. Use ListLeases of "
                "org.minidhcp1.Manager at /org/minidhcp1.");
}

static int property_get_extras(_unused_ sd_bus *connection, _unused_ const char *path,
        _unused_ const char *interface, _unused_ const char *property, sd_bus_message *reply,
        void *userdata, _unused_ sd_bus_error *error) {
        return lease_view_append_extras(userdata, reply);
}

/* LeaseChanged goes with PropertiesChanged. Where and when a client was last heard changes more
 * often, with packets that change no lease. */
#define FIELD(name, signature, getter, member)                                                     \
        SD_BUS_PROPERTY(name, signature, getter, offsetof(LeaseView, member),                      \
                SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE)

const sd_bus_vtable lease_vtable[] = {
        SD_BUS_VTABLE_START(0),
        SD_BUS_PROPERTY(
                "Address", "s", NULL, offsetof(LeaseView, address), SD_BUS_VTABLE_PROPERTY_CONST),
        FIELD("HardwareAddress", "ay", property_get_bytes, hardware),
        FIELD("ClientId", "ay", property_get_bytes, client_id),
        FIELD("Hostname", "s", NULL, hostname),
        FIELD("Pool", "s", NULL, pool),
        SD_BUS_PROPERTY("Interface", "s", NULL, offsetof(LeaseView, interface), 0),
        FIELD("State", "s", NULL, state),
        FIELD("StartedUSec", "t", NULL, started),
        FIELD("ExpiresUSec", "t", NULL, expires),
        SD_BUS_PROPERTY("LastSeenUSec", "t", NULL, offsetof(LeaseView, last_seen), 0),
        FIELD("Flags", "u", NULL, flags),
        FIELD("Reserved", "b", property_get_bool, reserved),
        FIELD("Relayed", "b", property_get_bool, relayed),
        SD_BUS_PROPERTY(
                "Extras", "a{sv}", property_get_extras, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),

        SD_BUS_METHOD_WITH_ARGS("Release", SD_BUS_NO_ARGS, SD_BUS_NO_RESULT, method_lease_release,
                SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD_WITH_ARGS("Delete", SD_BUS_NO_ARGS, SD_BUS_NO_RESULT, method_lease_delete,
                SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD_WITH_ARGS("Reserve", SD_BUS_ARGS("s", name), SD_BUS_RESULT("o", host),
                method_lease_reserve, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD_WITH_ARGS("Extend", SD_BUS_ARGS("t", usec), SD_BUS_NO_RESULT,
                method_lease_extend, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_VTABLE_END,
};

int lease_bus_export(Bus *bus, sd_bus *connection) {
        int r;

        r = sd_bus_add_object(connection, NULL, BUS_LEASE_PATH, refuse_managed_objects, bus);
        if (r < 0)
                return r;
        r = sd_bus_add_fallback_vtable(connection, NULL, BUS_LEASE_PATH, BUS_LEASE_INTERFACE,
                lease_vtable, lease_find, bus);
        if (r < 0)
                return r;
        r = sd_bus_add_node_enumerator(connection, NULL, BUS_LEASE_PATH, lease_enumerate, bus);
        if (r < 0)
                return r;
        r = sd_bus_add_object_manager(connection, NULL, BUS_LEASE_PATH);
        return r < 0 ? r : 0;
}
