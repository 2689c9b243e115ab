/* SPDX-License-Identifier: MIT */
/* What a client asks for, and what it does with answers that are not as RFC 2131 has them. */

#include "client-desk.h"

static bool asks_for(const Desk *desk, uint8_t code) {
        const uint8_t *list;
        size_t n;

        ck_assert_int_eq(message_get(&desk->sent, DHCP_OPTION_PARAMETER_LIST, &list, &n), 0);
        return memchr(list, code, n);
}

START_TEST(test_omitted)
{
        Desk desk;

        desk_init(&desk);
        ck_assert_int_eq(mdc_config_request_option(desk.config, 43), 0);
        mdc_config_omit_option(desk.config, DHCP_OPTION_CLASSLESS_ROUTE);
        mdc_config_omit_option(desk.config, 43);
        mdc_config_omit_option(desk.config, 200);
        desk_open(&desk);
        ck_assert_int_eq(mdc_client_start(desk.client, desk.now), 0);
        expect_sent(&desk, DHCP_DISCOVER);
        ck_assert(!asks_for(&desk, DHCP_OPTION_CLASSLESS_ROUTE));
        ck_assert(!asks_for(&desk, 43));
        ck_assert(asks_for(&desk, DHCP_OPTION_MICROSOFT_ROUTE));
        ck_assert(asks_for(&desk, DHCP_OPTION_ROUTER));
        ck_assert(!asks_for(&desk, DHCP_OPTION_IPV6_ONLY));
        desk_done(&desk);
}
END_TEST

static uint16_t message_size_of_discover(Desk *desk) {
        uint16_t size;

        (void) mdc_client_stop(desk->client, desk->now);
        ck_assert_int_eq(mdc_client_start(desk->client, desk->now), 0);
        expect_sent(desk, DHCP_DISCOVER);
        ck_assert_int_eq(message_get_u16(&desk->sent, DHCP_OPTION_MAX_MESSAGE_SIZE, &size), 0);
        return size;
}

START_TEST(test_message_size)
{
        Desk desk;

        desk_init(&desk);
        ck_assert_int_eq(mdc_config_set_max_message_size(desk.config, 575), -ERANGE);
        ck_assert_int_eq(mdc_config_set_max_message_size(desk.config, 4097), -ERANGE);
        desk_open(&desk);
        ck_assert_uint_eq(message_size_of_discover(&desk), 1472);
        ck_assert_int_eq(mdc_client_set_max_message_size(desk.client, 772), 0);
        ck_assert_uint_eq(message_size_of_discover(&desk), 772);
        ck_assert_int_eq(mdc_client_set_max_message_size(desk.client, 548), -ERANGE);
        ck_assert_uint_eq(message_size_of_discover(&desk), 772);
        (void) mdc_client_unref(desk.client);

        ck_assert_int_eq(mdc_config_set_max_message_size(desk.config, 1000), 0);
        desk_open(&desk);
        ck_assert_int_eq(mdc_client_set_max_message_size(desk.client, 772), 0);
        ck_assert_uint_eq(message_size_of_discover(&desk), 1000);
        desk_done(&desk);
}
END_TEST

/* To one server instead of all; a copy says the same as what it was made from. */
START_TEST(test_destination)
{
        const struct in_addr group = desk_address("224.0.0.1"), server = desk_address(DESK_SERVER);
        mdc_config *copy;
        Desk desk;

        desk_init(&desk);
        ck_assert_int_eq(mdc_config_set_destination(desk.config, group), -EINVAL);
        ck_assert_int_eq(mdc_config_set_destination(desk.config, server), 0);
        ck_assert_int_eq(mdc_config_set_hostname(desk.config, "me"), 0);
        ck_assert_int_eq(mdc_config_copy(desk.config, &copy), 0);
        (void) mdc_config_unref(desk.config);
        desk.config = copy;

        desk_open(&desk);
        ck_assert_int_eq(mdc_client_start(desk.client, desk.now), 0);
        expect_sent(&desk, DHCP_DISCOVER);
        ck_assert_int_eq(desk.output.kind, MDC_OUTPUT_BROADCAST);
        ck_assert_uint_eq(desk.output.destination.s_addr, server.s_addr);
        ck_assert(message_has(&desk.sent, DHCP_OPTION_HOST_NAME));
        desk_done(&desk);
}
END_TEST

/* A server that gives no time: nothing by default, else the time that was set, also for a lease of
 * before. */
START_TEST(test_no_lease_time)
{
        _cleanup_(mdc_lease_unrefp) mdc_lease *again = NULL;
        const uint8_t *message;
        uint64_t span;
        size_t size;
        Desk desk;

        desk_init(&desk);
        desk_open(&desk);
        ck_assert_int_eq(mdc_client_start(desk.client, desk.now), 0);
        expect_sent(&desk, DHCP_DISCOVER);
        reply_dropped(
                &desk, MDC_DROP_MISSING_LEASE_TIME, .type = DHCP_OFFER, .no_lease_time = true);
        (void) mdc_client_unref(desk.client);

        ck_assert_int_eq(mdc_config_set_fallback_lease_time(desk.config, 1), -ERANGE);
        ck_assert_int_eq(mdc_config_set_fallback_lease_time(desk.config, 600 * SECOND), 0);
        desk_open(&desk);
        desk_acquire(&desk, (Reply){.no_lease_time = true});
        expect_state(&desk, "bound");
        (void) expect_event(&desk, MDC_EVENT_ACQUIRED);
        ck_assert_int_eq(mdc_lease_get_lifetime(desk.lease, &span), 0);
        ck_assert_uint_eq(span, 600 * SECOND);
        expect_between(mdc_client_deadline(desk.client) - desk.now, 297 * SECOND, 300 * SECOND);

        ck_assert_int_eq(mdc_lease_get_message(desk.lease, &message, &size), 0);
        ck_assert_int_eq(mdc_lease_new(&again, desk.now, message, size), 0);
        ck_assert_int_eq(mdc_client_stop(desk.client, desk.now), 0);
        ck_assert_int_eq(mdc_client_adopt(desk.client, desk.now, again), 0);
        expect_state(&desk, "bound");

        again = mdc_lease_unref(again);
        ck_assert_int_eq(mdc_lease_new_with_lifetime(&again, desk.now, span, message, size), 0);
        ck_assert_int_eq(mdc_lease_get_lifetime(again, &span), 0);
        ck_assert_uint_eq(span, 600 * SECOND);
        desk_done(&desk);
}
END_TEST

/* An answer to an INFORM has no times, whatever is set. */
START_TEST(test_inform_has_no_fallback)
{
        uint64_t span;
        Desk desk;

        desk_init(&desk);
        ck_assert_int_eq(mdc_config_set_fallback_lease_time(desk.config, 600 * SECOND), 0);
        desk_open(&desk);
        ck_assert_int_eq(mdc_client_inform(desk.client, desk.now, desk_address(DESK_ADDRESS)), 0);
        expect_sent(&desk, DHCP_INFORM);
        reply_taken(&desk, .type = DHCP_ACK, .no_lease_time = true);
        (void) expect_event(&desk, MDC_EVENT_INFORMED);
        ck_assert_int_eq(mdc_lease_get_lifetime(desk.lease, &span), -ENODATA);
        desk_done(&desk);
}
END_TEST

/* Hands over a reply that has one option more. */
static int reply_with(Desk *desk, DhcpMessageType type, const char *option) {
        Reply reply = {.type = type};
        uint8_t packet[700];
        size_t size = desk_build(desk, &reply, packet), end = DHCP_OPTIONS_OFFSET;

        while (packet[end] != DHCP_OPTION_END)
                end += 2U + packet[end + 1];
        end += test_bytes(option, packet + end, 20);
        packet[end++] = DHCP_OPTION_END;
        return mdc_client_input(desk->client, desk->now, NULL, packet, MAX(size, end));
}

/* RFC 8925: five minutes at least, and nothing is asked for meanwhile. */
START_TEST(test_ipv6_only)
{
        static const struct {
                const char *option;
                uint64_t seconds; /* 0: the lease is taken */
        } cases[] = {
                {"6c 04 00 00 00 00", 300},
                {"6c 04 00 00 0e 10", 3600},
                {"6c 04 ff ff ff ff", UINT32_MAX},
                {"6c 02 00 00", 0},
                {"", 0},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++)
                for (int wanted = 0; wanted < 2; wanted++) {
                        Desk desk;

                        desk_init(&desk);
                        ck_assert_int_eq(mdc_config_set_ipv6_only(desk.config, wanted), 0);
                        desk_open(&desk);
                        ck_assert_int_eq(mdc_client_start(desk.client, desk.now), 0);
                        expect_sent(&desk, DHCP_DISCOVER);
                        ck_assert_int_eq(asks_for(&desk, DHCP_OPTION_IPV6_ONLY), wanted);
                        ck_assert_int_eq(reply_with(&desk, DHCP_OFFER, cases[i].option), 1);
                        if (!wanted || cases[i].seconds == 0) {
                                expect_state(&desk, "requesting");
                        } else {
                                expect_nothing_sent(&desk);
                                (void) expect_event(&desk, MDC_EVENT_IPV6_ONLY);
                                expect_state(&desk, "init");
                                ck_assert_uint_eq(desk_wait(&desk), cases[i].seconds * SECOND);
                                expect_sent(&desk, DHCP_DISCOVER);
                        }
                        desk_done(&desk);
                }
}
END_TEST

START_TEST(test_ipv6_only_at_reboot)
{
        Desk desk;

        desk_init(&desk);
        ck_assert_int_eq(mdc_config_set_ipv6_only(desk.config, true), 0);
        desk_open(&desk);
        ck_assert_int_eq(
                mdc_client_init_reboot(desk.client, desk.now, desk_address(DESK_ADDRESS)), 0);
        expect_sent(&desk, DHCP_REQUEST);
        ck_assert_int_eq(reply_with(&desk, DHCP_ACK, "6c 04 00 00 00 00"), 1);
        ck_assert_uint_eq(count_events(&desk, MDC_EVENT_ACQUIRED), 0);
        ck_assert_uint_eq(desk_wait(&desk), 300 * SECOND);
        expect_sent(&desk, DHCP_DISCOVER);
        desk_done(&desk);
}
END_TEST

/* RFC 3203: told, and without effect in any state. */
START_TEST(test_force_renew)
{
        Desk desk;

        desk_init(&desk);
        desk_open(&desk);
        desk_acquire(&desk, (Reply){0});
        (void) expect_event(&desk, MDC_EVENT_ACQUIRED);
        reply_dropped(&desk, MDC_DROP_FORCE_RENEW, .type = (DhcpMessageType) 9);
        ck_assert_uint_eq(expect_event(&desk, MDC_EVENT_FORCE_RENEW).address.s_addr,
                desk_address(DESK_SERVER).s_addr);
        expect_state(&desk, "bound");
        expect_nothing_sent(&desk);
        reply_dropped(
                &desk, MDC_DROP_MALFORMED, .type = (DhcpMessageType) 9, .last_hardware_byte = 9);
        reply_dropped(&desk, MDC_DROP_MALFORMED, .type = (DhcpMessageType) 10);
        ck_assert_uint_eq(count_events(&desk, MDC_EVENT_FORCE_RENEW), 0);
        desk_done(&desk);
}
END_TEST

TEST_MAIN("client-wishes", test_omitted, test_message_size, test_destination, test_no_lease_time,
        test_inform_has_no_fallback, test_ipv6_only, test_ipv6_only_at_reboot, test_force_renew);
