/* SPDX-License-Identifier: MIT */

/* Each kind of trouble with its weight. What is struck is mended by chance, or by
 * weather_clear_up(). */

#include "weather.h"

#include <errno.h>

#include "forger.h"

static Host *any_host(World *world) {
        return &world->hosts[dice_below(&world->dice, world->n_hosts)];
}

static WireName any_wire(World *world) {
        return (WireName) dice_below(&world->dice, WIRES_MAX);
}

static void plug(World *world) {
        Host *host = any_host(world);

        switch (host->state) {
        case HOST_OFF:
                host_switch_on(world, host);
                break;
        case HOST_ASLEEP:
                host_resume(world, host);
                break;
        case HOST_ON:
                host_switch_off(world, host, dice_one_in(&world->dice, 2));
                break;
        }
}

static void power_up(World *world) {
        for (size_t i = 0; i < world->n_hosts; i++) {
                Host *host = &world->hosts[i];

                if (host->state == HOST_ASLEEP)
                        host_resume(world, host);
                else if (host->state == HOST_OFF && dice_one_in(&world->dice, 2))
                        host_switch_on(world, host);
        }
}

static void outage(World *world) {
        for (size_t i = 0; i < world->n_hosts; i++)
                if (dice_one_in(&world->dice, 2))
                        host_switch_off(world, &world->hosts[i], dice_one_in(&world->dice, 2));
}

static void shut_down(World *world) {
        host_shut_down(world, any_host(world));
}

static void suspend(World *world) {
        host_suspend(world, any_host(world));
}

static void carry(World *world) {
        Host *host = any_host(world);

        host_switch_off(world, host, true);
        host_move(world, host, dice_one_in(&world->dice, 2) ? any_wire(world) : host->wire,
                dice_one_in(&world->dice, 2));
        host_switch_on(world, host);
}

static void renew(World *world) {
        host_renew(world, any_host(world));
}

static void spoil_wire(World *world) {
        Dice *dice = &world->dice;
        const WireName wire = any_wire(world);

        world->net.wires[wire].lost =
                (unsigned) (dice_one_in(dice, 5) ? 1000 : dice_below(dice, 400));
        world->net.wires[wire].doubled = (unsigned) dice_below(dice, 300);
        world->net.wires[wire].delay = dice_between(dice, USEC_PER_MSEC, 3 * USEC_PER_SEC);
        say(world, wires[wire].name, "loses %u, doubles %u of a thousand, delays up to %llu ms",
                world->net.wires[wire].lost, world->net.wires[wire].doubled,
                (unsigned long long) (world->net.wires[wire].delay / USEC_PER_MSEC));
}

static void mend_wires(World *world) {
        net_heal(&world->net);
        say(world, "wires", "are mended");
}

static void slow_disk(World *world) {
        world->drive.job_usec =
                dice_one_in(&world->dice, 3)
                        ? dice_between(&world->dice, USEC_PER_SEC, 60 * USEC_PER_SEC)
                        : dice_between(&world->dice, 5, 900) * USEC_PER_MSEC;
        say(world, "disk", "takes about %llu ms for a job",
                (unsigned long long) (world->drive.job_usec / USEC_PER_MSEC));
}

static void renew_many(World *world) {
        for (size_t i = 0; i < world->n_hosts; i++)
                if (world->hosts[i].held != 0 && dice_one_in(&world->dice, 2))
                        host_renew(world, &world->hosts[i]);
}

static void break_disk(World *world) {
        static const int errors[] = {EIO, ENOSPC, EROFS, EDQUOT};

        world->drive.failing = dice_one_in(&world->dice, 2)
                                       ? 1000
                                       : (unsigned) dice_between(&world->dice, 50, 700);
        world->drive.error = errors[dice_below(&world->dice, ELEMENTSOF(errors))];
        say(world, "disk", "fails %u of a thousand times", world->drive.failing);
}

static void mend_disk(World *world) {
        drive_heal(&world->drive);
        say(world, "disk", "is mended");
}

static void kill_server(World *world) {
        box_crash(world, false);
}

static void cut_power(World *world) {
        box_crash(world, true);
}

static void flush(World *world) {
        box_flush(world);
}

static void step_clock(World *world) {
        const int64_t seconds = (int64_t) dice_between(&world->dice, 1, 200000);

        box_step_clock(world, (dice_one_in(&world->dice, 2) ? -seconds : seconds) * 1000000);
}

static void squat(World *world) {
        const size_t i = dice_below(&world->dice, SQUATTERS_MAX);
        const WireName wire = any_wire(world);
        const Ipv4Range range = world->site.pools[wire].range;
        ipv4_t address = (ipv4_t) dice_between(&world->dice, range.first, range.last);
        char text[IPV4_STRING_MAX];

        if (dice_one_in(&world->dice, 3))
                address = 0;
        world->net.squatters[i].address = address;
        world->net.squatters[i].hardware[0] = 6;
        world->net.squatters[i].hardware[5] = (uint8_t) i;
        say(world, "squat", "%zu sits on %s", i,
                address ? ipv4_format(address, text) : "nothing any more");
}

static void resize(World *world) {
        const WireName wire = any_wire(world);

        site_resize(&world->site, &world->dice, wire);
        say(world, "site", "has another range on %s", wires[wire].name);
        box_configure(world);
}

static void reserve(World *world) {
        const Host *host = any_host(world);

        site_reserve(&world->site, &world->dice, host->wire, host->hardware);
        say(world, "site", "reserves an address for %s", host->name);
        box_configure(world);
}

static void forge(World *world) {
        const Host *victim = any_host(world);
        Host *forger = any_host(world);

        if (victim != forger && victim->held != 0)
                net_forge(world, forger, victim->held);
}

static void forge_elsewhere(World *world) {
        for (uint64_t n = dice_between(&world->dice, 1, 12); n > 0; n--)
                forger_strike(world, any_host(world));
}

/* Until another is chosen, which may be nobody. */
static void storm_host(World *world) {
        world->stormed = dice_one_in(&world->dice, 4) ? NULL : any_host(world);
        say(world, "forger", "storms in the name of %s",
                world->stormed ? world->stormed->name : "nobody");
}

static void touch_file(World *world) {
        if (dice_one_in(&world->dice, 2))
                break_disk(world);
        renew_many(world);
        editor_touch(world);
}

static const struct {
        unsigned weight;
        void (*strike)(World *world);
} kinds[] = {
        {30, plug},
        {4, power_up},
        {1, outage},
        {6, shut_down},
        {5, suspend},
        {6, carry},
        {3, renew},
        {8, spoil_wire},
        {5, mend_wires},
        {4, slow_disk},
        {4, break_disk},
        {6, mend_disk},
        {4, kill_server},
        {3, cut_power},
        {5, flush},
        {3, step_clock},
        {5, squat},
        {14, editor_strike},
        {4, touch_file},
        {2, resize},
        {2, reserve},
        {3, forge},
        {6, forge_elsewhere},
        {2, storm_host},
};

/* What has to be answered by a disk that is busy with somebody's save. */
void weather_strike_save(World *world) {
        if (dice_one_in(&world->dice, 2))
                break_disk(world);
        else if (dice_one_in(&world->dice, 4))
                step_clock(world);
        renew_many(world);
}

void weather_strike(World *world) {
        unsigned sum = 0, chosen;

        for (size_t i = 0; i < ELEMENTSOF(kinds); i++)
                sum += kinds[i].weight;
        chosen = (unsigned) dice_below(&world->dice, sum);
        for (size_t i = 0; i < ELEMENTSOF(kinds); i++) {
                if (chosen < kinds[i].weight) {
                        kinds[i].strike(world);
                        return;
                }
                chosen -= kinds[i].weight;
        }
}

void weather_clear_up(World *world) {
        mend_wires(world);
        mend_disk(world);
        power_up(world);
}
