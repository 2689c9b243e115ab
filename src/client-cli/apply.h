/* SPDX-License-Identifier: MIT */
#pragma once

/* A lease on an interface: address, routes, MTU and name servers, and the record of what of them is
 * ours. What is not ours is neither replaced nor removed.
 *
 * What goes wrong in parts (a route that the kernel refuses, a resolver that does not answer) is
 * said on standard error, and the rest is configured all the same. */

#include <stdbool.h>
#include <stdint.h>

#include <json-c/json.h>

#include "basic/macro.h"
#include "basic/time.h"
#include "client-cli/route-watch.h"
#include "client-cli/routes.h"
#include "client/minidhcp-client.h"

typedef struct Applied Applied;

typedef struct ApplySettings {
        uint32_t metric; /* of the routes; the smaller goes first */
        uint32_t table;  /* that they are in; 254 is the main one */
        RouteWishes routes;
        bool mtu;   /* use option 26 */
        bool dns;   /* tell the system's resolver */
        bool quiet; /* say nothing of what the lease or the system cannot do */
} ApplySettings;

/**
 * applied_new() - nothing is configured yet.
 *
 * @interface: the name, copied
 * @ret: receives what applied_free() frees
 * Return: 0, -ENOMEM.
 */
int applied_new(Applied **ret, int ifindex, const char *interface, const ApplySettings *settings);

/**
 * applied_free() - forgets the record; what is configured stays. NULL is taken. Return: NULL.
 */
Applied *applied_free(Applied *applied);

/**
 * applied_link_up() - sets the interface up. Needs CAP_NET_ADMIN, as all below.
 * Return: 0, negative errno.
 */
int applied_link_up(const Applied *applied);

/**
 * applied_lease() - configures what a lease says, in the place of what was configured before. The
 * kernel takes address and routes away by itself when the lease ends. To be called for renewals
 * too, which extend the lifetimes.
 *
 * @lease: a reference is taken
 * @now: on CLOCK_BOOTTIME, as below
 * Return: 0, negative errno when the address cannot be configured.
 */
int applied_lease(Applied *applied, mdc_lease *lease, usec_t now);

/**
 * applied_refresh() - puts back what of ours is gone: after the link was down and up, after
 * somebody flushed addresses or routes. Does nothing (and causes no notification of the kernel's)
 * when all is there.
 *
 * Return: 1 when something was put back, 0 when all is there, negative errno when the address
 * cannot be configured.
 */
int applied_refresh(Applied *applied, usec_t now);

/**
 * applied_notice() - a route has gone.
 * Return: whether it is ours, or that of our address, so that applied_refresh() has something to
 * do.
 */
bool applied_notice(Applied *applied, const RouteLoss *loss);

/**
 * applied_remove() - takes away what is ours, and nothing else: also what applied_from_json() has
 * read. What is gone already is no error.
 *
 * Return: 0, the first negative errno; the rest is taken away all the same.
 */
int applied_remove(Applied *applied);

/**
 * applied_follow() - the interface of this name is another now: removed and made again. What was on
 * the one before is gone with it, and applied_lease() begins anew.
 */
void applied_follow(Applied *applied, int ifindex);

/**
 * applied_assume() - takes for ours what applied_lease() would have configured, since a process
 * before us has done it and left no record. Where there is a record that one counts.
 *
 * Return: 0, negative errno.
 */
int applied_assume(Applied *applied, mdc_lease *lease);

/**
 * applied_to_json() - the record for the state file, whether something is configured or not.
 *
 * @ret: receives a reference for json_object_put(); NULL when nothing is ours
 * Return: 0, -ENOMEM.
 */
int applied_to_json(const Applied *applied, json_object **ret);

/**
 * applied_from_json() - takes over the record of another process: to be called before
 * applied_lease() or applied_remove(). One of an interface with another index is of an interface
 * that is no more, and is no record. So is what is damaged: nothing of it is believed then.
 *
 * @object: borrowed; may be NULL or of any kind
 * Return: 1 when something is ours now, 0 when it is no record, -ENOMEM.
 */
int applied_from_json(Applied *applied, const json_object *object);

DEFINE_POINTER_CLEANUP(Applied, applied_free);
