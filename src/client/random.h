/* SPDX-License-Identifier: MIT */
#pragma once

/* Numbers that a stranger cannot guess, from a secret that the caller has found: SipHash of a
 * counter. Two clients with the same seed do the same, which is what tests want. */

#include <stdint.h>

#include "basic/time.h"

typedef struct Random {
        uint8_t key[16];
        uint64_t counter;
} Random;

/**
 * random_next() - 64 random bits.
 */
uint64_t random_next(Random *random);

/**
 * random_between() - a time between two, both ends included; @low when @high is not above it.
 */
usec_t random_between(Random *random, usec_t low, usec_t high);
