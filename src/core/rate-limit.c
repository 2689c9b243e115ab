/* SPDX-License-Identifier: MIT */

/* Token buckets as one number each: the moment at which the bucket is full again. Each token taken
 * moves it one interval on; a bucket is empty when that moment lies a whole burst ahead. */

#include "core/rate-limit.h"

#include "basic/macro.h"

#define BURST_SECONDS 2

static const RateBucket *limiter_look_up(
        const RateLimiter *limiter, uint64_t client, uint64_t key) {
        const RateBucket *set = limiter->buckets[client % RATE_LIMITER_SETS];

        for (size_t i = 0; i < RATE_LIMITER_WAYS; i++)
                if (set[i].key == key)
                        return &set[i];
        return NULL;
}

static bool is_empty(usec_t full_at, unsigned rate, usec_t now) {
        return MAX(full_at, now) + USEC_PER_SEC / rate > now + BURST_SECONDS * USEC_PER_SEC;
}

/* The bucket, or else the one of its set that is full for the longest time. */
static RateBucket *limiter_find(RateLimiter *limiter, uint64_t client, uint64_t key) {
        RateBucket *set = limiter->buckets[client % RATE_LIMITER_SETS], *oldest = set;

        for (size_t i = 0; i < RATE_LIMITER_WAYS; i++) {
                if (set[i].key == key)
                        return &set[i];
                if (set[i].full_at < oldest->full_at)
                        oldest = &set[i];
        }
        *oldest = (RateBucket){.key = key};
        return oldest;
}

bool rate_limiter_take(
        RateLimiter *limiter, uint64_t client, uint64_t key, unsigned rate, usec_t now) {
        RateBucket *bucket;
        usec_t interval;

        if (rate == 0)
                return true;

        bucket = limiter_find(limiter, client, key);
        interval = USEC_PER_SEC / rate;
        if (is_empty(bucket->full_at, rate, now))
                return false;
        bucket->full_at = MAX(bucket->full_at, now);
        bucket->full_at += interval;
        return true;
}

bool rate_limiter_has(
        const RateLimiter *limiter, uint64_t client, uint64_t key, unsigned rate, usec_t now) {
        const RateBucket *bucket = rate == 0 ? NULL : limiter_look_up(limiter, client, key);

        return !bucket || !is_empty(bucket->full_at, rate, now);
}

void rate_limiter_give_back(RateLimiter *limiter, uint64_t client, uint64_t key, unsigned rate) {
        if (rate > 0)
                limiter_find(limiter, client, key)->full_at -= USEC_PER_SEC / rate;
}
