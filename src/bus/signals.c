/* SPDX-License-Identifier: MIT */

/* Signals. Nothing here waits for the bus, and nothing piles up when the bus does not take what we
 * send: single changes are dropped then, or when there are too many of them, and one
 * LeasesInvalidated is owed for all. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "basic/macro.h"
#include "basic/text.h"
#include "bus/bus-internal.h"
#include "bus/host-bus.h"
#include "bus/interface-bus.h"
#include "bus/lease-bus.h"
#include "bus/manager-bus.h"
#include "bus/object.h"
#include "bus/pool-bus.h"

typedef struct ObjectKindDescription {
        const char *path;
        const char *interface;
        sd_bus_node_enumerator_t enumerate;
} ObjectKindDescription;

static const ObjectKindDescription object_kinds[OBJECT_KIND_MAX] = {
        [OBJECT_POOL] = {BUS_POOL_PATH, BUS_POOL_INTERFACE, pool_bus_enumerate},
        [OBJECT_HOST] = {BUS_HOST_PATH, BUS_HOST_INTERFACE, host_bus_enumerate},
        [OBJECT_INTERFACE] = {BUS_INTERFACE_PATH, BUS_INTERFACE_INTERFACE, interface_bus_enumerate},
};

static int tell_objects(Bus *bus, ObjectKind kind);
static int tell_settings(Bus *bus);

bool signal_limiter_admit(SignalLimiter *limiter, unsigned per_second, usec_t now) {
        usec_t passed = usec_sub(now, limiter->window_start);

        if (passed >= USEC_PER_SEC) {
                limiter->storm = passed < 2 * USEC_PER_SEC && limiter->n_events > per_second;
                limiter->window_start = now;
                limiter->n_events = 0;
        }
        if (++limiter->n_events > per_second)
                limiter->storm = true;

        return !limiter->storm;
}

static bool connection_takes_more(const Bus *bus) {
        uint64_t n_queued;

        return sd_bus_get_n_queued_write(bus->connection, &n_queued) >= 0 &&
               n_queued < SIGNALS_QUEUED_MAX;
}

/* Whether a signal may be sent now; when not, that is remembered. */
static bool may_send(Bus *bus) {
        if (!bus || !bus->owns_name)
                return false;
        if (connection_takes_more(bus))
                return true;

        bus->signals.dropped = true;
        (void) signals_settle(NULL, 0, bus);
        return false;
}

static int emit_invalidated(const Bus *bus) {
        return sd_bus_emit_signal(bus->connection, BUS_MANAGER_PATH, BUS_MANAGER_INTERFACE,
                "LeasesInvalidated", "t", server_get_generation(bus->server));
}

static void invalidate(Bus *bus) {
        bus->signals.invalidated = true;
        (void) signals_settle(NULL, 0, bus);
}

/* Return: 0, or -ENOMEM, and all of it is told again. */
static int tell_owed(Bus *bus) {
        int r;

        if (bus->signals.dropped) {
                r = sd_bus_emit_properties_changed_strv(
                        bus->connection, BUS_MANAGER_PATH, BUS_MANAGER_INTERFACE, NULL);
                if (r == -ENOMEM)
                        return r;
                bus->signals.pools_changed = bus->signals.hosts_changed = true;
                r = tell_settings(bus);
                if (r < 0)
                        return r;
                r = tell_objects(bus, OBJECT_INTERFACE);
                if (r < 0)
                        return r;
        }
        return emit_invalidated(bus);
}

int signals_settle(_unused_ sd_event_source *source, _unused_ uint64_t usec, void *userdata) {
        Bus *bus = userdata;
        Signals *signals = &bus->signals;
        usec_t now = bus_get_clock(bus).boottime;
        usec_t due = usec_add(signals->last_invalidated, INVALIDATION_INTERVAL_USEC);

        if (!bus->owns_name || (!signals->invalidated && !signals->dropped))
                return 0;

        if (now >= due && connection_takes_more(bus) && tell_owed(bus) >= 0) {
                signals->invalidated = signals->dropped = false;
                signals->last_invalidated = now;
                return 0;
        }

        (void) sd_event_source_set_time_relative(
                signals->timer, now < due ? due - now : INVALIDATION_INTERVAL_USEC);
        (void) sd_event_source_set_enabled(signals->timer, SD_EVENT_ONESHOT);
        return 0;
}

/* A signal that there was no memory for is told with all others, later. */
static void check_told(Bus *bus, int r) {
        if (r != -ENOMEM)
                return;
        bus->signals.dropped = true;
        (void) signals_settle(NULL, 0, bus);
}

static int emit_interfaces_removed(const Bus *bus, const char *path, const char *interface) {
        return sd_bus_emit_interfaces_removed(bus->connection, path, interface,
                "org.freedesktop.DBus.Properties", "org.freedesktop.DBus.Introspectable",
                "org.freedesktop.DBus.Peer", NULL);
}

static int compare_paths(const void *a, const void *b) {
        return strcmp(*(char *const *) a, *(char *const *) b);
}

/* Return: a sorted list that is not NULL, or NULL without memory. */
static char **list_objects(Bus *bus, ObjectKind kind) {
        char **paths = NULL;

        if (object_kinds[kind].enumerate(
                    bus->connection, object_kinds[kind].path, bus, &paths, NULL) < 0)
                return NULL;
        if (!paths)
                return calloc(1, sizeof(*paths));

        qsort(paths, strv_length(paths), sizeof(*paths), compare_paths);
        return paths;
}

static void objects_remember(Bus *bus, ObjectKind kind, char **paths) {
        (void) strv_free(bus->signals.objects[kind]);
        bus->signals.objects[kind] = paths;
}

/* How the next path stands in two sorted lists: < 0 in the old one alone, > 0 in the new one, 0 in
 * both. */
static int compare_next(char *const *old, char *const *new) {
        return !*old ? 1 : !*new ? -1 : strcmp(*old, *new);
}

static size_t count_differences(char *const *old, char *const *new) {
        size_t n = 0;

        while (*old || *new) {
                int order = compare_next(old, new);

                n += order != 0;
                old += order <= 0;
                new += order >= 0;
        }
        return n;
}

/* Return: as sd-bus, 0 for what is told by HostsChanged or PoolsChanged. */
static int tell_object(const Bus *bus, ObjectKind kind, int order, const char *path) {
        const ObjectKindDescription *description = &object_kinds[kind];

        if (order < 0)
                return emit_interfaces_removed(bus, path, description->interface);
        if (order > 0)
                return sd_bus_emit_object_added(bus->connection, path);
        if (kind != OBJECT_INTERFACE)
                return 0;
        return sd_bus_emit_properties_changed_strv(
                bus->connection, path, description->interface, NULL);
}

/* Tells what came and what went, and of interfaces that what stayed may look different now. When
 * many pools or hosts come and go, it is left to one signal for all. Return: 0, -ENOMEM when not
 * all was told. */
static int tell_objects(Bus *bus, ObjectKind kind) {
        _cleanup_(strv_freep) char **after = list_objects(bus, kind);
        char **old = bus->signals.objects[kind], **new = after;
        int r;

        if (!after)
                return -ENOMEM;
        if (kind != OBJECT_INTERFACE && count_differences(old, new) > OBJECTS_TOLD_MAX)
                old = new = &after[strv_length(after)];

        while (*old || *new) {
                int order = compare_next(old, new);

                r = tell_object(bus, kind, order, order < 0 ? *old : *new);
                if (r == -ENOMEM)
                        return r;
                old += order <= 0;
                new += order >= 0;
        }

        objects_remember(bus, kind, TAKE_PTR(after));
        return 0;
}

static int emit_generation(const Bus *bus, const char *member) {
        return sd_bus_emit_signal(bus->connection, BUS_MANAGER_PATH, BUS_MANAGER_INTERFACE, member,
                "t", host_bus_generation(bus));
}

/* One signal for pools and one for hosts, however many there are. Return: 0, -ENOMEM. */
static int tell_settings(Bus *bus) {
        int r;

        if (bus->signals.pools_changed) {
                r = tell_objects(bus, OBJECT_POOL);
                if (r < 0)
                        return r;
                r = emit_generation(bus, "PoolsChanged");
                if (r == -ENOMEM)
                        return r;
        }
        if (bus->signals.hosts_changed) {
                r = tell_objects(bus, OBJECT_HOST);
                if (r < 0)
                        return r;
                r = emit_generation(bus, "HostsChanged");
                if (r == -ENOMEM)
                        return r;
        }
        bus->signals.pools_changed = bus->signals.hosts_changed = false;
        return 0;
}

int signals_start(Bus *bus) {
        bus->signals.invalidated = bus->signals.dropped = false;
        for (ObjectKind kind = 0; kind < OBJECT_KIND_MAX; kind++) {
                char **paths = list_objects(bus, kind);

                if (!paths)
                        return -ENOMEM;
                objects_remember(bus, kind, paths);
        }
        return 0;
}

void signals_stop(Bus *bus) {
        bus->signals.invalidated = bus->signals.dropped = false;
        (void) sd_event_source_set_enabled(bus->signals.timer, SD_EVENT_OFF);
        for (ObjectKind kind = 0; kind < OBJECT_KIND_MAX; kind++)
                objects_remember(bus, kind, NULL);
}

static int emit_lease(Bus *bus, const char *member, const char *path, bool added) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *signal = NULL;
        int r;

        r = sd_bus_message_new_signal(
                bus->connection, &signal, BUS_MANAGER_PATH, BUS_MANAGER_INTERFACE, member);
        if (r < 0)
                return r;
        r = sd_bus_message_append_basic(signal, 'o', path);
        if (r < 0)
                return r;
        r = object_append_properties(signal, lease_vtable, path, BUS_LEASE_INTERFACE, &bus->lease);
        if (r < 0)
                return r;
        r = sd_bus_send(bus->connection, signal, NULL);
        if (r < 0)
                return r;

        if (added && lease_bus_is_listable(bus))
                return sd_bus_emit_object_added(bus->connection, path);
        return 0;
}

static int emit_lease_removed(Bus *bus, const char *path, LeaseEvent event) {
        int r;

        r = sd_bus_emit_signal(bus->connection, BUS_MANAGER_PATH, BUS_MANAGER_INTERFACE,
                "LeaseRemoved", "os", path, lease_event_to_string(event));
        if (r < 0 || !lease_bus_is_listable(bus))
                return r;

        return emit_interfaces_removed(bus, path, BUS_LEASE_INTERFACE);
}

static int emit_lease_event(Bus *bus, ipv4_t address, LeaseEvent event) {
        /* The dictionary and PropertiesChanged show the lease as it is on disk by now. */
        const bool is_there = lease_bus_show(bus, address);
        _cleanup_free_ char *path = NULL;
        int r;

        r = lease_address_path(address, &path);
        if (r < 0)
                return r;

        if (is_there) {
                r = sd_bus_emit_properties_changed_strv(
                        bus->connection, path, BUS_LEASE_INTERFACE, NULL);
                if (r < 0)
                        return r;
        }

        switch (event) {
        case LEASE_EVENT_GRANTED:
                return is_there ? emit_lease(bus, "LeaseAdded", path, true) : 0;
        case LEASE_EVENT_RENEWED:
        case LEASE_EVENT_DECLINED:
        case LEASE_EVENT_CHANGED:
                return is_there ? emit_lease(bus, "LeaseChanged", path, false) : 0;
        case LEASE_EVENT_RELEASED:
        case LEASE_EVENT_EXPIRED:
        case LEASE_EVENT_CLEARED:
        case LEASE_EVENT_DELETED:
                return emit_lease_removed(bus, path, event);
        case LEASE_EVENT_MAX:
                break;
        }

        return -EINVAL;
}

void bus_lease_event(Bus *bus, ipv4_t address, LeaseEvent event) {
        usec_t now;

        if (!bus || !bus->owns_name)
                return;

        now = bus_get_clock(bus).boottime;
        if (!signal_limiter_admit(&bus->signals.leases, SIGNALS_PER_SECOND, now) ||
                !connection_takes_more(bus) || emit_lease_event(bus, address, event) < 0)
                invalidate(bus);
}

/* The object stays: it is another client's from now on. */
static int emit_superseded(const Bus *bus, ipv4_t address) {
        _cleanup_free_ char *path = NULL;
        int r;

        r = lease_address_path(address, &path);
        if (r < 0)
                return r;
        return sd_bus_emit_signal(bus->connection, BUS_MANAGER_PATH, BUS_MANAGER_INTERFACE,
                "LeaseRemoved", "os", path, "replaced");
}

void bus_lease_superseded(Bus *bus, ipv4_t address) {
        if (!bus || !bus->owns_name)
                return;
        if (!signal_limiter_admit(
                    &bus->signals.leases, SIGNALS_PER_SECOND, bus_get_clock(bus).boottime) ||
                !connection_takes_more(bus) || emit_superseded(bus, address) < 0)
                invalidate(bus);
}

static bool may_notify(Bus *bus) {
        return bus && bus->owns_name &&
               signal_limiter_admit(
                       &bus->signals.notices, NOTICES_PER_SECOND, bus_get_clock(bus).boottime) &&
               connection_takes_more(bus);
}

void bus_pool_exhausted(Bus *bus, const Pool *pool) {
        _cleanup_free_ char *path = NULL;

        if (!may_notify(bus) || sd_bus_path_encode(BUS_POOL_PATH, pool->settings->name, &path) < 0)
                return;

        (void) sd_bus_emit_signal(bus->connection, BUS_MANAGER_PATH, BUS_MANAGER_INTERFACE,
                "PoolExhausted", "o", path);
}

static int emit_conflict(const Bus *bus, ipv4_t address, const uint8_t *hardware) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *signal = NULL;
        char text[IPV4_STRING_MAX];
        int r;

        r = sd_bus_message_new_signal(bus->connection, &signal, BUS_MANAGER_PATH,
                BUS_MANAGER_INTERFACE, "AddressConflict");
        if (r < 0)
                return r;
        r = sd_bus_message_append_basic(signal, 's', ipv4_format(address, text));
        if (r < 0)
                return r;
        r = sd_bus_message_append_array(
                signal, 'y', hardware, hardware ? ETHERNET_ADDRESS_SIZE : 0);
        if (r < 0)
                return r;

        return sd_bus_send(bus->connection, signal, NULL);
}

void bus_address_conflict(Bus *bus, ipv4_t address, const uint8_t *hardware) {
        if (may_notify(bus))
                (void) emit_conflict(bus, address, hardware);
}

static int emit_proxy_arp(const Bus *bus, uint32_t ifindex, const uint8_t *hardware) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *signal = NULL;
        int r;

        r = sd_bus_message_new_signal(
                bus->connection, &signal, BUS_MANAGER_PATH, BUS_MANAGER_INTERFACE, "ProxyArpFound");
        if (r < 0)
                return r;
        r = interface_bus_append_name(bus, signal, ifindex);
        if (r < 0)
                return r;
        r = sd_bus_message_append_array(signal, 'y', hardware, ETHERNET_ADDRESS_SIZE);
        if (r < 0)
                return r;

        return sd_bus_send(bus->connection, signal, NULL);
}

void bus_proxy_arp_found(
        Bus *bus, uint32_t ifindex, const uint8_t hardware[static ETHERNET_ADDRESS_SIZE]) {
        if (may_notify(bus))
                (void) emit_proxy_arp(bus, ifindex, hardware);
}

void bus_echo_proxy_found(Bus *bus, Ipv4Prefix subnet) {
        char text[IPV4_PREFIX_STRING_MAX];

        if (may_notify(bus))
                (void) sd_bus_emit_signal(bus->connection, BUS_MANAGER_PATH, BUS_MANAGER_INTERFACE,
                        "EchoProxyFound", "s", ipv4_prefix_format(subnet, text));
}

static int append_settings(sd_bus_message *signal, const BusChange *change) {
        int r;

        r = sd_bus_message_open_container(signal, 'a', "s");
        for (size_t i = 0; r >= 0 && i < change->n_settings; i++) {
                _cleanup_free_ char *text = bus_setting_to_text(&change->settings[i]);

                if (!text)
                        return -ENOMEM;
                r = object_append_string(signal, text);
        }
        return r < 0 ? r : sd_bus_message_close_container(signal);
}

static int emit_change(const Bus *bus, const BusChange *change, const char *path) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *signal = NULL;
        int r;

        r = sd_bus_message_new_signal(bus->connection, &signal, BUS_MANAGER_PATH,
                BUS_MANAGER_INTERFACE, "SettingsChanged");
        if (r < 0)
                return r;
        r = sd_bus_message_append(signal, "os", path, bus_change_type_to_string(change->type));
        if (r < 0)
                return r;
        r = append_settings(signal, change);
        if (r < 0)
                return r;
        r = sd_bus_message_append_basic(signal, 'u', &change->uid);
        if (r < 0)
                return r;
        return sd_bus_send(bus->connection, signal, NULL);
}

void bus_change_made(Bus *bus, const BusChange *change) {
        const ObjectKind kind = change->is_host ? OBJECT_HOST : OBJECT_POOL;
        _cleanup_free_ char *path = NULL;

        if (!bus)
                return;
        if (change->is_host)
                bus->signals.hosts_changed = true;
        else
                bus->signals.pools_changed = true;
        if (!may_send(bus) || sd_bus_path_encode(object_kinds[kind].path, change->name, &path) < 0)
                return;

        (void) emit_change(bus, change, path);
        if (change->type == BUS_CHANGE_CONFIGURE || change->type == BUS_CHANGE_REVERT)
                check_told(bus, sd_bus_emit_properties_changed_strv(
                                        bus->connection, path, object_kinds[kind].interface, NULL));
}

static void settings_changed(Bus *bus) {
        check_told(bus, tell_settings(bus));
        /* Leases may belong to other pools now. */
        invalidate(bus);
}

void bus_reloading(Bus *bus, bool active) {
        if (!may_send(bus))
                return;

        check_told(bus, sd_bus_emit_signal(bus->connection, BUS_MANAGER_PATH, BUS_MANAGER_INTERFACE,
                                "Reloading", "b", (int) active));
        if (active)
                return;

        check_told(bus, sd_bus_emit_properties_changed(bus->connection, BUS_MANAGER_PATH,
                                BUS_MANAGER_INTERFACE, "State", "LeaseFile", "LastReloadResult",
                                "Warnings", NULL));
        bus->signals.pools_changed = bus->signals.hosts_changed = true;
        settings_changed(bus);
}

void bus_settings_changed(Bus *bus) {
        if (!may_send(bus))
                return;

        check_told(bus, sd_bus_emit_properties_changed(bus->connection, BUS_MANAGER_PATH,
                                BUS_MANAGER_INTERFACE, "Warnings", NULL));
        /* without a word of what was changed, anything may have been */
        if (!bus->signals.pools_changed && !bus->signals.hosts_changed)
                bus->signals.pools_changed = bus->signals.hosts_changed = true;
        settings_changed(bus);
}

void bus_links_changed(Bus *bus) {
        if (may_send(bus))
                check_told(bus, tell_objects(bus, OBJECT_INTERFACE));
}

void bus_state_changed(Bus *bus) {
        if (may_send(bus))
                check_told(bus, sd_bus_emit_properties_changed(bus->connection, BUS_MANAGER_PATH,
                                        BUS_MANAGER_INTERFACE, "State", NULL));
}

void bus_clock_was_set(Bus *bus) {
        if (bus && bus->owns_name)
                invalidate(bus);
}
