/* SPDX-License-Identifier: MIT */

/* Where a client is that somebody asks about: as the query says, else where it was heard last, else
 * where its host belongs, else anywhere. Each assumption is said. */

#include "core/explain-place.h"

#include <string.h>

#include "core/lease-table.h"
#include "core/link-state.h"
#include "core/pool.h"
#include "core/server-state.h"
#include "core/server.h"
#include "core/settings.h"
#include "core/verdict.h"
#include "wire/message.h"
#include "wire/protocol.h"

/* Times of before the boot wrap: they are compared by difference. */
static bool is_later(usec_t a, usec_t b) {
        return (int64_t) (a - b) > 0;
}

static const Host *find_host(const Server *server, const ExplainQuery *query) {
        const HostKey *key = NULL;

        if (!server->plan)
                return NULL;
        if (query->client_id.size > 0)
                key = plan_first_host_key(server->plan, HOST_KEY_CLIENT_ID, query->client_id.data,
                        query->client_id.size);
        if (!key && query->hardware_size > 0)
                key = plan_first_host_key(
                        server->plan, HOST_KEY_HARDWARE, query->hardware, query->hardware_size);
        if (!key && query->circuit_id_size > 0)
                key = plan_first_host_key(server->plan, HOST_KEY_CIRCUIT_ID, query->circuit_id,
                        query->circuit_id_size);
        return key ? key->host : NULL;
}

ExplainMemory explain_remember(const Server *server, const ExplainQuery *query) {
        ExplainMemory memory = {.host = find_host(server, query)};
        ClientId id = query->client_id;

        if (id.size == 0)
                client_id_from_hardware(
                        HARDWARE_ETHERNET, query->hardware, query->hardware_size, &id);
        for (const Lease *lease = lease_table_first_of_client(&server->table, id.data, id.size);
                lease; lease = lease_table_next_of_client(&server->table, lease))
                if (!memory.lease || is_later(lease->last_seen, memory.lease->last_seen))
                        memory.lease = lease;

        memory.silence = silence_find(
                &server->silences, query->hardware, query->hardware_size, server->seed);
        if (memory.silence && memory.lease &&
                !is_later(memory.silence->at, memory.lease->last_seen))
                memory.silence = NULL;
        return memory;
}

static LinkState *find_link(const Server *server, uint32_t ifindex) {
        return ifindex != 0 ? links_find(server->links, server->n_links, ifindex) : NULL;
}

static bool is_behind_relay(const Pool *pool) {
        return pool->n_links == 0;
}

/* A link for clients of a pool, one that is heard if there is any. */
static LinkState *find_link_of_pool(const Server *server, const Pool *pool) {
        LinkState *found = NULL;

        for (size_t i = 0; i < server->n_links; i++) {
                LinkState *link = &server->links[i];

                for (size_t k = 0; k < link->n_direct; k++) {
                        if (link->pools[k] != pool)
                                continue;
                        if (server_link_is_heard(server, &link->link))
                                return link;
                        if (!found)
                                found = link;
                }
        }
        return found;
}

/* By which a relay's messages for a pool may come in; NULL for any pool. */
static LinkState *find_link_to_relay(const Server *server, const Pool *pool) {
        LinkState *fallback = NULL;

        for (size_t i = 0; i < server->n_links; i++) {
                LinkState *link = &server->links[i];

                if (link->link.n_addresses == 0 || link->link.loopback ||
                        !server_link_is_heard(server, &link->link))
                        continue;
                if (pool && link_has_pool(link, pool))
                        return link;
                if (!fallback && (!pool || !pool->settings->interfaces || link->n_pools > 0))
                        fallback = link;
        }
        return fallback;
}

/* ---- relays that nobody has named --------------------------------------------------------------
 */

static ipv4_t first_usable(const Server *server, Ipv4Prefix prefix) {
        const ipv4_t last = ipv4_prefix_broadcast(prefix);

        if (prefix.length == 32)
                return prefix.address;
        for (uint64_t address = ipv4_prefix_network(prefix); address <= last; address++)
                if (ipv4_prefix_usable(prefix, (ipv4_t) address) &&
                        !server_has_address(server, (ipv4_t) address))
                        return (ipv4_t) address;
        return 0;
}

/* The one that the pool believes, else the router of its clients, which mostly is it, else any that
 * could be there. */
static ipv4_t assume_relay(const Server *server, const Pool *pool) {
        const PoolSettings *settings = pool->settings;
        const OptionValue *router = option_set_get(&settings->reply.options, DHCP_OPTION_ROUTER);
        ipv4_t address;

        for (size_t i = 0; i < settings->n_relays; i++)
                if (pool_contains(pool, settings->relays[i].address))
                        return first_usable(server, settings->relays[i]);
        if (settings->n_relays > 0)
                return first_usable(server, settings->relays[0]);
        if (router && router->size >= sizeof(address)) {
                address = wire_get_u32(router->data);
                if (pool_contains(pool, address) && !server_has_address(server, address))
                        return address;
        }
        return first_usable(server, settings->subnet);
}

/* RFC 3527: a relay that is not in the subnet itself says where its client is. */
static void select_subnet(ExplainPlace *place, const Pool *pool, ipv4_t address) {
        uint8_t *p = place->agent + place->agent_size;

        if (!pool || pool_contains(pool, place->relay) ||
                place->agent_size + 2 + sizeof(address) > sizeof(place->agent) ||
                relay_agent_get(
                        place->agent, place->agent_size, RELAY_LINK_SELECTION, NULL, NULL) >= 0)
                return;
        p[0] = RELAY_LINK_SELECTION;
        p[1] = sizeof(address);
        wire_put_u32(p + 2, address);
        place->agent_size += 2 + sizeof(address);
}

/* The relay that the client of a lease spoke by. Who has been heard since the start is known to
 * have one or not; a lease of the file tells by its pool alone. */
static void take_relay_of_lease(
        const Server *server, const Lease *lease, Trace *trace, ExplainPlace *place) {
        char text[IPV4_STRING_MAX];
        LeaseRecord record;

        lease_get_record(lease, &record);
        if (record.relay != 0)
                place->relay = record.relay;
        else if (lease->pool && is_behind_relay(lease->pool)) {
                place->relay = assume_relay(server, lease->pool);
                trace_say(trace,
                        "Its lease is of pool %s, which is on no link of this machine: %s is "
                        "assumed to be its relay.",
                        lease->pool->settings->name, ipv4_format(place->relay, text));
        }
        if (place->relay == 0)
                return;
        place->believed = true;
        if (place->agent_size == 0 && record.relay_agent_size > 0) {
                memcpy(place->agent, record.relay_agent, record.relay_agent_size);
                place->agent_size = record.relay_agent_size;
        }
        select_subnet(place, lease->pool, record.address);
}

/* ---- the ways to find a place ------------------------------------------------------------------
 */

static bool place_by_silence(const Server *server, const ExplainQuery *query,
        const Silence *silence, usec_t now, Trace *trace, ExplainPlace *place) {
        char ago[TIMESPAN_STRING_MAX], relay[IPV4_STRING_MAX];

        place->link = silence ? find_link(server, silence->ifindex) : NULL;
        if (!place->link)
                return false;
        trace_say(trace, "Its last message, a %s on %s%s%s %s ago, got no answer: %s.",
                message_type_to_string(silence->type), place->link->link.name,
                silence->relay != 0 ? " through relay " : "",
                silence->relay != 0 ? ipv4_format(silence->relay, relay) : "",
                timespan_format(MAX(usec_sub(now, silence->at), USEC_PER_SEC), ago),
                verdict_to_string(silence->verdict));
        if (query->relay == 0)
                place->relay = silence->relay;
        return true;
}

static bool place_by_lease(const Server *server, const ExplainQuery *query, const Lease *lease,
        Trace *trace, ExplainPlace *place) {
        char text[IPV4_STRING_MAX];
        ipv4_t relay;

        if (!lease || query->relay != 0)
                return false;
        relay = lease_get_relay(lease);
        place->link = find_link(server, lease->ifindex);
        if (place->link)
                trace_say(trace, "The client was last heard on %s%s%s.", place->link->link.name,
                        relay != 0 ? ", through relay " : "",
                        relay != 0 ? ipv4_format(relay, text) : "");
        else if (lease->pool && is_behind_relay(lease->pool))
                place->link = find_link_to_relay(server, lease->pool);
        else if (lease->pool) {
                place->link = find_link_of_pool(server, lease->pool);
                if (place->link)
                        trace_say(trace, "Its lease is of pool %s: %s is assumed.",
                                lease->pool->settings->name, place->link->link.name);
        }
        if (!place->link)
                return false;
        take_relay_of_lease(server, lease, trace, place);
        return true;
}

/* Where a host is expected that has never been heard. */
static bool place_by_host(const Server *server, const ExplainQuery *query, const Host *host,
        Trace *trace, ExplainPlace *place) {
        char text[IPV4_STRING_MAX];

        if (!host || !host->pool || query->relay != 0)
                return false;
        place->link = find_link_of_pool(server, host->pool);
        if (place->link) {
                trace_say(trace, "No interface is named: %s is assumed.", place->link->link.name);
                return true;
        }
        if (!is_behind_relay(host->pool))
                return false;
        place->link = find_link_to_relay(server, host->pool);
        if (!place->link)
                return false;
        place->relay = assume_relay(server, host->pool);
        place->believed = true;
        trace_say(trace,
                "No relay is named: %s is assumed, since the host's pool, %s, is on no link of "
                "this machine.",
                ipv4_format(place->relay, text), host->pool->settings->name);
        select_subnet(place, host->pool,
                host->settings->address != 0 ? host->settings->address
                                             : ipv4_prefix_network(host->pool->settings->subnet));
        return true;
}

static bool place_anywhere(
        const Server *server, const ExplainQuery *query, Trace *trace, ExplainPlace *place) {
        const Pool *pool = NULL;

        if (query->relay != 0) {
                if (plan_find_pools_at(server->plan, query->relay, server->scope) > 0)
                        pool = server->scope[0];
                place->link = find_link_to_relay(server, pool);
        }
        for (size_t i = 0; i < server->n_links && !place->link; i++)
                if (server_link_is_heard(server, &server->links[i].link) &&
                        server->links[i].n_pools > 0)
                        place->link = &server->links[i];
        if (place->link)
                trace_say(trace, "No interface is named: %s is assumed.", place->link->link.name);
        return place->link;
}

bool explain_find_place(const Server *server, const ExplainQuery *query,
        const ExplainMemory *memory, usec_t now, Trace *trace, ExplainPlace *ret) {
        *ret = (ExplainPlace){.relay = query->relay};
        if (query->circuit_id_size > 0) {
                ret->agent[0] = RELAY_CIRCUIT_ID;
                ret->agent[1] = query->circuit_id_size;
                memcpy(ret->agent + 2, query->circuit_id, query->circuit_id_size);
                ret->agent_size = 2U + query->circuit_id_size;
        }
        if (query->ifindex != 0) {
                ret->link = find_link(server, query->ifindex);
                return ret->link;
        }
        return place_by_silence(server, query, memory->silence, now, trace, ret) ||
               place_by_lease(server, query, memory->lease, trace, ret) ||
               place_by_host(server, query, memory->host, trace, ret) ||
               place_anywhere(server, query, trace, ret);
}
