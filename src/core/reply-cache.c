/* SPDX-License-Identifier: MIT */

#include "core/reply-cache.h"

#include <string.h>

#include "core/reply.h"
#include "core/request-state.h"
#include "core/server-address.h"
#include "core/server-state.h"
#include "core/times.h"

void reply_cache_clear(ReplyCache *cache) {
        for (size_t i = 0; i < REPLY_CACHE_ENTRIES; i++)
                cache->entries[i].key.pool = NULL;
}

static ReplyTerm reply_get_term(const Reply *reply) {
        if (reply->lifetime == 0)
                return REPLY_TERM_NONE;
        return reply->lifetime == USEC_INFINITY ? REPLY_TERM_INFINITE : REPLY_TERM_FINITE;
}

/* Whether nothing but what is in the key says what the client gets. A dry run is to show the long
 * way, and changes nothing. */
static bool reply_is_ordinary(const Reply *reply, size_t n_codes) {
        const Request *request = reply->request;

        return !request->host && !request->trace && !reply->boot_file &&
               !message_has(request->message, DHCP_OPTION_FQDN) &&
               n_codes <= sizeof(((ReplyCacheKey *) NULL)->codes);
}

static bool key_is(const ReplyCacheKey *key, const Reply *reply, const uint8_t *codes, size_t n) {
        return key->pool == reply->pool && key->n_codes == n &&
               key->router == request_server_address(reply->request, reply->pool) &&
               key->terminates_text == reply->terminates_text &&
               key->term == reply_get_term(reply) && (n == 0 || memcmp(key->codes, codes, n) == 0);
}

/* Two lists that meet in one place only push each other out. */
static ReplyCacheEntry *cache_find_place(
        ReplyCache *cache, const Reply *reply, const uint8_t *codes, size_t n) {
        size_t sum = (uintptr_t) reply->pool / sizeof(Pool);

        for (size_t i = 0; i < n; i++)
                sum = sum * 31 + codes[i];
        return &cache->entries[sum % REPLY_CACHE_ENTRIES];
}

bool reply_cache_add(Reply *reply, const uint8_t *codes, size_t n) {
        const ReplyCacheEntry *entry;
        uint8_t *options;
        uint32_t t1, t2;

        if (!reply_is_ordinary(reply, n))
                return false;
        entry = cache_find_place(&reply->request->server->reply_cache, reply, codes, n);
        if (!key_is(&entry->key, reply, codes, n))
                return false;

        options = message_builder_add_encoded(&reply->builder, entry->options, entry->size);
        if (!options)
                return false;
        if (entry->key.term != REPLY_TERM_FINITE)
                return true;
        request_renewal_times(reply->request, reply->lifetime, &t1, &t2);
        if (entry->t1_at > 0)
                wire_put_u32(options + entry->t1_at, t1);
        if (entry->t2_at > 0)
                wire_put_u32(options + entry->t2_at, t2);
        return true;
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

void reply_cache_keep(const Reply *reply, const uint8_t *codes, size_t n, size_t start) {
        const MessageBuilder *builder = &reply->builder;
        const size_t size = builder->used - start;
        ReplyCacheEntry *entry;

        if (!reply_is_ordinary(reply, n) || reply->lacks_options || builder->overload_at > 0 ||
                size > sizeof(entry->options))
                return;

        entry = cache_find_place(&reply->request->server->reply_cache, reply, codes, n);
        *entry = (ReplyCacheEntry){
                .key =
                        {
                                .pool = reply->pool,
                                .router = request_server_address(reply->request, reply->pool),
                                .terminates_text = reply->terminates_text,
                                .term = reply_get_term(reply),
                                .n_codes = (uint8_t) n,
                        },
                .size = (uint8_t) size,
        };
        if (n > 0)
                memcpy(entry->key.codes, codes, n);
        memcpy(entry->options, builder->packet + start, size);
        if (entry->key.term == REPLY_TERM_FINITE) {
                entry->t1_at = find_time(entry, DHCP_OPTION_RENEWAL_TIME);
                entry->t2_at = find_time(entry, DHCP_OPTION_REBINDING_TIME);
        }
}
