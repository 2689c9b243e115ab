/* SPDX-License-Identifier: MIT */
#pragma once

/* What the packets of a batch are going to need is fetched into the caches together, instead of one
 * after the other when each packet gets there: with a million leases the memory that a client's
 * lease is found by is never in a cache, and to wait for it takes longer than to decide.
 *
 * The indexes grow on the occasion, for the same reason: by a batch and not by each new lease.
 *
 * Hints alone: no lease is changed, nothing depends on them, and a malformed packet only makes a
 * useless one. */

#include "core/server.h"

#define LOOK_AHEAD_LEASES 4096

/* How many packets are looked at in one call, at most. */
#define LOOK_AHEAD_MAX 64

/* A packet that is going to be handled. */
typedef struct LookAheadPacket {
        const uint8_t *data;
        size_t size;
} LookAheadPacket;

/**
 * server_look_ahead() - to be called before a batch is handled. Does not pay for fewer leases than
 * LOOK_AHEAD_LEASES, which are in the caches anyway. O(@n).
 */
void server_look_ahead(Server *server, const LookAheadPacket *packets, size_t n);
