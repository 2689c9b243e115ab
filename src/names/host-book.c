/* SPDX-License-Identifier: MIT */

/* A host is in the table under each thing that it is known by, its name being one of them. */

#include "names/host-book.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

typedef struct HostEntry HostEntry;

typedef struct HostKey {
        HashNode node;
        FollowTag tag;
        HostEntry *host;
} HostKey;

static const FollowTag key_tags[] = {
        FOLLOW_KEY,
        FOLLOW_CLIENT_ID,
        FOLLOW_HARDWARE,
        FOLLOW_CIRCUIT_ID,
};

struct HostEntry {
        ListNode node;
        HostKey keys[ELEMENTSOF(key_tags)];
        FollowRecord record;
        uint8_t data[];
};

static uint64_t hash_value(
        const HostBook *index, FollowTag tag, const uint8_t *value, size_t size) {
        return hash_bytes(value, size, index->hash_key) + (uint64_t) tag;
}

static uint64_t hash_node(const HashNode *node, const void *userdata) {
        const HostKey *key = CONTAINER_OF(node, HostKey, node);
        const uint8_t *value;
        const size_t size = follow_record_get(key->host->record, key->tag, &value);

        return hash_value(userdata, key->tag, value, size);
}

void host_book_init(HostBook *index, const uint8_t hash_key[static 16]) {
        memcpy(index->hash_key, hash_key, sizeof(index->hash_key));
        hash_table_init(&index->keys, hash_node, index);
        list_init(&index->hosts);
}

static bool is_equal(FollowRecord record, FollowTag tag, const uint8_t *value, size_t size) {
        const uint8_t *other;

        return follow_record_get(record, tag, &other) == size && memcmp(other, value, size) == 0;
}

/* The first key from @node on that is this one. */
static HostKey *find_key(const HashTable *table, HashNode *node, uint64_t hash, FollowTag tag,
        const uint8_t *value, size_t size) {
        for (; node; node = hash_table_next(table, node, hash)) {
                HostKey *key = CONTAINER_OF(node, HostKey, node);

                if (key->tag == tag && is_equal(key->host->record, tag, value, size))
                        return key;
        }
        return NULL;
}

static HostKey *first_key(const HostBook *index, FollowTag tag, const uint8_t *value, size_t size) {
        const uint64_t hash = hash_value(index, tag, value, size);

        return find_key(&index->keys, hash_table_first(&index->keys, hash), hash, tag, value, size);
}

static HostKey *next_key(
        const HostBook *index, const HostKey *key, const uint8_t *value, size_t size) {
        const uint64_t hash = hash_value(index, key->tag, value, size);

        return find_key(&index->keys, hash_table_next(&index->keys, &key->node, hash), hash,
                key->tag, value, size);
}

static void unlink_host(HostBook *index, HostEntry *host) {
        for (size_t i = 0; i < ELEMENTSOF(key_tags); i++)
                if (host->keys[i].host)
                        hash_table_remove(&index->keys, &host->keys[i].node,
                                hash_node(&host->keys[i].node, index));
        list_remove(&host->node);
        free(host);
}

static int link_host(HostBook *index, HostEntry *host) {
        for (size_t i = 0; i < ELEMENTSOF(key_tags); i++) {
                const uint8_t *value;
                int r;

                if (follow_record_get(host->record, key_tags[i], &value) == 0)
                        continue;
                host->keys[i].tag = key_tags[i];
                host->keys[i].host = host;
                r = hash_table_insert(
                        &index->keys, &host->keys[i].node, hash_node(&host->keys[i].node, index));
                if (r < 0) {
                        host->keys[i].host = NULL;
                        return r;
                }
        }
        return 0;
}

int host_book_put(HostBook *index, FollowRecord record) {
        HostEntry *host = calloc(1, sizeof(*host) + record.size);
        const uint8_t *name;
        const size_t size = follow_record_get(record, FOLLOW_KEY, &name);
        const HostKey *old = first_key(index, FOLLOW_KEY, name, size);
        int r;

        if (!host)
                return -ENOMEM;
        memcpy(host->data, record.data, record.size);
        host->record = (FollowRecord){host->data, record.size};
        list_append(&index->hosts, &host->node);
        r = link_host(index, host);
        if (r < 0)
                unlink_host(index, host);
        else if (old)
                unlink_host(index, old->host);
        return r;
}

void host_book_remove(HostBook *index, const uint8_t *name, size_t size) {
        HostKey *key = first_key(index, FOLLOW_KEY, name, size);

        if (key)
                unlink_host(index, key->host);
}

static bool text_is_equal(FollowRecord a, FollowTag tag_a, FollowRecord b, FollowTag tag_b) {
        const uint8_t *x, *y;
        const size_t size = follow_record_get(a, tag_a, &x);

        return follow_record_get(b, tag_b, &y) == size &&
               (size == 0 || strncasecmp((const char *) x, (const char *) y, size) == 0);
}

static bool host_is_at(FollowRecord host, FollowRecord lease) {
        const uint8_t *value;

        if (follow_record_get(host, FOLLOW_CIRCUIT_ID, &value) > 0 &&
                !text_is_equal(host, FOLLOW_CIRCUIT_ID, lease, FOLLOW_CIRCUIT_ID))
                return false;
        return follow_record_get(host, FOLLOW_SERVED_POOL, &value) == 0 ||
               text_is_equal(host, FOLLOW_SERVED_POOL, lease, FOLLOW_POOL) ||
               text_is_equal(host, FOLLOW_HOSTNAME, lease, FOLLOW_HOSTNAME);
}

FollowRecord host_book_find(const HostBook *index, FollowRecord lease) {
        for (size_t i = 1; i < ELEMENTSOF(key_tags); i++) {
                const uint8_t *value;
                const size_t size = follow_record_get(lease, key_tags[i], &value);

                if (size == 0)
                        continue;
                for (const HostKey *key = first_key(index, key_tags[i], value, size); key;
                        key = next_key(index, key, value, size))
                        if (host_is_at(key->host->record, lease))
                                return key->host->record;
        }
        return (FollowRecord){0};
}

void host_book_done(HostBook *index) {
        LIST_FOREACH_SAFE (node, following, &index->hosts)
                unlink_host(index, CONTAINER_OF(node, HostEntry, node));
        hash_table_done(&index->keys);
}
