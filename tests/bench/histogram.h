/* SPDX-License-Identifier: MIT */
#pragma once

/* A log-linear histogram of delays: each power of two is cut into 128 equal steps, so that a
 * percentile is off by less than one percent at any magnitude, in constant memory. */

#include <stdint.h>

#include "basic/macro.h"

enum {
        HISTOGRAM_STEP_BITS = 7,
        HISTOGRAM_STEPS = 1 << HISTOGRAM_STEP_BITS,
        /* the exact values below 2 * HISTOGRAM_STEPS, then one row for each further power of two */
        HISTOGRAM_BUCKETS = (64 - HISTOGRAM_STEP_BITS + 1) * HISTOGRAM_STEPS,
};

typedef struct Histogram {
        uint64_t n;
        uint64_t max;
        uint64_t counts[HISTOGRAM_BUCKETS];
} Histogram;

/**
 * histogram_add() - counts a value. O(1).
 */
void histogram_add(Histogram *histogram, uint64_t value);

/**
 * histogram_percentile() - the smallest value that @percent of all counted ones do not exceed,
 * rounded up by less than one percent; 0 when nothing was counted. O(HISTOGRAM_BUCKETS).
 *
 * @percent: 0 to 100
 */
uint64_t histogram_percentile(const Histogram *histogram, double percent) _pure_;
