/* SPDX-License-Identifier: MIT */
#pragma once

/* The filter of ListLeases and FindLeases: which leases are meant, and finding them with a bound on
 * the work of one call. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <systemd/sd-bus.h>

#include "basic/ipv4.h"
#include "basic/time.h"
#include "bus/lease-order.h"
#include "bus/object.h"
#include "core/durable.h"
#include "core/server.h"

typedef struct LeaseFilter {
        const Server *server;
        bool states[LEASE_STATE_MAX];
        const Pool *pool;      /* NULL = any, like everything below */
        const char *interface; /* strings and bytes are borrowed from the message */
        const char *hostname;
        ByteView hardware;     /* size 0 = any */
        ByteView client_id;    /* size 0 = any */
        Ipv4Prefix subnet;     /* length 0 = any */
        usec_t expires_before; /* wall clock; USEC_INFINITY = any */
        LeaseOrder order;      /* in which they are wanted */
        const char *after;     /* with LEASE_ORDER_HOSTNAME: the last name of the page before */
        ClockPair clock;
} LeaseFilter;

/**
 * lease_filter_init() - the default: what is bound or in quarantine.
 */
void lease_filter_init(LeaseFilter *filter, const Server *server, const ClockPair *clock);

/**
 * lease_filter_read() - reads a filter from a{sv} in a message.
 *
 * Return: 0, negative errno with @error set: InvalidFilter names the key that is unknown,
 * of the wrong type or has no legal value; NoSuchPool.
 */
int lease_filter_read(LeaseFilter *filter, const Server *server, const ClockPair *clock,
        sd_bus_message *message, sd_bus_error *error);

/**
 * lease_filter_matches() - whether a lease is meant.
 */
bool lease_filter_matches(const LeaseFilter *filter, const DurableLease *lease);

/**
 * lease_filter_find() - collects leases as they are on disk, looking at no more than @budget of
 * them.
 *
 * A filter by client identifier, hardware address or single address is answered from the index when
 * all of the answer fits.
 *
 * @cursor: where to go on: 0 = from the start. Afterwards where to go on from, 0 = that was all.
 *          A cursor is a slot of the lease table: leases that live through all pages are seen once
 * @ret: receives up to @capacity addresses, for server_find_durable()
 * Return: how many.
 */
size_t lease_filter_find(
        const LeaseFilter *filter, uint64_t *cursor, size_t budget, ipv4_t *ret, size_t capacity);

/**
 * text_matches() - whether a text matches a pattern of '*' and '?', ASCII letters compared without
 * their case. O(length of text * length of pattern), whatever the pattern.
 */
bool text_matches(const char *pattern, const char *text, size_t size);
