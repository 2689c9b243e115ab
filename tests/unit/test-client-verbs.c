/* SPDX-License-Identifier: MIT */

/* What a caller can ask for besides a new lease, by table 5 of RFC 2131: to go on with an old one,
 * to give one back, to be told options alone; and callers that do not listen. */

#include "client-desk.h"

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

/* Refused, or nobody there within ten seconds: like a client without history. */
START_TEST(test_init_reboot_fails)
{
        for (int refused = 0; refused < 2; refused++) {
                usec_t begin;
                ipv4_t wish;
                Desk desk;

                desk_init(&desk);
                desk_open(&desk);
                ck_assert_int_eq(
                        mdc_client_init_reboot(desk.client, desk.now, desk_address(DESK_ADDRESS)),
                        0);
                begin = desk.now;
                expect_sent(&desk, DHCP_REQUEST);
                if (refused) {
                        reply_taken(&desk, .type = DHCP_NAK, .server = "192.168.1.77");
                } else {
                        expect_between(desk_wait(&desk), 3 * SECOND, 5 * SECOND);
                        expect_sent(&desk, DHCP_REQUEST);
                        (void) desk_wait(&desk);
                        expect_between(desk.now - begin, 7 * SECOND, 9 * SECOND);
                }
                ck_assert_uint_eq(desk_wait(&desk), 0);
                expect_state(&desk, "selecting");
                expect_sent(&desk, DHCP_DISCOVER);
                /* it may wish for what nobody has refused */
                ck_assert_int_eq(message_get_ipv4(&desk.sent, DHCP_OPTION_REQUESTED_ADDRESS, &wish),
                        refused ? -ENODATA : 0);
                ck_assert(refused || wish == desk_ipv4(DESK_ADDRESS));
                desk_done(&desk);
        }
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

/* Without a carrier nothing can be given back: the lease stays. */
START_TEST(test_release_without_carrier)
{
        Desk desk;
        mdc_lease *lease;

        desk_init(&desk);
        desk_open(&desk);
        desk_acquire(&desk, (Reply){0});
        ck_assert_int_eq(mdc_client_link_down(desk.client, desk.now), 0);
        ck_assert_int_eq(mdc_client_release(desk.client, desk.now, NULL), -ENETDOWN);
        ck_assert_int_eq(mdc_client_get_lease(desk.client, &lease), 0);
        expect_nothing_sent(&desk);
        desk_done(&desk);
}
END_TEST

/* A pair of addresses is enough to give a lease back, or to renew it. */
START_TEST(test_bare_lease)
{
        const struct in_addr address = desk_address(DESK_ADDRESS),
                             server = desk_address(DESK_SERVER), nobody = {0};
        _cleanup_(mdc_lease_unrefp) mdc_lease *lease = NULL;
        mdc_lease *renewed;
        uint64_t span;
        Desk desk;

        ck_assert_int_eq(mdc_lease_new_bare(&lease, address, nobody), -EINVAL);
        ck_assert_int_eq(mdc_lease_new_bare(&lease, nobody, server), -EINVAL);
        ck_assert_int_eq(mdc_lease_new_bare(NULL, address, server), -EINVAL);
        ck_assert_int_eq(mdc_lease_new_bare(&lease, address, server), 0);

        desk_init(&desk);
        desk_open(&desk);
        ck_assert_int_eq(mdc_client_adopt(desk.client, desk.now, lease), 0);
        ck_assert_int_eq(mdc_client_renew(desk.client, desk.now), 0);
        expect_sent(&desk, DHCP_REQUEST);
        ck_assert_int_eq(desk.output.kind, MDC_OUTPUT_UNICAST);
        ck_assert_uint_eq(desk.output.destination.s_addr, server.s_addr);
        ck_assert_uint_eq(desk.sent.ciaddr, desk_ipv4(DESK_ADDRESS));
        reply_taken(&desk, .type = DHCP_ACK, .seconds = 600);
        ck_assert_int_eq(mdc_client_get_lease(desk.client, &renewed), 0);
        ck_assert_int_eq(mdc_lease_get_lifetime(renewed, &span), 0);
        ck_assert_uint_eq(span, 600 * SECOND);

        ck_assert_int_eq(mdc_client_stop(desk.client, desk.now), 0);
        ck_assert_int_eq(mdc_client_adopt(desk.client, desk.now, lease), 0);
        ck_assert_int_eq(mdc_client_release(desk.client, desk.now, NULL), 0);
        expect_sent(&desk, DHCP_RELEASE);
        ck_assert_uint_eq(desk.output.destination.s_addr, server.s_addr);
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

/* What cannot be done now, or not with this, says so and changes nothing. */
START_TEST(test_refused_verbs)
{
        Desk desk;

        desk_init(&desk);
        desk_open(&desk);
        ck_assert_int_eq(mdc_client_renew(desk.client, desk.now), -ENODATA);
        ck_assert_int_eq(mdc_client_rebind(desk.client, desk.now), -ENODATA);
        ck_assert_int_eq(mdc_client_decline(desk.client, desk.now, NULL), -ENODATA);
        ck_assert_int_eq(mdc_client_accept(desk.client, desk.now), -ENODATA);
        ck_assert_int_eq(mdc_client_release(desk.client, desk.now, NULL), -ENODATA);
        ck_assert_int_eq(
                mdc_client_inform(desk.client, desk.now, desk_address("224.0.0.1")), -EINVAL);
        expect_state(&desk, "stopped");

        desk_acquire(&desk, (Reply){0});
        (void) expect_event(&desk, MDC_EVENT_ACQUIRED);
        ck_assert_int_eq(
                mdc_client_inform(desk.client, desk.now, desk_address(DESK_ADDRESS)), -EBUSY);
        ck_assert_int_eq(
                mdc_client_init_reboot(desk.client, desk.now, desk_address(DESK_ADDRESS)), -EBUSY);
        ck_assert_int_eq(mdc_client_adopt(desk.client, desk.now, desk.lease), -EBUSY);
        ck_assert_int_eq(mdc_client_select(desk.client, desk.now, desk.lease), -EBUSY);
        expect_state(&desk, "bound");
        expect_nothing_sent(&desk);
        desk_done(&desk);
}
END_TEST

/* A setter that refuses a value keeps the one before. */
START_TEST(test_refused_values)
{
        const char *too_long =
                "a.very.long.label-that-has-more-than-the-sixty-three-characters-that-"
                "are-allowed-in-one.example";
        const uint8_t *data;
        size_t size;
        Desk desk;

        desk_init(&desk);
        ck_assert_int_eq(mdc_config_set_hostname(desk.config, "laptop"), 0);
        ck_assert_int_eq(mdc_config_set_vendor_class(desk.config, "tester"), 0);
        ck_assert_int_eq(mdc_config_set_hostname(desk.config, "no host name"), -EINVAL);
        ck_assert_int_eq(mdc_config_set_fqdn(desk.config, too_long), -EINVAL);
        ck_assert_int_eq(mdc_config_set_vendor_class(desk.config, ""), -EINVAL);
        ck_assert_int_eq(
                mdc_config_set_hardware(desk.config, HARDWARE_ETHERNET, desk_hardware, 5), -EINVAL);
        ck_assert_int_eq(mdc_config_set_acd(desk.config, (mdc_acd) 99), -EINVAL);
        ck_assert_int_eq(mdc_config_set_offer_wait(desk.config, 2 * USEC_PER_HOUR), -ERANGE);
        desk_open(&desk);
        ck_assert_int_eq(mdc_client_start(desk.client, desk.now), 0);
        expect_sent(&desk, DHCP_DISCOVER);
        ck_assert_int_ge(message_get(&desk.sent, DHCP_OPTION_HOST_NAME, &data, &size), 0);
        test_assert_bytes(data, size, "6c 61 70 74 6f 70");
        ck_assert_int_ge(message_get(&desk.sent, DHCP_OPTION_VENDOR_CLASS, &data, &size), 0);
        test_assert_bytes(data, size, "74 65 73 74 65 72");
        desk_done(&desk);
}
END_TEST

/* NULL takes a value back; the object lives for as long as somebody refers to it. */
START_TEST(test_values_taken_back)
{
        mdc_client *client;
        Desk desk;

        desk_init(&desk);
        ck_assert_int_eq(mdc_config_set_fqdn(desk.config, "laptop.example.org"), 0);
        ck_assert_int_eq(mdc_config_set_vendor_class(desk.config, "tester"), 0);
        ck_assert_int_eq(mdc_config_set_fqdn(desk.config, NULL), 0);
        ck_assert_int_eq(mdc_config_set_vendor_class(desk.config, NULL), 0);
        ck_assert_int_eq(mdc_config_set_client_id_raw(desk.config, NULL, 0), 0);
        ck_assert_int_eq(mdc_config_set_client_id_mac(desk.config), 0);
        desk_open(&desk);
        client = mdc_client_ref(desk.client);
        (void) mdc_client_unref(client);
        (void) mdc_config_unref(mdc_config_ref(desk.config));
        ck_assert_int_eq(mdc_client_start(desk.client, desk.now), 0);
        expect_sent(&desk, DHCP_DISCOVER);
        ck_assert(!message_has(&desk.sent, DHCP_OPTION_FQDN));
        ck_assert(!message_has(&desk.sent, DHCP_OPTION_VENDOR_CLASS));
        ck_assert(message_has(&desk.sent, DHCP_OPTION_CLIENT_ID));
        desk_done(&desk);
}
END_TEST

/* NULL where something must be is an error, and no crash. */
START_TEST(test_null)
{
        const uint8_t seed[16] = {0};
        const struct in_addr *addresses;
        struct in_addr address = {0};
        const mdc_output *output;
        const mdc_event *event;
        mdc_client *client;
        mdc_config *copy;
        mdc_lease *lease;
        uint64_t span;
        size_t n;
        Desk desk;

        desk_init(&desk);
        desk_open(&desk);
        desk_acquire(&desk, (Reply){0});
        (void) expect_event(&desk, MDC_EVENT_ACQUIRED);
        const struct {
                const char *what;
                int r;
        } calls[] = {
                {"config_new", mdc_config_new(NULL)},
                {"config", mdc_config_set_hostname(NULL, "a")},
                {"hardware", mdc_config_set_hardware(desk.config, 1, NULL, 6)},
                {"duid", mdc_config_set_client_id_duid(desk.config, 1, NULL, 10)},
                {"raw", mdc_config_set_client_id_raw(desk.config, NULL, 10)},
                {"option", mdc_config_send_option(desk.config, 224, NULL, 10)},
                {"seed of nothing", mdc_config_set_random_seed(NULL, seed)},
                {"client of nothing", mdc_client_new(&client, NULL)},
                {"client for nobody", mdc_client_new(NULL, desk.config)},
                {"start", mdc_client_start(NULL, 0)},
                {"init_reboot", mdc_client_init_reboot(NULL, 0, address)},
                {"adopt", mdc_client_adopt(desk.client, 0, NULL)},
                {"select", mdc_client_select(desk.client, 0, NULL)},
                {"renew", mdc_client_renew(NULL, 0)},
                {"rebind", mdc_client_rebind(NULL, 0)},
                {"confirm", mdc_client_confirm(NULL, 0)},
                {"release", mdc_client_release(NULL, 0, NULL)},
                {"link_up", mdc_client_link_up(NULL, 0)},
                {"link_down", mdc_client_link_down(NULL, 0)},
                {"link_gone", mdc_client_link_gone(NULL, 0)},
                {"set_hardware", mdc_client_set_hardware(desk.client, 0, 1, NULL, 6)},
                {"address_removed", mdc_client_address_removed(NULL, 0, address)},
                {"input", mdc_client_input(desk.client, 0, NULL, NULL, 5)},
                {"input_arp", mdc_client_input_arp(desk.client, 0, NULL, 5)},
                {"tick", mdc_client_tick(NULL, 0)},
                {"next_output", mdc_client_next_output(desk.client, NULL)},
                {"next_output of nothing", mdc_client_next_output(NULL, &output)},
                {"next_event", mdc_client_next_event(desk.client, NULL)},
                {"next_event of nothing", mdc_client_next_event(NULL, &event)},
                {"get_lease", mdc_client_get_lease(desk.client, NULL)},
                {"get_lease of nothing", mdc_client_get_lease(NULL, &lease)},
                {"lease_new", mdc_lease_new(NULL, 0, "", 0)},
                {"lease_new of nothing", mdc_lease_new(&lease, 0, NULL, 300)},
                {"address", mdc_lease_get_address(desk.lease, NULL)},
                {"address of nothing", mdc_lease_get_address(NULL, &address)},
                {"lifetime of nothing", mdc_lease_get_lifetime(NULL, &span)},
                {"routers", mdc_lease_get_routers(desk.lease, &addresses, NULL)},
                {"dns of nothing", mdc_lease_get_dns(NULL, &addresses, &n)},
                {"json", mdc_lease_to_json(desk.lease, NULL)},
                {"copy", mdc_config_copy(desk.config, NULL)},
                {"copy of nothing", mdc_config_copy(NULL, &copy)},
                {"destination", mdc_config_set_destination(NULL, address)},
                {"get_hardware", mdc_config_get_hardware(desk.config, NULL, NULL)},
        };

        for (size_t i = 0; i < ELEMENTSOF(calls); i++)
                ck_assert_msg(calls[i].r == -EINVAL, "%s: %d", calls[i].what, calls[i].r);
        ck_assert_uint_eq(mdc_client_deadline(NULL), MDC_INFINITY);
        ck_assert_int_eq(mdc_client_get_state(NULL), MDC_STATE_STOPPED);
        ck_assert_int_eq(mdc_client_drop_reason(NULL), MDC_DROP_NONE);
        ck_assert_uint_eq(mdc_client_get_n_dropped(NULL, MDC_DROP_MALFORMED), 0);
        ck_assert_int_eq(mdc_config_get_ifindex(NULL), 0);
        ck_assert(!mdc_config_is_manual(NULL) && !mdc_config_has_random_seed(NULL));
        ck_assert_ptr_null(mdc_client_unref(NULL));
        expect_state(&desk, "bound");
        desk_done(&desk);
}
END_TEST

TEST_MAIN("client-verbs", test_init_reboot, test_init_reboot_fails, test_adopt, test_release,
        test_release_without_carrier, test_bare_lease, test_decline, test_inform,
        test_refused_verbs, test_refused_values, test_values_taken_back, test_two_clients,
        test_queues_overflow, test_null);
