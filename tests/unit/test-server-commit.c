/* SPDX-License-Identifier: MIT */

/* Commits that are taken back, leases from the file, reloads, and what an administrator does. */

#include <errno.h>

#include "test.h"

#include "core/grant.h"
#include "core/quarantine.h"
#include "core/server.h"
#include "invariants.h"
#include "transcript.h"

#define LAN                                                                                        \
        "link br0 192.168.1.1/24\n"                                                                \
        "pool lan 192.168.1.0/24 .100-.109\n"

TRANSCRIPT(test_undo_a_grant, /* the disk refused */
        LAN "0  a DISCOVER\n"
            "   -> OFFER .100\n"
            "1  a REQUEST server=.1 ask=.100\n"
            "   -> COMMIT granted .100 a\n"
            "   -> ACK .100\n"
            "2  undo 1\n"
            "   ? .100 offered a until=30\n"
            "   ? lan used=0 offered=1\n"
            "3  b REQUEST ask=.101\n"
            "   -> COMMIT granted .101 b\n" /* the number after: none is used twice */
            "   -> ACK .101\n"
            "4  undo 2\n"
            "   ? .101 none\n"
            "   ? lan used=0 offered=1 free=9\n");

TRANSCRIPT(test_undo_newest_first, /* each step back to what was before */
        LAN "0  a REQUEST ask=.100 name=one\n"
            "   -> COMMIT granted .100 a name=one\n"
            "   -> ACK .100\n"
            "1  done 1\n"
            "2  a REQUEST ask=.100 name=two\n"
            "   -> COMMIT renewed .100 a name=two\n"
            "   -> ACK .100\n"
            "3  a RELEASE ciaddr=.100 unicast\n"
            "   -> COMMIT released .100 a\n"
            "4  b REQUEST ask=.100\n"
            "   -> COMMIT granted .100 b\n"
            "   -> ACK .100\n"
            "5  b DECLINE server=.1 ask=.100\n"
            "   -> COMMIT declined .100 b\n"
            "6  delete .100\n"
            "   -> COMMIT deleted .100 -\n"
            "   ? .100 none\n"
            "7  c REQUEST ask=.100\n"
            "   -> COMMIT granted .100 c\n"
            "   -> ACK .100\n"
            "8  undo 7\n"
            "   ? .100 none\n"
            "8  undo 6\n"
            "   ? .100 declined b until=605\n"
            "8  undo 4\n"
            "   ? .100 released a name=two until=3\n"
            "8  undo 2\n"
            "   ? .100 bound a name=one until=3600\n"
            "9  undo 1\n" /* durable: nothing to take back */
            "   ? .100 bound a name=one\n");

TRANSCRIPT(test_undo_several_at_once, /* a batch that failed */
        LAN "0  a REQUEST ask=.100\n"
            "   -> COMMIT granted .100 a\n"
            "   -> ACK .100\n"
            "0  b REQUEST ask=.101\n"
            "   -> COMMIT granted .101 b\n"
            "   -> ACK .101\n"
            "0  a REQUEST server=.1 ask=.102\n"
            "   -> COMMIT granted .102 a\n"
            "   -> COMMIT released .100 a\n"
            "   -> ACK .102\n"
            "1  undo 1\n"
            "   ? .100 none\n"
            "   ? .101 none\n"
            "   ? .102 none\n"
            "   ? lan used=0 free=10\n");

TRANSCRIPT(test_undo_keeps_the_order, /* of the free ones, longest free first */
        "link br0 192.168.1.1/24\n"
        "pool lan 192.168.1.0/24 .100-.102\n"
        "0  load .100 released a -10\n"
        "0  load .101 released b -30\n"
        "0  load .102 released c -20\n"
        "0  loaded\n"
        "1  m REQUEST ask=.101\n"
        "   -> COMMIT granted .101 m\n"
        "   -> ACK .101\n"
        "1  n REQUEST ask=.102\n"
        "   -> COMMIT granted .102 n\n"
        "   -> ACK .102\n"
        "2  undo 1\n"
        "3  m DISCOVER\n"
        "   -> OFFER .101\n"
        "3  n DISCOVER\n"
        "   -> OFFER .102\n"
        "3  o DISCOVER\n"
        "   -> OFFER .100\n");

TRANSCRIPT(test_undo_of_forgotten_leases,
        LAN "0  load .100 declined x 600\n"
            "600 tick\n"
            "   -> COMMIT cleared .100 -\n"
            "601 a DISCOVER ask=.100\n" /* offered meanwhile: the saved record wins */
            "   -> OFFER .100\n"
            "602 undo 1\n"
            "   ? .100 declined x until=600 version=7\n"
            "   ? lan offered=0 declined=1\n"
            "603 tick\n"
            "   -> COMMIT cleared .100 -\n"
            "604 done 2\n"
            "605 undo 1\n"
            "   ? .100 none\n");

TRANSCRIPT(test_undo_after_an_offer_came_and_went, /* nothing left to restore into */
        "link br0 192.168.1.1/24\n"
        "pool lan 192.168.1.0/24 .100\n"
        "0  load .100 bound a 600\n"
        "0  a RELEASE ciaddr=.100 unicast\n"
        "   -> COMMIT released .100 a\n"
        "1  b DISCOVER\n"
        "   -> OFFER .100\n"
        "31 tick\n"
        "   ? .100 none\n"
        "32 undo 1\n"
        "   ? .100 bound a until=600\n");

TRANSCRIPT(test_reload_keeps_the_order, /* of the free ones and of the offers */
        "link br0 192.168.1.1/24\n"
        "pool lan 192.168.1.0/24 .100-.103\n"
        "0  load .100 released a -10\n"
        "0  load .101 released b -30\n"
        "0  load .102 released c -40\n"
        "0  load .103 released d -20\n"
        "0  loaded\n"
        "1  m DISCOVER\n"
        "   -> OFFER .102\n"
        "2  n DISCOVER\n"
        "   -> OFFER .101\n"
        "pool lan 192.168.1.0/24 .100-.103\n"
        "4  o DISCOVER\n"
        "   -> OFFER .103\n"
        "5  p DISCOVER\n"
        "   -> OFFER .100\n"
        "6  q DISCOVER\n"
        "   -> OFFER .102\n");

TRANSCRIPT(test_reload_keeps_undo, /* records name addresses, not pools */
        LAN "0  a REQUEST ask=.100\n"
            "   -> COMMIT granted .100 a\n"
            "   -> ACK .100\n"
            "1  a RELEASE ciaddr=.100 unicast\n"
            "   -> COMMIT released .100 a\n"
            "2  delete .100\n"
            "   -> COMMIT deleted .100 -\n"
            "pool renamed 192.168.1.0/24 .100-.102\n"
            "3  undo 2\n"
            "   ? .100 bound a\n"
            "   ? renamed used=1 free=2\n"
            "pool other 10.0.0.0/24 10.0.0.100-10.0.0.102\n"
            "4  undo 1\n"
            "   ? .100 none\n");

TRANSCRIPT(test_versions, /* the tag of a row stays with its address */
        LAN "0  load .100 bound a 600\n"
            "1  a REQUEST ciaddr=.100 unicast\n"
            "   -> COMMIT renewed .100 a version=7\n"
            "   -> ACK .100\n"
            "2  a RELEASE ciaddr=.100 unicast\n"
            "   -> COMMIT released .100 a version=7\n"
            "3  b REQUEST ask=.100\n"
            "   -> COMMIT granted .100 b version=7\n"
            "   -> ACK .100\n"
            "4  delete .100\n"
            "   -> COMMIT deleted .100 - version=7\n");

TRANSCRIPT(test_load, /* states and times of the lease file */
        LAN "10 load .100 bound a 9999\n"
            "10 load .101 bound b 5\n" /* ended while we were away */
            "10 load .102 bound c -900\n"
            "10 load .108 bound i -5000\n" /* before the boot: the time wraps */
            "10 load .103 released d -10\n"
            "10 load .104 released - -10\n" /* means that there is nothing */
            "10 load .105 declined e 600\n"
            "10 load .106 declined f 9\n"
            "10 load .107 bound g infinity\n"
            "10 load .50 bound h 9999\n" /* in no pool: kept until it ends */
            "10 loaded\n"
            "   ? .100 bound a until=9999 version=7\n"
            "   ? .101 expired b until=5\n"
            "   ? .102 expired c\n"
            "   ? .103 released d\n"
            "   ? .104 none\n"
            "   ? .105 declined e\n"
            "   ? .106 none\n"
            "   ? .107 bound g until=infinity\n"
            "   ? .50 bound h\n"
            "   ? lan used=2 declined=1 free=7\n"
            "   ? next 600\n");

TRANSCRIPT(test_load_last_row_wins, /* the file is a log */
        LAN "10 load .100 bound a 9999\n"
            "10 load .100 bound b 9999\n"
            "   ? .100 bound b\n"
            "10 load .101 bound a 9999\n"
            "10 load .101 released - 1\n"
            "   ? .101 none\n"
            "   ? lan used=1 free=9\n");

TRANSCRIPT(test_load_one_binding_each, /* the row that was written last */
        LAN "0  load .100 bound a 100\n"
            "0  load .102 bound b 100\n"
            "0  load .101 bound a 50\n"
            "0  loaded\n"
            "   ? .100 released a until=0\n"
            "   ? .101 bound a until=50\n"
            "   ? .102 bound b until=100\n"
            "   ? lan used=2 free=8\n");

TRANSCRIPT(test_load_before_configuration, /* the order does not matter */
        "10 load .100 bound a 9999\n"
        "10 load .101 released b 1\n"
        "10 loaded\n"
        "   ? .100 bound a\n" LAN "11 c DISCOVER ask=.100\n"
        "   -> OFFER .102\n"
        "   ? lan used=1 offered=1 free=8\n");

TRANSCRIPT(test_free_leases_in_order, /* times before the boot wrap and are older */
        "link br0 192.168.1.1/24\n"
        "pool lan 192.168.1.0/24 .100-.103\n"
        "0  load .100 expired a 0\n"
        "0  load .101 expired b -5000\n"
        "0  load .102 expired c -10\n"
        "0  load .103 expired d -2000\n"
        "0  loaded\n"
        "1  m DISCOVER\n"
        "   -> OFFER .101\n"
        "1  n DISCOVER\n"
        "   -> OFFER .103\n"
        "1  o DISCOVER\n"
        "   -> OFFER .102\n"
        "1  p DISCOVER\n"
        "   -> OFFER .100\n");

TRANSCRIPT(test_administrator, /* commits as a client's messages do */
        LAN "0  a REQUEST ask=.100\n"
            "   -> COMMIT granted .100 a\n"
            "   -> ACK .100\n"
            "1  release .100\n"
            "   -> COMMIT released .100 a until=1\n"
            "2  delete .100\n"
            "   -> COMMIT deleted .100 - state=released\n"
            "   ? .100 none\n"
            "   ? lan free=10\n");

START_TEST(test_administrator_is_told)
{
        static Actions actions;
        Server *server;

        ck_assert_int_eq(server_new(&server, (const uint8_t *) "0123456789abcdef"), 0);
        actions_reset(&actions);
        ck_assert_int_eq(server_release_lease(server, 0xc0a80164, 0, &actions), -ENOENT);
        ck_assert_int_eq(server_delete_lease(server, 0xc0a80164, 0, &actions), -ENOENT);
        ck_assert_int_eq(server_clear_next(server, NULL, &(size_t){0}, 0, &actions), 0);
        ck_assert_int_eq(server_load_lease(server,
                                 &(LeaseRecord){
                                         .address = 0xc0a80164,
                                         .state = LEASE_EXPIRED,
                                         .client_id = (const uint8_t *) "ab",
                                         .client_id_size = 2,
                                 },
                                 0),
                0);
        ck_assert_int_eq(server_release_lease(server, 0xc0a80164, 0, &actions), -EALREADY);
        ck_assert_uint_eq(actions.n_actions, 0);
        ck_assert_uint_eq(server_last_commit(server), 0);
        server_free(server);
}
END_TEST

START_TEST(test_orphans_are_counted)
{
        _cleanup_(server_freep) Server *server = NULL;
        Settings *settings;
        size_t n_orphans;

        ck_assert_int_eq(server_new(&server, (const uint8_t *) "0123456789abcdef"), 0);
        ck_assert_ptr_null(server_get_settings(server));
        for (ipv4_t address = 0xc0a80160; address < 0xc0a8016a; address++)
                ck_assert_int_eq(server_load_lease(server,
                                         &(LeaseRecord){
                                                 .address = address,
                                                 .state = LEASE_BOUND,
                                                 .client_id = (const uint8_t *) &address,
                                                 .client_id_size = sizeof(address),
                                                 .expires = USEC_INFINITY,
                                         },
                                         0),
                        0);
        ck_assert_int_eq(settings_new_builtin(&settings), 0);
        ck_assert_int_eq(server_configure_take(server, settings, &n_orphans), 0);
        ck_assert_uint_eq(n_orphans, 4); /* .96 to .99 */
        ck_assert_ptr_eq(server_get_settings(server), settings);
}
END_TEST

/* More expire at once than one call lets: the deadline says that there is more. */
START_TEST(test_advance_in_portions)
{
        _cleanup_(server_freep) Server *server = NULL;
        static Actions actions;
        size_t n_calls = 0, n_commits = 0;

        ck_assert_int_eq(server_new(&server, (const uint8_t *) "0123456789abcdef"), 0);
        for (ipv4_t address = 1; address <= 100; address++)
                ck_assert_int_eq(server_load_lease(server,
                                         &(LeaseRecord){
                                                 .address = address,
                                                 .state = LEASE_BOUND,
                                                 .client_id = (const uint8_t *) &address,
                                                 .client_id_size = sizeof(address),
                                                 .expires = 1000 + address,
                                         },
                                         0),
                        0);
        while (server_next_deadline(server) <= 2000) {
                actions_reset(&actions);
                ck_assert_int_eq(server_advance(server, 2000, &actions), 0);
                ck_assert_uint_le(actions.n_actions, SERVER_ADVANCE_MAX);
                for (size_t i = 0; i < actions.n_actions; i++)
                        ck_assert_uint_eq(actions.actions[i].commit.lease->address, ++n_commits);
                n_calls++;
        }
        ck_assert_uint_eq(n_commits, 100);
        ck_assert_uint_eq(n_calls, 4);
}
END_TEST

/* A message for whose actions there is no room has not been handled at all. */
START_TEST(test_all_or_nothing)
{
        static const Link link = {
                .ifindex = 2,
                .hardware_type = 1,
                .n_addresses = 1,
                .addresses = {{0xc0a80101, 24}},
        };
        const PacketMetadata metadata = {.ifindex = 2, .broadcast = true};
        _cleanup_(server_freep) Server *server = NULL;
        static Actions actions;
        uint8_t packet[300] = {1, 1, 6};
        Settings *settings;

        /* REQUEST for .101 of a client that is bound to .100: release, grant, send. */
        memcpy(packet + 236,
                "\x63\x82\x53\x63\x35\x01\x03\x32\x04\xc0\xa8\x01\x65\x36\x04\xc0\xa8\x01\x01\xff",
                20);
        ck_assert_int_eq(server_new(&server, (const uint8_t *) "0123456789abcdef"), 0);
        ck_assert_int_eq(settings_new_builtin(&settings), 0);
        ck_assert_int_eq(server_configure_take(server, settings, NULL), 0);
        ck_assert_int_eq(server_set_links(server, &link, 1), 0);
        ck_assert_int_eq(server_load_lease(server,
                                 &(LeaseRecord){
                                         .address = 0xc0a80164,
                                         .state = LEASE_BOUND,
                                         .client_id = (const uint8_t *) "\1\0\0\0\0\0\0",
                                         .client_id_size = 7,
                                         .expires = USEC_INFINITY,
                                 },
                                 0),
                0);
        for (size_t room = 0; room <= 3; room++) {
                actions_reset(&actions);
                while (actions.n_actions < ACTIONS_MAX - room)
                        (void) actions_add(&actions, ACTION_NOTICE);
                ck_assert_int_eq(server_handle_packet(
                                         server, packet, sizeof(packet), &metadata, 1000, &actions),
                        room < 3 ? -ENOBUFS : 0);
                ck_assert_int_eq(actions.verdict, room < 3 ? VERDICT_NO_MEMORY : VERDICT_ACKED);
                ck_assert_uint_eq(server_last_commit(server), room < 3 ? 0 : 2);
                ck_assert_uint_eq(actions.n_actions, room < 3 ? ACTIONS_MAX - room : ACTIONS_MAX);
                ck_assert_uint_eq(lease_table_find(server_get_table(server), 0xc0a80164)->state,
                        room < 3 ? LEASE_BOUND : LEASE_RELEASED);
                ck_assert_ptr_null(invariants_broken(server));
        }
}
END_TEST

TEST_MAIN("server-commit", test_all_or_nothing, test_undo_a_grant, test_undo_newest_first,
        test_undo_several_at_once, test_undo_keeps_the_order, test_undo_of_forgotten_leases,
        test_undo_after_an_offer_came_and_went, test_reload_keeps_the_order, test_reload_keeps_undo,
        test_versions, test_load, test_load_last_row_wins, test_load_one_binding_each,
        test_load_before_configuration, test_free_leases_in_order, test_administrator,
        test_administrator_is_told, test_orphans_are_counted, test_advance_in_portions);
