/* SPDX-License-Identifier: MIT */
#pragma once

/* Offers: addresses that are held for clients, in memory alone. */

#include <stddef.h>

#include "basic/ipv4.h"
#include "basic/time.h"
#include "core/lease.h"
#include "core/pool.h"

#define OFFER_USEC (30 * USEC_PER_SEC)

/* Offers at a time, in all pools together: 16,000 new clients a second, more than ever switch on at
 * once, each with the 4 s that it waits before it repeats its DISCOVER (RFC 2131 4.1) and has no
 * more use for the offer. They take less than 24 MB. */
#define OFFERS_MAX 65536

typedef struct Request Request;
typedef struct Server Server;

/**
 * request_hold() - holds an address for the client for as long as an offer is good. Nothing happens
 * when the address is bound; a quarantine ends: a COMMIT.
 *
 * Return: 0, -ENOMEM, -ENOBUFS.
 */
int request_hold(Request *request, ipv4_t address, Pool *pool);

/**
 * request_hold_for_now() - as request_hold(), for an address that the message binds at once: when
 * that fails, or is undone, the lease is as it was before it was held.
 */
int request_hold_for_now(Request *request, ipv4_t address, Pool *pool);

/**
 * request_withdraw_offers() - frees what is held for the client but one address.
 *
 * @keep: 0 = none
 * Return: how many offers were freed.
 */
size_t request_withdraw_offers(Request *request, ipv4_t keep);

/**
 * offer_end() - ends an offer: what was remembered of its client before is remembered again.
 */
void offer_end(Server *server, Lease *lease, usec_t now);
