/* SPDX-License-Identifier: MIT */
/* Slab allocation.
 *
 * A chunk is aligned to its own size, so that an object's address leads to the chunk's head, which
 * knows the chunk's first slot and, a bit for each slot, which ones live.
 *
 * Invariant: a slot below n_slots is either live or on the free list, never both. */

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "basic/slab.h"

#define CHUNK_SIZE ((size_t) 64 * 1024)

/* Left unused at a chunk's end: malloc() keeps its own word there, and the next aligned chunk
 * follows without a gap. */
#define CHUNK_SLACK 64

/* Chunks that are asked of malloc() at a time. Such a block has pages of its own, of which only
 * those that are used cost memory; a chunk alone is just large enough to be given pages of its own,
 * with one wasted on malloc()'s own words. */
#define BLOCK_CHUNKS 16

/* Large objects get larger chunks, so that there are at least this many in one. */
#define CHUNK_SLOTS_MINIMUM 8

typedef struct ChunkHead {
        size_t first_slot;
        uint64_t live[]; /* a bit for each slot, set while the object is in use */
} ChunkHead;

typedef struct FreeObject {
        struct FreeObject *next;
} FreeObject;

static size_t head_size(size_t n_slots) {
        return sizeof(ChunkHead) + (n_slots + 63) / 64 * sizeof(uint64_t);
}

void slab_init(Slab *slab, size_t object_size) {
        const size_t alignment = MAX(_Alignof(uint64_t), _Alignof(FreeObject));
        const size_t size =
                (MAX(object_size, sizeof(FreeObject)) + alignment - 1) / alignment * alignment;
        size_t chunk_size = CHUNK_SIZE, n;

        while (chunk_size - CHUNK_SLACK <
                head_size(CHUNK_SLOTS_MINIMUM) + CHUNK_SLOTS_MINIMUM * size)
                chunk_size *= 2;
        n = (chunk_size - CHUNK_SLACK) / size;
        while (head_size(n) + n * size > chunk_size - CHUNK_SLACK)
                n--;

        *slab = (Slab){
                .object_size = size,
                .chunk_size = chunk_size,
                .chunk_slots = n,
        };
}

void slab_done(Slab *slab) {
        for (size_t i = 0; i < slab->n_chunks; i += BLOCK_CHUNKS)
                free(slab->chunks[i]);
        free(slab->chunks);
        slab_init(slab, slab->object_size);
}

static int slab_add_chunk(Slab *slab) {
        uint8_t **chunks;
        ChunkHead *head;
        void *chunk;

        /* Once for every chunk of 64 KiB: not worth a capacity of its own. */
        chunks = reallocarray(slab->chunks, slab->n_chunks + 1, sizeof(*chunks));
        if (!chunks)
                return -ENOMEM;
        slab->chunks = chunks;

        if (slab->n_chunks % BLOCK_CHUNKS > 0)
                chunk = chunks[slab->n_chunks - 1] + slab->chunk_size;
        else if (posix_memalign(&chunk, slab->chunk_size,
                         BLOCK_CHUNKS * slab->chunk_size - CHUNK_SLACK) != 0)
                return -ENOMEM;
        memset(chunk, 0, head_size(slab->chunk_slots));
        head = chunk;
        head->first_slot = slab->n_slots;
        chunks[slab->n_chunks++] = chunk;
        return 0;
}

static ChunkHead *slab_head(const Slab *slab, const void *object) {
        return (ChunkHead *) ((uintptr_t) object & ~(slab->chunk_size - 1));
}

static void *head_object(const Slab *slab, ChunkHead *head, size_t index) {
        return (uint8_t *) head + head_size(slab->chunk_slots) + index * slab->object_size;
}

static size_t head_index(const Slab *slab, const ChunkHead *head, const void *object) {
        size_t offset = (size_t) ((const uint8_t *) object - (const uint8_t *) head);

        return (offset - head_size(slab->chunk_slots)) / slab->object_size;
}

void *slab_allocate(Slab *slab) {
        FreeObject *object = slab->free_list;
        ChunkHead *head;
        size_t index;

        if (object) {
                slab->free_list = object->next;
                head = slab_head(slab, object);
                index = head_index(slab, head, object);
        } else {
                if (slab->n_slots == slab->n_chunks * slab->chunk_slots && slab_add_chunk(slab) < 0)
                        return NULL;
                head = (ChunkHead *) slab->chunks[slab->n_chunks - 1];
                index = slab->n_slots++ - head->first_slot;
                object = head_object(slab, head, index);
        }

        head->live[index / 64] |= UINT64_C(1) << (index % 64);
        slab->n_live++;
        return memset(object, 0, slab->object_size);
}

void slab_release(Slab *slab, void *object) {
        ChunkHead *head = slab_head(slab, object);
        size_t index = head_index(slab, head, object);
        FreeObject *freed = object;

        assert(head->live[index / 64] >> (index % 64) & 1);
        head->live[index / 64] &= ~(UINT64_C(1) << (index % 64));
        slab->n_live--;
        freed->next = slab->free_list;
        slab->free_list = freed;
}

void *slab_at(const Slab *slab, size_t slot) {
        ChunkHead *head;
        size_t index;

        if (slot >= slab->n_slots)
                return NULL;
        head = (ChunkHead *) slab->chunks[slot / slab->chunk_slots];
        index = slot % slab->chunk_slots;
        if (!(head->live[index / 64] >> (index % 64) & 1))
                return NULL;
        return head_object(slab, head, index);
}
