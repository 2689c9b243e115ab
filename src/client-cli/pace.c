/* SPDX-License-Identifier: MIT */
/* A bucket that leaks: each time pours into it what ten seconds drain; a full one has to drain
 * first. */

#include "client-cli/pace.h"
#include "basic/macro.h"

#define INTERVAL USEC_PER_SEC
#define COST (10 * USEC_PER_SEC)
#define FULL (20 * COST)

usec_t pace_next(const Pace *pace, usec_t now) {
        usec_t at = pace->last > 0 ? usec_add(pace->last, INTERVAL) : now;

        if (pace->debt_end > usec_add(now, FULL - COST))
                at = MAX(at, pace->debt_end - (FULL - COST));
        return MAX(at, now);
}

bool pace_spend(Pace *pace, usec_t now) {
        bool fight;

        if (pace->debt_end <= now)
                *pace = (Pace){.debt_end = now}; /* there was peace for long */
        pace->last = now;
        pace->debt_end = usec_add(pace->debt_end, COST);
        fight = pace->debt_end > usec_add(now, FULL - COST) && !pace->told;
        pace->told |= fight;
        return fight;
}
