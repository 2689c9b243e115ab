/* SPDX-License-Identifier: MIT */
#pragma once

/* The part of a dry run that finds out where the client is. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/ipv4.h"
#include "basic/time.h"
#include "core/explain.h"
#include "core/lease.h"
#include "core/plan.h"
#include "core/silence.h"
#include "core/trace.h"

typedef struct LinkState LinkState;
typedef struct Server Server;

enum {
        EXPLAIN_AGENT_MAX = 2 + UINT8_MAX + 2 + 4, /* a circuit, or what is remembered, and 82.5 */
};

/* What is known of the client, by the messages that it has sent and by the configuration. */
typedef struct ExplainMemory {
        const Lease *lease;     /* the newest, or NULL */
        const Silence *silence; /* the last, unless the client has been answered since; or NULL */
        const Host *host;       /* a client of a [Host] section, wherever that is served; or NULL */
} ExplainMemory;

/* Where its message comes in. */
typedef struct ExplainPlace {
        LinkState *link;
        ipv4_t relay;  /* 0 = none */
        bool believed; /* the relay has been, or there must be one */
        size_t agent_size;
        uint8_t agent[EXPLAIN_AGENT_MAX]; /* option 82 */
} ExplainPlace;

/**
 * explain_remember() - what is known of the client of a query; borrowed until anything changes.
 */
ExplainMemory explain_remember(const Server *server, const ExplainQuery *query);

/**
 * explain_find_place() - where the client is, and behind which relay, when the query does not say;
 * says what it has assumed.
 *
 * Return: whether there is such a place.
 */
bool explain_find_place(const Server *server, const ExplainQuery *query,
        const ExplainMemory *memory, usec_t now, Trace *trace, ExplainPlace *ret);
