/* SPDX-License-Identifier: MIT */
#pragma once

/* One call of the scripts: its arguments and its environment, by dnsmasq's contract for
 * dhcp-script, and what there is beside that. Text from clients that might do harm is made
 * printable or left out here, whatever the server has done about it already. */

#include <stdbool.h>

#include "basic/time.h"
#include "hooks/plan.h"

typedef struct HookCall {
        HookAction action;
        uint8_t data[FOLLOW_RECORD_MAX]; /* of the lease; of one that has lost its name, as it was
                                          */
        size_t size;
        bool data_missing; /* told at the start of the service */
} HookCall;

/**
 * hook_call_init() - a call, with a copy of the lease.
 */
void hook_call_init(HookCall *call, HookAction action, FollowRecord lease, bool data_missing);

/**
 * hook_call_lease() - the lease, borrowed.
 */
static inline FollowRecord hook_call_lease(const HookCall *call) {
        return (FollowRecord){call->data, call->size};
}

/**
 * hook_call_get_arguments() - what follows the script's name: action, hardware address, address,
 * and the name where there is one.
 *
 * @ret: an array for strv_free()
 * Return: 0, -ENOMEM.
 */
int hook_call_get_arguments(const HookCall *call, char ***ret);

/**
 * hook_call_get_environment() - all variables.
 *
 * @inherited: our own; what is for us alone is left out of it
 * @now: microseconds since the epoch
 * @ret: an array of NAME=VALUE for strv_free()
 * Return: 0, -ENOMEM.
 */
int hook_call_get_environment(
        const HookCall *call, char *const *inherited, usec_t now, char ***ret);
