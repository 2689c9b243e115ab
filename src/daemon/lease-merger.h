/* SPDX-License-Identifier: MIT */
#pragma once

/* Notices when somebody else saves the lease file, waits until he has finished, has it read, and
 * drives its merging into memory a slice a turn. What a merge means is store/merge.h; when the file
 * is written is lease-keeper.h. */

#include <stdbool.h>

#include <systemd/sd-event.h>

#include "daemon/executor.h"

typedef struct LeaseMerger LeaseMerger;

/* What the merger asks of the keeper. */
typedef struct LeaseMergerOperations {
        /* the file is to be written from memory; the merger is not busy any more */
        void (*rewrite)(void *userdata);
        /* FILE~ is to be written from memory. Return: 0, negative errno */
        int (*backup)(void *userdata);
} LeaseMergerOperations;

/**
 * lease_merger_new() - a merger without a file.
 *
 * @event, @executor, @operations: borrowed for the merger's life
 * Return: 0, -ENOMEM, negative errno of sd-event.
 */
int lease_merger_new(LeaseMerger **ret, sd_event *event, Executor *executor,
        const LeaseMergerOperations *operations, void *userdata);

/**
 * lease_merger_free() - frees the merger; to be called before its file is freed. Return: NULL.
 */
LeaseMerger *lease_merger_free(LeaseMerger *merger);

/**
 * lease_merger_watch() - watches the directory of a file that has just been loaded. Without a watch
 * (the journal says so) saves are noticed when the next lease is written.
 *
 * @file: borrowed
 */
void lease_merger_watch(LeaseMerger *merger, LeaseFile *file);

/**
 * lease_merger_handle_event() - to be called with each event of the file, before its keeper acts on
 * it.
 */
void lease_merger_handle_event(LeaseMerger *merger, const LeaseFileEvent *event);

/**
 * lease_merger_clock_set() - the wall clock was set: what tags mean has changed, a merge under way
 * begins again.
 */
void lease_merger_clock_set(LeaseMerger *merger);

/**
 * lease_merger_is_busy() - whether a merge is under way, after which the file is written if need
 * be: nobody else need begin to.
 */
bool lease_merger_is_busy(const LeaseMerger *merger);

/**
 * lease_merger_drive() - does at once what the loop would do in its next turns, when the loop has
 * ended. Return: whether there was something.
 */
bool lease_merger_drive(LeaseMerger *merger);

DEFINE_POINTER_CLEANUP(LeaseMerger, lease_merger_free);
