/* SPDX-License-Identifier: MIT */
#pragma once

/* Where leases are kept so that they outlive the server: what every such place can do, as a table
 * of functions. The one there is now is the lease file (lease-file.h).
 *
 * The shape is that of the core: time is an argument, events come out. A store is driven like this:
 *
 *   open, then whenever its descriptor is readable or its deadline has come:
 *     turn(clock, actions); carry the actions out; take events until there is none; flush
 *
 * Carry out the actions of a turn before its events are taken: where there are events already, a
 * turn makes no actions.
 *
 * A store says by an event what has become of each commit: DURABLE, or FAILED or REFUSED. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/problem.h"
#include "basic/time.h"
#include "core/actions.h"
#include "core/lease.h"

typedef struct LeaseStore LeaseStore;

/* What may be promised to clients. */
typedef enum LeasePromise {
        LEASE_PROMISE_ALL,
        LEASE_PROMISE_KNOWN,   /* no more than what a client has already */
        LEASE_PROMISE_NOTHING, /* commits are not taken */
} LeasePromise;

typedef enum LeaseOrigin {
        LEASE_ORIGIN_CLIENT, /* or time, or an answer to a probe */
        LEASE_ORIGIN_ADMINISTRATOR,
} LeaseOrigin;

/* A lease as it is to be kept; borrowed for the call. */
typedef struct LeaseChange {
        const LeaseRecord *record; /* times on CLOCK_BOOTTIME; a released record without client
                                      identifier erases the address */
        uint64_t base;             /* version that was changed, 0 = none */
        LeaseOrigin origin;
        const char *pool; /* name, or "" */
        uint64_t commit;  /* ids rise from call to call, from 1 */
} LeaseChange;

typedef enum LeaseStoreEventType {
        /* all leases are in memory; `problems` has what was wrong */
        LEASE_STORE_LOADED,
        /* all commits up to `commit` are kept */
        LEASE_STORE_DURABLE,
        /* `commit` is not, as another server was faster: `winner`. Comes before the DURABLE that
           would cover it. The lease file never says it */
        LEASE_STORE_REFUSED,
        /* all commits from `commit` on are not kept, and will not be; with `in_doubt` they may be
           found after a restart all the same. UINT64_MAX: there are none */
        LEASE_STORE_FAILED,
        /* what may be promised is another now: `promise`, and why (`error`, `operation`) when it
           is less than all */
        LEASE_STORE_STATE,
        /* what somebody else has written is in memory: `counts`, `problems` */
        LEASE_STORE_MERGED,
        /* it is compact now, or could not be made so (`error`); not while it is to be made so once
           more */
        LEASE_STORE_COMPACTED,
        /* something that an administrator should hear of: `notice` */
        LEASE_STORE_NOTICE,
        LEASE_STORE_EVENT_MAX,
} LeaseStoreEventType;

typedef enum LeaseStoreNotice {
        LEASE_NOTICE_UNREADABLE_AT_START, /* why nothing could be loaded: `problems` */
        LEASE_NOTICE_PUT_ASIDE,  /* somebody's version, which was not merged, is kept: `kept_as` */
        LEASE_NOTICE_UNREADABLE, /* somebody's version cannot be read: `error`, `problems` */
        LEASE_NOTICE_DELETED,    /* somebody has deleted the file */
        LEASE_NOTICE_NO_BACKUP,  /* FILE~ could not be made: `error`, `operation` */
        LEASE_NOTICE_TIMES_LATE, /* the times of a clock that was set are still the old ones:
                                    `error`, `operation` */
        LEASE_NOTICE_TIMES_WRITTEN, /* that is over */
} LeaseStoreNotice;

typedef struct MergeCounts {
        size_t n_applied;  /* rows that changed a lease or made one */
        size_t n_deleted;  /* leases, for want of a row */
        size_t n_kept;     /* leases in spite of that */
        size_t n_outdated; /* rows that differ from a lease that has changed since */
        size_t n_rejected; /* rows and lines that are wrong or not legal */
} MergeCounts;

typedef struct LeaseStoreEvent {
        LeaseStoreEventType type;
        LeasePromise promise;
        LeaseStoreNotice notice;
        bool in_doubt;
        uint64_t commit;
        int error;                 /* negative errno */
        const char *operation;     /* "write", "fdatasync", "rename" … what failed; static */
        const LeaseRecord *winner; /* borrowed until the next call, as the following */
        const Problems *problems;
        const MergeCounts *counts;
        const char *kept_as; /* path of what was there before; NULL = it is not kept */
} LeaseStoreEvent;

/* The functions of a kind of store, by the names below. */
typedef struct LeaseStoreOperations {
        int (*open)(LeaseStore *store, const ClockPair *clock);
        LeaseStore *(*free)(LeaseStore *store);
        int (*append)(LeaseStore *store, const LeaseChange *change, const ClockPair *clock,
                uint64_t *ret_version);
        size_t (*flush)(LeaseStore *store);
        size_t (*n_collected)(const LeaseStore *store);
        int (*fd)(const LeaseStore *store);
        void (*turn)(LeaseStore *store, const ClockPair *clock, Actions *actions);
        usec_t (*deadline)(const LeaseStore *store);
        void (*reconfigured)(LeaseStore *store, const ClockPair *clock);
        void (*drain)(LeaseStore *store, usec_t timeout);
        int (*next_event)(LeaseStore *store, LeaseStoreEvent *ret);
        LeasePromise (*promise)(const LeaseStore *store);
} LeaseStoreOperations;

struct LeaseStore {
        const LeaseStoreOperations *operations;
};

/**
 * lease_store_open() - takes possession; what is kept there comes into memory later, see
 * LEASE_STORE_LOADED. What time may mend is tried again by itself.
 *
 * Return: 0, -EWOULDBLOCK when it belongs to another server, -ENOMEM.
 */
static inline int lease_store_open(LeaseStore *store, const ClockPair *clock) {
        return store->operations->open(store, clock);
}

/**
 * lease_store_free() - finishes what has been handed over, collected rows too, and frees the store.
 * Return: NULL.
 */
static inline LeaseStore *lease_store_free(LeaseStore *store) {
        return store ? store->operations->free(store) : NULL;
}

/**
 * lease_store_append() - adds a change to the batch that is being collected. No system call, no
 * allocation but the buffer's amortised growth.
 *
 * @ret_version: receives the version that the lease has now, other than any before
 * Return: 0, -EIO while nothing may be promised, -ENOMEM with nothing collected.
 */
static inline int lease_store_append(LeaseStore *store, const LeaseChange *change,
        const ClockPair *clock, uint64_t *ret_version) {
        return store->operations->append(store, change, clock, ret_version);
}

/**
 * lease_store_flush() - hands the collected batch over, if the one before is done. To be called at
 * the end of each turn of the loop, those in which the store has answered too.
 *
 * Return: how many changes were handed over.
 */
static inline size_t lease_store_flush(LeaseStore *store) {
        return store->operations->flush(store);
}

/**
 * lease_store_n_collected() - how many changes the next batch has.
 */
static inline size_t lease_store_n_collected(const LeaseStore *store) {
        return store->operations->n_collected(store);
}

/**
 * lease_store_fd() - readable (EPOLLIN) when a turn is due. Borrowed; the same for the store's
 * life.
 */
static inline int lease_store_fd(const LeaseStore *store) {
        return store->operations->fd(store);
}

/**
 * lease_store_turn() - hears what has been answered, and does the next piece of whatever is under
 * way, a short one.
 *
 * @actions: empty; receives commits of edits by others
 */
static inline void lease_store_turn(LeaseStore *store, const ClockPair *clock, Actions *actions) {
        store->operations->turn(store, clock, actions);
}

/**
 * lease_store_deadline() - when the next turn is due without an answer: 0 = now, USEC_INFINITY =
 * never. CLOCK_BOOTTIME.
 */
static inline usec_t lease_store_deadline(const LeaseStore *store) {
        return store->operations->deadline(store);
}

/**
 * lease_store_reconfigured() - the server has other pools.
 */
static inline void lease_store_reconfigured(LeaseStore *store, const ClockPair *clock) {
        store->operations->reconfigured(store, clock);
}

/**
 * lease_store_drain() - the end is near: nothing waits for a better moment any more, and what takes
 * longer than @timeout is given up.
 */
static inline void lease_store_drain(LeaseStore *store, usec_t timeout) {
        store->operations->drain(store, timeout);
}

/**
 * lease_store_next_event() - the next event, in order. To be called until there is none.
 * Return: 1 with an event, 0 when there is none.
 */
static inline int lease_store_next_event(LeaseStore *store, LeaseStoreEvent *ret) {
        return store->operations->next_event(store, ret);
}

/**
 * lease_store_promise() - what may be promised now.
 */
static inline LeasePromise lease_store_promise(const LeaseStore *store) {
        return store->operations->promise(store);
}
