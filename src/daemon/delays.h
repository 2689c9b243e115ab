/* SPDX-License-Identifier: MIT */
#pragma once

/* How long something took, counted by how long: what collectors of metrics call a histogram. Plain
 * data of fixed size; reads no clock. */

#include <stddef.h>
#include <stdint.h>

#include "basic/time.h"

enum {
        DELAYS_BOUNDS_MAX = 16,
};

/* Upper bounds of the classes in microseconds, each inclusive; the last is USEC_INFINITY. */
extern const usec_t delays_bounds[DELAYS_BOUNDS_MAX];

typedef struct Delays {
        uint64_t
                n[DELAYS_BOUNDS_MAX]; /* by class: longer than the bound before, not than its own */
        usec_t sum;
} Delays;

/**
 * delays_add() - counts @n events that took @took each.
 */
void delays_add(Delays *delays, usec_t took, size_t n);

/**
 * delays_since() - what has been counted since @before was copied from @delays.
 */
Delays delays_since(const Delays *delays, const Delays *before);
