/* SPDX-License-Identifier: MIT */
#pragma once

/* A story: what a seed makes of a network in some hours or days. */

#include "world.h"

typedef struct StoryEnd {
        uint64_t digest; /* of all that happened */
        uint64_t n_events;
} StoryEnd;

/**
 * story_play() - from its beginning to its end; the program ends when something does not hold.
 *
 * @sights: SIGHT_MAX counters, added to
 */
StoryEnd story_play(uint64_t seed, bool aloud, uint64_t *sights);

/**
 * story_of() - the story that is being played, or NULL; for who must tell of its sudden end.
 */
const World *story_of(void);
