/* SPDX-License-Identifier: MIT */
#pragma once

/* When the next commit begins. A client alone pays for no more than its own: its commit begins at
 * once. Under load the clients whose commit has just ended come back in a moment; without them the
 * next commit would make them wait for two, and twice as many commits cost twice the work. So it
 * waits until as many have gathered as there were, but not for long, compared with what a commit
 * takes anyway.
 *
 * Plain data; knows neither the file nor the loop. */

#include <stdbool.h>
#include <stddef.h>

#include "basic/time.h"

/* The longest wait: four times as long as the last commit took up to a millisecond, a quarter of
 * it where that is more. */
#define COMMIT_WAIT_USEC USEC_PER_MSEC
#define COMMIT_WAIT_FACTOR 4
#define COMMIT_WAIT_DIVISOR 4
#define COMMIT_WAIT_MAX (250 * USEC_PER_MSEC) /* also after a suspend, which BOOTTIME counts */

typedef struct CommitPace {
        usec_t began;
        size_t n_rows;     /* of the commit under way, 0 = none */
        usec_t hold_until; /* 0 = not held */
        size_t n_awaited;  /* rows that end the wait before */
} CommitPace;

/**
 * commit_pace_begin() - a commit of @n_rows has gone to the disk.
 *
 * @now: CLOCK_BOOTTIME, as below
 */
void commit_pace_begin(CommitPace *pace, usec_t now, size_t n_rows);

/**
 * commit_pace_end() - it is durable; @n_waiting rows have gathered since it began. Nothing happens
 * without a commit under way: what a rewrite makes durable tells nothing of the pace.
 */
void commit_pace_end(CommitPace *pace, usec_t now, size_t n_waiting);

/**
 * commit_pace_is_held() - whether the next commit, of @n_waiting rows so far, is to wait: until
 * there are more, at most until pace->hold_until.
 */
bool commit_pace_is_held(const CommitPace *pace, usec_t now, size_t n_waiting) _pure_;
