/* SPDX-License-Identifier: MIT */
#pragma once

/* What to tell scripts of a lease: from what they have been told, and what there is now. Several
 * steps may lead there; each of them is one call. */

#include "follow/record.h"
#include "hooks/lease.h"

/* In the order in which calls about several addresses are due: what ends comes before what begins,
 * since an address or a name may go from one lease to another. */
typedef enum HookAction {
        HOOK_DEL,
        HOOK_UNNAME, /* "old", without a name, and with the name that the lease had */
        HOOK_OLD,
        HOOK_ADD,
        HOOK_ACTION_MAX,
        HOOK_NOTHING = -1,
} HookAction;

typedef struct HookStep {
        HookAction action;
        FollowRecord lease;    /* what the call is about; borrowed from what was given */
        FollowRecord outcome;  /* what scripts have been told then; no data = nothing */
        FollowBuilder builder; /* of the outcome, where it is neither of the two */
} HookStep;

/**
 * hook_plan() - the first step from one to the other. New times, another pool or another link are
 * no step.
 *
 * @told: what scripts were told last, or no data
 * @now: what there is; what is not bound counts as nothing
 */
HookAction hook_plan(FollowRecord told, FollowRecord now, HookStep *ret);

/**
 * hook_action_to_string() - the first argument of a script; static.
 */
const char *hook_action_to_string(HookAction action);
