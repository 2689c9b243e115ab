/* SPDX-License-Identifier: MIT */
/* The log of where settings were made. Written often, read only when something is wrong: appending
 * is cheap, and what is in force is worked out by reading. */

#include <errno.h>
#include <stdlib.h>

#include "config/place.h"
#include "setting/key.h"

void places_done(Places *places) {
        free(places->entries);
        *places = (Places){0};
}

int places_add(Places *places, const void *owner, const SettingKey *key, PlaceEvent event,
        size_t n_values, const Place *place) {
        if (places->n_entries == places->capacity) {
                size_t capacity = MAX(places->capacity * 2, (size_t) 64);
                PlaceEntry *entries = reallocarray(places->entries, capacity, sizeof(*entries));

                if (!entries)
                        return -ENOMEM;
                places->entries = entries;
                places->capacity = capacity;
        }
        places->entries[places->n_entries++] = (PlaceEntry){
                .owner = owner,
                .key = key,
                .event = event,
                .n_values = n_values,
                .place = *place,
        };
        if (event == PLACE_FAILED)
                places->n_failed++;
        return 0;
}

const Place *places_find(
        const Places *places, const void *owner, const SettingKey *key, size_t index) {
        const Place *found = NULL;
        size_t n = 0;

        for (size_t i = 0; places && i < places->n_entries; i++) {
                const PlaceEntry *entry = &places->entries[i];

                if (entry->owner != owner || entry->key != key)
                        continue;
                switch (entry->event) {
                case PLACE_SET:
                        if (!key->is_list || (index >= n && index - n < entry->n_values))
                                found = &entry->place;
                        n += entry->n_values;
                        break;
                case PLACE_RESET:
                        found = NULL;
                        n = 0;
                        break;
                case PLACE_SECTION:
                        if (!found)
                                found = &entry->place;
                        break;
                case PLACE_FAILED:
                        break;
                }
        }
        return found;
}

bool places_has_failed(const Places *places, const void *owner, const SettingKey *key) {
        if (!places || places->n_failed == 0)
                return false;

        for (size_t i = 0; i < places->n_entries; i++) {
                const PlaceEntry *entry = &places->entries[i];

                if (entry->event == PLACE_FAILED && entry->key == key &&
                        (!owner || entry->owner == owner))
                        return true;
        }
        return false;
}
