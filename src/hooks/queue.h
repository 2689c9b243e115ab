/* SPDX-License-Identifier: MIT */
#pragma once

/* Which call comes next. An address waits at most once, whatever happens to it meanwhile: when its
 * turn comes, what scripts were told of it is compared with what there is. So an address that was
 * leased and released before anybody was told of it is no call at all.
 *
 * Knows no script: a call begins with hook_queue_next() and has been delivered with
 * hook_queue_done(). Without I/O and clock. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/macro.h"
#include "follow/follower.h"
#include "hooks/call.h"

typedef struct HookQueue HookQueue;

/**
 * hook_queue_new() - an empty queue, which is held: nothing is called before hook_queue_release().
 *
 * @now: what there is; borrowed
 * @told: what scripts have been told, a mirror that asks nobody; changed here alone; borrowed
 * @secret: of a hash function
 * Return: 0, -ENOMEM.
 */
int hook_queue_new(
        HookQueue **ret, const Follower *now, Follower *told, const uint8_t secret[static 16]);

/**
 * hook_queue_free() - Return: NULL.
 */
HookQueue *hook_queue_free(HookQueue *queue);

/**
 * hook_queue_note() - a lease has changed.
 *
 * @now: as it is now; no data when it is gone
 * Return: 0, -ENOMEM.
 */
int hook_queue_note(HookQueue *queue, ipv4_t address, FollowRecord now);

/**
 * hook_queue_release() - all leases are known: what has gone while nobody looked is to be told
 * first, and calls begin. O(leases). Return: 0, -ENOMEM.
 */
int hook_queue_release(HookQueue *queue);

/**
 * hook_queue_is_held() - whether hook_queue_release() is still to come.
 */
bool hook_queue_is_held(const HookQueue *queue) _pure_;

/**
 * hook_queue_begin_round() - every lease that scripts know is to be told as "old", in the order of
 * addresses, after what has changed. O(leases log leases).
 *
 * @data_missing: it is the round at the start
 * Return: 0, -ENOMEM.
 */
int hook_queue_begin_round(HookQueue *queue, bool data_missing);

/**
 * hook_queue_next() - begins the next call, unless one has begun.
 * Return: the call, borrowed until it is done; NULL when there is nothing to be told now.
 */
const HookCall *hook_queue_next(HookQueue *queue);

/**
 * hook_queue_done() - the call that had begun is delivered.
 * Return: 0, -ENOMEM: it is still to be called.
 */
int hook_queue_done(HookQueue *queue);

/**
 * hook_queue_length() - how many addresses wait for a change to be told.
 */
size_t hook_queue_length(const HookQueue *queue) _pure_;

/**
 * hook_queue_round_length() - how many leases of a round are left to be told.
 */
size_t hook_queue_round_length(const HookQueue *queue) _pure_;

DEFINE_POINTER_CLEANUP(HookQueue, hook_queue_free);
