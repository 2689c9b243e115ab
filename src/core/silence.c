/* SPDX-License-Identifier: MIT */

/* A table with a few places for each hash. Nothing here is ever acted upon. */

#include "core/silence.h"

#include <string.h>

#include "basic/hash.h"

static size_t set_of(const uint8_t *hardware, size_t size, const uint8_t seed[static 16]) {
        return hash_bytes(hardware, size, seed) % SILENCE_SETS;
}

static bool is_of(const Silence *silence, const uint8_t *hardware, size_t size) {
        return silence->hardware_size == size && memcmp(silence->hardware, hardware, size) == 0;
}

void silence_remember(
        SilenceMemory *memory, const Silence *silence, const uint8_t seed[static 16]) {
        Silence *set = memory->items[set_of(silence->hardware, silence->hardware_size, seed)];
        Silence *place = set;

        for (size_t i = 0; i < SILENCE_WAYS; i++) {
                if (is_of(&set[i], silence->hardware, silence->hardware_size)) {
                        place = &set[i];
                        break;
                }
                if (set[i].at < place->at)
                        place = &set[i];
        }
        *place = *silence;
}

const Silence *silence_find(const SilenceMemory *memory, const uint8_t *hardware, size_t size,
        const uint8_t seed[static 16]) {
        const Silence *set;

        if (size == 0)
                return NULL;
        set = memory->items[set_of(hardware, size, seed)];
        for (size_t i = 0; i < SILENCE_WAYS; i++)
                if (is_of(&set[i], hardware, size))
                        return &set[i];
        return NULL;
}
