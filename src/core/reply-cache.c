/* SPDX-License-Identifier: MIT */

#include "core/reply-cache.h"

#include <assert.h>
#include <string.h>

#include "wire/code-set.h"
#include "wire/protocol.h"

void reply_cache_clear(ReplyCache *cache) {
        for (size_t i = 0; i < REPLY_CACHE_ENTRIES; i++)
                cache->entries[i].key.pool = NULL;
}

/* Two lists that meet in one place only push each other out. */
static size_t find_place(const ReplyCacheKey *key) {
        size_t sum = (uintptr_t) key->pool / sizeof(Pool);

        for (size_t i = 0; i < key->n_codes; i++)
                sum = sum * 31 + key->codes[i];
        return sum % REPLY_CACHE_ENTRIES;
}

const ReplyCacheEntry *reply_cache_find(const ReplyCache *cache, const ReplyCacheKey *key) {
        const ReplyCacheEntry *entry = &cache->entries[find_place(key)];

        if (entry->key.pool != key->pool || entry->key.n_codes != key->n_codes ||
                entry->key.router != key->router ||
                entry->key.terminates_text != key->terminates_text || entry->key.term != key->term)
                return NULL;
        return key->n_codes == 0 || memcmp(entry->codes, key->codes, key->n_codes) == 0 ? entry
                                                                                        : NULL;
}

/* Where the value of an option begins, 0 when it is absent or configured and so not to be written
 * anew. */
static uint8_t find_time(const ReplyCacheEntry *entry, uint8_t code) {
        if (code_set_has(&entry->key.pool->settings->reply.options.codes, code))
                return 0;
        for (size_t at = 0; at < entry->size; at += 2U + entry->options[at + 1])
                if (entry->options[at] == code)
                        return (uint8_t) (at + 2);
        return 0;
}

void reply_cache_put(
        ReplyCache *cache, const ReplyCacheKey *key, const uint8_t *options, size_t size) {
        ReplyCacheEntry *entry = &cache->entries[find_place(key)];

        assert(key->n_codes <= REPLY_CACHE_CODES_MAX);
        if (size > sizeof(entry->options))
                return;
        *entry = (ReplyCacheEntry){.key = *key, .size = (uint8_t) size};
        entry->key.codes = entry->codes;
        if (key->n_codes > 0)
                memcpy(entry->codes, key->codes, key->n_codes);
        memcpy(entry->options, options, size);
        if (key->term == REPLY_TERM_FINITE) {
                entry->t1_at = find_time(entry, DHCP_OPTION_RENEWAL_TIME);
                entry->t2_at = find_time(entry, DHCP_OPTION_REBINDING_TIME);
        }
}
