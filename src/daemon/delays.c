/* SPDX-License-Identifier: MIT */

#include "daemon/delays.h"
#include "basic/macro.h"

/* From what a reply takes that waits for nothing to what a client waits for at most: DHCP asks
 * again after some four seconds (RFC 2131 4.1). */
const usec_t delays_bounds[DELAYS_BOUNDS_MAX] = {
        50,
        100,
        250,
        500,
        USEC_PER_MSEC,
        2500,
        5 * USEC_PER_MSEC,
        10 * USEC_PER_MSEC,
        25 * USEC_PER_MSEC,
        50 * USEC_PER_MSEC,
        100 * USEC_PER_MSEC,
        250 * USEC_PER_MSEC,
        500 * USEC_PER_MSEC,
        USEC_PER_SEC,
        4 * USEC_PER_SEC,
        USEC_INFINITY,
};

void delays_add(Delays *delays, usec_t took, size_t n) {
        size_t i = 0;

        while (took > delays_bounds[i])
                i++;
        delays->n[i] += n;
        delays->sum += took * n;
}

Delays delays_since(const Delays *delays, const Delays *before) {
        Delays since;

        for (size_t i = 0; i < ELEMENTSOF(since.n); i++)
                since.n[i] = delays->n[i] - before->n[i];
        since.sum = delays->sum - before->sum;
        return since;
}
