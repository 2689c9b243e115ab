/* SPDX-License-Identifier: MIT */
#pragma once

/* Where settings were made, so that what turns out wrong later, when all files have been read, is
 * reported at the line that said it. A log: settings themselves stay plain data. */

#include <stdbool.h>
#include <stddef.h>

#include "setting/key.h"

typedef enum PlaceEvent {
        PLACE_SECTION, /* a section header, key is NULL */
        PLACE_SET,
        PLACE_RESET,  /* an empty value */
        PLACE_FAILED, /* a value that was refused */
} PlaceEvent;

typedef struct PlaceEntry {
        const void *owner; /* the Settings, PoolSettings or HostSettings */
        const SettingKey *key;
        PlaceEvent event;
        size_t n_values; /* that the assignment added to a list */
        Place place;
} PlaceEntry;

typedef struct Places {
        PlaceEntry *entries; /* in the order of reading */
        size_t n_entries;
        size_t capacity;
        size_t n_failed; /* entries of PLACE_FAILED */
} Places;

/**
 * places_done() - frees the log.
 */
void places_done(Places *places);

/**
 * places_add() - appends an entry. Amortised O(1).
 *
 * @n_values: how many values the assignment added to a list; of other keys and events not looked at
 * @place: its file must outlive the log
 * Return: 0 or -ENOMEM.
 */
int places_add(Places *places, const void *owner, const SettingKey *key, PlaceEvent event,
        size_t n_values, const Place *place);

/**
 * places_find() - where a value that is in force was set. O(entries).
 *
 * @places: may be NULL or empty
 * @key: NULL for the owner's first section header
 * @index: of a list, which of its values, from 0; of other keys 0
 * Return: the place, borrowed until the next places_add(), or NULL when nobody knows.
 */
const Place *places_find(
        const Places *places, const void *owner, const SettingKey *key, size_t index);

/**
 * places_has_failed() - whether a value of this key was refused, so that its absence needs no
 * further word. O(entries) when anything was refused at all, else O(1).
 *
 * @owner: NULL for anybody's
 */
bool places_has_failed(const Places *places, const void *owner, const SettingKey *key);
