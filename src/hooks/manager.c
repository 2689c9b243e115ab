/* SPDX-License-Identifier: MIT */

/* Connects follower, queue and scripts.
 *
 * Invariant: what is in the state file is what scripts have been told to their end; it is written
 * after each call, before the next one begins. The follower itself keeps no state: it tells all
 * leases after a start, and the queue finds what scripts have not been told. */

#include "hooks/manager.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include <systemd/sd-id128.h>

#include "basic/text.h"
#include "follow/follower-log.h"
#include "follow/log.h"
#include "follow/service.h"
#include "hooks/messages.h"
#include "hooks/queue.h"
#include "hooks/runner.h"

enum {
        QUEUE_FULL = 1000, /* waiting addresses: the server is asked for no more */
        QUEUE_HAS_ROOM = 500,
};

struct HookManager {
        const FollowOptions *options;
        HookConfig config;
        FollowService *service;
        Follower *told; /* what scripts have been told; asks nobody */
        LogFile file;
        bool has_file;
        bool file_fails; /* reported */
        HookQueue *queue;
        HookRunner *runner;
        bool is_running;
        bool is_paused;
        bool stopping;
        int error; /* that ends the service */
};

static int fail(int r, const char *what) {
        follow_say(LOG_ERR, NULL, "%s: %s", what, strerror(-r));
        return r;
}

/* What cannot be gone on with: a new start reads what scripts have been told. */
static void give_up(HookManager *manager, int r) {
        manager->error = fail(r, "The hooks cannot go on");
        follow_service_end(manager->service);
}

/* ---- calls ----------------------------------------------------------------------------------- */

static void flush(HookManager *manager) {
        int r = log_file_flush(&manager->file);

        if (r < 0 && !manager->file_fails)
                follow_say(LOG_ERR, NULL,
                        "%s cannot be written, after a restart scripts will be called again: %s",
                        manager->file.path, strerror(-r));
        manager->file_fails = r < 0;
}

/* What there is no script for is delivered at once. */
static void start_calls(HookManager *manager) {
        const HookCall *call;
        int r = 0;

        while (r >= 0 && !manager->is_running && !manager->stopping &&
                (call = hook_queue_next(manager->queue))) {
                r = hook_runner_start(manager->runner, call);
                if (r > 0)
                        manager->is_running = true;
                else if (r == 0)
                        r = hook_queue_done(manager->queue);
        }
        if (r < 0)
                give_up(manager, r);
}

static void on_call_done(void *userdata) {
        HookManager *manager = userdata;
        int r;

        manager->is_running = false;
        r = hook_queue_done(manager->queue);
        if (r < 0)
                give_up(manager, r);
        else if (manager->stopping)
                follow_service_end(manager->service);
}

/* ---- the server ------------------------------------------------------------------------------ */

static int on_change(const FollowChange *change, void *userdata) {
        HookManager *manager = userdata;
        const FollowRecord any = change->new.data ? change->new : change->old;

        if (change->kind != FOLLOW_LEASE)
                return 0;
        return hook_queue_note(manager->queue, hook_lease_address(any), change->new);
}

/* All leases are known for the first time. */
static void release(HookManager *manager) {
        int r = 0;

        if (manager->config.old_at_start)
                r = hook_queue_begin_round(manager->queue, true);
        if (r >= 0)
                r = hook_queue_release(manager->queue);
        if (r < 0)
                give_up(manager, r);
}

/* Before the release all of it is needed. */
static void pace(HookManager *manager) {
        const size_t n = hook_queue_length(manager->queue);
        const bool pause = !hook_queue_is_held(manager->queue) &&
                           n >= (manager->is_paused ? QUEUE_HAS_ROOM : QUEUE_FULL);

        if (pause == manager->is_paused)
                return;
        manager->is_paused = pause;
        follow_service_pause(manager->service, pause);
}

static void on_turn(void *userdata) {
        HookManager *manager = userdata;

        flush(manager);
        if (hook_queue_is_held(manager->queue) &&
                follower_is_settled(follow_service_get_follower(manager->service)))
                release(manager);
        start_calls(manager);
        flush(manager);
        pace(manager);
}

/* ---- the service ----------------------------------------------------------------------------- */

static void report_problems(const Problems *problems) {
        for (size_t i = 0; i < problems->n_items; i++) {
                _cleanup_free_ char *text = NULL;

                if (problem_format(&problems->items[i], &text) >= 0)
                        follow_say(LOG_ERR, HOOK_MESSAGE_CONFIGURATION_INVALID, "%s", text);
        }
}

/* With a mistake all stays as it was. */
static void reload_config(HookManager *manager) {
        _cleanup_(problems_done) Problems problems = {0};
        const FollowOptions *options = manager->options;
        int r;

        r = hook_config_load(
                options->config, options->config_is_given, &manager->config, &problems);
        report_problems(&problems);
        if (r >= 0)
                hook_runner_set_timeout(manager->runner, manager->config.timeout);
}

static void on_reload(void *userdata) {
        HookManager *manager = userdata;
        int r;

        reload_config(manager);
        r = hook_runner_look(manager->runner, true);
        /* before the release there is a round to come, or was none wanted */
        if (r >= 0 && !hook_queue_is_held(manager->queue))
                r = hook_queue_begin_round(manager->queue, false);
        if (r < 0)
                give_up(manager, r);
}

static bool on_stop(void *userdata) {
        HookManager *manager = userdata;

        manager->stopping = true;
        return !manager->is_running;
}

static void describe_failure(const HookManager *manager, Buffer *text) {
        const HookFailure *failure = hook_runner_get_failure(manager->runner);
        const size_t n_refused = hook_runner_n_refused(manager->runner);
        char when[TIMESTAMP_STRING_MAX];

        if (failure->script)
                (void) buffer_printf(text, "%s %s at %s. ", failure->script,
                        failure->text ? failure->text : "failed",
                        timestamp_format(failure->at, false, when));
        if (manager->file_fails)
                (void) buffer_printf(text, "%s cannot be written. ", manager->file.path);
        if (n_refused > 0)
                (void) buffer_printf(text, "%zu file%s of " HOOK_DIRECTORY " %s not run. ",
                        n_refused, plural(n_refused), n_refused == 1 ? "is" : "are");
}

/* What ails it comes first. */
static void describe(void *userdata, Buffer *text) {
        const HookManager *manager = userdata;
        const size_t n_scripts = hook_runner_n_scripts(manager->runner),
                     n_queued = hook_queue_length(manager->queue),
                     n_round = hook_queue_round_length(manager->queue),
                     n_told = follower_count(manager->told, FOLLOW_LEASE);

        describe_failure(manager, text);
        if (n_scripts == 0)
                (void) buffer_append_string(text, "No script in " HOOK_DIRECTORY ".");
        else
                (void) buffer_printf(text, "%zu script%s, %zu lease%s told.", n_scripts,
                        plural(n_scripts), n_told, plural(n_told));
        if (n_queued > 0 && !hook_queue_is_held(manager->queue))
                (void) buffer_printf(text, " %zu call%s queued.", n_queued, plural(n_queued));
        if (n_round > 0)
                (void) buffer_printf(
                        text, " %zu lease%s still to be told again.", n_round, plural(n_round));
}

static int take_told(_unused_ const FollowChange *change, _unused_ void *userdata) {
        return 0;
}

static int open_told(HookManager *manager, const uint8_t secret[static 16]) {
        _cleanup_free_ char *path = NULL;
        int r;

        r = follower_new(&manager->told, secret, take_told, NULL);
        if (r < 0)
                return fail(r, "No memory");
        if (asprintf(&path, "%s/told", manager->options->state_directory) < 0) {
                path = NULL;
                return fail(-ENOMEM, "No memory");
        }
        r = log_file_open(&manager->file, path, &follower_log_owner, manager->told);
        manager->has_file = r != -ENOMEM;
        return r < 0 ? fail(r, path) : 0;
}

static int open_parts(HookManager *manager) {
        static const FollowServiceHandlers handlers = {
                .changed = on_change,
                .turn = on_turn,
                .reload = on_reload,
                .stop = on_stop,
                .describe = describe,
        };
        sd_id128_t secret;
        int r;

        r = sd_id128_randomize(&secret);
        if (r < 0)
                return fail(r, "No random numbers");
        r = open_told(manager, secret.bytes);
        if (r < 0)
                return r;
        r = follow_service_new(&manager->service, NULL, &handlers, manager);
        if (r >= 0)
                r = hook_queue_new(&manager->queue, follow_service_get_follower(manager->service),
                        manager->told, secret.bytes);
        if (r >= 0)
                r = hook_runner_new(&manager->runner, follow_service_get_event(manager->service),
                        HOOK_DIRECTORY, on_call_done, manager);
        return r < 0 ? fail(r, "The service cannot be set up") : 0;
}

int hook_manager_new(HookManager **ret, const FollowOptions *options, const HookConfig *config) {
        _cleanup_(hook_manager_freep) HookManager *manager = calloc(1, sizeof(*manager));
        int r;

        if (!manager)
                return fail(-ENOMEM, "No memory");
        manager->options = options;
        manager->config = *config;
        manager->file.fd = -1;
        r = open_parts(manager);
        if (r < 0)
                return r;
        hook_runner_set_timeout(manager->runner, config->timeout);
        *ret = TAKE_PTR(manager);
        return 0;
}

HookManager *hook_manager_free(HookManager *manager) {
        if (!manager)
                return NULL;
        (void) hook_runner_free(manager->runner);
        (void) hook_queue_free(manager->queue);
        (void) follow_service_free(manager->service);
        if (manager->has_file)
                (void) log_file_flush(&manager->file);
        log_file_close(&manager->file);
        (void) follower_free(manager->told);
        free(manager);
        return NULL;
}

int hook_manager_run(HookManager *manager) {
        int r;

        r = hook_runner_look(manager->runner, true);
        if (r < 0)
                return fail(r, "No memory");
        r = follow_service_run(manager->service);
        if (r < 0)
                return fail(r, "The loop failed");
        return manager->error;
}
