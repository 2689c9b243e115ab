/* SPDX-License-Identifier: MIT */

/* A lease in virtual time, by the sentences of RFC 2131 4.4.5: renewed, rebound, refused, slept
 * through, or ended by nothing but the clock. */

#include "client-desk.h"

/* 4.4.5: T1, renewals at half of what remains, T2, rebinding, the end */
START_TEST(test_renew_rebind_expire)
{
        usec_t bound, t2;
        uint32_t xid;
        Desk desk;

        desk_init(&desk);
        desk_open(&desk);
        desk_acquire(&desk, (Reply){0});
        bound = desk.now;
        t2 = bound + 3150 * SECOND;

        /* T1 is half an hour, up to a hundredth earlier */
        expect_between(desk_wait(&desk), 1782 * SECOND, 1800 * SECOND);
        expect_state(&desk, "renewing");
        expect_sent(&desk, DHCP_REQUEST);
        xid = desk.sent.xid;
        ck_assert_int_eq(desk.output.kind, MDC_OUTPUT_UNICAST);
        ck_assert_uint_eq(desk.output.source.s_addr, desk_address(DESK_ADDRESS).s_addr);
        ck_assert_uint_eq(desk.output.destination.s_addr, desk_address(DESK_SERVER).s_addr);
        ck_assert_uint_eq(desk.sent.ciaddr, desk_ipv4(DESK_ADDRESS));
        ck_assert(!message_has(&desk.sent, DHCP_OPTION_SERVER_ID));
        ck_assert(!message_has(&desk.sent, DHCP_OPTION_REQUESTED_ADDRESS));

        for (;;) {
                usec_t remaining = t2 - desk.now, wait = MAX(remaining / 2, 60 * SECOND);

                ck_assert_uint_eq(desk_wait(&desk), MIN(wait, remaining));
                if (desk.now == t2)
                        break;
                expect_state(&desk, "renewing");
                expect_sent(&desk, DHCP_REQUEST);
                /* minutes later, it is told apart by its answer */
                ck_assert_uint_ne(desk.sent.xid, xid);
                xid = desk.sent.xid;
                ck_assert_uint_gt(desk.sent.secs, 0);
        }

        expect_state(&desk, "rebinding");
        expect_sent(&desk, DHCP_REQUEST);
        ck_assert_uint_eq(desk.sent.xid, xid);
        ck_assert_int_eq(desk.output.kind, MDC_OUTPUT_BROADCAST);
        ck_assert_uint_eq(desk.output.source.s_addr, desk_address(DESK_ADDRESS).s_addr);
        ck_assert_uint_eq(desk.sent.ciaddr, desk_ipv4(DESK_ADDRESS));
        ck_assert_uint_eq(desk.sent.flags, 0);
        ck_assert_uint_eq(desk_wait(&desk), 225 * SECOND);
        expect_sent(&desk, DHCP_REQUEST);

        for (;;) {
                (void) desk_wait(&desk);
                if (desk.now >= bound + 3600 * SECOND)
                        break;
                expect_sent(&desk, DHCP_REQUEST);
        }
        ck_assert_uint_eq(desk.now, bound + 3600 * SECOND);
        (void) expect_event(&desk, MDC_EVENT_EXPIRED);
        expect_nothing_sent(&desk);
        ck_assert_uint_eq(desk_wait(&desk), 0);
        expect_state(&desk, "selecting");
        desk_done(&desk);
}
END_TEST

START_TEST(test_renewed)
{
        usec_t asked;
        uint64_t begin;
        Desk desk;

        desk_init(&desk);
        desk_open(&desk);
        desk_acquire(&desk, (Reply){0});
        (void) desk_wait(&desk);
        expect_sent(&desk, DHCP_REQUEST);
        asked = desk.now;
        desk_pass(&desk, SECOND);
        reply_dropped(&desk, MDC_DROP_WRONG_ADDRESS, .type = DHCP_ACK, .address = "192.168.1.101");
        reply_taken(&desk, .type = DHCP_ACK, .seconds = 7200);
        expect_state(&desk, "bound");
        (void) expect_event(&desk, MDC_EVENT_RENEWED);
        ck_assert_int_eq(mdc_lease_get_begin(desk.lease, &begin), 0);
        ck_assert_uint_eq(begin, asked);
        expect_between(desk_wait(&desk), 3539 * SECOND, 3599 * SECOND);
        expect_state(&desk, "renewing");
        desk_done(&desk);
}
END_TEST

/* An answer that may be to either of two messages counts from the first: the lease is the server's,
 * and must not outlive it. */
START_TEST(test_renewal_answered_late)
{
        usec_t asked, passed;
        uint32_t xid;
        uint64_t begin;
        Desk desk;

        desk_init(&desk);
        desk_open(&desk);
        desk_acquire(&desk, (Reply){.seconds = 60});
        (void) desk_wait(&desk);
        expect_state(&desk, "renewing");
        expect_sent(&desk, DHCP_REQUEST);
        asked = desk.now;
        xid = desk.sent.xid;
        (void) desk_wait(&desk);
        expect_state(&desk, "rebinding");
        expect_sent(&desk, DHCP_REQUEST);
        ck_assert_uint_eq(desk.sent.xid, xid);
        reply_taken(&desk, .type = DHCP_ACK, .seconds = 3600);
        (void) expect_event(&desk, MDC_EVENT_RENEWED);
        ck_assert_int_eq(mdc_lease_get_begin(desk.lease, &begin), 0);
        ck_assert_uint_eq(begin, asked);

        /* a minute later and more it is another question */
        (void) desk_wait(&desk);
        expect_state(&desk, "renewing");
        expect_sent(&desk, DHCP_REQUEST);
        xid = desk.sent.xid;
        passed = desk_wait(&desk);
        ck_assert_uint_ge(passed, 60 * SECOND);
        expect_sent(&desk, DHCP_REQUEST);
        ck_assert_uint_ne(desk.sent.xid, xid);
        reply_dropped(&desk, MDC_DROP_WRONG_XID, .type = DHCP_ACK, .xid = xid);
        reply_taken(&desk, .type = DHCP_ACK);
        (void) expect_event(&desk, MDC_EVENT_RENEWED);
        ck_assert_int_eq(mdc_lease_get_begin(desk.lease, &begin), 0);
        ck_assert_uint_eq(begin, desk.now);
        desk_done(&desk);
}
END_TEST

/* By wish after T2: its own server gets its chance, and everybody again after it. */
START_TEST(test_renew_while_rebinding)
{
        Desk desk;

        desk_init(&desk);
        desk_open(&desk);
        desk_acquire(&desk, (Reply){0});
        desk_pass(&desk, 3200 * SECOND);
        expect_state(&desk, "rebinding");
        expect_sent(&desk, DHCP_REQUEST);
        ck_assert_int_eq(mdc_client_renew(desk.client, desk.now), 0);
        expect_state(&desk, "renewing");
        expect_sent(&desk, DHCP_REQUEST);
        ck_assert_int_eq(desk.output.kind, MDC_OUTPUT_UNICAST);
        expect_between(desk_wait(&desk), 60 * SECOND, 60 * SECOND);
        expect_state(&desk, "rebinding");
        expect_sent(&desk, DHCP_REQUEST);
        ck_assert_int_eq(desk.output.kind, MDC_OUTPUT_BROADCAST);
        expect_nothing_sent(&desk);
        desk_done(&desk);
}
END_TEST

START_TEST(test_nak_of_renewal)
{
        mdc_lease *lease;
        mdc_event event;
        Desk desk;

        desk_init(&desk);
        desk_open(&desk);
        desk_acquire(&desk, (Reply){0});
        reply_dropped(&desk, MDC_DROP_WRONG_STATE, .type = DHCP_NAK);
        ck_assert_int_eq(mdc_client_renew(desk.client, desk.now), 0);
        expect_sent(&desk, DHCP_REQUEST);
        reply_dropped(&desk, MDC_DROP_WRONG_SERVER, .type = DHCP_NAK, .server = "192.168.1.70");

        /* in REBINDING every server may refuse */
        ck_assert_int_eq(mdc_client_rebind(desk.client, desk.now), 0);
        expect_sent(&desk, DHCP_REQUEST);
        reply_taken(&desk, .type = DHCP_NAK, .server = "192.168.1.70");
        event = expect_event(&desk, MDC_EVENT_REFUSED);
        ck_assert_ptr_nonnull(event.lease);
        ck_assert_uint_eq(event.address.s_addr, desk_address("192.168.1.70").s_addr);
        ck_assert_int_eq(mdc_client_get_lease(desk.client, &lease), -ENODATA);
        expect_state(&desk, "init");
        desk_done(&desk);
}
END_TEST

/* Slept through T1, T2 or the end: the state that the clock says. */
START_TEST(test_slept)
{
        static const struct {
                unsigned seconds;
                const char *state;
        } cases[] = {{1700, "bound"}, {2000, "renewing"}, {3200, "rebinding"}, {4000, "init"}};

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                Desk desk;

                desk_init(&desk);
                desk_open(&desk);
                desk_acquire(&desk, (Reply){0});
                desk_pass(&desk, cases[i].seconds * SECOND);
                expect_state(&desk, cases[i].state);
                desk_done(&desk);
        }
}
END_TEST

START_TEST(test_infinite)
{
        Desk desk;

        desk_init(&desk);
        desk_open(&desk);
        desk_acquire(&desk, (Reply){.seconds = UINT32_MAX});
        expect_state(&desk, "bound");
        ck_assert_uint_eq(mdc_client_deadline(desk.client), MDC_INFINITY);

        /* renewed by wish it is repeated every minute, and never ends */
        ck_assert_int_eq(mdc_client_renew(desk.client, desk.now), 0);
        expect_sent(&desk, DHCP_REQUEST);
        ck_assert_uint_eq(desk_wait(&desk), 60 * SECOND);
        expect_sent(&desk, DHCP_REQUEST);
        reply_taken(&desk, .type = DHCP_ACK, .seconds = UINT32_MAX);
        ck_assert_uint_eq(mdc_client_deadline(desk.client), MDC_INFINITY);
        desk_done(&desk);
}
END_TEST

/* A clock may begin at 0, as that of a machine does. */
START_TEST(test_clock_beginning)
{
        Desk desk;

        desk_init(&desk);
        desk.now = 0;
        desk_open(&desk);
        desk_acquire(&desk, (Reply){0});
        expect_state(&desk, "bound");
        ck_assert_int_eq(mdc_client_tick(desk.client, 0), 0);
        expect_state(&desk, "bound");
        expect_between(desk_wait(&desk), 1760 * SECOND, 1800 * SECOND);
        expect_state(&desk, "renewing");
        desk_done(&desk);
}
END_TEST

/* The clock near its end saturates. */
START_TEST(test_clock_end)
{
        Desk desk;

        desk_init(&desk);
        desk.now = (usec_t) INT64_MAX - SECOND;
        desk_open(&desk);
        desk_acquire(&desk, (Reply){.seconds = UINT32_MAX - 1});
        expect_state(&desk, "bound");
        desk_done(&desk);
}
END_TEST

/* At the end of time what never comes does not come either. */
START_TEST(test_clock_infinity)
{
        Desk desk;

        /* a lease without end */
        desk_init(&desk);
        desk_open(&desk);
        desk_acquire(&desk, (Reply){.seconds = UINT32_MAX});
        ck_assert_int_eq(mdc_client_tick(desk.client, MDC_INFINITY), 0);
        expect_state(&desk, "bound");
        ck_assert_int_eq(mdc_client_renew(desk.client, desk.now), 0);
        ck_assert_int_eq(mdc_client_tick(desk.client, MDC_INFINITY), 0);
        expect_state(&desk, "renewing");
        ck_assert_int_eq(mdc_client_rebind(desk.client, desk.now), 0);
        ck_assert_int_eq(mdc_client_tick(desk.client, MDC_INFINITY), 0);
        expect_state(&desk, "rebinding");
        desk_done(&desk);

        /* the choice of an offer where there is none */
        desk_init(&desk);
        desk_open(&desk);
        ck_assert_int_eq(mdc_client_start(desk.client, desk.now), 0);
        ck_assert_int_eq(mdc_client_tick(desk.client, MDC_INFINITY), 0);
        expect_state(&desk, "selecting");
        ck_assert_int_eq(mdc_client_tick(desk.client, MDC_INFINITY), 0);
        expect_state(&desk, "selecting");
        desk_done(&desk);

        /* one with an end has ended */
        desk_init(&desk);
        desk_open(&desk);
        desk_acquire(&desk, (Reply){0});
        ck_assert_int_eq(mdc_client_tick(desk.client, MDC_INFINITY), 0);
        (void) expect_event(&desk, MDC_EVENT_EXPIRED);
        expect_state(&desk, "init");
        desk_done(&desk);
}
END_TEST

TEST_MAIN("client-hold", test_renew_rebind_expire, test_renewed, test_renewal_answered_late,
        test_renew_while_rebinding, test_nak_of_renewal, test_slept, test_infinite,
        test_clock_beginning, test_clock_end, test_clock_infinity);
