/* SPDX-License-Identifier: MIT */

/* The store of records. Knows where the key of a record is, and nothing else of it. */

#include "follow/mirror.h"

#include <assert.h>
#include <string.h>

static const size_t classes[MIRROR_CLASSES] = {
        48, 56, 64, 72, 80, 88, 96, 112, 128, 160, 224, 320, 640, 1280, 4128};

static_assert(sizeof(MirrorEntry) + FOLLOW_RECORD_MAX <= 4128, "the last class holds the largest");

static uint64_t hash_key(const Mirror *mirror, const uint8_t *key, size_t size) {
        return hash_bytes(key, size, mirror->hash_key);
}

static uint64_t hash_record(const Mirror *mirror, FollowRecord record) {
        const uint8_t *key;
        const size_t size = follow_record_get(record, FOLLOW_KEY, &key);

        return hash_key(mirror, key, size);
}

static uint64_t hash_node(const HashNode *node, const void *userdata) {
        return hash_record(userdata, mirror_record(CONTAINER_OF(node, MirrorEntry, by_key)));
}

static Slab *slab_of(Mirror *mirror, size_t size) {
        size_t class = 0;

        while (classes[class] < offsetof(MirrorEntry, data) + size)
                class ++;
        return &mirror->slabs[class];
}

void mirror_init(Mirror *mirror, const uint8_t key[static 16]) {
        *mirror = (Mirror){.mark = 1};
        memcpy(mirror->hash_key, key, sizeof(mirror->hash_key));
        hash_table_init(&mirror->by_key, hash_node, mirror);
        for (size_t i = 0; i < MIRROR_CLASSES; i++)
                slab_init(&mirror->slabs[i], classes[i]);
}

void mirror_done(Mirror *mirror) {
        hash_table_done(&mirror->by_key);
        for (size_t i = 0; i < MIRROR_CLASSES; i++)
                slab_done(&mirror->slabs[i]);
}

MirrorEntry *mirror_find(const Mirror *mirror, const uint8_t *key, size_t size) {
        const uint64_t hash = hash_key(mirror, key, size);

        for (HashNode *node = hash_table_first(&mirror->by_key, hash); node;
                node = hash_table_next(&mirror->by_key, node, hash)) {
                MirrorEntry *entry = CONTAINER_OF(node, MirrorEntry, by_key);
                const uint8_t *other;
                size_t n = follow_record_get(mirror_record(entry), FOLLOW_KEY, &other);

                if (n == size && memcmp(key, other, n) == 0)
                        return entry;
        }
        return NULL;
}

FollowRecord mirror_record(const MirrorEntry *entry) {
        return entry ? (FollowRecord){entry->data, entry->size} : (FollowRecord){0};
}

MirrorEntry *mirror_add(Mirror *mirror, FollowRecord record) {
        MirrorEntry *entry = slab_allocate(slab_of(mirror, record.size));

        if (!entry)
                return NULL;
        memcpy(entry->data, record.data, record.size);
        entry->size = (uint16_t) record.size;
        entry->mark = mirror->mark;
        if (hash_table_insert(&mirror->by_key, &entry->by_key, hash_record(mirror, record)) < 0) {
                slab_release(slab_of(mirror, record.size), entry);
                return NULL;
        }
        return entry;
}

void mirror_remove(Mirror *mirror, MirrorEntry *entry) {
        hash_table_remove(
                &mirror->by_key, &entry->by_key, hash_record(mirror, mirror_record(entry)));
        slab_release(slab_of(mirror, entry->size), entry);
}

size_t mirror_n_slots(const Mirror *mirror) {
        size_t n = 0;

        for (size_t i = 0; i < MIRROR_CLASSES; i++)
                n += mirror->slabs[i].n_slots;
        return n;
}

MirrorEntry *mirror_at(const Mirror *mirror, size_t slot) {
        for (size_t i = 0; i < MIRROR_CLASSES; i++) {
                if (slot < mirror->slabs[i].n_slots)
                        return slab_at(&mirror->slabs[i], slot);
                slot -= mirror->slabs[i].n_slots;
        }
        return NULL;
}
