/* SPDX-License-Identifier: MIT */

/* Takes the place of basic/slab.c: each object is an allocation of its own, which can fail by
 * itself, and whose use after its end a sanitizer sees. A block is one object here. */

#include "basic/slab.h"

#include <errno.h>
#include <stdlib.h>

struct SlabBlock {
        size_t slot;
        size_t is_transient; /* as wide as it is, it keeps the object aligned */
        uint8_t data[];
};

void slab_init(Slab *slab, size_t object_size) {
        *slab = (Slab){.object_size = object_size};
}

void slab_done(Slab *slab) {
        for (size_t i = 0; i < slab->n_slots; i++)
                free(slab->blocks[i]);
        free(slab->blocks);
        slab_init(slab, slab->object_size);
}

static size_t find_free_slot(const Slab *slab) {
        size_t i = slab->n_live == slab->n_slots ? slab->n_slots : 0;

        while (i < slab->n_slots && slab->blocks[i])
                i++;
        return i;
}

/* By doubling; n_blocks is what there is room for. */
static int make_room(Slab *slab) {
        const size_t n = slab->n_blocks > 0 ? 2 * slab->n_blocks : 1;
        SlabBlock **blocks;

        if (slab->n_slots < slab->n_blocks)
                return 0;
        blocks = reallocarray(slab->blocks, n, sizeof(*blocks));
        if (!blocks)
                return -ENOMEM;
        slab->blocks = blocks;
        slab->n_blocks = n;
        return 0;
}

static void *allocate(Slab *slab, bool transient) {
        size_t slot = find_free_slot(slab);
        SlabBlock *object = calloc(1, sizeof(*object) + slab->object_size);

        if (!object)
                return NULL;
        if (slot == slab->n_slots) {
                if (make_room(slab) < 0) {
                        free(object);
                        return NULL;
                }
                slab->n_slots++;
        }
        slab->blocks[slot] = object;
        slab->n_live++;
        slab->n_transient += transient;
        object->slot = slot;
        object->is_transient = transient;
        return object->data;
}

void *slab_allocate(Slab *slab) {
        return allocate(slab, false);
}

void *slab_allocate_transient(Slab *slab) {
        return allocate(slab, true);
}

bool slab_is_transient(const Slab *slab, const void *object) {
        const SlabBlock *block = (const SlabBlock *) (const void *) ((const uint8_t *) object -
                                                                     offsetof(SlabBlock, data));

        return slab->n_transient > 0 && block->is_transient;
}

void slab_release(Slab *slab, void *object) {
        SlabBlock *block = CONTAINER_OF(object, SlabBlock, data);

        slab->blocks[block->slot] = NULL;
        slab->n_live--;
        slab->n_transient -= block->is_transient;
        free(block);
}

void *slab_at(const Slab *slab, size_t slot) {
        return slot < slab->n_slots && slab->blocks[slot] ? slab->blocks[slot]->data : NULL;
}
