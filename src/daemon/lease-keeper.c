/* SPDX-License-Identifier: MIT */

/* The lease file's life, seen from the loop. The file itself (store/) knows how to write; when to
 * do so is decided here. A rewrite goes through the table slot by slot, a slice a turn, in turns
 * with the packets, so that neither waits long for the other.
 *
 * Invariant: while there is no file, or it is suspect, or has the times of a wall clock that was
 * set since, a retry is armed or a rewrite is under way.
 */

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <syslog.h>

#include "daemon/clock-watch.h"
#include "daemon/lease-keeper.h"
#include "daemon/lease-loading.h"
#include "daemon/lease-merger.h"
#include "daemon/messages.h"

enum {
        REWRITE_SLICE_SLOTS = 1024,
        RETRY_SEC = 2,
        /* a healthy file is in no such hurry, and a full disk has no room for copies of it */
        TIMES_RETRY_MAX_SEC = 600,
};

struct LeaseKeeper {
        Executor *executor;
        sd_event *event;
        LeaseKeeperFunction changed;
        LeaseKeeperRewritten rewritten; /* or NULL */
        LeaseKeeperAnswered answered;   /* or NULL */
        void *userdata;
        char *path;
        LeaseFile *file; /* NULL while it cannot be opened */
        bool failing;    /* said in the journal, not yet mended */
        LeaseMerger *merger;
        bool rewriting;
        bool backing_up;     /* it is no rewrite but a copy */
        bool rewrite_wanted; /* again, when this one has ended */
        size_t rewrite_slot;
        usec_t recovered_at; /* CLOCK_BOOTTIME, as the next two */
        usec_t retry_at;     /* no rewrite begins by itself before */
        usec_t times_due;    /* the wall clock was set and the file does not say so yet: when to
                                write it anew; USEC_INFINITY = it does */
        usec_t times_wait;   /* before the next attempt at that, 0 = none has failed */
        sd_event_source *file_source;
        sd_event_source *rewrite_source; /* defer, armed while slices are due */
        sd_event_source *retry_source;   /* timer */
        ClockWatch *clock_watch;
};

static void set_failing(LeaseKeeper *keeper, int error, const char *operation) {
        const JournalField fields[] = {{"DHCP_LEASE_FILE", keeper->path}};

        if (keeper->failing)
                return;
        keeper->failing = true;
        journal_write(keeper->executor->journal, LOG_ERR, MESSAGE_LEASE_FILE_FAILING, fields,
                ELEMENTSOF(fields),
                "Lease file %s: %s failed: %s. No lease is granted or renewed until it can be "
                "written "
                "again; that is tried every %d seconds.",
                keeper->path, operation, strerror(-error), RETRY_SEC);
        keeper->changed(keeper->userdata);
}

static void set_working(LeaseKeeper *keeper) {
        const JournalField fields[] = {{"DHCP_LEASE_FILE", keeper->path}};

        if (!keeper->failing)
                return;
        keeper->failing = false;
        journal_write(keeper->executor->journal, LOG_NOTICE, MESSAGE_LEASE_FILE_RECOVERED, fields,
                ELEMENTSOF(fields), "Lease file %s can be written again; leases are granted.",
                keeper->path);
        keeper->changed(keeper->userdata);
}

static void arm_retry_at(LeaseKeeper *keeper, usec_t when) {
        (void) sd_event_source_set_time(keeper->retry_source, when);
        (void) sd_event_source_set_enabled(keeper->retry_source, SD_EVENT_ONESHOT);
}

static usec_t after_a_while(const LeaseKeeper *keeper) {
        return usec_add(keeper->executor->clock.boottime, RETRY_SEC * USEC_PER_SEC);
}

static void arm_retry(LeaseKeeper *keeper) {
        keeper->retry_at = after_a_while(keeper);
        arm_retry_at(keeper, keeper->retry_at);
}

/* A rewrite has failed. A suspect file is tried again anyway. */
static void times_failed(LeaseKeeper *keeper, const LeaseFileEvent *event) {
        if (keeper->times_due == USEC_INFINITY || lease_file_is_suspect(keeper->file))
                return;
        if (keeper->times_wait == 0)
                journal_say(keeper->executor->journal, LOG_WARNING, NULL,
                        "The times in %s could not be written anew, they are of the clock as it "
                        "was: %s failed: %s. That is tried again until it succeeds.",
                        keeper->path, event->operation, strerror(-event->error));
        keeper->times_wait = MIN(MAX(2 * keeper->times_wait, RETRY_SEC * USEC_PER_SEC),
                TIMES_RETRY_MAX_SEC * USEC_PER_SEC);
        keeper->times_due = usec_add(keeper->executor->clock.boottime, keeper->times_wait);
}

/* A rewrite has succeeded. It may have begun before the clock was set; then another is wanted. */
static void times_written(LeaseKeeper *keeper) {
        if (keeper->times_due == USEC_INFINITY || keeper->rewrite_wanted)
                return;
        if (keeper->times_wait > 0)
                journal_say(keeper->executor->journal, LOG_NOTICE, NULL,
                        "The times in %s have been written anew.", keeper->path);
        keeper->times_due = USEC_INFINITY;
        keeper->times_wait = 0;
}

static void start_slices(LeaseKeeper *keeper, bool backup) {
        keeper->rewriting = true;
        keeper->backing_up = backup;
        keeper->rewrite_slot = 0;
        (void) sd_event_source_set_enabled(keeper->rewrite_source, SD_EVENT_ON);
}

void lease_keeper_rewrite(LeaseKeeper *keeper) {
        int r;

        if (!keeper->file)
                return;
        keeper->rewrite_wanted = true;
        if (keeper->rewriting || lease_merger_is_busy(keeper->merger))
                return;
        r = lease_file_rewrite_begin(keeper->file);
        if (r < 0) {
                arm_retry(keeper);
                return;
        }
        keeper->rewrite_wanted = false;
        start_slices(keeper, false);
}

static int begin_backup(void *userdata) {
        LeaseKeeper *keeper = userdata;
        int r;

        r = lease_file_backup_begin(keeper->file);
        if (r < 0)
                return r;
        start_slices(keeper, true);
        return 0;
}

static void rewrite_merged(void *userdata) {
        lease_keeper_rewrite(userdata);
}

static const LeaseMergerOperations merger_operations = {
        .rewrite = rewrite_merged,
        .backup = begin_backup,
};

/* Hands one slice of leases over. Return: 1 when more are due, 0 when all have been, negative
 * errno. */
static int rewrite_slice(LeaseKeeper *keeper) {
        Executor *executor = keeper->executor;
        const LeaseTable *table = server_get_table(executor->server);
        size_t end = MIN(keeper->rewrite_slot + REWRITE_SLICE_SLOTS, lease_table_n_slots(table));
        int r;

        for (; keeper->rewrite_slot < end; keeper->rewrite_slot++) {
                Lease *lease = lease_table_at(table, keeper->rewrite_slot);
                LeaseRecord record;
                uint64_t version;

                if (!lease || lease->state == LEASE_OFFERED)
                        continue;
                lease_get_record(lease, &record);
                r = lease_file_rewrite_row(keeper->file, &record,
                        lease->pool ? lease->pool->settings->name : "", &executor->clock, &version);
                if (r < 0)
                        return r;
                if (!keeper->backing_up)
                        server_set_lease_version(executor->server, lease, version);
        }
        return keeper->rewrite_slot < lease_table_n_slots(table);
}

static int on_rewrite(sd_event_source *source, void *userdata) {
        LeaseKeeper *keeper = userdata;
        int more, lagging;

        executor_read_clock(keeper->executor);
        more = rewrite_slice(keeper);
        if (more < 0)
                return 0; /* out of memory: the same slice again, next turn */
        lagging = lease_file_rewrite_flush(keeper->file);
        if (more > 0) {
                if (lagging > 0)
                        (void) sd_event_source_set_enabled(source, SD_EVENT_OFF);
                return 0;
        }
        (void) sd_event_source_set_enabled(source, SD_EVENT_OFF);
        lease_file_rewrite_end(keeper->file);
        return 0;
}

/* The slices that were handed over are of no use, or have done what they were for. */
static void end_slices(LeaseKeeper *keeper) {
        keeper->rewriting = keeper->backing_up = false;
        (void) sd_event_source_set_enabled(keeper->rewrite_source, SD_EVENT_OFF);
}

static void rewrite_ended(LeaseKeeper *keeper, int result) {
        end_slices(keeper);
        /* another that is wanted begins when all events have been heard, or when the disk is tried
           again */
        if (!lease_keeper_is_rewriting(keeper) && keeper->rewritten)
                keeper->rewritten(result, keeper->userdata);
}

/* A save of somebody else ends a rewrite; there will be another when it has been merged. */
static void give_way(LeaseKeeper *keeper) {
        if (!keeper->rewriting || keeper->backing_up)
                return;
        end_slices(keeper);
        keeper->rewrite_wanted = true;
}

static void handle_event(LeaseKeeper *keeper, const LeaseFileEvent *event) {
        if (event->type == LEASE_FILE_STALE ||
                (event->type == LEASE_FILE_LOOKED && lease_file_is_stale(keeper->file)))
                give_way(keeper);
        if (event->type == LEASE_FILE_BACKED_UP)
                end_slices(keeper);
        lease_merger_handle_event(keeper->merger, event);

        switch (event->type) {
        case LEASE_FILE_DURABLE:
                executor_commit_durable(keeper->executor, event->commit);
                break;
        case LEASE_FILE_FAILED:
                executor_commit_failed(keeper->executor, event->commit);
                set_failing(keeper, event->error, event->operation);
                /* A disk that takes a new file, but then no row: once in a while is enough. */
                if (keeper->executor->clock.boottime <
                        usec_add(keeper->recovered_at, RETRY_SEC * USEC_PER_SEC))
                        arm_retry(keeper);
                break;
        case LEASE_FILE_RECOVERED:
                keeper->recovered_at = keeper->executor->clock.boottime;
                times_written(keeper);
                rewrite_ended(keeper, 0);
                set_working(keeper);
                break;
        case LEASE_FILE_REWRITTEN:
                times_written(keeper);
                rewrite_ended(keeper, 0);
                break;
        case LEASE_FILE_REWRITE_FAILED:
                times_failed(keeper, event);
                rewrite_ended(keeper, event->error);
                if (lease_file_is_suspect(keeper->file))
                        set_failing(keeper, event->error, event->operation);
                arm_retry(keeper);
                break;
        case LEASE_FILE_PUT_ASIDE:
                journal_say(keeper->executor->journal, LOG_WARNING, MESSAGE_LEASE_FILE_PUT_ASIDE,
                        "Lease file %s was saved by somebody else in a form that could not be "
                        "read, "
                        "or perhaps not whole. That version is kept as %s~.",
                        keeper->path, keeper->path);
                break;
        case LEASE_FILE_STALE:
        case LEASE_FILE_LOOKED:
        case LEASE_FILE_BACKED_UP:
                break; /* the merger's */
        }
}

static bool rewrite_is_due(const LeaseKeeper *keeper) {
        const LeaseTable *table = server_get_table(keeper->executor->server);
        const usec_t now = keeper->executor->clock.boottime;

        if (keeper->rewriting || lease_merger_is_busy(keeper->merger) || now < keeper->retry_at)
                return false;
        return keeper->rewrite_wanted || now >= keeper->times_due ||
               lease_file_wants_rewrite(keeper->file, lease_table_n_slots(table));
}

static void process_events(LeaseKeeper *keeper) {
        LeaseFileEvent event;

        executor_read_clock(keeper->executor);
        while (lease_file_process(keeper->file, &event) > 0)
                handle_event(keeper, &event);
        if (rewrite_is_due(keeper))
                lease_keeper_rewrite(keeper);
        else if (keeper->rewriting && keeper->rewrite_slot < lease_table_n_slots(server_get_table(
                                                                     keeper->executor->server)))
                (void) sd_event_source_set_enabled(keeper->rewrite_source, SD_EVENT_ON);
}

static int on_file(sd_event_source *source, int fd, uint32_t revents, void *userdata) {
        LeaseKeeper *keeper = userdata;

        (void) source;
        (void) fd;
        (void) revents;
        process_events(keeper);
        if (keeper->answered)
                keeper->answered(keeper->userdata);
        else
                executor_flush(keeper->executor);
        return 0;
}

/* Opens and loads; nothing is left behind when it fails. */
static int try_open(LeaseKeeper *keeper, const char **ret_operation) {
        _cleanup_(lease_file_freep) LeaseFile *file = NULL;
        int r;

        r = lease_loading_run(
                &file, keeper->path, keeper->executor, !keeper->failing, ret_operation);
        if (r < 0)
                return r;
        r = sd_event_add_io(
                keeper->event, &keeper->file_source, lease_file_fd(file), EPOLLIN, on_file, keeper);
        if (r < 0)
                return r;
        /* durable answers first, then new packets: replies leave in the order of their promises */
        (void) sd_event_source_set_priority(keeper->file_source, SD_EVENT_PRIORITY_NORMAL - 10);

        keeper->file = TAKE_PTR(file);
        keeper->executor->lease_file = keeper->file;
        lease_merger_watch(keeper->merger, keeper->file);
        return 0;
}

static int open_or_retry(LeaseKeeper *keeper) {
        const char *operation;
        int r;

        r = try_open(keeper, &operation);
        if (r == -EWOULDBLOCK || r == -ENOMEM)
                return r;
        if (r < 0) {
                set_failing(keeper, r, operation);
                arm_retry(keeper);
                return 0;
        }
        /* a file that cannot be written says why in its first event */
        if (!lease_file_is_suspect(keeper->file))
                set_working(keeper);
        if (rewrite_is_due(keeper))
                lease_keeper_rewrite(keeper);
        return 0;
}

static int on_retry(sd_event_source *source, uint64_t usec, void *userdata) {
        LeaseKeeper *keeper = userdata;

        (void) source;
        (void) usec;
        executor_read_clock(keeper->executor);
        if (!keeper->file) {
                if (open_or_retry(keeper) < 0)
                        arm_retry(keeper);
        } else if (rewrite_is_due(keeper))
                lease_keeper_rewrite(keeper);
        else if (keeper->times_due != USEC_INFINITY)
                arm_retry_at(keeper, MAX(keeper->times_due, after_a_while(keeper)));
        return 0;
}

static void clock_set(void *userdata) {
        LeaseKeeper *keeper = userdata;

        journal_say(keeper->executor->journal, LOG_INFO, NULL,
                "The wall clock was set; leases end when they would have, the times in %s are "
                "written anew.",
                keeper->path ? keeper->path : "the lease file");
        executor_clock_set(keeper->executor);
        lease_merger_clock_set(keeper->merger);
        if (keeper->file)
                keeper->times_due = keeper->executor->clock.boottime;
        lease_keeper_rewrite(keeper);
}

int lease_keeper_new(LeaseKeeper **ret, sd_event *event, Executor *executor,
        LeaseKeeperFunction changed, void *userdata) {
        _cleanup_(lease_keeper_freep) LeaseKeeper *keeper = NULL;
        int r;

        keeper = calloc(1, sizeof(*keeper));
        if (!keeper)
                return -ENOMEM;
        keeper->event = event;
        keeper->executor = executor;
        keeper->changed = changed;
        keeper->userdata = userdata;
        keeper->times_due = USEC_INFINITY;

        r = sd_event_add_defer(event, &keeper->rewrite_source, on_rewrite, keeper);
        if (r < 0)
                return r;
        (void) sd_event_source_set_enabled(keeper->rewrite_source, SD_EVENT_OFF);

        r = sd_event_add_time_relative(
                event, &keeper->retry_source, CLOCK_BOOTTIME, 0, USEC_PER_SEC, on_retry, keeper);
        if (r < 0)
                return r;
        (void) sd_event_source_set_enabled(keeper->retry_source, SD_EVENT_OFF);

        r = clock_watch_new(&keeper->clock_watch, event, clock_set, keeper);
        if (r < 0)
                return r;
        r = lease_merger_new(&keeper->merger, event, executor, &merger_operations, keeper);
        if (r < 0)
                return r;
        *ret = TAKE_PTR(keeper);
        return 0;
}

LeaseKeeper *lease_keeper_free(LeaseKeeper *keeper) {
        if (!keeper)
                return NULL;
        (void) sd_event_source_disable_unref(keeper->file_source);
        (void) sd_event_source_disable_unref(keeper->rewrite_source);
        (void) sd_event_source_disable_unref(keeper->retry_source);
        (void) clock_watch_free(keeper->clock_watch);
        (void) lease_merger_free(keeper->merger);
        keeper->executor->lease_file = NULL;
        (void) lease_file_free(keeper->file);
        free(keeper->path);
        free(keeper);
        return NULL;
}

int lease_keeper_open(LeaseKeeper *keeper, const char *path) {
        keeper->path = strdup(path);
        if (!keeper->path)
                return -ENOMEM;
        return open_or_retry(keeper);
}

const char *lease_keeper_path(const LeaseKeeper *keeper) {
        return keeper->path;
}

bool lease_keeper_is_healthy(const LeaseKeeper *keeper) {
        return keeper->file && !keeper->failing && !lease_file_is_suspect(keeper->file);
}

bool lease_keeper_is_rewriting(const LeaseKeeper *keeper) {
        return keeper->rewriting || keeper->rewrite_wanted;
}

void lease_keeper_set_answered(LeaseKeeper *keeper, LeaseKeeperAnswered function) {
        keeper->answered = function;
}

void lease_keeper_set_rewritten(LeaseKeeper *keeper, LeaseKeeperRewritten function) {
        keeper->rewritten = function;
}

static bool slice_is_due(const LeaseKeeper *keeper) {
        int enabled = SD_EVENT_OFF;

        (void) sd_event_source_get_enabled(keeper->rewrite_source, &enabled);
        return enabled != SD_EVENT_OFF;
}

void lease_keeper_drain(LeaseKeeper *keeper, usec_t timeout) {
        usec_t deadline;

        if (!keeper->file)
                return;
        executor_read_clock(keeper->executor);
        deadline = usec_add(keeper->executor->clock.boottime, timeout);
        executor_flush_now(keeper->executor);

        while (keeper->executor->pending.n_entries > 0 &&
                keeper->executor->clock.boottime < deadline) {
                struct pollfd pollfd = {.fd = lease_file_fd(keeper->file), .events = POLLIN};

                if (lease_merger_drive(keeper->merger))
                        continue;
                if (slice_is_due(keeper))
                        (void) on_rewrite(keeper->rewrite_source, keeper);
                else
                        (void) poll(&pollfd, 1, 100);
                process_events(keeper);
                executor_flush_now(keeper->executor);
        }
}
