/* SPDX-License-Identifier: MIT */

/* Memory that runs out while the tables grow, which the transcripts are too short for: each
 * allocation of each step fails before the step is done. The call says -ENOMEM and nothing has
 * changed. Objects come from the real slabs here. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "test.h"

#include "core/explain.h"
#include "core/grant.h"
#include "core/quarantine.h"
#include "core/server.h"
#include "failing-memory.h"
#include "invariants.h"
#include "server-digest.h"
#include "wire/builder.h"

#define NET UINT32_C(0xc0a80000) /* 192.168.0.0/16 */
#define FAR UINT32_C(0x0a140000) /* 10.20.0.0/16, behind a relay */
#define N_STEPS 2000

static Actions actions;
static size_t n_failures;

/* Whether the server is as @digest says, and sound; looking at all of it takes its time, which is
 * spent now and then. */
static bool is_unchanged(const Server *server, uint64_t digest) {
        const char *sentence = ++n_failures % 16 == 0 ? invariants_broken(server) : NULL;

        ck_assert_msg(!sentence, "%s", sentence);
        return actions.n_actions == 0 && server_digest(server) == digest;
}

/* What goes well half of the time is not made to fail: a table that cannot grow works as well. */
#define TRY(server, n, call)                                                                       \
        __extension__({                                                                            \
                const bool fails_ = (n) % 2 == 0;                                                  \
                const uint64_t digest_ = fails_ ? server_digest(server) : 0;                       \
                fails_ ? MEMORY_EXHAUST(call, is_unchanged(server, digest_)) : (call);             \
        })

/* ---- what is configured
 * --------------------------------------------------------------------------
 */

static int add_pool(Settings *settings, const char *name, ipv4_t subnet, ipv4_t last) {
        _cleanup_(pool_settings_freep) PoolSettings *pool = NULL;
        int r;

        r = pool_settings_new(&pool, name);
        if (r < 0)
                return r;
        pool->ranges = calloc(1, sizeof(*pool->ranges));
        if (!pool->ranges)
                return -ENOMEM;
        pool->subnet = (Ipv4Prefix){subnet, 16};
        pool->ranges[0] = (Ipv4Range){subnet + 256, last};
        pool->n_ranges = 1;
        pool->rapid_commit = true;
        pool->bootp = true;
        pool->conflict_detection = CONFLICT_DETECTION_OFF;
        r = option_set_put_ipv4s(
                &pool->reply.options, DHCP_OPTION_ROUTER, &pool->subnet.address, 1);
        if (r < 0)
                return r;
        r = settings_add_pool_take(settings, pool);
        if (r < 0)
                return r;
        pool = NULL;
        return 0;
}

static int add_host(Settings *settings, const char *name, uint8_t number, ipv4_t address) {
        _cleanup_(host_settings_freep) HostSettings *host = NULL;
        int r;

        r = host_settings_new(&host, name);
        if (r < 0)
                return r;
        memcpy(host->hardware, (const uint8_t[]){2, 0, 0, 0, 0, number}, 6);
        host->hardware_size = 6;
        host->address = address;
        r = settings_add_host_take(settings, host);
        if (r < 0)
                return r;
        host = NULL;
        return 0;
}

static int make_settings(unsigned n, Settings **ret) {
        _cleanup_(settings_freep) Settings *settings = NULL;
        int r;

        r = settings_new(&settings);
        if (r < 0)
                return r;
        settings->rate_limit = 0;
        r = add_pool(settings, "lan", NET, NET + 2000 + n % 3);
        if (r < 0)
                return r;
        r = add_pool(settings, "far", FAR, FAR + 2000);
        if (r < 0)
                return r;
        r = add_host(settings, "printer", 7, NET + 300 + n % 5);
        if (r < 0)
                return r;
        r = add_host(settings, "scanner", 9, FAR + 300);
        if (r < 0)
                return r;
        *ret = TAKE_PTR(settings);
        return 0;
}

/* ---- the story
 * ------------------------------------------------------------------------------------
 */

static int step_configure(Server *server, unsigned n) {
        Settings *settings;
        int r;

        ck_assert_int_eq(MEMORY_EXHAUST(make_settings(n, &settings), true), 0);
        r = TRY(server, n / 500, server_configure_take(server, settings, NULL));
        if (r < 0)
                settings_free(settings);
        return r;
}

static int step_links(Server *server, unsigned n) {
        const Link links[] = {
                {.ifindex = 1, .name = "lo", .loopback = true},
                {
                        .ifindex = 2,
                        .name = "br0",
                        .hardware_type = HARDWARE_ETHERNET,
                        .n_addresses = 1,
                        .addresses = {{NET + 1 + n % 2, 16}},
                },
        };

        return TRY(server, n / 500, server_set_links(server, links, ELEMENTSOF(links)));
}

/* A client goes through its life, each half of them through a relay. */
static int step_message(Server *server, unsigned n, usec_t now) {
        static const DhcpMessageType types[] = {DHCP_DISCOVER, DHCP_REQUEST, DHCP_REQUEST,
                DHCP_REQUEST, DHCP_INFORM, DHCP_DISCOVER, DHCP_BOOTP, DHCP_RELEASE, DHCP_DECLINE};
        const unsigned client = n * 7 % 900;
        const DhcpMessageType type = types[n * 5 % ELEMENTSOF(types)];
        const bool relayed = client % 2;
        const ipv4_t address = (relayed ? FAR : NET) + 256 + client;
        const PacketMetadata metadata = {
                .ifindex = 2,
                .source = relayed                ? FAR + 1
                          : type == DHCP_RELEASE ? address
                                                 : 0,
                .broadcast = !relayed,
        };
        uint8_t chaddr[DHCP_CHADDR_SIZE] = {2, 0, 0, 0, (uint8_t) (client >> 8), (uint8_t) client};
        uint8_t name[64], packet[576];
        const MessageHeader header = {
                .op = BOOTREQUEST,
                .htype = HARDWARE_ETHERNET,
                .hlen = 6,
                .chaddr = chaddr,
                .giaddr = relayed ? FAR + 1 : 0,
                .ciaddr = type == DHCP_RELEASE || type == DHCP_INFORM ? address : 0,
        };
        MessageBuilder builder;
        size_t size;

        memset(name, 'n', sizeof(name));
        ck_assert_int_eq(
                message_builder_init(&builder, packet, sizeof(packet), sizeof(packet), &header), 0);
        if (type != DHCP_BOOTP)
                (void) message_builder_add_u8(&builder, DHCP_OPTION_MESSAGE_TYPE, (uint8_t) type);
        if (type == DHCP_REQUEST || type == DHCP_DECLINE)
                (void) message_builder_add_u32(&builder, DHCP_OPTION_REQUESTED_ADDRESS, address);
        if (n % 3 == 0)
                (void) message_builder_add(&builder, DHCP_OPTION_RAPID_COMMIT, NULL, 0);
        (void) message_builder_add(&builder, DHCP_OPTION_HOST_NAME, name, (client + n) % 60 + 1);
        size = message_builder_finish(&builder);
        return TRY(server, n, server_handle_packet(server, packet, size, &metadata, now, &actions));
}

static int step_explain(Server *server, unsigned n, usec_t now) {
        const ExplainQuery query = {
                .type = DHCP_DISCOVER,
                .hardware_size = 6,
                .hardware = {2, 0, 0, 0, 0, (uint8_t) n},
                .ifindex = 2,
        };
        static Actions scratch;
        Explanation explanation;
        int r;

        r = TRY(server, n, server_explain(server, &query, now, &scratch, &explanation));
        if (r >= 0)
                explanation_done(&explanation);
        return r;
}

static int step_do(Server *server, unsigned n) {
        const usec_t now = 1000 * USEC_PER_SEC + n * USEC_PER_MSEC;
        const ipv4_t address = NET + 256 + n % 900;

        actions_reset(&actions);
        if (n % 500 == 0)
                return step_configure(server, n);
        if (n % 500 == 1)
                return step_links(server, n);
        if (n % 500 == 2)
                return TRY(server, n / 500, server_load_done(server));
        if (n % 50 == 3)
                return step_explain(server, n, now);
        if (n % 50 == 4 && lease_table_find(server_get_table(server), address))
                return TRY(server, n / 50, server_delete_lease(server, address, now, &actions));
        return step_message(server, n, now);
}

START_TEST(test_each_allocation_fails)
{
        Server *server;

        ck_assert_int_eq(
                MEMORY_EXHAUST(server_new(&server, (const uint8_t *) "0123456789abcdef"), true), 0);
        for (unsigned n = 0; n < N_STEPS; n++)
                ck_assert_int_eq(step_do(server, n), 0);
        ck_assert_ptr_null(invariants_broken(server));
        ck_assert_uint_gt(server_get_table(server)->n_by_state[LEASE_BOUND], 200);
        ck_assert_uint_gt(n_failures, 40);

        /* Everything is taken back without memory. */
        memory_fail(0);
        server_commit_undo(server, 1);
        ck_assert(!memory_recover());
        ck_assert_ptr_null(invariants_broken(server));
        ck_assert_uint_eq(server_get_table(server)->n_by_state[LEASE_BOUND], 0);
        server_free(server);
}
END_TEST

/* The built-in settings, and what a server is loaded with. */
START_TEST(test_each_allocation_fails_at_the_start)
{
        static const uint8_t client_id[] = {1, 2, 3};
        _cleanup_(server_freep) Server *server = NULL;
        Settings *settings = NULL;

        ck_assert_int_eq(MEMORY_EXHAUST(settings_new_builtin(&settings), !settings), 0);
        ck_assert_int_eq(server_new(&server, (const uint8_t *) "0123456789abcdef"), 0);
        actions_reset(&actions);
        ck_assert_int_eq(TRY(server, 0, server_configure_take(server, settings, NULL)), 0);
        ck_assert_int_eq(TRY(server, 0, server_load_begin(server, 1000)), 0);
        for (unsigned i = 0; i < 1000; i++) {
                const LeaseRecord record = {
                        .address = 0xc0a80100 + i,
                        .state = i % 3 ? LEASE_BOUND : LEASE_DECLINED,
                        .client_id = client_id,
                        .client_id_size = (uint8_t) (i % 3),
                        .expires = 2000 * USEC_PER_SEC,
                };

                ck_assert_int_eq(
                        TRY(server, i, server_load_lease(server, &record, 1000 * USEC_PER_SEC)), 0);
        }
        ck_assert_int_eq(TRY(server, 0, server_load_done(server)), 0);
        ck_assert_ptr_null(invariants_broken(server));
}
END_TEST

/* Quarantines end in steps: what a step has ended comes out of it, or it has ended none. */
START_TEST(test_quarantines_end_in_steps)
{
        _cleanup_(server_freep) Server *server = NULL;
        Settings *settings;
        bool has_failed = false;
        size_t n_ended = 0;
        int r;

        ck_assert_int_eq(server_new(&server, (const uint8_t *) "0123456789abcdef"), 0);
        ck_assert_int_eq(settings_new_builtin(&settings), 0);
        ck_assert_int_eq(server_configure_take(server, settings, NULL), 0);
        for (unsigned i = 0; i < 100; i++) {
                const LeaseRecord record = {
                        .address = 0xc0a80164 + i,
                        .state = LEASE_DECLINED,
                        .client_id = (const uint8_t *) "\1\2\3",
                        .client_id_size = 3,
                        .expires = 2000 * USEC_PER_SEC,
                };

                ck_assert_int_eq(server_load_lease(server, &record, 1000 * USEC_PER_SEC), 0);
        }

        /* the log of commits is to grow in the midst of a step */
        for (; n_ended < 10; n_ended++) {
                actions_reset(&actions);
                ck_assert_int_eq(server_delete_lease(server, 0xc0a80164 + (ipv4_t) n_ended,
                                         1001 * USEC_PER_SEC, &actions),
                        0);
        }
        for (size_t n = 0, cursor = 0; n_ended < 100; n++) {
                ck_assert_uint_lt(n, 100);
                actions_reset(&actions);
                /* memory comes back once it has been missed */
                memory_fail(has_failed ? SIZE_MAX : 0);
                r = server_clear_next(server, NULL, &cursor, 1001 * USEC_PER_SEC, &actions);
                has_failed |= memory_recover();
                ck_assert(r >= 0 || r == -ENOMEM);
                ck_assert_uint_eq(actions.n_actions, r < 0 ? 0 : (size_t) r);
                n_ended += actions.n_actions;
                ck_assert_uint_eq(
                        server_get_table(server)->n_by_state[LEASE_DECLINED], 100 - n_ended);
                ck_assert_ptr_null(invariants_broken(server));
        }
        ck_assert(has_failed);
}
END_TEST

TEST_MAIN("server-memory", test_each_allocation_fails, test_each_allocation_fails_at_the_start,
        test_quarantines_end_in_steps);
