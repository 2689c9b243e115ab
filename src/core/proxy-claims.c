/* SPDX-License-Identifier: MIT */

/* Looks at proxies and leases; who is a proxy, claim.c finds out. */

#include "core/proxy-claims.h"

#include <string.h>

#include "basic/list.h"
#include "basic/macro.h"
#include "core/lease-table.h"
#include "core/probing.h"
#include "core/proxy-arp.h"
#include "core/quarantine.h"
#include "core/server-state.h"
#include "core/server.h"

bool lease_is_claimed_on(const Lease *lease, uint32_t ifindex) {
        return lease_is_claimed(lease) && (lease->ifindex == 0 || lease->ifindex == ifindex);
}

bool pool_is_of(const Pool *pool, const uint8_t hardware[static ETHERNET_ADDRESS_SIZE]) {
        uint8_t echo[ETHERNET_ADDRESS_SIZE];

        proxy_echo_hardware(pool->settings->subnet, echo);
        return memcmp(echo, hardware, ETHERNET_ADDRESS_SIZE) == 0;
}

/* Return: 1 when the quarantine is over, 0 when there was no room for that, -ENOMEM, -ENOBUFS. */
static int server_free_claim(Server *server, const Lease *lease, usec_t now, Actions *actions) {
        int r;

        if (actions->n_actions > ACTIONS_MAX / 2)
                return 0;
        r = server_lift_quarantine(server, lease, now, actions);
        return r < 0 ? r : 1;
}

static int server_free_unnamed_of(Server *server, Pool *pool, usec_t now, Actions *actions) {
        int r;

        LIST_FOREACH_SAFE (node, following, &pool->claimed) {
                const Lease *lease = CONTAINER_OF(node, Lease, in_pool);

                if (!lease_is_claimed_unnamed(lease))
                        continue;
                r = server_free_claim(server, lease, now, actions);
                if (r <= 0)
                        return r;
        }
        for (size_t i = 0; i < pool->n_reserved; i++) {
                const Lease *lease = lease_table_find(&server->table, pool->reserved[i]);

                if (!lease || !lease_is_claimed_unnamed(lease))
                        continue;
                r = server_free_claim(server, lease, now, actions);
                if (r <= 0)
                        return r;
        }
        return 1;
}

/* The same as server_free_claims() for those who answered ICMP echo in a subnet. What they have
 * answered for beyond half of a pool counts no more, either. */
static int server_free_unnamed(
        Server *server, ProxySuspect *suspect, usec_t now, Actions *actions) {
        int r;

        for (size_t i = 0; i < server->plan->n_pools; i++) {
                if (!pool_is_of(server->plan->pools[i], suspect->hardware))
                        continue;
                r = server_free_unnamed_of(server, server->plan->pools[i], now, actions);
                if (r <= 0)
                        return r;
        }
        prober_forget_answers(&server->prober, suspect->hardware);
        suspect->unfinished = false;
        return 0;
}

/* What clients have been moved from by the word of a proxy, see request_give_up(), a moment ago: it
 * is put to the test when it has answered for three.
 *
 * Return: 1 when that was all, 0 when there is no room for more, negative errno. */
static int server_free_disputed(
        Server *server, const ProxySuspect *suspect, usec_t now, Actions *actions) {
        size_t cursor = 0;
        ipv4_t address;
        int r;

        while (prober_next_answer(&server->prober, suspect->hardware, &cursor, &address)) {
                const Lease *lease = lease_table_find(&server->table, address);

                if (!lease || lease->state != LEASE_DECLINED || lease_is_claimed(lease))
                        continue;
                r = server_free_claim(server, lease, now, actions);
                if (r <= 0)
                        return r;
        }
        prober_forget_answers(&server->prober, suspect->hardware);
        return 1;
}

/* As many as there is room for; suspect->unfinished says whether that was all. */
static int server_free_claims(Server *server, ProxySuspect *suspect, usec_t now, Actions *actions) {
        const LeaseTable *table = &server->table;
        Lease *lease = lease_table_first_of_hardware(
                      table, suspect->hardware, ETHERNET_ADDRESS_SIZE),
              *next;
        int r;

        r = server_free_disputed(server, suspect, now, actions);
        if (r <= 0)
                return r;
        for (; lease; lease = next) {
                next = lease_table_next_of_hardware(table, lease);
                if (!lease_is_claimed_on(lease, suspect->ifindex))
                        continue;
                r = server_free_claim(server, lease, now, actions);
                if (r <= 0)
                        return r;
        }
        suspect->unfinished = false;
        return 0;
}

int server_free_unfinished(Server *server, usec_t now, Actions *actions) {
        ProxyTable *proxies = &server->proxies;
        bool unfinished = false;
        int r;

        for (size_t i = 0; proxies->unfinished && i < PROXY_SUSPECTS_MAX; i++) {
                ProxySuspect *suspect = &proxies->suspects[i];

                if (!suspect->unfinished)
                        continue;
                r = suspect->ifindex == PROXY_ECHO_LINK
                            ? server_free_unnamed(server, suspect, now, actions)
                            : server_free_claims(server, suspect, now, actions);
                if (r < 0)
                        return r;
                unfinished = unfinished || suspect->unfinished;
        }
        proxies->unfinished = unfinished;
        return 0;
}

static const ProxySuspect *next_proxy(
        const Server *server, size_t *cursor, usec_t now, bool by_echo) {
        while (*cursor < PROXY_SUSPECTS_MAX) {
                const ProxySuspect *suspect = &server->proxies.suspects[(*cursor)++];

                if (now < suspect->distrusted_until &&
                        (suspect->ifindex == PROXY_ECHO_LINK) == by_echo)
                        return suspect;
        }
        return NULL;
}

bool server_next_proxy(const Server *server, size_t *cursor, usec_t now, ProxyArp *ret) {
        const ProxySuspect *suspect = next_proxy(server, cursor, now, false);

        if (!suspect)
                return false;
        ret->ifindex = suspect->ifindex;
        memcpy(ret->hardware, suspect->hardware, ETHERNET_ADDRESS_SIZE);
        ret->until = suspect->distrusted_until;
        return true;
}

bool server_next_echo_proxy(const Server *server, size_t *cursor, usec_t now, EchoProxy *ret) {
        const ProxySuspect *suspect = next_proxy(server, cursor, now, true);

        if (!suspect)
                return false;
        ret->subnet = proxy_echo_subnet(suspect->hardware);
        ret->until = suspect->distrusted_until;
        return true;
}
