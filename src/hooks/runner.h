/* SPDX-License-Identifier: MIT */
#pragma once

/* Runs the scripts of a directory for one call, one after the other in the order of their names,
 * each in a process group of its own and for a limited time. What they write goes to the journal
 * under their names. A failure is reported and changes nothing. */

#include <stdbool.h>

#include <systemd/sd-event.h>

#include "basic/macro.h"
#include "basic/time.h"
#include "hooks/call.h"

typedef struct HookRunner HookRunner;

/* The newest failure of a script that has not succeeded since. */
typedef struct HookFailure {
        char *script; /* NULL = there is none */
        char *text;   /* "failed with status 3" */
        usec_t at;    /* microseconds since the epoch */
} HookFailure;

/**
 * hook_runner_new() - a runner of nothing.
 *
 * @directory: of the scripts; borrowed
 * @done: called when all scripts have ended that hook_runner_start() has begun with
 * Return: 0, -ENOMEM.
 */
int hook_runner_new(HookRunner **ret, sd_event *event, const char *directory,
        void (*done)(void *userdata), void *userdata);

/**
 * hook_runner_free() - a script that runs is killed. Return: NULL.
 */
HookRunner *hook_runner_free(HookRunner *runner);

/**
 * hook_runner_set_timeout() - for each script from the next one on.
 */
void hook_runner_set_timeout(HookRunner *runner, usec_t timeout);

/**
 * hook_runner_look() - reads the directory, and reports what is wrong with it when that is not what
 * was wrong before.
 *
 * @always: also when it is the same
 * Return: 0, -ENOMEM.
 */
int hook_runner_look(HookRunner *runner, bool always);

/**
 * hook_runner_start() - runs the scripts that there are now for a call.
 *
 * Return: 1 when they run, 0 when there is none to run, -ENOMEM.
 */
int hook_runner_start(HookRunner *runner, const HookCall *call);

/**
 * hook_runner_n_scripts() - how many scripts there were at the last look.
 */
size_t hook_runner_n_scripts(const HookRunner *runner) _pure_;

/**
 * hook_runner_n_refused() - how many files there were that are not run.
 */
size_t hook_runner_n_refused(const HookRunner *runner) _pure_;

/**
 * hook_runner_get_failure() - borrowed until the loop goes on.
 */
const HookFailure *hook_runner_get_failure(const HookRunner *runner);

DEFINE_POINTER_CLEANUP(HookRunner, hook_runner_free);
