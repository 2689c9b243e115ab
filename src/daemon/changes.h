/* SPDX-License-Identifier: MIT */
#pragma once

/* Changes of pools and hosts that are asked for over the bus, one after the other: tried on a copy
 * of the configuration, kept on disk, put in force, told to who asked. */

#include <stdbool.h>

#include "bus/bus.h"
#include "daemon/actor.h"
#include "daemon/manager.h"

typedef struct Changes Changes;

/**
 * changes_new() - an empty queue.
 *
 * @manager: borrowed for the queue's life
 * Return: 0, -ENOMEM, negative errno of file_writer_new().
 */
int changes_new(Changes **ret, Manager *manager, sd_event *event);

/**
 * changes_free() - waits for the write under way; nobody is told of what has not happened. Return:
 * NULL.
 */
Changes *changes_free(Changes *changes);

/**
 * changes_add() - queues a change, and carries it out when none is under way.
 *
 * @change: belongs to the queue
 * @function: called once, perhaps before this returns
 */
void changes_add(Changes *changes, BusChange *change, BusChangeFunction function, void *userdata);

/**
 * changes_defer_reload() - has manager_reload() called after the change under way.
 *
 * @actor: who wants it
 * Return: false when there is none.
 */
bool changes_defer_reload(Changes *changes, const Actor *actor);

DEFINE_POINTER_CLEANUP(Changes, changes_free);
