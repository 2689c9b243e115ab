/* SPDX-License-Identifier: MIT */
/* A server for tests of minidhcpctl: the part of org.minidhcp1 that the tool reads, over a handful
 * of made-up leases, or over many of them. It can misbehave in ways in which the real one does not,
 * or not on demand: not answer, refuse, list a lease on two pages, send control characters.
 *
 *   ctl-fake [--leases=N] [--mode=MODE] [--wake=PATH]
 *
 * With --wake= it takes its name only when somebody has connected to the socket there. */

#include <errno.h>
#include <fnmatch.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>

#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include "basic/ipv4.h"
#include "basic/macro.h"
#include "basic/time.h"
#include "ctl-fake-objects.h"

typedef enum Mode {
        MODE_NORMAL,
        MODE_SILENT, /* ListLeases is never answered */
        MODE_DENIED, /* ListLeases is refused */
        MODE_MOVING, /* the first lease comes again, changed, on the last page */
        MODE_EMPTY,  /* neither leases nor pools */
        MODE_MISCONFIGURED,
} Mode;

typedef struct Fake {
        sd_bus *bus;
        sd_event *event;
        Mode mode;
        size_t n_leases; /* made-up ones, beyond those below; 0 = those below */
        usec_t now;
} Fake;

/* What a filter of ListLeases says. */
typedef struct Filter {
        const char *pool;
        const char *hostname;
        Ipv4Prefix subnet;
        const uint8_t *hardware;
        size_t hardware_size;
        char **states;
        int include_expired;
} Filter;

static usec_t expires_at(const Fake *fake, const FakeLease *lease) {
        if (lease->expires == INT64_MAX)
                return USEC_INFINITY;
        return fake->now + (usec_t) lease->expires * USEC_PER_SEC;
}

static size_t n_leases(const Fake *fake) {
        if (fake->mode == MODE_EMPTY)
                return 0;
        return fake->n_leases > 0 ? fake->n_leases : ELEMENTSOF(leases);
}

/* The lease of a number; text that is made up is kept in @address. */
static FakeLease lease_at(const Fake *fake, size_t i, char address[static IPV4_STRING_MAX]) {
        FakeLease lease;

        if (fake->n_leases == 0)
                return leases[i];
        lease = leases[2];
        lease.address = ipv4_format((ipv4_t) (0x0a000000 + i), address);
        return lease;
}

static int append_lease(const Fake *fake, sd_bus_message *message, const FakeLease *lease) {
        const uint8_t client_id[7] = {1, lease->hardware[0], lease->hardware[1], lease->hardware[2],
                lease->hardware[3], lease->hardware[4], lease->hardware[5]};
        int r;

        if ((r = sd_bus_message_open_container(message, 'r', LEASE_SIGNATURE)) < 0 ||
                (r = sd_bus_message_append(message, "s", lease->address)) < 0 ||
                (r = sd_bus_message_append_array(message, 'y', lease->hardware, 6)) < 0 ||
                (r = sd_bus_message_append_array(message, 'y', client_id, 7)) < 0 ||
                (r = sd_bus_message_append(message, "sssstttua{sv}", lease->hostname, lease->pool,
                         "br0", lease->state, fake->now - USEC_PER_HOUR, expires_at(fake, lease),
                         fake->now - 90 * USEC_PER_SEC, lease->flags, 1, "Declines", "u",
                         (uint32_t) 2)) < 0)
                return r;
        return sd_bus_message_close_container(message);
}

static int read_filter_value(Filter *filter, const char *key, sd_bus_message *message) {
        const char *text;
        int r;

        if (strcmp(key, "Pool") == 0)
                return sd_bus_message_read(message, "v", "s", &filter->pool);
        if (strcmp(key, "Hostname") == 0)
                return sd_bus_message_read(message, "v", "s", &filter->hostname);
        if (strcmp(key, "IncludeExpired") == 0)
                return sd_bus_message_read(message, "v", "b", &filter->include_expired);
        if (strcmp(key, "Subnet") == 0) {
                r = sd_bus_message_read(message, "v", "s", &text);
                return r < 0 ? r : ipv4_prefix_parse(text, &filter->subnet);
        }
        if (strcmp(key, "HardwareAddress") == 0) {
                if ((r = sd_bus_message_enter_container(message, 'v', "ay")) < 0 ||
                        (r = sd_bus_message_read_array(message, 'y',
                                 (const void **) &filter->hardware, &filter->hardware_size)) < 0)
                        return r;
                return sd_bus_message_exit_container(message);
        }
        if (strcmp(key, "State") == 0) {
                if ((r = sd_bus_message_enter_container(message, 'v', "as")) < 0 ||
                        (r = sd_bus_message_read_strv(message, &filter->states)) < 0)
                        return r;
                return sd_bus_message_exit_container(message);
        }
        return -EINVAL;
}

static int read_filter(Filter *filter, sd_bus_message *message) {
        const char *key;
        int r;

        r = sd_bus_message_enter_container(message, 'a', "{sv}");
        if (r < 0)
                return r;
        while ((r = sd_bus_message_enter_container(message, 'e', "sv")) > 0) {
                if ((r = sd_bus_message_read(message, "s", &key)) < 0 ||
                        (r = read_filter_value(filter, key, message)) < 0 ||
                        (r = sd_bus_message_exit_container(message)) < 0)
                        return r;
        }
        return r < 0 ? r : sd_bus_message_exit_container(message);
}

static bool state_passes(const Filter *filter, const char *state) {
        if (!filter->states)
                return filter->include_expired || strcmp(state, "bound") == 0 ||
                       strcmp(state, "declined") == 0;
        for (size_t i = 0; filter->states[i]; i++)
                if (strcmp(filter->states[i], state) == 0)
                        return true;
        return false;
}

static bool filter_passes(const Filter *filter, const FakeLease *lease) {
        ipv4_t address = 0;

        (void) ipv4_parse(lease->address, &address);
        if (filter->pool && strcmp(filter->pool, lease->pool) != 0)
                return false;
        if (filter->hostname && fnmatch(filter->hostname, lease->hostname, 0) != 0)
                return false;
        if (filter->hardware &&
                (filter->hardware_size != 6 || memcmp(filter->hardware, lease->hardware, 6) != 0))
                return false;
        return ipv4_prefix_contains(filter->subnet, address) && state_passes(filter, lease->state);
}

static int append_page(
        Fake *fake, sd_bus_message *reply, const Filter *filter, uint64_t cursor, uint32_t limit) {
        size_t end = MIN(n_leases(fake), cursor + limit);
        char address[IPV4_STRING_MAX];
        uint64_t next;
        int r;

        r = sd_bus_message_open_container(reply, 'a', "(" LEASE_SIGNATURE ")");
        for (size_t i = cursor; i < end && r >= 0; i++) {
                FakeLease lease = lease_at(fake, i, address);

                if (filter_passes(filter, &lease))
                        r = append_lease(fake, reply, &lease);
        }
        if (r >= 0 && fake->mode == MODE_MOVING && end == n_leases(fake)) {
                FakeLease lease = lease_at(fake, 0, address);

                lease.hostname = "moved";
                r = append_lease(fake, reply, &lease);
        }
        if (r >= 0)
                r = sd_bus_message_close_container(reply);
        next = end < n_leases(fake) ? end : 0;
        return r < 0 ? r : sd_bus_message_append(reply, "tt", next, (uint64_t) end);
}

static int method_list_leases(sd_bus_message *message, void *userdata, sd_bus_error *error) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
        Filter filter = {0};
        Fake *fake = userdata;
        uint64_t cursor;
        uint32_t limit;
        int r;

        if (fake->mode == MODE_SILENT)
                return 1;
        if (fake->mode == MODE_DENIED)
                return sd_bus_error_set(error, SD_BUS_ERROR_ACCESS_DENIED, "You may not do that");

        if ((r = read_filter(&filter, message)) < 0 ||
                (r = sd_bus_message_read(message, "tu", &cursor, &limit)) < 0)
                return r;
        if (filter.pool && strcmp(filter.pool, "lan") != 0 && strcmp(filter.pool, "lab") != 0)
                return sd_bus_error_setf(
                        error, NAME ".Error.NoSuchPool", "There is no pool '%s'.", filter.pool);
        if (fake->mode == MODE_MOVING)
                limit = 4;
        if ((r = sd_bus_message_new_method_return(message, &reply)) < 0 ||
                (r = append_page(fake, reply, &filter, cursor, limit)) < 0)
                return r;
        for (size_t i = 0; filter.states && filter.states[i]; i++)
                free(filter.states[i]);
        free(filter.states);
        return sd_bus_message_send(reply);
}

static int method_get_lease(sd_bus_message *message, void *userdata, sd_bus_error *error) {
        char text[IPV4_STRING_MAX];
        const char *address;
        int r;

        r = sd_bus_message_read(message, "s", &address);
        if (r < 0)
                return r;
        for (size_t i = 0; i < n_leases(userdata); i++) {
                _cleanup_free_ char *path = NULL;

                if (strcmp(lease_at(userdata, i, text).address, address) != 0)
                        continue;
                r = sd_bus_path_encode(LEASE_PATH, address, &path);
                return r < 0 ? r : sd_bus_reply_method_return(message, "o", path);
        }
        return sd_bus_error_setf(
                error, NAME ".Error.NoSuchLease", "There is no lease of %s.", address);
}

static int method_list_pools(
        sd_bus_message *message, void *userdata, _unused_ sd_bus_error *error) {
        const Fake *fake = userdata;

        if (fake->mode == MODE_EMPTY)
                return sd_bus_reply_method_return(message, "a(so)", 0);
        return sd_bus_reply_method_return(
                message, "a(so)", 2, pools[0], POOL_PATH "/lab", pools[1], POOL_PATH "/lan");
}

static int method_list_hosts(
        sd_bus_message *message, void *userdata, _unused_ sd_bus_error *error) {
        const Fake *fake = userdata;

        if (fake->mode == MODE_EMPTY)
                return sd_bus_reply_method_return(message, "a(so)", 0);
        return sd_bus_reply_method_return(
                message, "a(so)", 2, hosts[0], HOST_PATH "/printer", hosts[1], HOST_PATH "/camera");
}

static int method_list_interfaces(
        sd_bus_message *message, _unused_ void *userdata, _unused_ sd_bus_error *error) {
        return sd_bus_reply_method_return(
                message, "a(iso)", 1, (int32_t) 7, "br0", INTERFACE_PATH "/br0");
}

static int method_get_statistics(
        sd_bus_message *message, _unused_ void *userdata, _unused_ sd_bus_error *error) {
        return sd_bus_reply_method_return(message, "a{st}", 5, "received-discover", (uint64_t) 12,
                "received-request", (uint64_t) 1234567, "verdict-acked", (uint64_t) 0,
                "lease-file-bytes", (uint64_t) 4096, "not-yet-invented", (uint64_t) 3);
}

static int method_get_delays(
        sd_bus_message *message, _unused_ void *userdata, _unused_ sd_bus_error *error) {
        return sd_bus_reply_method_return(message, "a{s(a(tt)t)}", 1, "reply", 3, (uint64_t) 100,
                (uint64_t) 2, (uint64_t) 2500000, (uint64_t) 3, UINT64_MAX, (uint64_t) 7,
                (uint64_t) 12000345);
}

/* An explanation whose last sentence says which keys were asked with. */
static int method_explain(
        sd_bus_message *message, _unused_ void *userdata, _unused_ sd_bus_error *error) {
        char text[1024] = "", keys[256] = "";
        const char *key;
        int r;

        r = sd_bus_message_enter_container(message, 'a', "{sv}");
        if (r < 0)
                return r;
        while ((r = sd_bus_message_enter_container(message, 'e', "sv")) > 0) {
                if ((r = sd_bus_message_read(message, "s", &key)) < 0 ||
                        (r = sd_bus_message_skip(message, "v")) < 0 ||
                        (r = sd_bus_message_exit_container(message)) < 0)
                        return r;
                strncat(keys, " ", sizeof(keys) - strlen(keys) - 1);
                strncat(keys, key, sizeof(keys) - strlen(keys) - 1);
        }
        (void) snprintf(text, sizeof(text),
                "{\"Verdict\":\"offered\",\"Reply\":\"OFFER\",\"Address\":\"192.168.1.101\","
                "\"Pool\":\"lan\",\"Interface\":\"\",\"LifetimeUSec\":3600000000,\"Steps\":["
                "\"A sentence that is so long that it does not fit a line of a terminal that has "
                "eighty columns.\",\"Asked with%s.\"]}",
                keys);
        return sd_bus_reply_method_return(message, "s", text);
}

/* Sends each signal once. */
static int method_emit(sd_bus_message *message, void *userdata, _unused_ sd_bus_error *error) {
        const Fake *fake = userdata;
        uint64_t soon = fake->now + 3600 * USEC_PER_SEC;
        sd_bus *bus = fake->bus;
        int r;

        for (unsigned i = 0; i < 2; i++) {
                r = sd_bus_emit_signal(bus, MANAGER_PATH, NAME ".Manager",
                        i == 0 ? "LeaseAdded" : "LeaseChanged", "oa{sv}",
                        LEASE_PATH "/_3192_2e168_2e1_2e101", 6, "Address", "s", "192.168.1.101",
                        "HardwareAddress", "ay", 6, 2, 0, 0, 0, 0, 7, "Hostname", "s", "laptop",
                        "Pool", "s", "lan", "State", "s", "bound", "ExpiresUSec", "t", soon);
                if (r < 0)
                        return r;
        }
        if ((r = sd_bus_emit_signal(bus, MANAGER_PATH, NAME ".Manager", "LeaseRemoved", "os",
                     LEASE_PATH "/_3192_2e168_2e1_2e101", "expired")) < 0 ||
                (r = sd_bus_emit_signal(bus, MANAGER_PATH, NAME ".Manager", "LeasesInvalidated",
                         "t", (uint64_t) 7)) < 0 ||
                (r = sd_bus_emit_signal(bus, MANAGER_PATH, NAME ".Manager", "PoolExhausted", "o",
                         POOL_PATH "/lan")) < 0 ||
                (r = sd_bus_emit_signal(bus, MANAGER_PATH, NAME ".Manager", "AddressConflict",
                         "say", "192.168.1.104", 6, 2, 0, 0, 0, 0, 0x63)) < 0 ||
                (r = sd_bus_emit_signal(bus, MANAGER_PATH, NAME ".Manager", "ProxyArpFound", "say",
                         "br0", 6, 2, 0, 0, 0, 0, 0x64)) < 0 ||
                (r = sd_bus_emit_signal(bus, MANAGER_PATH, NAME ".Manager", "AddressConflict",
                         "say", "192.168.1.105", 0)) < 0 ||
                (r = sd_bus_emit_signal(bus, MANAGER_PATH, NAME ".Manager", "EchoProxyFound", "s",
                         "10.9.0.0/16")) < 0 ||
                (r = sd_bus_emit_signal(bus, MANAGER_PATH, NAME ".Manager", "SettingsChanged",
                         "osasu", POOL_PATH "/lan", "changed", 2, "DNS=9.9.9.9 8.8.8.8",
                         "Domain=", (uint32_t) 0)) < 0 ||
                (r = sd_bus_emit_signal(bus, MANAGER_PATH, NAME ".Manager", "LeasesInvalidated",
                         "t", (uint64_t) 8)) < 0 ||
                (r = sd_bus_emit_signal(bus, MANAGER_PATH, NAME ".Manager", "Reloading", "b", 0)) <
                        0 ||
                (r = sd_bus_emit_signal(bus, MANAGER_PATH, NAME ".Manager", "LeasesInvalidated",
                         "t", (uint64_t) 8)) < 0 ||
                (r = sd_bus_emit_signal(bus, MANAGER_PATH, NAME ".Manager", "Reloading", "b", 1)) <
                        0 ||
                (r = sd_bus_emit_signal(bus, MANAGER_PATH, NAME ".Manager", "NotYetInvented", "su",
                         "text", (uint32_t) 5)) < 0)
                return r;
        return sd_bus_reply_method_return(message, NULL);
}

static int property_get(_unused_ sd_bus *bus, const char *path, _unused_ const char *interface,
        const char *property, sd_bus_message *reply, void *userdata, _unused_ sd_bus_error *error) {
        const Fake *fake = userdata;

        (void) path;
        if (strcmp(property, "State") == 0)
                return sd_bus_message_append(
                        reply, "s", fake->mode == MODE_MISCONFIGURED ? "misconfigured" : "running");
        if (strcmp(property, "LastReloadResult") == 0)
                return sd_bus_message_append(reply, "s",
                        fake->mode == MODE_MISCONFIGURED ? "a.conf:1: wrong\na.conf:2: wrong, too"
                                                         : "success");
        if (strcmp(property, "Version") == 0)
                return sd_bus_message_append(reply, "s", "0.1.0");
        if (strcmp(property, "LeaseFile") == 0)
                return sd_bus_message_append(reply, "s", "/var/lib/mini-dhcp/leases.csv");
        return sd_bus_message_append(reply, "t", (uint64_t) 7);
}

static int lease_find(_unused_ sd_bus *bus, const char *path, _unused_ const char *interface,
        void *userdata, void **ret_found, _unused_ sd_bus_error *error) {
        _cleanup_free_ char *address = NULL;

        if (sd_bus_path_decode(path, LEASE_PATH, &address) <= 0)
                return 0;
        for (size_t i = 0; i < ELEMENTSOF(leases); i++)
                if (strcmp(leases[i].address, address) == 0) {
                        *ret_found = userdata;
                        return 1;
                }
        return 0;
}

static const FakeLease *lease_of_path(const char *path) {
        _cleanup_free_ char *address = NULL;

        (void) sd_bus_path_decode(path, LEASE_PATH, &address);
        for (size_t i = 0; address && i < ELEMENTSOF(leases); i++)
                if (strcmp(leases[i].address, address) == 0)
                        return &leases[i];
        return NULL;
}

static int lease_property_get(_unused_ sd_bus *bus, const char *path,
        _unused_ const char *interface, const char *property, sd_bus_message *reply, void *userdata,
        _unused_ sd_bus_error *error) {
        const FakeLease *lease = lease_of_path(path);
        const Fake *fake = userdata;

        if (!lease)
                return -ENOENT;
        if (strcmp(property, "Address") == 0)
                return sd_bus_message_append(reply, "s", lease->address);
        if (strcmp(property, "HardwareAddress") == 0)
                return sd_bus_message_append_array(reply, 'y', lease->hardware, 6);
        if (strcmp(property, "Hostname") == 0)
                return sd_bus_message_append(reply, "s", lease->hostname);
        if (strcmp(property, "Pool") == 0)
                return sd_bus_message_append(reply, "s", lease->pool);
        if (strcmp(property, "State") == 0)
                return sd_bus_message_append(reply, "s", lease->state);
        if (strcmp(property, "ExpiresUSec") == 0)
                return sd_bus_message_append(reply, "t", expires_at(fake, lease));
        if (strcmp(property, "Flags") == 0)
                return sd_bus_message_append(reply, "u", lease->flags);
        if (strcmp(property, "Reserved") == 0)
                return sd_bus_message_append(reply, "b", lease->flags & 1);
        return sd_bus_message_append(reply, "a{sv}", 1, "Declines", "u", (uint32_t) 2);
}

static const sd_bus_vtable manager_vtable[] = {
        SD_BUS_VTABLE_START(0),
        SD_BUS_METHOD("ListLeases", "a{sv}tu", "a(" LEASE_SIGNATURE ")tt", method_list_leases,
                SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD("GetLease", "s", "o", method_get_lease, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD("ListHosts", NULL, "a(so)", method_list_hosts, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD("ListInterfaces", NULL, "a(iso)", method_list_interfaces,
                SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD("ListPools", NULL, "a(so)", method_list_pools, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD(
                "GetStatistics", NULL, "a{st}", method_get_statistics, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD(
                "GetDelays", NULL, "a{s(a(tt)t)}", method_get_delays, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD("Explain", "a{sv}", "s", method_explain, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD("Emit", NULL, NULL, method_emit, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_PROPERTY("Version", "s", property_get, 0, 0),
        SD_BUS_PROPERTY("State", "s", property_get, 0, 0),
        SD_BUS_PROPERTY("LeaseFile", "s", property_get, 0, 0),
        SD_BUS_PROPERTY("ActiveLeases", "t", property_get, 0, 0),
        SD_BUS_PROPERTY("LocalHardwareLeases", "t", property_get, 0, 0),
        SD_BUS_PROPERTY("LastReloadResult", "s", property_get, 0, 0),
        SD_BUS_VTABLE_END,
};

static const sd_bus_vtable lease_vtable[] = {
        SD_BUS_VTABLE_START(0),
        SD_BUS_PROPERTY("Address", "s", lease_property_get, 0, 0),
        SD_BUS_PROPERTY("HardwareAddress", "ay", lease_property_get, 0, 0),
        SD_BUS_PROPERTY("Hostname", "s", lease_property_get, 0, 0),
        SD_BUS_PROPERTY("Pool", "s", lease_property_get, 0, 0),
        SD_BUS_PROPERTY("State", "s", lease_property_get, 0, 0),
        SD_BUS_PROPERTY("ExpiresUSec", "t", lease_property_get, 0, 0),
        SD_BUS_PROPERTY("Flags", "u", lease_property_get, 0, 0),
        SD_BUS_PROPERTY("Reserved", "b", lease_property_get, 0, 0),
        SD_BUS_PROPERTY("Extras", "a{sv}", lease_property_get, 0, 0),
        SD_BUS_VTABLE_END,
};

static int on_wake(sd_event_source *source, int fd, _unused_ uint32_t events, void *userdata) {
        _cleanup_close_ int connection = accept(fd, NULL, NULL);
        Fake *fake = userdata;
        int r;

        r = sd_event_source_set_enabled(source, SD_EVENT_OFF);
        return r < 0 ? r : sd_bus_request_name(fake->bus, NAME, 0);
}

static int listen_for_wake(Fake *fake, const char *path) {
        struct sockaddr_un address = {.sun_family = AF_UNIX};
        int fd;

        if (snprintf(address.sun_path, sizeof(address.sun_path), "%s", path) >=
                (int) sizeof(address.sun_path))
                return -ENAMETOOLONG;
        fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (fd < 0 || bind(fd, (const struct sockaddr *) &address, sizeof(address)) < 0 ||
                listen(fd, 8) < 0)
                return -errno;
        return sd_event_add_io(fake->event, NULL, fd, EPOLLIN, on_wake, fake);
}

static int run(Fake *fake, const char *wake) {
        int r;

        if ((r = sd_event_new(&fake->event)) < 0 || (r = sd_bus_open_system(&fake->bus)) < 0 ||
                (r = sd_bus_add_object_vtable(fake->bus, NULL, MANAGER_PATH, NAME ".Manager",
                         manager_vtable, fake)) < 0 ||
                (r = sd_bus_add_fallback_vtable(fake->bus, NULL, LEASE_PATH, NAME ".Lease",
                         lease_vtable, lease_find, fake)) < 0 ||
                (r = sd_bus_add_fallback_vtable(fake->bus, NULL, POOL_PATH, NAME ".Pool",
                         pool_vtable, pool_find, fake)) < 0 ||
                (r = sd_bus_add_fallback_vtable(fake->bus, NULL, HOST_PATH, NAME ".Host",
                         host_vtable, host_find, fake)) < 0 ||
                (r = sd_bus_add_object_vtable(fake->bus, NULL, INTERFACE_PATH "/br0",
                         NAME ".Interface", interface_vtable, fake)) < 0 ||
                (r = sd_bus_attach_event(fake->bus, fake->event, 0)) < 0)
                return r;
        r = wake ? listen_for_wake(fake, wake) : sd_bus_request_name(fake->bus, NAME, 0);
        if (r < 0)
                return r;
        r = sd_event_loop(fake->event);
        fake->bus = sd_bus_flush_close_unref(fake->bus);
        fake->event = sd_event_unref(fake->event);
        return r;
}

static Mode mode_from_string(const char *text) {
        static const char *const names[] = {
                [MODE_NORMAL] = "normal",
                [MODE_SILENT] = "silent",
                [MODE_DENIED] = "denied",
                [MODE_MOVING] = "moving",
                [MODE_EMPTY] = "empty",
                [MODE_MISCONFIGURED] = "misconfigured",
        };

        for (size_t i = 0; i < ELEMENTSOF(names); i++)
                if (strcmp(names[i], text) == 0)
                        return (Mode) i;
        fprintf(stderr, "Unknown mode %s\n", text);
        exit(2);
}

int main(int argc, char **argv) {
        static const struct option options[] = {
                {"leases", required_argument, NULL, 'l'},
                {"mode", required_argument, NULL, 'm'},
                {"wake", required_argument, NULL, 'w'},
                {0},
        };
        Fake fake = {.now = (usec_t) time(NULL) * USEC_PER_SEC};
        const char *wake = NULL;
        int option, r;

        while ((option = getopt_long(argc, argv, "", options, NULL)) >= 0)
                switch (option) {
                case 'l':
                        fake.n_leases = strtoul(optarg, NULL, 10);
                        break;
                case 'm':
                        fake.mode = mode_from_string(optarg);
                        break;
                case 'w':
                        wake = optarg;
                        break;
                default:
                        return 2;
                }
        r = run(&fake, wake);
        if (r < 0)
                fprintf(stderr, "ctl-fake: %s\n", strerror(-r));
        return r < 0 ? 1 : 0;
}
