/* SPDX-License-Identifier: MIT */

/* What comes of an answer. A hardware address that answers by ARP for a free one of our addresses
 * is believed, and the address set aside; until it answers for so many that it is put to the test
 * (proxy-arp.h). So it is with ICMP echo behind a relay, where nobody can tell who has answered:
 * what answers in one subnet is believed together, or not.
 *
 * Invariant: whatever hardware addresses claim together, no more than pool_claims_max() addresses
 * of a pool's ranges are set aside for it. Beyond that an answer counts for a minute and for the
 * client that is about to get the address: somebody who invents hardware addresses holds up
 * clients while he answers, and not for days after. */

#include <string.h>

#include "core/actions.h"
#include "core/decline-history.h"
#include "core/lease-table.h"
#include "core/lease.h"
#include "core/link-state.h"
#include "core/offer.h"
#include "core/plan.h"
#include "core/pool.h"
#include "core/probing.h"
#include "core/proxy-arp.h"
#include "core/proxy-claims.h"
#include "core/proxy-test.h"
#include "core/quarantine.h"
#include "core/resume.h"
#include "core/server-state.h"
#include "core/server.h"
#include "wire/protocol.h"

/* Free addresses that a hardware address answers for before it is put to the test. */
#define CLAIMS_BEFORE_TEST 3

/* Leases of one hardware address that are looked at to count what is set aside for it: a client may
 * have invented thousands of identities. */
#define CLAIM_LOOKS_MAX 256

/* One answer on its way through the server. */
typedef struct Claim {
        Server *server;
        ProbeWay way;
        uint32_t ifindex;
        const uint8_t *hardware; /* by echo what stands for it, see proxy-arp.h */
        ipv4_t address;
        Pool *pool;   /* that gives the address out, or NULL */
        Lease *lease; /* of the address, or NULL */
        usec_t now;
        Actions *actions;
} Claim;

static void claim_notify(const Claim *claim, Notice notice, Pool *pool) {
        Action *action = actions_add(claim->actions, ACTION_NOTICE);

        if (!action)
                return;
        action->notice.notice = notice;
        action->notice.pool = pool;
        action->notice.ifindex = claim->ifindex;
        action->notice.address = claim->address;
        action->notice.way = claim->way;
        if (claim->way == PROBE_BY_ARP)
                memcpy(action->notice.hardware, claim->hardware, ETHERNET_ADDRESS_SIZE);
        else
                action->notice.ifindex = 0;
}

/* ---- proxy ARP, and what is like it ---------------------------------------------------------- */

/* The pool in whose network the address is that nobody has. */
static Pool *claim_find_pool(const Claim *claim) {
        const Server *server = claim->server;
        const LinkState *link = links_find(server->links, server->n_links, claim->ifindex);

        for (size_t i = 0; claim->way == PROBE_BY_ECHO && i < server->plan->n_pools; i++)
                if (pool_is_of(server->plan->pools[i], claim->hardware))
                        return server->plan->pools[i];
        for (size_t i = 0; link && i < link->n_pools; i++)
                if (pool_contains(link->pools[i], claim->address))
                        return link->pools[i];
        return NULL;
}

static int claim_expose(const Claim *claim, ProxySuspect *suspect) {
        if (!suspect->told)
                claim_notify(claim, NOTICE_PROXY_ARP, claim_find_pool(claim));
        suspect->told = suspect->unfinished = claim->server->proxies.unfinished = true;
        return server_free_unfinished(claim->server, claim->now, claim->actions);
}

static void claim_ask(const Claim *claim, ipv4_t source, ipv4_t address) {
        Action *action = actions_add(claim->actions, ACTION_PROBE);

        if (!action)
                return;
        action->probe.way = claim->way;
        action->probe.ifindex = claim->way == PROBE_BY_ARP ? claim->ifindex : 0;
        action->probe.source = source;
        action->probe.address = address;
        /* seldom enough to be sent in any case */
        if (claim->way == PROBE_BY_ECHO)
                (void) prober_take_echo(&claim->server->prober, claim->now);
}

/* Return: whether a test is under way now. There is none where no address is left to ask for: then
 * the hardware address is believed. */
static bool claim_test(const Claim *claim) {
        Server *server = claim->server;
        const LinkState *link = links_find(server->links, server->n_links, claim->ifindex);
        const size_t n_wanted =
                claim->way == PROBE_BY_ECHO ? PROXY_ECHO_TEST_ADDRESSES : PROXY_TEST_ADDRESSES;
        ipv4_t tests[PROXY_ECHO_TEST_ADDRESSES], source;
        size_t n;

        if (proxy_suspect_is_tested(
                    proxy_table_find(&server->proxies, claim->ifindex, claim->hardware),
                    claim->now))
                return true;
        source = link ? link_address_in(&link->link, claim->pool->settings->subnet) : 0;
        if (source == 0 && claim->way == PROBE_BY_ARP)
                return false;
        n = server_draw_test(server, claim->pool, claim->hardware, claim->now, tests, n_wanted);
        if (n < PROXY_TEST_ADDRESSES)
                return false;
        proxy_table_begin(&server->proxies, claim->ifindex, claim->hardware, tests, n, claim->now);
        for (size_t i = 0; i < n; i++)
                claim_ask(claim, source, tests[i]);
        return true;
}

/* How many free addresses of its pool the hardware address has answered for, this one included, or
 * more. */
static size_t claim_count(const Claim *claim) {
        const LeaseTable *table = &claim->server->table;
        size_t n = prober_n_answers(&claim->server->prober, claim->hardware, claim->now),
               n_looks = 0;

        if (claim->way == PROBE_BY_ECHO)
                return n + claim->pool->n_claimed;
        for (const Lease *lease = lease_table_first_of_hardware(
                     table, claim->hardware, ETHERNET_ADDRESS_SIZE);
                lease && n_looks++ < CLAIM_LOOKS_MAX && n < CLAIMS_BEFORE_TEST;
                lease = lease_table_next_of_hardware(table, lease))
                n += lease_is_claimed_on(lease, claim->ifindex);
        return n;
}

/* Three, or all that a pool has left. */
static bool claim_is_suspicious(const Claim *claim) {
        const Pool *pool = claim->pool;
        size_t n_left = pool->size > pool->n_used ? pool->size - pool->n_used : 1;

        return claim_count(claim) >= MIN(n_left, (size_t) CLAIMS_BEFORE_TEST) &&
               proxy_suspect_is_due(
                       proxy_table_find(&claim->server->proxies, claim->ifindex, claim->hardware),
                       claim->now);
}

/* Whether the word of the hardware address counts. One that was a proxy has to pass a test before
 * it does again; what it answers meanwhile is asked again afterwards. */
static bool claim_is_credible(const Claim *claim) {
        ProxySuspect *suspect =
                proxy_table_find(&claim->server->proxies, claim->ifindex, claim->hardware);

        switch (proxy_suspect_judge(suspect, claim->now)) {
        case PROXY_TRUSTED:
                return true;
        case PROXY_DISTRUSTED:
                return false;
        case PROXY_DOUBTED:
                break;
        }
        if (!claim_test(claim))
                return true;
        prober_forget(&claim->server->prober, claim->address);
        return false;
}

/* ---- what follows from an answer ------------------------------------------------------------- */

/* A client that answers for an address it has, had, or is about to get is no conflict. */
static bool claim_is_rightful(const Claim *claim) {
        const LeaseRecord record = {
                .address = claim->address,
                .hardware = claim->hardware,
                .hardware_type = HARDWARE_ETHERNET,
                .hardware_size = ETHERNET_ADDRESS_SIZE,
        };

        return (claim->lease &&
                       lease_has_hardware(claim->lease, claim->hardware, ETHERNET_ADDRESS_SIZE)) ||
               plan_reserves_for(claim->server->plan, &record);
}

static int claim_set_aside(const Claim *claim) {
        Server *server = claim->server;
        const Lease *lease = claim->lease;
        LeaseRecord record = {
                .address = claim->address,
                .started = claim->now,
                .last_seen = claim->now,
                .n_declined = lease ? lease->n_declined
                                    : decline_history_get(&server->declines, claim->address),
                .version = lease ? lease->version : 0,
        };
        int r;

        if (claim->way == PROBE_BY_ARP) {
                record.hardware = claim->hardware;
                record.hardware_type = HARDWARE_ETHERNET;
                record.hardware_size = ETHERNET_ADDRESS_SIZE;
                record.ifindex = claim->ifindex;
        } else
                record.flags = LEASE_RELAYED;
        if (claim->pool->n_claimed * 2 < pool_claims_max(claim->pool))
                claim->pool->warned_half_claimed = false;
        r = server_quarantine(server, &record, claim->now, claim->actions);
        if (r < 0)
                return r;
        (void) decline_history_take(&server->declines, claim->address);
        prober_forget(&server->prober, claim->address);
        claim_notify(claim, NOTICE_CONFLICT, claim->pool);
        return 0;
}

/* The answer counts for now, and other addresses go first. */
static void claim_note(const Claim *claim) {
        Server *server = claim->server;

        pool_put_last(
                claim->pool, claim->address, lease_table_find(&server->table, claim->address));
        prober_note_answer(&server->prober, claim->address, claim->hardware, claim->now);
}

/* Half of the pool is set aside already. */
static void claim_note_beyond_half(const Claim *claim) {
        Server *server = claim->server;
        Pool *pool = claim->pool;

        if (claim->lease && claim->lease->state == LEASE_OFFERED)
                offer_end(server, claim->lease, claim->now);
        claim_note(claim);
        if (!pool->warned_half_claimed)
                claim_notify(claim, NOTICE_POOL_HALF_CLAIMED, pool);
        pool->warned_half_claimed = true;
}

/* Who waits for the address is told what has come out. */
static int claim_resume(const Claim *claim) {
        Server *server = claim->server;

        if (!prober_take_of(&server->prober, claim->address, &server->resumed))
                return 0;
        return server_resume(server, claim->now, claim->actions);
}

static int claim_honour(const Claim *claim) {
        Server *server = claim->server;
        int r;

        if (pool_may_set_aside(claim->pool, claim->address)) {
                r = claim_set_aside(claim);
                if (r < 0)
                        return r;
        } else if (prober_has_answer(&server->prober, claim->address, claim->hardware, claim->now))
                return 0; /* once more */
        else
                claim_note_beyond_half(claim);
        if (claim_is_suspicious(claim))
                (void) claim_test(claim);
        /* Whoever waited for this address gets another one. */
        return claim_resume(claim);
}

/* Somebody answers for a bound address that somebody waits for: another client that is about to get
 * it, see succession.c, or, with ConflictDetection=strict, its own client that is to be offered it
 * again. Who waits gets another one, unless it is the client itself that answers. */
static int claim_defend(const Claim *claim) {
        Server *server = claim->server;
        const bool rightful = claim_is_rightful(claim);

        /* another may answer yet */
        if (lease_has_hardware(claim->lease, claim->hardware, ETHERNET_ADDRESS_SIZE) &&
                prober_is_awaited_by(&server->prober, claim->address, claim->hardware))
                return 0;
        if (!rightful && !claim_is_credible(claim))
                return 0;
        prober_note_answer(&server->prober, claim->address, claim->hardware, claim->now);
        if (!rightful && claim_is_suspicious(claim))
                (void) claim_test(claim);
        return claim_resume(claim);
}

int server_handle_arp(Server *server, uint32_t ifindex, ipv4_t sender,
        const uint8_t hardware[static ETHERNET_ADDRESS_SIZE], usec_t now, Actions *actions) {
        ProxySuspect *suspect = proxy_table_find(&server->proxies, ifindex, hardware);
        const Claim claim = {
                .server = server,
                .way = PROBE_BY_ARP,
                .ifindex = ifindex,
                .hardware = hardware,
                .address = sender,
                .pool = plan_find_pool_of(server->plan, sender),
                .lease = lease_table_find(&server->table, sender),
                .now = now,
                .actions = actions,
        };

        if (server_has_address(server, sender))
                return 0;
        if (proxy_suspect_answer(suspect, sender, now) == PROXY_ANSWER_PROOF)
                return claim_expose(&claim, suspect);
        if (!claim.pool)
                return 0;
        if (claim.lease && claim.lease->state == LEASE_BOUND &&
                prober_judge(&server->prober, sender, now) == PROBE_PENDING)
                return claim_defend(&claim);
        if (claim_is_rightful(&claim)) {
                /* but the address is not clear for another */
                if (!claim.lease || lease_is_free(claim.lease))
                        prober_forget(&server->prober, sender);
                return 0;
        }
        /* A bound address is its client's to defend (RFC 5227 2.4); a quarantine goes on. */
        if (claim.lease && claim.lease->state != LEASE_OFFERED && !lease_is_free(claim.lease))
                return 0;
        return claim_is_credible(&claim) ? claim_honour(&claim) : 0;
}

/* An address that is free, but whose last client we remember. That one has most likely answered: it
 * has not heard that its lease is over, or has it again by now. The address is for nobody else now,
 * and stays that client's; set aside it would be nobody's. */
static int claim_leave_to_client(const Claim *claim) {
        if (!claim_is_credible(claim))
                return 0;
        claim_note(claim);
        if (claim_is_suspicious(claim))
                (void) claim_test(claim);
        return 0;
}

/* The address is set aside since somebody answers for it, and somebody still does. Whoever waited
 * to hear that nobody does is somebody else, or has not let go of the address yet. */
static int claim_confirm(const Claim *claim) {
        if (lease_is_claimed_unnamed(claim->lease))
                prober_note_answer(
                        &claim->server->prober, claim->address, claim->hardware, claim->now);
        return claim_resume(claim);
}

static int claim_follow_echo(const Claim *claim) {
        if (!claim->lease)
                return claim_is_credible(claim) ? claim_honour(claim) : 0;
        switch ((LeaseState) claim->lease->state) {
        case LEASE_OFFERED:
                return claim_is_credible(claim) ? claim_honour(claim) : 0;
        case LEASE_RELEASED:
        case LEASE_EXPIRED:
                return claim_leave_to_client(claim);
        case LEASE_DECLINED:
                return claim_confirm(claim);
        case LEASE_BOUND: /* it is there, as it should be */
        case LEASE_STATE_MAX:
        case LEASE_STATE_INVALID:
                break;
        }
        return 0;
}

int server_handle_echo(Server *server, ipv4_t address, usec_t now, Actions *actions) {
        ProxySuspect *suspect =
                proxy_table_find_test(&server->proxies, PROXY_ECHO_LINK, address, now);
        uint8_t hardware[ETHERNET_ADDRESS_SIZE];
        Claim claim = {
                .server = server,
                .way = PROBE_BY_ECHO,
                .ifindex = PROXY_ECHO_LINK,
                .hardware = hardware,
                .address = address,
                .pool = plan_find_pool_of(server->plan, address),
                .lease = lease_table_find(&server->table, address),
                .now = now,
                .actions = actions,
        };

        if (server_has_address(server, address))
                return 0;
        if (suspect) {
                memcpy(hardware, suspect->hardware, ETHERNET_ADDRESS_SIZE);
                if (proxy_suspect_answer(suspect, address, now) == PROXY_ANSWER_PROOF)
                        return claim_expose(&claim, suspect);
        }
        /* a subnet that is on a link of ours by now is asked by ARP */
        if (!claim.pool || claim.pool->n_links > 0)
                return 0;
        proxy_echo_hardware(claim.pool->settings->subnet, hardware);
        return claim_follow_echo(&claim);
}
