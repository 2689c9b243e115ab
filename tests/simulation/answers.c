/* SPDX-License-Identifier: MIT */

/* Holds the lease file to its word: every commit that it has taken gets one answer, DURABLE or
 * FAILED, and no commit gets a second one. */

#include "answers.h"

#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "store/lease-file-internal.h"
#include "unit/inline-worker.h"
#include "world.h"

/* ---- one answer for each commit -------------------------------------------------------------- */

/* An answer names a commit that has none yet. */
static void expect_open(const World *world, uint64_t commit, const char *answer) {
        const Promises *promises = &world->promises;

        for (size_t i = 0; i < promises->n_open; i++)
                if (promises->open[i].commit == commit) {
                        if (promises->open[i].failed)
                                world_fail(world, "commit %llu is told to %s after it has failed",
                                        (unsigned long long) commit, answer);
                        return;
                }
        world_fail(world, "commit %llu is told to %s, and nothing is known of it",
                (unsigned long long) commit, answer);
}

static void expect_all_answered(const World *world) {
        const Promises *promises = &world->promises;

        for (size_t i = 0; i < promises->n_open; i++)
                if (promises->open[i].commit > 0 && !promises->open[i].failed)
                        world_fail(world, "commit %llu gets no answer",
                                (unsigned long long) promises->open[i].commit);
}

void answers_check(const World *world) {
        const LeaseFile *file = world->box.file;

        if (box_is_listening(world) && file->state == LIFE_IDLE && file->health == HEALTH_GOOD &&
                !inline_worker_due() && !inline_worker_has_done() &&
                lease_store_n_collected(world->box.executor.store) == 0)
                expect_all_answered(world);
}

/* ---- the answers ----------------------------------------------------------------------------- */

/* What has been read is compared with what was promised, and rows with where they belong. */
static void loaded(World *world, const Problems *problems) {
        for (size_t i = 0; i < problems->n_items; i++)
                say(world, "server", "line %u: %s", problems->items[i].line,
                        problems->items[i].text);
        checks_file(world);
        world->box.had_wrong_lines = problems->n_items > 0;
        world->box.failed_at = 0;
        promises_loaded(world);
        editor_loaded(world);
}

static void durable(World *world, uint64_t commit) {
        expect_open(world, commit, "be durable");
        promises_durable(world, commit);
        executor_commit_durable(&world->box.executor, commit);
        world->promises.n_granted = 0;
}

static void failed(World *world, const LeaseStoreEvent *event) {
        Box *box = &world->box;

        say(world, "disk", "%s failed: %s", event->operation, strerror(-event->error));
        world_see(world, SIGHT_COMMIT_FAILED);
        if (box->failed_at == 0)
                box->failed_at = world->now;
        if (event->commit != UINT64_MAX)
                expect_open(world, event->commit, "fail");
        executor_commit_failed(&box->executor, event->commit);
        promises_failed(world, event->commit);
        expect_all_answered(world);
}

static void compacted(World *world, const LeaseStoreEvent *event) {
        if (event->error < 0) {
                say(world, "disk", "%s failed: %s, no new file", event->operation,
                        strerror(-event->error));
                return;
        }
        say(world, "server", "has written its file anew");
        world_see(world, SIGHT_REWRITTEN);
        promises_rewritten(world);
}

static void noticed(World *world, LeaseStoreNotice notice) {
        switch (notice) {
        case LEASE_NOTICE_PUT_ASIDE:
                /* wrong lines that could not be copied are kept with the whole file */
                if (!world->box.had_wrong_lines && world->drive.n_renames_failed == 0 &&
                        world->editor.n_saves == 0)
                        world_fail(world, "the lease file is put aside");
                break;
        case LEASE_NOTICE_UNREADABLE:
                if (world->editor.n_saves > 0)
                        break;
                /* fall through */
        case LEASE_NOTICE_DELETED:
                world_fail(world, "the lease file is taken for somebody else's");
        case LEASE_NOTICE_UNREADABLE_AT_START:
        case LEASE_NOTICE_NO_BACKUP:
        case LEASE_NOTICE_TIMES_LATE:
        case LEASE_NOTICE_TIMES_WRITTEN:
                break;
        }
}

void answers_take(World *world, const LeaseStoreEvent *event) {
        switch (event->type) {
        case LEASE_STORE_LOADED:
                loaded(world, event->problems);
                break;
        case LEASE_STORE_DURABLE:
                durable(world, event->commit);
                break;
        case LEASE_STORE_FAILED:
                failed(world, event);
                break;
        case LEASE_STORE_STATE:
                if (event->promise == LEASE_PROMISE_ALL) {
                        say(world, "disk", "works again");
                        world_see(world, SIGHT_RECOVERED);
                        promises_rewritten(world);
                } else
                        say(world, "server", "promises nothing");
                break;
        case LEASE_STORE_COMPACTED:
                compacted(world, event);
                break;
        case LEASE_STORE_NOTICE:
                noticed(world, event->notice);
                if (event->notice == LEASE_NOTICE_UNREADABLE)
                        editor_heard(world, event);
                break;
        case LEASE_STORE_MERGED:
                editor_heard(world, event);
                break;
        case LEASE_STORE_REFUSED:
        case LEASE_STORE_EVENT_MAX:
                world_fail(world, "an answer of the lease file that nobody has asked for");
        }
}
