/* SPDX-License-Identifier: MIT */
#pragma once

/* A server with a pool and two hosts, and questions about its clients: for the tests of the dry
 * run.
 */

#include <errno.h>

#include "core/explain.h"
#include "core/silence.h"
#include "invariants.h"
#include "test.h"
#include "wire/builder.h"

#define NET UINT32_C(0xc0a80100)

static Server *server;
static Actions actions;

/* br0 has 192.168.1.1 and a pool of three addresses, br1 has an address and no pool. Host p is
 * denied, host q has .50 reserved. */
static inline void setup(void) {
        static const uint8_t seed[16] = {1};
        static const Link links[] = {
                {.ifindex = 2,
                        .name = "br0",
                        .hardware_type = 1,
                        .up = true,
                        .n_addresses = 1,
                        .addresses = {{.address = NET + 1, .length = 24}}},
                {.ifindex = 3,
                        .name = "br1",
                        .hardware_type = 1,
                        .up = true,
                        .n_addresses = 1,
                        .addresses = {{.address = 0x0a000001, .length = 24}}},
        };
        Settings *settings;
        PoolSettings *pool;
        HostSettings *host;

        ck_assert_int_eq(settings_new(&settings), 0);
        ck_assert_int_eq(pool_settings_new(&pool, "lan"), 0);
        pool->subnet = (Ipv4Prefix){.address = NET, .length = 24};
        pool->conflict_detection = CONFLICT_DETECTION_OFF;
        pool->ranges = calloc(1, sizeof(Ipv4Range));
        ck_assert_ptr_nonnull(pool->ranges);
        pool->ranges[0] = (Ipv4Range){.first = NET + 100, .last = NET + 102};
        pool->n_ranges = 1;
        ck_assert_int_eq(settings_add_pool_take(settings, pool), 0);

        ck_assert_int_eq(host_settings_new(&host, "bad"), 0);
        host->hardware_size = 6;
        memcpy(host->hardware, "\2\0\0\0\0p", 6);
        host->deny = true;
        ck_assert_int_eq(settings_add_host_take(settings, host), 0);
        ck_assert_int_eq(host_settings_new(&host, "printer"), 0);
        host->hardware_size = 6;
        memcpy(host->hardware, "\2\0\0\0\0q", 6);
        host->address = NET + 50;
        ck_assert_int_eq(settings_add_host_take(settings, host), 0);

        ck_assert_int_eq(server_new(&server, seed), 0);
        ck_assert_int_eq(server_configure_take(server, settings, NULL), 0);
        ck_assert_int_eq(server_set_links(server, links, ELEMENTSOF(links)), 0);
}

static inline void teardown(void) {
        ck_assert_ptr_null(server_free(server));
}

static inline ExplainQuery query_of(char client, DhcpMessageType type) {
        ExplainQuery query = {.type = type, .hardware_size = 6};

        query.hardware[0] = 2;
        query.hardware[5] = (uint8_t) client;
        return query;
}

#define SILENCE                                                                                    \
        "But nothing has been heard on br0 since the server started: if a client asks there, a "   \
        "firewall may keep UDP port 67 closed.\n"

/* Asks, expects the steps, and that nothing has changed. */
static inline void expect(ExplainQuery query, Verdict verdict, ipv4_t address, const char *steps) {
        const uint64_t generation = server_get_table(server)->generation;
        const uint64_t counted = server_counter(server, verdict);
        const usec_t deadline = server_next_deadline(server);
        const uint64_t commit = server_last_commit(server);
        Explanation explanation;
        char text[2048] = "";

        ck_assert_int_eq(server_explain(server, &query, USEC_PER_HOUR, &actions, &explanation), 0);
        for (size_t i = 0; i < strv_length(explanation.steps); i++) {
                (void) strncat(text, explanation.steps[i], sizeof(text) - strlen(text) - 1);
                (void) strncat(text, "\n", sizeof(text) - strlen(text) - 1);
        }
        ck_assert_str_eq(text, steps);
        ck_assert_str_eq(verdict_to_string(explanation.verdict), verdict_to_string(verdict));
        ck_assert_uint_eq(explanation.address, address);
        explanation_done(&explanation);

        ck_assert_uint_eq(server_get_table(server)->generation, generation);
        ck_assert_uint_eq(server_counter(server, verdict), counted);
        ck_assert_uint_eq(server_next_deadline(server), deadline);
        ck_assert_uint_eq(server_last_commit(server), commit);
        ck_assert_uint_eq(actions.n_actions, 0);
        ck_assert_ptr_null(invariants_broken(server));
}

/* A real REQUEST of the client in INIT-REBOOT. */
static inline void really_request(char client, ipv4_t address, Verdict verdict) {
        uint8_t chaddr[DHCP_CHADDR_SIZE] = {2, 0, 0, 0, 0, (uint8_t) client}, packet[576];
        const MessageHeader header = {
                .op = BOOTREQUEST, .htype = 1, .hlen = 6, .chaddr = chaddr, .xid = 7};
        const PacketMetadata metadata = {
                .ifindex = 2, .destination = IPV4_BROADCAST, .broadcast = true};
        MessageBuilder builder;

        ck_assert_int_eq(
                message_builder_init(&builder, packet, sizeof(packet), sizeof(packet), &header), 0);
        (void) message_builder_add_u8(&builder, DHCP_OPTION_MESSAGE_TYPE, DHCP_REQUEST);
        (void) message_builder_add_u32(&builder, DHCP_OPTION_REQUESTED_ADDRESS, address);
        actions_reset(&actions);
        ck_assert_int_eq(server_handle_packet(server, packet, message_builder_finish(&builder),
                                 &metadata, USEC_PER_HOUR, &actions),
                0);
        ck_assert_str_eq(verdict_to_string(actions.verdict), verdict_to_string(verdict));
        server_commit_done(server, server_last_commit(server));
}

/* A DISCOVER, heard on a link and perhaps from a relay. */
static inline void really_discover(
        char client, uint32_t ifindex, ipv4_t relay, usec_t now, Verdict verdict) {
        uint8_t chaddr[DHCP_CHADDR_SIZE] = {2, 0, 0, 0, 0, (uint8_t) client}, packet[576];
        const MessageHeader header = {.op = BOOTREQUEST,
                .htype = 1,
                .hlen = 6,
                .chaddr = chaddr,
                .giaddr = relay,
                .hops = relay != 0};
        const PacketMetadata metadata = {
                .ifindex = ifindex, .destination = IPV4_BROADCAST, .broadcast = true};
        MessageBuilder builder;

        ck_assert_int_eq(
                message_builder_init(&builder, packet, sizeof(packet), sizeof(packet), &header), 0);
        (void) message_builder_add_u8(&builder, DHCP_OPTION_MESSAGE_TYPE, DHCP_DISCOVER);
        actions_reset(&actions);
        ck_assert_int_eq(server_handle_packet(server, packet, message_builder_finish(&builder),
                                 &metadata, now, &actions),
                0);
        ck_assert_str_eq(verdict_to_string(actions.verdict), verdict_to_string(verdict));
}
