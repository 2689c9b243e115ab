/* SPDX-License-Identifier: MIT */
#pragma once

/* The bench's only clock: monotonic nanoseconds. */

#include <stdint.h>
#include <time.h>

#define NSEC_PER_SEC UINT64_C(1000000000)
#define NSEC_PER_MSEC UINT64_C(1000000)
#define NSEC_PER_USEC UINT64_C(1000)

/**
 * now_nsec() - CLOCK_MONOTONIC in nanoseconds.
 */
static inline uint64_t now_nsec(void) {
        struct timespec now;

        (void) clock_gettime(CLOCK_MONOTONIC, &now);
        return (uint64_t) now.tv_sec * NSEC_PER_SEC + (uint64_t) now.tv_nsec;
}
