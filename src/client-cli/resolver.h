/* SPDX-License-Identifier: MIT */
#pragma once

/* Whom name servers are told to: systemd-resolved where it runs, else resolvconf where it is
 * installed. Nothing else: a resolv.conf that nobody looks after belongs to the administrator.
 *
 * resolvconf is for root. A service without privilege has a helper, see resolvconf.h, which finds
 * in the state file what is to be told; that there is one is said by RESOLVER_HELPER in the
 * environment. */

#include <stdbool.h>
#include <stddef.h>

#include "client/minidhcp-client.h"

#define RESOLVER_HELPER "MINIDHCP_RESOLVCONF_HELPER"

typedef enum ResolverKind {
        RESOLVER_NONE,
        RESOLVER_RESOLVED,
        RESOLVER_RESOLVCONF,
} ResolverKind;

/**
 * resolver_tell() - the name servers and domains of a lease. What is no domain name, and no address
 * that a host can have, is left out. Waits for five seconds for each answer at most.
 *
 * @ret: receives who was told; RESOLVER_NONE when there is nobody
 * Return: 0, negative errno; what went wrong was said.
 */
int resolver_tell(int ifindex, const char *interface, const mdc_lease *lease, ResolverKind *ret);

/**
 * resolver_take_back() - the interface has no name servers of ours any more.
 * Return: 0, negative errno; what went wrong was said.
 */
int resolver_take_back(ResolverKind kind, int ifindex, const char *interface);

/**
 * resolver_run_resolvconf() - tells resolvconf, which has to be allowed.
 *
 * @lease: NULL: the interface has no name servers of ours any more
 * Return: 0, -ENOENT when it is not installed, other negative errno after saying it.
 */
int resolver_run_resolvconf(const char *interface, const mdc_lease *lease);

/**
 * resolver_knows_something() - whether the lease has anything to tell.
 */
bool resolver_knows_something(const mdc_lease *lease);

/**
 * resolver_same() - whether two leases tell the same. Either may be NULL.
 */
bool resolver_same(const mdc_lease *a, const mdc_lease *b);
