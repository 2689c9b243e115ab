/* SPDX-License-Identifier: MIT */

/* A flood of DISCOVERs, each of another client: what it may hold is bounded, honest clients are
 * served, other pools notice nothing, and afterwards its memory is given back. */

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "core/offer.h"
#include "core/server-state.h"
#include "invariants.h"
#include "test.h"
#include "wire/builder.h"

enum {
        WIDE_LINK = 2,
        SMALL_LINK = 3,
        FLOOD_PER_SECOND = 20000,
        HONEST = 1 << 24, /* clients from here on are honest */
};

#define WIDE UINT32_C(0x0a000000)
#define SMALL UINT32_C(0xc0a80100)
#define BEGIN (1000 * USEC_PER_SEC)

static Actions actions;

static void add_pool(
        Settings *settings, const char *name, Ipv4Prefix subnet, ipv4_t first, ipv4_t last) {
        PoolSettings *pool;

        ck_assert_int_eq(pool_settings_new(&pool, name), 0);
        pool->subnet = subnet;
        pool->ranges = malloc(sizeof(*pool->ranges));
        ck_assert_ptr_nonnull(pool->ranges);
        pool->ranges[0] = (Ipv4Range){first, last};
        pool->n_ranges = 1;
        pool->conflict_detection = CONFLICT_DETECTION_OFF;
        ck_assert_int_eq(settings_add_pool_take(settings, pool), 0);
}

static void configure(Server *server, bool wide) {
        Settings *settings;

        ck_assert_int_eq(settings_new(&settings), 0);
        settings->rate_limit = 0;
        if (wide)
                add_pool(settings, "wide", (Ipv4Prefix){WIDE, 8}, WIDE + 256, WIDE + 0xfffffe);
        add_pool(settings, "small", (Ipv4Prefix){SMALL, 24}, SMALL + 100, SMALL + 200);
        ck_assert_int_eq(server_configure_take(server, settings, NULL), 0);
}

static Server *new_server(void) {
        static const Link links[] = {
                {.ifindex = WIDE_LINK,
                        .hardware_type = HARDWARE_ETHERNET,
                        .n_addresses = 1,
                        .addresses = {{WIDE + 1, 8}}},
                {.ifindex = SMALL_LINK,
                        .hardware_type = HARDWARE_ETHERNET,
                        .n_addresses = 1,
                        .addresses = {{SMALL + 1, 24}}},
        };
        Server *server;

        ck_assert_int_eq(server_new(&server, (const uint8_t *) "0123456789abcdef"), 0);
        ck_assert_int_eq(server_set_links(server, links, ELEMENTSOF(links)), 0);
        configure(server, true);
        return server;
}

/* Hundreds of thousands of times: check's own assertions take longer than what they look at. */
#define EXPECT(condition)                                                                          \
        do {                                                                                       \
                if (!(condition))                                                                  \
                        ck_abort_msg("%s", #condition);                                            \
        } while (0)

/* @address: 0 for a DISCOVER. */
static void send_message(
        Server *server, uint32_t ifindex, uint32_t client, ipv4_t address, usec_t now) {
        const PacketMetadata metadata = {.ifindex = ifindex, .broadcast = true};
        const uint8_t chaddr[DHCP_CHADDR_SIZE] = {2, 0, (uint8_t) (client >> 24),
                (uint8_t) (client >> 16), (uint8_t) (client >> 8), (uint8_t) client};
        const MessageHeader header = {.op = BOOTREQUEST, .htype = 1, .hlen = 6, .chaddr = chaddr};
        const ipv4_t us = ifindex == WIDE_LINK ? WIDE + 1 : SMALL + 1;
        MessageBuilder builder;
        uint8_t packet[576];

        EXPECT(message_builder_init(&builder, packet, sizeof(packet), sizeof(packet), &header) ==
                0);
        (void) message_builder_add_u8(
                &builder, DHCP_OPTION_MESSAGE_TYPE, address ? DHCP_REQUEST : DHCP_DISCOVER);
        if (address) {
                (void) message_builder_add_u32(&builder, DHCP_OPTION_SERVER_ID, us);
                (void) message_builder_add_u32(&builder, DHCP_OPTION_REQUESTED_ADDRESS, address);
        }
        actions_reset(&actions);
        EXPECT(server_handle_packet(server, packet, message_builder_finish(&builder), &metadata,
                       now, &actions) == 0);
}

static Lease *lease_of(const Server *server, uint32_t client) {
        const uint8_t id[] = {1, 2, 0, (uint8_t) (client >> 24), (uint8_t) (client >> 16),
                (uint8_t) (client >> 8), (uint8_t) client};

        return lease_table_first_of_client(server_get_table(server), id, sizeof(id));
}

static ipv4_t discover(Server *server, uint32_t ifindex, uint32_t client, usec_t now) {
        const Lease *lease;

        send_message(server, ifindex, client, 0, now);
        EXPECT(actions.verdict == VERDICT_OFFERED);
        lease = lease_of(server, client);
        EXPECT(lease);
        return lease->address;
}

static void expect_ack(
        Server *server, uint32_t ifindex, uint32_t client, ipv4_t address, usec_t now) {
        const Lease *lease;

        send_message(server, ifindex, client, address, now);
        EXPECT(actions.verdict == VERDICT_ACKED);
        lease = lease_of(server, client);
        EXPECT(lease && lease->state == LEASE_BOUND);
}

/* Lets time pass as the loop does. Return: how many calls that took. */
static size_t advance_to(Server *server, usec_t now) {
        size_t n = 0;

        while (server_next_deadline(server) <= now) {
                actions_reset(&actions);
                EXPECT(server_advance(server, now, &actions) == 0);
                server_commit_done(server, server_last_commit(server));
                EXPECT(++n < 1000000);
        }
        return n;
}

static size_t n_offered(const Server *server) {
        return server_get_table(server)->n_by_state[LEASE_OFFERED];
}

/* AddressSanitizer brings an allocator of its own, which mallinfo2() does not see. */
size_t __sanitizer_get_current_allocated_bytes(void) __attribute__((weak));

/* Bytes that are allocated and not freed. */
static size_t memory_in_use(void) {
        const struct mallinfo2 info = mallinfo2();

        if (__sanitizer_get_current_allocated_bytes)
                return __sanitizer_get_current_allocated_bytes();
        return info.uordblks + info.hblkhd;
}

START_TEST(test_offers_are_bounded)
{
        _cleanup_(server_freep) Server *server = new_server();
        const LeaseTable *table = server_get_table(server);
        const size_t before = memory_in_use();
        const uint32_t n = 6 * OFFERS_MAX;
        size_t most = 0;
        usec_t now = BEGIN;

        for (uint32_t i = 0; i < n; i++) {
                now = BEGIN + i * USEC_PER_SEC / FLOOD_PER_SECOND;
                (void) advance_to(server, now);
                (void) discover(server, WIDE_LINK, i, now);
                EXPECT(n_offered(server) <= OFFERS_MAX);
        }
        ck_assert_uint_eq(n_offered(server), OFFERS_MAX);
        /* the newest are those that are held */
        ck_assert_ptr_nonnull(lease_of(server, n - OFFERS_MAX));
        ck_assert_ptr_null(lease_of(server, n - OFFERS_MAX - 1));
        most = memory_in_use() - before;
        ck_assert_uint_lt(most, (size_t) 24 * 1024 * 1024);

        (void) advance_to(server, now + OFFER_USEC);
        ck_assert_uint_eq(n_offered(server), 0);
        ck_assert_ptr_null(invariants_broken(server));
        ck_assert_uint_eq(table->leases.n_live, 0);
        ck_assert_uint_eq(table->leases.n_slots, 0);
        ck_assert_uint_le(table->by_address.n_buckets, 4096);
        ck_assert_uint_le(table->offers.capacity, 1024);
        /* address space: of two blocks that are kept hardly more than the first pages were used */
        ck_assert_uint_lt(memory_in_use(), before + 3 * 1024 * 1024);
        ck_assert_uint_eq(server_next_deadline(server), USEC_INFINITY);
}
END_TEST

/* Every tenth of a second a client comes on each of the links; it asks for its address when a slow
 * client would. What they get is kept, what the flood had is given back all the same. */
START_TEST(test_honest_clients)
{
        enum { STEP = FLOOD_PER_SECOND / 10, ROUNDS = 100 };
        _cleanup_(server_freep) Server *server = new_server();
        const LeaseTable *table = server_get_table(server);
        const size_t before = memory_in_use();
        ipv4_t wide[ROUNDS] = {0}, small[ROUNDS] = {0};
        usec_t now = BEGIN;

        for (uint32_t round = 0; round < ROUNDS; round++) {
                for (uint32_t i = 0; i < STEP; i++) {
                        now = BEGIN + (round * STEP + i) * USEC_PER_SEC / FLOOD_PER_SECOND;
                        (void) discover(server, WIDE_LINK, round * STEP + i, now);
                }
                (void) advance_to(server, now);
                wide[round] = discover(server, WIDE_LINK, HONEST + round, now);
                small[round] = discover(server, SMALL_LINK, HONEST + ROUNDS + round, now);
                if (round >= 20) /* two seconds later */
                        expect_ack(server, WIDE_LINK, HONEST + round - 20, wide[round - 20], now);
        }
        ck_assert_uint_ge(n_offered(server), OFFERS_MAX - 1);

        /* On the other link nobody has lost an offer, though some are nearly ten seconds old. */
        for (uint32_t round = 0; round < ROUNDS; round++) {
                const Lease *lease = lease_table_find(table, small[round]);

                ck_assert_ptr_nonnull(lease);
                ck_assert_int_eq(lease->state, LEASE_OFFERED);
                ck_assert_ptr_eq(lease, lease_of(server, HONEST + ROUNDS + round));
                expect_ack(server, SMALL_LINK, HONEST + ROUNDS + round, small[round], now);
        }
        server_commit_done(server, server_last_commit(server));

        (void) advance_to(server, now + OFFER_USEC);
        ck_assert_uint_eq(table->n_by_state[LEASE_BOUND], 2 * ROUNDS - 20);
        ck_assert_uint_eq(table->leases.n_transient, 0);
        ck_assert_uint_eq(table->leases.n_live, 2 * ROUNDS - 20);
        ck_assert_ptr_null(invariants_broken(server));
        /* two blocks of leases and two of identities, of which hardly more than what the first
         * offers used is more than address space */
        ck_assert_uint_lt(memory_in_use(), before + 5 * 1024 * 1024);
        for (uint32_t round = 0; round + 20 < ROUNDS; round++)
                ck_assert_ptr_eq(
                        lease_table_find(table, wide[round]), lease_of(server, HONEST + round));
}
END_TEST

/* Whoever floods two pools pays with the offers of the one that has more. */
START_TEST(test_pools_are_fair)
{
        _cleanup_(server_freep) Server *server = new_server();
        const Pool *wide = server_find_pool(server, "wide");
        const Pool *small = server_find_pool(server, "small");

        for (uint32_t i = 0; i < 101; i++)
                (void) discover(server, SMALL_LINK, HONEST + i, BEGIN);
        for (uint32_t i = 0; i < OFFERS_MAX + 1000; i++)
                (void) discover(server, WIDE_LINK, i, BEGIN + 1 + i);
        ck_assert_uint_eq(small->n_offered, 101);
        ck_assert_uint_eq(wide->n_offered, OFFERS_MAX - 101);

        /* The small one takes over its own oldest offers when it is full, as without a flood. */
        for (uint32_t i = 0; i < 50; i++)
                (void) discover(server, SMALL_LINK, HONEST + 1000 + i, BEGIN + USEC_PER_SEC);
        ck_assert_uint_eq(small->n_offered, 101);
        ck_assert_uint_eq(wide->n_offered, OFFERS_MAX - 101);
        (void) advance_to(server, BEGIN + 2 * OFFER_USEC);
        ck_assert_ptr_null(invariants_broken(server));
}
END_TEST

/* Offers whose pool has gone count as well, and go first. */
START_TEST(test_offers_without_pool)
{
        _cleanup_(server_freep) Server *server = new_server();
        ipv4_t address;

        for (uint32_t i = 0; i < OFFERS_MAX; i++)
                (void) discover(server, WIDE_LINK, i, BEGIN + i);
        configure(server, false);
        ck_assert_uint_eq(n_offered(server), OFFERS_MAX);
        address = discover(server, SMALL_LINK, HONEST, BEGIN + USEC_PER_SEC);
        ck_assert_uint_eq(n_offered(server), OFFERS_MAX);
        expect_ack(server, SMALL_LINK, HONEST, address, BEGIN + USEC_PER_SEC);
        configure(server, true);
        for (uint32_t i = 0; i < 100; i++)
                (void) discover(server, WIDE_LINK, OFFERS_MAX + i, BEGIN + USEC_PER_SEC + i);
        ck_assert_uint_eq(n_offered(server), OFFERS_MAX);
        (void) advance_to(server, BEGIN + 2 * OFFER_USEC);
        ck_assert_ptr_null(invariants_broken(server));
}
END_TEST

/* Commits that wait for a disk keep what it takes to undo them, not longer. */
START_TEST(test_commits_give_back)
{
        enum { CLIENTS = 1000, ROUNDS = 60 };
        _cleanup_(server_freep) Server *server = new_server();
        const LeaseTable *table = server_get_table(server);
        ipv4_t addresses[CLIENTS];
        size_t before;

        for (uint32_t i = 0; i < CLIENTS; i++) {
                addresses[i] = discover(server, WIDE_LINK, i, BEGIN);
                expect_ack(server, WIDE_LINK, i, addresses[i], BEGIN);
        }
        server_commit_done(server, server_last_commit(server));
        before = memory_in_use();

        for (unsigned way = 0; way < 2; way++) {
                const uint64_t first = server_last_commit(server) + 1;

                for (uint32_t k = 0; k < ROUNDS * CLIENTS; k++)
                        expect_ack(server, WIDE_LINK, k % CLIENTS, addresses[k % CLIENTS],
                                BEGIN + k + 1);
                ck_assert_uint_gt(memory_in_use(), before + 4 * 1024 * 1024);
                if (way == 0)
                        server_commit_done(server, server_last_commit(server));
                else
                        server_commit_undo(server, first);
                ck_assert_ptr_null(invariants_broken(server));
                ck_assert_uint_eq(server->commits.capacity, 0);
                ck_assert_uint_eq(table->n_by_state[LEASE_BOUND], CLIENTS);
        }
        /* the copies of the last undo are the leases' own now, in a block of their kind */
        ck_assert_uint_lt(memory_in_use(), before + 3 * 1024 * 1024);
}
END_TEST

TEST_MAIN("server-flood", test_offers_are_bounded, test_honest_clients, test_pools_are_fair,
        test_offers_without_pool, test_commits_give_back);
