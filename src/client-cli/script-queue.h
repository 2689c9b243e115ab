/* SPDX-License-Identifier: MIT */
#pragma once

/* Scripts that run while the loop goes on: one at a time, in the order of their events. */

#include "basic/macro.h"
#include "client-cli/script.h"

struct sd_event;

typedef struct ScriptQueue ScriptQueue;

/**
 * script_queue_new() - a queue of nothing.
 *
 * @settings: borrowed
 * @ret: receives what script_queue_free() frees
 * Return: 0, -ENOMEM, other negative errno.
 */
int script_queue_new(ScriptQueue **ret, struct sd_event *event, const ScriptSettings *settings);

/**
 * script_queue_free() - the script that runs is killed, and what waits is forgotten. NULL is taken.
 * Return: NULL.
 */
ScriptQueue *script_queue_free(ScriptQueue *queue);

/**
 * script_queue_add() - the script is told of it as soon as it has ended what it does now. When far
 * too much waits the oldest is forgotten, which is said.
 *
 * @lease: a reference is taken; may be NULL
 * Return: 0, -ENOMEM.
 */
int script_queue_add(ScriptQueue *queue, ScriptEvent event, mdc_lease *lease);

/**
 * script_queue_finish() - waits until all has been told, for some seconds: then the script that
 * runs is killed, what waits is forgotten but for the last, and that one gets a few seconds more.
 *
 * Return: as script_run(), of the last.
 */
int script_queue_finish(ScriptQueue *queue);

DEFINE_POINTER_CLEANUP(ScriptQueue, script_queue_free);
