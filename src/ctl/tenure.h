/* SPDX-License-Identifier: MIT */
#pragma once

/* Who had an address when: events of leases, put together to tenures, from when until when a client
 * had an address. Pure. */

#include <stdbool.h>
#include <stddef.h>

#include "basic/hash.h"
#include "basic/ipv4.h"
#include "basic/time.h"
#include "ctl/json.h"
#include "ctl/pattern.h"

typedef enum TenureEventType {
        TENURE_GRANTED,
        TENURE_RENEWED,
        TENURE_RELEASED,
        TENURE_EXPIRED,
        TENURE_DELETED,
        TENURE_DECLINED,
        TENURE_CONFLICT, /* somebody uses the address who has no lease */
} TenureEventType;

/* Strings are borrowed; "" is what is not known. A deletion may have the address alone. Bytes are
 * written "02:00:00:00:00:07". */
typedef struct TenureEvent {
        TenureEventType type;
        usec_t time; /* microseconds since the epoch */
        ipv4_t address;
        const char *hardware;
        const char *client_id;
        const char *hostname;
        const char *pool;
        const char *interface;
        const char *by; /* who did it: "client", "server", "lease-file", or the name of a user */
} TenureEvent;

typedef enum TenureEnd {
        TENURE_END_OPEN, /* none is known */
        TENURE_END_BOUND,
        TENURE_END_RELEASED,
        TENURE_END_EXPIRED,
        TENURE_END_DELETED,
        TENURE_END_DECLINED,
        TENURE_END_REPLACED, /* another client was given the address */
        TENURE_END_CONFLICT, /* no tenure at all: seen at that time */
        TENURE_END_MAX,
} TenureEnd;

typedef struct Tenure {
        HashNode node; /* while it is open */
        ipv4_t address;
        usec_t from;  /* 0 = before anything that is known */
        usec_t until; /* USEC_INFINITY = it goes on; 0 = not known */
        TenureEnd end;
        char *hardware;
        char *client_id;
        char *hostname;
        char *pool;
        char *interface;
        char *begun_by;
        char *ended_by; /* "" while it goes on */
} Tenure;

/* In the order of their first events. */
typedef struct TenureBook {
        Tenure **items;
        size_t n_items;
        size_t capacity;
        HashTable open;       /* by address */
        usec_t journal_begin; /* before which nothing is known; 0 = not known either */
} TenureBook;

/**
 * tenure_book_init() - an empty book. It must not move.
 */
void tenure_book_init(TenureBook *book);

/**
 * tenure_book_done() - frees all tenures.
 */
void tenure_book_done(TenureBook *book);

/**
 * tenure_book_add() - puts in what happened next. O(1) amortised.
 * Return: 0, -ENOMEM.
 */
int tenure_book_add(TenureBook *book, const TenureEvent *event);

/**
 * tenure_book_settle() - puts in what the server says now about an address.
 *
 * @present: its strings; its time is since when the client has had the address
 * @state: of the lease: "bound", "released", "expired", others are not looked at
 * @ended: when it ended, if it has
 * Return: 0, -ENOMEM.
 */
int tenure_book_settle(
        TenureBook *book, const TenureEvent *present, const char *state, usec_t ended);

/**
 * tenure_end_to_string() - "bound", "expired", …; "unknown" for what is open.
 */
const char *tenure_end_to_string(TenureEnd end);

/**
 * tenure_matches() - whether a pattern picks the tenure, and it lies, if only partly, between two
 * points in time.
 *
 * @pattern: NULL for any
 * @since, @until: 0 for no limit
 */
bool tenure_matches(const Tenure *tenure, const Pattern *pattern, usec_t since, usec_t until);

/**
 * tenure_by() - who has ended it or, while it goes on, who has begun it; "" when that is not known.
 */
const char *tenure_by(const Tenure *tenure);

/**
 * tenure_to_json() - an object; FromUSec is 0 and UntilUSec is 0 when not known, UntilUSec is null
 * while the tenure goes on.
 * Return: 0, -ENOMEM.
 */
int tenure_to_json(const Tenure *tenure, json_object **ret);
