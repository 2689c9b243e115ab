/* SPDX-License-Identifier: MIT */
#pragma once

/* What the files of the server share: the server itself, and the request that is being handled.
 * Nobody outside of this folder includes it. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/actions.h"
#include "core/binding.h"
#include "core/budget.h"
#include "core/clones.h"
#include "core/commit.h"
#include "core/decline-history.h"
#include "core/holder.h"
#include "core/lease-table.h"
#include "core/plan.h"
#include "core/probing.h"
#include "core/proxy-arp.h"
#include "core/quarantine.h"
#include "core/rate-limit.h"
#include "core/reply-cache.h"
#include "core/sender.h"
#include "core/server.h"
#include "core/silence.h"
#include "core/standing.h"
#include "core/succession.h"
#include "core/trace.h"
#include "core/transaction.h"
#include "wire/client-id.h"
#include "wire/message.h"

#define HOSTNAME_SIZE_MAX 255

#define OFFER_USEC (30 * USEC_PER_SEC)

/* What an administrator has been told of a link; once, until the configuration changes. */
typedef struct LinkWarnings {
        bool no_pool;
        bool other_link;
        bool untrusted_relay;
        bool no_address;
} LinkWarnings;

/* Offers at a time, in all pools together: 16,000 new clients a second, more than ever switch on at
 * once, each with the 4 s that it waits before it repeats its DISCOVER (RFC 2131 4.1) and has no
 * more use for the offer. They take less than 24 MB. */
#define OFFERS_MAX 65536

/* An interface, and what serves it. */
typedef struct LinkState {
        Link link;
        Pool **pools; /* whose messages may come in here, in the order of the configuration, but
                         those first in whose subnets we have an address on this link */
        size_t n_pools;
        size_t n_direct; /* of them, for clients that are on the link themselves */
        size_t n_own;    /* of them, with an address of ours */
        LinkWarnings warned;
        bool heard; /* a message that is for servers has come in here */
} LinkState;

struct Server {
        uint8_t seed[16];
        LeaseTable table;
        CommitLog commits;
        Plan *plan;       /* NULL before the first configuration */
        uint64_t n_plans; /* that there have been */
        LinkState *links;
        size_t n_links;
        uint32_t bound_link; /* the only one that is heard, 0 = all are */
        Pool **scope; /* room for twice as many pools as there are, for the request under way */
        RateLimiter rate_limiter;
        CloneWatch clones;
        ReplyCache reply_cache;
        SilenceMemory silences;
        DeclineHistory declines;
        SuccessionTable successions;
        Prober prober;
        ProxyTable proxies;
        Pool *most_offered; /* the pool that has most offers, as far as has been noticed, or NULL */
        WaitingMessage resumed; /* the one under way */
        MessageView message;    /* the one under way; too large for the stack of a small daemon */
        ClientId sent_id;       /* with request->by_hardware: what its client sent, */
        ClientId hardware_id;   /* and what it is known by */
        uint64_t counters[VERDICT_MAX];
        uint64_t message_counters[DHCP_MESSAGE_TYPE_MAX];
};

/* One message on its way through the server. */
struct Request {
        Server *server;
        const MessageView *message;
        const PacketMetadata *metadata;
        usec_t now;
        Actions *actions;
        Trace *trace; /* NULL, or this is a dry run: nothing may be changed */

        LinkState *link;      /* where it came in */
        ClientId client;      /* see request_identify() */
        bool by_hardware;     /* that is: the pool ignores client identifiers */
        uint64_t client_hash; /* of the lease table, for everybody who needs one */
        uint64_t bucket;      /* that has paid for the message, 0 = none yet */
        size_t hostname_size;
        char hostname[HOSTNAME_SIZE_MAX + 1]; /* sanitised; of the host if it has one */

        SenderRole role;
        const uint8_t *relay_agent; /* option 82 as far as it counts: of this message, or what was
                                       remembered with the sender's lease; NULL = none */
        size_t relay_agent_size;
        Pool **pools;   /* which may serve the client, in order */
        size_t n_pools; /* of them; behind these, up to n_scope, pools of the same network that are
                           closed to the client: it has one lease in all of them together */
        size_t n_scope;
        bool again;       /* has waited for its address */
        ipv4_t disputed;  /* was the client's, but another machine has answered for it; 0 = none */
        const Host *host; /* that the client is, as far as these pools go */
        bool known;       /* some host is identified by what the client sent */
};

/* server.c */

/**
 * request_handle() - one message, once it has been read. Sets actions->verdict.
 *
 * Return: 0, -ENOMEM, -ENOBUFS; something may have been changed then.
 */
int request_handle(Request *request);

/**
 * server_handle_again() - handles a message that has waited; neither counted nor limited anew but
 * for its verdict. Return: as server_handle_packet().
 */
int server_handle_again(Server *server, const uint8_t *packet, size_t size,
        const PacketMetadata *metadata, usec_t now, Actions *actions);

/* load.c */

/**
 * server_sort_room() - how many leases plan_sort_leases() has to have room for.
 */
size_t server_sort_room(const Server *server);

/**
 * plan_sort_leases() - puts what is free or offered in the order in which it became so, after
 * leases have entered the pools in another. O(n log n) in these.
 *
 * @room: scratch space for server_sort_room() leases
 */
void plan_sort_leases(const Plan *plan, Lease **room);

/* conflict.c */

/**
 * request_probe_way() - how addresses of a pool are asked for where the client is: by ARP on its
 * link, by ICMP echo behind its relay. PROBE_NO_WAY when they are not to be asked for, or cannot.
 */
ProbeWay request_probe_way(const Request *request, const Pool *pool);

/**
 * request_must_wait() - asks for an address that is held for the client, if need be, and for those
 * that come next. To be called once the address is held.
 *
 * Return: whether the message has been kept until the address is clear.
 */
bool request_must_wait(Request *request, ipv4_t address, const Pool *pool);

/**
 * request_must_wait_for_holder() - the same before a client that boots is told whether it keeps the
 * address it had: asks for the one that is reserved for it, where that is left over from another
 * machine, see request_find_left_over().
 *
 * Return: whether the message has been kept, or is one too many; the verdict is set then.
 */
bool request_must_wait_for_holder(Request *request);

/**
 * request_is_disputed() - whether another machine than its client has just answered for an address
 * that is bound to the client and is to be offered to it again. It is only asked for with
 * ConflictDetection=strict.
 */
bool request_is_disputed(const Request *request, ipv4_t address, const Pool *pool);

/**
 * request_give_up() - puts such an address in quarantine, as its client's DECLINE would, unless so
 * much of the pool is set aside already that the client is only to get another one.
 * Return: 0, -ENOMEM, -ENOBUFS.
 */
int request_give_up(Request *request, ipv4_t address, Pool *pool);

/**
 * request_is_put_off() - whether a client behind a relay that asks for an address has to wait until
 * it is known whether somebody still has it, since somebody has answered for it whom nobody can
 * name. Asks for the address and keeps the message, or drops it: sets the verdict.
 */
bool request_is_put_off(Request *request, ipv4_t address);

/**
 * server_resume() - handles server->resumed, whose waiting is over.
 * Return: as server_handle_packet().
 */
int server_resume(Server *server, usec_t now, Actions *actions);

/**
 * server_resume_due() - handles messages that have waited enough, as many as there is room for.
 * Return: as server_handle_packet().
 */
int server_resume_due(Server *server, usec_t now, Actions *actions);

/* claim.c */

/**
 * server_free_unfinished() - goes on to end quarantines by the word of proxies, as many as there is
 * room for. Return: 0, -ENOMEM, -ENOBUFS.
 */
int server_free_unfinished(Server *server, usec_t now, Actions *actions);

/* proxy-test.c */

/**
 * server_draw_test() - addresses of a pool's subnet that nobody has, as far as we know: outside of
 * all ranges, else never used or not for longest. O(1) looks, each O(log n).
 *
 * @hardware: of the device that is to be put to the test, or what stands for it
 * @ret: room for @n addresses
 * Return: how many there are, up to @n.
 */
size_t server_draw_test(const Server *server, const Pool *pool,
        const uint8_t hardware[static ETHERNET_ADDRESS_SIZE], usec_t now, ipv4_t *ret, size_t n);

/* link-state.c */

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

/* notice.c */

/**
 * request_notice() - appends a notice about the message, unless this is a dry run.
 *
 * @pool: or NULL
 * @address: or 0
 * Return: whether there was room for it.
 */
bool request_notice(Request *request, Notice notice, Pool *pool, ipv4_t address);

/**
 * request_notice_hardware() - the same about a lease that has gone over to other hardware.
 *
 * @hardware: where it is now
 * @other: where it was
 */
bool request_notice_hardware(Request *request, Notice notice, Pool *pool, ipv4_t address,
        const uint8_t hardware[static ETHERNET_ADDRESS_SIZE],
        const uint8_t other[static ETHERNET_ADDRESS_SIZE]);

/* identity.c */

/**
 * request_identify() - where the pools that the sender may use ignore client identifiers, makes the
 * client the one whose hardware address the message has. To be called when the request's pools are
 * known, before anything is looked up by its client.
 */
void request_identify(Request *request);

/**
 * request_sent_identity() - who the client says it is: option 61, else its hardware address.
 */
static inline const ClientId *request_sent_identity(const Request *request) {
        return request->by_hardware ? &request->server->sent_id : &request->client;
}

/**
 * request_kept_identity() - by what the client is known in leases that are given to it.
 */
static inline const ClientId *request_kept_identity(const Request *request) {
        return request->by_hardware ? &request->server->hardware_id : &request->client;
}

/* select.c */

/**
 * request_select() - finds the pools that may serve the client, and the host that it is.
 *
 * Return: true, or false with actions->verdict set.
 */
bool request_select(Request *request);

/**
 * request_find_pool_by_subnet() - the first of the request's pools whose subnet holds an address,
 * or NULL.
 */
Pool *request_find_pool_by_subnet(const Request *request, ipv4_t address);

/**
 * request_keep_pools() - leaves those pools open to the client that pass a test.
 */
void request_keep_pools(
        Request *request, bool (*is_open)(const Request *request, const Pool *pool));

/**
 * request_is_in_scope() - whether a lease is in the network that the request is about: in one of
 * its pools, open to the client or not, or in the subnet of one.
 */
bool request_is_in_scope(const Request *request, const Lease *lease);

/**
 * request_has_pool() - whether a pool is open to the client.
 */
bool request_has_pool(const Request *request, const Pool *pool);

/**
 * request_may_use() - whether a lease belongs to a pool that is open to the client.
 */
bool request_may_use(const Request *request, const Lease *lease);

/**
 * request_server_id() - what option 54 says: the identifier that the client named if it is ours,
 * the relay's override (RFC 5107), or our address.
 */
ipv4_t request_server_id(const Request *request, const Pool *pool);

/**
 * request_get_override() - the server identifier that a relay puts in the place of ours.
 *
 * Return: 0, -ENODATA when there is none, -EBADMSG.
 */
int request_get_override(const Request *request, ipv4_t *ret);

/**
 * request_names_us() - whether the message's option 54 is ours.
 *
 * Return: 1, 0 when it names another server, -ENODATA when it is absent, -EBADMSG when malformed.
 */
int request_names_us(const Request *request);

/**
 * request_first_lease() - the client's first lease, in whatever pool; go on with
 * lease_table_next_of_client(). O(1).
 */
Lease *request_first_lease(const Request *request);

/**
 * request_first_own() - the first of all leases that are the client's, or NULL: those of its
 * identifier, or, where that is ignored, of its hardware address under whatever identifier. O(1).
 */
static inline Lease *request_first_own(const Request *request) {
        if (!request->by_hardware)
                return request_first_lease(request);
        return lease_table_first_of_hardware(
                &request->server->table, request->message->chaddr, request->message->hlen);
}

/**
 * request_next_own() - the next one, or NULL.
 */
static inline Lease *request_next_own(const Request *request, const Lease *lease) {
        if (!request->by_hardware)
                return lease_table_next_of_client(&request->server->table, lease);
        return lease_table_next_of_hardware(&request->server->table, lease);
}

/* server-address.c */

/**
 * request_server_address() - our address as clients of a pool reach it.
 *
 * ServerAddress= if it is ours; else our main address in the pool's subnet on the arrival link; for
 * a subnet that the link does not hold, the address that the message was sent to, or the link's
 * first.
 */
ipv4_t request_server_address(const Request *request, const Pool *pool);

/**
 * request_check_server_address() - adds a notice, once, when a pool's ServerAddress= is no address
 * of this machine.
 */
void request_check_server_address(Request *request, Pool *pool);

/* other-range.c */

/**
 * request_is_others() - whether another server gives an address out in the network that the request
 * is about (OtherRange=).
 */
bool request_is_others(const Request *request, ipv4_t address);

/* allocation.c */

/**
 * request_has_record() - whether anything is known of the client in the networks where it can be:
 * a lease, also one that is over, or an address that is reserved for it.
 *
 * @address: that it asks for; who answers for one that is set aside is known by that
 */
bool request_has_record(const Request *request, ipv4_t address);

/**
 * request_find_lease() - the client's lease in one of some states that serves the client best: the
 * newest of those that it may use, or NULL.
 *
 * @states: a bit for each LeaseState
 */
Lease *request_find_lease(const Request *request, unsigned states);

/**
 * request_fill_record() - the client's values for a lease. What the old one has and the message
 * does not say stays.
 *
 * @old: the lease of the address, or NULL
 * @kept: the client, of request_kept_identity(); the record borrows it
 */
void request_fill_record(const Request *request, ipv4_t address, const Lease *old,
        const ClientId *kept, LeaseRecord *ret);

/**
 * request_find_binding() - the client's bound lease in the request's pools, or NULL.
 */
Lease *request_find_binding(const Request *request);

/**
 * request_choose_address() - the address that the client is to be offered.
 *
 * Return: 0, -ENOENT when every pool is exhausted.
 */
int request_choose_address(const Request *request, ipv4_t *ret_address, Pool **ret_pool);

/* binding.c */

/**
 * request_find_own() - the client's own binding of an address in the networks where it can be, or
 * NULL.
 */
Lease *request_find_own(const Request *request, ipv4_t address);

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

/* other-server.c */

/**
 * request_note_other_server() - the message is for a server that is not ours: says so in the
 * actions.
 *
 * @address: that the client gets there
 */
void request_note_other_server(Request *request, ipv4_t address);

/**
 * request_note_answer() - the same for an answer that came to us as if we were a relay; nothing
 * happens when it is none, is our own, or is for a network that we do not serve.
 */
void request_note_answer(Request *request);

/* times.c */

/**
 * request_lifetime() - how long the client may have an address of a pool: whole seconds or
 * USEC_INFINITY.
 */
usec_t request_lifetime(const Request *request, const Pool *pool);

/**
 * request_renewal_times() - T1 and T2 of a finite lease, in seconds; the same each time.
 *
 * Return: whether there are such times: 0 < T1 < T2 < lease.
 */
bool request_renewal_times(
        const Request *request, usec_t lifetime, uint32_t *ret_t1, uint32_t *ret_t2);

/**
 * lifetime_to_wire() - a lifetime as options 51, 58 and 59 have it.
 */
uint32_t lifetime_to_wire(usec_t lifetime) _const_;

/* destination.c */

/**
 * request_destination() - where the reply goes.
 *
 * @pool: that answers
 * @yiaddr: 0 when the reply gives no address
 */
void request_destination(const Request *request, const Pool *pool, DhcpMessageType type,
        ipv4_t yiaddr, Destination *ret);

/* reply.c */

/**
 * request_reply() - writes a reply and appends its ACTION_SEND.
 *
 * @type: DHCP_OFFER, DHCP_ACK, or DHCP_BOOTP
 * @address: yiaddr; 0 answers an INFORM
 * @lifetime: of the lease
 * @after_commit: 0 = may leave at once
 * Return: 0, -ENOBUFS when the queue has no room.
 */
int request_reply(Request *request, DhcpMessageType type, Pool *pool, ipv4_t address,
        usec_t lifetime, uint64_t after_commit);

/**
 * request_refuse() - writes a NAK and appends its ACTION_SEND.
 *
 * @address: that the client asked for
 * @reason: for option 56
 * Return: 0, -ENOBUFS when the queue has no room.
 */
int request_refuse(Request *request, ipv4_t address, const char *reason);

/* discover.c */

/**
 * request_exhausted() - sets the verdict and, once until there is an address again, adds a notice.
 */
void request_exhausted(Request *request);

/* One function per message: discover.c, request.c, decline.c, release.c, inform.c, bootp.c. Each
 * sets actions->verdict. Return: 0, -ENOMEM, -ENOBUFS. */
int request_handle_discover(Request *request);
int request_handle_request(Request *request);
int request_handle_decline(Request *request);
int request_handle_release(Request *request);
int request_handle_inform(Request *request);
int request_handle_bootp(Request *request);

/* grant.c */

/**
 * server_find_other_bindings() - bound leases of the record's client at other addresses in the
 * subnet of the pool that the record's address belongs to.
 */
OtherBindings server_find_other_bindings(const Server *server, const LeaseRecord *record);

/**
 * server_grant() - binds an address as the record says, whoever had it, and ends its client's other
 * bindings.
 *
 * @others: of server_find_other_bindings()
 * Return: as server_bind().
 */
int server_grant(Server *server, const LeaseRecord *wanted, const OtherBindings *others, usec_t now,
        Actions *actions);
