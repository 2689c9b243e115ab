/* SPDX-License-Identifier: MIT */
#pragma once

/* Method calls that get their reply later: when the row of a lease is on disk, when a change of
 * settings is in force, when the configuration or the lease file has been gone through. A reply is
 * a promise just as an ACK is.
 *
 * Invariant: each call is replied to once, unless its connection ends before. */

#include <systemd/sd-bus.h>

#include "bus/bus.h"

typedef struct PendingCall PendingCall;

/**
 * pending_call_new() - a call that is not waiting yet; freed unreplied, its method function is to
 * reply with an error.
 *
 * Return: 0, -ENOMEM, negative errno with @error set: LimitsExceeded when too many calls wait.
 */
int pending_call_new(PendingCall **ret, Bus *bus, sd_bus_message *message, sd_bus_error *error);

/**
 * pending_call_free() - forgets a call. Return: NULL.
 */
PendingCall *pending_call_free(PendingCall *call);

/**
 * pending_call_set_path() - the reply will hold the path of an object.
 * Return: 0, -ENOMEM.
 */
int pending_call_set_path(PendingCall *call, const char *prefix, const char *name);

/**
 * pending_call_set_count() - the reply will hold a number.
 */
void pending_call_set_count(PendingCall *call, uint32_t count);

/**
 * pending_call_execute() - has the daemon carry out what the core wants done, and replies once the
 * newest commit is durable.
 *
 * @call: taken
 * Return: 1.
 */
int pending_call_execute(PendingCall *call);

/**
 * pending_call_change() - has the daemon change settings, and replies once that is in force.
 *
 * @call, @change: taken
 * Return: 1.
 */
int pending_call_change(PendingCall *call, BusChange *change);

/**
 * pending_call_reload(), pending_call_flush() - ask the daemon, and reply once it has done so.
 *
 * @call: taken
 * Return: 1, negative errno with @error set.
 */
int pending_call_reload(PendingCall *call);
int pending_call_flush(PendingCall *call, sd_bus_error *error);

/**
 * pending_calls_drop() - the connection is gone: nobody is replied to any more.
 */
void pending_calls_drop(Bus *bus);

/**
 * pending_calls_free() - as pending_calls_drop(), and forgets those that the daemon would tell of a
 * change; it must not do so any more.
 */
void pending_calls_free(Bus *bus);

DEFINE_POINTER_CLEANUP(PendingCall, pending_call_free);
