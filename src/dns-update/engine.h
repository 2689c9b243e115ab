/* SPDX-License-Identifier: MIT */
#pragma once

/* Brings the zones of a DNS server in line with the names that are wanted. Without I/O and clock:
 * it is told what is wanted, what the server answers and what time it is, and says what to send.
 *
 * What is to be done is the difference between what is wanted of a name and what of it is in the
 * DNS, so that a server which is away for an hour costs no memory but the names', and changes of a
 * name in that time become one. A name has one request in flight, all of them 32.
 *
 * What is, or may be, in the DNS is written to a log before it is sent, so that after a restart
 * nothing of it is forgotten, whatever ended this program.
 *
 * A zone that fails is left alone for a second, which doubles up to five minutes, and is then tried
 * with one request. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/buffer.h"
#include "basic/macro.h"
#include "basic/time.h"
#include "dns-update/config.h"
#include "dns-update/dhcid.h"
#include "dns-update/event.h"

typedef struct DnsEngine DnsEngine;

enum {
        DNS_FLIGHTS_MAX = 32,
};

/* A name that is wanted. */
typedef struct DnsBinding {
        const char *name; /* fully qualified */
        ipv4_t address;
        DnsIdentity identity;
        usec_t lifetime; /* of the lease, or what remains of it; USEC_INFINITY for ever */
        bool reverse;    /* the address' PTR is to be this name, of one name for each address */
} DnsBinding;

/* What is to be sent. */
typedef struct DnsRequest {
        const uint8_t *data; /* borrowed until the engine hears of anything else */
        size_t size;
        bool tcp;
} DnsRequest;

/* What became of an answer. */
typedef enum DnsAnswerVerdict {
        DNS_ANSWER_TAKEN,
        DNS_ANSWER_MALFORMED, /* not an answer to an update */
        DNS_ANSWER_LATE,      /* nobody waits for it, or no more */
        DNS_ANSWER_TRUNCATED, /* is asked again by TCP */
        DNS_ANSWER_UNSIGNED,  /* not believed, as what follows; the right one may still come */
        DNS_ANSWER_FORGED,
        DNS_ANSWER_OLD,
} DnsAnswerVerdict;

typedef struct DnsStatus {
        size_t n_wanted;    /* names */
        size_t n_placed;    /* that are in the DNS as they should be */
        size_t n_conflicts; /* that are somebody else's */
        size_t n_pending;   /* for which something is to be done */
        size_t n_flights;
        uint64_t n_sent; /* requests since the start, repetitions among them */
        uint64_t n_answers;
        uint64_t n_failures;
} DnsStatus;

/**
 * dns_engine_new() - an engine to which no name has been told.
 *
 * @config: borrowed until the engine is freed
 * @seed: of what a stranger cannot guess
 * @function: told of events, by any function below but _new() and _free(); may be NULL
 * Return: 0, -ENOMEM.
 */
int dns_engine_new(DnsEngine **ret, const DnsConfig *config, const uint8_t seed[static 16],
        DnsEventFunction function, void *userdata);

/**
 * dns_engine_free() - Return: NULL.
 */
DnsEngine *dns_engine_free(DnsEngine *engine);

/**
 * dns_engine_set() - a name is wanted from now on, in place of what was said of it before. O(1)
 * when nothing changes, as after a renewal; a conflict stays one then.
 *
 * Return: 0, -EINVAL when it is no name, -EADDRNOTAVAIL when neither name nor address is in a zone
 * of ours, -ENOMEM.
 */
int dns_engine_set(DnsEngine *engine, const DnsBinding *binding, const ClockPair *now);

/**
 * dns_engine_remove() - a name is not wanted any more, unless another address has it by now.
 */
void dns_engine_remove(DnsEngine *engine, const char *name, ipv4_t address, const ClockPair *now);

/**
 * dns_engine_end_sync() - all names have been told: what the log says of others is to be removed.
 * O(names).
 */
void dns_engine_end_sync(DnsEngine *engine, const ClockPair *now);

/**
 * dns_engine_next() - what to send now, if anything. What dns_engine_get_log() has must be written
 * before it is sent.
 *
 * Return: whether there is something.
 */
bool dns_engine_next(DnsEngine *engine, const ClockPair *now, DnsRequest *ret);

/**
 * dns_engine_deadline() - when dns_engine_next() has something again if nothing happens before;
 * boot time, 0 for now, USEC_INFINITY for never.
 */
usec_t dns_engine_deadline(const DnsEngine *engine);

/**
 * dns_engine_answer() - a message from the server.
 */
DnsAnswerVerdict dns_engine_answer(
        DnsEngine *engine, const ClockPair *now, const uint8_t *data, size_t size);

/**
 * dns_engine_unreachable() - the server cannot be reached, or a connection has broken.
 *
 * @tcp: which requests are lost by it
 * @error: negative errno
 */
void dns_engine_unreachable(DnsEngine *engine, const ClockPair *now, bool tcp, int error);

/**
 * dns_engine_logged() - what dns_engine_get_log() had was to be written. When it could not be,
 * nothing that dns_engine_next() has given since the last success was sent, and it is given again
 * later.
 *
 * @r: 0, or negative errno
 */
void dns_engine_logged(DnsEngine *engine, const ClockPair *now, int r);

/**
 * dns_engine_status() - numbers. O(names).
 */
DnsStatus dns_engine_status(const DnsEngine *engine);

/**
 * dns_engine_restore() - takes what a log says, before anything else. Lines that cannot be read
 * are passed over.
 *
 * Return: how many bytes of it are whole lines; -EBADMSG when it is no such log, -ENOMEM.
 */
int64_t dns_engine_restore(
        DnsEngine *engine, const uint8_t *data, size_t size, const ClockPair *now);

/**
 * dns_engine_get_log() - what is to be appended to the log, see follower_get_log().
 */
Buffer *dns_engine_get_log(DnsEngine *engine);

/**
 * dns_engine_write_log() - a log of its own of all that is placed. O(names).
 * Return: 0, -ENOMEM.
 */
int dns_engine_write_log(const DnsEngine *engine, Buffer *ret);

DEFINE_POINTER_CLEANUP(DnsEngine, dns_engine_free);
