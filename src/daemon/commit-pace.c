/* SPDX-License-Identifier: MIT */

#include "daemon/commit-pace.h"

void commit_pace_begin(CommitPace *pace, usec_t now) {
        pace->began = now;
        pace->hold_until = 0;
}

void commit_pace_end(CommitPace *pace, usec_t now) {
        usec_t took = usec_sub(now, pace->began);

        pace->hold_until = took >= COMMIT_SLOW_USEC ? usec_add(now, took / COMMIT_WAIT_DIVISOR) : 0;
}

bool commit_pace_is_held(const CommitPace *pace, usec_t now) {
        return now < pace->hold_until;
}
