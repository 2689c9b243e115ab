/* SPDX-License-Identifier: MIT */

/* Counting and percentiles. Knows numbers, not what they measure. */

#include "histogram.h"

static unsigned bucket_of(uint64_t value) {
        unsigned magnitude, shift;

        if (value < HISTOGRAM_STEPS)
                return (unsigned) value;
        magnitude = 63 - (unsigned) __builtin_clzll(value);
        shift = magnitude - HISTOGRAM_STEP_BITS;
        /* the leading one of value >> shift is what adds the row */
        return shift * HISTOGRAM_STEPS + (unsigned) (value >> shift);
}

static uint64_t last_of(unsigned bucket) {
        unsigned shift;

        if (bucket < 2 * HISTOGRAM_STEPS)
                return bucket;
        shift = bucket / HISTOGRAM_STEPS - 1;
        /* wraps to UINT64_MAX in the last bucket, as it should */
        return ((uint64_t) (bucket % HISTOGRAM_STEPS + HISTOGRAM_STEPS + 1) << shift) - 1;
}

void histogram_add(Histogram *histogram, uint64_t value) {
        histogram->counts[bucket_of(value)]++;
        histogram->n++;
        histogram->max = MAX(histogram->max, value);
}

uint64_t histogram_percentile(const Histogram *histogram, double percent) {
        double wanted = percent / 100 * (double) histogram->n;
        uint64_t n = 0;

        if (histogram->n == 0)
                return 0;
        for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++) {
                n += histogram->counts[i];
                if (n > 0 && (double) n >= wanted)
                        return MIN(last_of(i), histogram->max);
        }
        return histogram->max;
}
