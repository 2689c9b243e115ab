/* SPDX-License-Identifier: MIT */

/* The dry run of clients that are elsewhere: behind a relay, on the wrong link, with a reservation
 * out of reach; and of those that boot. */

#include "explain-desk.h"

/* Two pools, of which Interface= binds one to a link that the other one is on; and one behind a
 * relay. br0 has 192.168.1.1, br1 has 10.0.0.1. */
static void configure_three(void) {
        static const struct {
                const char *name;
                Ipv4Prefix subnet;
                const char *interface;
        } pools[] = {
                {"lan", {.address = NET, .length = 24}, "br1"},
                {"wan", {.address = 0x0a000000, .length = 24}, "br1"},
                {"remote", {.address = 0x0a1e0000, .length = 24}, NULL},
        };
        static const struct {
                const char *name;
                uint8_t client;
                ipv4_t address;
        } wanted[] = {
                {"printer", 'q', NET + 50},
                {"far", 'r', 0x0a1e0032},
                {"lost", 's', 0x0a280032},
        };
        Settings *settings;

        ck_assert_int_eq(settings_new(&settings), 0);
        for (size_t i = 0; i < ELEMENTSOF(pools); i++) {
                PoolSettings *pool;

                ck_assert_int_eq(pool_settings_new(&pool, pools[i].name), 0);
                pool->subnet = pools[i].subnet;
                pool->conflict_detection = CONFLICT_DETECTION_OFF;
                pool->ranges = calloc(1, sizeof(Ipv4Range));
                ck_assert_ptr_nonnull(pool->ranges);
                pool->ranges[0] =
                        (Ipv4Range){pools[i].subnet.address + 100, pools[i].subnet.address + 102};
                pool->n_ranges = 1;
                if (pools[i].interface)
                        ck_assert_int_eq(strv_extend(&pool->interfaces, pools[i].interface), 0);
                ck_assert_int_eq(settings_add_pool_take(settings, pool), 0);
        }
        for (size_t i = 0; i < ELEMENTSOF(wanted); i++) {
                HostSettings *host;

                ck_assert_int_eq(host_settings_new(&host, wanted[i].name), 0);
                host->hardware_size = 6;
                memcpy(host->hardware, "\2\0\0\0\0", 5);
                host->hardware[5] = wanted[i].client;
                host->address = wanted[i].address;
                ck_assert_int_eq(settings_add_host_take(settings, host), 0);
        }
        ck_assert_int_eq(server_configure_take(server, settings, NULL), 0);
}

/* Interface= on the wrong link: the pool is named, and where it is. */
START_TEST(wrong_link)
{
        ExplainQuery query = query_of('a', DHCP_DISCOVER);

        setup();
        configure_three();
        query.ifindex = 2;
        expect(query, VERDICT_NO_POOL, 0,
                "It comes in on br0; no pool serves that.\n"
                "It is ignored: pool lan has the subnet of br0, but is bound to br1 (Interface=); "
                "it lets it in when Interface= names br0, too.\n");
        query = query_of('q', DHCP_DISCOVER);
        query.ifindex = 2;
        expect(query, VERDICT_NO_POOL, 0,
                "It comes in on br0; no pool serves that.\n"
                "192.168.1.50 is reserved for it, as host printer, in pool lan, whose clients come "
                "in on br1: here it never gets that.\n"
                "It is ignored: pool lan has the subnet of br0, but is bound to br1 (Interface=); "
                "it lets it in when Interface= names br0, too.\n");
        teardown();
}
END_TEST

START_TEST(out_of_reach)
{
        ExplainQuery query = query_of('r', DHCP_DISCOVER);

        setup();
        configure_three();
        query.ifindex = 3;
        expect(query, VERDICT_OFFERED, 0x0a000064,
                "It comes in on br1; the pools there are: wan.\n"
                "It gets 10.0.0.100 of pool wan: nobody has ever had it.\n"
                "10.30.0.50 is reserved for it, as host far, in pool remote, whose clients come in "
                "by a relay: here it never gets that.\n"
                "But nothing has been heard on br1 since the server started: if a client asks "
                "there, a firewall may keep UDP port 67 closed.\n");
        query = query_of('s', DHCP_DISCOVER);
        query.ifindex = 3;
        expect(query, VERDICT_OFFERED, 0x0a000064,
                "It comes in on br1; the pools there are: wan.\n"
                "It is the host lost.\n"
                "10.40.0.50 is in no pool that serves the client.\n"
                "It gets 10.0.0.100 of pool wan: nobody has ever had it.\n"
                "10.40.0.50 is reserved for it, as host lost, but is in the Subnet= of no pool: it "
                "never gets that.\n"
                "But nothing has been heard on br1 since the server started: if a client asks "
                "there, a firewall may keep UDP port 67 closed.\n");
        server_find_pool(server, "remote")->enabled = false;
        query = query_of('r', DHCP_DISCOVER);
        query.ifindex = 3;
        expect(query, VERDICT_OFFERED, 0x0a000064,
                "It comes in on br1; the pools there are: wan.\n"
                "It gets 10.0.0.100 of pool wan: nobody has ever had it.\n"
                "10.30.0.50 is reserved for it, as host far, in pool remote, which is disabled; "
                "`minidhcpctl enable-pool remote` changes that.\n"
                "But nothing has been heard on br1 since the server started: if a client asks "
                "there, a firewall may keep UDP port 67 closed.\n");
        teardown();
}
END_TEST

/* Behind a relay: by what the lease tells, and where a host without one belongs. */
START_TEST(relayed)
{
        uint8_t relay_agent[] = {1, 2, 'a', 'b'};
        LeaseRecord record = {
                .address = 0x0a1e0065,
                .state = LEASE_BOUND,
                .client_id = (const uint8_t *) "\1\2\0\0\0\0f",
                .client_id_size = 7,
                .hardware = (const uint8_t *) "\2\0\0\0\0f",
                .hardware_type = 1,
                .hardware_size = 6,
                .relay_agent = relay_agent,
                .relay_agent_size = sizeof(relay_agent),
                .expires = 2 * USEC_PER_HOUR,
        };

        setup();
        configure_three();
        really_discover('e', 3, 0x0a1e0007, USEC_PER_HOUR, VERDICT_OFFERED);
        expect(query_of('e', DHCP_DISCOVER), VERDICT_OFFERED, 0x0a1e0064,
                "The client was last heard on br1, through relay 10.30.0.7.\n"
                "It comes in on br1 for the subnet of 10.30.0.7; the pools there are: remote.\n"
                "It gets 10.30.0.100 of pool remote: it has been offered to the client a moment "
                "ago.\n");
        /* of the lease file, which does not have the relay */
        ck_assert_int_eq(server_load_lease(server, &record, USEC_PER_HOUR), 0);
        expect(query_of('f', DHCP_DISCOVER), VERDICT_OFFERED, 0x0a1e0065,
                "Its lease is of pool remote, which is on no link of this machine: 10.30.0.1 is "
                "assumed to be its relay.\n"
                "It comes in on br0 for the subnet of 10.30.0.1; the pools there are: remote.\n"
                "It gets 10.30.0.101 of pool remote: the client has it already.\n"
                "But nothing has been heard on br0 since the server started: if a client asks "
                "there, a firewall may keep UDP port 67 closed.\n");
        expect(query_of('r', DHCP_DISCOVER), VERDICT_OFFERED, 0x0a1e0032,
                "No relay is named: 10.30.0.1 is assumed, since the host's pool, remote, is on no "
                "link of this machine.\n"
                "It comes in on br0 for the subnet of 10.30.0.1; the pools there are: remote.\n"
                "It is the host far.\n"
                "It gets 10.30.0.50 of pool remote: it is reserved for this host.\n"
                "But nothing has been heard on br0 since the server started: if a client asks "
                "there, a firewall may keep UDP port 67 closed.\n");
        teardown();
}
END_TEST

/* What the reply tells the client, by what the client says of itself. */
START_TEST(boots)
{
        ExplainQuery query = query_of('a', DHCP_DISCOVER);
        Explanation explanation;
        PoolSettings *pool;
        ReplySettings *reply;

        setup();
        pool = server_get_settings(server)->pools[0];
        reply = &pool->reply;
        reply->next_server = NET + 9;
        reply->boot_files = calloc(2, sizeof(BootFile));
        ck_assert_ptr_nonnull(reply->boot_files);
        reply->boot_files[0] = (BootFile){.architectures = {7, 9},
                .n_architectures = 2,
                .user_class = strdup("iPXE"),
                .name = strdup("menu")};
        reply->boot_files[1] =
                (BootFile){.architectures = {7}, .n_architectures = 1, .name = strdup("efi")};
        reply->n_boot_files = 2;
        ck_assert_int_eq(option_set_put(&reply->options, 6, "\1\2\3\4", 4), 0);

        query.ifindex = 2;
        ck_assert_int_eq(server_explain(server, &query, USEC_PER_HOUR, &actions, &explanation), 0);
        ck_assert_ptr_null(explanation.boot_file);
        ck_assert_uint_eq(explanation.options[0].code, 1);
        ck_assert_uint_eq(explanation.options[1].code, 3);
        ck_assert_uint_eq(explanation.options[2].code, 6);
        ck_assert_mem_eq(explanation.options[2].data, "\1\2\3\4", 4);
        explanation_done(&explanation);

        query.boots = true;
        query.architecture = 7;
        ck_assert_int_eq(server_explain(server, &query, USEC_PER_HOUR, &actions, &explanation), 0);
        ck_assert_str_eq(explanation.boot_file, "efi");
        ck_assert_uint_eq(explanation.next_server, NET + 9);
        explanation_done(&explanation);

        query.user_class = "iPXE";
        query.vendor_class = "PXEClient:Arch:00007";
        ck_assert_int_eq(server_explain(server, &query, USEC_PER_HOUR, &actions, &explanation), 0);
        ck_assert_str_eq(explanation.boot_file, "menu");
        explanation_done(&explanation);
        teardown();
}
END_TEST

TEST_MAIN("server-explain-place", wrong_link, out_of_reach, relayed, boots);
