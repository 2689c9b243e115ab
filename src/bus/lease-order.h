/* SPDX-License-Identifier: MIT */
#pragma once

/* Orders in which leases can be listed, and the first few of many leases in such an order. Knows
 * nothing of messages. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/durable.h"

typedef enum LeaseOrder {
        LEASE_ORDER_NONE,
        LEASE_ORDER_ADDRESS,
        LEASE_ORDER_HOSTNAME, /* letters of ASCII in either case; leases without a name come last */
        LEASE_ORDER_EXPIRES,  /* to the second; never comes last */
        LEASE_ORDER_MAX,
        LEASE_ORDER_INVALID = -1,
} LeaseOrder;

/* Where a lease stands in an order: compared by rank, name and address. */
typedef struct LeasePlace {
        uint32_t rank;
        ipv4_t address;
        char name[64]; /* lower case; what is longer counts as equal */
} LeasePlace;

/* The first leases in an order of all those that have been handed to it. */
typedef struct FirstLeases {
        LeaseOrder order;
        bool has_after;
        LeasePlace after;   /* those up to here are left out */
        LeasePlace *places; /* a heap, the last one on top */
        size_t capacity;
        size_t n;
        bool more; /* there were more of them */
} FirstLeases;

/**
 * lease_order_from_string() - "Address", "Hostname", "ExpiresUSec"; LEASE_ORDER_INVALID when it is
 * none of these.
 */
LeaseOrder lease_order_from_string(const char *text);

/**
 * first_leases_init() - the first @capacity leases.
 *
 * @cursor: 0 = from the start, else what first_leases_cursor() gave
 * @after: with LEASE_ORDER_HOSTNAME, the name of the lease that the cursor is of
 * Return: 0, -ENOMEM.
 */
int first_leases_init(
        FirstLeases *first, LeaseOrder order, size_t capacity, uint64_t cursor, const char *after);

/**
 * first_leases_done() - frees the places.
 */
void first_leases_done(FirstLeases *first);

/**
 * first_leases_add() - hands over a lease. O(log capacity).
 */
void first_leases_add(FirstLeases *first, const LeaseRecord *record);

/**
 * first_leases_finish() - puts what was found in order, in places[0] to places[n - 1]; afterwards
 * nothing more can be added. O(n log n).
 */
void first_leases_finish(FirstLeases *first);

/**
 * first_leases_cursor() - after first_leases_finish(): where to go on, 0 when that was all. Good
 * until the server is restarted.
 */
uint64_t first_leases_cursor(const FirstLeases *first);
