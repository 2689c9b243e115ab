/* SPDX-License-Identifier: MIT */

/* Which address a client may have, and which one it is to get. Looks at leases and pools, changes
 * no lease. Never scans a pool: every step is a lookup or the head of a list. */

#include <errno.h>
#include <string.h>

#include "basic/bytes.h"
#include "core/server-internal.h"

/* What a search goes past: quarantines of the client itself, own addresses, and what others answer
 * for. */
#define LOOKS_MAX 16

/* Leases of the client's hardware address that are looked at for one that it has been seen to use:
 * more is what somebody has invented. */
#define HELD_LOOKS_MAX 64

static Pool *request_find_pool_for(const Request *request, ipv4_t address) {
        const Host *host = request->host;
        bool reserved = host && host->settings->address == address;

        for (size_t i = 0; i < request->n_pools; i++) {
                Pool *pool = request->pools[i];

                if (pool_gives_out(pool, address) || (reserved && pool == host->pool))
                        return pool;
        }
        return NULL;
}

/* A reservation by hardware address wins over a lease of the same hardware under another client
 * identifier: firmware and operating system, or two systems on one disk. DEVIATIONS 5. */
static bool request_may_take_over(const Request *request, const Lease *lease) {
        const MessageView *message = request->message;
        const Host *host = request->host;

        if (host && host->settings->address == lease->address &&
                host->settings->hardware_size > 0 &&
                lease_has_hardware(
                        lease, host->settings->hardware, host->settings->hardware_size) &&
                lease_has_hardware(lease, message->chaddr, message->hlen))
                return true;
        return request_may_succeed(request, lease);
}

/* The client says by its relay that it has the address and goes on with it (REBINDING). RFC 2131
 * table 4: ciaddr is set by who answers ARP for the address, and by nobody else. */
static bool request_rebinds(const Request *request, ipv4_t address) {
        const MessageView *message = request->message;

        return request->role == SENDER_RELAYED && message->type == DHCP_REQUEST &&
               message->ciaddr == address && !message_has(message, DHCP_OPTION_SERVER_ID);
}

/* Where many answer, that is all there is to tell that the address is in use, see claim.c. */
bool request_is_forestalled(const Request *request, ipv4_t address) {
        const MessageView *message = request->message;
        const uint8_t *hardware =
                prober_find_answer(&request->server->prober, address, request->now);
        const Lease *lease;

        if (!hardware)
                return false;
        if (request->role == SENDER_ON_LINK)
                return message->hlen != ETHERNET_ADDRESS_SIZE ||
                       memcmp(message->chaddr, hardware, ETHERNET_ADDRESS_SIZE) != 0;
        /* Who answers behind a relay cannot be told: most likely who had the address last. */
        lease = lease_table_find(&request->server->table, address);
        return !request_rebinds(request, address) &&
               !(lease && lease_belongs_to(lease, request->client.data, request->client.size));
}

/* What an address is to the client that nobody has as far as leases go. */
static Standing request_judge_free(const Request *request, ipv4_t address) {
        return request_is_forestalled(request, address) ? STANDING_TAKEN : STANDING_FREE;
}

/* Behind a relay nobody can tell who has answered for the address. Whoever goes on with it is taken
 * for that one; who only remembers it, as at a start, may have it once nobody answers any more: it
 * was this client, or somebody who has left. DEVIATIONS 14. */
static bool request_is_unnamed_holder(const Request *request, const Lease *lease) {
        ipv4_t requested;

        if (!lease_is_claimed_unnamed(lease) || request->role != SENDER_RELAYED)
                return false;
        if (request_rebinds(request, lease->address))
                return true;
        return message_get_ipv4(request->message, DHCP_OPTION_REQUESTED_ADDRESS, &requested) >= 0 &&
               requested == lease->address &&
               prober_judge(&request->server->prober, lease->address, request->now) == PROBE_CLEAR;
}

bool request_is_holder(const Request *request, const Lease *lease) {
        const MessageView *message = request->message;

        if (request_is_unnamed_holder(request, lease))
                return true;
        return request->role == SENDER_ON_LINK && message->htype == HARDWARE_ETHERNET &&
               (lease->ifindex == 0 || lease->ifindex == request->metadata->ifindex) &&
               lease_is_claimed_by(lease, message->chaddr, message->hlen);
}

/* Whose the address is, wherever it lies. */
static Standing request_judge_holder(const Request *request, ipv4_t address) {
        const Server *server = request->server;
        const Lease *lease;

        if (server_has_address(server, address) || address == request->disputed ||
                plan_is_reserved_for_other(server->plan, address, request->host))
                return STANDING_TAKEN;

        lease = lease_table_find(&server->table, address);
        if (!lease)
                return request_judge_free(request, address);
        switch ((LeaseState) lease->state) {
        case LEASE_BOUND:
                if (lease_belongs_to(lease, request->client.data, request->client.size))
                        return STANDING_BOUND;
                return request_may_take_over(request, lease) ? STANDING_FREE : STANDING_TAKEN;
        case LEASE_OFFERED: /* offers are soft: the first REQUEST wins */
        case LEASE_RELEASED:
        case LEASE_EXPIRED:
                return request_judge_free(request, address);
        case LEASE_DECLINED:
                /* It answers for what it has from another server, or from ours before its leases
                 * were lost; nobody else gets that, see claim.c. */
                if (request_is_holder(request, lease))
                        return STANDING_FREE;
                break;
        case LEASE_STATE_MAX:
        case LEASE_STATE_INVALID:
                break;
        }
        return STANDING_TAKEN;
}

Standing request_judge_address(const Request *request, ipv4_t address, Pool **ret_pool) {
        Pool *pool = request_find_pool_for(request, address);

        if (ret_pool)
                *ret_pool = pool;
        if (pool)
                return request_judge_holder(request, address);
        /* In no range, but known to be another's all the same: reserved, or leased when the ranges
         * were wider. */
        if (request_find_pool_by_subnet(request, address) &&
                request_judge_holder(request, address) == STANDING_TAKEN)
                return STANDING_TAKEN;
        return STANDING_OUTSIDE;
}

/* Who has the address, and for how much longer. */
static void request_say_holder(const Request *request, const Lease *lease) {
        char address[IPV4_STRING_MAX], client[BYTES_STRING_MAX(UINT8_MAX)] = "another client",
                                       span[TIMESPAN_STRING_MAX];
        const bool for_ever = lease->expires == USEC_INFINITY;
        LeaseRecord record;

        lease_get_record(lease, &record);
        if (record.hardware_size > 0)
                (void) bytes_format(record.hardware, record.hardware_size, client);
        else if (record.client_id_size > 0)
                (void) bytes_format(record.client_id, record.client_id_size, client);
        request_say(request, "%s is leased to another client, %.*s%s%s%s, for %s%s.",
                ipv4_format(lease->address, address), record.hostname_size, record.hostname,
                record.hostname_size > 0 ? " (" : "", client, record.hostname_size > 0 ? ")" : "",
                for_ever ? "ever" : "another ",
                for_ever ? "" : timespan_format(usec_sub(lease->expires, request->now), span));
        request->trace->held = lease->address;
}

static void request_say_set_aside(const Request *request, const Lease *lease) {
        char address[IPV4_STRING_MAX], span[TIMESPAN_STRING_MAX];

        request_say(request,
                "%s is set aside, since somebody else was seen to use it, for another %s; "
                "`minidhcpctl clear-declined%s%s` ends that.",
                ipv4_format(lease->address, address),
                timespan_format(usec_sub(lease->expires, request->now), span),
                lease->pool ? " " : "", lease->pool ? lease->pool->settings->name : "");
        request->trace->held = lease->address;
}

static void request_say_taken(const Request *request, ipv4_t address) {
        const Server *server = request->server;
        const Lease *lease = lease_table_find(&server->table, address);
        const Host *owner = plan_first_reservation(server->plan, address);
        const char *what = "in use", *name = "";
        char text[IPV4_STRING_MAX];

        if (server_has_address(server, address))
                what = "an address of this server";
        else if (address == request->disputed)
                what = "its own, but another machine has answered for it by ARP";
        else if (plan_is_reserved_for_other(server->plan, address, request->host)) {
                what = "reserved for host ";
                name = owner ? owner->settings->name : "another one";
        } else if (lease && lease->state == LEASE_BOUND) {
                request_say_holder(request, lease);
                return;
        } else if (lease && lease->state == LEASE_DECLINED) {
                request_say_set_aside(request, lease);
                return;
        } else if (request_is_forestalled(request, address))
                what = "in use by somebody who has just answered for it";
        request_say(request, "%s is %s%s.", ipv4_format(address, text), what, name);
}

void request_say_standing(const Request *request, ipv4_t address, Standing standing) {
        char text[IPV4_STRING_MAX];
        const char *what = "";

        if (!request->trace)
                return;
        switch (standing) {
        case STANDING_BOUND:
                what = "its own";
                break;
        case STANDING_FREE:
                what = "free";
                break;
        case STANDING_OUTSIDE:
                what = "in no pool that serves the client";
                break;
        case STANDING_TAKEN:
                request_say_taken(request, address);
                return;
        }
        request_say(request, "%s is %s.", ipv4_format(address, text), what);
}

/* The client's lease in one of some states that serves the client best: the newest. */
static Lease *request_find_lease(const Request *request, unsigned states) {
        const LeaseTable *table = &request->server->table;
        Lease *newest = NULL;

        for (Lease *lease = request_first_lease(request); lease;
                lease = lease_table_next_of_client(table, lease)) {
                if (!(states & 1U << lease->state) || !request_may_use(request, lease))
                        continue;
                /* Times of before the boot wrap: compare by difference. */
                if (!newest || (int64_t) (lease->last_seen - newest->last_seen) > 0)
                        newest = lease;
        }
        return newest;
}

Lease *request_find_binding(const Request *request) {
        return request_find_lease(request, 1U << LEASE_BOUND);
}

static bool request_choose_lease(
        const Request *request, unsigned states, ipv4_t *ret_address, Pool **ret_pool) {
        const Lease *lease = request_find_lease(request, states);

        if (!lease)
                return false;
        switch (request_judge_address(request, lease->address, ret_pool)) {
        case STANDING_BOUND:
        case STANDING_FREE:
                *ret_address = lease->address;
                return true;
        case STANDING_TAKEN:
        case STANDING_OUTSIDE:
                break;
        }
        return false;
}

bool request_must_move(const Request *request, ipv4_t address) {
        const Host *host = request->host;
        Standing standing;

        if (!host || host->settings->address == 0 || host->settings->address == address)
                return false;
        standing = request_judge_address(request, host->settings->address, NULL);
        return standing == STANDING_BOUND || standing == STANDING_FREE;
}

static bool request_choose_reservation(
        const Request *request, ipv4_t *ret_address, Pool **ret_pool) {
        const Host *host = request->host;
        Standing standing;

        if (!host || host->settings->address == 0)
                return false;
        standing = request_judge_address(request, host->settings->address, ret_pool);
        if (standing != STANDING_BOUND && standing != STANDING_FREE) {
                request_say_standing(request, host->settings->address, standing);
                return false;
        }
        *ret_address = host->settings->address;
        return true;
}

static bool request_choose_requested(const Request *request, ipv4_t *ret_address, Pool **ret_pool) {
        const Lease *lease;
        ipv4_t address;

        /* Clients leave the address there that they had (DEVIATIONS 22): a wish as good as any. */
        if (message_get_ipv4(request->message, DHCP_OPTION_REQUESTED_ADDRESS, &address) < 0)
                address = request->message->ciaddr;
        if (address == 0 || request_judge_address(request, address, ret_pool) != STANDING_FREE)
                return false;

        /* A mere wish does not take an address away from the client that was offered it. */
        lease = lease_table_find(&request->server->table, address);
        if (lease && lease->state == LEASE_OFFERED)
                return false;
        *ret_address = address;
        return true;
}

/* The client does not say which address it has, but has been seen to answer for one. */
static bool request_choose_held(const Request *request, ipv4_t *ret_address, Pool **ret_pool) {
        const MessageView *message = request->message;
        const LeaseTable *table = &request->server->table;
        const Lease *held = NULL;
        size_t n_claimed = 0, n_looks = 0;

        for (size_t i = 0; i < request->n_pools; i++)
                n_claimed += request->pools[i]->n_claimed;
        if (n_claimed == 0)
                return false;
        for (const Lease *lease =
                        lease_table_first_of_hardware(table, message->chaddr, message->hlen);
                lease && n_looks++ < HELD_LOOKS_MAX;
                lease = lease_table_next_of_hardware(table, lease)) {
                if (!request_may_use(request, lease) || !request_is_holder(request, lease))
                        continue;
                if (held)
                        return false;
                held = lease;
        }
        if (!held || request_judge_address(request, held->address, ret_pool) != STANDING_FREE)
                return false;
        *ret_address = held->address;
        return true;
}

static bool request_choose_unused(const Request *request, ipv4_t *ret_address, Pool **ret_pool) {
        for (size_t i = 0; i < request->n_pools; i++) {
                Pool *pool = request->pools[i];
                size_t cursor = 0, n = 0;

                while (pool_next_unused(pool, &cursor, ret_address) >= 0) {
                        if (request_judge_address(request, *ret_address, ret_pool) == STANDING_FREE)
                                return true;
                        if (!request_is_forestalled(request, *ret_address))
                                /* Our own address, which a lease had before it became ours. */
                                pool_set_taken(pool, *ret_address, true);
                        else if (n++ == LOOKS_MAX)
                                break;
                }
        }
        return false;
}

/* The address longest free, or longest offered. */
static bool request_choose_oldest(
        const Request *request, bool offered, ipv4_t *ret_address, Pool **ret_pool) {
        for (size_t i = 0; i < request->n_pools; i++) {
                Pool *pool = request->pools[i];

                LIST_FOREACH (node, offered ? &pool->offered : &pool->free) {
                        const Lease *lease = CONTAINER_OF(node, Lease, in_pool);

                        /* Skipped are our own addresses and the offers made to hosts: few. */
                        if (request_judge_address(request, lease->address, ret_pool) !=
                                STANDING_FREE)
                                continue;
                        *ret_address = lease->address;
                        return true;
                }
        }
        return false;
}

static bool request_choose_binding(const Request *request, ipv4_t *ret_address, Pool **ret_pool) {
        return request_choose_lease(request, 1U << LEASE_BOUND, ret_address, ret_pool);
}

static bool request_choose_offer(const Request *request, ipv4_t *ret_address, Pool **ret_pool) {
        return request_choose_lease(request, 1U << LEASE_OFFERED, ret_address, ret_pool);
}

static bool request_choose_favourite(const Request *request, ipv4_t *ret_address, Pool **ret_pool) {
        return request_choose_lease(
                request, 1U << LEASE_RELEASED | 1U << LEASE_EXPIRED, ret_address, ret_pool);
}

static bool request_choose_freed(const Request *request, ipv4_t *ret_address, Pool **ret_pool) {
        return request_choose_oldest(request, false, ret_address, ret_pool);
}

static bool request_choose_offered(const Request *request, ipv4_t *ret_address, Pool **ret_pool) {
        return request_choose_oldest(request, true, ret_address, ret_pool);
}

/* The address whose DECLINE is longest ago. RFC 2131 4.3.3 has it "not available", but whoever can
 * bind addresses can decline them, one after the other: a broken client, or a forger, would have
 * the whole pool in quarantine within seconds. So when nothing else is left, the client's word is
 * put to the test, and the address is given out if nobody answers for it; where ARP does not get,
 * the word stands: many hosts do not answer ICMP echo. It stands against its own client, too, who
 * would only decline again: not all of what one client has declined is looked at. DEVIATIONS 19. */
static bool request_choose_declined(const Request *request, ipv4_t *ret_address, Pool **ret_pool) {
        for (size_t i = 0; i < request->n_pools; i++) {
                Pool *pool = request->pools[i];
                size_t n = 0;

                if (request_probe_way(request, pool) != PROBE_BY_ARP)
                        continue;
                LIST_FOREACH (node, &pool->declined) {
                        const Lease *lease = CONTAINER_OF(node, Lease, in_pool);

                        if (n++ == LOOKS_MAX)
                                break;
                        if (lease_belongs_to(lease, request->client.data, request->client.size) ||
                                server_has_address(request->server, lease->address) ||
                                request_is_forestalled(request, lease->address))
                                continue;
                        *ret_address = lease->address;
                        *ret_pool = pool;
                        return true;
                }
        }
        return false;
}

/* More is set aside for hosts that answer than may be: the pool has become smaller since, or
 * the lease file is of a server that had no bound. What is beyond the bound is put to the test
 * again, oldest first. */
static bool request_choose_claimed(const Request *request, ipv4_t *ret_address, Pool **ret_pool) {
        for (size_t i = 0; i < request->n_pools; i++) {
                Pool *pool = request->pools[i];

                if (pool->n_claimed <= pool_claims_max(pool) ||
                        request_probe_way(request, pool) == PROBE_NO_WAY)
                        continue;
                LIST_FOREACH (node, &pool->claimed) {
                        const Lease *lease = CONTAINER_OF(node, Lease, in_pool);

                        if (server_has_address(request->server, lease->address))
                                continue;
                        *ret_address = lease->address;
                        *ret_pool = pool;
                        return true;
                }
        }
        return false;
}

static void request_say_use(const Request *request, const Pool *pool) {
        const PoolUse use = pool_get_use(pool);

        if (use.size > 0)
                request_say(request,
                        use.size == 1 ? "Pool %s has %zu address: %zu is leased, %zu set aside, "
                                        "%zu offered, %zu kept for hosts."
                                      : "Pool %s has %zu addresses: %zu are leased, %zu set "
                                        "aside, %zu offered, %zu kept for hosts.",
                        pool->settings->name, use.size, use.used, use.declined, use.offered,
                        use.kept);
}

/* RFC 2131 4.3.1 lists the current, the previous and the requested address and then any; the
 * reservation goes before, and an offer that is still good is what the client will ask for. */
int request_choose_address(const Request *request, ipv4_t *ret_address, Pool **ret_pool) {
        static const struct {
                bool (*choose)(const Request *, ipv4_t *, Pool **);
                const char *why;
        } sources[] = {
                {request_choose_reservation, "it is reserved for this host"},
                {request_choose_binding, "the client has it already"},
                {request_choose_offer, "it has been offered to the client a moment ago"},
                {request_choose_favourite, "the client had it before"},
                {request_choose_requested, "the client asks for it"},
                {request_choose_held, "the client answers for it already"},
                {request_choose_unused, "nobody has ever had it"},
                {request_choose_freed, "it has been free for longest"},
                {request_choose_offered,
                        "it was offered to another client, who never asked for it"},
                {request_choose_declined,
                        "another client has declined it, but nothing else is left"},
                {request_choose_claimed,
                        "it was set aside for who answers for it, but too much of the pool is"},
        };
        char address[IPV4_STRING_MAX];

        for (size_t i = 0; i < ELEMENTSOF(sources); i++)
                if (sources[i].choose(request, ret_address, ret_pool)) {
                        request_say(request, "It gets %s of pool %s: %s.",
                                ipv4_format(*ret_address, address), (*ret_pool)->settings->name,
                                sources[i].why);
                        return 0;
                }
        for (size_t i = 0; i < request->n_pools; i++)
                request_say_use(request, request->pools[i]);
        request_say(request, "No address is left for it.");
        return -ENOENT;
}
