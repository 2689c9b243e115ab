/* SPDX-License-Identifier: MIT */
/* The client as transcripts in virtual time, by the sentences of RFC 2131 4.4. */

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

/* 3.1.5: the REQUEST four times more, then from the beginning */
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
        asked = desk.now;
        for (unsigned i = 0; i < 5; i++) {
                expect_sent(&desk, DHCP_REQUEST);
                ck_assert_uint_eq(desk.sent.secs, 0);
                (void) desk_wait(&desk);
        }
        xid = desk.sent.xid;
        expect_state(&desk, "init");
        ck_assert_uint_eq(desk_wait(&desk), 0);
        expect_state(&desk, "selecting");
        expect_between(desk.now - asked, 119 * SECOND, 129 * SECOND);
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
                ck_assert_uint_eq(desk.sent.xid, xid);
                ck_assert_uint_gt(desk.sent.secs, 0);
        }

        expect_state(&desk, "rebinding");
        expect_sent(&desk, DHCP_REQUEST);
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

START_TEST(test_init_reboot)
{
        Desk desk;

        desk_init(&desk);
        ck_assert_int_eq(mdc_config_set_broadcast(desk.config, true), 0);
        desk_open(&desk);
        ck_assert_int_eq(
                mdc_client_init_reboot(desk.client, desk.now, desk_address("0.0.0.0")), -EINVAL);
        ck_assert_int_eq(
                mdc_client_init_reboot(desk.client, desk.now, desk_address(DESK_ADDRESS)), 0);
        expect_state(&desk, "rebooting");

        /* table 5: option 50 MUST, option 54 MUST NOT, ciaddr zero */
        expect_sent(&desk, DHCP_REQUEST);
        ck_assert_uint_eq(desk.sent.ciaddr, 0);
        ck_assert_uint_eq(desk.sent.flags, DHCP_FLAG_BROADCAST);
        ck_assert(!message_has(&desk.sent, DHCP_OPTION_SERVER_ID));
        test_assert_bytes(desk.sent.options[DHCP_OPTION_REQUESTED_ADDRESS].data,
                desk.sent.options[DHCP_OPTION_REQUESTED_ADDRESS].size, "c0 a8 01 64");
        reply_dropped(&desk, MDC_DROP_WRONG_ADDRESS, .type = DHCP_ACK, .address = "192.168.1.5");
        reply_taken(&desk, .type = DHCP_ACK);
        expect_state(&desk, "bound");
        desk_done(&desk);
}
END_TEST

/* Refused, or nobody there: like a client without history. */
START_TEST(test_init_reboot_fails)
{
        for (int refused = 0; refused < 2; refused++) {
                Desk desk;

                desk_init(&desk);
                desk_open(&desk);
                ck_assert_int_eq(
                        mdc_client_init_reboot(desk.client, desk.now, desk_address(DESK_ADDRESS)),
                        0);
                expect_sent(&desk, DHCP_REQUEST);
                if (refused) {
                        reply_taken(&desk, .type = DHCP_NAK, .server = "192.168.1.77");
                } else {
                        for (unsigned i = 0; i < 4; i++) {
                                (void) desk_wait(&desk);
                                expect_sent(&desk, DHCP_REQUEST);
                        }
                        (void) desk_wait(&desk);
                }
                ck_assert_uint_eq(desk_wait(&desk), 0);
                expect_state(&desk, "selecting");
                expect_sent(&desk, DHCP_DISCOVER);
                desk_done(&desk);
        }
}
END_TEST

START_TEST(test_release)
{
        Desk desk;

        desk_init(&desk);
        ck_assert_int_eq(mdc_config_set_lease_time(desk.config, 7200 * SECOND), 0);
        ck_assert_int_eq(mdc_config_set_vendor_class(desk.config, "test"), 0);
        desk_open(&desk);
        ck_assert_int_eq(mdc_client_release(desk.client, desk.now, NULL), -ENODATA);
        desk_acquire(&desk, (Reply){0});
        ck_assert_int_eq(mdc_client_release(desk.client, desk.now, "going home"), 0);

        /* table 5: ciaddr and server MUST; requested address, lease time and lists MUST NOT */
        expect_sent(&desk, DHCP_RELEASE);
        ck_assert_int_eq(desk.output.kind, MDC_OUTPUT_UNICAST);
        ck_assert_uint_eq(desk.output.destination.s_addr, desk_address(DESK_SERVER).s_addr);
        ck_assert_uint_eq(desk.sent.ciaddr, desk_ipv4(DESK_ADDRESS));
        ck_assert(message_has(&desk.sent, DHCP_OPTION_SERVER_ID));
        ck_assert(message_has(&desk.sent, DHCP_OPTION_CLIENT_ID));
        ck_assert(message_has(&desk.sent, DHCP_OPTION_MESSAGE));
        ck_assert(!message_has(&desk.sent, DHCP_OPTION_REQUESTED_ADDRESS));
        ck_assert(!message_has(&desk.sent, DHCP_OPTION_LEASE_TIME));
        ck_assert(!message_has(&desk.sent, DHCP_OPTION_PARAMETER_LIST));
        ck_assert(!message_has(&desk.sent, DHCP_OPTION_MAX_MESSAGE_SIZE));
        ck_assert(!message_has(&desk.sent, DHCP_OPTION_VENDOR_CLASS));
        (void) expect_event(&desk, MDC_EVENT_RELEASED);
        expect_state(&desk, "stopped");
        ck_assert_uint_eq(mdc_client_deadline(desk.client), MDC_INFINITY);
        desk_done(&desk);
}
END_TEST

START_TEST(test_decline)
{
        Desk desk;

        desk_init(&desk);
        ck_assert_int_eq(mdc_config_set_manual_accept(desk.config, true), 0);
        desk_open(&desk);
        desk_acquire(&desk, (Reply){0});
        (void) expect_event(&desk, MDC_EVENT_GRANTED);
        expect_state(&desk, "granted");
        ck_assert_int_eq(mdc_client_renew(desk.client, desk.now), -ENODATA);
        ck_assert_int_eq(mdc_client_decline(desk.client, desk.now, NULL), 0);

        /* table 5: ciaddr zero, address and server MUST, the rest MUST NOT; 4.4.4: broadcast */
        expect_sent(&desk, DHCP_DECLINE);
        ck_assert_int_eq(desk.output.kind, MDC_OUTPUT_BROADCAST);
        ck_assert_uint_eq(desk.output.source.s_addr, 0);
        ck_assert_uint_eq(desk.sent.ciaddr, 0);
        ck_assert_uint_eq(desk.sent.secs, 0);
        ck_assert(message_has(&desk.sent, DHCP_OPTION_REQUESTED_ADDRESS));
        ck_assert(message_has(&desk.sent, DHCP_OPTION_SERVER_ID));
        ck_assert(!message_has(&desk.sent, DHCP_OPTION_PARAMETER_LIST));
        ck_assert_uint_eq(desk_wait(&desk), 10 * SECOND);
        expect_sent(&desk, DHCP_DISCOVER);

        reply_taken(&desk, .type = DHCP_OFFER);
        expect_sent(&desk, DHCP_REQUEST);
        reply_taken(&desk, .type = DHCP_ACK);
        ck_assert_int_eq(mdc_client_accept(desk.client, desk.now), 0);
        expect_state(&desk, "bound");
        ck_assert_int_eq(mdc_client_accept(desk.client, desk.now), -ENODATA);
        desk_done(&desk);
}
END_TEST

START_TEST(test_inform)
{
        struct in_addr address;
        uint64_t lifetime;
        Desk desk;

        desk_init(&desk);
        desk_open(&desk);
        ck_assert_int_eq(mdc_client_inform(desk.client, desk.now, desk_address("10.0.0.5")), 0);

        /* table 5: ciaddr is the address; requested address, lease time, server MUST NOT */
        expect_sent(&desk, DHCP_INFORM);
        ck_assert_uint_eq(desk.sent.ciaddr, desk_ipv4("10.0.0.5"));
        ck_assert(!message_has(&desk.sent, DHCP_OPTION_REQUESTED_ADDRESS));
        ck_assert(!message_has(&desk.sent, DHCP_OPTION_LEASE_TIME));
        ck_assert(!message_has(&desk.sent, DHCP_OPTION_SERVER_ID));
        expect_between(desk_wait(&desk), 3 * SECOND, 5 * SECOND);
        expect_sent(&desk, DHCP_INFORM);

        reply_taken(&desk, .type = DHCP_ACK, .address = "0.0.0.0", .no_lease_time = true);
        (void) expect_event(&desk, MDC_EVENT_INFORMED);
        ck_assert_int_eq(mdc_lease_get_address(desk.lease, &address), 0);
        ck_assert_uint_eq(address.s_addr, desk_address("10.0.0.5").s_addr);
        ck_assert_int_eq(mdc_lease_get_lifetime(desk.lease, &lifetime), -ENODATA);
        expect_state(&desk, "stopped");
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

START_TEST(test_adopt)
{
        _cleanup_(mdc_lease_unrefp) mdc_lease *again = NULL;
        const uint8_t *message;
        size_t size;
        Desk desk;

        desk_init(&desk);
        desk_open(&desk);
        desk_acquire(&desk, (Reply){0});
        (void) expect_event(&desk, MDC_EVENT_ACQUIRED);
        ck_assert_int_eq(mdc_lease_get_message(desk.lease, &message, &size), 0);
        ck_assert_int_eq(mdc_client_adopt(desk.client, desk.now, desk.lease), -EBUSY);
        ck_assert_int_eq(mdc_client_stop(desk.client, desk.now), 0);

        /* from half an hour before a boot that was a minute ago */
        desk.now = 60 * SECOND;
        ck_assert_int_eq(mdc_lease_new(&again, desk.now - 1800 * SECOND, message, size), 0);
        ck_assert_int_eq(mdc_client_adopt(desk.client, desk.now, again), 0);
        desk_pass(&desk, 0);
        expect_state(&desk, "renewing");
        ck_assert_int_eq(mdc_client_stop(desk.client, desk.now), 0);

        again = mdc_lease_unref(again);
        ck_assert_int_eq(mdc_lease_new(&again, desk.now - 3600 * SECOND, message, size), 0);
        ck_assert_int_eq(mdc_client_adopt(desk.client, desk.now, again), -ETIMEDOUT);

        /* from a future that a wall clock has been set back from: no longer than if it were new */
        again = mdc_lease_unref(again);
        ck_assert_int_eq(mdc_lease_new(&again, desk.now + 86400 * SECOND, message, size), 0);
        ck_assert_int_eq(mdc_client_adopt(desk.client, desk.now, again), 0);
        expect_between(desk_wait(&desk), 1760 * SECOND, 1800 * SECOND);
        expect_state(&desk, "renewing");
        desk_pass(&desk, 1350 * SECOND);
        expect_state(&desk, "rebinding");
        desk_pass(&desk, 490 * SECOND);
        expect_state(&desk, "init");
        desk_done(&desk);
}
END_TEST

/* Two clients in one process with different seeds know nothing of each other. */
START_TEST(test_two_clients)
{
        static const uint8_t other_seed[16] = "another seed";
        Desk a, b;

        desk_init(&a);
        desk_init(&b);
        ck_assert_int_eq(mdc_config_set_random_seed(b.config, other_seed), 0);
        desk_open(&a);
        desk_open(&b);
        desk_acquire(&a, (Reply){0});
        ck_assert_int_eq(mdc_client_start(b.client, b.now), 0);
        expect_sent(&b, DHCP_DISCOVER);
        reply_dropped(&b, MDC_DROP_WRONG_XID, .type = DHCP_OFFER, .xid = a.sent.xid);
        expect_state(&a, "bound");
        expect_state(&b, "selecting");
        desk_done(&a);
        expect_state(&b, "selecting");
        desk_done(&b);
}
END_TEST

/* A caller that takes nothing loses the oldest, and nothing leaks. */
START_TEST(test_queues_overflow)
{
        const mdc_output *output;
        unsigned n = 0;
        Desk desk;

        desk_init(&desk);
        desk_open(&desk);
        ck_assert_int_eq(mdc_client_start(desk.client, desk.now), 0);
        for (unsigned i = 0; i < 100; i++)
                (void) desk_wait(&desk);
        while (mdc_client_next_output(desk.client, &output) > 0)
                n++;
        ck_assert_uint_eq(n, 16);
        ck_assert_uint_eq(count_events(&desk, MDC_EVENT_SENT), 64);
        desk_done(&desk);
}
END_TEST

TEST_MAIN("client-machine", test_acquire, test_events, test_backoff, test_request_lost,
        test_renew_rebind_expire, test_renewed, test_slept, test_infinite, test_clock_end,
        test_clock_beginning, test_clock_infinity, test_renew_while_rebinding, test_nak,
        test_nak_of_renewal, test_init_reboot, test_init_reboot_fails, test_release, test_decline,
        test_inform, test_rapid_commit, test_rapid_commit_and_select, test_choose, test_select,
        test_start_delay, test_adopt, test_two_clients, test_queues_overflow);
