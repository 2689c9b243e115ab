/* SPDX-License-Identifier: MIT */
#pragma once

/* What the bus is told unasked, with bounds on its rate and on what waits to be sent. */

#include <stdbool.h>

#include <systemd/sd-event.h>

#include "basic/time.h"
#include "bus/bus.h"

enum {
        SIGNALS_PER_SECOND = 100, /* changes of leases; more than that is a storm */
        NOTICES_PER_SECOND = 10,
        SIGNALS_QUEUED_MAX = 512, /* messages that wait for the bus to take them */
        OBJECTS_TOLD_MAX = 100,   /* pools or hosts that come and go as objects in one change */
};

#define INVALIDATION_INTERVAL_USEC (250 * USEC_PER_MSEC)

/* Lets so many events a second pass. A storm ends with a second of fewer: half of what happens is
 * worth nothing to anybody, who has to list everything anew anyway. */
typedef struct SignalLimiter {
        usec_t window_start;
        unsigned n_events; /* in the window */
        bool storm;
} SignalLimiter;

/* A kind of object whose listing is compared with the one before. */
typedef enum ObjectKind {
        OBJECT_POOL,
        OBJECT_HOST,
        OBJECT_INTERFACE,
        OBJECT_KIND_MAX,
} ObjectKind;

typedef struct Signals {
        SignalLimiter leases;
        SignalLimiter notices;
        bool invalidated;        /* LeasesInvalidated is owed */
        bool dropped;            /* other signals were lost; properties are told anew */
        bool pools_changed;      /* PoolsChanged is due with the end of the change under way */
        bool hosts_changed;      /* HostsChanged */
        usec_t last_invalidated; /* CLOCK_BOOTTIME */
        sd_event_source *timer;
        char **objects[OBJECT_KIND_MAX]; /* paths, sorted, as they were told last */
} Signals;

/**
 * signal_limiter_admit() - counts an event. Return: whether it may be told.
 *
 * @now: CLOCK_BOOTTIME
 */
bool signal_limiter_admit(SignalLimiter *limiter, unsigned per_second, usec_t now);

/**
 * signals_start() - begins with a clean slate, on a connection that has just got our name.
 * Return: 0, -ENOMEM.
 */
int signals_start(Bus *bus);

/**
 * signals_stop() - forgets what is owed.
 */
void signals_stop(Bus *bus);

/**
 * signals_settle() - sends what is owed, if it is time and the connection takes it; else sets the
 * timer, whose callback this is, too.
 */
int signals_settle(sd_event_source *source, uint64_t usec, void *userdata);
