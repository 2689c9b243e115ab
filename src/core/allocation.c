/* SPDX-License-Identifier: MIT */

/* Which address a client is to get, of those that it may have. Looks at leases and pools, changes
 * no lease. Never scans a pool: every step is a lookup or the head of a list. */

#include "core/allocation.h"

#include <errno.h>

#include "core/actions.h"
#include "core/client-leases.h"
#include "core/holder.h"
#include "core/lease-table.h"
#include "core/lease.h"
#include "core/link-state.h"
#include "core/plan.h"
#include "core/probe-way.h"
#include "core/request-state.h"
#include "core/server-state.h"
#include "core/standing.h"
#include "core/trace.h"
#include "core/verdict.h"
#include "wire/protocol.h"

/* What a search goes past: quarantines of the client itself, own addresses, and what others answer
 * for. */
#define LOOKS_MAX 16

/* Leases of the client's hardware address that are looked at for one that it has been seen to use:
 * more is what somebody has invented. */
#define HELD_LOOKS_MAX 64

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

/* Whether there is anything at all for clients that are no hosts. */
static bool request_has_ranges(const Request *request) {
        for (size_t i = 0; i < request->n_pools; i++)
                if (request->pools[i]->size > 0)
                        return true;
        return false;
}

void request_exhausted(Request *request) {
        Pool *pool = request->pools[0];
        Action *action;

        if (!request_has_ranges(request)) {
                request->actions->verdict = VERDICT_UNKNOWN_CLIENT;
                return;
        }
        request->actions->verdict = VERDICT_POOL_EXHAUSTED;
        if (request->trace)
                return;
        pool->n_exhausted++;
        if (pool->warned_exhausted)
                return;
        action = actions_add(request->actions, ACTION_NOTICE);
        if (!action)
                return;
        action->notice.notice = NOTICE_POOL_EXHAUSTED;
        action->notice.pool = pool;
        action->notice.ifindex = request->metadata->ifindex;
        pool->warned_exhausted = true;
}
