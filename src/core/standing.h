/* SPDX-License-Identifier: MIT */
#pragma once

/* What an address is to a client: whether the client may have it. One judgement for all who can say
 * that it is to have it: the client itself in a message, an administrator, or the author of a row
 * in the lease file. */

#include <stdbool.h>

#include "basic/ipv4.h"
#include "core/lease.h"
#include "core/pool.h"

typedef struct Request Request;
typedef struct Server Server;

typedef enum Standing {
        STANDING_BOUND,   /* its own binding */
        STANDING_FREE,    /* it may have it: bound to nobody, legal for it */
        STANDING_TAKEN,   /* another's, reserved for another, in quarantine, or ours */
        STANDING_OUTSIDE, /* given out by no pool that it may be served from */
} Standing;

/* Who says that a client is to have an address. */
typedef enum Speaker {
        SPEAKER_CLIENT,        /* it asks for it */
        SPEAKER_ADMINISTRATOR, /* he gives it, and tells who the client is */
        SPEAKER_AUTHOR,        /* of a row: besides he may take what he has seen another one have */
} Speaker;

/**
 * request_judge_address() - what an address is to the client of a message.
 *
 * @ret_pool: may be NULL; the pool that gives the address out, NULL when STANDING_OUTSIDE
 */
Standing request_judge_address(const Request *request, ipv4_t address, Pool **ret_pool);

/**
 * request_say_standing() - what an address is to the client, as a sentence of the trace.
 */
void request_say_standing(const Request *request, ipv4_t address, Standing standing);

/**
 * request_must_move() - whether the client is a host whose reserved address is another one, which
 * it could have now: free and not in quarantine, or its own already.
 *
 * @address: that the client asks for
 */
bool request_must_move(const Request *request, ipv4_t address);

/**
 * server_judge_record() - whether a record's client may have its address.
 *
 * @speaker: not SPEAKER_CLIENT
 * Return: 0, -EADDRNOTAVAIL when no pool gives the address out, -EADDRINUSE when it is bound to or
 * reserved for another, in quarantine, or ours.
 */
int server_judge_record(const Server *server, Speaker speaker, const LeaseRecord *record);

/**
 * record_has_seen() - whether the author of a row has seen a lease as it is now.
 */
static inline bool record_has_seen(const LeaseRecord *record, const Lease *lease) {
        return record->version != 0 && lease->version == record->version;
}
