/* SPDX-License-Identifier: MIT */

#include "daemon/commit-pace.h"
#include "basic/macro.h"

void commit_pace_begin(CommitPace *pace, usec_t now, size_t n_rows) {
        *pace = (CommitPace){.began = now, .n_rows = n_rows};
}

void commit_pace_end(CommitPace *pace, usec_t now, size_t n_waiting) {
        const usec_t took = usec_sub(now, pace->began);
        const usec_t some = MIN(COMMIT_WAIT_FACTOR * took, (usec_t) COMMIT_WAIT_USEC);
        const usec_t wait = MIN(MAX(some, took / COMMIT_WAIT_DIVISOR), (usec_t) COMMIT_WAIT_MAX);

        if (pace->n_rows == 0)
                return;
        *pace = (CommitPace){
                .hold_until = usec_add(now, wait),
                .n_awaited = pace->n_rows + n_waiting,
        };
}

bool commit_pace_is_held(const CommitPace *pace, usec_t now, size_t n_waiting) {
        return n_waiting < pace->n_awaited && now < pace->hold_until;
}
