/* SPDX-License-Identifier: MIT */

/* The clock of the world. Invariant: time never goes back, and each event is followed by every
 * check. */

#include "story.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>

#include "checks.h"
#include "weather.h"

enum {
        /* so many events at one moment are a loop */
        EVENTS_AT_ONCE = 20000,
};

#define BEGINNING (100000 * USEC_PER_SEC)

static World the_world;
static bool playing;

const World *story_of(void) {
        return playing ? &the_world : NULL;
}

noreturn void world_fail(const World *world, const char *format, ...) {
        va_list arguments;

        printf("not ok - seed %" PRIu64 "\n# ", world->seed);
        va_start(arguments, format);
        (void) vprintf(format, arguments);
        va_end(arguments);
        printf("\n# at %" PRIu64 ".%06" PRIu64 "; what happened before:\n",
                world->now / USEC_PER_SEC, world->now % USEC_PER_SEC);
        diary_print(&world->diary, stdout);
        printf("# again: tests/simulation/test-network --seed=%" PRIu64 "\n", world->seed);
        (void) fflush(stdout);
        drive_done(&the_world.drive);
        exit(EXIT_FAILURE);
}

/* The host that is due first; of equals the first. */
static Host *next_host(World *world) {
        Host *next = &world->hosts[0];

        for (size_t i = 1; i < world->n_hosts; i++)
                if (host_deadline(&world->hosts[i]) < host_deadline(next))
                        next = &world->hosts[i];
        return next;
}

static void pass_until(World *world, usec_t end) {
        size_t n_at_once = 0;

        for (;;) {
                Host *host = next_host(world);
                const usec_t box = box_deadline(world), machine = host_deadline(host),
                             item = agenda_next(&world->agenda);
                const usec_t first = MIN(box, machine);
                const usec_t due = MIN(first, item), next = MAX(due, world->now);

                if (next > end)
                        break;
                n_at_once = next == world->now ? n_at_once + 1 : 0;
                if (n_at_once > EVENTS_AT_ONCE)
                        world_fail(world, "time stands still");
                world->now = next;
                if (box <= next) {
                        box_run(world);
                } else if (item <= next) {
                        const AgendaItem taken = agenda_take(&world->agenda);

                        taken.happen(world, taken.data);
                        free(taken.data);
                } else {
                        host_tick(world, host);
                }
                world->n_events++;
                checks_after_event(world);
        }
        world->now = end;
}

/* The shortest lease tells how fast everything goes. */
static usec_t pulse(const World *world) {
        usec_t shortest = 12 * USEC_PER_HOUR;

        for (WireName wire = 0; wire < WIRES_MAX; wire++)
                shortest = MIN(shortest, world->site.pools[wire].lease);
        return shortest;
}

static void storm(World *world) {
        const usec_t longest = MAX(30 * USEC_PER_MINUTE, 2 * pulse(world));
        const usec_t end = world->now + dice_between(&world->dice, 5 * USEC_PER_MINUTE, longest);
        const usec_t gap = 1 + (end - world->now) / dice_between(&world->dice, 15, 80);

        say(world, "weather", "gets bad");
        world->calm_since = USEC_INFINITY;
        world->stormy = true;
        while (world->now < end) {
                pass_until(world, world->now + dice_below(&world->dice, 2 * gap));
                weather_strike(world);
                checks_after_event(world);
        }
}

static void calm(World *world) {
        const usec_t span = MAX(11 * USEC_PER_MINUTE, pulse(world));

        world->stormy = false;
        weather_clear_up(world);
        say(world, "weather", "is good");
        /* what was sent before, and a disk that is at a job of then */
        pass_until(world, world->now + 3 * USEC_PER_MINUTE);
        world->calm_since = world->now;
        pass_until(world, world->now + span);
        /* and all that was promised is there when it comes back */
        world->calm_since = USEC_INFINITY;
        box_crash(world, dice_one_in(&world->dice, 2));
        pass_until(world, world->now + 4 * USEC_PER_MINUTE);
}

StoryEnd story_play(uint64_t seed, bool aloud, uint64_t *sights) {
        World *world = &the_world;
        StoryEnd end;

        *world = (World){
                .seed = seed,
                .dice.state = seed,
                .now = BEGINNING,
                .calm_since = USEC_INFINITY,
                .diary.aloud = aloud,
                .sights = sights,
        };
        drive_init(&world->drive, &world->dice);
        playing = true;
        site_draw(&world->site, &world->dice);
        promises_init(&world->promises);
        net_heal(&world->net);
        world->n_hosts = dice_between(&world->dice, 3, HOSTS_MAX);
        for (size_t i = 0; i < world->n_hosts; i++)
                host_init(world, &world->hosts[i], i);
        box_init(world);
        box_start(world);

        for (uint64_t n = dice_between(&world->dice, 1, 3); n > 0; n--) {
                storm(world);
                calm(world);
        }

        end = (StoryEnd){.digest = world->diary.digest, .n_events = world->n_events};
        box_done(world);
        for (size_t i = 0; i < world->n_hosts; i++)
                host_done(&world->hosts[i]);
        agenda_done(&world->agenda);
        editor_done(&world->editor);
        drive_done(&world->drive);
        playing = false;
        return end;
}
