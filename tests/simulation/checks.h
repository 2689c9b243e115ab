/* SPDX-License-Identifier: MIT */
#pragma once

/* What must hold of the whole, whatever has happened. What concerns one machine alone is checked
 * there (host.c), what concerns promises in promises.c. */

#include "world.h"

/* The addresses that a newcomer may be offered. */
typedef struct Expectation {
        bool any;          /* nothing can be said */
        bool allowed[256]; /* by last byte */
} Expectation;

/**
 * checks_after_event() - looks at everything.
 */
void checks_after_event(World *world);

/**
 * checks_expect() - which address a message, if it is a newcomer's DISCOVER, is to be answered
 * with.
 */
Expectation checks_expect(
        const World *world, const MessageView *message, const ClientId *client, uint32_t ifindex);

/**
 * checks_offered() - what it was answered with.
 */
void checks_offered(World *world, const Expectation *expected, const Actions *actions);

/**
 * checks_file() - the rows of the lease file, as the server has just loaded them.
 */
void checks_file(World *world);
