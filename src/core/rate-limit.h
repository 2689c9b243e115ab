/* SPDX-License-Identifier: MIT */
#pragma once

/* Token buckets, several for each client, in a table of fixed size: a stranger who invents clients
 * costs no memory, only pushes out buckets that are full again or used least. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/time.h"

#define RATE_LIMITER_SETS 1024
#define RATE_LIMITER_WAYS 4

typedef struct RateBucket {
        uint64_t key;   /* hash of what the bucket is for; 0 = never used */
        usec_t full_at; /* when the bucket will hold its burst again */
} RateBucket;

typedef struct RateLimiter {
        RateBucket buckets[RATE_LIMITER_SETS][RATE_LIMITER_WAYS];
} RateLimiter;

/**
 * rate_limiter_take() - takes a token from a bucket, which holds two seconds' worth.
 *
 * @client: hash of the client under a secret: its buckets lie side by side
 * @key: hash of what the bucket is for, under a secret
 * @rate: messages a second, 0 = unlimited
 * Return: whether there was one. O(1).
 */
bool rate_limiter_take(
        RateLimiter *limiter, uint64_t client, uint64_t key, unsigned rate, usec_t now);

/**
 * rate_limiter_give_back() - puts a token back that has just been taken.
 */
void rate_limiter_give_back(RateLimiter *limiter, uint64_t client, uint64_t key, unsigned rate);

/**
 * rate_limiter_fetch() - has the memory fetched that a client's buckets are in; see look-ahead.h.
 */
static inline void rate_limiter_fetch(const RateLimiter *limiter, uint64_t client) {
        __builtin_prefetch(limiter->buckets[client % RATE_LIMITER_SETS]);
}

/**
 * rate_limiter_has() - whether rate_limiter_take() would find a token; takes none.
 */
bool rate_limiter_has(
        const RateLimiter *limiter, uint64_t client, uint64_t key, unsigned rate, usec_t now);
