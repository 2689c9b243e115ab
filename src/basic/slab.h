/* SPDX-License-Identifier: MIT */
#pragma once

/* Objects of one size from large chunks. An object never moves, a freed one is used again first,
 * and a slot number names it for as long as it lives: iteration by slot survives changes. Objects
 * are aligned for pointers and 64-bit numbers. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/macro.h"

typedef struct Slab {
        size_t object_size; /* rounded up to the alignment */
        size_t n_slots;     /* slots ever used */
        size_t n_live;      /* slots in use now */
        uint8_t **chunks;
        size_t n_chunks;
        size_t chunk_size;  /* a power of two, and the alignment of chunks */
        size_t chunk_slots; /* objects in a chunk */
        void *free_list;
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
 * slab_release() - takes an object back. O(1). The object must come from this slab.
 */
void slab_release(Slab *slab, void *object);

/**
 * slab_at() - the live object in slot @slot, NULL when the slot is free or beyond the end. Slots
 * are numbered 0 to slab->n_slots - 1.
 */
void *slab_at(const Slab *slab, size_t slot);
