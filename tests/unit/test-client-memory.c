/* SPDX-License-Identifier: MIT */

/* The client without memory: each allocation of each call fails before the call succeeds. A packet
 * that could not be taken changes nothing, and is taken when it comes again. */

#include "client-desk.h"
#include "failing-memory.h"

/* Everything that a lease decodes into memory of its own. */
#define OPTIONS                                                                                    \
        "01 04 ff ff ff 00  03 08 c0 a8 01 01 c0 a8 01 02  06 04 08 08 08 08"                      \
        "2a 04 c0 a8 01 07  0f 07 6c 61 6e 2e 6f 72 67  0c 04 70 63 20 31"                         \
        "43 08 62 6f 6f 74 2e 65 66 69  77 09 03 6c 61 6e 03 6f 72 67 00"                          \
        "79 0d 18 0a 01 02 c0 a8 01 03 00 c0 a8 01 04  21 08 0a 02 00 00 c0 a8 01 05"

static size_t n_failures;

#define TRY(call) MEMORY_EXHAUST(call, ++n_failures > 0)
#define must(call)                                                                                 \
        do {                                                                                       \
                int result_ = TRY(call);                                                           \
                ck_assert_int_ge(result_, 0);                                                      \
        } while (0)

static size_t build_reply(Desk *desk, DhcpMessageType type, const char *options, uint8_t *packet) {
        Reply reply = {.type = type};
        size_t size = desk_build(desk, &reply, packet);

        while (packet[size - 1] != DHCP_OPTION_END)
                size--;
        size--;
        size += test_bytes(options, packet + size, 500);
        packet[size++] = DHCP_OPTION_END;
        return size;
}

/* A state, and that nothing waits to be sent or told. */
static bool is_quiet(Desk *desk, mdc_state state) {
        const mdc_output *output;
        const mdc_event *event;

        return mdc_client_get_state(desk->client) == state &&
               mdc_client_next_output(desk->client, &output) == 0 &&
               mdc_client_next_event(desk->client, &event) == 0;
}

static void take_reply(Desk *desk, DhcpMessageType type) {
        const mdc_state state = mdc_client_get_state(desk->client);
        const usec_t deadline = mdc_client_deadline(desk->client);
        const mdc_metadata metadata = {.source_port = DHCP_SERVER_PORT};
        const mdc_event *event;
        uint8_t packet[1500] = {0};
        size_t size = build_reply(desk, type, OPTIONS, packet);
        int r;

        while (mdc_client_next_event(desk->client, &event) > 0)
                ;
        r = MEMORY_EXHAUST(mdc_client_input(desk->client, desk->now, &metadata, packet, size),
                ++n_failures && is_quiet(desk, state) &&
                        mdc_client_deadline(desk->client) == deadline);
        ck_assert_int_eq(r, 1);
}

static void expect_json(const mdc_lease *lease) {
        char *expected, *text;

        ck_assert_int_eq(mdc_lease_to_json(lease, &expected), 0);
        must(mdc_lease_to_json(lease, &text));
        ck_assert_str_eq(text, expected);
        ck_assert_ptr_nonnull(strstr(text, "\"SearchDomains\":[\"lan.org\"]"));
        free(expected);
        free(text);
}

START_TEST(test_each_allocation_fails)
{
        static const uint8_t seed[16] = "an honest seed";
        Desk desk = {.now = 1000 * SECOND};
        mdc_lease *lease = NULL;
        const uint8_t *message;
        size_t size;

        must(mdc_config_new(&desk.config));
        must(mdc_config_set_hardware(
                desk.config, HARDWARE_ETHERNET, desk_hardware, sizeof(desk_hardware)));
        must(mdc_config_set_random_seed(desk.config, seed));
        must(mdc_config_set_acd(desk.config, MDC_ACD_OFF));
        must(mdc_config_set_hostname(desk.config, "laptop"));
        must(mdc_config_set_hostname(desk.config, "laptop.lan"));
        must(mdc_config_set_fqdn(desk.config, "laptop.example.org"));
        must(mdc_config_set_vendor_class(desk.config, "tester"));
        must(mdc_config_send_option(desk.config, 77, "abc", 3));
        must(mdc_config_send_option(desk.config, 93, "\0\7", 2));
        must(mdc_config_send_option(desk.config, 77, "abcdef", 6));
        must(mdc_client_new(&desk.client, desk.config));

        must(mdc_client_start(desk.client, desk.now));
        expect_sent(&desk, DHCP_DISCOVER);
        take_reply(&desk, DHCP_OFFER);
        expect_sent(&desk, DHCP_REQUEST);
        take_reply(&desk, DHCP_ACK);
        (void) expect_event(&desk, MDC_EVENT_ACQUIRED);
        expect_json(desk.lease);

        must(mdc_client_renew(desk.client, desk.now));
        expect_sent(&desk, DHCP_REQUEST);
        take_reply(&desk, DHCP_ACK);
        (void) expect_event(&desk, MDC_EVENT_RENEWED);

        /* as from a file of former times */
        ck_assert_int_eq(mdc_lease_get_message(desk.lease, &message, &size), 0);
        must(mdc_lease_new(&lease, 5 * SECOND, message, size));
        expect_json(lease);
        (void) mdc_lease_unref(lease);

        must(mdc_client_release(desk.client, desk.now, "bye"));
        expect_sent(&desk, DHCP_RELEASE);
        must(mdc_client_inform(desk.client, desk.now, desk_address(DESK_ADDRESS)));
        expect_sent(&desk, DHCP_INFORM);
        take_reply(&desk, DHCP_ACK);
        (void) expect_event(&desk, MDC_EVENT_INFORMED);
        ck_assert_uint_gt(n_failures, 100);
        desk_done(&desk);
}
END_TEST

TEST_MAIN("client-memory", test_each_allocation_fails);
