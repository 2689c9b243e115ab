/* SPDX-License-Identifier: MIT */
#pragma once

/* What the server has promised, kept by whoever watches it from outside: whose each address is, and
 * until when, as the disk has it, and what is on its way there. Knows the server's commits and the
 * events of its file, none of its tables but when they are to be compared. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/actions.h"
#include "site.h"

struct World;

enum {
        PROMISES_OPEN_MAX = 4096,
};

typedef struct Fact {
        ipv4_t address;
        uint64_t commit;  /* 0 = of before the start */
        LeaseState state; /* RELEASED also when nothing is known of the address */
        uint64_t client;  /* a digest of its identifier */
        uint64_t hardware;
        usec_t expires; /* the world's time */
        bool failed;    /* taken back, but the row may be in the file until that is written anew */
} Fact;

typedef struct Promises {
        Fact durable[WIRES_MAX][256];
        Fact open[PROMISES_OPEN_MAX]; /* not durable, oldest first */
        size_t n_open;
        Fact granted[PROMISES_OPEN_MAX]; /* by what became durable a moment ago */
        size_t n_granted;
} Promises;

/**
 * promises_digest() - of a client identifier or a hardware address.
 */
uint64_t promises_digest(const uint8_t *bytes, size_t size);

/**
 * promises_init() - nothing is promised.
 */
void promises_init(Promises *promises);

/**
 * promises_commit() - the server has changed a lease. What was promised ends by time, or by the
 * word of the client whose it is.
 *
 * @client, @hardware: digests of who has sent the message that is being handled, 0 = nobody
 */
void promises_commit(struct World *world, const Action *action, uint64_t client, uint64_t hardware);

/**
 * promises_durable() - all commits up to this one are on the disk.
 */
void promises_durable(struct World *world, uint64_t commit);

/**
 * promises_failed() - all commits from this one on were taken back.
 */
void promises_failed(struct World *world, uint64_t commit);

/**
 * promises_rewritten() - the file holds what memory holds.
 */
void promises_rewritten(struct World *world);

/**
 * promises_acknowledged() - an ACK has left: it promises no more than what is on the disk.
 */
void promises_acknowledged(struct World *world, ipv4_t address, uint64_t client);

/**
 * promises_loaded() - the server has loaded its file: every promise is kept.
 */
void promises_loaded(struct World *world);

/**
 * promises_compare() - while nothing is on its way to the disk, the server's table is what was
 * promised.
 */
void promises_compare(struct World *world);

/**
 * promises_expiry() - until when an address is promised to a client on the disk, 0 when it is not.
 */
usec_t promises_expiry(const struct World *world, ipv4_t address, uint64_t client);

/**
 * promises_is_sure() - whether an address is promised to a client, and nothing else is on its way
 * to the disk.
 */
bool promises_is_sure(const struct World *world, ipv4_t address, uint64_t client);

/**
 * promises_check_ends() - while everything is in order, nothing goes on after its end.
 */
void promises_check_ends(struct World *world);
