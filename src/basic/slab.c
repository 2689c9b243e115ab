/* SPDX-License-Identifier: MIT */
/* Slab allocation.
 *
 * Memory comes in blocks of 16 chunks. A chunk is aligned to its own size, so that an object's
 * address leads to the chunk's head, which knows its block and, a bit for each slot, which ones
 * live. A block whose last object is released goes back to malloc() at once, unless hardly more
 * than its first pages were used: so nobody pays for a block who did not fill some of it, and what
 * a flood has needed is gone when the flood is.
 *
 * Invariants: a slot of a block below its n_used is either live or on the block's free list, never
 * both; a block is in the list of its kind exactly while it has room. */

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
        SlabBlock *block;
        uint64_t live[]; /* a bit for each slot, set while the object is in use */
} ChunkHead;

typedef struct FreeObject {
        struct FreeObject *next;
} FreeObject;

struct SlabBlock {
        SlabBlock *next; /* with room, of the same kind */
        SlabBlock *previous;
        uint8_t *chunks;
        size_t number;
        size_t n_used; /* slots that have been in use since the block was empty */
        size_t n_live;
        FreeObject *free_list;
        bool transient;
};

static size_t head_size(size_t n_slots) {
        return sizeof(ChunkHead) + (n_slots + 63) / 64 * sizeof(uint64_t);
}

static size_t block_slots(const Slab *slab) {
        return BLOCK_CHUNKS * slab->chunk_slots;
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

static void block_free(SlabBlock *block) {
        if (!block)
                return;
        free(block->chunks);
        free(block);
}

void slab_done(Slab *slab) {
        for (size_t i = 0; i < slab->n_blocks; i++)
                block_free(slab->blocks[i]);
        free(slab->blocks);
        slab_init(slab, slab->object_size);
}

static void block_link(Slab *slab, SlabBlock *block) {
        SlabBlock **first = &slab->roomy[block->transient];

        block->previous = NULL;
        block->next = *first;
        if (*first)
                (*first)->previous = block;
        *first = block;
}

static void block_unlink(Slab *slab, SlabBlock *block) {
        if (block->previous)
                block->previous->next = block->next;
        else
                slab->roomy[block->transient] = block->next;
        if (block->next)
                block->next->previous = block->previous;
}

/* The first number that no block has. O(blocks), once a block. */
static size_t find_number(const Slab *slab) {
        size_t number = 0;

        while (number < slab->n_blocks && slab->blocks[number])
                number++;
        return number;
}

static SlabBlock *slab_add_block(Slab *slab, bool transient) {
        const size_t number = find_number(slab);
        _cleanup_free_ SlabBlock *block = NULL;
        void *chunks;

        if (number == slab->n_blocks) {
                SlabBlock **blocks;

                blocks = reallocarray(slab->blocks, number + 1, sizeof(*blocks));
                if (!blocks)
                        return NULL;
                slab->blocks = blocks;
                slab->blocks[slab->n_blocks++] = NULL;
        }
        block = calloc(1, sizeof(*block));
        if (!block || posix_memalign(&chunks, slab->chunk_size,
                              BLOCK_CHUNKS * slab->chunk_size - CHUNK_SLACK) != 0)
                return NULL;

        block->chunks = chunks;
        block->number = number;
        block->transient = transient;
        block_link(slab, block);
        slab->blocks[number] = block;
        return TAKE_PTR(block);
}

static ChunkHead *block_head(const Slab *slab, const SlabBlock *block, size_t chunk) {
        return (ChunkHead *) (void *) (block->chunks + chunk * slab->chunk_size);
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

/* A slot that has not been in use since the block was empty. */
static void *block_take_new(Slab *slab, SlabBlock *block, ChunkHead **ret_head, size_t *ret_index) {
        const size_t slot = block->n_used++, index = slot % slab->chunk_slots;
        ChunkHead *head = block_head(slab, block, slot / slab->chunk_slots);

        if (index == 0) {
                memset(head, 0, head_size(slab->chunk_slots));
                head->block = block;
        }
        slab->n_slots = MAX(slab->n_slots, block->number * block_slots(slab) + block->n_used);
        *ret_head = head;
        *ret_index = index;
        return head_object(slab, head, index);
}

static void *allocate(Slab *slab, bool transient) {
        SlabBlock *block = slab->roomy[transient];
        FreeObject *object;
        ChunkHead *head;
        size_t index;

        if (!block) {
                block = slab_add_block(slab, transient);
                if (!block)
                        return NULL;
        }
        object = block->free_list;
        if (object) {
                block->free_list = object->next;
                head = slab_head(slab, object);
                index = head_index(slab, head, object);
        } else
                object = block_take_new(slab, block, &head, &index);

        head->live[index / 64] |= UINT64_C(1) << (index % 64);
        slab->n_live++;
        slab->n_transient += transient;
        if (++block->n_live == block_slots(slab))
                block_unlink(slab, block);
        return memset(object, 0, slab->object_size);
}

void *slab_allocate(Slab *slab) {
        return allocate(slab, false);
}

void *slab_allocate_transient(Slab *slab) {
        return allocate(slab, true);
}

bool slab_is_transient(const Slab *slab, const void *object) {
        return slab->n_transient > 0 && slab_head(slab, object)->block->transient;
}

static void drop_numbers(Slab *slab) {
        while (slab->n_blocks > 0 && !slab->blocks[slab->n_blocks - 1])
                slab->n_blocks--;
}

/* The slots of the blocks that are left. An empty one at the end takes a lower number where there
 * is one, so that slots are not counted for what has been given back before it. */
static void slab_count_slots(Slab *slab) {
        SlabBlock *last;

        drop_numbers(slab);
        if (slab->n_blocks == 0) {
                slab->n_slots = 0;
                return;
        }
        last = slab->blocks[slab->n_blocks - 1];
        if (last->n_live == 0 && last->number > 0 && !slab->blocks[last->number - 1]) {
                slab->blocks[last->number] = NULL;
                last->number = find_number(slab);
                slab->blocks[last->number] = last;
                drop_numbers(slab);
                last = slab->blocks[slab->n_blocks - 1];
        }
        slab->n_slots = last->number * block_slots(slab) + last->n_used;
}

static void slab_retire(Slab *slab, SlabBlock *block) {
        if (block->n_used <= slab->chunk_slots) {
                block->n_used = 0;
                block->free_list = NULL;
        } else {
                block_unlink(slab, block);
                slab->blocks[block->number] = NULL;
                block_free(block);
        }
        slab_count_slots(slab);
}

void slab_release(Slab *slab, void *object) {
        ChunkHead *head = slab_head(slab, object);
        size_t index = head_index(slab, head, object);
        SlabBlock *block = head->block;
        FreeObject *freed = object;

        assert(head->live[index / 64] >> (index % 64) & 1);
        head->live[index / 64] &= ~(UINT64_C(1) << (index % 64));
        slab->n_live--;
        slab->n_transient -= block->transient;
        freed->next = block->free_list;
        block->free_list = freed;
        if (block->n_live-- == block_slots(slab))
                block_link(slab, block);
        if (block->n_live == 0)
                slab_retire(slab, block);
}

void *slab_at(const Slab *slab, size_t slot) {
        const SlabBlock *block;
        ChunkHead *head;
        size_t index;

        if (slot >= slab->n_slots)
                return NULL;
        block = slab->blocks[slot / block_slots(slab)];
        slot %= block_slots(slab);
        if (!block || slot >= block->n_used)
                return NULL;
        head = block_head(slab, block, slot / slab->chunk_slots);
        index = slot % slab->chunk_slots;
        if (!(head->live[index / 64] >> (index % 64) & 1))
                return NULL;
        return head_object(slab, head, index);
}
