/* SPDX-License-Identifier: MIT */
#pragma once

/* The D-Bus API org.minidhcp1: manager, pool, host, interface and lease objects over the core's
 * server. The bus is optional: without one, or while it restarts, calls here do nothing and a
 * connection is tried again; DHCP goes on. A daemon that runs without a bus for good has no Bus:
 * what tells of events takes NULL.
 *
 * Reads the core directly; whatever concerns other layers comes through BusOperations. */

#include <stdbool.h>
#include <stdint.h>

#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include "basic/macro.h"
#include "basic/problem.h"
#include "basic/time.h"
#include "core/server.h"

#define BUS_NAME "org.minidhcp1"
#define BUS_MANAGER_PATH "/org/minidhcp1"

typedef struct Bus Bus;

/* Told by the daemon for each of its own counters. Return: 0, or negative errno to stop. */
typedef int (*BusCounterFunction)(const char *name, uint64_t value, void *userdata);

/* What is to become of the settings of a pool or host. */
typedef enum BusChangeType {
        BUS_CHANGE_ADD,       /* a new one */
        BUS_CHANGE_CONFIGURE, /* some settings */
        BUS_CHANGE_REVERT,    /* to what the files say */
        BUS_CHANGE_REMOVE,    /* one that was added over the bus */
        BUS_CHANGE_TYPE_MAX,
} BusChangeType;

/* One setting by the name of its key. */
typedef struct BusSetting {
        char *key;
        char **values; /* as the configuration has them, none for an empty list; NULL takes back
                          what was said over the bus */
} BusSetting;

typedef struct BusChange {
        BusChangeType type;
        bool is_host; /* else a pool */
        bool runtime; /* until the daemon ends */
        uint32_t uid; /* who asked for it */
        char *name;
        BusSetting *settings;
        size_t n_settings;
} BusChange;

/**
 * BusChangeFunction - told once what has become of a change.
 *
 * @r: 0; -EALREADY: it is there, with these very settings; -ENOENT: no such pool or host; -EEXIST:
 *     the name is taken; -EINVAL: the settings would not
 *     be valid; -EOPNOTSUPP: it does not come from the bus; -EBUSY: too many changes wait; another
 *     negative errno: it could not be kept
 * @reason: what is wrong, for people, or NULL
 */
typedef void (*BusChangeFunction)(int r, const char *reason, void *userdata);

/**
 * BusDelaysFunction - told how long something took, @n_bounds counts by length.
 *
 * @bounds: in microseconds, rising; the last is UINT64_MAX
 * @n: how many took longer than the bound before, and not longer than their own
 * @sum: of all, in microseconds
 * Return: 0, negative errno.
 */
typedef int (*BusDelaysFunction)(const char *name, const uint64_t *bounds, const uint64_t *n,
        size_t n_bounds, uint64_t sum, void *userdata);

/* What the bus needs of the daemon. All of them are set; userdata is the daemon's, uid is the user
 * that a call comes from. */
typedef struct BusOperations {
        void (*get_clock)(void *userdata, ClockPair *ret); /* both clocks, read now */
        const char *(*get_state)(
                void *userdata); /* "running", "misconfigured", "lease-file-failing" … */
        const char *(*get_lease_file)(void *userdata);  /* path */
        const char *(*get_last_reload)(void *userdata); /* "success", or what was wrong */
        /* FILE:LINE: what is odd about the configuration in force; may be NULL for nothing */
        char *const *(*get_warnings)(void *userdata);
        /* counters beyond the core's: socket, lease file, journal. A name is lower case with
         * hyphens. */
        int (*each_counter)(void *userdata, BusCounterFunction function, void *function_userdata);
        /* how long commits and replies took */
        int (*each_delays)(void *userdata, BusDelaysFunction function, void *function_userdata);
        void (*reset_counters)(void *userdata, uint32_t uid); /* of those; gauges stay */
        /* the connection was lost, restored, or somebody else has our name; priority as syslog's */
        void (*report)(void *userdata, int priority, const char *message);
        /* Room for what a change of leases makes the core want done, NULL while no promise can be
         * kept. What is in there, execute() carries out; then bus_commit_durable() or
         * bus_commit_failed() follows, perhaps before execute() returns. */
        Actions *(*begin)(void *userdata);
        void (*execute)(void *userdata, uint32_t uid);
        /* Changes settings; the change belongs to the daemon, which calls the function once,
         * perhaps before it returns, unless it ends before. */
        void (*change)(void *userdata, BusChange *change, BusChangeFunction function,
                void *function_userdata);
        /* Reads the configuration anew; bus_reloaded() follows. */
        void (*reload)(void *userdata, uint32_t uid);
        /* Writes the lease file anew; bus_flushed() follows. Return: 0, negative errno when it
         * does not. */
        int (*flush)(void *userdata, uint32_t uid);
        int (*get_log_level)(void *userdata); /* syslog's */
        void (*set_log_level)(void *userdata, int level, uint32_t uid);
        const char *(*get_log_target)(void *userdata); /* "journal", "console" */
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
 * bus_lease_superseded() - emits LeaseRemoved for a client that was bound to an address, before
 * another one gets it: bus_lease_event() with LEASE_EVENT_GRANTED follows.
 */
void bus_lease_superseded(Bus *bus, ipv4_t address);

/**
 * bus_pool_exhausted() - emits PoolExhausted.
 */
void bus_pool_exhausted(Bus *bus, const Pool *pool);

/**
 * bus_address_conflict() - emits AddressConflict.
 *
 * @hardware: the Ethernet address that answered, or NULL when nobody can tell: behind a relay
 */
void bus_address_conflict(Bus *bus, ipv4_t address, const uint8_t *hardware);

/**
 * bus_proxy_arp_found() - emits ProxyArpFound with the Ethernet address that answers for everything
 * on a link.
 */
void bus_proxy_arp_found(
        Bus *bus, uint32_t ifindex, const uint8_t hardware[static ETHERNET_ADDRESS_SIZE]);

/**
 * bus_echo_proxy_found() - emits EchoProxyFound.
 */
void bus_echo_proxy_found(Bus *bus, Ipv4Prefix subnet);

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
 * bus_clock_was_set() - the wall clock was set: all times of leases are others now. Whoever follows
 * them lists them again.
 */
void bus_clock_was_set(Bus *bus);

/**
 * bus_state_changed() - emits PropertiesChanged for the manager's State.
 */
void bus_state_changed(Bus *bus);

/**
 * bus_commit_durable() - all commits up to @id are on disk: calls that waited for one get their
 * reply.
 */
void bus_commit_durable(Bus *bus, uint64_t id);

/**
 * bus_commit_failed() - all commits from @id on have been taken back: calls that waited for one get
 * an error.
 */
void bus_commit_failed(Bus *bus, uint64_t id);

/**
 * bus_reloaded() - the configuration has been read anew; answers the calls that asked for it.
 *
 * @r: 0, or negative errno when the old one stays in force
 */
void bus_reloaded(Bus *bus, int r, const Problems *problems);

/**
 * bus_flushed() - the lease file has been written anew; answers the calls that asked for it.
 *
 * @r: 0, negative errno when it could not be written
 */
void bus_flushed(Bus *bus, int r);

/**
 * bus_settings_changed() - emits what a change of pools or hosts over the bus leads to, once for
 * all changes that bus_change_made() has told of: PoolsChanged or HostsChanged, InterfacesAdded and
 * InterfacesRemoved unless they are many, and LeasesInvalidated.
 */
void bus_settings_changed(Bus *bus);

/**
 * bus_change_type_to_string() - "added", "changed", "reverted", "removed".
 */
const char *bus_change_type_to_string(BusChangeType type);

/**
 * bus_setting_to_text() - "Key=Value Value", printable; "Key" alone for one that is taken back.
 * Return: for free(), NULL without memory.
 */
char *bus_setting_to_text(const BusSetting *setting);

/**
 * bus_change_made() - emits SettingsChanged for a change that is in force, and PropertiesChanged
 * for a pool or host that stays; before bus_settings_changed().
 */
void bus_change_made(Bus *bus, const BusChange *change);

/**
 * bus_change_free() - frees a change. Return: NULL.
 */
BusChange *bus_change_free(BusChange *change);

DEFINE_POINTER_CLEANUP(Bus, bus_free);
DEFINE_POINTER_CLEANUP(BusChange, bus_change_free);
