/* SPDX-License-Identifier: MIT */
#pragma once

/* What waits for the disk, in order: news of leases for journal and bus, and the replies that
 * promise them. A FIFO of copies, since the lease may have changed again by the time its commit is
 * durable.
 *
 * Invariant: entries stand in the order of their commits. */

#include <stddef.h>
#include <stdint.h>

#include "basic/ipv4.h"
#include "basic/macro.h"
#include "basic/time.h"
#include "core/actions.h"
#include "core/lease.h"
#include "daemon/actor.h"
#include "wire/datagram.h"

/* A lease as it was when its commit was made. Byte strings are borrowed from the queue. */
typedef struct LeaseNews {
        LeaseEvent event;
        bool superseded; /* another client was bound to the address until then */
        LeaseRecord record;
        const char *pool; /* "" = none */
        uint32_t xid;     /* of the message behind it, 0 = none */
        Actor actor;
} LeaseNews;

typedef enum PendingType {
        PENDING_NEWS,
        PENDING_SEND,
} PendingType;

/* One entry as pending_first() shows it; valid until the queue changes. */
typedef struct PendingEntry {
        PendingType type;
        uint64_t commit;
        LeaseNews news;
        Destination destination;
        const uint8_t *packet;
        size_t packet_size;
        usec_t asked; /* as in pending_add_send() */
} PendingEntry;

typedef struct Pending {
        uint8_t *data;
        size_t head;
        size_t tail;
        size_t capacity;
        size_t n_entries;
} Pending;

/**
 * pending_done() - frees the queue.
 */
void pending_done(Pending *pending);

/**
 * pending_size() - how many bytes wait.
 */
size_t pending_size(const Pending *pending) _pure_;

/**
 * pending_add_news() - appends a copy of a lease's news.
 * Return: 0, -ENOMEM.
 */
int pending_add_news(Pending *pending, uint64_t commit, const LeaseNews *news);

/**
 * pending_add_send() - appends a copy of a reply.
 *
 * @asked: when the message that it answers was taken from the socket, CLOCK_BOOTTIME; 0 = it
 * answers none
 * Return: 0, -ENOMEM.
 */
int pending_add_send(Pending *pending, uint64_t commit, const Destination *destination,
        const uint8_t *packet, size_t size, usec_t asked);

/**
 * pending_first() - the oldest entry.
 * Return: 1, 0 when the queue is empty.
 */
int pending_first(const Pending *pending, PendingEntry *ret);

/**
 * pending_drop_first() - removes the oldest entry.
 */
void pending_drop_first(Pending *pending);

/**
 * pending_drop_from() - removes all entries whose commit is @commit or newer. O(entries).
 */
void pending_drop_from(Pending *pending, uint64_t commit);
