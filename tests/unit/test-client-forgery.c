/* SPDX-License-Identifier: MIT */
/* Replies that are lost, repeated, out of order, forged or broken: the client drops them, says why,
 * and stays as it was. */

#include "client-desk.h"

START_TEST(test_forged_offers)
{
        static const struct {
                mdc_drop drop;
                Reply reply;
        } cases[] = {
                {MDC_DROP_WRONG_XID, {.type = DHCP_OFFER, .xid = 1}},
                {MDC_DROP_WRONG_HARDWARE, {.type = DHCP_OFFER, .last_hardware_byte = 8}},
                {MDC_DROP_WRONG_CLIENT_ID, {.type = DHCP_OFFER, .client_id = "somebody else"}},
                {MDC_DROP_MISSING_SERVER_ID, {.type = DHCP_OFFER, .server = ""}},
                {MDC_DROP_MISSING_SERVER_ID, {.type = DHCP_OFFER, .server = "0.0.0.0"}},
                {MDC_DROP_MISSING_LEASE_TIME, {.type = DHCP_OFFER, .no_lease_time = true}},
                {MDC_DROP_WRONG_ADDRESS, {.type = DHCP_OFFER, .address = "0.0.0.0"}},
                {MDC_DROP_WRONG_ADDRESS, {.type = DHCP_OFFER, .address = "127.0.0.1"}},
                {MDC_DROP_WRONG_ADDRESS, {.type = DHCP_OFFER, .address = "224.0.0.1"}},
                {MDC_DROP_WRONG_ADDRESS, {.type = DHCP_OFFER, .address = "255.255.255.255"}},
                {MDC_DROP_NOT_A_REPLY, {.type = DHCP_OFFER, .op = BOOTREQUEST}},
                {MDC_DROP_NOT_A_REPLY, {.type = DHCP_DISCOVER}},
                {MDC_DROP_NOT_A_REPLY, {.type = DHCP_BOOTP}},
                {MDC_DROP_WRONG_STATE, {.type = DHCP_NAK}},
                {MDC_DROP_NO_RAPID_COMMIT, {.type = DHCP_ACK}},
        };
        Desk desk;

        desk_init(&desk);
        desk_open(&desk);
        ck_assert_int_eq(mdc_client_start(desk.client, desk.now), 0);
        expect_sent(&desk, DHCP_DISCOVER);
        (void) count_events(&desk, MDC_EVENT_STATE);
        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                ck_assert_int_eq(desk_reply(&desk, cases[i].reply), 0);
                ck_assert_msg(mdc_client_drop_reason(desk.client) == cases[i].drop, "case %zu: %s",
                        i, mdc_drop_to_string(mdc_client_drop_reason(desk.client)));
                expect_state(&desk, "selecting");
                expect_nothing_sent(&desk);
        }
        ck_assert_uint_eq(count_events(&desk, MDC_EVENT_RECEIVED), 0);

        /* and is still there for the true one */
        reply_taken(&desk, .type = DHCP_OFFER);
        expect_state(&desk, "requesting");
        desk_done(&desk);
}
END_TEST

/* Each reply that is dropped is told with its reason and whether it was meant for us; requests of
 * other clients are counted alone. */
START_TEST(test_drops_are_told)
{
        static const struct {
                mdc_drop drop;
                bool for_us;
                Reply reply;
        } cases[] = {
                {MDC_DROP_WRONG_XID, false, {.type = DHCP_OFFER, .xid = 1}},
                {MDC_DROP_WRONG_HARDWARE, false, {.type = DHCP_OFFER, .last_hardware_byte = 8}},
                {MDC_DROP_MISSING_LEASE_TIME, true, {.type = DHCP_OFFER, .no_lease_time = true}},
                {MDC_DROP_MISSING_SERVER_ID, true, {.type = DHCP_OFFER, .server = ""}},
                {MDC_DROP_WRONG_STATE, true, {.type = DHCP_NAK}},
        };
        const mdc_event *event;
        Desk desk;

        desk_init(&desk);
        desk_open(&desk);
        ck_assert_int_eq(mdc_client_start(desk.client, desk.now), 0);
        expect_sent(&desk, DHCP_DISCOVER);
        (void) count_events(&desk, MDC_EVENT_STATE);
        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                ck_assert_int_eq(desk_reply(&desk, cases[i].reply), 0);
                ck_assert_int_eq(mdc_client_next_event(desk.client, &event), 1);
                ck_assert_int_eq(event->type, MDC_EVENT_DROPPED);
                ck_assert_int_eq(event->drop, cases[i].drop);
                ck_assert_int_eq(event->for_us, cases[i].for_us);
                ck_assert_int_eq(event->message, cases[i].reply.type);
                ck_assert_uint_eq(mdc_client_get_n_dropped(desk.client, cases[i].drop), 1);
        }
        ck_assert_int_eq(desk_reply(&desk, (Reply){.type = DHCP_OFFER, .op = BOOTREQUEST}), 0);
        ck_assert_int_eq(mdc_client_next_event(desk.client, &event), 0);
        ck_assert_uint_eq(mdc_client_get_n_dropped(desk.client, MDC_DROP_NOT_A_REPLY), 1);
        ck_assert_uint_eq(mdc_client_get_n_dropped(desk.client, MDC_DROP_NONE), 0);
        ck_assert_uint_eq(mdc_client_get_n_dropped(desk.client, (mdc_drop) 99), 0);
        desk_done(&desk);
}
END_TEST

/* Events that somebody on the link can make at will never push one out that counts. */
START_TEST(test_flood_of_drops)
{
        Desk desk;

        desk_init(&desk);
        desk_open(&desk);
        ck_assert_int_eq(mdc_client_start(desk.client, desk.now), 0);
        expect_sent(&desk, DHCP_DISCOVER);
        for (size_t i = 0; i < 1000; i++)
                ck_assert_int_eq(desk_reply(&desk, (Reply){.type = DHCP_OFFER, .xid = 1}), 0);
        ck_assert_uint_eq(expect_event(&desk, MDC_EVENT_SENT).serial, desk.output.serial);
        ck_assert_uint_ne(desk.output.serial, 0);
        ck_assert_uint_eq(mdc_client_get_n_dropped(desk.client, MDC_DROP_WRONG_XID), 1000);
        desk_done(&desk);
}
END_TEST

START_TEST(test_client_id_echo)
{
        Desk desk;

        desk_init(&desk);
        ck_assert_int_eq(
                mdc_config_set_client_id_raw(desk.config, (const uint8_t *) "me myself", 9), 0);
        desk_open(&desk);
        ck_assert_int_eq(mdc_client_start(desk.client, desk.now), 0);
        expect_sent(&desk, DHCP_DISCOVER);
        ck_assert_uint_eq(desk.sent.options[DHCP_OPTION_CLIENT_ID].size, 9);
        reply_dropped(
                &desk, MDC_DROP_WRONG_CLIENT_ID, .type = DHCP_OFFER, .client_id = "me myself!");
        reply_taken(&desk, .type = DHCP_OFFER, .client_id = "me myself");
        desk_done(&desk);
}
END_TEST

START_TEST(test_wanted_server)
{
        Desk desk;

        desk_init(&desk);
        ck_assert_int_eq(mdc_config_set_server(desk.config, desk_address("192.168.1.70")), 0);
        desk_open(&desk);
        ck_assert_int_eq(mdc_client_start(desk.client, desk.now), 0);
        expect_sent(&desk, DHCP_DISCOVER);
        reply_dropped(&desk, MDC_DROP_WRONG_SERVER, .type = DHCP_OFFER);
        reply_taken(&desk, .type = DHCP_OFFER, .server = "192.168.1.70");
        desk_done(&desk);
}
END_TEST

START_TEST(test_repeated)
{
        uint32_t xid;
        Desk desk;

        desk_init(&desk);
        desk_open(&desk);
        reply_dropped(&desk, MDC_DROP_WRONG_STATE, .type = DHCP_OFFER, .xid = 1);
        desk_acquire(&desk, (Reply){0});
        xid = desk.sent.xid;

        /* second copies, and what was late */
        reply_dropped(&desk, MDC_DROP_WRONG_STATE, .type = DHCP_OFFER);
        reply_dropped(&desk, MDC_DROP_WRONG_STATE, .type = DHCP_ACK);
        expect_state(&desk, "bound");
        ck_assert_uint_eq(count_events(&desk, MDC_EVENT_ACQUIRED), 1);

        ck_assert_int_eq(mdc_client_renew(desk.client, desk.now), 0);
        expect_sent(&desk, DHCP_REQUEST);
        reply_dropped(&desk, MDC_DROP_WRONG_XID, .type = DHCP_ACK, .xid = xid);
        reply_dropped(&desk, MDC_DROP_WRONG_STATE, .type = DHCP_OFFER);
        reply_taken(&desk, .type = DHCP_ACK);
        desk_done(&desk);
}
END_TEST

/* Every beginning of a good message, and every byte of it changed, in every state. */
START_TEST(test_mutilated)
{
        for (unsigned state = 0; state < 3; state++) {
                const Reply reply = {.type = state == 0 ? DHCP_OFFER : DHCP_ACK};
                uint8_t packet[600], broken[600];
                size_t size, n_taken = 0;
                Desk desk;

                desk_init(&desk);
                desk_open(&desk);
                ck_assert_int_eq(mdc_client_start(desk.client, desk.now), 0);
                expect_sent(&desk, DHCP_DISCOVER);
                size = desk_build(&desk, &reply, packet);
                for (size_t i = 0; i < DHCP_OPTIONS_OFFSET; i++) {
                        ck_assert_int_eq(
                                mdc_client_input(desk.client, desk.now, NULL, packet, i), 0);
                        ck_assert_int_eq(mdc_client_drop_reason(desk.client), MDC_DROP_MALFORMED);
                }
                if (state > 0)
                        reply_taken(&desk, .type = DHCP_OFFER);
                if (state > 1)
                        reply_taken(&desk, .type = DHCP_ACK);

                for (size_t i = 0; i < size; i++)
                        for (unsigned bit = 0; bit < 8; bit++) {
                                memcpy(broken, packet, size);
                                broken[i] ^= (uint8_t) (1U << bit);
                                n_taken += (size_t) mdc_client_input(
                                        desk.client, desk.now, NULL, broken, size);
                        }
                if (state == 2)
                        ck_assert_uint_eq(n_taken, 0);
                desk_done(&desk);
        }
}
END_TEST

START_TEST(test_config)
{
        static const uint8_t bytes[300] = {1, 2, 3};
        mdc_client *client;
        mdc_config *config;

        ck_assert_int_eq(mdc_config_new(&config), 0);
        ck_assert_int_eq(mdc_client_new(&client, config), -EINVAL); /* no hardware, no seed */
        ck_assert_int_eq(mdc_config_set_hardware(config, HARDWARE_ETHERNET, bytes, 5), -EINVAL);
        ck_assert_int_eq(mdc_config_set_hardware(config, HARDWARE_ETHERNET, bytes, 6), 0);
        ck_assert_int_eq(mdc_client_new(&client, config), -EINVAL);
        ck_assert_int_eq(mdc_config_set_ifindex(config, 0), -EINVAL);
        ck_assert_int_eq(mdc_config_set_client_id_raw(config, bytes, 1), -EINVAL);
        ck_assert_int_eq(mdc_config_set_client_id_raw(config, bytes, 256), -EINVAL);
        ck_assert_int_eq(mdc_config_set_client_id_duid(config, 1, bytes, 2), -EINVAL);
        ck_assert_int_eq(mdc_config_set_client_id_duid(config, 1, bytes, 131), -EINVAL);
        ck_assert_int_eq(mdc_config_set_hostname(config, "no name"), -EINVAL);
        ck_assert_int_eq(mdc_config_set_fqdn(config, "..."), -EINVAL);
        ck_assert_int_eq(mdc_config_set_vendor_class(config, ""), -EINVAL);
        ck_assert_int_eq(mdc_config_set_lease_time(config, 1), -ERANGE);
        ck_assert_int_eq(mdc_config_set_lease_time(config, (UINT64_C(1) << 32) * SECOND), -ERANGE);
        ck_assert_int_eq(mdc_config_send_option(config, DHCP_OPTION_SERVER_ID, bytes, 4), -EINVAL);
        ck_assert_int_eq(mdc_config_send_option(config, 224, bytes, 256), -E2BIG);
        ck_assert_int_eq(mdc_config_request_option(config, 0), -EINVAL);
        for (unsigned code = 1; code < 255; code++)
                ck_assert_int_eq(mdc_config_request_option(config, (uint8_t) code), 0);
        (void) mdc_config_unref(config);
}
END_TEST

/* What is configured is on the wire, byte by byte; the hostname once. */
START_TEST(test_sent_options)
{
        static const uint8_t duid[] = {0, 3, 0, 1, 2, 0, 0, 0, 0, 7};
        static const struct {
                uint8_t code;
                const char *bytes;
        } expected[] = {
                {DHCP_OPTION_CLIENT_ID, "ff 00 00 00 09 00 03 00 01 02 00 00 00 00 07"},
                {DHCP_OPTION_FQDN, "05 00 00 01 61 04 74 65 73 74 00"},
                {DHCP_OPTION_VENDOR_CLASS, "6d 64 63"},
                {DHCP_OPTION_LEASE_TIME, "00 00 1c 20"},
                {DHCP_OPTION_PARAMETER_LIST, "78"},
                {224, "00 ff"},
        };
        Desk desk;

        desk_init(&desk);
        ck_assert_int_eq(mdc_config_set_client_id_duid(desk.config, 9, duid, sizeof(duid)), 0);
        ck_assert_int_eq(mdc_config_set_hostname(desk.config, "a"), 0);
        ck_assert_int_eq(mdc_config_set_fqdn(desk.config, "a.test"), 0);
        ck_assert_int_eq(mdc_config_set_vendor_class(desk.config, "mdc"), 0);
        ck_assert_int_eq(mdc_config_set_lease_time(desk.config, 7200 * SECOND), 0);
        ck_assert_int_eq(mdc_config_send_option(desk.config, 224, "\0\xff", 2), 0);
        mdc_config_clear_requested_options(desk.config);
        ck_assert_int_eq(mdc_config_request_option(desk.config, 120), 0);
        desk_open(&desk);
        ck_assert_int_eq(mdc_client_start(desk.client, desk.now), 0);
        expect_sent(&desk, DHCP_DISCOVER);
        ck_assert(!message_has(&desk.sent, DHCP_OPTION_HOST_NAME));
        for (size_t i = 0; i < ELEMENTSOF(expected); i++) {
                const MessageOption *option = &desk.sent.options[expected[i].code];

                ck_assert(message_has(&desk.sent, expected[i].code));
                test_assert_bytes(option->data, option->size, expected[i].bytes);
        }
        desk_done(&desk);
}
END_TEST

TEST_MAIN("client-forgery", test_forged_offers, test_drops_are_told, test_flood_of_drops,
        test_client_id_echo, test_wanted_server, test_repeated, test_mutilated, test_config,
        test_sent_options);
