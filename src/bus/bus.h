/* SPDX-License-Identifier: MIT */
#pragma once

/* The D-Bus API org.minidhcp1: manager, pool, host, interface and lease objects over the core's
 * server. The bus is optional: without one, or while it restarts, calls here do nothing and a
 * connection is tried again; DHCP goes on. A daemon that runs without a bus for good has no Bus:
 * what tells of events takes NULL.
 *
 * Reads the core directly; whatever concerns other layers comes through BusOperations. */

#include <stdint.h>

#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include "basic/macro.h"
#include "basic/time.h"
#include "core/server.h"

#define BUS_NAME "org.minidhcp1"
#define BUS_MANAGER_PATH "/org/minidhcp1"

typedef struct Bus Bus;

/* Told by the daemon for each of its own counters. Return: 0, or negative errno to stop. */
typedef int (*BusCounterFunction)(const char *name, uint64_t value, void *userdata);

/* What the bus needs of the daemon. All of them are set; userdata is the daemon's. */
typedef struct BusOperations {
        void (*get_clock)(void *userdata, ClockPair *ret); /* both clocks, read now */
        const char *(*get_state)(
                void *userdata); /* "running", "misconfigured", "lease-file-failing" … */
        const char *(*get_lease_file)(void *userdata);  /* path */
        const char *(*get_last_reload)(void *userdata); /* "success", or what was wrong */
        /* counters beyond the core's: socket, lease file, journal. A name is lower case with
         * hyphens. */
        int (*each_counter)(void *userdata, BusCounterFunction function, void *function_userdata);
        void (*reset_counters)(void *userdata);
        /* the connection was lost, restored, or somebody else has our name; priority as syslog's */
        void (*report)(void *userdata, int priority, const char *message);
} BusOperations;

/**
 * bus_new() - attaches to the system bus as soon as there is one; never fails for want of a bus.
 *
 * @event, @server, @operations: borrowed for the bus' life
 * Return: 0, -ENOMEM, negative errno of sd-event.
 */
int bus_new(Bus **ret, sd_event *event, Server *server, const BusOperations *operations,
        void *userdata);

/**
 * bus_free() - releases the name, flushes what is queued within a bound, disconnects. Return: NULL.
 */
Bus *bus_free(Bus *bus);

/**
 * bus_is_connected() - whether we own our name right now; false for NULL.
 */
bool bus_is_connected(const Bus *bus);

/**
 * bus_lease_event() - emits LeaseAdded, LeaseChanged or LeaseRemoved and PropertiesChanged for a
 * change that is durable. Above about 100 a second LeasesInvalidated goes out instead, at most four
 * a second. Never blocks; the queue is bounded.
 *
 * @address: the lease is looked up; it may be gone by now
 */
void bus_lease_event(Bus *bus, ipv4_t address, LeaseEvent event);

/**
 * bus_pool_exhausted() - emits PoolExhausted.
 */
void bus_pool_exhausted(Bus *bus, const Pool *pool);

/**
 * bus_address_conflict() - emits AddressConflict with the Ethernet address that answered.
 */
void bus_address_conflict(
        Bus *bus, ipv4_t address, const uint8_t hardware[static ETHERNET_ADDRESS_SIZE]);

/**
 * bus_reloading() - emits Reloading(active), and when it ends the properties that a reload may
 * change.
 */
void bus_reloading(Bus *bus, bool active);

/**
 * bus_links_changed() - emits InterfacesAdded and InterfacesRemoved for network interfaces that
 * came or went; to be called after server_set_links().
 */
void bus_links_changed(Bus *bus);

/**
 * bus_state_changed() - emits PropertiesChanged for the manager's State.
 */
void bus_state_changed(Bus *bus);

DEFINE_POINTER_CLEANUP(Bus, bus_free);
