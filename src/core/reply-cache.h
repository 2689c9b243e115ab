/* SPDX-License-Identifier: MIT */
#pragma once

/* Options as they stood in an earlier reply, for the next client that is due the same ones. Clients
 * of one make ask for the same list, and what a pool answers to a list depends on the client in few
 * things: those are part of the key, T1 and T2 are written anew, and a client for whom more matters
 * (a host, network boot, a name of its own) is not served from here.
 *
 * Invariant: a reply is byte for byte the same with this and without. Holds pools by their address
 * alone, so that it has to be cleared with every new plan. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/ipv4.h"
#include "core/pool.h"

#define REPLY_CACHE_ENTRIES 64
#define REPLY_CACHE_CODES_MAX 48

/* What a reply grants: T1 and T2 depend on it. */
typedef enum ReplyTerm {
        REPLY_TERM_NONE, /* no lease */
        REPLY_TERM_FINITE,
        REPLY_TERM_INFINITE,
} ReplyTerm;

/* What the options depend on. */
typedef struct ReplyCacheKey {
        const Pool *pool;
        ipv4_t router;        /* our address in the pool's subnet, or what stands for it */
        bool terminates_text; /* see Reply */
        ReplyTerm term;
        size_t n_codes;
        const uint8_t *codes; /* option 55 */
} ReplyCacheKey;

typedef struct ReplyCacheEntry {
        ReplyCacheKey key; /* pool NULL: empty */
        uint8_t codes[REPLY_CACHE_CODES_MAX];
        uint8_t t1_at; /* where the values are to be written; 0 = nowhere */
        uint8_t t2_at;
        uint8_t size;
        uint8_t options[253];
} ReplyCacheEntry;

typedef struct ReplyCache {
        ReplyCacheEntry entries[REPLY_CACHE_ENTRIES];
} ReplyCache;

/**
 * reply_cache_clear() - forgets everything.
 */
void reply_cache_clear(ReplyCache *cache);

/**
 * reply_cache_find() - the options that an earlier reply had, or NULL; borrowed until the next
 * change. O(codes).
 */
const ReplyCacheEntry *reply_cache_find(const ReplyCache *cache, const ReplyCacheKey *key);

/**
 * reply_cache_put() - keeps the options of a reply for the next ones. Nothing happens when they are
 * too long.
 *
 * @key: copied; at most REPLY_CACHE_CODES_MAX codes
 * @options: @size bytes, well-formed, copied
 */
void reply_cache_put(
        ReplyCache *cache, const ReplyCacheKey *key, const uint8_t *options, size_t size);
