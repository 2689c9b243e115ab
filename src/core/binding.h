/* SPDX-License-Identifier: MIT */
#pragma once

/* An address is bound to a client, and what the client had besides ends with that. */

#include <stddef.h>

#include "basic/ipv4.h"
#include "basic/time.h"
#include "core/actions.h"
#include "core/lease.h"
#include "core/pool.h"

typedef struct Request Request;
typedef struct Server Server;

/* More than one other binding of a client in the same pools is left over from a configuration that
 * had other pools; the few that one call ends are enough. */
#define OTHER_BINDINGS_MAX 4

/* Bindings of a client that end when it is bound to another address of the same network. */
typedef struct OtherBindings {
        const Lease *leases[OTHER_BINDINGS_MAX]; /* borrowed */
        size_t n;
} OtherBindings;

/**
 * server_bind() - binds an address to a client, whoever had it, and ends other bindings: COMMITs in
 * this order. Who takes back the first takes back the rest, so that no client loses what it had for
 * something that it does not get.
 *
 * To be called within a transaction: when it fails, some of it may be done.
 *
 * @record: state is LEASE_BOUND
 * @event: LEASE_EVENT_GRANTED, _RENEWED or _CHANGED
 * Return: as server_commit().
 */
int server_bind(Server *server, const LeaseRecord *record, LeaseEvent event,
        const OtherBindings *others, usec_t now, Actions *actions);

/**
 * server_end_binding() - ends a binding now.
 *
 * @state: LEASE_RELEASED or LEASE_EXPIRED
 * Return: as server_commit().
 */
int server_end_binding(
        Server *server, const Lease *lease, LeaseState state, usec_t now, Actions *actions);

/**
 * request_bind() - binds an address to the client and ends its other bindings in the request's
 * pools: COMMITs.
 *
 * Return: 0, -ENOMEM, -ENOBUFS.
 */
int request_bind(Request *request, ipv4_t address, Pool *pool, usec_t lifetime);
