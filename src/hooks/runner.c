/* SPDX-License-Identifier: MIT */

/* Invariant: a script runs when, and only when, `child` is one; it is directory.files[at]. */

#include "hooks/runner.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <time.h>

#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>

#include "basic/buffer.h"
#include "basic/child.h"
#include "basic/stream.h"
#include "basic/text.h"
#include "follow/log.h"
#include "hooks/directory.h"
#include "hooks/messages.h"

extern char **environ;

struct HookRunner {
        const char *path;
        sd_event *event;
        void (*done)(void *userdata);
        void *userdata;
        usec_t timeout;

        char *complaint; /* about the directory, reported */
        size_t n_scripts;
        size_t n_refused;
        HookFailure failure;

        char **arguments; /* of the call, without the script's name */
        char **variables;
        HookDirectory directory;
        size_t at;
        Child child;
        sd_event_source *end;
        sd_event_source *limit;
};

int hook_runner_new(HookRunner **ret, sd_event *event, const char *directory,
        void (*done)(void *userdata), void *userdata) {
        HookRunner *runner = calloc(1, sizeof(*runner));

        if (!runner)
                return -ENOMEM;
        runner->path = directory;
        runner->event = sd_event_ref(event);
        runner->done = done;
        runner->userdata = userdata;
        runner->timeout = USEC_INFINITY;
        runner->child = CHILD_NONE;
        *ret = runner;
        return 0;
}

static void forget_sources(HookRunner *runner) {
        runner->end = sd_event_source_disable_unref(runner->end);
        runner->limit = sd_event_source_disable_unref(runner->limit);
}

static void forget_call(HookRunner *runner) {
        runner->arguments = strv_free(runner->arguments);
        runner->variables = strv_free(runner->variables);
        hook_directory_done(&runner->directory);
}

static void forget_failure(HookRunner *runner) {
        free(runner->failure.script);
        free(runner->failure.text);
        runner->failure = (HookFailure){0};
}

HookRunner *hook_runner_free(HookRunner *runner) {
        if (!runner)
                return NULL;
        forget_sources(runner);
        if (runner->child.fd >= 0)
                (void) child_end(&runner->child);
        forget_call(runner);
        forget_failure(runner);
        free(runner->complaint);
        (void) sd_event_unref(runner->event);
        free(runner);
        return NULL;
}

void hook_runner_set_timeout(HookRunner *runner, usec_t timeout) {
        runner->timeout = timeout;
}

static usec_t read_wall_clock(void) {
        struct timespec ts;

        (void) clock_gettime(CLOCK_REALTIME, &ts);
        return (usec_t) ts.tv_sec * USEC_PER_SEC + (usec_t) ts.tv_nsec / 1000;
}

/* ---- the directory --------------------------------------------------------------------------- */

/* All that is wrong, a line each. */
static int list_complaints(const HookDirectory *directory, char **ret) {
        _cleanup_(buffer_done) Buffer buffer = BUFFER_INIT;

        if (directory->problem)
                (void) buffer_printf(&buffer, "No script is run: %s\n", directory->problem);
        else
                for (size_t i = 0; i < directory->n_files; i++)
                        if (directory->files[i].problem)
                                (void) buffer_printf(&buffer, "%s is not run: it %s\n",
                                        directory->files[i].path, directory->files[i].problem);
        return buffer_take_string(&buffer, ret);
}

static void report_complaints(const char *lines) {
        while (*lines) {
                const size_t size = strcspn(lines, "\n");

                follow_say(LOG_WARNING, HOOK_MESSAGE_NOT_RUN, "%.*s.", (int) size, lines);
                lines += size + (lines[size] == '\n');
        }
}

static int take_directory(HookRunner *runner, const HookDirectory *directory, bool always) {
        _cleanup_free_ char *complaint = NULL;
        int r;

        r = list_complaints(directory, &complaint);
        if (r < 0)
                return r;
        if (always || !string_equal(complaint, runner->complaint))
                report_complaints(complaint);
        free(runner->complaint);
        runner->complaint = TAKE_PTR(complaint);
        runner->n_scripts = directory->n_scripts;
        runner->n_refused = directory->problem ? 0 : directory->n_files - directory->n_scripts;
        return 0;
}

int hook_runner_look(HookRunner *runner, bool always) {
        _cleanup_(hook_directory_done) HookDirectory directory = {0};
        int r;

        r = hook_directory_read(runner->path, &directory);
        return r < 0 ? r : take_directory(runner, &directory, always);
}

size_t hook_runner_n_scripts(const HookRunner *runner) {
        return runner->n_scripts;
}

size_t hook_runner_n_refused(const HookRunner *runner) {
        return runner->n_refused;
}

const HookFailure *hook_runner_get_failure(const HookRunner *runner) {
        return &runner->failure;
}

/* ---- one script ------------------------------------------------------------------------------ */

/* Where its output goes. Return: a descriptor, or -1 for ours. */
static int open_output(const char *script) {
        int fd;

        if (!stream_is_journal(STDERR_FILENO))
                return -1;
        fd = sd_journal_stream_fd(script, LOG_INFO, true);
        return fd < 0 ? -1 : fd;
}

static int spawn(HookRunner *runner, const HookFile *script) {
        _cleanup_(strv_freep) char **arguments = NULL;
        _cleanup_close_ int output = open_output(script->name);
        int r;

        r = strv_extend(&arguments, script->path);
        for (char **argument = runner->arguments; r >= 0 && *argument; argument++)
                r = strv_extend(&arguments, *argument);
        if (r < 0)
                return r;
        return child_start(&(ChildCommand){.arguments = arguments,
                                   .variables = runner->variables,
                                   .output = output,
                                   .has_output = output >= 0},
                &runner->child);
}

/* What is to be read of a script's end. Return: whether it is a failure. */
static bool describe_end(int status, char **ret) {
        int r;

        *ret = NULL;
        if (status == 0)
                return false;
        if (status > 0)
                r = asprintf(ret, "failed with status %d", status);
        else if (status == -ETIMEDOUT)
                r = asprintf(ret, "took longer than TimeoutSec= and was killed");
        else if (status == -EINTR)
                r = asprintf(ret, "was ended by a signal");
        else
                r = asprintf(ret, "cannot be started: %s", strerror(-status));
        if (r < 0)
                *ret = NULL;
        return true;
}

static void report_failure(
        const HookRunner *runner, const HookFile *script, int status, const char *text) {
        char *const *arguments = runner->arguments;
        const FollowLogField fields[] = {
                {"HOOK", script->name},
                {"HOOK_ACTION", arguments[0]},
                {"DHCP_HWADDR", arguments[1]},
                {"DHCP_ADDRESS", arguments[2]},
                {"DHCP_HOSTNAME", arguments[3]},
        };

        follow_log(LOG_WARNING, status == -ETIMEDOUT ? HOOK_MESSAGE_TIMED_OUT : HOOK_MESSAGE_FAILED,
                fields, ELEMENTSOF(fields), "%s %s: %s %s %s%s%s", script->name,
                text ? text : "failed", arguments[0], arguments[1], arguments[2],
                arguments[3] ? " " : "", arguments[3] ? arguments[3] : "");
}

static void judge(HookRunner *runner, const HookFile *script, int status) {
        _cleanup_free_ char *text = NULL;

        if (!describe_end(status, &text)) {
                if (string_equal(runner->failure.script, script->name))
                        forget_failure(runner);
                return;
        }
        report_failure(runner, script, status, text);
        forget_failure(runner);
        runner->failure.script = strdup(script->name);
        runner->failure.text = TAKE_PTR(text);
        runner->failure.at = read_wall_clock();
}

static void go_on(HookRunner *runner);

static void take_end(HookRunner *runner, bool late) {
        int status;

        forget_sources(runner);
        status = child_end(&runner->child);
        judge(runner, &runner->directory.files[runner->at], late ? -ETIMEDOUT : status);
        runner->at++;
        go_on(runner);
}

static int on_end(_unused_ sd_event_source *source, _unused_ int fd, _unused_ uint32_t revents,
        void *userdata) {
        take_end(userdata, false);
        return 0;
}

static int on_limit(_unused_ sd_event_source *source, _unused_ uint64_t usec, void *userdata) {
        take_end(userdata, true);
        return 0;
}

static int watch(HookRunner *runner) {
        int r;

        r = sd_event_add_io(runner->event, &runner->end, runner->child.fd, EPOLLIN, on_end, runner);
        if (r < 0 || runner->timeout == USEC_INFINITY)
                return r;
        return sd_event_add_time_relative(runner->event, &runner->limit, CLOCK_MONOTONIC,
                runner->timeout, USEC_PER_MSEC, on_limit, runner);
}

static int start_script(HookRunner *runner, const HookFile *script) {
        int r;

        r = spawn(runner, script);
        if (r < 0)
                return r;
        r = watch(runner);
        if (r < 0) {
                forget_sources(runner);
                (void) child_end(&runner->child);
        }
        return r;
}

/* ---- one call -------------------------------------------------------------------------------- */

/* Return: whether a script has been started, from the one that is due on. */
static bool start_next(HookRunner *runner) {
        for (; runner->at < runner->directory.n_files; runner->at++) {
                const HookFile *script = &runner->directory.files[runner->at];
                int r;

                if (script->problem)
                        continue;
                r = start_script(runner, script);
                if (r >= 0)
                        return true;
                judge(runner, script, r);
        }
        return false;
}

static void go_on(HookRunner *runner) {
        if (start_next(runner))
                return;
        forget_call(runner);
        runner->done(runner->userdata);
}

int hook_runner_start(HookRunner *runner, const HookCall *call) {
        int r;

        r = hook_directory_read(runner->path, &runner->directory);
        if (r >= 0)
                r = take_directory(runner, &runner->directory, false);
        if (r >= 0 && runner->n_scripts > 0)
                r = hook_call_get_arguments(call, &runner->arguments);
        if (r >= 0 && runner->n_scripts > 0)
                r = hook_call_get_environment(call, environ, read_wall_clock(), &runner->variables);
        if (r >= 0 && runner->n_scripts > 0) {
                runner->at = 0;
                if (start_next(runner))
                        return 1;
        }
        forget_call(runner);
        return r < 0 ? r : 0;
}
