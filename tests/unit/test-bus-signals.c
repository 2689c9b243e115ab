/* SPDX-License-Identifier: MIT */
/* Signals: which are sent for what, how many of them in a storm, and what happens while the bus
 * does not take any. */

#include "bus-fixture.h"
#include "bus/signals.h"

#define LEASE_1 "/org/minidhcp1/lease/_310_2e1_2e0_2e1"

static void assert_signal(
        const Fixture *f, size_t index, const char *member, const char *expected) {
        char *json;

        ck_assert_uint_lt(index, f->n_signals);
        ck_assert_str_eq(sd_bus_message_get_member(f->signals[index]), member);
        json = fixture_to_json(f->signals[index]);
        ck_assert_msg(strncmp(json, expected, strlen(expected)) == 0, "%s is %s", member, json);
        free(json);
}

static void tell(Fixture *f, uint32_t n, LeaseEvent event) {
        fixture_forget_signals(f);
        bus_lease_event(f->bus, 0x0a010000 + n, event);
        fixture_pump(f);
}

static void advance(Fixture *f, usec_t usec) {
        f->clock.boottime += usec;
        f->clock.realtime += usec;
}

START_TEST(test_lease_events)
{
        static const struct {
                LeaseEvent event;
                const char *member, *arguments;
        } cases[] = {
                {LEASE_EVENT_RENEWED, "LeaseChanged",
                        "\"" LEASE_1 "\" {\"Address\":\"10.1.0.1\",\"HardwareAddress\":"},
                {LEASE_EVENT_DECLINED, "LeaseChanged", "\"" LEASE_1 "\" {\"Address\":"},
                {LEASE_EVENT_CHANGED, "LeaseChanged", "\"" LEASE_1 "\" {\"Address\":"},
                {LEASE_EVENT_RELEASED, "LeaseRemoved", "\"" LEASE_1 "\" \"released\""},
                {LEASE_EVENT_EXPIRED, "LeaseRemoved", "\"" LEASE_1 "\" \"expired\""},
                {LEASE_EVENT_CLEARED, "LeaseRemoved", "\"" LEASE_1 "\" \"cleared\""},
                {LEASE_EVENT_DELETED, "LeaseRemoved", "\"" LEASE_1 "\" \"deleted\""},
        };
        Fixture f;

        fixture_init(&f);
        fixture_configure(&f);
        fixture_add_lease(&f, 1, LEASE_BOUND);

        tell(&f, 1, LEASE_EVENT_GRANTED);
        ck_assert_uint_eq(f.n_signals, 3);
        assert_signal(&f, 0, "PropertiesChanged",
                "\"org.minidhcp1.Lease\" {\"HardwareAddress\":\"02:00:00:00:00:01\",");
        assert_signal(&f, 1, "LeaseAdded", "\"" LEASE_1 "\" {\"Address\":\"10.1.0.1\",");
        assert_signal(
                &f, 2, "InterfacesAdded", "\"" LEASE_1 "\" {\"org.freedesktop.DBus.Peer\":{},");

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                tell(&f, 1, cases[i].event);
                assert_signal(&f, 0, "PropertiesChanged", "\"org.minidhcp1.Lease\"");
                assert_signal(&f, 1, cases[i].member, cases[i].arguments);
                ck_assert_uint_eq(fixture_count_signals(&f, "InterfacesRemoved"),
                        strcmp(cases[i].member, "LeaseRemoved") == 0);
        }
        fixture_done(&f);
}

/* By the time its commit is durable, the lease may have gone again. */
START_TEST(test_lease_gone)
{
        Fixture f;

        fixture_init(&f);
        fixture_configure(&f);
        tell(&f, 1, LEASE_EVENT_GRANTED);
        ck_assert_uint_eq(f.n_signals, 0);
        tell(&f, 1, LEASE_EVENT_DELETED);
        ck_assert_uint_eq(f.n_signals, 2);
        assert_signal(&f, 0, "LeaseRemoved", "\"" LEASE_1 "\" \"deleted\"");
        assert_signal(&f, 1, "InterfacesRemoved", "\"" LEASE_1 "\" [\"org.minidhcp1.Lease\",");
        fixture_done(&f);
}

/* What is not listed as an object does not come and go as one. */
START_TEST(test_too_many_for_objects)
{
        Fixture f;

        fixture_init(&f);
        fixture_configure(&f);
        for (uint32_t i = 0; i <= BUS_OBJECTS_MAX; i++)
                fixture_add_lease(&f, i, LEASE_BOUND);
        tell(&f, 1, LEASE_EVENT_GRANTED);
        ck_assert_uint_eq(fixture_count_signals(&f, "LeaseAdded"), 1);
        ck_assert_uint_eq(fixture_count_signals(&f, "InterfacesAdded"), 0);
        tell(&f, 1, LEASE_EVENT_RELEASED);
        ck_assert_uint_eq(fixture_count_signals(&f, "LeaseRemoved"), 1);
        ck_assert_uint_eq(fixture_count_signals(&f, "InterfacesRemoved"), 0);
        fixture_done(&f);
}

START_TEST(test_limiter)
{
        static const struct {
                usec_t after; /* since the one before */
                unsigned n;
                unsigned admitted;
        } cases[] = {
                {0, 100, 100},
                {500 * USEC_PER_MSEC, 1, 0},
                {500 * USEC_PER_MSEC, 50, 0}, /* a storm in the second before */
                {USEC_PER_SEC, 100, 100},     /* which was calmer */
                {USEC_PER_SEC, 101, 100},
                {10 * USEC_PER_SEC, 100, 100}, /* long ago */
                {999 * USEC_PER_MSEC, 1, 0},
        };
        SignalLimiter limiter = {0};
        usec_t now = 77 * USEC_PER_SEC;

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                unsigned admitted = 0;

                now += cases[i].after;
                for (unsigned j = 0; j < cases[i].n; j++)
                        admitted += signal_limiter_admit(&limiter, 100, now);
                ck_assert_msg(admitted == cases[i].admitted, "case %zu: %u", i, admitted);
        }
}

/* Ten seconds of a thousand changes each: a hundred single signals at the start, then only that
 * something has changed, four times a second; the last word is after the last change. */
START_TEST(test_storm)
{
        size_t n_added = 0, n_invalidated = 0;
        Fixture f;

        fixture_init(&f);
        fixture_configure(&f);
        fixture_add_lease(&f, 1, LEASE_BOUND);

        for (unsigned i = 0; i < 10000; i++) {
                bus_lease_event(f.bus, 0x0a010001, LEASE_EVENT_GRANTED);
                fixture_pump(&f);
                n_added += fixture_count_signals(&f, "LeaseAdded");
                n_invalidated += fixture_count_signals(&f, "LeasesInvalidated");
                fixture_forget_signals(&f);
                advance(&f, USEC_PER_MSEC);
        }
        ck_assert_uint_eq(n_added, 100);
        ck_assert_uint_ge(n_invalidated, 38);
        ck_assert_uint_le(n_invalidated, 40);
        ck_assert(f.bus->signals.invalidated);

        advance(&f, INVALIDATION_INTERVAL_USEC);
        ck_assert_int_eq(signals_settle(NULL, 0, f.bus), 0);
        fixture_pump(&f);
        ck_assert_uint_eq(f.n_signals, 1);
        assert_signal(&f, 0, "LeasesInvalidated", "1");
        ck_assert(!f.bus->signals.invalidated);

        fixture_forget_signals(&f);
        advance(&f, INVALIDATION_INTERVAL_USEC);
        ck_assert_int_eq(signals_settle(NULL, 0, f.bus), 0);
        fixture_pump(&f);
        ck_assert_uint_eq(f.n_signals, 0);
        fixture_done(&f);
}

/* The bus takes nothing for an hour. */
START_TEST(test_stopped_bus)
{
        int small = 65536;
        uint64_t n_queued;
        Fixture f;

        fixture_init(&f);
        fixture_configure(&f);
        fixture_add_lease(&f, 1, LEASE_BOUND);
        ck_assert_int_eq(setsockopt(sd_bus_get_fd(f.bus->connection), SOL_SOCKET, SO_SNDBUF, &small,
                                 sizeof(small)),
                0);

        for (unsigned i = 0; i < 60 * 60 * 10; i++) {
                bus_lease_event(f.bus, 0x0a010001, LEASE_EVENT_RENEWED);
                bus_address_conflict(f.bus, 0x0a010001, (const uint8_t[6]){2});
                bus_state_changed(f.bus);
                advance(&f, 100 * USEC_PER_MSEC);
        }
        ck_assert_int_ge(sd_bus_get_n_queued_write(f.bus->connection, &n_queued), 0);
        ck_assert_uint_ge(n_queued, SIGNALS_QUEUED_MAX);
        ck_assert_uint_le(n_queued, SIGNALS_QUEUED_MAX + 8);
        ck_assert(f.bus->signals.invalidated && f.bus->signals.dropped);

        /* it goes on */
        fixture_pump(&f);
        ck_assert_uint_eq(fixture_count_signals(&f, "LeasesInvalidated"), 0);
        fixture_forget_signals(&f);
        ck_assert_int_eq(signals_settle(NULL, 0, f.bus), 0);
        fixture_pump(&f);
        assert_signal(&f, 0, "PropertiesChanged",
                "\"org.minidhcp1.Manager\" {\"State\":\"running\",\"LeaseFile\":");
        ck_assert_uint_eq(fixture_count_signals(&f, "LeasesInvalidated"), 1);
        fixture_done(&f);
}

static int count_reply(sd_bus_message *m, void *userdata, sd_bus_error *error) {
        unsigned *n = userdata;

        (void) error;
        n[sd_bus_message_is_method_error(m, SD_BUS_ERROR_LIMITS_EXCEEDED) > 0]++;
        return 0;
}

/* Calls come in, and the bus takes none of the answers, which are a thousand times as large. */
START_TEST(test_stopped_bus_and_callers)
{
        enum { N = 200 };
        int small = 65536;
        unsigned n_replies[2] = {0};
        uint64_t n_queued;
        Fixture f;

        fixture_init(&f);
        fixture_configure(&f);
        for (uint32_t i = 0; i < 900; i++)
                fixture_add_lease(&f, i, LEASE_BOUND);
        ck_assert_int_eq(setsockopt(sd_bus_get_fd(f.bus->connection), SOL_SOCKET, SO_SNDBUF, &small,
                                 sizeof(small)),
                0);
        for (unsigned i = 0; i < N; i++) {
                sd_bus_message *m = fixture_new_call(&f, BUS_LEASE_PATH,
                        "org.freedesktop.DBus.ObjectManager", "GetManagedObjects");

                ck_assert_int_ge(
                        sd_bus_call_async(f.driver, NULL, m, count_reply, n_replies, 0), 0);
                sd_bus_message_unref(m);
        }
        ck_assert_int_ge(sd_bus_flush(f.driver), 0);
        while (sd_bus_process(f.bus->connection, NULL) > 0)
                ;
        ck_assert_uint_eq(f.bus->n_unread, N);
        ck_assert_int_ge(sd_bus_get_n_queued_write(f.bus->connection, &n_queued), 0);
        ck_assert_uint_ge(n_queued, BUS_UNREAD_MAX / 2);

        fixture_pump(&f);
        ck_assert_uint_eq(n_replies[0] + n_replies[1], N);
        ck_assert_uint_ge(n_replies[0], BUS_UNREAD_MAX);
        ck_assert_uint_le(n_replies[0], BUS_UNREAD_MAX + 8);
        /* it goes on */
        ck_assert_ptr_nonnull(
                fixture_call(&f, BUS_MANAGER_PATH, BUS_MANAGER_INTERFACE, "ListPools", ""));
        fixture_done(&f);
}

START_TEST(test_notices)
{
        static const uint8_t hardware[ETHERNET_ADDRESS_SIZE] = {2, 0, 0, 0, 0, 9};
        Fixture f;

        fixture_init(&f);
        fixture_configure(&f);
        fixture_forget_signals(&f);
        bus_pool_exhausted(f.bus, server_find_pool(f.server, "lan"));
        bus_address_conflict(f.bus, 0x0a010001, hardware);
        bus_proxy_arp_found(f.bus, 3, hardware);
        bus_proxy_arp_found(f.bus, 99, hardware);
        bus_address_conflict(f.bus, 0x0a010002, NULL);
        bus_echo_proxy_found(f.bus, (Ipv4Prefix){0x0a020000, 16});
        bus_state_changed(f.bus);
        fixture_pump(&f);
        ck_assert_uint_eq(f.n_signals, 7);
        assert_signal(&f, 0, "PoolExhausted", "\"/org/minidhcp1/pool/lan\"");
        assert_signal(&f, 1, "AddressConflict", "\"10.1.0.1\" \"02:00:00:00:00:09\"");
        assert_signal(&f, 2, "ProxyArpFound", "\"lan0\" \"02:00:00:00:00:09\"");
        assert_signal(&f, 3, "ProxyArpFound", "\"\" \"02:00:00:00:00:09\"");
        assert_signal(&f, 4, "AddressConflict", "\"10.1.0.2\" \"\"");
        assert_signal(&f, 5, "EchoProxyFound", "\"10.2.0.0/16\"");
        assert_signal(
                &f, 6, "PropertiesChanged", "\"org.minidhcp1.Manager\" {\"State\":\"running\"} []");

        fixture_forget_signals(&f);
        for (unsigned i = 0; i < 1000; i++)
                bus_address_conflict(f.bus, 0x0a010001, hardware);
        fixture_pump(&f);
        ck_assert_uint_le(f.n_signals, NOTICES_PER_SECOND);
        fixture_done(&f);
}

static void configure_pools(Fixture *f, const char *const *names) {
        Settings *settings;

        ck_assert_int_eq(settings_new(&settings), 0);
        for (; *names; names++) {
                PoolSettings *pool;

                ck_assert_int_eq(pool_settings_new(&pool, *names), 0);
                pool->subnet = (Ipv4Prefix){.address = 0xc0a80100, .length = 24};
                ck_assert_int_eq(settings_add_pool_take(settings, pool), 0);
        }
        ck_assert_int_eq(server_configure_take(f->server, settings, NULL), 0);
}

START_TEST(test_reload)
{
        static const char *const before[] = {"b", "c", "a", NULL};
        static const char *const after[] = {"d", "b", "aa", NULL};
        Fixture f;

        fixture_init(&f);
        configure_pools(&f, before);
        fixture_get_name(&f);
        bus_reloading(f.bus, false);
        fixture_pump(&f);
        fixture_forget_signals(&f);
        advance(&f, USEC_PER_SEC);

        bus_reloading(f.bus, true);
        configure_pools(&f, after);
        bus_reloading(f.bus, false);
        fixture_pump(&f);
        ck_assert_uint_eq(f.n_signals, 10);
        assert_signal(&f, 0, "Reloading", "true");
        assert_signal(&f, 1, "Reloading", "false");
        assert_signal(&f, 2, "PropertiesChanged", "\"org.minidhcp1.Manager\" {\"State\":");
        assert_signal(&f, 3, "InterfacesRemoved", "\"/org/minidhcp1/pool/a\"");
        assert_signal(&f, 4, "InterfacesAdded", "\"/org/minidhcp1/pool/aa\"");
        assert_signal(&f, 5, "InterfacesRemoved", "\"/org/minidhcp1/pool/c\"");
        assert_signal(&f, 6, "InterfacesAdded", "\"/org/minidhcp1/pool/d\"");
        assert_signal(&f, 7, "PoolsChanged", "");
        assert_signal(&f, 8, "HostsChanged", "");
        assert_signal(&f, 9, "LeasesInvalidated", "");
        fixture_done(&f);
}

START_TEST(test_links)
{
        static const Link links[] = {
                {.ifindex = 3, .name = "lan0", .up = true},
                {.ifindex = 4, .name = "lan1", .up = true},
        };
        Fixture f;

        fixture_init(&f);
        ck_assert_int_eq(server_set_links(f.server, &links[0], 1), 0);
        bus_links_changed(f.bus);
        fixture_pump(&f);
        fixture_forget_signals(&f);

        ck_assert_int_eq(server_set_links(f.server, &links[1], 1), 0);
        bus_links_changed(f.bus);
        fixture_pump(&f);
        ck_assert_uint_eq(f.n_signals, 2);
        assert_signal(&f, 0, "InterfacesRemoved", "\"/org/minidhcp1/interface/lan0\"");
        assert_signal(&f, 1, "InterfacesAdded", "\"/org/minidhcp1/interface/lan1\"");
        fixture_done(&f);
}

static void tell_everything(Bus *bus, const Fixture *f) {
        static const uint8_t hardware[ETHERNET_ADDRESS_SIZE] = {2};

        bus_lease_event(bus, 0x0a010001, LEASE_EVENT_GRANTED);
        bus_pool_exhausted(bus, server_find_pool(f->server, "lan"));
        bus_address_conflict(bus, 0x0a010001, hardware);
        bus_reloading(bus, true);
        bus_reloading(bus, false);
        bus_links_changed(bus);
        bus_state_changed(bus);
        ck_assert(!bus_is_connected(bus));
}

/* Without a connection, or without a bus at all, everything is still. */
START_TEST(test_no_connection)
{
        Fixture f;

        fixture_init(&f);
        fixture_configure(&f);
        fixture_add_lease(&f, 1, LEASE_BOUND);
        bus_drop_connection(f.bus);
        tell_everything(f.bus, &f);
        ck_assert(!f.bus->signals.invalidated && !f.bus->signals.dropped);
        tell_everything(NULL, &f);
        fixture_done(&f);
}

TEST_MAIN("bus-signals", test_lease_events, test_lease_gone, test_too_many_for_objects,
        test_limiter, test_storm, test_stopped_bus, test_stopped_bus_and_callers, test_notices,
        test_reload, test_links, test_no_connection);
