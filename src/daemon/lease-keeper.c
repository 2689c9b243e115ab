/* SPDX-License-Identifier: MIT */

/* Invariant: the timer is armed for the store's deadline, whatever has happened to it. */

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>

#include <systemd/sd-daemon.h>

#include "daemon/clock-watch.h"
#include "daemon/lease-keeper.h"
#include "daemon/lease-report.h"

enum {
        /* systemd's start time-out is 90 s; a slow disk with a large file gets this much more at
           once */
        EXTEND_TIMEOUT_SEC = 60,
        DRAIN_POLL_MSEC = 100,
};

#define WATCHED                                                                                    \
        (IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_DELETE_SELF | IN_ONLYDIR)

struct LeaseKeeper {
        sd_event *event;
        Executor *executor;
        LeaseKeeperFunction changed;
        LeaseKeeperRewritten rewritten; /* or NULL */
        LeaseKeeperAnswered answered;   /* or NULL */
        void *userdata;
        LeaseFile *file; /* NULL before lease_keeper_open() */
        sd_event_source *file_source;
        sd_event_source *timer_source;
        sd_event_source *watch_source;
        ClockWatch *clock_watch;
};

static void arm(LeaseKeeper *keeper) {
        const usec_t deadline = lease_store_deadline(lease_file_store(keeper->file));

        if (deadline == USEC_INFINITY) {
                (void) sd_event_source_set_enabled(keeper->timer_source, SD_EVENT_OFF);
                return;
        }
        (void) sd_event_source_set_time(keeper->timer_source, deadline);
        (void) sd_event_source_set_enabled(keeper->timer_source, SD_EVENT_ONESHOT);
}

static int on_watch(sd_event_source *source, const struct inotify_event *event, void *userdata) {
        LeaseKeeper *keeper = userdata;
        const char *name;

        (void) source;
        (void) lease_file_directory(keeper->file, &name);
        executor_read_clock(keeper->executor);
        if (event->mask & IN_Q_OVERFLOW)
                lease_file_noticed(keeper->file, &keeper->executor->clock, false, false);
        else if (event->len > 0 && strcmp(event->name, name) == 0)
                /* we never close the file under its name, so this was somebody else */
                lease_file_noticed(keeper->file, &keeper->executor->clock,
                        event->mask & (IN_CLOSE_WRITE | IN_MOVED_TO), event->mask & IN_CLOSE_WRITE);
        arm(keeper);
        return 0;
}

static void watch(LeaseKeeper *keeper) {
        const char *name, *directory = lease_file_directory(keeper->file, &name);
        int r;

        r = sd_event_add_inotify(
                keeper->event, &keeper->watch_source, directory, WATCHED, on_watch, keeper);
        if (r < 0)
                lease_report_unwatched(keeper->executor->journal, directory, r);
}

static void handle_event(LeaseKeeper *keeper, const LeaseStoreEvent *event) {
        lease_report_event(keeper->executor->journal, keeper->file, event);
        switch (event->type) {
        case LEASE_STORE_LOADED:
                watch(keeper);
                break;
        case LEASE_STORE_DURABLE:
                executor_commit_durable(keeper->executor, event->commit);
                break;
        case LEASE_STORE_FAILED:
                executor_commit_failed(keeper->executor, event->commit);
                break;
        case LEASE_STORE_STATE:
                keeper->changed(keeper->userdata);
                break;
        case LEASE_STORE_COMPACTED:
                if (keeper->rewritten)
                        keeper->rewritten(event->error, keeper->userdata);
                break;
        case LEASE_STORE_REFUSED: /* the file refuses nothing */
        case LEASE_STORE_MERGED:
        case LEASE_STORE_NOTICE:
        case LEASE_STORE_EVENT_MAX:
                break;
        }
}

static void turn(LeaseKeeper *keeper) {
        LeaseStore *store = lease_file_store(keeper->file);
        Executor *executor = keeper->executor;
        LeaseStoreEvent event;

        executor_read_clock(executor);
        actions_reset(&executor->actions);
        lease_store_turn(store, &executor->clock, &executor->actions);
        executor_run(executor, &(Cause){.actor.type = ACTOR_LEASE_FILE});
        while (lease_store_next_event(store, &event) > 0)
                handle_event(keeper, &event);
        arm(keeper);
}

static int on_file(sd_event_source *source, int fd, uint32_t revents, void *userdata) {
        LeaseKeeper *keeper = userdata;

        (void) source;
        (void) fd;
        (void) revents;
        turn(keeper);
        if (keeper->answered)
                keeper->answered(keeper->userdata);
        else
                executor_flush(keeper->executor);
        return 0;
}

static int on_timer(sd_event_source *source, uint64_t usec, void *userdata) {
        LeaseKeeper *keeper = userdata;

        (void) source;
        (void) usec;
        turn(keeper);
        executor_flush(keeper->executor);
        return 0;
}

static void on_clock_set(void *userdata) {
        LeaseKeeper *keeper = userdata;

        lease_report_clock_set(keeper->executor->journal, lease_keeper_path(keeper));
        executor_clock_set(keeper->executor);
        if (!keeper->file)
                return;
        lease_file_clock_set(keeper->file, &keeper->executor->clock);
        arm(keeper);
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

        r = sd_event_add_time(event, &keeper->timer_source, CLOCK_BOOTTIME, 0, 1, on_timer, keeper);
        if (r < 0)
                return r;
        (void) sd_event_source_set_enabled(keeper->timer_source, SD_EVENT_OFF);
        r = clock_watch_new(&keeper->clock_watch, event, on_clock_set, keeper);
        if (r < 0)
                return r;
        *ret = TAKE_PTR(keeper);
        return 0;
}

LeaseKeeper *lease_keeper_free(LeaseKeeper *keeper) {
        if (!keeper)
                return NULL;
        (void) sd_event_source_disable_unref(keeper->file_source);
        (void) sd_event_source_disable_unref(keeper->timer_source);
        (void) sd_event_source_disable_unref(keeper->watch_source);
        (void) clock_watch_free(keeper->clock_watch);
        keeper->executor->store = NULL;
        (void) lease_file_free(keeper->file);
        free(keeper);
        return NULL;
}

static void on_loading(void *userdata) {
        (void) userdata;
        (void) sd_notifyf(0, "EXTEND_TIMEOUT_USEC=%llu", EXTEND_TIMEOUT_SEC * 1000000ULL);
}

int lease_keeper_open(LeaseKeeper *keeper, const char *path) {
        const LeaseFileOptions options = {
                .path = path,
                .server = keeper->executor->server,
                .loading = on_loading,
        };
        int r;

        r = lease_file_new(&keeper->file, &options);
        if (r < 0)
                return r;
        keeper->executor->store = lease_file_store(keeper->file);
        r = sd_event_add_io(keeper->event, &keeper->file_source,
                lease_store_fd(keeper->executor->store), EPOLLIN, on_file, keeper);
        if (r < 0)
                return r;
        /* durable answers first, then new packets: replies leave in the order of their promises */
        (void) sd_event_source_set_priority(keeper->file_source, SD_EVENT_PRIORITY_NORMAL - 10);

        executor_read_clock(keeper->executor);
        r = lease_store_open(keeper->executor->store, &keeper->executor->clock);
        if (r < 0)
                return r;
        turn(keeper); /* which loads it */
        return 0;
}

const char *lease_keeper_path(const LeaseKeeper *keeper) {
        return keeper->file ? lease_file_path(keeper->file) : NULL;
}

bool lease_keeper_is_healthy(const LeaseKeeper *keeper) {
        return keeper->file &&
               lease_store_promise(lease_file_store(keeper->file)) == LEASE_PROMISE_ALL;
}

void lease_keeper_get_statistics(const LeaseKeeper *keeper, LeaseFileStatistics *ret) {
        *ret = (LeaseFileStatistics){0};
        if (keeper->file)
                lease_file_get_statistics(keeper->file, ret);
}

int lease_keeper_rewrite(LeaseKeeper *keeper) {
        int r;

        if (!keeper->file)
                return -EIO;
        executor_read_clock(keeper->executor);
        r = lease_file_compact(keeper->file, &keeper->executor->clock);
        arm(keeper);
        return r;
}

void lease_keeper_reconfigured(LeaseKeeper *keeper) {
        if (!keeper->file)
                return;
        executor_read_clock(keeper->executor);
        lease_store_reconfigured(keeper->executor->store, &keeper->executor->clock);
        arm(keeper);
}

void lease_keeper_set_answered(LeaseKeeper *keeper, LeaseKeeperAnswered function) {
        keeper->answered = function;
}

void lease_keeper_set_rewritten(LeaseKeeper *keeper, LeaseKeeperRewritten function) {
        keeper->rewritten = function;
}

void lease_keeper_drain(LeaseKeeper *keeper, usec_t timeout) {
        Executor *executor = keeper->executor;
        usec_t deadline;

        if (!keeper->file)
                return;
        executor_read_clock(executor);
        deadline = usec_add(executor->clock.boottime, timeout);
        lease_store_drain(executor->store, timeout);
        executor_flush_now(executor);

        while (executor->pending.n_entries > 0 && executor->clock.boottime < deadline) {
                struct pollfd pollfd = {.fd = lease_store_fd(executor->store), .events = POLLIN};

                if (lease_store_deadline(executor->store) > executor->clock.boottime)
                        (void) poll(&pollfd, 1, DRAIN_POLL_MSEC);
                turn(keeper);
                executor_flush_now(executor);
        }
}
