/* SPDX-License-Identifier: MIT */
#pragma once

/* Objects of one size from large chunks. An object never moves, a freed one is used again first,
 * and a slot number names it for as long as it lives: iteration by slot survives changes. Objects
 * are aligned for pointers and 64-bit numbers.
 *
 * Memory goes back when all objects of a block of about 1 MiB have been released. Objects that are
 * soon released again have blocks of their own, so that none of those that stay keeps theirs. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/macro.h"

typedef struct SlabBlock SlabBlock;

typedef struct Slab {
        size_t object_size; /* rounded up to the alignment */
        size_t n_slots;     /* no object is in a slot from here on */
        size_t n_live;      /* slots in use now */
        size_t n_transient; /* of them, in blocks for transient objects */
        SlabBlock **blocks; /* by number; NULL where one has been given back */
        size_t n_blocks;
        SlabBlock *roomy[2]; /* blocks with room: for objects that stay, for transient ones */
        size_t chunk_size;   /* a power of two, and the alignment of chunks */
        size_t chunk_slots;  /* objects in a chunk */
} Slab;

/**
 * slab_init() - an empty slab for objects of @object_size bytes; allocates nothing.
 */
void slab_init(Slab *slab, size_t object_size);

/**
 * slab_done() - frees all memory, live objects included.
 */
void slab_done(Slab *slab);

/**
 * slab_allocate() - a zeroed object. O(1), one malloc() for every 16 chunks of about 64 KiB.
 * Return: the object or NULL when there is no memory.
 */
void *slab_allocate(Slab *slab);

/**
 * slab_allocate_transient() - the same, but in a block for objects that are soon released again.
 */
void *slab_allocate_transient(Slab *slab);

/**
 * slab_is_transient() - whether an object of this slab is in such a block.
 */
bool slab_is_transient(const Slab *slab, const void *object);

/**
 * slab_release() - takes an object back. O(1). The object must come from this slab.
 */
void slab_release(Slab *slab, void *object);

/**
 * slab_at() - the live object in slot @slot, NULL when the slot is free or beyond the end. Slots
 * are numbered 0 to slab->n_slots - 1.
 */
void *slab_at(const Slab *slab, size_t slot);
