/* SPDX-License-Identifier: MIT */

/* Links and the pools that serve the clients on them. Relayed clients are not its business: which
 * pool serves those depends on their message, see sender.c. */

#include "core/link-state.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>

#include "core/lease-table.h"
#include "core/server-state.h"
#include "core/server.h"
#include "core/settings.h"

ipv4_t link_address_in(const Link *link, Ipv4Prefix subnet) {
        for (size_t i = 0; i < link->n_addresses; i++)
                if (ipv4_prefix_contains(subnet, link->addresses[i].address))
                        return link->addresses[i].address;
        return 0;
}

bool link_is_in_subnet(const Link *link, Ipv4Prefix subnet) {
        return link_address_in(link, subnet) != 0;
}

static bool pool_names_link(const PoolSettings *settings, const Link *link) {
        for (char **pattern = settings->interfaces; *pattern; pattern++)
                if (fnmatch(*pattern, link->name, 0) == 0)
                        return true;
        return false;
}

static bool pool_serves_link(const PoolSettings *settings, const Link *link) {
        if (settings->interfaces)
                return pool_names_link(settings, link);
        return !link->loopback && link_is_in_subnet(link, settings->subnet);
}

static void link_add_pools(LinkState *state, const Plan *plan, bool own) {
        const Link *link = &state->link;

        for (size_t i = 0; plan && i < plan->n_pools; i++) {
                const PoolSettings *settings = plan->pools[i]->settings;

                if (pool_serves_link(settings, link) &&
                        link_is_in_subnet(link, settings->subnet) == own)
                        state->pools[state->n_pools++] = plan->pools[i];
        }
}

/* RFC 2131 4.3.1: an address is chosen "based on the subnet from which the message was received (if
 * 'giaddr' is 0)". Where we have an address in the subnet of some pool, that is the one, and others
 * that Interface= names the link for are for what relays send in there. Where we have none,
 * Interface= tells what the link is. */
static void link_attach(LinkState *state, Pool **pools, const Plan *plan) {
        free(state->pools);
        state->pools = pools;
        state->n_pools = 0;
        link_add_pools(state, plan, true);
        state->n_own = state->n_pools;
        link_add_pools(state, plan, false);
        state->n_direct = state->n_own > 0 ? state->n_own : state->n_pools;
}

static size_t count_links_in_subnet(const LinkState *links, size_t n, Ipv4Prefix subnet) {
        size_t count = 0;

        for (size_t i = 0; i < n; i++)
                count += !links[i].link.loopback && link_is_in_subnet(&links[i].link, subnet);
        return count;
}

int links_attach(LinkState *links, size_t n, const Plan *plan) {
        const size_t n_pools = plan ? plan->n_pools : 0;

        _cleanup_free_ Pool ***pools = calloc(n + 1, sizeof(*pools));
        if (!pools)
                return -ENOMEM;
        for (size_t i = 0; i < n; i++) {
                pools[i] = calloc(n_pools + 1, sizeof(*pools[i]));
                if (pools[i])
                        continue;
                while (i-- > 0)
                        free(pools[i]);
                return -ENOMEM;
        }

        for (size_t i = 0; i < n; i++)
                link_attach(&links[i], pools[i], plan);
        for (size_t i = 0; i < n_pools; i++)
                plan->pools[i]->n_links =
                        count_links_in_subnet(links, n, plan->pools[i]->settings->subnet);
        return 0;
}

void links_free(LinkState *links, size_t n) {
        for (size_t i = 0; i < n; i++)
                free(links[i].pools);
        free(links);
}

LinkState *links_find(LinkState *links, size_t n, uint32_t ifindex) {
        for (size_t i = 0; i < n; i++)
                if (links[i].link.ifindex == ifindex)
                        return &links[i];
        return NULL;
}

bool link_has_pool(const LinkState *link, const Pool *pool) {
        for (size_t i = 0; i < link->n_pools; i++)
                if (link->pools[i] == pool)
                        return true;
        return false;
}

int server_set_links(Server *server, const Link *links, size_t n) {
        int r;

        LinkState *states = calloc(n + 1, sizeof(*states));
        if (!states)
                return -ENOMEM;
        for (size_t i = 0; i < n; i++) {
                const LinkState *old = links_find(server->links, server->n_links, links[i].ifindex);

                states[i].link = links[i];
                if (old) {
                        states[i].warned = old->warned;
                        states[i].heard = old->heard;
                }
        }
        r = links_attach(states, n, server->plan);
        if (r < 0) {
                links_free(states, n);
                return r;
        }

        server_block_own_addresses(server, false);
        links_free(server->links, server->n_links);
        server->links = states;
        server->n_links = n;
        server_block_own_addresses(server, true);
        return 0;
}

const Link *server_find_link(const Server *server, uint32_t ifindex) {
        const LinkState *state = links_find(server->links, server->n_links, ifindex);

        return state ? &state->link : NULL;
}

const Link *server_link_at(const Server *server, size_t position) {
        return position < server->n_links ? &server->links[position].link : NULL;
}

void server_set_bound_link(Server *server, uint32_t ifindex) {
        server->bound_link = ifindex;
}

uint32_t server_get_bound_link(const Server *server) {
        return server->bound_link;
}

bool server_link_is_heard(const Server *server, const Link *link) {
        return server->bound_link == 0 || server->bound_link == link->ifindex ||
               server->bound_link == link->master;
}

bool server_link_is_served(const Server *server, uint32_t ifindex) {
        const LinkState *state = links_find(server->links, server->n_links, ifindex);

        if (!state || !server_link_is_heard(server, &state->link))
                return false;
        for (size_t i = 0; i < state->n_pools; i++)
                if (state->pools[i]->enabled)
                        return true;
        return false;
}

bool server_link_is_meant_for(const Server *server, uint32_t ifindex, const Pool *pool) {
        const LinkState *state = links_find(server->links, server->n_links, ifindex);

        return state && link_has_pool(state, pool) && pool->enabled;
}

bool server_has_address(const Server *server, ipv4_t address) {
        for (size_t i = 0; i < server->n_links; i++) {
                const Link *link = &server->links[i].link;

                for (size_t j = 0; j < link->n_addresses; j++)
                        if (link->addresses[j].address == address)
                                return true;
        }
        return false;
}

void server_block_own_addresses(Server *server, bool block) {
        for (size_t i = 0; i < server->n_links; i++) {
                const Link *link = &server->links[i].link;

                for (size_t j = 0; j < link->n_addresses; j++) {
                        ipv4_t address = link->addresses[j].address;
                        Pool *pool = plan_find_pool_of(server->plan, address);

                        if (pool && !lease_table_find(&server->table, address))
                                pool_set_taken(pool, address, block);
                }
        }
}
