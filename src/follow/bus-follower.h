/* SPDX-License-Identifier: MIT */
#pragma once

/* A follower on the system bus, by sd-bus and sd-event. It calls the unique name of whoever owns
 * org.minidhcp1, and never starts a server. */

#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include "basic/macro.h"
#include "follow/follower.h"

typedef struct BusFollower BusFollower;

/* Told of what went wrong, and is tried again: a call, or the state file. @r: negative errno */
typedef void (*BusFollowerTroubleFunction)(int r, const char *what, void *userdata);

/**
 * bus_follower_new() - follows from now on.
 *
 * @bus: attached to @event; both are borrowed. NULL: there is none so far
 * @state_path: file that tells a later start what was told; NULL = all is told anew
 * @changed: told of each change; what it refuses is told again, a second later or more
 * @trouble: may be NULL
 * Return: 0, -ENOMEM, negative errno of the file, of sd-bus or sd-event.
 */
int bus_follower_new(BusFollower **ret, sd_bus *bus, sd_event *event, const char *state_path,
        FollowFunction changed, BusFollowerTroubleFunction trouble, void *userdata);

/**
 * bus_follower_free() - writes what is left to the state file. Return: NULL.
 */
BusFollower *bus_follower_free(BusFollower *follower);

/**
 * bus_follower_set_bus() - goes on with another connection. What was told stays told.
 *
 * @bus: as for bus_follower_new(); NULL when the connection has ended
 * Return: 0, -ENOMEM, negative errno of sd-bus.
 */
int bus_follower_set_bus(BusFollower *follower, sd_bus *bus);

/**
 * bus_follower_get() - the mirror, to look at and to pause; borrowed.
 */
Follower *bus_follower_get(const BusFollower *follower);

/**
 * bus_follower_settle() - to be called after follower_pause(): goes on, or stops.
 */
void bus_follower_settle(BusFollower *follower);

DEFINE_POINTER_CLEANUP(BusFollower, bus_follower_free);
