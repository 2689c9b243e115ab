/* SPDX-License-Identifier: MIT */
#pragma once

/* What the files of this folder share: the connection and what hangs on it. Nobody else includes
 * this, unit tests of the bus apart. */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>
#include <systemd/sd-id128.h>

#include "basic/list.h"
#include "basic/time.h"
#include "bus/bus.h"
#include "bus/host-view.h"
#include "bus/interface-view.h"
#include "bus/lease-view.h"
#include "bus/pool-view.h"
#include "bus/signals.h"
#include "core/outlook.h"

#define BUS_POOL_PATH BUS_MANAGER_PATH "/pool"
#define BUS_LEASE_PATH BUS_MANAGER_PATH "/lease"
#define BUS_HOST_PATH BUS_MANAGER_PATH "/host"
#define BUS_INTERFACE_PATH BUS_MANAGER_PATH "/interface"

#define BUS_MANAGER_INTERFACE BUS_NAME ".Manager"
#define BUS_POOL_INTERFACE BUS_NAME ".Pool"
#define BUS_LEASE_INTERFACE BUS_NAME ".Lease"
#define BUS_HOST_INTERFACE BUS_NAME ".Host"
#define BUS_INTERFACE_INTERFACE BUS_NAME ".Interface"

enum {
        BUS_OBJECTS_MAX = 1000, /* of one kind, in an object manager's listing */
        BUS_PAGE_DEFAULT = 200, /* leases in a page */
        BUS_PAGE_MAX = 500,
        BUS_AUTHORIZATIONS_MAX = 512,  /* calls that wait for their caller to be known */
        BUS_QUESTIONS_MAX = 112,       /* calls that wait for polkit; the bus allows 128 */
        BUS_USER_QUESTIONS_MAX = 40,   /* of one user; minidhcpctl import has up to 32 */
        BUS_CALLS_MAX = 1024,          /* calls that wait for what they change */
        BUS_CALL_SIZE_MAX = 64 * 1024, /* bytes of each of those; the bus lets 32 MB through */
        BUS_UNREAD_MAX = 64, /* calls that are answered while the bus does not take all answers */
};

struct Bus {
        sd_event *event;
        Server *server;
        const BusOperations *operations;
        void *userdata;
        uid_t own_uid;

        sd_bus *connection; /* NULL while there is none */
        sd_event_source *retry;
        usec_t retry_delay;
        bool owns_name;
        bool trouble_reported;
        unsigned n_unread; /* calls since the connection took all that was sent */

        char instance[SD_ID128_STRING_MAX]; /* of this start of the daemon, by chance */
        uint64_t hosts_generation; /* to which settings are added; another one after each start */
        Signals signals;
        List authorizations;
        size_t n_authorizations; /* of them, for the bus to tell the user */
        size_t n_questions;      /* of them, for polkit */
        uint32_t caller_uid;     /* of the call that is being carried out */
        List listings;           /* of leases in an order, that are under way */
        size_t n_listings;
        List calls; /* that have been carried out, and wait for the disk */
        size_t n_calls;

        /* of the interfaces that show settings, for all their objects and every connection */
        sd_bus_vtable *pool_vtable;
        sd_bus_vtable *host_vtable;

        /* For hosts that are known by their circuit alone, as it was at a generation of the lease
         * table with some settings; it costs a look at every lease. */
        struct {
                PortClients clients;
                uint64_t generation;
                uint64_t n_settings;
                usec_t again; /* not looked at before; CLOCK_BOOTTIME */
        } ports;

        /* The object that a call is about: filled by the find function that sd-bus calls right
         * before the getters of properties, which point into it. */
        LeaseView lease;
        PoolView pool;
        HostView host;
        InterfaceView interface;
};

/**
 * bus_allocate() - a bus without a connection, and without the wish for one.
 * Return: 0, -ENOMEM.
 */
int bus_allocate(Bus **ret, sd_event *event, Server *server, const BusOperations *operations,
        void *userdata);

/**
 * bus_export_take() - puts all objects on a connection, which becomes the bus' own.
 *
 * @connection: released on failure, too
 * Return: 0, negative errno.
 */
int bus_export_take(Bus *bus, sd_bus *connection);

/**
 * bus_drop_connection() - disconnects at once; what waits for a reply is forgotten.
 */
void bus_drop_connection(Bus *bus);

/**
 * bus_give_up_connection() - disconnects in the middle of a message, because of an error; the next
 * attempt is set up. The bus answers everybody who waits.
 */
void bus_give_up_connection(Bus *bus, int error);

/**
 * bus_try_connect() - drops what is left of the last connection and starts a new one; on failure
 * the next attempt is set up.
 */
void bus_try_connect(Bus *bus);

/**
 * bus_report() - tells the daemon something about the connection.
 */
void bus_report(Bus *bus, int priority, const char *format, ...) _printf_(3, 4);

/**
 * bus_get_clock() - both clocks, now.
 */
ClockPair bus_get_clock(const Bus *bus);
