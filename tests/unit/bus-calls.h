/* SPDX-License-Identifier: MIT */
#pragma once

/* Calls of every method on the bus, and of those that sd-bus answers by our getters, with arguments
 * that are right and some that are not. They are about the objects of test-bus-memory.c. */

#include <stdbool.h>

#include "bus-fixture.h"
#include "core/grant.h"

#define MANAGER BUS_MANAGER_PATH, BUS_MANAGER_INTERFACE
#define LEASE_1_PATH BUS_LEASE_PATH "/_310_2e1_2e0_2e1"
#define LAN_PATH BUS_POOL_PATH "/lan"
#define FULL_PATH BUS_POOL_PATH "/caf_c3_a9_201"
#define PRINTER_PATH BUS_HOST_PATH "/printer"
#define LINK_PATH BUS_INTERFACE_PATH "/lan0"
#define LOG_CONTROL_PATH "/org/freedesktop/LogControl1"
#define PROPERTIES "org.freedesktop.DBus.Properties"
#define OBJECT_MANAGER "org.freedesktop.DBus.ObjectManager"
#define INTROSPECTABLE "org.freedesktop.DBus.Introspectable"

typedef struct Call {
        const char *to[3];   /* path, interface, member */
        const char *text[2]; /* the arguments, where there are no others */
        void (*append)(sd_bus_message *m, const Fixture *f);
        bool asks_polkit;
        bool is_cut;       /* by sd-bus, which does not look whether it has written all of it */
        int change_result; /* what the daemon says of a change, a reload or a flush */
} Call;

static inline void append_must(int r) {
        ck_assert_int_ge(r, 0);
}

static inline void append_filter(sd_bus_message *m, const Fixture *f) {
        (void) f;
        append_must(sd_bus_message_append(m, "a{sv}", 4, "Pool", "s", "lan", "Subnet", "s",
                "10.0.0.0/8", "State", "as", 2, "bound", "declined", "Hostname", "s", "host-*"));
}

static inline void append_page(sd_bus_message *m, const Fixture *f) {
        append_filter(m, f);
        append_must(sd_bus_message_append(m, "tu", UINT64_C(0), 0));
}

static inline void append_sorted_page(sd_bus_message *m, const Fixture *f) {
        (void) f;
        append_must(
                sd_bus_message_append(m, "a{sv}tu", 1, "Sort", "s", "Hostname", UINT64_C(0), 0));
}

static inline void append_no_number(sd_bus_message *m, const Fixture *f) {
        (void) f;
        append_must(sd_bus_message_append(m, "stu", "", UINT64_C(0), 0));
}

/* Of before a change, which is followed already. */
static inline void append_number(sd_bus_message *m, const Fixture *f) {
        static Actions actions;

        server_begin_changes(f->server);
        actions_reset(&actions);
        append_must(server_extend_lease(
                f->server, 0x0a010001, 5000 * USEC_PER_SEC, f->clock.boottime, &actions));
        server_commit_done(f->server, server_last_commit(f->server));
        append_must(sd_bus_message_append(
                m, "stu", FIXTURE_INSTANCE, server_get_generation(f->server) - 1, 0));
}

static inline void append_odd_filter(sd_bus_message *m, const Fixture *f) {
        (void) f;
        append_must(sd_bus_message_append(m, "a{sv}", 1, "Colour", "s", "red"));
}

static inline void append_address_and_flags(sd_bus_message *m, const Fixture *f) {
        (void) f;
        append_must(sd_bus_message_append(m, "st", "10.1.0.1", UINT64_C(0)));
}

static inline void append_other_address_and_flags(sd_bus_message *m, const Fixture *f) {
        (void) f;
        append_must(sd_bus_message_append(m, "st", "10.1.0.99", UINT64_C(0)));
}

static inline void append_reservation(sd_bus_message *m, const Fixture *f) {
        (void) f;
        append_must(sd_bus_message_append(m, "sst", "10.1.0.1", "laptop", UINT64_C(0)));
}

static inline void append_lease(sd_bus_message *m, const Fixture *f) {
        append_must(sd_bus_message_append(m, "sa{sv}", "", 4, "HardwareAddress", "ay", 6, 2, 0, 0,
                0, 0, 0x99, "Hostname", "s", "a\tb", "Pool", "s", "lan", "ExpiresUSec", "t",
                f->clock.realtime + 3600 * USEC_PER_SEC));
}

/* Its client has another address, which it gives back. */
static inline void append_moved_lease(sd_bus_message *m, const Fixture *f) {
        (void) f;
        append_must(sd_bus_message_append(m, "sa{sv}", "10.1.0.77", 1, "ClientId", "ay", 7,
                HARDWARE_ETHERNET, 2, 0, 0, 0, 0, 1));
}

static inline void append_settings(sd_bus_message *m, const Fixture *f) {
        (void) f;
        append_must(sd_bus_message_append(m, "a{sv}", 9, "DNS", "as", 2, "9.9.9.9", "1.1.1.1",
                "Domain", "s", "x.test", "Bootp", "b", 1, "MTUBytes", "u", 1400,
                "DefaultLeaseTimeUSec", "t", UINT64_C(60000000), "MACAddress", "ay", 6, 2, 0, 0, 0,
                0, 7, "Routes", "a(ss)", 1, "10.0.0.0/8", "10.0.0.1", "SendOptions", "a(yay)", 1,
                224, 2, 1, 2, "EmitRouter", "b", 0));
        append_must(sd_bus_message_append(m, "t", UINT64_C(0)));
}

static inline void append_odd_settings(sd_bus_message *m, const Fixture *f) {
        (void) f;
        append_must(sd_bus_message_append(m, "a{sv}t", 1, "DNS", "d", 1.0, UINT64_C(0)));
}

static inline void append_name_and_settings(sd_bus_message *m, const Fixture *f) {
        append_must(sd_bus_message_append(m, "s", "new"));
        append_settings(m, f);
}

static inline void append_name_and_flags(sd_bus_message *m, const Fixture *f) {
        (void) f;
        append_must(sd_bus_message_append(m, "st", "new", UINT64_C(0)));
}

static inline void append_usec(sd_bus_message *m, const Fixture *f) {
        (void) f;
        append_must(sd_bus_message_append(m, "t", UINT64_C(60000000)));
}

static inline void append_boolean(sd_bus_message *m, const Fixture *f) {
        (void) f;
        append_must(sd_bus_message_append(m, "b", 0));
}

static inline void append_query(sd_bus_message *m, const Fixture *f) {
        (void) f;
        append_must(sd_bus_message_append(m, "a{sv}", 3, "HardwareAddress", "ay", 6, 2, 0, 0, 0, 0,
                1, "Interface", "s", "lan0", "Message", "s", "DISCOVER"));
}

static inline void append_level(sd_bus_message *m, const Fixture *f) {
        (void) f;
        append_must(sd_bus_message_append(
                m, "ssv", "org.freedesktop.LogControl1", "LogLevel", "s", "debug"));
}

static const Call calls[] = {
        {.to = {MANAGER, "ListPools"}},
        {.to = {MANAGER, "ListHosts"}},
        {.to = {MANAGER, "FindHosts"}, .text = {"guest"}},
        {.to = {MANAGER, "ListInterfaces"}},
        {.to = {MANAGER, "ListLeases"}, .append = append_page},
        {.to = {MANAGER, "ListLeases"}, .append = append_sorted_page},
        {.to = {MANAGER, "ListChanges"}, .append = append_no_number},
        {.to = {MANAGER, "ListChanges"}, .append = append_number},
        {.to = {MANAGER, "FindLeases"}, .append = append_filter},
        {.to = {MANAGER, "FindLeases"}, .append = append_odd_filter},
        {.to = {MANAGER, "GetLease"}, .text = {"10.1.0.1"}},
        {.to = {MANAGER, "GetLease"}, .text = {"10.1.0.99"}},
        {.to = {MANAGER, "GetStatistics"}},
        {.to = {MANAGER, "GetDelays"}},
        {.to = {MANAGER, "Describe"}},
        {.to = {MANAGER, "Explain"}, .append = append_query},
        {.to = {MANAGER, "Explain"}, .append = append_odd_filter},
        {.to = {BUS_MANAGER_PATH, PROPERTIES, "GetAll"}, .text = {BUS_MANAGER_INTERFACE}},
        {.to = {BUS_MANAGER_PATH, PROPERTIES, "Get"}, .text = {BUS_MANAGER_INTERFACE, "Warnings"}},
        {.to = {BUS_MANAGER_PATH, INTROSPECTABLE, "Introspect"}, .is_cut = true},
        {.to = {LAN_PATH, PROPERTIES, "GetAll"}, .text = {BUS_POOL_INTERFACE}},
        {.to = {FULL_PATH, PROPERTIES, "GetAll"}, .text = {BUS_POOL_INTERFACE}},
        {.to = {FULL_PATH, PROPERTIES, "Get"}, .text = {BUS_POOL_INTERFACE, "SearchDomains"}},
        {.to = {BUS_POOL_PATH, OBJECT_MANAGER, "GetManagedObjects"}},
        {.to = {PRINTER_PATH, PROPERTIES, "GetAll"}, .text = {BUS_HOST_INTERFACE}},
        {.to = {BUS_HOST_PATH, OBJECT_MANAGER, "GetManagedObjects"}},
        {.to = {LEASE_1_PATH, PROPERTIES, "GetAll"}, .text = {BUS_LEASE_INTERFACE}},
        {.to = {BUS_LEASE_PATH, OBJECT_MANAGER, "GetManagedObjects"}},
        {.to = {LINK_PATH, PROPERTIES, "GetAll"}, .text = {BUS_INTERFACE_INTERFACE}},
        {.to = {BUS_INTERFACE_PATH, OBJECT_MANAGER, "GetManagedObjects"}},
        {.to = {LOG_CONTROL_PATH, PROPERTIES, "GetAll"}, .text = {"org.freedesktop.LogControl1"}},
        {.to = {BUS_LEASE_PATH "/x", PROPERTIES, "GetAll"}, .text = {BUS_LEASE_INTERFACE}},

        {.to = {MANAGER, "AddLease"}, .append = append_lease},
        {.to = {MANAGER, "AddLease"}, .append = append_moved_lease},
        {.to = {MANAGER, "ReleaseLease"}, .append = append_address_and_flags},
        {.to = {MANAGER, "ReleaseLease"}, .append = append_other_address_and_flags},
        {.to = {MANAGER, "DeleteLease"}, .append = append_address_and_flags},
        {.to = {MANAGER, "ReserveLease"}, .append = append_reservation},
        {.to = {MANAGER, "ClearDeclined"}, .text = {""}},
        {.to = {MANAGER, "AddPool"}, .append = append_name_and_settings},
        {.to = {MANAGER, "AddPool"}, .append = append_name_and_settings, .change_result = -EINVAL},
        {.to = {MANAGER, "RemovePool"}, .append = append_name_and_flags},
        {.to = {MANAGER, "RemovePool"}, .append = append_name_and_flags, .change_result = -ENOENT},
        {.to = {MANAGER, "AddHost"}, .append = append_name_and_settings},
        {.to = {MANAGER, "RemoveHost"}, .append = append_name_and_flags},
        {.to = {MANAGER, "Reload"}},
        {.to = {MANAGER, "Reload"}, .change_result = -EINVAL},
        {.to = {MANAGER, "Flush"}},
        {.to = {MANAGER, "Flush"}, .change_result = -EIO},
        {.to = {MANAGER, "ResetStatistics"}},
        {.to = {LEASE_1_PATH, BUS_LEASE_INTERFACE, "Release"}},
        {.to = {LEASE_1_PATH, BUS_LEASE_INTERFACE, "Delete"}},
        {.to = {LEASE_1_PATH, BUS_LEASE_INTERFACE, "Reserve"}, .text = {"laptop"}},
        {.to = {LEASE_1_PATH, BUS_LEASE_INTERFACE, "Extend"}, .append = append_usec},
        {.to = {LAN_PATH, BUS_POOL_INTERFACE, "Configure"}, .append = append_settings},
        {.to = {LAN_PATH, BUS_POOL_INTERFACE, "Configure"}, .append = append_odd_settings},
        {.to = {LAN_PATH, BUS_POOL_INTERFACE, "Revert"}},
        {.to = {LAN_PATH, BUS_POOL_INTERFACE, "SetEnabled"}, .append = append_boolean},
        {.to = {PRINTER_PATH, BUS_HOST_INTERFACE, "Configure"}, .append = append_settings},
        {.to = {PRINTER_PATH, BUS_HOST_INTERFACE, "Revert"}},
        {.to = {LOG_CONTROL_PATH, PROPERTIES, "Set"}, .append = append_level},

        {.to = {LEASE_1_PATH, BUS_LEASE_INTERFACE, "Release"}, .asks_polkit = true},
        {.to = {LAN_PATH, BUS_POOL_INTERFACE, "SetEnabled"},
                .append = append_boolean,
                .asks_polkit = true},
};
