/* SPDX-License-Identifier: MIT */

/* The manager object: what concerns the server as a whole. Listings are in listing.c, signals are
 * emitted by signals.c. */

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "basic/macro.h"
#include "bus/authorize.h"
#include "bus/bus-internal.h"
#include "bus/describe.h"
#include "bus/explain-bus.h"
#include "bus/host-bus.h"
#include "bus/interface-bus.h"
#include "bus/lease-changes.h"
#include "bus/lease-methods.h"
#include "bus/lease-view.h"
#include "bus/listing.h"
#include "bus/manager-bus.h"
#include "bus/object.h"
#include "bus/settings-methods.h"
#include "core/outlook.h"
#include "wire/message.h"

enum {
        COUNTER_NAME_MAX = 128,
};

static int append_counter(const char *name, uint64_t value, void *userdata) {
        return sd_bus_message_append(userdata, "{st}", name, value);
}

static int append_prefixed(
        sd_bus_message *message, const char *prefix, const char *name, uint64_t value) {
        char buffer[COUNTER_NAME_MAX];

        (void) snprintf(buffer, sizeof(buffer), "%s-%s", prefix, name);
        for (char *p = buffer; *p; p++)
                *p = (char) tolower((unsigned char) *p);

        return append_counter(buffer, value, message);
}

static int append_core_counters(const Bus *bus, sd_bus_message *message) {
        const LeaseTable *table = server_get_table(bus->server);
        int r;

        for (DhcpMessageType type = 0; type < DHCP_MESSAGE_TYPE_MAX; type++) {
                r = append_prefixed(message, "received", message_type_to_string(type),
                        server_message_counter(bus->server, type));
                if (r < 0)
                        return r;
        }
        for (Verdict verdict = 0; verdict < VERDICT_MAX; verdict++) {
                r = append_prefixed(message, "verdict", verdict_to_string(verdict),
                        server_counter(bus->server, verdict));
                if (r < 0)
                        return r;
        }
        for (LeaseState state = 0; state < LEASE_STATE_MAX; state++) {
                r = append_prefixed(
                        message, "leases", lease_state_to_string(state), table->n_by_state[state]);
                if (r < 0)
                        return r;
        }

        return 0;
}

int manager_bus_append_statistics(Bus *bus, sd_bus_message *message) {
        int r;

        r = sd_bus_message_open_container(message, 'a', "{st}");
        if (r < 0)
                return r;
        r = append_core_counters(bus, message);
        if (r < 0)
                return r;
        r = bus->operations->each_counter(bus->userdata, append_counter, message);
        if (r < 0)
                return r;

        return sd_bus_message_close_container(message);
}

static int method_get_statistics(
        sd_bus_message *message, void *userdata, _unused_ sd_bus_error *error) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
        int r;

        r = sd_bus_message_new_method_return(message, &reply);
        if (r < 0)
                return r;
        r = manager_bus_append_statistics(userdata, reply);
        if (r < 0)
                return r;

        return sd_bus_message_send(reply);
}

/* Bounds with the number of all that took no longer, as collectors of metrics want them. */
static int append_delays(const char *name, const uint64_t *bounds, const uint64_t *n,
        size_t n_bounds, uint64_t sum, void *userdata) {
        sd_bus_message *message = userdata;
        uint64_t n_so_far = 0;
        int r;

        if ((r = sd_bus_message_open_container(message, 'e', "s(a(tt)t)")) < 0 ||
                (r = sd_bus_message_append_basic(message, 's', name)) < 0 ||
                (r = sd_bus_message_open_container(message, 'r', "a(tt)t")) < 0 ||
                (r = sd_bus_message_open_container(message, 'a', "(tt)")) < 0)
                return r;
        for (size_t i = 0; i < n_bounds; i++) {
                n_so_far += n[i];
                r = sd_bus_message_append(message, "(tt)", bounds[i], n_so_far);
                if (r < 0)
                        return r;
        }
        if ((r = sd_bus_message_close_container(message)) < 0 ||
                (r = sd_bus_message_append_basic(message, 't', &sum)) < 0 ||
                (r = sd_bus_message_close_container(message)) < 0)
                return r;
        return sd_bus_message_close_container(message);
}

static int method_get_delays(
        sd_bus_message *message, void *userdata, _unused_ sd_bus_error *error) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
        const Bus *bus = userdata;
        int r;

        r = sd_bus_message_new_method_return(message, &reply);
        if (r < 0)
                return r;
        r = sd_bus_message_open_container(reply, 'a', "{s(a(tt)t)}");
        if (r < 0)
                return r;
        r = bus->operations->each_delays(bus->userdata, append_delays, reply);
        if (r < 0)
                return r;
        r = sd_bus_message_close_container(reply);
        return r < 0 ? r : sd_bus_message_send(reply);
}

static int reset_statistics(
        Bus *bus, sd_bus_message *message, bool authorized, _unused_ sd_bus_error *error) {
        if (!authorized)
                return 0;
        server_reset_counters(bus->server);
        bus->operations->reset_counters(bus->userdata, bus->caller_uid);

        return sd_bus_reply_method_return(message, NULL);
}

static int method_reset_statistics(sd_bus_message *message, void *userdata, sd_bus_error *error) {
        return bus_authorize(userdata, message, BUS_ACTION_RELOAD, "reset the statistics",
                reset_statistics, error);
}

static int method_describe(sd_bus_message *message, void *userdata, _unused_ sd_bus_error *error) {
        _cleanup_free_ char *json = NULL;
        int r;

        r = describe_all(userdata, sd_bus_message_get_bus(message), &json);
        if (r < 0)
                return r;

        return sd_bus_reply_method_return(message, "s", json);
}

static int property_get_state(_unused_ sd_bus *connection, _unused_ const char *path,
        _unused_ const char *interface, _unused_ const char *property, sd_bus_message *reply,
        void *userdata, _unused_ sd_bus_error *error) {
        const Bus *bus = userdata;

        return object_append_string(reply, bus->operations->get_state(bus->userdata));
}

static int property_get_lease_file(_unused_ sd_bus *connection, _unused_ const char *path,
        _unused_ const char *interface, _unused_ const char *property, sd_bus_message *reply,
        void *userdata, _unused_ sd_bus_error *error) {
        const Bus *bus = userdata;

        return object_append_string(reply, bus->operations->get_lease_file(bus->userdata));
}

static int property_get_last_reload(_unused_ sd_bus *connection, _unused_ const char *path,
        _unused_ const char *interface, _unused_ const char *property, sd_bus_message *reply,
        void *userdata, _unused_ sd_bus_error *error) {
        const Bus *bus = userdata;

        return object_append_string(reply, bus->operations->get_last_reload(bus->userdata));
}

static int property_get_warnings(_unused_ sd_bus *connection, _unused_ const char *path,
        _unused_ const char *interface, _unused_ const char *property, sd_bus_message *reply,
        void *userdata, _unused_ sd_bus_error *error) {
        const Bus *bus = userdata;

        return object_append_strings(reply, bus->operations->get_warnings(bus->userdata));
}

/* By its number when it is gone and has no name any more. */
static int property_get_bound_interface(_unused_ sd_bus *connection, _unused_ const char *path,
        _unused_ const char *interface, _unused_ const char *property, sd_bus_message *reply,
        void *userdata, _unused_ sd_bus_error *error) {
        const Bus *bus = userdata;
        const uint32_t ifindex = server_get_bound_link(bus->server);
        char number[16];

        if (ifindex == 0 || server_find_link(bus->server, ifindex))
                return interface_bus_append_name(bus, reply, ifindex);
        (void) snprintf(number, sizeof(number), "%" PRIu32, ifindex);
        return object_append_string(reply, number);
}

static int property_get_version(_unused_ sd_bus *connection, _unused_ const char *path,
        _unused_ const char *interface, _unused_ const char *property, sd_bus_message *reply,
        _unused_ void *userdata, _unused_ sd_bus_error *error) {
        return sd_bus_message_append_basic(reply, 's', PROJECT_VERSION);
}

static int property_get_active_leases(_unused_ sd_bus *connection, _unused_ const char *path,
        _unused_ const char *interface, _unused_ const char *property, sd_bus_message *reply,
        void *userdata, _unused_ sd_bus_error *error) {
        const Bus *bus = userdata;
        uint64_t n = server_get_table(bus->server)->n_by_state[LEASE_BOUND];

        return sd_bus_message_append_basic(reply, 't', &n);
}

static int property_get_local_leases(_unused_ sd_bus *connection, _unused_ const char *path,
        _unused_ const char *interface, _unused_ const char *property, sd_bus_message *reply,
        void *userdata, _unused_ sd_bus_error *error) {
        const Bus *bus = userdata;
        uint64_t n = server_get_table(bus->server)->n_local;

        return sd_bus_message_append_basic(reply, 't', &n);
}

static int property_get_to_move(_unused_ sd_bus *connection, _unused_ const char *path,
        _unused_ const char *interface, _unused_ const char *property, sd_bus_message *reply,
        void *userdata, _unused_ sd_bus_error *error) {
        const Bus *bus = userdata;
        uint64_t n = server_count_to_move(bus->server);

        return sd_bus_message_append_basic(reply, 't', &n);
}

static int property_get_generation(_unused_ sd_bus *connection, _unused_ const char *path,
        _unused_ const char *interface, _unused_ const char *property, sd_bus_message *reply,
        void *userdata, _unused_ sd_bus_error *error) {
        const Bus *bus = userdata;

        const uint64_t generation = server_get_generation(bus->server);

        return sd_bus_message_append_basic(reply, 't', &generation);
}

static int property_get_instance(_unused_ sd_bus *connection, _unused_ const char *path,
        _unused_ const char *interface, _unused_ const char *property, sd_bus_message *reply,
        void *userdata, _unused_ sd_bus_error *error) {
        const Bus *bus = userdata;

        return sd_bus_message_append_basic(reply, 's', bus->instance);
}

static int append_proxy(
        const Bus *bus, sd_bus_message *message, const ClockPair *clock, const ProxyArp *proxy) {
        int r;

        r = sd_bus_message_open_container(message, 'r', "sayt");
        if (r < 0)
                return r;
        r = interface_bus_append_name(bus, message, proxy->ifindex);
        if (r < 0)
                return r;
        r = sd_bus_message_append_array(message, 'y', proxy->hardware, sizeof(proxy->hardware));
        if (r < 0)
                return r;
        r = sd_bus_message_append(message, "t", clock_to_wall(clock, proxy->until));
        if (r < 0)
                return r;

        return sd_bus_message_close_container(message);
}

static int property_get_proxy_arp(_unused_ sd_bus *connection, _unused_ const char *path,
        _unused_ const char *interface, _unused_ const char *property, sd_bus_message *reply,
        void *userdata, _unused_ sd_bus_error *error) {
        const Bus *bus = userdata;
        const ClockPair clock = bus_get_clock(bus);
        size_t cursor = 0;
        ProxyArp proxy;
        int r;

        r = sd_bus_message_open_container(reply, 'a', "(sayt)");
        if (r < 0)
                return r;
        while (server_next_proxy(bus->server, &cursor, clock.boottime, &proxy)) {
                r = append_proxy(bus, reply, &clock, &proxy);
                if (r < 0)
                        return r;
        }

        return sd_bus_message_close_container(reply);
}

static int property_get_echo_proxies(_unused_ sd_bus *connection, _unused_ const char *path,
        _unused_ const char *interface, _unused_ const char *property, sd_bus_message *reply,
        void *userdata, _unused_ sd_bus_error *error) {
        const Bus *bus = userdata;
        const ClockPair clock = bus_get_clock(bus);
        char subnet[IPV4_PREFIX_STRING_MAX];
        size_t cursor = 0;
        EchoProxy proxy;
        int r;

        r = sd_bus_message_open_container(reply, 'a', "(st)");
        if (r < 0)
                return r;
        while (server_next_echo_proxy(bus->server, &cursor, clock.boottime, &proxy)) {
                r = sd_bus_message_append(reply, "(st)", ipv4_prefix_format(proxy.subnet, subnet),
                        clock_to_wall(&clock, proxy.until));
                if (r < 0)
                        return r;
        }

        return sd_bus_message_close_container(reply);
}

const sd_bus_vtable manager_vtable[] = {
        SD_BUS_VTABLE_START(0),
        SD_BUS_PROPERTY("Version", "s", property_get_version, 0, SD_BUS_VTABLE_PROPERTY_CONST),
        SD_BUS_PROPERTY("Instance", "s", property_get_instance, 0, SD_BUS_VTABLE_PROPERTY_CONST),
        SD_BUS_PROPERTY("State", "s", property_get_state, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
        SD_BUS_PROPERTY(
                "LeaseFile", "s", property_get_lease_file, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
        SD_BUS_PROPERTY("ActiveLeases", "t", property_get_active_leases, 0, 0),
        SD_BUS_PROPERTY("LocalHardwareLeases", "t", property_get_local_leases, 0, 0),
        SD_BUS_PROPERTY("LeasesToMove", "t", property_get_to_move, 0, 0),
        SD_BUS_PROPERTY("Generation", "t", property_get_generation, 0, 0),
        SD_BUS_PROPERTY("LastReloadResult", "s", property_get_last_reload, 0,
                SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
        SD_BUS_PROPERTY(
                "Warnings", "as", property_get_warnings, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
        SD_BUS_PROPERTY("BoundInterface", "s", property_get_bound_interface, 0, 0),
        SD_BUS_PROPERTY("ProxyArp", "a(sayt)", property_get_proxy_arp, 0, 0),
        SD_BUS_PROPERTY("EchoProxies", "a(st)", property_get_echo_proxies, 0, 0),

        SD_BUS_METHOD_WITH_ARGS("ListPools", SD_BUS_NO_ARGS, SD_BUS_RESULT("a(so)", pools),
                method_list_pools, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD_WITH_ARGS("ListHosts", SD_BUS_NO_ARGS, SD_BUS_RESULT("a(so)", hosts),
                method_list_hosts, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD_WITH_ARGS("ListHostSettings",
                SD_BUS_ARGS("a{sv}", filter, "t", cursor, "u", limit),
                SD_BUS_RESULT("a(oa{sv})", hosts, "t", next, "t", generation),
                method_list_host_settings, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD_WITH_ARGS("FindHosts", SD_BUS_ARGS("s", name), SD_BUS_RESULT("a(so)", hosts),
                method_find_hosts, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD_WITH_ARGS("ListInterfaces", SD_BUS_NO_ARGS,
                SD_BUS_RESULT("a(iso)", interfaces), method_list_interfaces,
                SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD_WITH_ARGS("ListLeases", SD_BUS_ARGS("a{sv}", filter, "t", cursor, "u", limit),
                SD_BUS_RESULT("a" LEASE_VIEW_SIGNATURE, leases, "t", next, "t", generation),
                method_list_leases, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD_WITH_ARGS("ListChanges", SD_BUS_ARGS("s", instance, "t", since, "u", limit),
                SD_BUS_RESULT(
                        "a" LEASE_VIEW_SIGNATURE, leases, "as", removed, "t", next, "b", complete),
                method_list_changes, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD_WITH_ARGS("GetLease", SD_BUS_ARGS("s", address), SD_BUS_RESULT("o", lease),
                method_get_lease, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD_WITH_ARGS("FindLeases", SD_BUS_ARGS("a{sv}", filter),
                SD_BUS_RESULT("ao", leases), method_find_leases, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD_WITH_ARGS("AddLease", SD_BUS_ARGS("s", address, "a{sv}", properties),
                SD_BUS_RESULT("o", lease), method_add_lease, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD_WITH_ARGS("ReleaseLease", SD_BUS_ARGS("s", address, "t", flags),
                SD_BUS_NO_RESULT, method_release_lease, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD_WITH_ARGS("DeleteLease", SD_BUS_ARGS("s", address, "t", flags),
                SD_BUS_NO_RESULT, method_delete_lease, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD_WITH_ARGS("ReserveLease", SD_BUS_ARGS("s", address, "s", name, "t", flags),
                SD_BUS_RESULT("o", host), method_reserve_lease, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD_WITH_ARGS("ClearDeclined", SD_BUS_ARGS("s", pool), SD_BUS_RESULT("u", n),
                method_clear_declined, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD_WITH_ARGS("AddPool", SD_BUS_ARGS("s", name, "a{sv}", settings, "t", flags),
                SD_BUS_RESULT("o", pool), method_add_pool, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD_WITH_ARGS("RemovePool", SD_BUS_ARGS("s", name, "t", flags), SD_BUS_NO_RESULT,
                method_remove_pool, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD_WITH_ARGS("AddHost", SD_BUS_ARGS("s", name, "a{sv}", settings, "t", flags),
                SD_BUS_RESULT("o", host), method_add_host, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD_WITH_ARGS("RemoveHost", SD_BUS_ARGS("s", name, "t", flags), SD_BUS_NO_RESULT,
                method_remove_host, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD_WITH_ARGS("Reload", SD_BUS_NO_ARGS, SD_BUS_RESULT("as", warnings),
                method_reload, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD_WITH_ARGS("Flush", SD_BUS_NO_ARGS, SD_BUS_NO_RESULT, method_flush,
                SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD_WITH_ARGS("GetStatistics", SD_BUS_NO_ARGS, SD_BUS_RESULT("a{st}", counters),
                method_get_statistics, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD_WITH_ARGS("GetDelays", SD_BUS_NO_ARGS, SD_BUS_RESULT("a{s(a(tt)t)}", delays),
                method_get_delays, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD_WITH_ARGS("ResetStatistics", SD_BUS_NO_ARGS, SD_BUS_NO_RESULT,
                method_reset_statistics, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD_WITH_ARGS("Explain", SD_BUS_ARGS("a{sv}", query), SD_BUS_RESULT("s", json),
                method_explain, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD_WITH_ARGS("Describe", SD_BUS_NO_ARGS, SD_BUS_RESULT("s", json),
                method_describe, SD_BUS_VTABLE_UNPRIVILEGED),

        SD_BUS_SIGNAL_WITH_ARGS("LeaseAdded", SD_BUS_ARGS("o", lease, "a{sv}", properties), 0),
        SD_BUS_SIGNAL_WITH_ARGS("LeaseChanged", SD_BUS_ARGS("o", lease, "a{sv}", properties), 0),
        SD_BUS_SIGNAL_WITH_ARGS("LeaseRemoved", SD_BUS_ARGS("o", lease, "s", reason), 0),
        SD_BUS_SIGNAL_WITH_ARGS("LeasesInvalidated", SD_BUS_ARGS("t", generation), 0),
        SD_BUS_SIGNAL_WITH_ARGS("HostsChanged", SD_BUS_ARGS("t", generation), 0),
        SD_BUS_SIGNAL_WITH_ARGS("PoolsChanged", SD_BUS_ARGS("t", generation), 0),
        SD_BUS_SIGNAL_WITH_ARGS("PoolExhausted", SD_BUS_ARGS("o", pool), 0),
        SD_BUS_SIGNAL_WITH_ARGS(
                "AddressConflict", SD_BUS_ARGS("s", address, "ay", hardware_address), 0),
        SD_BUS_SIGNAL_WITH_ARGS(
                "ProxyArpFound", SD_BUS_ARGS("s", interface, "ay", hardware_address), 0),
        SD_BUS_SIGNAL_WITH_ARGS("EchoProxyFound", SD_BUS_ARGS("s", subnet), 0),
        SD_BUS_SIGNAL_WITH_ARGS("SettingsChanged",
                SD_BUS_ARGS("o", object, "s", change, "as", settings, "u", uid), 0),
        SD_BUS_SIGNAL_WITH_ARGS("Reloading", SD_BUS_ARGS("b", active), 0),
        SD_BUS_VTABLE_END,
};

int manager_bus_export(Bus *bus, sd_bus *connection) {
        int r;

        r = sd_bus_add_object_vtable(
                connection, NULL, BUS_MANAGER_PATH, BUS_MANAGER_INTERFACE, manager_vtable, bus);
        return r < 0 ? r : 0;
}
