/* SPDX-License-Identifier: MIT */
#pragma once

/* Records by their keys, about 20 bytes for each besides the record itself, and marks that tell
 * which of them have been seen since a listing has begun. */

#include <stddef.h>
#include <stdint.h>

#include "basic/hash.h"
#include "basic/slab.h"
#include "follow/record.h"

enum {
        MIRROR_CLASSES = 15,
};

typedef struct MirrorEntry {
        HashNode by_key;
        uint32_t mark;
        uint16_t size;
        uint8_t data[];
} MirrorEntry;

typedef struct Mirror {
        HashTable by_key;
        Slab slabs[MIRROR_CLASSES]; /* by size */
        uint8_t hash_key[16];
        uint32_t mark; /* of what is seen now */
} Mirror;

/**
 * mirror_init() - an empty mirror.
 *
 * @hash_key: secret of the hash function
 */
void mirror_init(Mirror *mirror, const uint8_t hash_key[static 16]);

/**
 * mirror_done() - frees all entries.
 */
void mirror_done(Mirror *mirror);

/**
 * mirror_find() - the entry of a key, or NULL. O(1).
 *
 * @key: @size bytes
 */
MirrorEntry *mirror_find(const Mirror *mirror, const uint8_t *key, size_t size);

/**
 * mirror_record() - the record of an entry, borrowed; no data for NULL.
 */
FollowRecord mirror_record(const MirrorEntry *entry);

/**
 * mirror_add() - adds a record. An entry of the same key is to be removed afterwards, and until
 * then either may be found.
 *
 * Return: the entry, marked as seen; NULL without memory.
 */
MirrorEntry *mirror_add(Mirror *mirror, FollowRecord record);

/**
 * mirror_remove() - removes and frees an entry.
 */
void mirror_remove(Mirror *mirror, MirrorEntry *entry);

/**
 * mirror_n_slots() - positions to look at in mirror_at().
 */
size_t mirror_n_slots(const Mirror *mirror);

/**
 * mirror_at() - the entry at a position, or NULL. O(1). Entries stay where they are while they are
 * there.
 */
MirrorEntry *mirror_at(const Mirror *mirror, size_t slot);
