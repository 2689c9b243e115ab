/* SPDX-License-Identifier: MIT */

/* Takes the place of basic/slab.c: each object is an allocation of its own, which can fail by
 * itself, and whose use after its end a sanitizer sees. A chunk is one object here. */

#include "basic/slab.h"

#include <errno.h>
#include <stdlib.h>

typedef struct LooseObject {
        size_t slot;
        size_t reserved; /* keeps the object aligned */
        uint8_t data[];
} LooseObject;

void slab_init(Slab *slab, size_t object_size) {
        *slab = (Slab){.object_size = object_size};
}

void slab_done(Slab *slab) {
        for (size_t i = 0; i < slab->n_slots; i++)
                free(slab->chunks[i]);
        free(slab->chunks);
        slab_init(slab, slab->object_size);
}

static size_t find_free_slot(const Slab *slab) {
        size_t i = slab->n_live == slab->n_slots ? slab->n_slots : 0;

        while (i < slab->n_slots && slab->chunks[i])
                i++;
        return i;
}

/* By doubling; n_chunks is what there is room for. */
static int make_room(Slab *slab) {
        const size_t n = slab->n_chunks > 0 ? 2 * slab->n_chunks : 1;
        uint8_t **chunks;

        if (slab->n_slots < slab->n_chunks)
                return 0;
        chunks = reallocarray(slab->chunks, n, sizeof(*chunks));
        if (!chunks)
                return -ENOMEM;
        slab->chunks = chunks;
        slab->n_chunks = n;
        return 0;
}

void *slab_allocate(Slab *slab) {
        size_t slot = find_free_slot(slab);
        LooseObject *object = calloc(1, sizeof(*object) + slab->object_size);

        if (!object)
                return NULL;
        if (slot == slab->n_slots) {
                if (make_room(slab) < 0) {
                        free(object);
                        return NULL;
                }
                slab->n_slots++;
        }
        slab->chunks[slot] = (uint8_t *) object;
        slab->n_live++;
        object->slot = slot;
        return object->data;
}

void slab_release(Slab *slab, void *object) {
        LooseObject *loose = CONTAINER_OF(object, LooseObject, data);

        slab->chunks[loose->slot] = NULL;
        slab->n_live--;
        free(loose);
}

void *slab_at(const Slab *slab, size_t slot) {
        if (slot >= slab->n_slots || !slab->chunks[slot])
                return NULL;
        return ((LooseObject *) (void *) slab->chunks[slot])->data;
}
