/* SPDX-License-Identifier: MIT */
#pragma once

/* Links, and the pools that serve the clients on them. What others may know of them is in server.h.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/ipv4.h"
#include "core/plan.h"
#include "core/pool.h"
#include "wire/link.h"

typedef struct LinkState LinkState;
typedef struct Server Server;

/**
 * links_attach() - finds out which pools serve each link.
 *
 * @links: @n links whose pools are replaced
 * Return: 0, -ENOMEM with the links unchanged.
 */
int links_attach(LinkState *links, size_t n, const Plan *plan);

/**
 * links_free() - frees @n links.
 */
void links_free(LinkState *links, size_t n);

/**
 * links_find() - the link of an interface index, or NULL. O(n).
 */
LinkState *links_find(LinkState *links, size_t n, uint32_t ifindex);

/**
 * link_has_pool() - whether a pool, enabled or not, serves clients on a link.
 */
bool link_has_pool(const LinkState *link, const Pool *pool);

/**
 * link_address_in() - our first address in a subnet on a link, 0 when there is none.
 */
ipv4_t link_address_in(const Link *link, Ipv4Prefix subnet);

/**
 * link_is_in_subnet() - whether we have an address in a subnet on a link.
 */
bool link_is_in_subnet(const Link *link, Ipv4Prefix subnet);

/**
 * server_has_address() - whether an address is one of ours, on any link.
 */
bool server_has_address(const Server *server, ipv4_t address);

/**
 * server_block_own_addresses() - keeps our own addresses from being picked as never used, or stops
 * doing so.
 */
void server_block_own_addresses(Server *server, bool block);
