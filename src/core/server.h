/* SPDX-License-Identifier: MIT */
#pragma once

/* The server's mind: packets, time and an administrator's wishes in, actions out. Pure: it reads no
 * clock, opens no socket, draws no random number that was not seeded, and allocates nothing per
 * packet beyond the amortised growth of its tables.
 *
 * Times are CLOCK_BOOTTIME microseconds. A packet that is dropped is no error: the call returns 0
 * and actions->verdict names the reason. Negative errno is for real failures alone (-ENOMEM).
 *
 * Commits: every change that must reach the lease file gets a commit id and an undo record. Until
 * the caller says server_commit_done() the change can be taken back by server_commit_undo(), newest
 * first. What follows from a commit comes after it in the same call: whoever is refused an address
 * has lost none. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/ipv4.h"
#include "basic/time.h"
#include "core/actions.h"
#include "core/lease-table.h"
#include "core/lease.h"
#include "core/pool.h"
#include "core/settings.h"
#include "core/verdict.h"
#include "wire/datagram.h"
#include "wire/link.h"

typedef struct Server Server;

/* A device that answers by ARP for addresses that nobody has. */
typedef struct ProxyArp {
        uint32_t ifindex; /* of the link where it does */
        uint8_t hardware[ETHERNET_ADDRESS_SIZE];
        usec_t until; /* CLOCK_BOOTTIME; when it may be believed again */
} ProxyArp;

/* A subnet behind a relay of which addresses that nobody has answer ICMP echo. */
typedef struct EchoProxy {
        Ipv4Prefix subnet;
        usec_t until; /* as above */
} EchoProxy;

enum {
        /* an ACK, NAK or OFFER needs two actions, a take-over of leases a few more */
        SERVER_ADVANCE_MAX = 32, /* leases that one server_advance() call lets expire */
};

/**
 * server_new() - a server without configuration, links or leases.
 *
 * @seed: secret for hash functions and jitter; take it from getrandom()
 * Return: 0, -ENOMEM.
 */
int server_new(Server **ret, const uint8_t seed[static 16]);

/**
 * server_free() - frees the server with its leases, pools and settings. Return: NULL.
 */
Server *server_free(Server *server);

/**
 * server_configure_take() - serves by these settings from now on. Pools are built anew and all
 * leases attached to them; leases outside are kept until they end. O(leases + free leases *
 * log(free leases) + addresses of the ranges / 64).
 *
 * @settings: belongs to the server on success
 * @ret_n_orphans: may be NULL; bound leases that no pool holds any more
 * Return: 0, -ENOMEM with the old settings in force.
 */
int server_configure_take(Server *server, Settings *settings, size_t *ret_n_orphans);

/**
 * server_get_settings() - the settings in force, or NULL before the first configuration.
 */
const Settings *server_get_settings(const Server *server);

/**
 * server_count_settings() - how many settings have been put in force, those of now included.
 */
uint64_t server_count_settings(const Server *server);

/**
 * server_set_links() - tells all interfaces; those not named are gone.
 *
 * @links: @n links, copied
 * Return: 0, -ENOMEM.
 */
int server_set_links(Server *server, const Link *links, size_t n);

/**
 * server_set_bound_link() - tells that the socket hears one interface alone, or what is part of it
 * (a VRF); all others are there, but nobody on them is served.
 *
 * @ifindex: 0 = all are heard; may be of an interface that is gone
 */
void server_set_bound_link(Server *server, uint32_t ifindex);

/**
 * server_get_bound_link() - that interface, 0 = all.
 */
uint32_t server_get_bound_link(const Server *server);

/**
 * server_link_is_heard() - whether what comes in on a link reaches the socket.
 */
bool server_link_is_heard(const Server *server, const Link *link);

/**
 * server_find_link() - an interface by index, or NULL; borrowed until the links are set anew.
 */
const Link *server_find_link(const Server *server, uint32_t ifindex);

/**
 * server_link_at() - the interface at a position from 0, or NULL behind the last one; borrowed
 * until the links are set anew.
 */
const Link *server_link_at(const Server *server, size_t position);

/**
 * server_link_is_served() - whether a pool is in force for clients on this link, and they are
 * heard.
 */
bool server_link_is_served(const Server *server, uint32_t ifindex);

/**
 * server_link_is_meant_for() - whether this pool, too, is in force for clients on this link, should
 * they be heard.
 */
bool server_link_is_meant_for(const Server *server, uint32_t ifindex, const Pool *pool);

/**
 * server_find_host_pool() - the pool that a host of the settings in force belongs to: that of
 * Pool=, or the one that Address= lies in; NULL for any, or when there is none. O(pools).
 */
const Pool *server_find_host_pool(const Server *server, const HostSettings *host);

/**
 * server_handle_packet() - one datagram.
 *
 * @packet: @size bytes of UDP payload, borrowed for the call
 * @actions: what to do is appended; there must be room for 16 actions (actions_reset() before)
 * Return: 0, -ENOMEM (with VERDICT_NO_MEMORY and nothing changed).
 */
int server_handle_packet(Server *server, const uint8_t *packet, size_t size,
        const PacketMetadata *metadata, usec_t now, Actions *actions);

/**
 * server_handle_arp() - an ARP packet seen on a link: somebody answers for `sender`.
 *
 * An address that is free or only offered goes into quarantine, unless it is its own client that
 * answers; a message that waits for it is handled with the next address. Bound addresses are their
 * clients' to defend. Who answers for several is put to the test, and who answers for every address
 * is not believed; see claim.c.
 *
 * @hardware: the sender's Ethernet address
 * @actions: as for server_handle_packet()
 * Return: 0, -ENOMEM; what is in @actions has happened all the same, and a message that waits is
 * left to server_advance().
 */
int server_handle_arp(Server *server, uint32_t ifindex, ipv4_t sender,
        const uint8_t hardware[static ETHERNET_ADDRESS_SIZE], usec_t now, Actions *actions);

/**
 * server_handle_echo() - somebody has answered an ICMP echo to an address that was asked for.
 *
 * As server_handle_arp(), but nobody can tell who it was. An address that was free or only offered
 * goes into quarantine; one that is free and whose last client is remembered is for nobody else for
 * a minute. What answers in one subnet is put to the test together.
 *
 * @actions: as for server_handle_packet()
 * Return: as server_handle_arp().
 */
int server_handle_echo(Server *server, ipv4_t address, usec_t now, Actions *actions);

/**
 * server_next_proxy() - one after the other of the devices that answer by ARP for addresses that
 * nobody has; while they are found, their answers count for nothing.
 *
 * @cursor: 0 to start
 * Return: whether there is another one.
 */
bool server_next_proxy(const Server *server, size_t *cursor, usec_t now, ProxyArp *ret);

/**
 * server_next_echo_proxy() - the same for subnets behind relays.
 */
bool server_next_echo_proxy(const Server *server, size_t *cursor, usec_t now, EchoProxy *ret);

/**
 * server_advance() - lets end what has ended by now: offers, leases, quarantines; and handles the
 * messages whose address has been clear for long enough. At most SERVER_ADVANCE_MAX things a call;
 * server_next_deadline() tells whether there is more.
 *
 * Return: 0, -ENOMEM; what is in @actions has happened all the same.
 */
int server_advance(Server *server, usec_t now, Actions *actions);

/**
 * server_next_deadline() - when server_advance() has something to do, USEC_INFINITY for never.
 */
usec_t server_next_deadline(const Server *server);

/**
 * server_load_begin() - says how many leases are about to be loaded, roughly: it saves growing step
 * by step, which costs as much as the loading itself. Need not be called.
 *
 * Return: 0, -ENOMEM.
 */
int server_load_begin(Server *server, size_t n_expected);

/**
 * server_load_lease() - a row of the lease file, without a commit. The last call for an address
 * wins, and of two bindings of a client in one pool the last as well; a released record without
 * client identifier means that there is no lease.
 *
 * @record: copied; state is not LEASE_OFFERED; a bound lease whose end has passed becomes expired
 * Return: 0, -ENOMEM.
 */
int server_load_lease(Server *server, const LeaseRecord *record, usec_t now);

/**
 * server_load_done() - puts the free leases in the order in which they became free, and has pools
 * that are in use go on anywhere, see pool_begin_anywhere(); to be called once after the last
 * server_load_lease(). O(n log n) in the free leases.
 *
 * Return: 0, -ENOMEM.
 */
int server_load_done(Server *server);

/**
 * server_set_lease_version() - remembers the tag that the lease's row was written with.
 */
void server_set_lease_version(Server *server, Lease *lease, uint64_t version);

/**
 * server_commit_done() - all commits up to @id are durable: their undo records go.
 */
void server_commit_done(Server *server, uint64_t id);

/**
 * server_commit_undo() - takes back all commits from @id on, newest first. Leases are as they were.
 */
void server_commit_undo(Server *server, uint64_t id);

/**
 * server_last_commit() - the id of the newest commit, 0 when there was none.
 */
uint64_t server_last_commit(const Server *server);

/**
 * server_get_table() - the leases, to look at; borrowed.
 */
const LeaseTable *server_get_table(const Server *server);

/**
 * server_get_pools() - the pools in the order of the configuration; borrowed until it changes.
 */
Pool *const *server_get_pools(const Server *server, size_t *ret_n);

/**
 * server_find_pool() - a pool by name, or NULL.
 */
Pool *server_find_pool(const Server *server, const char *name);

/**
 * server_counter() - how many packets got a verdict.
 */
uint64_t server_counter(const Server *server, Verdict verdict);

/**
 * server_message_counter() - how many well-formed messages of a type came in.
 */
uint64_t server_message_counter(const Server *server, DhcpMessageType type);

/**
 * server_count() - counts a verdict that was given outside of the core (VERDICT_TOO_OLD,
 * VERDICT_NO_LEASE_FILE).
 */
void server_count(Server *server, Verdict verdict);

/**
 * server_reset_counters() - all counters to zero.
 */
void server_reset_counters(Server *server);

DEFINE_POINTER_CLEANUP(Server, server_free);
