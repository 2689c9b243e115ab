/* SPDX-License-Identifier: MIT */

/* The loop of the daemon in small: what manager.c, packets.c and probes.c do on sd-event is done
 * here at virtual times. Invariant: while the worker has something to do, job_done_at is when it
 * will have done it. */

#include "box.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "answers.h"
#include "checks.h"
#include "store/lease-file-internal.h"
#include "unit/inline-worker.h"
#include "wire/client-id.h"
#include "world.h"

#define WALL (1795298100 * USEC_PER_SEC) /* 2026-11-21T21:55:00Z */
#define WALL_WITHOUT_BATTERY (1700000000 * USEC_PER_SEC)
#define BOOT_TAKES (5 * USEC_PER_SEC)
#define MAX_AGE (4 * USEC_PER_SEC)

ClockPair box_clock(const World *world) {
        return (ClockPair){
                .realtime = world->now + world->box.wall_offset,
                .boottime = world->now - world->box.booted,
        };
}

static bool box_is_ready(const Box *box) {
        return box->up && executor_is_ready(&box->executor);
}

bool box_is_listening(const World *world) {
        return box_is_ready(&world->box);
}

bool box_is_quiet(const World *world) {
        const Box *box = &world->box;

        return box_is_ready(box) && box->file->state == LIFE_IDLE && !inline_worker_due() &&
               lease_store_n_collected(box->executor.store) == 0 &&
               box->executor.pending.n_entries == 0;
}

bool box_has_loaded(const World *world) {
        return world->box.up && world->box.file->state >= LIFE_IDLE;
}

bool box_is_stepped(const World *world) {
        return world->box.up && world->box.file->stepped;
}

/* ---- life and death ------------------------------------------------------------------------- */

/* Whether the file's work is in pieces: between two of them the loop has other things to do. */
static bool works_in_pieces(const Box *box) {
        switch (box->file->state) {
        case LIFE_MERGING:
        case LIFE_BACKING_UP:
        case LIFE_WRITING:
                return true;
        case LIFE_CLOSED:
        case LIFE_LOADING:
        case LIFE_IDLE:
        case LIFE_SETTLING:
        case LIFE_LOOKING:
                break;
        }
        return false;
}

/* The lease file's next turn. */
static usec_t store_due(World *world) {
        const Box *box = &world->box;
        const usec_t deadline = lease_store_deadline(box->executor.store);

        if (inline_worker_has_done())
                return world->now;
        if (deadline == 0 && works_in_pieces(box))
                return box->store_at != USEC_INFINITY
                               ? box->store_at
                               : world->now + dice_below(&world->dice, box->slice_gap);
        return MAX(usec_add(deadline, box->booted), world->now);
}

static void arm(World *world) {
        Box *box = &world->box;

        if (inline_worker_due() && box->job_done_at == USEC_INFINITY)
                box->job_done_at =
                        world->now + drive_job_span(&world->drive, inline_worker_due()->type);
        box->store_at = store_due(world);
        if (!box_is_ready(box))
                box->healthy_since = USEC_INFINITY;
        else if (box->healthy_since == USEC_INFINITY)
                box->healthy_since = world->now;
}

void box_init(World *world) {
        world->box = (Box){
                .booted = world->now - BOOT_TAKES,
                .wall_offset = WALL - world->now,
                .has_battery = !dice_one_in(&world->dice, 3),
                .healthy_since = USEC_INFINITY,
        };
}

void box_configure(World *world) {
        if (world->box.up &&
                server_configure_take(world->box.server, site_settings(&world->site), NULL) < 0)
                abort();
}

static void hear_waiting(World *world);
static void turn(World *world);

static void open_file(World *world) {
        Box *box = &world->box;
        const LeaseFileOptions options = {
                .path = world->drive.path,
                .server = box->server,
                .files = &drive_operations,
                .worker = &inline_worker,
                .slice_slots = 8,
        };

        if (lease_file_new(&box->file, &options) < 0)
                abort();
        box->executor.store = lease_file_store(box->file);
        if (lease_store_open(box->executor.store, &box->executor.clock) < 0)
                abort();
        turn(world);
}

void box_start(World *world) {
        Box *box = &world->box;
        uint8_t seed[16];
        size_t n_links;
        const Link *links = site_links(&n_links);

        drive_revive(&world->drive);
        box->up = box->powered = true;
        box->job_done_at = box->store_at = USEC_INFINITY;
        box->slice_gap = dice_one_in(&world->dice, 2) ? 3 * USEC_PER_MSEC : 5 * USEC_PER_SEC;
        dice_bytes(&world->dice, seed, sizeof(seed));
        if (server_new(&box->server, seed) < 0)
                abort();
        box->executor = (Executor){
                .server = box->server,
                .journal = (void *) world,
                .transmitter = (void *) world,
                .probes = (void *) world,
                .server_port = DHCP_SERVER_PORT,
                .clock = box_clock(world),
        };
        box_configure(world);
        if (server_set_links(box->server, links, n_links) < 0)
                abort();
        say(world, "server", "starts");
        open_file(world);
        hear_waiting(world);
        arm(world);
}

static void on_start(World *world, void *data) {
        (void) data;
        if (!world->box.powered) {
                /* CLOCK_BOOTTIME begins anew; a machine without a battery has lost the time, too */
                world->box.booted = world->now - BOOT_TAKES;
                if (!world->box.has_battery) {
                        world->box.wall_offset = WALL_WITHOUT_BATTERY - world->now;
                        world->box.clock_was_lost = true;
                }
        }
        box_start(world);
}

/* Between a step of the wall clock and the rewrite that follows it the file tells the time of the
 * old clock, and a daemon that starts then cannot know: DESIGN 5 has the rows "rewritten with new
 * wall times". That moment is no time to crash, and before the file is open no time to step. Nor is
 * it a time to crash while an old text has been saved and not been merged: what was granted since
 * it was read stands in no file then. */
void box_crash(World *world, bool power) {
        Box *box = &world->box;
        const usec_t away =
                power ? dice_between(&world->dice, 10 * USEC_PER_SEC, 3 * USEC_PER_MINUTE)
                      : dice_between(&world->dice, 200 * USEC_PER_MSEC, 6 * USEC_PER_SEC);

        if (!box->up || box_is_stepped(world) || (world->editor.is_open && world->editor.is_stale))
                return;
        say(world, "server", power ? "loses its power" : "is killed");
        drive_die(&world->drive, 0);
        if (inline_worker_due()) {
                world_see(world, SIGHT_CRASH_IN_JOB);
                drive_die(&world->drive, (unsigned) dice_below(&world->dice, 8));
                (void) inline_worker_do();
                drive_die(&world->drive, 0);
        }
        inline_worker_kill();
        box->file = lease_file_free(box->file);
        executor_done(&box->executor);
        box->server = server_free(box->server);
        box->up = false;
        box->powered = !power;
        box->healthy_since = USEC_INFINITY;
        if (power) {
                drive_cut_power(&world->drive);
                box->n_waiting = 0;
        }
        agenda_add(&world->agenda, world->now + away, on_start, NULL);
}

void box_done(World *world) {
        Box *box = &world->box;

        inline_worker_kill();
        box->file = lease_file_free(box->file);
        if (box->up)
                executor_done(&box->executor);
        box->server = server_free(box->server);
}

void box_flush(World *world) {
        Box *box = &world->box;

        if (!box->up)
                return;
        box->executor.clock = box_clock(world);
        if (lease_file_compact(box->file, &box->executor.clock) >= 0)
                say(world, "server", "is to write its file anew");
        arm(world);
}

void box_notice_save(World *world, bool closed) {
        Box *box = &world->box;

        if (!box->up)
                return;
        box->executor.clock = box_clock(world);
        lease_file_noticed(box->file, &box->executor.clock, closed, closed);
        editor_meanwhile(world);
        arm(world);
}

void box_step_clock(World *world, int64_t by) {
        Box *box = &world->box;

        if (!box_has_loaded(world))
                return;
        /* no clock is set to before the moment at which one without a battery begins */
        if (by < 0 && box_clock(world).realtime < WALL_WITHOUT_BATTERY + 30 * USEC_PER_DAY)
                by = -by;
        say(world, "server", "has its clock set by %lld s", (long long) (by / 1000000));
        world_see(world, SIGHT_CLOCK_STEP);
        box->wall_offset += (uint64_t) by;
        box->executor.clock = box_clock(world);
        editor_clock_set(world);
        lease_file_clock_set(box->file, &box->executor.clock);
        arm(world);
}

/* ---- messages ------------------------------------------------------------------------------- */

static void carry_out(World *world, uint32_t xid, uint64_t client, uint64_t hardware) {
        Executor *executor = &world->box.executor;

        for (size_t i = 0; i < executor->actions.n_actions; i++) {
                const Action *action = &executor->actions.actions[i];
                char address[IPV4_STRING_MAX];

                if (action->type != ACTION_COMMIT)
                        continue;
                say(world, "server", "commit %llu: %s %s", (unsigned long long) action->commit.id,
                        ipv4_format(action->commit.lease->address, address),
                        lease_event_to_string(action->commit.event));
                promises_commit(world, action, client, hardware);
        }
        executor_run(executor, &(Cause){.actor.type = ACTOR_CLIENT, .xid = xid});
        executor_flush(executor);
        arm(world);
}

/* What has become due may be a message that has waited for a probe: whose it was is seen by whom an
 * address is granted to. */
static void carry_out_due(World *world) {
        const Actions *actions = &world->box.executor.actions;
        uint64_t client = 0, hardware = 0;

        for (size_t i = 0; i < actions->n_actions; i++) {
                const Action *action = &actions->actions[i];
                LeaseRecord record;

                if (action->type != ACTION_COMMIT ||
                        (action->commit.event != LEASE_EVENT_GRANTED &&
                                action->commit.event != LEASE_EVENT_RENEWED))
                        continue;
                lease_get_record(action->commit.lease, &record);
                client = promises_digest(record.client_id, record.client_id_size);
                hardware = promises_digest(record.hardware, record.hardware_size);
        }
        carry_out(world, 0, client, hardware);
}

static void handle(World *world, const Waiting *message) {
        Box *box = &world->box;
        static MessageView view;
        PacketMetadata metadata = message->metadata;
        Expectation expected;
        ClientId client;

        metadata.age = world->now - message->since;
        if (!box_is_ready(box) || metadata.age > MAX_AGE)
                return;
        if (message_view_init(&view, message->packet, message->size) != MESSAGE_OK ||
                client_id_from_message(&view, &client) < 0)
                world_fail(world, "a client sends what is no message");

        origins_note(&world->origins, &view, &metadata, message->forged);
        if (message->forged) {
                expected = (Expectation){.any = true};
                world_see(world, SIGHT_FORGED_ELSEWHERE);
        } else {
                host_heard(world, &view);
                expected = checks_expect(world, &view, &client, metadata.ifindex);
        }
        world->forged = message->forged;
        actions_reset(&box->executor.actions);
        if (server_handle_packet(box->server, message->packet, message->size, &metadata,
                    box->executor.clock.boottime, &box->executor.actions) < 0)
                abort();
        checks_offered(world, &expected, &box->executor.actions);
        carry_out(world, view.xid, promises_digest(client.data, client.size),
                promises_digest(view.chaddr, view.hlen));
        world->forged = false;
}

static void hear_waiting(World *world) {
        Box *box = &world->box;

        for (size_t i = 0; i < box->n_waiting; i++)
                handle(world, &box->waiting[i]);
        box->n_waiting = 0;
}

static void receive(World *world, const PacketMetadata *metadata, const uint8_t *packet,
        size_t size, bool forged) {
        Box *box = &world->box;
        Waiting message = {
                .since = world->now,
                .forged = forged,
                .metadata = *metadata,
                .size = size,
        };

        memcpy(message.packet, packet, size);
        if (box->up) {
                box->executor.clock = box_clock(world);
                handle(world, &message);
        } else if (box->powered && box->n_waiting < BOX_BUFFER_MAX)
                box->waiting[box->n_waiting++] = message;
}

void box_receive(World *world, const PacketMetadata *metadata, const uint8_t *packet, size_t size) {
        receive(world, metadata, packet, size, false);
}

void box_receive_forged(
        World *world, const PacketMetadata *metadata, const uint8_t *packet, size_t size) {
        receive(world, metadata, packet, size, true);
}

void box_receive_arp(World *world, uint32_t ifindex, ipv4_t sender, const uint8_t *hardware) {
        Box *box = &world->box;

        if (!box_is_ready(box))
                return;
        box->executor.clock = box_clock(world);
        actions_reset(&box->executor.actions);
        if (server_handle_arp(box->server, ifindex, sender, hardware, box->executor.clock.boottime,
                    &box->executor.actions) < 0)
                abort();
        carry_out_due(world);
}

void box_receive_echo(World *world, ipv4_t address) {
        Box *box = &world->box;

        if (!box_is_ready(box))
                return;
        box->executor.clock = box_clock(world);
        actions_reset(&box->executor.actions);
        if (server_handle_echo(
                    box->server, address, box->executor.clock.boottime, &box->executor.actions) < 0)
                abort();
        carry_out_due(world);
}

/* What the disk has failed in the middle of. */
static void see_failure(World *world, LifeState state) {
        switch (state) {
        case LIFE_SETTLING:
                world_see(world, SIGHT_FAILED_SETTLING);
                break;
        case LIFE_LOOKING:
                world_see(world, SIGHT_FAILED_LOOKING);
                break;
        case LIFE_MERGING:
                world_see(world, SIGHT_FAILED_MERGING);
                break;
        case LIFE_BACKING_UP:
                world_see(world, SIGHT_FAILED_BACKING_UP);
                break;
        case LIFE_WRITING:
                world_see(world, SIGHT_FAILED_WRITING);
                break;
        case LIFE_CLOSED:
        case LIFE_LOADING:
        case LIFE_IDLE:
                break;
        }
}

/* A turn of the lease file. */
static void turn(World *world) {
        Box *box = &world->box;
        const LifeState before = box->file->state;
        LeaseStoreEvent event;

        actions_reset(&box->executor.actions);
        lease_store_turn(box->executor.store, &box->executor.clock, &box->executor.actions);
        if (box->executor.actions.n_actions > 0) {
                world->editing = true;
                carry_out(world, 0, 0, 0);
                world->editing = false;
        }
        while (lease_store_next_event(box->executor.store, &event) > 0) {
                if (event.type == LEASE_STORE_FAILED)
                        see_failure(world, before);
                answers_take(world, &event);
        }
        editor_meanwhile(world);
        executor_flush(&box->executor);
}

/* ---- time ----------------------------------------------------------------------------------- */

/* When a commit that was held back (commit-pace.h) may begin. */
static usec_t held_until(const World *world) {
        const Box *box = &world->box;
        const usec_t until = usec_add(box->executor.pace.hold_until, box->booted);

        if (!box->up || lease_store_n_collected(box->executor.store) == 0 || until <= world->now)
                return USEC_INFINITY;
        return until;
}

/* Nothing ends on paper while it cannot end on disk. */
static usec_t server_due(const World *world) {
        const Box *box = &world->box;

        return box_is_ready(box) ? usec_add(server_next_deadline(box->server), box->booted)
                                 : USEC_INFINITY;
}

usec_t box_deadline(const World *world) {
        const Box *box = &world->box;
        const usec_t dues[] = {
                box->job_done_at, box->store_at, held_until(world), server_due(world)};
        usec_t due = USEC_INFINITY;

        for (size_t i = 0; box->up && i < ELEMENTSOF(dues); i++)
                due = MIN(due, dues[i]);
        return due;
}

void box_run(World *world) {
        Box *box = &world->box;

        box->executor.clock = box_clock(world);
        if (server_due(world) <= world->now) {
                actions_reset(&box->executor.actions);
                if (server_advance(
                            box->server, box->executor.clock.boottime, &box->executor.actions) < 0)
                        abort();
                carry_out_due(world);
        } else if (box->job_done_at <= world->now) {
                box->job_done_at = USEC_INFINITY;
                (void) inline_worker_do();
                turn(world);
        } else if (box->store_at <= world->now) {
                box->store_at = USEC_INFINITY;
                turn(world);
        } else {
                executor_flush(&box->executor);
        }
        arm(world);
}
