/* SPDX-License-Identifier: MIT */
#pragma once

/* All of one story. Its parts know each other through this alone; time is `now` and moves in
 * story.c, nowhere else. */

#include <stdnoreturn.h>

#include "agenda.h"
#include "box.h"
#include "diary.h"
#include "dice.h"
#include "drive.h"
#include "editor.h"
#include "host.h"
#include "net.h"
#include "origins.h"
#include "promises.h"
#include "site.h"

enum {
        HOSTS_MAX = 32,
};

/* What has been seen to happen, over all stories: what never happens is not tested. */
typedef enum Sight {
        SIGHT_ACQUIRED,
        SIGHT_RENEWED,
        SIGHT_REBOOTED,
        SIGHT_REBOUND,
        SIGHT_RELAYED,
        SIGHT_NAK,
        SIGHT_CONFLICT,
        SIGHT_EXPIRED,
        SIGHT_POOL_DRY,
        SIGHT_QUARANTINE,
        SIGHT_COMMIT_FAILED,
        SIGHT_FAILED_SETTLING,
        SIGHT_FAILED_LOOKING,
        SIGHT_FAILED_MERGING,
        SIGHT_FAILED_BACKING_UP,
        SIGHT_FAILED_WRITING,
        SIGHT_RECOVERED,
        SIGHT_REWRITTEN,
        SIGHT_CRASH_IN_JOB,
        SIGHT_KEPT_BY_CRASH, /* a promise that a restarted server kept */
        SIGHT_CLOCK_STEP,
        SIGHT_FORGED,
        SIGHT_FORGED_ELSEWHERE,
        SIGHT_STORMED,
        SIGHT_OLDEST_FIRST,
        SIGHT_MERGED,
        SIGHT_BACKED_UP,
        SIGHT_EDIT_OUTDATED,
        SIGHT_EDITED_IN_REWRITE,
        SIGHT_EDITED_IN_MERGE,
        SIGHT_EDITED_WHILE_DOWN,
        SIGHT_MAX,
} Sight;

typedef struct World {
        uint64_t seed;
        Dice dice;
        usec_t now;
        bool stormy;
        usec_t calm_since; /* nothing has been out of order since, USEC_INFINITY = something is */
        Diary diary;
        Agenda agenda;
        Site site;
        Drive drive;
        Box box;
        Net net;
        Origins origins;
        Editor editor;
        bool editing; /* what is carried out is what somebody has edited */
        bool forged;  /* the message that is being handled is */
        Host hosts[HOSTS_MAX];
        size_t n_hosts;
        const Host *stormed; /* whose messages a forger is quicker than, or NULL */
        Promises promises;
        usec_t dry_until[WIRES_MAX]; /* the last moment at which a pool had no address to give */
        uint64_t *sights;            /* SIGHT_MAX of them */
        uint64_t n_events;
} World;

#define say(world, who, ...) diary_write(&(world)->diary, (world)->now, who, __VA_ARGS__)

/**
 * world_fail() - something that must hold does not: says what, prints how it came to that, and ends
 * the program.
 */
noreturn void world_fail(const World *world, const char *format, ...) _printf_(2, 3);

static inline void world_see(World *world, Sight sight) {
        world->sights[sight]++;
}
