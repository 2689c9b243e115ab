/* SPDX-License-Identifier: MIT */

#include "core/clones.h"

#include <string.h>

#define DAY_USEC (24 * USEC_PER_HOUR)

static Clone *find_clone(CloneWatch *watch, uint64_t client, usec_t now) {
        for (size_t i = 0; i < CLONES_MAX; i++)
                if (watch->clones[i].client == client && watch->clones[i].until > now)
                        return &watch->clones[i];
        return NULL;
}

/* A free place, or that of a client of which nothing has been told; NULL when there is none. */
static Clone *find_place(CloneWatch *watch, usec_t now) {
        Clone *place = NULL;

        for (size_t i = 0; i < CLONES_MAX; i++) {
                Clone *clone = &watch->clones[i];

                if (clone->until <= now)
                        return clone;
                if (!clone->told && (!place || clone->until < place->until))
                        place = clone;
        }
        return place;
}

CloneNews clone_watch_note(CloneWatch *watch, uint64_t client,
        const uint8_t from[static ETHERNET_ADDRESS_SIZE],
        const uint8_t to[static ETHERNET_ADDRESS_SIZE], usec_t until, usec_t now) {
        Clone *clone = find_clone(watch, client, now);

        if (clone && clone->told)
                return CLONE_NEWS_NONE;
        if (clone && memcmp(clone->hardware, to, ETHERNET_ADDRESS_SIZE) == 0) {
                clone->told = true;
                clone->until = usec_add(now, DAY_USEC);
                return CLONE_NEWS_BACK;
        }
        /* A third card, for all we know: the one before is what may come back. */
        if (!clone)
                clone = find_place(watch, now);
        if (!clone)
                return CLONE_NEWS_NONE;
        *clone = (Clone){.client = client, .until = until};
        memcpy(clone->hardware, from, ETHERNET_ADDRESS_SIZE);
        return CLONE_NEWS_MOVED;
}
