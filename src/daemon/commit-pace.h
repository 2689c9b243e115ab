/* SPDX-License-Identifier: MIT */
#pragma once

/* When the next commit begins. On a fast disk at once: while one is being written, the next one
 * gathers. On a slow one that makes two crowds of clients which wait for each other: those who have
 * just been answered come back while the other crowd's commit is under way, so that everybody waits
 * for two. Therefore a commit that follows a slow one lets them come first, for a part of the time
 * that it takes anyway.
 *
 * Plain data; knows neither the file nor the loop. */

#include <stdbool.h>

#include "basic/time.h"

/* A disk is slow when the loop can answer hundreds of clients during one commit. */
#define COMMIT_SLOW_USEC (5 * USEC_PER_MSEC)

/* The part of a slow commit that the next one waits: an eighth. */
#define COMMIT_WAIT_DIVISOR 8

typedef struct CommitPace {
        usec_t began;
        usec_t hold_until; /* 0 = not held */
} CommitPace;

/**
 * commit_pace_begin() - a commit has gone to the disk. @now: CLOCK_BOOTTIME, as below
 */
void commit_pace_begin(CommitPace *pace, usec_t now);

/**
 * commit_pace_end() - it is durable.
 */
void commit_pace_end(CommitPace *pace, usec_t now);

/**
 * commit_pace_is_held() - whether the next one is to wait, until pace->hold_until.
 */
bool commit_pace_is_held(const CommitPace *pace, usec_t now) _pure_;
