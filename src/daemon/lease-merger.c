/* SPDX-License-Identifier: MIT */

/* One save at a time: noticed, looked at, merged, written.
 *
 *   IDLE -> SETTLING -> LOOKING -> MERGING <-> BACKING_UP
 *                          ^          |
 *                          +----------+-> WRITING -> IDLE
 *
 * Invariant: a save is let go of only when the file has been written with what it says, or says
 * nothing new; when the disk fails in between, it is merged again. */

#include <errno.h>
#include <string.h>
#include <sys/inotify.h>
#include <syslog.h>

#include "daemon/lease-merger.h"
#include "daemon/messages.h"
#include "store/merge.h"

enum {
        /* between two looks at a file of which nobody knows whether its writer has finished */
        SETTLE_MSEC = 150,
        SETTLE_TRIES = 12,
        REPORTED_MAX = 20, /* lines of one save */
};

#define WATCHED                                                                                    \
        (IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_DELETE_SELF | IN_ONLYDIR)

typedef enum MergerState {
        MERGER_IDLE,
        MERGER_SETTLING, /* a save is there or coming, perhaps not finished */
        MERGER_LOOKING,  /* the worker reads it */
        MERGER_MERGING,
        MERGER_BACKING_UP,
        MERGER_WRITING, /* merged; or the disk has failed, and it is to be merged again */
} MergerState;

struct LeaseMerger {
        sd_event *event;
        Executor *executor;
        const LeaseMergerOperations *operations;
        void *userdata;
        LeaseFile *file; /* NULL before there is one */

        MergerState state;
        bool closed;     /* its writer has finished, as the directory says */
        bool written;    /* somebody has written to it, as the directory says */
        bool look_again; /* something has happened since the look was begun */
        bool again;      /* MERGER_WRITING: merge again afterwards */
        unsigned n_tries;
        FileIdentity seen; /* by the look before */
        Merge *merge;      /* or NULL */
        sd_event_source *watch_source;
        sd_event_source *settle_source;
        sd_event_source *merge_source; /* defer */
};

static const char *file_path(const LeaseMerger *merger) {
        return lease_file_path(merger->file);
}

static void say(LeaseMerger *merger, int priority, const char *message_id, const char *text) {
        const JournalField fields[] = {{"DHCP_LEASE_FILE", file_path(merger)}};

        journal_write(merger->executor->journal, priority, message_id, fields, ELEMENTSOF(fields),
                "%s", text);
}

static void say_problems(LeaseMerger *merger, const Problems *problems) {
        for (size_t i = 0; i < problems->n_items; i++) {
                _cleanup_free_ char *text = NULL;

                /* the last two sum up */
                if (i >= REPORTED_MAX && i + 2 < problems->n_items)
                        continue;
                if (problem_format(&problems->items[i], &text) >= 0)
                        say(merger, LOG_WARNING, MESSAGE_LEASE_FILE_REJECTED, text);
        }
}

static void say_merged(LeaseMerger *merger, const Merge *merge) {
        const MergeCounts *counts = &merge->counts;
        const JournalField fields[] = {{"DHCP_LEASE_FILE", file_path(merger)}};
        const bool edited = counts->n_applied + counts->n_deleted > 0;

        say_problems(merger, &merge->problems);
        journal_write(merger->executor->journal, LOG_NOTICE, MESSAGE_LEASE_FILE_MERGED, fields,
                ELEMENTSOF(fields),
                "Lease file %s was saved by somebody else and merged: %zu row%s applied, %zu "
                "lease%s deleted, %zu kept although missing, %zu row%s outdated, %zu "
                "rejected.%s%s%s",
                file_path(merger), counts->n_applied, plural(counts->n_applied), counts->n_deleted,
                plural(counts->n_deleted), counts->n_kept, counts->n_outdated,
                plural(counts->n_outdated), counts->n_rejected,
                edited ? " The file before is kept as " : "", edited ? file_path(merger) : "",
                edited ? "~." : "");
}

static void set_idle(LeaseMerger *merger) {
        merger->state = MERGER_IDLE;
        merger->again = false;
        merger->n_tries = 0;
        merger->seen = (FileIdentity){0};
        merger->merge = merge_free(merger->merge);
        (void) sd_event_source_set_enabled(merger->merge_source, SD_EVENT_OFF);
}

static void settle(LeaseMerger *merger) {
        merger->state = MERGER_SETTLING;
        (void) sd_event_source_set_time_relative(
                merger->settle_source, SETTLE_MSEC * USEC_PER_MSEC);
        (void) sd_event_source_set_enabled(merger->settle_source, SD_EVENT_ONESHOT);
}

static void look(LeaseMerger *merger) {
        (void) sd_event_source_set_enabled(merger->settle_source, SD_EVENT_OFF);
        merger->look_again = false;
        if (lease_file_look(merger->file, merger->closed, merger->written) < 0) {
                settle(merger);
                return;
        }
        merger->state = MERGER_LOOKING;
        merger->closed = merger->written = false;
}

/* The file may be another now. What is under way is carried through first, as nothing is displaced
 * that has not been looked at. */
static void noticed(LeaseMerger *merger, bool closed) {
        merger->closed = merger->closed || closed;
        switch (merger->state) {
        case MERGER_IDLE:
        case MERGER_SETTLING:
                if (closed)
                        look(merger);
                else if (merger->state == MERGER_IDLE)
                        settle(merger);
                break;
        case MERGER_LOOKING:
        case MERGER_MERGING:
        case MERGER_BACKING_UP:
        case MERGER_WRITING:
                merger->look_again = true;
                break;
        }
}

/* Memory holds what is to be taken. What is left is to write it, or nothing. */
static void finish(LeaseMerger *merger, LeaseSave *save, bool put_aside, bool write) {
        if (lease_file_set_merged(merger->file, save, put_aside) < 0) {
                settle(merger); /* without memory: all over again, a little later */
                return;
        }
        merger->state = MERGER_WRITING;
        if (write)
                merger->operations->rewrite(merger->userdata);
        else {
                set_idle(merger);
                if (merger->look_again)
                        look(merger);
        }
}

static void start_merging(LeaseMerger *merger) {
        LeaseFileTags tags;

        lease_file_get_tags(merger->file, &merger->executor->clock, &tags);
        merge_restart(merger->merge, &tags);
        merger->state = MERGER_MERGING;
        (void) sd_event_source_set_enabled(merger->merge_source, SD_EVENT_ON);
}

void lease_merger_clock_set(LeaseMerger *merger) {
        LeaseFileTags tags;

        if (merger->state != MERGER_MERGING && merger->state != MERGER_BACKING_UP)
                return;
        lease_file_get_tags(merger->file, &merger->executor->clock, &tags);
        merge_restart(merger->merge, &tags);
}

/* No lease can be written just now. The save is in memory; once the file is ours again it is
 * merged. */
static void postpone(LeaseMerger *merger) {
        (void) sd_event_source_set_enabled(merger->merge_source, SD_EVENT_OFF);
        merger->again = true;
        merger->state = MERGER_WRITING;
        (void) lease_file_set_merged(merger->file, merger->merge->save, true);
}

static void merge_ended(LeaseMerger *merger) {
        Merge *merge = merger->merge;
        const bool different = merge_found_difference(merge);

        if (lease_file_reject(merger->file, &merge->rejected) < 0)
                return; /* out of memory: next turn */
        (void) sd_event_source_set_enabled(merger->merge_source, SD_EVENT_OFF);
        if (different)
                say_merged(merger, merge);
        finish(merger, merge->save, !merge->save->closed && merge->save->foreign,
                different || merge->save->foreign);
}

static int on_merge(sd_event_source *source, void *userdata) {
        LeaseMerger *merger = userdata;
        Executor *executor = merger->executor;
        MergeProgress progress;
        int r;

        (void) source;
        executor_read_clock(executor);
        if (lease_file_is_suspect(merger->file)) {
                postpone(merger);
                merger->operations->rewrite(merger->userdata);
                return 0;
        }
        r = merge_step(
                merger->merge, executor->server, &executor->clock, &executor->actions, &progress);
        executor_run(executor, 0, (Actor){.type = ACTOR_LEASE_FILE});
        executor_flush(executor);
        if (r < 0)
                return 0; /* out of memory: the same step again, next turn */

        switch (progress) {
        case MERGE_MORE:
                break;
        case MERGE_DONE:
                merge_ended(merger);
                break;
        case MERGE_WANTS_BACKUP:
                (void) sd_event_source_set_enabled(merger->merge_source, SD_EVENT_OFF);
                merger->state = MERGER_BACKING_UP;
                r = merger->operations->backup(merger->userdata);
                if (r < 0)
                        /* one that is under way ends soon, and then there is another turn */
                        start_merging(merger);
                break;
        }
        return 0;
}

static void backed_up(LeaseMerger *merger, int error, const char *operation) {
        if (merger->state != MERGER_BACKING_UP)
                return;
        if (error < 0) {
                _cleanup_(buffer_done) Buffer text = BUFFER_INIT;
                _cleanup_free_ char *line = NULL;

                (void) buffer_printf(&text, "%s~ cannot be written: %s failed: %s",
                        file_path(merger), operation, strerror(-error));
                if (buffer_take_string(&text, &line) >= 0)
                        say(merger, LOG_WARNING, NULL, line);
        }
        merge_set_backed_up(merger->merge);
        merger->state = MERGER_MERGING;
        (void) sd_event_source_set_enabled(merger->merge_source, SD_EVENT_ON);
}

static void say_unusable(LeaseMerger *merger, const LeaseSave *save) {
        _cleanup_(buffer_done) Buffer text = BUFFER_INIT;
        _cleanup_free_ char *line = NULL;

        if (save->error == -ENOENT)
                (void) buffer_printf(&text,
                        "Lease file %s was deleted; it is written anew, with all leases.",
                        file_path(merger));
        else
                (void) buffer_printf(&text,
                        "Lease file %s was saved by somebody else in a form that cannot be read "
                        "(%s); nothing of it is in force.",
                        file_path(merger),
                        save->error == -EBADMSG ? "its columns have no names"
                                                : strerror(-save->error));
        say_problems(merger, &save->problems);
        if (buffer_take_string(&text, &line) >= 0)
                say(merger, LOG_WARNING, MESSAGE_LEASE_FILE_MERGED, line);
}

/* Whether the save had better be looked at once more before it is believed. */
static bool is_unfinished(LeaseMerger *merger, const LeaseSave *save) {
        const bool settled = file_identity_equal(&save->identity, &merger->seen) ||
                             (save->error == -ENOENT && merger->n_tries > 0);

        merger->seen = save->identity;
        if (merger->n_tries++ >= SETTLE_TRIES)
                return false;
        return save->changing || merger->look_again || (!save->closed && !settled);
}

static void looked(LeaseMerger *merger) {
        LeaseSave *save = lease_file_take_save(merger->file);
        LeaseFileTags tags;

        if (merger->state != MERGER_LOOKING) {
                (void) save_free(save);
                return;
        }
        if (!save) {
                set_idle(merger);
                if (merger->look_again)
                        look(merger);
                return;
        }
        if (is_unfinished(merger, save)) {
                (void) save_free(save);
                if (merger->closed)
                        look(merger);
                else
                        settle(merger);
                return;
        }
        merger->n_tries = 0;
        if (save->error < 0) {
                say_unusable(merger, save);
                finish(merger, save, save->error != -ENOENT, true);
                (void) save_free(save);
                return;
        }

        merger->merge = merge_free(merger->merge);
        lease_file_get_tags(merger->file, &merger->executor->clock, &tags);
        if (merge_new(&merger->merge, save, &tags) < 0) {
                (void) save_free(save);
                settle(merger);
                return;
        }
        start_merging(merger);
}

static void written(LeaseMerger *merger) {
        if (merger->state != MERGER_WRITING)
                return;
        if (merger->again && merger->merge) {
                merger->again = false;
                start_merging(merger);
                return;
        }
        set_idle(merger);
        if (merger->look_again)
                look(merger);
}

/* What was applied and not yet durable has been taken back. */
static void failed(LeaseMerger *merger) {
        switch (merger->state) {
        case MERGER_IDLE:
        case MERGER_SETTLING:
        case MERGER_LOOKING:
                break;
        case MERGER_WRITING:
                merger->again = merger->merge;
                break;
        case MERGER_MERGING:
        case MERGER_BACKING_UP:
                postpone(merger);
                break;
        }
}

void lease_merger_handle_event(LeaseMerger *merger, const LeaseFileEvent *event) {
        switch (event->type) {
        case LEASE_FILE_STALE:
                /* the save that was merged is not what the file is any more */
                if (merger->state == MERGER_WRITING && !merger->again) {
                        const bool closed = merger->look_again && merger->closed;

                        set_idle(merger);
                        noticed(merger, closed);
                } else
                        noticed(merger, false);
                break;
        case LEASE_FILE_LOOKED:
                looked(merger);
                break;
        case LEASE_FILE_BACKED_UP:
                backed_up(merger, event->error, event->operation);
                break;
        case LEASE_FILE_RECOVERED:
        case LEASE_FILE_REWRITTEN:
                written(merger);
                break;
        case LEASE_FILE_FAILED:
                failed(merger);
                break;
        case LEASE_FILE_REWRITE_FAILED:
                backed_up(merger, event->error, event->operation);
                /* of a healthy file: what was applied has rows there all the same */
                if (!lease_file_is_suspect(merger->file))
                        written(merger);
                break;
        case LEASE_FILE_DURABLE:
        case LEASE_FILE_PUT_ASIDE:
                break;
        }
}

static int on_settled(sd_event_source *source, uint64_t usec, void *userdata) {
        LeaseMerger *merger = userdata;

        (void) source;
        (void) usec;
        if (merger->state == MERGER_SETTLING)
                look(merger);
        return 0;
}

static int on_watch(sd_event_source *source, const struct inotify_event *event, void *userdata) {
        LeaseMerger *merger = userdata;
        const char *name;

        (void) source;
        (void) lease_file_directory(merger->file, &name);
        if (event->mask & IN_Q_OVERFLOW)
                noticed(merger, false);
        else if (event->len > 0 && strcmp(event->name, name) == 0) {
                /* we never close the file under its name, so this was somebody else */
                merger->written = merger->written || event->mask & IN_CLOSE_WRITE;
                noticed(merger, event->mask & (IN_CLOSE_WRITE | IN_MOVED_TO));
        }
        return 0;
}

void lease_merger_watch(LeaseMerger *merger, LeaseFile *file) {
        const char *name, *directory = lease_file_directory(file, &name);
        int r;

        merger->file = file;
        r = sd_event_add_inotify(
                merger->event, &merger->watch_source, directory, WATCHED, on_watch, merger);
        if (r < 0)
                journal_say(merger->executor->journal, LOG_WARNING, NULL,
                        "%s cannot be watched (%s): what others save there is noticed when the "
                        "next lease is written.",
                        directory, strerror(-r));
}

bool lease_merger_is_busy(const LeaseMerger *merger) {
        return merger->state != MERGER_IDLE && merger->state != MERGER_WRITING;
}

bool lease_merger_drive(LeaseMerger *merger) {
        switch (merger->state) {
        case MERGER_SETTLING:
                look(merger);
                return true;
        case MERGER_MERGING:
                (void) on_merge(merger->merge_source, merger);
                return true;
        case MERGER_IDLE:
        case MERGER_LOOKING:
        case MERGER_BACKING_UP:
        case MERGER_WRITING:
                break;
        }
        return false;
}

int lease_merger_new(LeaseMerger **ret, sd_event *event, Executor *executor,
        const LeaseMergerOperations *operations, void *userdata) {
        _cleanup_(lease_merger_freep) LeaseMerger *merger = NULL;
        int r;

        merger = calloc(1, sizeof(*merger));
        if (!merger)
                return -ENOMEM;
        merger->event = event;
        merger->executor = executor;
        merger->operations = operations;
        merger->userdata = userdata;

        r = sd_event_add_defer(event, &merger->merge_source, on_merge, merger);
        if (r < 0)
                return r;
        (void) sd_event_source_set_enabled(merger->merge_source, SD_EVENT_OFF);
        r = sd_event_add_time_relative(
                event, &merger->settle_source, CLOCK_BOOTTIME, 0, 0, on_settled, merger);
        if (r < 0)
                return r;
        (void) sd_event_source_set_enabled(merger->settle_source, SD_EVENT_OFF);
        *ret = TAKE_PTR(merger);
        return 0;
}

LeaseMerger *lease_merger_free(LeaseMerger *merger) {
        if (!merger)
                return NULL;
        (void) sd_event_source_disable_unref(merger->watch_source);
        (void) sd_event_source_disable_unref(merger->settle_source);
        (void) sd_event_source_disable_unref(merger->merge_source);
        (void) merge_free(merger->merge);
        free(merger);
        return NULL;
}
