/* SPDX-License-Identifier: MIT */

/* The load generator's judgement: that it sees the faults it is there to see, and none where there
 * is none; and its arithmetic of delays. */

#include <string.h>

#include "../unit/test.h"
#include "clock.h"
#include "exchange.h"
#include "wire/message.h"

enum {
        LEASE_SECONDS = 100,
        XID = 7,
        N_CLIENTS = 4,
        FIRST_CLIENT = 10,
};

static const ipv4_t server = 0xac1e0001, relay = 0x0a000002, address_a = 0x0a010001,
                    address_b = 0x0a010002;

typedef struct Fixture {
        ExchangeContext context;
        Statistics statistics;
        Exchange exchange;
        Reply reply;
        uint8_t hardware[DHCP_CHADDR_SIZE];
} Fixture;

static void fixture_init(Fixture *fixture, ExchangeKind kind) {
        memset(fixture, 0, sizeof(*fixture));
        fixture->context = (ExchangeContext){
                .server = server,
                .relay = relay,
                .timeout_nsec = NSEC_PER_SEC,
                .tries_max = 3,
                .kind = kind,
                .now = 1000 * NSEC_PER_SEC,
                .statistics = &fixture->statistics,
        };
        ck_assert_int_eq(requests_init(&fixture->context.requests, relay, true), 0);
        ck_assert_int_eq(population_init(&fixture->context.population, FIRST_CLIENT, N_CLIENTS,
                                 (Ipv4Prefix){UINT32_C(10) << 24, 8}),
                0);
}

static void fixture_done(Fixture *fixture) {
        population_done(&fixture->context.population);
}

/* A flawless reply to what the exchange has sent last. */
static void prepare_reply(Fixture *fixture, DhcpMessageType type, ipv4_t address) {
        client_hardware(fixture->exchange.client, fixture->hardware);
        fixture->reply = (Reply){
                .type = type,
                .xid = XID,
                .yiaddr = address,
                .giaddr = relay,
                .server_id = server,
                .lease_time = LEASE_SECONDS,
                .chaddr = fixture->hardware,
        };
}

static ExchangeStep answer(Fixture *fixture, DhcpMessageType type, ipv4_t address) {
        prepare_reply(fixture, type, address);
        return exchange_handle(&fixture->exchange, &fixture->context, &fixture->reply);
}

static void start(Fixture *fixture) {
        ck_assert_int_eq(exchange_start(&fixture->exchange, &fixture->context, XID), EXCHANGE_SEND);
}

static void get_lease(Fixture *fixture, ipv4_t address) {
        start(fixture);
        ck_assert_int_eq(answer(fixture, DHCP_OFFER, address), EXCHANGE_SEND);
        ck_assert_int_eq(answer(fixture, DHCP_ACK, address), EXCHANGE_OVER);
}

static uint64_t n_faults(const Fixture *fixture) {
        return statistics_n_faults(&fixture->statistics, false);
}

/* ---- exchanges ---------------------------------------------------------------------------- */

START_TEST(test_four_way)
{
        Fixture fixture;
        MessageView view;
        ipv4_t value;

        fixture_init(&fixture, EXCHANGE_FOUR_WAY);
        start(&fixture);
        ck_assert_uint_eq(fixture.exchange.client, FIRST_CLIENT);
        ck_assert_int_eq(
                message_view_init(&view, fixture.exchange.packet, fixture.exchange.packet_size),
                MESSAGE_OK);
        ck_assert_int_eq(view.type, DHCP_DISCOVER);
        ck_assert_uint_eq(view.giaddr, relay);

        fixture.context.now += 5 * NSEC_PER_MSEC;
        ck_assert_int_eq(answer(&fixture, DHCP_OFFER, address_a), EXCHANGE_SEND);
        ck_assert_int_eq(
                message_view_init(&view, fixture.exchange.packet, fixture.exchange.packet_size),
                MESSAGE_OK);
        ck_assert_int_eq(view.type, DHCP_REQUEST);
        ck_assert_uint_eq(view.xid, XID);
        ck_assert_uint_eq(view.ciaddr, 0);
        ck_assert_int_eq(message_get_ipv4(&view, DHCP_OPTION_REQUESTED_ADDRESS, &value), 0);
        ck_assert_uint_eq(value, address_a);
        ck_assert_int_eq(message_get_ipv4(&view, DHCP_OPTION_SERVER_ID, &value), 0);
        ck_assert_uint_eq(value, server);

        /* the answer to a DISCOVER that was sent twice */
        ck_assert_int_eq(answer(&fixture, DHCP_OFFER, address_a), EXCHANGE_WAIT);
        fixture.context.now += 10 * NSEC_PER_MSEC;
        ck_assert_int_eq(answer(&fixture, DHCP_ACK, address_a), EXCHANGE_OVER);

        ck_assert_uint_eq(n_faults(&fixture), 0);
        ck_assert_uint_eq(fixture.statistics.n_late, 1);
        ck_assert_uint_eq(fixture.statistics.offer.max, 5 * NSEC_PER_MSEC);
        ck_assert_uint_eq(fixture.statistics.ack.max, 10 * NSEC_PER_MSEC);
        ck_assert_uint_eq(fixture.statistics.exchange.max, 15 * NSEC_PER_MSEC);
        ck_assert_uint_eq(population_address(&fixture.context.population, FIRST_CLIENT), address_a);
        fixture_done(&fixture);
}
END_TEST

START_TEST(test_renewal)
{
        Fixture fixture;
        MessageView view;

        fixture_init(&fixture, EXCHANGE_RENEW);
        ck_assert_int_eq(population_assume(&fixture.context.population, address_a), 0);
        start(&fixture);
        ck_assert_int_eq(
                message_view_init(&view, fixture.exchange.packet, fixture.exchange.packet_size),
                MESSAGE_OK);
        ck_assert_int_eq(view.type, DHCP_REQUEST);
        ck_assert_uint_eq(view.ciaddr, address_a);
        ck_assert(!message_has(&view, DHCP_OPTION_SERVER_ID));
        ck_assert(!message_has(&view, DHCP_OPTION_REQUESTED_ADDRESS));
        ck_assert_int_eq(answer(&fixture, DHCP_ACK, address_a), EXCHANGE_OVER);
        ck_assert_uint_eq(n_faults(&fixture), 0);
        fixture_done(&fixture);
}
END_TEST

START_TEST(test_retransmission)
{
        Fixture fixture;
        MessageView view;

        fixture_init(&fixture, EXCHANGE_FOUR_WAY);
        start(&fixture);
        fixture.context.now += NSEC_PER_SEC - 1;
        ck_assert_int_eq(exchange_tick(&fixture.exchange, &fixture.context), EXCHANGE_WAIT);
        fixture.context.now += 1;
        ck_assert_int_eq(exchange_tick(&fixture.exchange, &fixture.context), EXCHANGE_SEND);
        ck_assert_int_eq(
                message_view_init(&view, fixture.exchange.packet, fixture.exchange.packet_size),
                MESSAGE_OK);
        ck_assert_uint_eq(view.xid, XID);
        ck_assert_uint_eq(view.secs, 1);
        fixture.context.now += 2 * NSEC_PER_SEC - 1;
        ck_assert_int_eq(exchange_tick(&fixture.exchange, &fixture.context), EXCHANGE_WAIT);
        fixture.context.now += 1;
        ck_assert_int_eq(exchange_tick(&fixture.exchange, &fixture.context), EXCHANGE_SEND);
        fixture.context.now += 4 * NSEC_PER_SEC;
        ck_assert_int_eq(exchange_tick(&fixture.exchange, &fixture.context), EXCHANGE_FAILED);
        ck_assert_uint_eq(fixture.statistics.n_faults[FAULT_LOST], 1);
        ck_assert_uint_eq(statistics_n_faults(&fixture.statistics, true), 0);
        fixture_done(&fixture);
}
END_TEST

/* ---- faults ------------------------------------------------------------------------------- */

/* What is wrong with the ACK to a REQUEST. */
static const struct {
        Fault fault;
        DhcpMessageType type;
        ipv4_t address;
        ipv4_t giaddr;
        ipv4_t server_id;
        uint32_t lease_time;
        uint8_t hardware_change;
} wrong_acks[] = {
        {FAULT_MAX, DHCP_ACK, 0x0a010001, 0x0a000002, 0xac1e0001, LEASE_SECONDS, 0},
        {FAULT_WRONG_ADDRESS, DHCP_ACK, 0x0a010002, 0x0a000002, 0xac1e0001, LEASE_SECONDS, 0},
        {FAULT_WRONG_ADDRESS, DHCP_ACK, 0, 0x0a000002, 0xac1e0001, LEASE_SECONDS, 0},
        {FAULT_WRONG_RELAY, DHCP_ACK, 0x0a010001, 0, 0xac1e0001, LEASE_SECONDS, 0},
        {FAULT_WRONG_SERVER, DHCP_ACK, 0x0a010001, 0x0a000002, 0xac1e0002, LEASE_SECONDS, 0},
        {FAULT_WRONG_SERVER, DHCP_ACK, 0x0a010001, 0x0a000002, 0, LEASE_SECONDS, 0},
        {FAULT_MALFORMED, DHCP_ACK, 0x0a010001, 0x0a000002, 0xac1e0001, 0, 0},
        {FAULT_WRONG_CLIENT, DHCP_ACK, 0x0a010001, 0x0a000002, 0xac1e0001, LEASE_SECONDS, 1},
        {FAULT_WRONG_TYPE, DHCP_INFORM, 0x0a010001, 0x0a000002, 0xac1e0001, LEASE_SECONDS, 0},
        {FAULT_NAK, DHCP_NAK, 0, 0x0a000002, 0xac1e0001, 0, 0},
};

START_TEST(test_wrong_acks)
{
        for (size_t i = 0; i < ELEMENTSOF(wrong_acks); i++) {
                bool good = wrong_acks[i].fault == FAULT_MAX;
                Fixture fixture;

                fixture_init(&fixture, EXCHANGE_FOUR_WAY);
                start(&fixture);
                ck_assert_int_eq(answer(&fixture, DHCP_OFFER, address_a), EXCHANGE_SEND);
                prepare_reply(&fixture, wrong_acks[i].type, wrong_acks[i].address);
                fixture.reply.giaddr = wrong_acks[i].giaddr;
                fixture.reply.server_id = wrong_acks[i].server_id;
                fixture.reply.lease_time = wrong_acks[i].lease_time;
                fixture.hardware[CLIENT_HARDWARE_SIZE - 1] ^= wrong_acks[i].hardware_change;
                ck_assert_int_eq(
                        exchange_handle(&fixture.exchange, &fixture.context, &fixture.reply),
                        good ? EXCHANGE_OVER : EXCHANGE_FAILED);
                ck_assert_msg(n_faults(&fixture) == !good, "case %zu", i);
                if (!good)
                        ck_assert_msg(fixture.statistics.n_faults[wrong_acks[i].fault] == 1,
                                "case %zu", i);
                fixture_done(&fixture);
        }
}
END_TEST

START_TEST(test_ack_to_discover)
{
        Fixture fixture;

        fixture_init(&fixture, EXCHANGE_FOUR_WAY);
        start(&fixture);
        ck_assert_int_eq(answer(&fixture, DHCP_ACK, address_a), EXCHANGE_FAILED);
        ck_assert_uint_eq(fixture.statistics.n_faults[FAULT_WRONG_TYPE], 1);
        fixture_done(&fixture);
}
END_TEST

START_TEST(test_outside)
{
        Fixture fixture;

        fixture_init(&fixture, EXCHANGE_FOUR_WAY);
        start(&fixture);
        ck_assert_int_eq(answer(&fixture, DHCP_OFFER, 0xc0a80101), EXCHANGE_FAILED);
        ck_assert_uint_eq(fixture.statistics.n_faults[FAULT_OUTSIDE], 1);
        fixture_done(&fixture);
}
END_TEST

START_TEST(test_shared_address)
{
        Fixture fixture;

        fixture_init(&fixture, EXCHANGE_FOUR_WAY);
        get_lease(&fixture, address_a);
        start(&fixture);
        ck_assert_uint_eq(fixture.exchange.client, FIRST_CLIENT + 1);
        ck_assert_int_eq(answer(&fixture, DHCP_OFFER, address_a), EXCHANGE_SEND);
        ck_assert_int_eq(answer(&fixture, DHCP_ACK, address_a), EXCHANGE_FAILED);
        ck_assert_uint_eq(fixture.statistics.n_faults[FAULT_SHARED_ADDRESS], 1);
        ck_assert_uint_eq(statistics_n_faults(&fixture.statistics, true), 1);

        /* after the first lease's end it is free */
        fixture.context.now += LEASE_SECONDS * NSEC_PER_SEC;
        get_lease(&fixture, address_a);
        ck_assert_uint_eq(fixture.statistics.n_faults[FAULT_SHARED_ADDRESS], 1);
        fixture_done(&fixture);
}
END_TEST

/* A server that does not know of a lease any more offers another address, or refuses to renew. */
START_TEST(test_forgotten)
{
        Fixture fixture;

        fixture_init(&fixture, EXCHANGE_FOUR_WAY);
        for (unsigned i = 0; i < N_CLIENTS; i++)
                get_lease(&fixture, address_a + i);
        start(&fixture);
        ck_assert_uint_eq(fixture.exchange.client, FIRST_CLIENT);
        ck_assert_int_eq(answer(&fixture, DHCP_OFFER, address_a + N_CLIENTS), EXCHANGE_FAILED);
        ck_assert_uint_eq(fixture.statistics.n_faults[FAULT_FORGOTTEN], 1);

        fixture.context.kind = EXCHANGE_RENEW;
        start(&fixture);
        ck_assert_uint_eq(fixture.exchange.client, FIRST_CLIENT + 1);
        ck_assert_int_eq(answer(&fixture, DHCP_NAK, 0), EXCHANGE_FAILED);
        ck_assert_uint_eq(fixture.statistics.n_faults[FAULT_FORGOTTEN], 2);
        ck_assert_uint_eq(statistics_n_faults(&fixture.statistics, true), 2);

        /* of a lease that has ended, both are right */
        fixture.context.now += LEASE_SECONDS * NSEC_PER_SEC;
        fixture.context.kind = EXCHANGE_FOUR_WAY;
        start(&fixture);
        ck_assert_uint_eq(fixture.exchange.client, FIRST_CLIENT + 2);
        ck_assert_int_eq(answer(&fixture, DHCP_OFFER, address_b), EXCHANGE_SEND);
        ck_assert_int_eq(answer(&fixture, DHCP_ACK, address_b), EXCHANGE_OVER);
        ck_assert_uint_eq(n_faults(&fixture), 2);
        ck_assert_uint_eq(fixture.context.population.n_moved, 1);
        fixture_done(&fixture);
}
END_TEST

START_TEST(test_clients_take_turns)
{
        Population population;
        uint32_t client;

        ck_assert_int_eq(population_init(&population, FIRST_CLIENT, N_CLIENTS,
                                 (Ipv4Prefix){UINT32_C(10) << 24, 8}),
                0);
        for (uint32_t i = 0; i < N_CLIENTS; i++) {
                ck_assert(population_take(&population, &client));
                ck_assert_uint_eq(client, FIRST_CLIENT + i);
        }
        ck_assert(!population_take(&population, &client));
        population_put(&population, FIRST_CLIENT + 2);
        ck_assert(population_take(&population, &client));
        ck_assert_uint_eq(client, FIRST_CLIENT + 2);
        population_done(&population);
}
END_TEST

/* ---- numbers ------------------------------------------------------------------------------ */

START_TEST(test_percentiles)
{
        static Histogram histogram;
        static const struct {
                double percent;
                uint64_t value;
        } cases[] = {{0, 1}, {50, 50000}, {90, 90000}, {99, 99000}, {99.9, 99900}, {100, 100000}};

        ck_assert_uint_eq(histogram_percentile(&histogram, 50), 0);
        for (uint64_t value = 1; value <= 100000; value++)
                histogram_add(&histogram, value);
        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                uint64_t value = histogram_percentile(&histogram, cases[i].percent);

                ck_assert_uint_ge(value, cases[i].value);
                ck_assert_uint_le(value, cases[i].value + cases[i].value / 100);
        }
        ck_assert_uint_eq(histogram.max, 100000);
}
END_TEST

START_TEST(test_histogram_ends)
{
        static const uint64_t values[] = {
                0, 1, 127, 128, 255, 256, 257, 65535, UINT32_MAX, UINT64_MAX - 1, UINT64_MAX};

        for (size_t i = 0; i < ELEMENTSOF(values); i++) {
                static Histogram histogram;

                memset(&histogram, 0, sizeof(histogram));
                histogram_add(&histogram, values[i]);
                /* never more than what was seen */
                ck_assert_uint_eq(histogram_percentile(&histogram, 50), values[i]);
                histogram_add(&histogram, UINT64_MAX);
                ck_assert_uint_ge(histogram_percentile(&histogram, 50), values[i]);
                ck_assert_uint_le(
                        histogram_percentile(&histogram, 50) - values[i], values[i] / 128);
        }
}
END_TEST

TEST_MAIN("exchange", test_four_way, test_renewal, test_retransmission, test_wrong_acks,
        test_ack_to_discover, test_outside, test_shared_address, test_forgotten,
        test_clients_take_turns, test_percentiles, test_histogram_ends);
