/* SPDX-License-Identifier: MIT */

/* What happens to the link, in virtual time: the cable is pulled and put in again, here or
 * elsewhere, in each state; the hardware address changes; the interface goes. RFC 2131 3.7. */

#include "client-desk.h"

static void link_down(Desk *desk) {
        ck_assert_int_eq(mdc_client_link_down(desk->client, desk->now), 0);
}

static void link_up(Desk *desk) {
        ck_assert_int_eq(mdc_client_link_up(desk->client, desk->now), 0);
}

static void expect_lease(Desk *desk, const char *address) {
        struct in_addr held;
        mdc_lease *lease;

        ck_assert_int_eq(mdc_client_get_lease(desk->client, &lease), address ? 0 : -ENODATA);
        if (!address)
                return;
        ck_assert_int_eq(mdc_lease_get_address(lease, &held), 0);
        ck_assert_uint_eq(held.s_addr, desk_address(address).s_addr);
}

/* INIT-REBOOT: option 50, and neither ciaddr nor option 54 (table 5) */
static void expect_reboot(Desk *desk, const char *address) {
        ipv4_t wanted = 0;

        expect_state(desk, "rebooting");
        expect_sent(desk, DHCP_REQUEST);
        ck_assert_int_eq(desk->output.kind, MDC_OUTPUT_BROADCAST);
        ck_assert_uint_eq(desk->output.source.s_addr, 0);
        ck_assert_uint_eq(desk->sent.ciaddr, 0);
        ck_assert(!message_has(&desk->sent, DHCP_OPTION_SERVER_ID));
        ck_assert_int_eq(message_get_ipv4(&desk->sent, DHCP_OPTION_REQUESTED_ADDRESS, &wanted), 0);
        ck_assert_uint_eq(wanted, desk_ipv4(address));
}

/* A client with a lease whose carrier was away for a minute, and has just returned. */
static void return_with_lease(Desk *desk, Reply reply) {
        desk_acquire(desk, reply);
        if (mdc_client_get_state(desk->client) == MDC_STATE_GRANTED)
                ck_assert_int_eq(mdc_client_accept(desk->client, desk->now), 0);
        (void) count_events(desk, MDC_EVENT_ACQUIRED);
        link_down(desk);
        desk_pass(desk, 60 * SECOND);
        expect_nothing_sent(desk);
        link_up(desk);
        expect_reboot(desk, reply.address ? reply.address : DESK_ADDRESS);
}

/* Silence for nine seconds at most, two REQUESTs in all. */
static void keep_silent(Desk *desk) {
        usec_t begin = desk->now;

        expect_between(desk_wait(desk), 3 * SECOND, 5 * SECOND);
        expect_sent(desk, DHCP_REQUEST);
        (void) desk_wait(desk);
        expect_nothing_sent(desk);
        expect_between(desk->now - begin, 7 * SECOND, 9 * SECOND);
        (void) desk_wait(desk);
}

/* A client that holds a lease and looks for another, since nobody has confirmed it when its carrier
 * returned. */
static void search_with_lease(Desk *desk) {
        return_with_lease(desk, (Reply){0});
        keep_silent(desk);
        expect_state(desk, "selecting");
        expect_sent(desk, DHCP_DISCOVER);
}

/* No carrier, no back-off: the first message leaves when the cable is put in. */
START_TEST(test_cable_late)
{
        Desk desk;

        desk_init(&desk);
        desk_open(&desk);
        link_down(&desk);
        ck_assert_int_eq(mdc_client_start(desk.client, desk.now), 0);
        expect_state(&desk, "init");
        ck_assert_uint_eq(mdc_client_deadline(desk.client), MDC_INFINITY);
        desk_pass(&desk, 3600 * SECOND);
        expect_nothing_sent(&desk);
        link_up(&desk);
        expect_sent(&desk, DHCP_DISCOVER);
        ck_assert_uint_eq(desk.sent.secs, 0);

        /* pulled and put in again: from the beginning, not 64 seconds later */
        for (unsigned i = 0; i < 5; i++) {
                (void) desk_wait(&desk);
                expect_sent(&desk, DHCP_DISCOVER);
        }
        link_down(&desk);
        link_down(&desk);
        expect_state(&desk, "init");
        ck_assert_uint_eq(mdc_client_deadline(desk.client), MDC_INFINITY);
        desk_pass(&desk, SECOND);
        link_up(&desk);
        link_up(&desk);
        expect_sent(&desk, DHCP_DISCOVER);
        ck_assert_uint_eq(desk.sent.secs, 0);
        expect_nothing_sent(&desk);
        ck_assert_uint_eq(count_events(&desk, MDC_EVENT_LINK_DOWN), 2);
        expect_between(desk_wait(&desk), 3 * SECOND, 5 * SECOND);
        expect_sent(&desk, DHCP_DISCOVER);
        desk_done(&desk);
}
END_TEST

/* A building whose switches get their power back does not start as one. */
START_TEST(test_start_delay_on_return)
{
        Desk desk;

        desk_init(&desk);
        ck_assert_int_eq(mdc_config_set_start_delay(desk.config, 10 * SECOND), 0);
        desk_open(&desk);
        link_down(&desk);
        ck_assert_int_eq(mdc_client_start(desk.client, desk.now), 0);
        link_up(&desk);
        expect_nothing_sent(&desk);
        expect_between(desk_wait(&desk), SECOND, 10 * SECOND);
        expect_sent(&desk, DHCP_DISCOVER);
        reply_taken(&desk, .type = DHCP_OFFER);
        expect_sent(&desk, DHCP_REQUEST);
        reply_taken(&desk, .type = DHCP_ACK);

        /* with a lease it asks at once */
        link_down(&desk);
        link_up(&desk);
        expect_reboot(&desk, DESK_ADDRESS);
        desk_done(&desk);
}
END_TEST

/* The same network: the lease goes on, confirmed and renewed by one exchange. */
START_TEST(test_confirmed)
{
        uint64_t begin = 0;
        mdc_event event;
        Desk desk;

        desk_init(&desk);
        ck_assert_int_eq(mdc_config_set_acd(desk.config, MDC_ACD_FULL), 0);
        desk_open(&desk);
        ck_assert_int_eq(mdc_client_start(desk.client, desk.now), 0);
        expect_sent(&desk, DHCP_DISCOVER);
        reply_taken(&desk, .type = DHCP_OFFER);
        expect_sent(&desk, DHCP_REQUEST);
        reply_taken(&desk, .type = DHCP_ACK);
        for (unsigned i = 0; i < 3; i++) {
                (void) desk_wait(&desk);
                expect_arp(&desk, "0.0.0.0", DESK_ADDRESS);
        }
        (void) desk_wait(&desk);
        expect_state(&desk, "bound");
        expect_arp(&desk, DESK_ADDRESS, DESK_ADDRESS);

        link_down(&desk);
        event = expect_event(&desk, MDC_EVENT_LINK_DOWN);
        ck_assert_ptr_nonnull(event.lease);
        expect_state(&desk, "init");
        expect_lease(&desk, DESK_ADDRESS);
        ck_assert_int_eq(mdc_client_renew(desk.client, desk.now), -ENETDOWN);
        ck_assert_int_eq(mdc_client_rebind(desk.client, desk.now), -ENETDOWN);
        ck_assert_int_eq(mdc_client_confirm(desk.client, desk.now), -ENETDOWN);
        /* T1 and T2 pass in the dark */
        desk_pass(&desk, 3300 * SECOND);
        expect_nothing_sent(&desk);

        link_up(&desk);
        (void) expect_event(&desk, MDC_EVENT_LINK_UP);
        expect_reboot(&desk, DESK_ADDRESS);
        expect_lease(&desk, DESK_ADDRESS);
        ck_assert_int_eq(mdc_client_renew(desk.client, desk.now), -EBUSY);
        desk_pass(&desk, SECOND);
        reply_taken(&desk, .type = DHCP_ACK, .seconds = 7200);
        expect_state(&desk, "bound");
        (void) expect_event(&desk, MDC_EVENT_RENEWED);
        ck_assert_int_eq(mdc_lease_get_begin(desk.lease, &begin), 0);
        ck_assert_uint_eq(begin, desk.now - SECOND);
        expect_lease(&desk, DESK_ADDRESS);

        /* no probe of what is in use, but neighbours may have forgotten it */
        ck_assert_uint_eq(desk_wait(&desk), 0);
        expect_arp(&desk, DESK_ADDRESS, DESK_ADDRESS);
        ck_assert_uint_eq(desk_wait(&desk), 2 * SECOND);
        expect_arp(&desk, DESK_ADDRESS, DESK_ADDRESS);
        expect_between(desk_wait(&desk), 3500 * SECOND, 3600 * SECOND);
        expect_state(&desk, "renewing");
        desk_done(&desk);
}
END_TEST

/* Another network whose server says so. */
START_TEST(test_refused)
{
        mdc_event event;
        Desk desk;

        desk_init(&desk);
        desk_open(&desk);
        return_with_lease(&desk, (Reply){0});
        reply_taken(&desk, .type = DHCP_NAK, .server = "10.0.0.1");
        event = expect_event(&desk, MDC_EVENT_REFUSED);
        ck_assert_ptr_nonnull(event.lease);
        expect_lease(&desk, NULL);
        ck_assert_uint_eq(desk_wait(&desk), 0);
        expect_state(&desk, "selecting");
        expect_sent(&desk, DHCP_DISCOVER);
        ck_assert(!message_has(&desk.sent, DHCP_OPTION_REQUESTED_ADDRESS));
        desk_done(&desk);
}
END_TEST

/* Another network whose server is silent about addresses that it does not know. */
START_TEST(test_roamed)
{
        ipv4_t wish = 0;
        Desk desk;

        desk_init(&desk);
        desk_open(&desk);
        search_with_lease(&desk);
        ck_assert_int_eq(message_get_ipv4(&desk.sent, DHCP_OPTION_REQUESTED_ADDRESS, &wish), 0);
        ck_assert_uint_eq(wish, desk_ipv4(DESK_ADDRESS));

        /* what is configured stays until there is something better */
        expect_lease(&desk, DESK_ADDRESS);
        reply_taken(&desk, .type = DHCP_OFFER, .address = "10.0.0.7", .server = "10.0.0.1");
        expect_sent(&desk, DHCP_REQUEST);
        expect_lease(&desk, DESK_ADDRESS);
        reply_taken(&desk, .type = DHCP_ACK, .address = "10.0.0.7", .server = "10.0.0.1");
        expect_state(&desk, "bound");
        (void) expect_event(&desk, MDC_EVENT_ACQUIRED);
        expect_lease(&desk, "10.0.0.7");
        ck_assert_uint_eq(count_events(&desk, MDC_EVENT_EXPIRED), 0);
        expect_between(desk_wait(&desk), 1782 * SECOND, 1800 * SECOND);
        expect_state(&desk, "renewing");
        desk_done(&desk);
}
END_TEST

/* The address of before is offered again: it is in use, and not asked about by ARP. */
START_TEST(test_offered_again)
{
        Desk desk;

        desk_init(&desk);
        ck_assert_int_eq(mdc_config_set_manual_accept(desk.config, true), 0);
        desk_open(&desk);
        search_with_lease(&desk);
        reply_taken(&desk, .type = DHCP_OFFER);
        expect_sent(&desk, DHCP_REQUEST);
        reply_taken(&desk, .type = DHCP_ACK);
        expect_state(&desk, "bound");
        (void) expect_event(&desk, MDC_EVENT_RENEWED);
        desk_done(&desk);
}
END_TEST

/* Nobody there any more: the lease lasts to its end, and the search goes on undisturbed. */
START_TEST(test_ends_while_kept)
{
        static const unsigned after[] = {0, 5, 20, 100};

        for (size_t i = 0; i < ELEMENTSOF(after); i++) {
                size_t n_expired = 0;
                usec_t end;
                Desk desk;

                desk_init(&desk);
                desk_open(&desk);
                desk_acquire(&desk, (Reply){.seconds = 1000});
                end = desk.now + 1000 * SECOND;
                link_down(&desk);
                desk.now = end - after[i] * SECOND;
                if (after[i] > 0) {
                        link_up(&desk);
                        expect_reboot(&desk, DESK_ADDRESS);
                }
                while (n_expired == 0) {
                        expect_lease(&desk, DESK_ADDRESS);
                        (void) desk_wait(&desk);
                        n_expired = count_events(&desk, MDC_EVENT_EXPIRED);
                }
                ck_assert_uint_eq(desk.now, end);
                expect_lease(&desk, NULL);

                /* what is over is not asked for by INIT-REBOOT (4.4.5) */
                if (after[i] == 0)
                        link_up(&desk);
                else if (after[i] == 5)
                        ck_assert_uint_eq(desk_wait(&desk), 0);
                expect_state(&desk, "selecting");
                desk_done(&desk);
        }
}
END_TEST

/* Down in every state; up again, each asks for what it had. */
START_TEST(test_down_in_every_state)
{
        static const struct {
                const char *state;
                unsigned step;
                bool asks; /* for the address */
        } cases[] = {
                {"selecting", 0, false},
                {"requesting", 1, false},
                {"probing", 2, true},
                {"bound", 3, true},
                {"renewing", 4, true},
                {"rebinding", 5, true},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                unsigned step = cases[i].step;
                Desk desk;

                desk_init(&desk);
                ck_assert_int_eq(mdc_config_set_acd(desk.config, MDC_ACD_FAST), 0);
                desk_open(&desk);
                ck_assert_int_eq(mdc_client_start(desk.client, desk.now), 0);
                expect_sent(&desk, DHCP_DISCOVER);
                if (step >= 1) {
                        reply_taken(&desk, .type = DHCP_OFFER);
                        expect_sent(&desk, DHCP_REQUEST);
                }
                if (step >= 2)
                        reply_taken(&desk, .type = DHCP_ACK);
                while (step >= 3 && mdc_client_get_state(desk.client) == MDC_STATE_PROBING)
                        (void) desk_wait(&desk);
                if (step == 4)
                        ck_assert_int_eq(mdc_client_renew(desk.client, desk.now), 0);
                if (step == 5)
                        ck_assert_int_eq(mdc_client_rebind(desk.client, desk.now), 0);
                expect_state(&desk, cases[i].state);
                while (mdc_client_next_output(desk.client, &(const mdc_output *){NULL}) > 0)
                        ;

                link_down(&desk);
                expect_state(&desk, "init");
                desk_pass(&desk, 300 * SECOND);
                expect_nothing_sent(&desk);
                reply_dropped(&desk, MDC_DROP_WRONG_STATE, .type = DHCP_NAK);
                link_up(&desk);
                if (cases[i].asks)
                        expect_reboot(&desk, DESK_ADDRESS);
                else
                        expect_sent(&desk, DHCP_DISCOVER);
                expect_nothing_sent(&desk);
                desk_done(&desk);
        }
}
END_TEST

START_TEST(test_down_while_informing)
{
        Desk desk;

        desk_init(&desk);
        desk_open(&desk);
        ck_assert_int_eq(mdc_client_inform(desk.client, desk.now, desk_address("10.0.0.5")), 0);
        expect_sent(&desk, DHCP_INFORM);
        link_down(&desk);
        ck_assert_uint_eq(mdc_client_deadline(desk.client), MDC_INFINITY);
        link_up(&desk);
        expect_sent(&desk, DHCP_INFORM);
        reply_taken(&desk, .type = DHCP_ACK, .no_lease_time = true, .address = "0.0.0.0");

        /* and begun in the dark */
        link_down(&desk);
        ck_assert_int_eq(mdc_client_inform(desk.client, desk.now, desk_address("10.0.0.5")), 0);
        expect_nothing_sent(&desk);
        link_up(&desk);
        expect_sent(&desk, DHCP_INFORM);
        desk_done(&desk);
}
END_TEST

/* A client that is stopped only takes note. */
START_TEST(test_stopped)
{
        _cleanup_(mdc_lease_unrefp) mdc_lease *lease = NULL;
        Desk desk;

        desk_init(&desk);
        desk_open(&desk);
        link_down(&desk);
        link_up(&desk);
        ck_assert_int_eq(mdc_client_link_gone(desk.client, desk.now), 0);
        expect_state(&desk, "stopped");
        expect_nothing_sent(&desk);
        link_up(&desk);
        desk_acquire(&desk, (Reply){0});
        (void) expect_event(&desk, MDC_EVENT_ACQUIRED);
        lease = mdc_lease_ref(desk.lease);
        ck_assert_int_eq(mdc_client_stop(desk.client, desk.now), 0);

        /* adopted in the dark: confirmed in the light */
        link_down(&desk);
        ck_assert_int_eq(mdc_client_adopt(desk.client, desk.now, lease), 0);
        expect_nothing_sent(&desk);
        link_up(&desk);
        expect_reboot(&desk, DESK_ADDRESS);
        desk_done(&desk);
}
END_TEST

/* The interface is removed: its address went with it, and may be asked for where there is another.
 */
START_TEST(test_gone)
{
        mdc_event event;
        Desk desk;

        desk_init(&desk);
        desk_open(&desk);
        desk_acquire(&desk, (Reply){0});
        link_down(&desk);
        ck_assert_int_eq(mdc_client_link_gone(desk.client, desk.now), 0);
        event = expect_event(&desk, MDC_EVENT_LINK_GONE);
        ck_assert_ptr_nonnull(event.lease);
        expect_nothing_sent(&desk);
        desk_pass(&desk, 100 * SECOND);
        link_up(&desk);
        expect_reboot(&desk, DESK_ADDRESS);
        reply_taken(&desk, .type = DHCP_ACK);
        (void) expect_event(&desk, MDC_EVENT_RENEWED);
        desk_done(&desk);
}
END_TEST

/* Given back while another was granted: both go to their servers. */
START_TEST(test_release_while_kept)
{
        Desk desk;

        desk_init(&desk);
        ck_assert_int_eq(mdc_config_set_manual_accept(desk.config, true), 0);
        desk_open(&desk);
        search_with_lease(&desk);
        reply_taken(&desk, .type = DHCP_OFFER, .address = "10.0.0.7", .server = "10.0.0.1");
        expect_sent(&desk, DHCP_REQUEST);
        reply_taken(&desk, .type = DHCP_ACK, .address = "10.0.0.7", .server = "10.0.0.1");
        expect_state(&desk, "granted");
        expect_lease(&desk, DESK_ADDRESS);
        (void) count_events(&desk, MDC_EVENT_RELEASED);

        ck_assert_int_eq(mdc_client_release(desk.client, desk.now, NULL), 0);
        expect_sent(&desk, DHCP_RELEASE);
        ck_assert_uint_eq(desk.sent.ciaddr, desk_ipv4("10.0.0.7"));
        ck_assert_uint_eq(desk.output.destination.s_addr, desk_address("10.0.0.1").s_addr);
        expect_sent(&desk, DHCP_RELEASE);
        ck_assert_uint_eq(desk.sent.ciaddr, desk_ipv4(DESK_ADDRESS));
        ck_assert_uint_eq(desk.output.destination.s_addr, desk_address(DESK_SERVER).s_addr);
        ck_assert_uint_eq(count_events(&desk, MDC_EVENT_RELEASED), 2);
        expect_state(&desk, "stopped");
        expect_lease(&desk, NULL);
        desk_done(&desk);
}
END_TEST

/* The granted address is in use by somebody: what was held before stays. */
START_TEST(test_conflict_while_kept)
{
        Desk desk;

        desk_init(&desk);
        ck_assert_int_eq(mdc_config_set_manual_accept(desk.config, true), 0);
        desk_open(&desk);
        search_with_lease(&desk);
        reply_taken(&desk, .type = DHCP_OFFER, .address = "192.168.1.101");
        expect_sent(&desk, DHCP_REQUEST);
        reply_taken(&desk, .type = DHCP_ACK, .address = "192.168.1.101");
        ck_assert_int_eq(mdc_client_decline(desk.client, desk.now, NULL), 0);
        expect_sent(&desk, DHCP_DECLINE);
        expect_lease(&desk, DESK_ADDRESS);
        ck_assert_uint_eq(desk_wait(&desk), 10 * SECOND);
        expect_sent(&desk, DHCP_DISCOVER);
        desk_done(&desk);
}
END_TEST

/* Servers know us by the hardware address, and reply to it. */
START_TEST(test_hardware_changes)
{
        static const uint8_t other[ETHERNET_ADDRESS_SIZE] = {2, 0, 0, 0, 0, 9};

        for (int identified = 0; identified < 2; identified++) {
                const mdc_output *output;
                const uint8_t *id;
                size_t size;
                Desk desk;

                desk_init(&desk);
                if (identified)
                        ck_assert_int_eq(mdc_config_set_client_id_raw(
                                                 desk.config, (const uint8_t *) "me", 2),
                                0);
                desk_open(&desk);
                desk_acquire(&desk, (Reply){0});
                ck_assert_int_eq(mdc_client_set_hardware(desk.client, desk.now, HARDWARE_ETHERNET,
                                         desk_hardware, sizeof(desk_hardware)),
                        0);
                expect_nothing_sent(&desk);
                expect_state(&desk, "bound");
                ck_assert_int_eq(
                        mdc_client_set_hardware(desk.client, desk.now, HARDWARE_ETHERNET, other, 5),
                        -EINVAL);
                expect_state(&desk, "bound");

                ck_assert_int_eq(mdc_client_set_hardware(desk.client, desk.now, HARDWARE_ETHERNET,
                                         other, sizeof(other)),
                        0);
                expect_state(&desk, "rebooting");
                expect_lease(&desk, DESK_ADDRESS);
                ck_assert_int_eq(mdc_client_next_output(desk.client, &output), 1);
                ck_assert_int_eq(
                        message_view_init(&desk.sent, output->data, output->size), MESSAGE_OK);
                ck_assert_mem_eq(desk.sent.chaddr, other, sizeof(other));
                ck_assert_int_eq(message_get(&desk.sent, DHCP_OPTION_CLIENT_ID, &id, &size), 0);
                test_assert_bytes(id, size, identified ? "6d 65" : "01 02 00 00 00 00 09");

                reply_dropped(&desk, MDC_DROP_WRONG_HARDWARE, .type = DHCP_ACK);
                reply_taken(&desk, .type = DHCP_ACK, .last_hardware_byte = 9);
                (void) expect_event(&desk, MDC_EVENT_RENEWED);
                desk_done(&desk);
        }
}
END_TEST

/* By wish, and in the midst of an acquisition. */
START_TEST(test_confirm)
{
        Desk desk;

        desk_init(&desk);
        desk_open(&desk);
        ck_assert_int_eq(mdc_client_confirm(desk.client, desk.now), -ENODATA);
        search_with_lease(&desk);
        ck_assert_int_eq(mdc_client_confirm(desk.client, desk.now), 0);
        expect_reboot(&desk, DESK_ADDRESS);
        desk_done(&desk);
}
END_TEST

/* Who has configured the address is told that somebody has taken it away. */
START_TEST(test_address_removed)
{
        Desk desk;

        desk_init(&desk);
        desk_open(&desk);
        ck_assert_int_eq(
                mdc_client_address_removed(desk.client, desk.now, desk_address(DESK_ADDRESS)), 0);
        desk_acquire(&desk, (Reply){0});
        ck_assert_int_eq(
                mdc_client_address_removed(desk.client, desk.now, desk_address("192.168.1.101")),
                0);
        ck_assert_uint_eq(count_events(&desk, MDC_EVENT_ADDRESS_REMOVED), 0);
        ck_assert_int_eq(
                mdc_client_address_removed(desk.client, desk.now, desk_address(DESK_ADDRESS)), 0);
        (void) expect_event(&desk, MDC_EVENT_ADDRESS_REMOVED);
        ck_assert_ptr_nonnull(desk.lease);
        expect_state(&desk, "bound");
        expect_nothing_sent(&desk);
        desk_done(&desk);
}
END_TEST

TEST_MAIN("client-link", test_cable_late, test_start_delay_on_return, test_confirmed, test_refused,
        test_roamed, test_offered_again, test_ends_while_kept, test_down_in_every_state,
        test_down_while_informing, test_stopped, test_gone, test_release_while_kept,
        test_conflict_while_kept, test_hardware_changes, test_confirm, test_address_removed);
