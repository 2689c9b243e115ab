/* SPDX-License-Identifier: MIT */
#pragma once

/* What ctl-fake shows: a handful of made-up leases, and the objects that stand still, pools, hosts
 * and an interface, with their answers. */

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <systemd/sd-bus.h>

#include "basic/macro.h"
#include "basic/time.h"

#define NAME "org.minidhcp1"
#define MANAGER_PATH "/org/minidhcp1"
#define LEASE_PATH MANAGER_PATH "/lease"
#define POOL_PATH MANAGER_PATH "/pool"
#define HOST_PATH MANAGER_PATH "/host"
#define INTERFACE_PATH MANAGER_PATH "/interface"
#define LEASE_SIGNATURE "sayaysssstttua{sv}"

typedef struct FakeLease {
        const char *address;
        uint8_t hardware[6];
        const char *hostname;
        const char *pool;
        const char *state;
        int64_t expires; /* seconds from now; INT64_MAX = never */
        uint32_t flags;
} FakeLease;

static const FakeLease leases[] = {
        {"192.168.1.9", {2, 0, 0, 0, 0, 9}, "nine", "lan", "bound", 3600, 0},
        {"192.168.1.50", {2, 0, 0, 0, 0xaa, 1}, "printer", "lan", "bound", INT64_MAX, 1},
        {"192.168.1.101", {2, 0, 0, 0, 0, 7}, "laptop", "lan", "bound", 3150, 0},
        {"192.168.1.102", {2, 0, 0, 0, 0, 8}, "caf\xc3\xa9-with-a-name-that-does-not-fit-a-line",
                "lan", "bound", 60, 0},
        {"192.168.1.103", {2, 0, 0, 0, 0, 0x0a},
                "evil\033[31m\xc2\x9b"
                "2J",
                "lan", "bound", 60, 0},
        {"192.168.1.104", {2, 0, 0, 0, 0, 0x0b}, "", "lan", "declined", 600, 0},
        {"192.168.1.105", {2, 0, 0, 0, 0, 0x0c}, "phone", "lan", "expired", -7300, 0},
        {"10.0.0.5", {2, 0, 0, 0, 0, 0x0d}, "far", "lab", "bound", 86400, 2},
        {"10.0.0.6", {2, 0, 0, 0, 0, 0x0e}, "gone", "lab", "released", -90, 0},
};

static const char *const pools[] = {"lab", "lan"};
static const char *const hosts[] = {"printer", "camera"};

static int pool_find(_unused_ sd_bus *bus, const char *path, _unused_ const char *interface,
        void *userdata, void **ret_found, _unused_ sd_bus_error *error) {
        for (size_t i = 0; i < ELEMENTSOF(pools); i++)
                if (strcmp(path + strlen(POOL_PATH "/"), pools[i]) == 0) {
                        *ret_found = userdata;
                        return 1;
                }
        return 0;
}

static int pool_property_get(_unused_ sd_bus *bus, const char *path, _unused_ const char *interface,
        const char *property, sd_bus_message *reply, _unused_ void *userdata,
        _unused_ sd_bus_error *error) {
        bool lan = strcmp(path, POOL_PATH "/lan") == 0;

        if (strcmp(property, "Name") == 0)
                return sd_bus_message_append(reply, "s", lan ? "lan" : "lab");
        if (strcmp(property, "Origin") == 0)
                return sd_bus_message_append(reply, "s", "/etc/mini-dhcp/mini-dhcp.conf:12");
        if (strcmp(property, "Subnet") == 0)
                return sd_bus_message_append(reply, "s", lan ? "192.168.1.0/24" : "10.0.0.0/16");
        if (strcmp(property, "Ranges") == 0)
                return sd_bus_message_append(reply, "as", 2, "192.168.1.100-192.168.1.200",
                        "192.168.1.220-192.168.1.230");
        if (strcmp(property, "ServedInterfaces") == 0)
                return sd_bus_message_append(reply, "as", 1, lan ? "br0" : "vlan*");
        if (strcmp(property, "Enabled") == 0)
                return sd_bus_message_append(reply, "b", lan);
        if (strcmp(property, "DefaultLeaseTimeUSec") == 0)
                return sd_bus_message_append(reply, "t", 90 * USEC_PER_MINUTE);
        if (strcmp(property, "MaxLeaseTimeUSec") == 0)
                return sd_bus_message_append(reply, "t", USEC_INFINITY);
        if (strcmp(property, "Routes") == 0)
                return sd_bus_message_append(reply, "a(ss)", 2, "10.1.0.0/16", "192.168.1.2",
                        "10.2.0.0/16", "192.168.1.3");
        if (strcmp(property, "Domain") == 0)
                return sd_bus_message_append(reply, "s", "");
        if (strcmp(property, "NotYetInvented") == 0)
                return sd_bus_message_append(reply, "(sd)", "text", 1.5);
        if (strcmp(property, "Free") == 0)
                return sd_bus_message_append(reply, "t", (uint64_t) (lan ? 0 : 65000));
        return sd_bus_message_append(reply, "t", (uint64_t) (lan ? 112 : 65534));
}

static int host_find(_unused_ sd_bus *bus, const char *path, _unused_ const char *interface,
        void *userdata, void **ret_found, _unused_ sd_bus_error *error) {
        for (size_t i = 0; i < ELEMENTSOF(hosts); i++)
                if (strcmp(path + strlen(HOST_PATH "/"), hosts[i]) == 0) {
                        *ret_found = userdata;
                        return 1;
                }
        return 0;
}

/* The printer is known by its hardware address, the camera by its client identifier. */
static int host_property_get(_unused_ sd_bus *bus, const char *path, _unused_ const char *interface,
        const char *property, sd_bus_message *reply, _unused_ void *userdata,
        _unused_ sd_bus_error *error) {
        static const uint8_t hardware[] = {2, 0, 0, 0, 0xaa, 1}, client_id[] = {0xff, 1, 2};
        bool printer = strcmp(path, HOST_PATH "/printer") == 0;

        if (strcmp(property, "MACAddress") == 0)
                return sd_bus_message_append_array(reply, 'y', hardware, printer ? 6 : 0);
        if (strcmp(property, "ClientId") == 0)
                return sd_bus_message_append_array(reply, 'y', client_id, printer ? 0 : 3);
        if (strcmp(property, "Deny") == 0)
                return sd_bus_message_append(reply, "b", !printer);
        if (strcmp(property, "Address") == 0)
                return sd_bus_message_append(reply, "s", printer ? "192.168.1.50" : "");
        if (strcmp(property, "Origin") == 0)
                return sd_bus_message_append(reply, "s", "/etc/mini-dhcp/mini-dhcp.conf:20");
        return sd_bus_message_append(reply, "s", printer ? "printer" : "camera");
}

static int interface_property_get(_unused_ sd_bus *bus, _unused_ const char *path,
        _unused_ const char *interface, const char *property, sd_bus_message *reply,
        _unused_ void *userdata, _unused_ sd_bus_error *error) {
        static const uint8_t hardware[] = {2, 0, 0, 0, 0, 1};

        if (strcmp(property, "Index") == 0)
                return sd_bus_message_append(reply, "i", (int32_t) 7);
        if (strcmp(property, "HardwareAddress") == 0)
                return sd_bus_message_append_array(reply, 'y', hardware, sizeof(hardware));
        if (strcmp(property, "Addresses") == 0)
                return sd_bus_message_append(reply, "as", 2, "192.168.1.69/24", "192.168.2.69/24");
        if (strcmp(property, "Name") == 0)
                return sd_bus_message_append(reply, "s", "br0");
        return sd_bus_message_append(reply, "b", 1);
}

static const sd_bus_vtable pool_vtable[] = {
        SD_BUS_VTABLE_START(0),
        SD_BUS_PROPERTY("Origin", "s", pool_property_get, 0, 0),
        SD_BUS_PROPERTY("Name", "s", pool_property_get, 0, 0),
        SD_BUS_PROPERTY("Subnet", "s", pool_property_get, 0, 0),
        SD_BUS_PROPERTY("Ranges", "as", pool_property_get, 0, 0),
        SD_BUS_PROPERTY("ServedInterfaces", "as", pool_property_get, 0, 0),
        SD_BUS_PROPERTY("Enabled", "b", pool_property_get, 0, 0),
        SD_BUS_PROPERTY("DefaultLeaseTimeUSec", "t", pool_property_get, 0, 0),
        SD_BUS_PROPERTY("MaxLeaseTimeUSec", "t", pool_property_get, 0, 0),
        SD_BUS_PROPERTY("Routes", "a(ss)", pool_property_get, 0, 0),
        SD_BUS_PROPERTY("Domain", "s", pool_property_get, 0, 0),
        SD_BUS_PROPERTY("NotYetInvented", "(sd)", pool_property_get, 0, 0),
        SD_BUS_PROPERTY("Size", "t", pool_property_get, 0, 0),
        SD_BUS_PROPERTY("Used", "t", pool_property_get, 0, 0),
        SD_BUS_PROPERTY("Free", "t", pool_property_get, 0, 0),
        SD_BUS_VTABLE_END,
};

static const sd_bus_vtable host_vtable[] = {
        SD_BUS_VTABLE_START(0),
        SD_BUS_PROPERTY("Name", "s", host_property_get, 0, 0),
        SD_BUS_PROPERTY("Origin", "s", host_property_get, 0, 0),
        SD_BUS_PROPERTY("MACAddress", "ay", host_property_get, 0, 0),
        SD_BUS_PROPERTY("ClientId", "ay", host_property_get, 0, 0),
        SD_BUS_PROPERTY("Address", "s", host_property_get, 0, 0),
        SD_BUS_PROPERTY("Deny", "b", host_property_get, 0, 0),
        SD_BUS_VTABLE_END,
};

static const sd_bus_vtable interface_vtable[] = {
        SD_BUS_VTABLE_START(0),
        SD_BUS_PROPERTY("Index", "i", interface_property_get, 0, 0),
        SD_BUS_PROPERTY("Name", "s", interface_property_get, 0, 0),
        SD_BUS_PROPERTY("HardwareAddress", "ay", interface_property_get, 0, 0),
        SD_BUS_PROPERTY("Addresses", "as", interface_property_get, 0, 0),
        SD_BUS_PROPERTY("Up", "b", interface_property_get, 0, 0),
        SD_BUS_PROPERTY("Served", "b", interface_property_get, 0, 0),
        SD_BUS_VTABLE_END,
};
