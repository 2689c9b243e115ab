/* SPDX-License-Identifier: MIT */
#pragma once

/* The manager's parts, shared by the files that make it up: manager.c (life, and the end of each
 * turn of the loop), packets.c (datagrams in), configure.c (configuration and reload), status.c
 * (systemd's status line), bus-operations.c (what the bus asks of us). */

#include <stdbool.h>
#include <stdint.h>

#include <systemd/sd-event.h>

#include "bus/bus.h"
#include "config/configuration.h"
#include "core/server.h"
#include "daemon/changes.h"
#include "daemon/executor.h"
#include "daemon/lease-keeper.h"
#include "daemon/manager.h"
#include "daemon/other-servers.h"
#include "daemon/report.h"
#include "io/dhcp-socket.h"
#include "io/link-monitor.h"
#include "io/transmitter.h"

/* What the bus is told of besides the core's counters. */
typedef enum Counter {
        COUNTER_REPLIES_SENT,
        COUNTER_REPLIES_FAILED,
        COUNTER_PACKETS_OVERFLOWN,
        COUNTER_REPLIES_WAITING,
        COUNTER_FILE_COMMITS,
        COUNTER_FILE_ROWS_WRITTEN,
        COUNTER_FILE_REWRITES,
        COUNTER_FILE_FAILURES,
        COUNTER_FILE_ROWS,
        COUNTER_FILE_BYTES,
        COUNTER_JOURNAL_LOST,
        COUNTER_MAX,
} Counter;

struct Manager {
        const Options *options;
        Journal *journal;
        sd_event *event;
        Server *server;
        LeaseLog *lease_log;
        LinkMonitor *links;
        DhcpSocket *socket;
        Transmitter *transmitter;
        Probes *probes;
        LeaseKeeper *keeper;
        Bus *bus;
        Changes *changes;
        Configuration configuration; /* in force, or what is wrong while there is none */
        Executor executor;
        int wake_fd;

        bool misconfigured; /* no settings are in force */
        bool links_missed;  /* the core does not know them for want of memory */
        char *last_reload;  /* "success" or the first problem */
        char **warnings;    /* of the configuration in force */
        size_t n_problems;  /* of the newest attempt to configure */
        size_t n_orphans;   /* leases outside of all pools, as said last */

        sd_event_source *socket_source;
        sd_event_source *watch_source; /* has the socket watched again */
        sd_event_source *wake_source;
        sd_event_source *link_source;
        sd_event_source *deadline_source;
        sd_event_source *status_source; /* a moment after something changed */
        uint64_t told_generation;       /* of the leases, in the status told last */
        size_t most_offers;             /* since memory was given back last */
        size_t most_pending;            /* bytes of the queue behind the disk, likewise */

        uint64_t n_overflown; /* as reported last */
        ReportLimit overflow_limit;
        uint64_t n_failed; /* replies, as reported last */
        ReportLimit failure_limit;
        ReportLimit limits[VERDICT_MAX];
        OtherServers other_servers;
        FormerAddresses former_addresses;
        uint64_t counted_before[COUNTER_MAX]; /* the last ResetStatistics, 0 for gauges */
        Delays commit_delays_before;
        Delays reply_delays_before;
};

/* configure.c */

/**
 * manager_configure() - reads the configuration and puts it in force. With a mistake the running
 * one stays, every mistake is logged, and manager->misconfigured is set when there is none to stay.
 *
 * Return: 0, negative errno of config_load().
 */
int manager_configure(Manager *manager, Problems *problems);

/**
 * manager_take_settings() - puts settings in force.
 *
 * @settings: belong to the server on success
 * Return: 0, -ENOMEM with the old ones in force.
 */
int manager_take_settings(Manager *manager, Settings *settings);

/**
 * manager_remember_warnings() - keeps the warnings of the configuration that comes in force.
 *
 * @log: whether those that are new go to the journal
 */
void manager_remember_warnings(Manager *manager, const Problems *problems, bool log);

/**
 * manager_settings_changed() - to be called after a change over the bus: what follows for lease
 * file, timers, bus and status.
 *
 * @rewrite: pools are others now, which stand in the rows of the lease file
 */
void manager_settings_changed(Manager *manager, bool rewrite);

/**
 * manager_reload() - manager_configure() as an administrator asks for it: notifies systemd and the
 * bus, rewrites the lease file. While a change over the bus is being written, after that.
 */
void manager_reload(Manager *manager, const Actor *actor);

/**
 * manager_update_links() - tells the core the interfaces, those of --interface= alone where it is
 * given. What there is no memory for is tried again after each turn of the loop.
 */
void manager_update_links(Manager *manager);

/**
 * manager_open_lease_file() - opens the lease file where the settings have it, once there are
 * settings. Return: 0, negative errno of lease_keeper_open().
 */
int manager_open_lease_file(Manager *manager);

/* packets.c */

/**
 * manager_turn() - takes in and answers what has arrived, then sends all that is to go out. Also
 * follows the lease file's answers, so that the next commit begins with the rows of everybody who
 * has been waiting meanwhile.
 */
void manager_turn(void *userdata);

/**
 * manager_crowded() - has the loop not watch the socket while much is sent through it; see
 * transmitter_set_crowded(). In its next turn it does again, by manager_watch_socket().
 */
void manager_crowded(void *userdata);

/**
 * manager_watch_socket() - as the callback of watch_source.
 */
int manager_watch_socket(sd_event_source *source, void *userdata);

/**
 * manager_receive() - manager_turn() as the socket's callback.
 */
int manager_receive(sd_event_source *source, int fd, uint32_t revents, void *userdata);

/**
 * manager_advance() - lets end what has ended; also the timer's callback.
 */
int manager_advance(sd_event_source *source, uint64_t usec, void *userdata);

/**
 * manager_claimed() - somebody on a link claims an address that was asked for.
 */
void manager_claimed(uint32_t ifindex, ipv4_t sender, const uint8_t *hardware, void *userdata);

/**
 * manager_answered() - somebody has answered an ICMP echo to an address that was asked for.
 */
void manager_answered(ipv4_t address, void *userdata);

/* bus-operations.c */

extern const BusOperations manager_bus_operations;

/* status.c */

/**
 * manager_state() - "running", "misconfigured", "lease-file-failing".
 */
const char *manager_state(const Manager *manager);

/**
 * manager_status_changed() - has systemd's status line written anew within a second.
 */
void manager_status_changed(Manager *manager);

/**
 * manager_send_status() - writes systemd's status line now; also the timer's callback.
 */
int manager_send_status(sd_event_source *source, uint64_t usec, void *userdata);
