/* SPDX-License-Identifier: MIT */

#include "answers.h"

#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "world.h"

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
        executor_commit_failed(&box->executor, event->commit);
        promises_failed(world, event->commit);
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
