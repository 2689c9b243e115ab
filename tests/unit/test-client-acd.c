/* SPDX-License-Identifier: MIT */
/* RFC 5227 on the desk: probe, announce, defend, and DECLINE when all that fails. */

#include "client-desk.h"

static const uint8_t stranger[ETHERNET_ADDRESS_SIZE] = {2, 0, 0, 0, 0, 99};

static int hear(Desk *desk, uint16_t operation, const uint8_t *hardware, const char *sender,
        const char *target) {
        ArpPacket packet = {
                .operation = operation,
                .sender = desk_ipv4(sender),
                .target = desk_ipv4(target),
        };
        uint8_t bytes[ARP_PACKET_SIZE];

        memcpy(packet.sender_hardware, hardware, ETHERNET_ADDRESS_SIZE);
        arp_build(bytes, &packet);
        return mdc_client_input_arp(desk->client, desk->now, bytes, sizeof(bytes));
}

static void open_probing(Desk *desk, mdc_acd acd) {
        desk_init(desk);
        ck_assert_int_eq(mdc_config_set_acd(desk->config, acd), 0);
        desk_open(desk);
        desk_acquire(desk, (Reply){0});
        expect_state(desk, "probing");
}

static void pass_probes(Desk *desk) {
        for (unsigned i = 0; i < 3; i++) {
                (void) desk_wait(desk);
                expect_arp(desk, "0.0.0.0", DESK_ADDRESS);
        }
        (void) desk_wait(desk);
        expect_state(desk, "bound");
        expect_arp(desk, DESK_ADDRESS, DESK_ADDRESS);
}

/* 2.1.1, 2.3: the times of the RFC */
START_TEST(test_free)
{
        Desk desk;

        open_probing(&desk, MDC_ACD_FULL);
        expect_between(desk_wait(&desk), 0, SECOND);
        expect_arp(&desk, "0.0.0.0", DESK_ADDRESS);
        for (unsigned i = 0; i < 2; i++) {
                expect_between(desk_wait(&desk), SECOND, 2 * SECOND);
                expect_arp(&desk, "0.0.0.0", DESK_ADDRESS);
        }
        ck_assert_uint_eq(count_events(&desk, MDC_EVENT_ACQUIRED), 0);
        ck_assert_uint_eq(desk_wait(&desk), 2 * SECOND);
        (void) expect_event(&desk, MDC_EVENT_ACQUIRED);
        expect_arp(&desk, DESK_ADDRESS, DESK_ADDRESS);
        ck_assert_uint_eq(desk_wait(&desk), 2 * SECOND);
        expect_arp(&desk, DESK_ADDRESS, DESK_ADDRESS);
        (void) desk_wait(&desk);
        expect_state(&desk, "renewing");
        desk_done(&desk);
}
END_TEST

START_TEST(test_fast)
{
        usec_t begin;
        Desk desk;

        open_probing(&desk, MDC_ACD_FAST);
        begin = desk.now;
        pass_probes(&desk);
        expect_between(desk.now - begin, 0, SECOND / 5);
        desk_done(&desk);
}
END_TEST

START_TEST(test_taken)
{
        static const struct {
                uint16_t operation;
                const char *sender, *target;
        } conflicts[] = {
                {ARP_OP_REPLY, DESK_ADDRESS, "0.0.0.0"},
                {ARP_OP_REQUEST, DESK_ADDRESS, "192.168.1.1"},
                {ARP_OP_REQUEST, "0.0.0.0", DESK_ADDRESS}, /* somebody else probes for it */
        };

        for (size_t i = 0; i < ELEMENTSOF(conflicts); i++) {
                mdc_event event;
                Desk desk;

                open_probing(&desk, MDC_ACD_FULL);
                (void) desk_wait(&desk);
                expect_arp(&desk, "0.0.0.0", DESK_ADDRESS);

                /* none of these is a conflict: ours, another address, somebody who looks for it */
                ck_assert_int_eq(
                        hear(&desk, ARP_OP_REQUEST, desk_hardware, "0.0.0.0", DESK_ADDRESS), 0);
                ck_assert_int_eq(
                        hear(&desk, ARP_OP_REPLY, stranger, "192.168.1.9", DESK_ADDRESS), 0);
                ck_assert_int_eq(
                        hear(&desk, ARP_OP_REQUEST, stranger, "192.168.1.9", DESK_ADDRESS), 0);
                ck_assert_int_eq(mdc_client_input_arp(desk.client, desk.now, "short", 5), 0);

                ck_assert_int_eq(hear(&desk, conflicts[i].operation, stranger, conflicts[i].sender,
                                         conflicts[i].target),
                        1);
                expect_sent(&desk, DHCP_DECLINE);
                event = expect_event(&desk, MDC_EVENT_CONFLICT);
                ck_assert_mem_eq(event.hardware, stranger, sizeof(stranger));
                ck_assert_uint_eq(count_events(&desk, MDC_EVENT_ACQUIRED), 0);
                expect_state(&desk, "init");
                ck_assert_uint_eq(desk_wait(&desk), 10 * SECOND);
                expect_sent(&desk, DHCP_DISCOVER);
                desk_done(&desk);
        }
}
END_TEST

/* 2.4 (b): defended once in ten seconds */
START_TEST(test_defend)
{
        Desk desk;

        open_probing(&desk, MDC_ACD_FULL);
        pass_probes(&desk);
        (void) desk_wait(&desk);
        expect_arp(&desk, DESK_ADDRESS, DESK_ADDRESS);

        ck_assert_int_eq(hear(&desk, ARP_OP_REQUEST, stranger, "0.0.0.0", DESK_ADDRESS), 0);
        ck_assert_int_eq(hear(&desk, ARP_OP_REPLY, stranger, DESK_ADDRESS, "0.0.0.0"), 1);
        expect_arp(&desk, DESK_ADDRESS, DESK_ADDRESS);
        expect_state(&desk, "bound");
        desk_pass(&desk, 10 * SECOND);
        ck_assert_int_eq(hear(&desk, ARP_OP_REPLY, stranger, DESK_ADDRESS, "0.0.0.0"), 1);
        expect_arp(&desk, DESK_ADDRESS, DESK_ADDRESS);
        desk_pass(&desk, 9 * SECOND);
        ck_assert_int_eq(hear(&desk, ARP_OP_REPLY, stranger, DESK_ADDRESS, "0.0.0.0"), 1);
        expect_sent(&desk, DHCP_DECLINE);
        (void) expect_event(&desk, MDC_EVENT_CONFLICT);
        expect_state(&desk, "init");
        desk_done(&desk);
}
END_TEST

/* 2.1.1: after ten conflicts no more than one attempt a minute */
START_TEST(test_rate_limit)
{
        Desk desk;

        open_probing(&desk, MDC_ACD_FAST);
        for (unsigned i = 1;; i++) {
                ck_assert_int_eq(hear(&desk, ARP_OP_REPLY, stranger, DESK_ADDRESS, "0.0.0.0"), 1);
                expect_sent(&desk, DHCP_DECLINE);
                ck_assert_uint_eq(desk_wait(&desk), (i > 10 ? 60 : 10) * SECOND);
                if (i == 12)
                        break;
                expect_sent(&desk, DHCP_DISCOVER);
                reply_taken(&desk, .type = DHCP_OFFER);
                expect_sent(&desk, DHCP_REQUEST);
                reply_taken(&desk, .type = DHCP_ACK);
        }
        desk_done(&desk);
}
END_TEST

/* The address that was wished for is not wished for again. */
START_TEST(test_not_again)
{
        Desk desk;

        desk_init(&desk);
        ck_assert_int_eq(
                mdc_config_set_requested_address(desk.config, desk_address(DESK_ADDRESS)), 0);
        ck_assert_int_eq(mdc_config_set_acd(desk.config, MDC_ACD_FAST), 0);
        desk_open(&desk);
        desk_acquire(&desk, (Reply){0});
        ck_assert_int_eq(hear(&desk, ARP_OP_REPLY, stranger, DESK_ADDRESS, "0.0.0.0"), 1);
        expect_sent(&desk, DHCP_DECLINE);
        (void) desk_wait(&desk);
        expect_sent(&desk, DHCP_DISCOVER);
        ck_assert(!message_has(&desk.sent, DHCP_OPTION_REQUESTED_ADDRESS));
        desk_done(&desk);
}
END_TEST

/* A lease that ends while it is probed is not used. */
START_TEST(test_expires_while_probed)
{
        Desk desk;

        desk_init(&desk);
        ck_assert_int_eq(mdc_config_set_acd(desk.config, MDC_ACD_FULL), 0);
        desk_open(&desk);
        desk_acquire(&desk, (Reply){.seconds = 1});
        desk_pass(&desk, 2 * SECOND);
        ck_assert_uint_eq(count_events(&desk, MDC_EVENT_ACQUIRED), 0);
        expect_state(&desk, "init");
        desk_done(&desk);
}
END_TEST

TEST_MAIN("client-acd", test_free, test_fast, test_taken, test_defend, test_rate_limit,
        test_not_again, test_expires_while_probed);
