/* SPDX-License-Identifier: MIT */
#pragma once

/* The lease file under the daemon's loop: its descriptor, its deadline, what inotify and the kernel
 * tell of its directory and of the clock, and what the executor and the journal are told of it.
 * When the file is read, merged and written, the file itself decides (store/). */

#include <stdbool.h>

#include <systemd/sd-event.h>

#include "daemon/executor.h"
#include "store/lease-file.h"

typedef struct LeaseKeeper LeaseKeeper;

/* Told when the file becomes healthy or stops being so. */
typedef void (*LeaseKeeperFunction)(void *userdata);

/* Told when a rewrite is over and no other is wanted. @r: 0, or a negative errno */
typedef void (*LeaseKeeperRewritten)(int r, void *userdata);

/* The worker has answered; what is to go out waits for executor_flush(). */
typedef void (*LeaseKeeperAnswered)(void *userdata);

/**
 * lease_keeper_new() - a keeper without a file yet.
 *
 * @event, @executor: borrowed for the keeper's life
 * Return: 0, -ENOMEM, negative errno of sd-event.
 */
int lease_keeper_new(LeaseKeeper **ret, sd_event *event, Executor *executor,
        LeaseKeeperFunction changed, void *userdata);

/**
 * lease_keeper_set_answered() - has somebody end the turns in which the worker has answered, with
 * the userdata of the keeper. Without, the keeper flushes the executor itself.
 */
void lease_keeper_set_answered(LeaseKeeper *keeper, LeaseKeeperAnswered function);

/**
 * lease_keeper_set_rewritten() - has somebody told of rewrites, with the userdata of the keeper.
 */
void lease_keeper_set_rewritten(LeaseKeeper *keeper, LeaseKeeperRewritten function);

/**
 * lease_keeper_free() - closes the file; to be called after lease_keeper_drain(). Return: NULL.
 */
LeaseKeeper *lease_keeper_free(LeaseKeeper *keeper);

/**
 * lease_keeper_open() - opens and loads the file. When that fails for want of a working disk it is
 * tried again by itself; only what no waiting mends is an error.
 *
 * @path: the file, copied
 * Return: 0, -EWOULDBLOCK when another daemon owns the directory, -ENOMEM, negative errno of
 * sd-event.
 */
int lease_keeper_open(LeaseKeeper *keeper, const char *path);

/**
 * lease_keeper_path() - the path given to lease_keeper_open(), NULL before.
 */
const char *lease_keeper_path(const LeaseKeeper *keeper);

/**
 * lease_keeper_is_healthy() - whether promises can be kept.
 */
bool lease_keeper_is_healthy(const LeaseKeeper *keeper);

/**
 * lease_keeper_get_statistics() - the file's counters, zeros without one.
 */
void lease_keeper_get_statistics(const LeaseKeeper *keeper, LeaseFileStatistics *ret);

/**
 * lease_keeper_rewrite() - has the whole file written anew: see lease_file_compact().
 * Return: 0, -EIO when there is no file.
 */
int lease_keeper_rewrite(LeaseKeeper *keeper);

/**
 * lease_keeper_reconfigured() - pools are others now.
 */
void lease_keeper_reconfigured(LeaseKeeper *keeper);

/**
 * lease_keeper_drain() - waits until everything collected is durable and its replies have been
 * sent, at most @timeout.
 */
void lease_keeper_drain(LeaseKeeper *keeper, usec_t timeout);

DEFINE_POINTER_CLEANUP(LeaseKeeper, lease_keeper_free);
