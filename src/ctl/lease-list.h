/* SPDX-License-Identifier: MIT */
#pragma once

/* Leases fetched page by page. The strings stay in the bus messages that brought them, so that a
 * hundred thousand leases cost no copies. */

#include <stddef.h>
#include <stdint.h>

#include <systemd/sd-bus.h>

#include "basic/ipv4.h"
#include "basic/time.h"
#include "ctl/connection.h"
#include "ctl/pattern.h"

typedef struct LeaseEntry {
        ipv4_t address;
        const char *address_text; /* strings are borrowed from the page, or lie in storage */
        const uint8_t *hardware;
        size_t hardware_size;
        const uint8_t *client_id;
        size_t client_id_size;
        const char *hostname;
        const char *pool;
        const char *interface;
        const char *state;
        usec_t started; /* microseconds since the epoch, like the others */
        usec_t expires;
        usec_t last_seen;
        uint32_t flags;
        size_t order;        /* of arrival */
        json_object *extras; /* what else the server knows, if asked for; NULL = nothing */
        void *storage;       /* of strings that no page holds; owned, NULL = none */
} LeaseEntry;

typedef struct LeaseList {
        LeaseEntry *entries;
        size_t n_entries;
        size_t capacity;
        sd_bus_message **pages;
        size_t n_pages;
        bool with_extras;
} LeaseList;

/* What the server is asked for; NULL is everything. */
typedef struct LeaseFilter {
        const char *pool;
        const char *interface;
        char *const *states;
        bool include_expired;
        const Pattern *pattern;
} LeaseFilter;

/**
 * lease_filter_from_options() - --pool=, --interface=, --state= and --all; borrows their strings.
 */
LeaseFilter lease_filter_from_options(const Options *options);

/**
 * lease_list_fetch() - appends all leases that pass the filter.
 * Return: 0, negative errno for connection_report().
 */
int lease_list_fetch(LeaseList *list, Connection *connection, const LeaseFilter *filter);

/**
 * LeaseFunction - is told of leases one by one.
 *
 * @entry: borrowed for the call
 * Return: 0, negative errno to stop.
 */
typedef int (*LeaseFunction)(const LeaseEntry *entry, void *userdata);

/**
 * lease_list_each() - tells of all leases that pass the filter, as the server lists them: in no
 * order, and one that moves between two pages twice. Memory holds a page; the server makes the next
 * one meanwhile.
 *
 * @with_extras: what else the server knows is wanted, too
 * Return: 0, what @function has returned, negative errno for connection_report().
 */
int lease_list_each(Connection *connection, const LeaseFilter *filter, bool with_extras,
        LeaseFunction function, void *userdata);

/**
 * lease_list_add() - appends an entry, whose storage and extras belong to the list from then on.
 * Amortised O(1).
 * Return: 0, -ENOMEM with nothing taken.
 */
int lease_list_add(LeaseList *list, const LeaseEntry *entry);

/**
 * lease_list_keep() - removes the entries that fail a test.
 */
void lease_list_keep(
        LeaseList *list, bool (*is_kept)(const LeaseEntry *, const void *), const void *userdata);

/**
 * lease_list_finish() - sorts by address and leaves one entry for each, the one that came last: a
 * lease that moves between two pages comes twice, as does one that two patterns match.
 * O(n log n).
 */
void lease_list_finish(LeaseList *list);

/**
 * lease_list_done() - frees entries and pages.
 */
void lease_list_done(LeaseList *list);

/**
 * lease_entry_to_json() - a lease as an object with the names of its D-Bus properties.
 * Return: 0, -ENOMEM.
 */
int lease_entry_to_json(const LeaseEntry *entry, json_object **ret);
