/* SPDX-License-Identifier: MIT */

/* Which pools a message is for, which host its sender is, and which of our addresses it sees. Looks
 * at no lease: what the client has or gets is decided later, among these pools. */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/server-internal.h"

static Action *request_notice(Request *request, Notice notice, ipv4_t address) {
        Action *action;

        if (request->trace)
                return NULL;
        action = actions_add(request->actions, ACTION_NOTICE);
        if (!action)
                return NULL;
        action->notice.notice = notice;
        action->notice.ifindex = request->metadata->ifindex;
        action->notice.address = address;
        return action;
}

static void request_add_pool(Request *request, Pool *pool) {
        if (pool->enabled)
                request->pools[request->n_pools++] = pool;
}

/* Interface= says where a pool's clients may come from, directly or through a relay. */
static void request_add_pools_of_subnet(Request *request, ipv4_t key, bool any_link) {
        const Plan *plan = request->server->plan;

        for (size_t i = 0; i < plan->n_pools; i++) {
                const PoolSettings *settings = plan->pools[i]->settings;

                if (!pool_contains(plan->pools[i], key))
                        continue;
                if (!any_link && settings->interfaces &&
                        !link_has_pool(request->link, plan->pools[i]))
                        continue;
                request_add_pool(request, plan->pools[i]);
        }
}

/* The address that tells the client's subnet, 0 when it is the arrival link's. RFC 3527 3 and RFC
 * 3011 3 have the server obey a selection, "MUST": an address of whatever network giaddr is in is
 * no answer to one that cannot be read, but the start of a long search for what is wrong.
 *
 * Return: 0, -EBADMSG. */
static int request_get_subnet_key(const Request *request, ipv4_t *ret) {
        const MessageView *message = request->message;
        int r;

        /* RFC 3527 3: the relay's link selection goes before giaddr. Without a relay nobody may set
         * it. */
        if (message->giaddr != 0) {
                r = message_get_relay_ipv4(message, RELAY_LINK_SELECTION, ret);
                if (r != -ENODATA)
                        return r;
        }
        /* RFC 3011 3: the client's subnet selection goes before giaddr as well. */
        r = message_get_ipv4(message, DHCP_OPTION_SUBNET_SELECTION, ret);
        if (r != -ENODATA)
                return r;
        /* RFC 2131 4.3.1. */
        *ret = message->giaddr;
        return 0;
}

/* A client that renews by unicast may be on a link that we do not see, behind a relay which did not
 * get this message; Interface= may well name the link that such a relay is on. */
static bool request_is_remote(const Request *request) {
        const MessageView *message = request->message;

        if (message->ciaddr == 0 || message->giaddr != 0 || request->metadata->broadcast)
                return false;
        for (size_t i = 0; i < request->link->n_own; i++)
                if (pool_contains(request->link->pools[i], message->ciaddr))
                        return false;
        return true;
}

int request_select_pools(Request *request, ipv4_t *ret_key) {
        LinkState *link = request->link;
        int r;

        request->pools = request->server->scope;
        request->n_pools = 0;
        request->remote = request_is_remote(request);
        r = request_get_subnet_key(request, ret_key);
        if (r < 0)
                return r;
        if (*ret_key != 0) {
                request_add_pools_of_subnet(request, *ret_key, false);
                return 0;
        }
        if (request->remote) {
                request_add_pools_of_subnet(request, request->message->ciaddr, true);
                if (request->n_pools > 0) {
                        *ret_key = request->message->ciaddr;
                        return 0;
                }
        }
        for (size_t i = 0; i < link->n_direct; i++)
                request_add_pool(request, link->pools[i]);
        return 0;
}

static bool request_has_pool(const Request *request, const Pool *pool) {
        for (size_t i = 0; i < request->n_pools; i++)
                if (request->pools[i] == pool)
                        return true;
        return false;
}

static const Host *request_find_host_by(
        Request *request, HostKeyType type, const uint8_t *data, size_t size) {
        const Plan *plan = request->server->plan;

        for (const HostKey *key = plan_first_host_key(plan, type, data, size); key;
                key = plan_next_host_key(plan, key)) {
                request->known = true;
                if (!key->host->pool || request_has_pool(request, key->host->pool))
                        return key->host;
        }
        return NULL;
}

static const Host *request_find_host(Request *request) {
        const MessageView *message = request->message;
        const uint8_t *circuit;
        const Host *host;
        size_t size;

        if (request->server->plan->n_host_keys == 0)
                return NULL;

        host = request_find_host_by(
                request, HOST_KEY_CLIENT_ID, request->client.data, request->client.size);
        if (!host && message->hlen > 0)
                host = request_find_host_by(
                        request, HOST_KEY_HARDWARE, message->chaddr, message->hlen);
        if (!host && message_get_relay(message, RELAY_CIRCUIT_ID, &circuit, &size) >= 0)
                host = request_find_host_by(request, HOST_KEY_CIRCUIT_ID, circuit, size);
        return host;
}

void request_keep_pools(
        Request *request, bool (*is_open)(const Request *request, const Pool *pool)) {
        Pool **closed = request->pools + request->server->plan->n_pools;
        size_t n_open = 0, n_closed = 0;

        for (size_t i = 0; i < request->n_pools; i++) {
                Pool *pool = request->pools[i];

                if (is_open(request, pool))
                        request->pools[n_open++] = pool;
                else
                        closed[n_closed++] = pool;
        }
        memcpy(request->pools + n_open, closed, n_closed * sizeof(*closed));
        request->n_pools = n_open;
}

static bool pool_is_open(const Request *request, const Pool *pool) {
        const Host *host = request->host;

        if (pool->settings->deny_unknown && !request->known)
                return false;
        return !host || !host->settings->pool || !host->pool || host->pool == pool;
}

/* "It comes in on br0; the pools there are lan, guests." */
static void request_say_pools(const Request *request, ipv4_t key) {
        char names[256] = "", address[IPV4_STRING_MAX];
        size_t used = 0;

        if (!request->trace)
                return;
        for (size_t i = 0; i < request->n_pools && used < sizeof(names); i++)
                used += (size_t) snprintf(names + used, sizeof(names) - used, "%s%s",
                        i > 0 ? ", " : "", request->pools[i]->settings->name);
        request_say(request, "It comes in on %s%s%s; %s%s.", request->link->link.name,
                key != 0 ? " for the subnet of " : "", key != 0 ? ipv4_format(key, address) : "",
                request->n_pools > 0 ? "the pools there are: " : "no pool serves that", names);
}

/* RFC 5107 4: the relay wants to see the renewals too, so it puts itself in our place.
 *
 * Return: 0, -ENODATA, -EBADMSG. */
static int request_get_override(const Request *request, ipv4_t *ret) {
        int r;

        if (request->message->giaddr == 0)
                return -ENODATA;
        r = message_get_relay_ipv4(request->message, RELAY_SERVER_ID_OVERRIDE, ret);
        if (r < 0)
                return r;
        return *ret != 0 ? 0 : -ENODATA;
}

bool request_select(Request *request) {
        LinkState *link = request->link;
        ipv4_t key, override;

        if (request_select_pools(request, &key) < 0 ||
                request_get_override(request, &override) == -EBADMSG) {
                request->actions->verdict = VERDICT_BAD_SELECTION;
                return false;
        }
        request_say_pools(request, key);
        if (request->n_pools == 0) {
                request->actions->verdict = VERDICT_NO_POOL;
                if (!link->warned_no_pool)
                        link->warned_no_pool = request_notice(request, NOTICE_NO_POOL, key);
                return false;
        }
        if (link->link.n_addresses == 0) {
                request->actions->verdict = VERDICT_NO_SERVER_ADDRESS;
                if (!link->warned_no_address)
                        link->warned_no_address =
                                request_notice(request, NOTICE_NO_SERVER_ADDRESS, key);
                return false;
        }

        request->n_scope = request->n_pools;
        request->host = request_find_host(request);
        if (request->host)
                request_say(request, "It is the host %s.", request->host->settings->name);
        /* Who already has an address may always give it back. */
        if (request->message->type == DHCP_RELEASE || request->message->type == DHCP_DECLINE)
                return true;
        if (request->host && request->host->settings->deny) {
                request->actions->verdict = VERDICT_DENIED;
                return false;
        }
        request_keep_pools(request, pool_is_open);
        if (request->n_pools == 0) {
                request->actions->verdict = VERDICT_UNKNOWN_CLIENT;
                return false;
        }
        return true;
}

Pool *request_find_pool_by_subnet(const Request *request, ipv4_t address) {
        for (size_t i = 0; i < request->n_pools; i++)
                if (pool_contains(request->pools[i], address))
                        return request->pools[i];
        return NULL;
}

Lease *request_first_lease(const Request *request) {
        return lease_table_first_of_hashed_client(&request->server->table, request->client.data,
                request->client.size, request->client_hash);
}

bool request_is_in_scope(const Request *request, const Lease *lease) {
        for (size_t i = 0; i < request->n_scope; i++)
                if (request->pools[i] == lease->pool ||
                        (!lease->pool && pool_contains(request->pools[i], lease->address)))
                        return true;
        return false;
}

bool request_may_use(const Request *request, const Lease *lease) {
        return lease->pool && request_has_pool(request, lease->pool);
}

ipv4_t request_server_address(const Request *request, const Pool *pool) {
        const Link *link = &request->link->link;

        for (size_t i = 0; i < link->n_addresses; i++)
                if (pool_contains(pool, link->addresses[i].address))
                        return link->addresses[i].address;
        for (size_t i = 0; i < link->n_addresses; i++)
                if (link->addresses[i].address == request->metadata->destination)
                        return link->addresses[i].address;
        return link->addresses[0].address;
}

/* A client that has chosen us knows us by one of our addresses: it compares. */
ipv4_t request_server_id(const Request *request, const Pool *pool) {
        ipv4_t server_id;

        if (request_names_us(request) > 0 &&
                message_get_ipv4(request->message, DHCP_OPTION_SERVER_ID, &server_id) >= 0)
                return server_id;
        if (request_get_override(request, &server_id) >= 0)
                return server_id;
        return request_server_address(request, pool);
}

int request_names_us(const Request *request) {
        ipv4_t server_id, override;
        int r;

        r = message_get_ipv4(request->message, DHCP_OPTION_SERVER_ID, &server_id);
        if (r < 0)
                return r;
        if (request_get_override(request, &override) >= 0 && server_id == override)
                return 1;
        return server_has_address(request->server, server_id);
}
