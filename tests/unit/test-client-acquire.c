/* SPDX-License-Identifier: MIT */

/* The way to a lease in virtual time, by the sentences of RFC 2131 4.4.1 and 3.1: whatever is lost,
 * refused, or offered by several. */

#include "client-desk.h"

START_TEST(test_acquire)
{
        struct in_addr address;
        mdc_lease *lease;
        mdc_event event;
        uint16_t size;
        uint32_t xid;
        Desk desk;

        desk_init(&desk);
        desk_open(&desk);
        expect_state(&desk, "stopped");
        ck_assert_uint_eq(mdc_client_deadline(desk.client), MDC_INFINITY);
        ck_assert_int_eq(mdc_client_start(desk.client, desk.now), 0);
        ck_assert_int_eq(mdc_client_start(desk.client, desk.now), -EBUSY);

        /* table 5: DISCOVER has no address and no server */
        expect_sent(&desk, DHCP_DISCOVER);
        ck_assert_int_eq(desk.output.kind, MDC_OUTPUT_BROADCAST);
        ck_assert_uint_eq(desk.output.source.s_addr, 0);
        ck_assert_uint_eq(desk.sent.ciaddr, 0);
        ck_assert_uint_eq(desk.sent.flags, 0);
        ck_assert_uint_eq(desk.sent.secs, 0);
        ck_assert(!message_has(&desk.sent, DHCP_OPTION_SERVER_ID));
        ck_assert(!message_has(&desk.sent, DHCP_OPTION_REQUESTED_ADDRESS));
        ck_assert(message_has(&desk.sent, DHCP_OPTION_PARAMETER_LIST));
        ck_assert_int_eq(message_get_u16(&desk.sent, DHCP_OPTION_MAX_MESSAGE_SIZE, &size), 0);
        ck_assert_uint_eq(size, 1500 - 20 - 8); /* no frame of Ethernet is too small for it */
        xid = desk.sent.xid;

        desk_pass(&desk, 2 * SECOND);
        reply_taken(&desk, .type = DHCP_OFFER);
        expect_state(&desk, "requesting");

        /* the xid of the OFFER, the secs of the DISCOVER, server and address */
        expect_sent(&desk, DHCP_REQUEST);
        ck_assert_uint_eq(desk.sent.xid, xid);
        ck_assert_uint_eq(desk.sent.secs, 0);
        ck_assert_uint_eq(desk.sent.ciaddr, 0);
        ck_assert_int_eq(desk.output.kind, MDC_OUTPUT_BROADCAST);
        test_assert_bytes(desk.sent.options[DHCP_OPTION_SERVER_ID].data,
                desk.sent.options[DHCP_OPTION_SERVER_ID].size, "c0 a8 01 45");
        test_assert_bytes(desk.sent.options[DHCP_OPTION_REQUESTED_ADDRESS].data,
                desk.sent.options[DHCP_OPTION_REQUESTED_ADDRESS].size, "c0 a8 01 64");
        ck_assert(message_has(&desk.sent, DHCP_OPTION_PARAMETER_LIST));

        reply_taken(&desk, .type = DHCP_ACK);
        expect_state(&desk, "bound");
        event = expect_event(&desk, MDC_EVENT_ACQUIRED);
        ck_assert_int_eq(mdc_lease_get_address(event.lease, &address), 0);
        ck_assert_uint_eq(address.s_addr, desk_address(DESK_ADDRESS).s_addr);
        ck_assert_int_eq(mdc_client_get_lease(desk.client, &lease), 0);
        ck_assert_ptr_eq(lease, event.lease);
        expect_nothing_sent(&desk);
        desk_done(&desk);
}
END_TEST

/* What callers log, in order. */
START_TEST(test_events)
{
        static const struct {
                mdc_event_type type;
                mdc_message message;
        } expected[] = {
                {MDC_EVENT_STATE, 0}, /* init */
                {MDC_EVENT_STATE, 0}, /* selecting */
                {MDC_EVENT_SENT, MDC_MESSAGE_DISCOVER},
                {MDC_EVENT_RECEIVED, MDC_MESSAGE_OFFER},
                {MDC_EVENT_OFFER, 0},
                {MDC_EVENT_STATE, 0}, /* requesting */
                {MDC_EVENT_SENT, MDC_MESSAGE_REQUEST},
                {MDC_EVENT_RECEIVED, MDC_MESSAGE_ACK},
                {MDC_EVENT_STATE, 0}, /* bound */
                {MDC_EVENT_ACQUIRED, 0},
        };
        const mdc_event *event;
        Desk desk;

        desk_init(&desk);
        desk_open(&desk);
        desk_acquire(&desk, (Reply){0});
        for (size_t i = 0; i < ELEMENTSOF(expected); i++) {
                ck_assert_int_eq(mdc_client_next_event(desk.client, &event), 1);
                ck_assert_int_eq(event->type, expected[i].type);
                ck_assert_int_eq(event->message, expected[i].message);
        }
        ck_assert_int_eq(mdc_client_next_event(desk.client, &event), 0);
        desk_done(&desk);
}
END_TEST

START_TEST(test_start_delay)
{
        Desk desk;

        desk_init(&desk);
        ck_assert_int_eq(mdc_config_set_start_delay(desk.config, 10 * SECOND), 0);
        ck_assert_int_eq(mdc_config_set_start_delay(desk.config, MDC_INFINITY), -ERANGE);
        desk_open(&desk);
        ck_assert_int_eq(mdc_client_start(desk.client, desk.now), 0);
        expect_state(&desk, "init");
        expect_nothing_sent(&desk);
        expect_between(desk_wait(&desk), SECOND, 10 * SECOND);
        expect_sent(&desk, DHCP_DISCOVER);
        desk_done(&desk);
}
END_TEST

/* 4.1: 4, 8, 16, 32, 64, 64 seconds, each plus or minus one */
START_TEST(test_backoff)
{
        static const unsigned waits[] = {4, 8, 16, 32, 64, 64, 64};
        uint32_t xid = 0;
        usec_t total = 0;
        Desk desk;

        desk_init(&desk);
        desk_open(&desk);
        ck_assert_int_eq(mdc_client_start(desk.client, desk.now), 0);
        for (size_t i = 0; i < ELEMENTSOF(waits); i++) {
                usec_t passed;

                expect_sent(&desk, DHCP_DISCOVER);
                ck_assert_uint_eq(desk.sent.secs, total / SECOND);
                if (i > 0)
                        ck_assert_uint_eq(desk.sent.xid, xid);
                xid = desk.sent.xid;
                expect_nothing_sent(&desk);
                passed = desk_wait(&desk);
                expect_between(passed, (waits[i] - 1) * SECOND, (waits[i] + 1) * SECOND);
                total += passed;
        }
        expect_state(&desk, "selecting");
        desk_done(&desk);
}
END_TEST

/* 3.1.5: the REQUEST once more, then from the beginning; a server that goes on being silent
 * about what it offers is asked more and more slowly */
START_TEST(test_request_lost)
{
        usec_t asked;
        uint32_t xid;
        uint64_t begin;
        Desk desk;

        desk_init(&desk);
        desk_open(&desk);
        ck_assert_int_eq(mdc_client_start(desk.client, desk.now), 0);
        expect_sent(&desk, DHCP_DISCOVER);
        reply_taken(&desk, .type = DHCP_OFFER);
        for (unsigned round = 0; round < 4; round++) {
                if (round > 0)
                        reply_taken(&desk, .type = DHCP_OFFER);
                asked = desk.now;
                for (unsigned i = 0; i < 2; i++) {
                        expect_sent(&desk, DHCP_REQUEST);
                        (void) desk_wait(&desk);
                }
                xid = desk.sent.xid;
                expect_state(&desk, "init");
                expect_between(desk.now - asked, 7 * SECOND, 9 * SECOND);
                ck_assert_uint_eq(desk_wait(&desk), round > 0 ? SECOND << (round - 1) : 0);
                expect_state(&desk, "selecting");
                if (round < 3)
                        expect_sent(&desk, DHCP_DISCOVER);
        }
        expect_sent(&desk, DHCP_DISCOVER);
        ck_assert_uint_ne(desk.sent.xid, xid);

        /* an ACK that comes after a repetition counts from the first REQUEST */
        reply_taken(&desk, .type = DHCP_OFFER);
        expect_sent(&desk, DHCP_REQUEST);
        asked = desk.now;
        (void) desk_wait(&desk);
        expect_sent(&desk, DHCP_REQUEST);
        reply_taken(&desk, .type = DHCP_ACK);
        (void) expect_event(&desk, MDC_EVENT_ACQUIRED);
        ck_assert_int_eq(mdc_lease_get_begin(desk.lease, &begin), 0);
        ck_assert_uint_eq(begin, asked);
        desk_done(&desk);
}
END_TEST

/* 3.1.5: a NAK restarts; one that repeats, more slowly */
START_TEST(test_nak)
{
        Desk desk;

        desk_init(&desk);
        desk_open(&desk);
        ck_assert_int_eq(mdc_client_start(desk.client, desk.now), 0);
        for (unsigned i = 0; i < 4; i++) {
                expect_sent(&desk, DHCP_DISCOVER);
                reply_taken(&desk, .type = DHCP_OFFER);
                expect_sent(&desk, DHCP_REQUEST);
                reply_dropped(
                        &desk, MDC_DROP_WRONG_SERVER, .type = DHCP_NAK, .server = "192.168.1.70");
                reply_taken(&desk, .type = DHCP_NAK);
                (void) expect_event(&desk, MDC_EVENT_REFUSED);
                expect_nothing_sent(&desk);
                ck_assert_uint_eq(desk_wait(&desk), i > 0 ? SECOND << (i - 1) : 0);
                expect_state(&desk, "selecting");
        }
        desk_done(&desk);
}
END_TEST

/* The longest of several offers, or the wanted address. */
START_TEST(test_choose)
{
        static const struct {
                const char *wanted, *chosen;
        } cases[] = {{"0.0.0.0", "192.168.1.102"}, {"192.168.1.103", "192.168.1.103"}};

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                struct in_addr wanted = desk_address(cases[i].wanted);
                Desk desk;
                ipv4_t address = 0;

                desk_init(&desk);
                ck_assert_int_eq(mdc_config_set_offer_wait(desk.config, SECOND), 0);
                ck_assert_int_eq(mdc_config_set_requested_address(desk.config, wanted), 0);
                desk_open(&desk);
                ck_assert_int_eq(mdc_client_start(desk.client, desk.now), 0);
                expect_sent(&desk, DHCP_DISCOVER);
                reply_taken(&desk, .type = DHCP_OFFER, .address = "192.168.1.101");
                reply_taken(&desk, .type = DHCP_OFFER, .address = "192.168.1.102", .seconds = 9000,
                        .server = "192.168.1.70");
                reply_taken(&desk, .type = DHCP_OFFER, .address = "192.168.1.103",
                        .server = "192.168.1.71");
                expect_nothing_sent(&desk);
                ck_assert_uint_eq(desk_wait(&desk), SECOND);
                expect_sent(&desk, DHCP_REQUEST);
                ck_assert_int_eq(
                        message_get_ipv4(&desk.sent, DHCP_OPTION_REQUESTED_ADDRESS, &address), 0);
                ck_assert_uint_eq(address, desk_ipv4(cases[i].chosen));
                ck_assert_uint_eq(count_events(&desk, MDC_EVENT_OFFER), 3);
                desk_done(&desk);
        }
}
END_TEST

START_TEST(test_select)
{
        _cleanup_(mdc_lease_unrefp) mdc_lease *second = NULL;
        ipv4_t server = 0;
        Desk desk;

        desk_init(&desk);
        ck_assert_int_eq(mdc_config_set_manual_select(desk.config, true), 0);
        desk_open(&desk);
        ck_assert_int_eq(mdc_client_start(desk.client, desk.now), 0);
        expect_sent(&desk, DHCP_DISCOVER);
        reply_taken(&desk, .type = DHCP_OFFER);
        (void) expect_event(&desk, MDC_EVENT_OFFER);
        reply_taken(&desk, .type = DHCP_OFFER, .server = "192.168.1.70");
        (void) expect_event(&desk, MDC_EVENT_OFFER);
        second = mdc_lease_ref(desk.lease);
        expect_state(&desk, "selecting");

        ck_assert_int_eq(mdc_client_select(desk.client, desk.now, second), 0);
        expect_sent(&desk, DHCP_REQUEST);
        ck_assert_int_eq(message_get_ipv4(&desk.sent, DHCP_OPTION_SERVER_ID, &server), 0);
        ck_assert_uint_eq(server, desk_ipv4("192.168.1.70"));
        ck_assert_int_eq(mdc_client_select(desk.client, desk.now, second), -EBUSY);
        reply_dropped(&desk, MDC_DROP_WRONG_SERVER, .type = DHCP_ACK);
        reply_taken(&desk, .type = DHCP_ACK, .server = "192.168.1.70");
        expect_state(&desk, "bound");
        desk_done(&desk);
}
END_TEST

START_TEST(test_rapid_commit)
{
        Desk desk;

        desk_init(&desk);
        ck_assert_int_eq(mdc_config_set_rapid_commit(desk.config, true), 0);
        desk_open(&desk);
        ck_assert_int_eq(mdc_client_start(desk.client, desk.now), 0);
        expect_sent(&desk, DHCP_DISCOVER);
        ck_assert(message_has(&desk.sent, DHCP_OPTION_RAPID_COMMIT));
        reply_dropped(&desk, MDC_DROP_NO_RAPID_COMMIT, .type = DHCP_ACK);
        reply_taken(&desk, .type = DHCP_ACK, .rapid_commit = true);
        expect_state(&desk, "bound");
        desk_done(&desk);

        /* who has not asked does not take it */
        desk_init(&desk);
        desk_open(&desk);
        ck_assert_int_eq(mdc_client_start(desk.client, desk.now), 0);
        expect_sent(&desk, DHCP_DISCOVER);
        ck_assert(!message_has(&desk.sent, DHCP_OPTION_RAPID_COMMIT));
        reply_dropped(&desk, MDC_DROP_NO_RAPID_COMMIT, .type = DHCP_ACK, .rapid_commit = true);
        desk_done(&desk);
}
END_TEST

/* Who wants to choose is not given what was not chosen. */
/* The lease counts from the REQUEST: what comes after its end is no lease. */
START_TEST(test_ack_after_the_end)
{
        Desk desk;

        desk_init(&desk);
        desk_open(&desk);
        ck_assert_int_eq(mdc_client_start(desk.client, desk.now), 0);
        expect_sent(&desk, DHCP_DISCOVER);
        reply_taken(&desk, .type = DHCP_OFFER, .seconds = 2);
        expect_sent(&desk, DHCP_REQUEST);
        desk_pass(&desk, 2 * SECOND);
        reply_dropped(&desk, MDC_DROP_LEASE_ENDED, .type = DHCP_ACK, .seconds = 2);
        expect_state(&desk, "requesting");
        ck_assert_uint_eq(count_events(&desk, MDC_EVENT_ACQUIRED), 0);
        reply_taken(&desk, .type = DHCP_ACK, .seconds = 3);
        expect_state(&desk, "bound");
        desk_done(&desk);
}
END_TEST

/* Which of several DISCOVERs is answered is told by the xid, since the lease counts from it. */
START_TEST(test_rapid_commit_late)
{
        uint64_t begin;
        uint32_t xid;
        Desk desk;

        desk_init(&desk);
        ck_assert_int_eq(mdc_config_set_rapid_commit(desk.config, true), 0);
        desk_open(&desk);
        ck_assert_int_eq(mdc_client_start(desk.client, desk.now), 0);
        expect_sent(&desk, DHCP_DISCOVER);
        xid = desk.sent.xid;
        (void) desk_wait(&desk);
        expect_sent(&desk, DHCP_DISCOVER);
        ck_assert_uint_ne(desk.sent.xid, xid);
        reply_dropped(
                &desk, MDC_DROP_WRONG_XID, .type = DHCP_ACK, .rapid_commit = true, .xid = xid);
        reply_taken(&desk, .type = DHCP_ACK, .rapid_commit = true);
        (void) expect_event(&desk, MDC_EVENT_ACQUIRED);
        ck_assert_int_eq(mdc_lease_get_begin(desk.lease, &begin), 0);
        ck_assert_uint_eq(begin, desk.now);
        desk_done(&desk);
}
END_TEST

START_TEST(test_rapid_commit_and_select)
{
        Desk desk;

        desk_init(&desk);
        ck_assert_int_eq(mdc_config_set_rapid_commit(desk.config, true), 0);
        ck_assert_int_eq(mdc_config_set_manual_select(desk.config, true), 0);
        desk_open(&desk);
        ck_assert_int_eq(mdc_client_start(desk.client, desk.now), 0);
        expect_sent(&desk, DHCP_DISCOVER);
        ck_assert(!message_has(&desk.sent, DHCP_OPTION_RAPID_COMMIT));
        reply_dropped(&desk, MDC_DROP_NO_RAPID_COMMIT, .type = DHCP_ACK, .rapid_commit = true);
        reply_taken(&desk, .type = DHCP_OFFER);
        expect_state(&desk, "selecting");
        desk_done(&desk);
}
END_TEST

TEST_MAIN("client-acquire", test_acquire, test_events, test_start_delay, test_backoff,
        test_request_lost, test_nak, test_choose, test_select, test_rapid_commit,
        test_ack_after_the_end, test_rapid_commit_late, test_rapid_commit_and_select);
