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
        size_t i = 0;

        while (i < slab->n_slots && slab->chunks[i])
                i++;
        return i;
}

void *slab_allocate(Slab *slab) {
        size_t slot = find_free_slot(slab);
        LooseObject *object = calloc(1, sizeof(*object) + slab->object_size);

        if (!object)
                return NULL;
        if (slot == slab->n_slots) {
                uint8_t **chunks = reallocarray(slab->chunks, slot + 1, sizeof(*chunks));

                if (!chunks) {
                        free(object);
                        return NULL;
                }
                slab->chunks = chunks;
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
