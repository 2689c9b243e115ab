/* SPDX-License-Identifier: MIT */

/* Open addressing with linear probing. Knows nothing of a host but its name. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "basic/hash.h"
#include "config/host-index.h"

enum {
        FIRST_SLOTS = 64,
};

void host_index_done(HostIndex *index) {
        free(index->slots);
        *index = (HostIndex){0};
}

/* The slot of a name: its host's, or the empty one where it belongs. */
static HostSettings **find_slot(const HostIndex *index, const char *name) {
        static const uint8_t key[16] = {0}; /* names are the administrator's */

        for (uint64_t i = hash_bytes(name, strlen(name), key);; i++) {
                HostSettings **slot = &index->slots[i & (index->n_slots - 1)];

                if (!*slot || strcmp((*slot)->name, name) == 0)
                        return slot;
        }
}

HostSettings *host_index_find(const HostIndex *index, const char *name) {
        return index->n_slots > 0 ? *find_slot(index, name) : NULL;
}

static int grow(HostIndex *index) {
        HostIndex grown = {.n_slots = index->n_slots > 0 ? index->n_slots * 2 : FIRST_SLOTS};

        grown.slots = calloc(grown.n_slots, sizeof(HostSettings *));
        if (!grown.slots)
                return -ENOMEM;
        for (size_t i = 0; i < index->n_slots; i++)
                if (index->slots[i])
                        *find_slot(&grown, index->slots[i]->name) = index->slots[i];
        free(index->slots);
        index->slots = grown.slots;
        index->n_slots = grown.n_slots;
        return 0;
}

int host_index_add(HostIndex *index, HostSettings *host) {
        int r;

        if (index->n_hosts >= index->n_slots / 2) {
                r = grow(index);
                if (r < 0)
                        return r;
        }
        *find_slot(index, host->name) = host;
        index->n_hosts++;
        return 0;
}
