/* SPDX-License-Identifier: MIT */
#pragma once

/* The simulated clients and the addresses they have been given: who has which, and until when. This
 * is the bench's memory of what a server has promised, independent of the server's own. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/ipv4.h"
#include "basic/macro.h"

typedef struct Client {
        ipv4_t address; /* 0 = none yet */
        bool busy;      /* in an exchange */
} Client;

typedef struct Holding {
        uint32_t owner;   /* client + 1; 0 = nobody */
        uint32_t ends_at; /* seconds of the bench's clock */
} Holding;

typedef struct Population {
        uint32_t first;
        uint32_t n_clients;
        uint32_t next;
        Ipv4Prefix network;
        uint64_t n_moved; /* clients that were given another address than before */
        Client *clients;
        Holding *holdings; /* by address; pages come as they are needed */
        size_t n_holdings;
} Population;

/**
 * population_init() - clients numbered from @first, none of which has an address.
 *
 * @network: where the addresses that they may get lie, at least a /8
 * Return: 0, -EINVAL for a larger network, -ENOMEM.
 */
int population_init(Population *population, uint32_t first, uint32_t n_clients, Ipv4Prefix network);

/**
 * population_done() - frees everything.
 */
void population_done(Population *population);

/**
 * population_assume() - every client has an address already: the first has @first_address, the
 * next has the next, for good. Return: 0, -ERANGE when the network has not that many addresses.
 */
int population_assume(Population *population, ipv4_t first_address);

/**
 * population_take() - the next client that is in no exchange, in turn; it is in one from now on.
 * Return: true, or false when all are.
 */
bool population_take(Population *population, uint32_t *ret_client);

/**
 * population_put() - a client's exchange has ended.
 */
void population_put(Population *population, uint32_t client);

/**
 * population_address() - the address that a client was given last, 0 = none.
 */
ipv4_t population_address(const Population *population, uint32_t client) _pure_;

/**
 * population_lease() - the address that a client has a running lease of, 0 = none.
 */
ipv4_t population_lease(const Population *population, uint32_t client, uint32_t now_sec) _pure_;

/**
 * population_forget() - a client gives up its address, because it was told so (NAK). The address
 * may go to another at once.
 */
void population_forget(Population *population, uint32_t client);

/**
 * population_grant() - a client has been given an address.
 *
 * @now_sec, @lifetime_sec: after the sum the address may be given to another
 * Return: 0, -ERANGE when it is outside of the network, -EADDRINUSE when another client has it.
 */
int population_grant(Population *population, uint32_t client, ipv4_t address, uint32_t now_sec,
        uint32_t lifetime_sec);
