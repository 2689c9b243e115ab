/* SPDX-License-Identifier: MIT */

/* The dry run: it says what would happen, in sentences, and nothing happens. */

#include "explain-desk.h"

START_TEST(new_client)
{
        setup();
        expect(query_of('a', DHCP_DISCOVER), VERDICT_OFFERED, NET + 100,
                "No interface is named: br0 is assumed.\n"
                "It comes in on br0; the pools there are: lan.\n"
                "It gets 192.168.1.100 of pool lan: nobody has ever had it.\n" SILENCE);
        teardown();
}
END_TEST

START_TEST(known_client)
{
        setup();
        really_request('a', NET + 101, VERDICT_ACKED);
        expect(query_of('a', DHCP_DISCOVER), VERDICT_OFFERED, NET + 101,
                "The client was last heard on br0.\n"
                "It comes in on br0; the pools there are: lan.\n"
                "It gets 192.168.1.101 of pool lan: the client has it already.\n");
        teardown();
}
END_TEST

START_TEST(hosts)
{
        ExplainQuery query = query_of('q', DHCP_DISCOVER);

        setup();
        query.ifindex = 2;
        expect(query, VERDICT_OFFERED, NET + 50,
                "It comes in on br0; the pools there are: lan.\n"
                "It is the host printer.\n"
                "It gets 192.168.1.50 of pool lan: it is reserved for this host.\n" SILENCE);
        query = query_of('p', DHCP_DISCOVER);
        query.ifindex = 2;
        expect(query, VERDICT_DENIED, 0,
                "It comes in on br0; the pools there are: lan.\n"
                "It is the host bad.\n"
                "It is ignored: its [Host] section says Deny=yes; Deny=no lets it in.\n");
        teardown();
}
END_TEST

/* What is reserved for q is bound to o. */
static void bind_reserved(uint8_t flags) {
        const LeaseRecord record = {
                .address = NET + 50,
                .state = LEASE_BOUND,
                .client_id = (const uint8_t *) "\1\2\0\0\0\0o",
                .client_id_size = 7,
                .hardware = (const uint8_t *) "\2\0\0\0\0o",
                .hardware_type = 1,
                .hardware_size = 6,
                .flags = flags,
                .expires = 2 * USEC_PER_HOUR,
        };

        ck_assert_int_eq(server_load_lease(server, &record, USEC_PER_HOUR), 0);
}

/* Who has it, and once the address has gone over, that both are alive: at both of them. */
START_TEST(successor)
{
        ExplainQuery query = query_of('q', DHCP_DISCOVER);

        setup();
        bind_reserved(0);
        query.ifindex = 2;
        expect(query, VERDICT_OFFERED, NET + 50,
                "It comes in on br0; the pools there are: lan.\n"
                "It is the host printer.\n"
                "It gets 192.168.1.50 of pool lan: it is reserved for this host.\n"
                "192.168.1.50 is leased to 02:00:00:00:00:6f now: that lease ends.\n" SILENCE);
        really_request('q', NET + 50, VERDICT_ACKED);
        really_request('o', NET + 50, VERDICT_NAKED);
        expect(query, VERDICT_OFFERED, NET + 50,
                "It comes in on br0; the pools there are: lan.\n"
                "It is the host printer.\n"
                "It gets 192.168.1.50 of pool lan: it is reserved for this host.\n"
                "It has got 192.168.1.50 after 02:00:00:00:00:6f, which has asked again since: "
                "both are alive.\n");
        query = query_of('o', DHCP_DISCOVER);
        query.ifindex = 2;
        expect(query, VERDICT_OFFERED, NET + 100,
                "It comes in on br0; the pools there are: lan.\n"
                "It gets 192.168.1.100 of pool lan: nobody has ever had it.\n"
                "It had 192.168.1.50 until 02:00:00:00:00:71 got it, for which it is reserved: "
                "both are alive. That one keeps the address while it renews, this one gets what a "
                "stranger gets.\n"
                "But no message of this client is remembered: see whether it asks, and whether it "
                "is on the network of br0.\n");
        teardown();
}
END_TEST

START_TEST(link_without_pool)
{
        ExplainQuery query = query_of('a', DHCP_DISCOVER);

        setup();
        query.ifindex = 3;
        expect(query, VERDICT_NO_POOL, 0,
                "It comes in on br1; no pool serves that.\n"
                "It is ignored: a pool with Subnet=10.0.0.0/24, or with Interface=br1, would "
                "serve it; see `minidhcpctl add-pool`.\n");
        query.relay = 0x0a090001;
        expect(query, VERDICT_NO_POOL, 0,
                "It comes in on br1 for the subnet of 10.9.0.1; no pool serves that.\n"
                "It is ignored: a [Pool] whose Subnet= holds that address would serve it; if the "
                "pool has Interface=, br1 must be there.\n");
        query.relay = NET + 9;
        expect(query, VERDICT_NO_POOL, 0,
                "It comes in on br1 for the subnet of 192.168.1.9; pool lan serves that subnet, "
                "but not on this link (Interface=).\n"
                "It is ignored: Interface= of pool lan lets it in when it names br1, besides the "
                "pool's other links.\n");
        server_find_pool(server, "lan")->enabled = false;
        query = query_of('a', DHCP_DISCOVER);
        query.ifindex = 2;
        expect(query, VERDICT_NO_POOL, 0,
                "It comes in on br0; no pool serves that.\n"
                "It is ignored: pool lan would serve it, but is disabled. `minidhcpctl enable-pool "
                "lan` changes that.\n");
        query.relay = NET + 9;
        expect(query, VERDICT_NO_POOL, 0,
                "It comes in on br0 for the subnet of 192.168.1.9; no pool serves that.\n"
                "It is ignored: pool lan would serve it, but is disabled. `minidhcpctl enable-pool "
                "lan` changes that.\n");
        query.ifindex = 9;
        Explanation explanation;
        ck_assert_int_eq(server_explain(server, &query, 0, &actions, &explanation), -ENODEV);
        teardown();
}
END_TEST

START_TEST(exhausted)
{
        ExplainQuery query = query_of('d', DHCP_DISCOVER);

        setup();
        really_request('a', NET + 100, VERDICT_ACKED);
        really_request('b', NET + 101, VERDICT_ACKED);
        really_request('c', NET + 102, VERDICT_ACKED);
        query.ifindex = 2;
        expect(query, VERDICT_POOL_EXHAUSTED, 0,
                "It comes in on br0; the pools there are: lan.\n"
                "Pool lan has 3 addresses: 3 are leased, 0 set aside, 0 offered, 0 kept for "
                "hosts.\n"
                "No address is left for it.\n"
                "It is ignored: a wider Range= or a shorter DefaultLeaseTimeSec= would help.\n");
        ck_assert_uint_eq(server_find_pool(server, "lan")->n_exhausted, 0);
        teardown();
}
END_TEST

START_TEST(request_of_anothers_address)
{
        ExplainQuery query = query_of('b', DHCP_REQUEST);

        setup();
        really_request('a', NET + 100, VERDICT_ACKED);
        query.ifindex = 2;
        query.requested = NET + 100;
        expect(query, VERDICT_NAKED, 0,
                "It comes in on br0; the pools there are: lan.\n"
                "192.168.1.100 is leased to another client, 02:00:00:00:00:61, for another 1h.\n"
                "It is refused (NAK): address is not available.\n");
        query.requested = NET + 101;
        expect(query, VERDICT_ACKED, NET + 101,
                "It comes in on br0; the pools there are: lan.\n"
                "192.168.1.101 is free.\n"
                "But no message of this client is remembered: see whether it asks, and whether it "
                "is on the network of br0.\n");
        /* and it was a dry run: somebody else gets it */
        really_request('c', NET + 101, VERDICT_ACKED);
        teardown();
}
END_TEST

/* Who asks why a client gets nothing need not know where it is. */
START_TEST(last_silence)
{
        setup();
        really_discover('a', 3, 0, USEC_PER_HOUR - 90 * USEC_PER_SEC, VERDICT_NO_POOL);
        expect(query_of('a', DHCP_DISCOVER), VERDICT_NO_POOL, 0,
                "Its last message, a DISCOVER on br1 1min 30s ago, got no answer: no-pool.\n"
                "It comes in on br1; no pool serves that.\n"
                "It is ignored: a pool with Subnet=10.0.0.0/24, or with Interface=br1, would "
                "serve it; see `minidhcpctl add-pool`.\n");

        really_discover('b', 2, 0x0a090001, USEC_PER_HOUR, VERDICT_NO_POOL);
        expect(query_of('b', DHCP_DISCOVER), VERDICT_NO_POOL, 0,
                "Its last message, a DISCOVER on br0 through relay 10.9.0.1 1s ago, got no answer: "
                "no-pool.\n"
                "It comes in on br0 for the subnet of 10.9.0.1; no pool serves that.\n"
                "It is ignored: a [Pool] whose Subnet= holds that address would serve it; if the "
                "pool has Interface=, br0 must be there.\n");

        /* it is served since */
        really_discover('c', 3, 0, 1, VERDICT_NO_POOL);
        really_request('c', NET + 101, VERDICT_ACKED);
        expect(query_of('c', DHCP_DISCOVER), VERDICT_OFFERED, NET + 101,
                "The client was last heard on br0.\n"
                "It comes in on br0; the pools there are: lan.\n"
                "It gets 192.168.1.101 of pool lan: the client has it already.\n");
        teardown();
}
END_TEST

/* Of a relay that nobody believes. */
START_TEST(untrusted_relay)
{
        ExplainQuery query = query_of('a', DHCP_DISCOVER);
        Ipv4Prefix relay = {NET + 7, 32};
        PoolSettings *pool;

        setup();
        pool = server_get_settings(server)->pools[0];
        pool->relays = malloc(sizeof(relay));
        ck_assert_ptr_nonnull(pool->relays);
        pool->relays[0] = relay;
        pool->n_relays = 1;
        query.ifindex = 2;
        query.relay = NET + 9;
        expect(query, VERDICT_UNTRUSTED_RELAY, 0,
                "It comes in on br0 for the subnet of 192.168.1.9; pool lan serves that subnet, "
                "but does not believe this relay (Relay=).\n"
                "It is ignored: the answer would go to that address. If it is a relay of yours, "
                "name it in Relay= of the pool.\n");
        query.relay = NET + 7;
        expect(query, VERDICT_OFFERED, NET + 100,
                "It comes in on br0 for the subnet of 192.168.1.7; the pools there are: lan.\n"
                "It gets 192.168.1.100 of pool lan: nobody has ever had it.\n" SILENCE);
        really_discover('b', 2, NET + 9, USEC_PER_HOUR, VERDICT_UNTRUSTED_RELAY);
        expect(query_of('b', DHCP_DISCOVER), VERDICT_UNTRUSTED_RELAY, 0,
                "Its last message, a DISCOVER on br0 through relay 192.168.1.9 1s ago, got no "
                "answer: untrusted-relay.\n"
                "It comes in on br0 for the subnet of 192.168.1.9; pool lan serves that subnet, "
                "but does not believe this relay (Relay=).\n"
                "It is ignored: the answer would go to that address. If it is a relay of yours, "
                "name it in Relay= of the pool.\n");
        teardown();
}
END_TEST

/* BindToDevice= of the socket unit: what the socket does not hear is not served. */
START_TEST(unheard)
{
        ExplainQuery query = query_of('a', DHCP_DISCOVER);

        setup();
        server_set_bound_link(server, 3);
        ck_assert(!server_link_is_served(server, 2));
        ck_assert(server_link_is_meant_for(server, 2, server_find_pool(server, "lan")));
        query.ifindex = 2;
        expect(query, VERDICT_NO_POOL, 0,
                "Pool lan would be served on br0.\n"
                "Nothing that is sent on br0 is heard: the socket is bound to br1 (BindToDevice= "
                "of mini-dhcp.socket).\n");
        /* where a host is expected */
        expect(query_of('q', DHCP_DISCOVER), VERDICT_NO_POOL, 0,
                "No interface is named: br0 is assumed.\n"
                "Pool lan would be served on br0.\n"
                "Nothing that is sent on br0 is heard: the socket is bound to br1 (BindToDevice= "
                "of mini-dhcp.socket).\n");
        /* the interface has gone */
        server_set_bound_link(server, 7);
        expect(query, VERDICT_NO_POOL, 0,
                "Pool lan would be served on br0.\n"
                "Nothing that is sent on br0 is heard: the socket is bound to an interface that is "
                "gone (BindToDevice= of mini-dhcp.socket).\n");
        server_set_bound_link(server, 2);
        ck_assert(server_link_is_served(server, 2));
        teardown();
}
END_TEST

/* Strangers push each other out, and nobody else. */
START_TEST(silences)
{
        static const uint8_t seed[16] = {7};
        static SilenceMemory memory;
        size_t n = 0;

        for (uint32_t i = 1; i <= 10000; i++) {
                Silence silence = {.hardware_size = 4, .ifindex = i, .at = i};

                memcpy(silence.hardware, &i, sizeof(i));
                silence_remember(&memory, &silence, seed);
                silence_remember(&memory, &silence, seed);
                ck_assert_uint_eq(silence_find(&memory, silence.hardware, 4, seed)->ifindex, i);
                ck_assert_ptr_null(silence_find(&memory, silence.hardware, 3, seed));
        }
        for (uint32_t i = 1; i <= 10000; i++)
                n += silence_find(&memory, (const uint8_t *) &i, 4, seed) != NULL;
        ck_assert_uint_eq(n, SILENCE_SETS * SILENCE_WAYS);
        ck_assert_ptr_null(silence_find(&memory, NULL, 0, seed));
}
END_TEST

START_TEST(host_is_expected)
{
        static const Link links[] = {
                {.ifindex = 3,
                        .name = "br1",
                        .up = true,
                        .n_addresses = 1,
                        .addresses = {{.address = 0x0a000001, .length = 24}}},
                {.ifindex = 2,
                        .name = "br0",
                        .up = true,
                        .n_addresses = 1,
                        .addresses = {{.address = NET + 1, .length = 24}}},
        };
        Settings *settings;
        PoolSettings *pool;
        HostSettings *host;

        setup();
        ck_assert_int_eq(settings_new(&settings), 0);
        for (int i = 0; i < 2; i++) {
                ck_assert_int_eq(pool_settings_new(&pool, i == 0 ? "wan" : "lan"), 0);
                pool->subnet = (Ipv4Prefix){.address = i == 0 ? 0x0a000000 : NET, .length = 24};
                pool->conflict_detection = CONFLICT_DETECTION_OFF;
                ck_assert_int_eq(settings_add_pool_take(settings, pool), 0);
        }
        ck_assert_int_eq(host_settings_new(&host, "printer"), 0);
        host->hardware_size = 6;
        memcpy(host->hardware, "\2\0\0\0\0q", 6);
        host->address = NET + 50;
        ck_assert_int_eq(settings_add_host_take(settings, host), 0);
        ck_assert_int_eq(server_configure_take(server, settings, NULL), 0);
        ck_assert_int_eq(server_set_links(server, links, 2), 0);
        expect(query_of('q', DHCP_DISCOVER), VERDICT_OFFERED, NET + 50,
                "No interface is named: br0 is assumed.\n"
                "It comes in on br0; the pools there are: lan.\n"
                "It is the host printer.\n"
                "It gets 192.168.1.50 of pool lan: it is reserved for this host.\n" SILENCE);
        teardown();
}
END_TEST

START_TEST(link_is_down)
{
        static const Link down = {.ifindex = 2,
                .name = "br0",
                .hardware_type = 1,
                .n_addresses = 1,
                .addresses = {{.address = NET + 1, .length = 24}}};

        setup();
        ck_assert_int_eq(server_set_links(server, &down, 1), 0);
        expect(query_of('a', DHCP_DISCOVER), VERDICT_OFFERED, NET + 100,
                "No interface is named: br0 is assumed.\n"
                "It comes in on br0; the pools there are: lan.\n"
                "It gets 192.168.1.100 of pool lan: nobody has ever had it.\n"
                "But br0 is down; `ip link set br0 up` changes that.\n");
        teardown();
}
END_TEST

START_TEST(lease_file_is_failing)
{
        ExplainQuery query = query_of('a', DHCP_DISCOVER);

        setup();
        query.no_promise = true;
        expect(query, VERDICT_NO_LEASE_FILE, 0,
                "No interface is named: br0 is assumed.\n"
                "It comes in on br0; the pools there are: lan.\n"
                "It gets 192.168.1.100 of pool lan: nobody has ever had it.\n"
                "But no message is answered while the lease file cannot be written; see "
                "`minidhcpctl status`.\n");
        teardown();
}
END_TEST

/* Twice the default rate of ten a second passes at once; the dry run counts for nothing. */
START_TEST(rate_limited)
{
        const char *served = "The client was last heard on br0.\n"
                             "It comes in on br0; the pools there are: lan.\n"
                             "It gets 192.168.1.101 of pool lan: the client has it already.\n";

        setup();
        for (int i = 0; i < 20; i++) {
                really_request('a', NET + 101, VERDICT_ACKED);
                if (i < 19)
                        expect(query_of('a', DHCP_DISCOVER), VERDICT_OFFERED, NET + 101, served);
        }
        expect(query_of('a', DHCP_DISCOVER), VERDICT_RATE_LIMITED, 0,
                "The client was last heard on br0.\n"
                "It comes in on br0; the pools there are: lan.\n"
                "It is ignored for now: it sends more messages than RateLimit= lets pass. One that "
                "keeps doing that is broken; [Server] RateLimit= allows more.\n");
        really_request('a', NET + 101, VERDICT_RATE_LIMITED);
        teardown();
}
END_TEST

START_TEST(no_room)
{
        static const uint8_t data[300];
        ReplySettings *reply;

        setup();
        reply = &server_get_settings(server)->pools[0]->reply;
        ck_assert_int_eq(option_set_put(&reply->options, 230, data, sizeof(data)), 0);
        ck_assert_int_eq(option_set_put(&reply->options, 231, data, sizeof(data)), 0);
        ck_assert_int_eq(option_set_put(&reply->options, 232, data, sizeof(data)), 0);
        expect(query_of('a', DHCP_DISCOVER), VERDICT_OFFERED, NET + 100,
                "No interface is named: br0 is assumed.\n"
                "It comes in on br0; the pools there are: lan.\n"
                "It gets 192.168.1.100 of pool lan: nobody has ever had it.\n"
                "If it asks for all that is configured, there is no room for these options, unless "
                "it takes more than 576 bytes (option 57): 231, 232.\n" SILENCE);
        teardown();
}
END_TEST

START_TEST(nobody)
{
        ExplainQuery query = {.type = DHCP_DISCOVER};
        Explanation explanation;

        setup();
        ck_assert_int_eq(server_explain(server, &query, 0, &actions, &explanation), -EINVAL);
        query = query_of('a', DHCP_ACK);
        ck_assert_int_eq(server_explain(server, &query, 0, &actions, &explanation), -EINVAL);
        teardown();
}
END_TEST

TEST_MAIN("server-explain", new_client, known_client, hosts, successor, link_without_pool,
        untrusted_relay, exhausted, request_of_anothers_address, last_silence, silences,
        host_is_expected, link_is_down, unheard, lease_file_is_failing, rate_limited, no_room,
        nobody);
