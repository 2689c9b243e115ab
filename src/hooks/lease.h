/* SPDX-License-Identifier: MIT */
#pragma once

/* What scripts can see of a lease: whose it is, and its name. */

#include <stdbool.h>

#include "follow/record.h"

enum {
        HOOK_HOST_MAX = 64, /* with the NUL, like those below */
        HOOK_DOMAIN_MAX = 254,
};

/* "pc.example.org" in two; both empty when there is no name that may be shown to scripts. */
typedef struct HookName {
        char host[HOOK_HOST_MAX];
        char domain[HOOK_DOMAIN_MAX];
} HookName;

/**
 * hook_name_get() - a name of a lease, if it is a legal one of DNS: labels of letters, digits,
 * hyphens and underscores, the first without a hyphen at its beginning. Whatever else a client
 * sends is no name for scripts, which put names into files and command lines.
 *
 * @tag: FOLLOW_HOSTNAME or FOLLOW_CLIENT_HOSTNAME
 */
void hook_name_get(FollowRecord lease, FollowTag tag, HookName *ret);

/**
 * hook_name_equal() - whether two names are the same, as DNS compares them.
 */
bool hook_name_equal(const HookName *a, const HookName *b) _pure_;

/**
 * hook_lease_is_bound() - whether a record is a lease that somebody has; an address that is kept
 * from all is none.
 */
bool hook_lease_is_bound(FollowRecord lease);

/**
 * hook_lease_address() - the address of a lease.
 */
ipv4_t hook_lease_address(FollowRecord lease);

/**
 * hook_lease_same_owner() - whether two leases of one address have one owner: by client identifier
 * where both have one, else by hardware address.
 */
bool hook_lease_same_owner(FollowRecord a, FollowRecord b);

/**
 * hook_lease_same_hardware() - whether the hardware addresses are the same, with their types.
 */
bool hook_lease_same_hardware(FollowRecord a, FollowRecord b);
