/* SPDX-License-Identifier: MIT */

/* The lease file's life as daemon/lease-keeper.c has it, without the journal. Invariant: while a
 * rewrite is under way, another slice is due or the worker has one. */

#include "keeper.h"

#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "store/save.h"
#include "world.h"

#define RETRY (2 * USEC_PER_SEC)

void keeper_note_flush(World *world) {
        Box *box = &world->box;

        if (box->file && lease_file_n_collected(box->file) == 0)
                box->flushed = server_last_commit(box->server);
}

void keeper_begin_rewrite(World *world) {
        Box *box = &world->box;

        box->rewrite_wanted = true;
        if (!box->file || box->rewriting)
                return;
        if (lease_file_rewrite_begin(box->file) < 0) {
                box->retry_at = world->now + RETRY;
                return;
        }
        box->rewrite_wanted = false;
        keeper_note_flush(world);
        box->rewrite_is_later = box->flushed >= box->stepped_commit;
        box->rewriting = true;
        box->rewrite_slot = 0;
        box->slice_gap = dice_one_in(&world->dice, 2) ? 3 * USEC_PER_MSEC : 5 * USEC_PER_SEC;
        box->rewrite_at = world->now;
        if (!box->failing)
                say(world, "server", "begins to write its file anew");
}

void keeper_write_slice(World *world) {
        Box *box = &world->box;
        const LeaseTable *table = server_get_table(box->server);
        int lagging;

        box->rewrite_at = USEC_INFINITY;
        for (uint64_t n = dice_between(&world->dice, 1, 8);
                n > 0 && box->rewrite_slot < lease_table_n_slots(table); box->rewrite_slot++) {
                Lease *lease = lease_table_at(table, box->rewrite_slot);
                LeaseRecord record;
                uint64_t version;

                if (!lease || lease->state == LEASE_OFFERED)
                        continue;
                lease_get_record(lease, &record);
                if (lease_file_rewrite_row(box->file, &record,
                            lease->pool ? lease->pool->settings->name : "", &box->executor.clock,
                            &version) < 0)
                        break;
                server_set_lease_version(box->server, lease, version);
                n--;
        }
        lagging = lease_file_rewrite_flush(box->file);
        if (box->rewrite_slot == lease_table_n_slots(table))
                lease_file_rewrite_end(box->file);
        else if (lagging <= 0)
                box->rewrite_at = world->now + dice_below(&world->dice, box->slice_gap);
}

static void rewrite_ended(Box *box) {
        box->rewriting = false;
        box->rewrite_at = USEC_INFINITY;
}

static bool rewrite_is_due(const Box *box) {
        return !box->rewriting && box->retry_at == USEC_INFINITY &&
               (box->rewrite_wanted || lease_file_wants_rewrite(box->file,
                                               lease_table_n_slots(server_get_table(box->server))));
}

/* Nobody else writes here: it holds nothing that memory does not. */
static void take_save(World *world) {
        Box *box = &world->box;
        LeaseSave *save = lease_file_take_save(box->file);

        if (lease_file_is_stale(box->file))
                rewrite_ended(box);
        if (!save)
                return;
        if (lease_file_set_merged(box->file, save, false) < 0)
                abort();
        (void) save_free(save);
        box->rewrite_wanted = true;
}

static void handle_event(World *world, const LeaseFileEvent *event) {
        Box *box = &world->box;

        switch (event->type) {
        case LEASE_FILE_DURABLE:
                promises_durable(world, event->commit);
                executor_commit_durable(&box->executor, event->commit);
                world->promises.n_granted = 0;
                break;
        case LEASE_FILE_FAILED:
                say(world, "disk", "%s failed: %s", event->operation, strerror(-event->error));
                world_see(world, SIGHT_COMMIT_FAILED);
                if (box->failed_at == 0)
                        box->failed_at = world->now;
                executor_commit_failed(&box->executor, event->commit);
                promises_failed(world, event->commit);
                if (world->now < usec_add(box->recovered_at, RETRY))
                        box->retry_at = world->now + RETRY;
                break;
        case LEASE_FILE_RECOVERED:
                say(world, "disk", "works again");
                world_see(world, SIGHT_RECOVERED);
                box->recovered_at = world->now;
                /* fall through */
        case LEASE_FILE_REWRITTEN:
                say(world, "server", "has written its file anew");
                world_see(world, SIGHT_REWRITTEN);
                promises_rewritten(world);
                rewrite_ended(box);
                box->failing = false;
                box->stepped = box->stepped && !box->rewrite_is_later;
                break;
        case LEASE_FILE_REWRITE_FAILED:
                if (!box->failing)
                        say(world, "disk", "%s failed: %s, no new file", event->operation,
                                strerror(-event->error));
                box->failing = true;
                rewrite_ended(box);
                box->retry_at = world->now + RETRY;
                box->rewrite_wanted = box->rewrite_wanted || box->stepped;
                break;
        case LEASE_FILE_PUT_ASIDE:
                /* wrong lines that could not be copied are kept with the whole file */
                if (!box->had_wrong_lines && world->drive.n_renames_failed == 0)
                        world_fail(world, "the lease file is put aside");
                break;
        case LEASE_FILE_STALE:
                /* two names that were exchanged and could not be exchanged back: what is found is
                 * the new file, for which a daemon has its merger */
                if (world->drive.n_renames_failed == 0)
                        world_fail(world, "the lease file is taken for somebody else's");
                say(world, "server", "finds a file that it does not know");
                rewrite_ended(box);
                (void) lease_file_look(box->file, true, true);
                break;
        case LEASE_FILE_LOOKED:
                take_save(world);
                break;
        case LEASE_FILE_BACKED_UP:
                world_fail(world, "an answer of the lease file that nobody has asked for");
        }
}

void keeper_process(World *world) {
        Box *box = &world->box;
        LeaseFileEvent event;

        while (lease_file_process(box->file, &event) > 0)
                handle_event(world, &event);
        if (rewrite_is_due(box))
                keeper_begin_rewrite(world);
        else if (box->rewriting && box->rewrite_at == USEC_INFINITY &&
                 box->rewrite_slot < lease_table_n_slots(server_get_table(box->server)))
                box->rewrite_at = world->now;
        executor_flush(&box->executor);
}

static int load_row(const LeaseRecord *record, const char *pool, void *userdata) {
        World *world = userdata;

        checks_row(world, record, pool);
        return server_load_lease(world->box.server, record, world->box.executor.clock.boottime);
}

/* Opens and loads; a disk that fails is tried again. */
void keeper_open(World *world) {
        Box *box = &world->box;
        _cleanup_(problems_done) Problems problems = {0};
        int r;

        r = lease_file_open_with(&box->file, world->drive.path, &drive_operations);
        if (r >= 0) {
                lease_file_set_merging(box->file);
                r = lease_file_load(box->file, &box->executor.clock, load_row, world, &problems);
                if (r < 0)
                        box->file = lease_file_free(box->file);
        }
        if (r < 0) {
                if (!box->failing)
                        say(world, "server", "cannot open its file: %s", strerror(-r));
                box->failing = true;
                box->retry_at = world->now + RETRY;
                return;
        }
        box->failing = false;
        box->had_wrong_lines = problems.n_items > 0;
        for (size_t i = 0; i < problems.n_items; i++)
                say(world, "server", "line %u: %s", problems.items[i].line, problems.items[i].text);
        if (server_load_done(box->server) < 0)
                abort();
        box->failed_at = 0;
        promises_loaded(world);
        box->executor.lease_file = box->file;
        keeper_process(world);
}

void keeper_try_again(World *world) {
        Box *box = &world->box;

        box->retry_at = USEC_INFINITY;
        if (!box->file)
                keeper_open(world);
        else if (rewrite_is_due(box))
                keeper_begin_rewrite(world);
}
