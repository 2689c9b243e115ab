/* SPDX-License-Identifier: MIT */
#pragma once

/* Carries out what the core wants done, the same way for packets, time and bus calls: COMMIT to the
 * lease file, and when it is durable the news for journal and bus, and the SENDs that waited for
 * it; SENDs without a commit leave with the end of the turn.
 *
 * Invariant: no reply that promises a lease is sent before the lease's row is on disk. */

#include <stdbool.h>
#include <stdint.h>

#include <systemd/sd-event.h>

#include "bus/bus.h"
#include "core/server.h"
#include "daemon/commit-pace.h"
#include "daemon/delays.h"
#include "daemon/journal.h"
#include "daemon/lease-log.h"
#include "daemon/pending.h"
#include "daemon/probes.h"
#include "io/transmitter.h"
#include "store/lease-store.h"

enum {
        EXECUTOR_ANSWERED_MAX = 256, /* replies whose delay is counted when the turn ends */
        /* replies and news that may wait for the disk; beyond it requests are dropped and clients
           ask again */
        EXECUTOR_PENDING_MAX = 100000,
        /* of usual size they are 30 MB; strangers can make them four times as large */
        EXECUTOR_PENDING_BYTES_MAX = 40 * 1024 * 1024,
};

/* Why the core wants something done. */
typedef struct Cause {
        Actor actor;
        uint32_t xid; /* of the message behind it, 0 = none */
        usec_t asked; /* when that was taken from the socket, CLOCK_BOOTTIME; 0 = none */
} Cause;

/* All borrowed but `pending` and `actions`; store and bus may be NULL. */
typedef struct Executor {
        Server *server;
        Journal *journal;
        LeaseLog *lease_log;
        Transmitter *transmitter;
        Probes *probes;
        LeaseStore *store;
        Bus *bus;
        uint16_t server_port;
        ClockPair clock; /* of this turn of the loop */
        CommitPace pace;
        bool said_no_echo;            /* that no ICMP echo can be sent */
        sd_event_source *hold_source; /* timer: calls executor_flush() when a commit was held */
        Pending pending;
        Actions actions;
        Delays commit_delays; /* from the file's getting a batch of rows to their being on disk */
        Delays reply_delays;  /* from a message's being taken from the socket to its reply's leaving
                               */
        usec_t answered[EXECUTOR_ANSWERED_MAX]; /* of the replies of this turn: when was asked */
        size_t n_answered;
} Executor;

/**
 * executor_init() - what the executor has of its own; the rest is set by its owner.
 *
 * @event: borrowed for the executor's life
 * Return: 0, negative errno of sd-event.
 */
int executor_init(Executor *executor, sd_event *event);

/**
 * executor_done() - frees the queues.
 */
void executor_done(Executor *executor);

/**
 * executor_read_clock() - reads both clocks; at the start of each turn.
 */
void executor_read_clock(Executor *executor);

/**
 * executor_clock_set() - the wall clock was set: reads both, and tells those that follow leases.
 */
void executor_clock_set(Executor *executor);

/**
 * executor_is_ready() - whether a promise could be kept: there is a store, it is healthy, and not
 * too much waits for it.
 */
bool executor_is_ready(const Executor *executor);

/**
 * executor_run() - carries out executor->actions and empties it.
 */
void executor_run(Executor *executor, const Cause *cause);

/**
 * executor_flush() - ends a turn: replies leave, rows go to the worker, unless it pays to wait for
 * more (see commit-pace.h); then this is called again by itself.
 */
void executor_flush(Executor *executor);

/**
 * executor_flush_now() - as executor_flush(), but waits for nothing.
 */
void executor_flush_now(Executor *executor);

/**
 * executor_commit_durable() - the lease file says that all commits up to @commit are on disk.
 */
void executor_commit_durable(Executor *executor, uint64_t commit);

/**
 * executor_commit_failed() - the lease file says that all commits from @commit on are lost: they
 * are taken back and their replies dropped.
 */
void executor_commit_failed(Executor *executor, uint64_t commit);
