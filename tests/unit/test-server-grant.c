/* SPDX-License-Identifier: MIT */

/* What an administrator gives, moves, prolongs and clears. */

#include <errno.h>

#include "test.h"

#include "core/grant.h"
#include "core/quarantine.h"
#include "invariants.h"
#include "transcript.h"

#define LAN                                                                                        \
        "link br0 192.168.1.1/24\n"                                                                \
        "pool lan 192.168.1.0/24 .100-.102\n"

TRANSCRIPT(test_a_client_that_never_asked, /* and renews what it was given */
        LAN "0  grant .101 a 600 name=laptop\n"
            "   -> COMMIT granted .101 a state=bound until=600 started=0 name=laptop version=0\n"
            "   ? lan used=1 free=2\n"
            "1  a DISCOVER\n"
            "   -> OFFER .101\n"
            "2  a REQUEST ciaddr=.101 unicast\n"
            "   -> COMMIT renewed .101 a until=3602 started=0\n"
            "   -> ACK .101\n"
            "3  b REQUEST ask=.101\n"
            "   -> NAK\n");

TRANSCRIPT(test_for_ever, LAN "0  grant .101 a infinity\n"
                              "   -> COMMIT granted .101 a until=infinity\n"
                              "   ? next never\n"
                              "99999 b REQUEST ask=.101\n"
                              "   -> NAK\n");

TRANSCRIPT(test_again, /* its binding goes on; tag and start are those of the row */
        LAN "0  load .101 bound a 600\n"
            "5  grant .101 a 900 name=desk\n"
            "   -> COMMIT changed .101 a started=0 until=900 name=desk version=7\n"
            "6  a RELEASE ciaddr=.101 unicast\n"
            "   -> COMMIT released .101 a\n"
            "7  grant .101 a 900\n" /* a new one */
            "   -> COMMIT granted .101 a started=7 until=900 version=7\n"
            "   ? lan used=1 free=2\n");

TRANSCRIPT(test_again_behind_a_relay, /* where and when it was heard is still true */
        LAN "0  a REQUEST giaddr=.2 ask=.101\n"
            "   -> COMMIT granted .101 a relayed seen=0 on=2\n"
            "   -> ACK .101\n"
            "5  grant .101 a 900\n"
            "   -> COMMIT changed .101 a relayed seen=0 on=2 until=900\n"
            "6  grant .102 b 900\n" /* nobody has heard of this one */
            "   -> COMMIT granted .102 b seen=6 on=0\n"
            "7  grant .101 c 900 fails=EADDRINUSE\n"
            "8  release .101\n"
            "   -> COMMIT released .101 a\n"
            "9  grant .101 c 900\n"
            "   -> COMMIT granted .101 c seen=9 on=0\n");

TRANSCRIPT(test_whose_it_was, /* a favourite and an offer keep nobody out */
        LAN "0  load .100 released a -10\n"
            "0  load .101 expired b -10\n"
            "0  c DISCOVER ask=.102\n"
            "   -> OFFER .102\n"
            "1  grant .100 x 600\n"
            "   -> COMMIT granted .100 x started=1\n"
            "1  grant .101 y 600\n"
            "   -> COMMIT granted .101 y started=1\n"
            "1  grant .102 z 600\n"
            "   -> COMMIT granted .102 z started=1\n"
            "   ? lan used=3 free=0 offered=0\n"
            "2  c REQUEST server=.1 ask=.102\n"
            "   -> NAK\n");

TRANSCRIPT(test_refused, /* each leaves all as it was */
        "link br0 192.168.1.102/24\n"
        "pool lan 192.168.1.0/24 .100-.104\n"
        "host printer mac=p address=.103\n"
        "host far mac=q address=.50\n"
        "0  load .100 bound a 9999\n"
        "0  load .101 declined - 600\n"
        "0  load .104 bound b 9999\n"
        "1  grant .100 c 600 fails=EADDRINUSE\n"           /* bound to another */
        "1  grant .101 c 600 fails=EADDRINUSE\n"           /* in quarantine */
        "1  grant .102 c 600 fails=EADDRINUSE\n"           /* ours */
        "1  grant .103 c 600 fails=EADDRINUSE\n"           /* reserved for another */
        "1  grant .50 c 600 fails=EADDRINUSE\n"            /* … outside of the ranges */
        "1  grant 192.168.2.9 c 600 fails=EADDRNOTAVAIL\n" /* no pool's */
        "1  grant .100 b 600 fails=EADDRINUSE\n"           /* and b keeps what it has */
        "   ? .100 bound a until=9999\n"
        "   ? .101 declined - until=600\n"
        "   ? .104 bound b until=9999\n"
        "2  grant .103 p 600\n"
        "   -> COMMIT granted .103 p reserved\n"
        "2  grant .50 q 600\n"
        "   -> COMMIT granted .50 q reserved\n");

TRANSCRIPT(test_move, /* one lease in a subnet, one in each */
        "link br0 192.168.1.1/24\n"
        "link br1 10.0.0.1/24\n"
        "pool low 192.168.1.0/24 .100-.102\n"
        "pool high 192.168.1.0/24 .200-.202\n"
        "pool lab 10.0.0.0/24 10.0.0.100-10.0.0.102\n"
        "0  load .100 bound a 9999\n"
        "0  load 10.0.0.100 bound a 9999\n"
        "1  grant .201 a 600\n"
        "   -> COMMIT granted .201 a until=600 started=1\n"
        "   -> COMMIT released .100 a until=1\n"
        "   ? low used=0\n"
        "   ? high used=1\n"
        "   ? 10.0.0.100 bound a until=9999\n"
        "2  a REQUEST ciaddr=.100 unicast\n" /* it is told when it renews */
        "   -> NAK\n"
        "3  undo 1\n" /* the disk refused: where it was */
        "   ? .100 bound a until=9999\n"
        "   ? .201 none\n");

TRANSCRIPT(test_move_of_several, /* from each pool of the subnet */
        "link br0 192.168.1.1/24\n"
        "pool low 192.168.1.0/24 .100-.102\n"
        "pool middle 192.168.1.0/24 .150-.152\n"
        "pool high 192.168.1.0/24 .200-.202\n"
        "0  load .100 bound a 9999\n"
        "0  load .150 bound a 9999\n"
        "1  grant .200 a 600\n"
        "   -> COMMIT granted .200 a\n"
        "   -> COMMIT released .150 a\n"
        "   -> COMMIT released .100 a\n"
        "   ? low used=0\n"
        "   ? middle used=0\n"
        "   ? high used=1\n");

TRANSCRIPT(test_declines_are_not_forgotten, /* the next quarantine is twice as long */
        LAN "0   a REQUEST ask=.100\n"
            "    -> COMMIT granted .100 a\n"
            "    -> ACK .100\n"
            "1   a DECLINE server=.1 ask=.100\n"
            "    -> COMMIT declined .100 a until=601\n"
            "601 tick\n"
            "    -> COMMIT cleared .100 -\n"
            "602 done 3\n"
            "    ? .100 none\n"
            "603 grant .100 b 9999\n"
            "    -> COMMIT granted .100 b\n"
            "604 b DECLINE server=.1 ask=.100\n"
            "    -> COMMIT declined .100 b until=1804\n");

TRANSCRIPT(test_extend, /* and the end comes when it was moved to */
        LAN "0  grant .100 a 600 name=laptop\n"
            "   -> COMMIT granted .100 a\n"
            "5  extend .100 900\n"
            "   -> COMMIT changed .100 a until=900 started=0 name=laptop\n"
            "   ? next 900\n"
            "6  extend .100 700\n" /* also to earlier */
            "   -> COMMIT changed .100 a until=700\n"
            "700 tick\n"
            "   -> COMMIT expired .100 a\n");

TRANSCRIPT(test_extend_for_ever, LAN "0  grant .100 a 600\n"
                                     "   -> COMMIT granted .100 a\n"
                                     "5  extend .100 infinity\n"
                                     "   -> COMMIT changed .100 a until=infinity\n"
                                     "   ? next never\n"
                                     "6  undo 2\n"
                                     "   ? .100 bound a until=600\n"
                                     "   ? next 600\n");

TRANSCRIPT(test_extend_what_is_not_bound, LAN "0  load .100 bound a 600\n"
                                              "0  load .101 released b -10\n"
                                              "0  load .102 declined c 600\n"
                                              "10 extend .50 900 fails=ENOENT\n"
                                              "10 extend .101 900 fails=EALREADY\n"
                                              "10 extend .102 900 fails=EALREADY\n"
                                              "10 extend .100 10 fails=EINVAL\n" /* over */
                                              "10 extend .100 9 fails=EINVAL\n"
                                              "   ? .100 bound a until=600\n"
                                              "10 extend .100 11\n"
                                              "   -> COMMIT changed .100 a until=11\n");

TRANSCRIPT(test_next_free_address, /* never used, then longest free; none that is not to be had */
        "link br0 192.168.1.100/24\n"
        "pool lan 192.168.1.0/24 .100-.106\n"
        "host printer mac=p address=.101\n"
        "0  load .102 bound a 9999\n"
        "0  load .103 declined - 600\n"
        "0  load .104 expired b -10\n"
        "0  load .105 expired c -20\n"
        "0  loaded\n"
        "   ? lan next=.106\n"
        "1  grant .106 x 9999\n"
        "   -> COMMIT granted .106 x\n"
        "   ? lan next=.105\n"
        "2  grant .105 y 9999\n"
        "   -> COMMIT granted .105 y\n"
        "   ? lan next=.104\n"
        "3  d DISCOVER\n" /* an offer is soft, but it is somebody's */
        "   -> OFFER .104\n"
        "   ? lan next=none\n");

TRANSCRIPT(test_next_free_address_that_became_ours, /* also when nothing is left of its lease */
        LAN "0  load .101 expired a -20\n"
            "0  load .102 expired b -10\n"
            "0  load .100 bound c 9999\n"
            "0  loaded\n"
            "   ? lan next=.101\n"
            "link br1 192.168.1.101/32\n"
            "1  tick\n"
            "   ? lan next=.102\n"
            "2  delete .101\n"
            "   -> COMMIT deleted .101 -\n"
            "3  done 1\n"
            "   ? .101 none\n"
            "   ? lan next=.102\n"
            "link br2 192.168.1.102/32\n"
            "4  tick\n"
            "   ? lan next=none\n");

#define NET ((ipv4_t) 0xc0a80100)
#define CLIENT_BOUND 7

static void load(Server *server, ipv4_t address, LeaseState state, uint8_t client) {
        const uint8_t client_id[] = {0, client};
        const LeaseRecord record = {
                .address = address,
                .state = state,
                .client_id = client_id,
                .client_id_size = sizeof(client_id),
                .expires = USEC_INFINITY,
        };

        ck_assert_int_eq(server_load_lease(server, &record, 0), 0);
}

static Server *new_server(void) {
        Settings *settings;
        Server *server;

        ck_assert_int_eq(server_new(&server, (const uint8_t *) "0123456789abcdef"), 0);
        ck_assert_int_eq(settings_new_builtin(&settings), 0);
        ck_assert_int_eq(server_configure_take(server, settings, NULL), 0);
        return server;
}

/* A move needs two commits, and is made with both or not at all. */
START_TEST(test_all_or_nothing)
{
        static const uint8_t client_id[] = {0, CLIENT_BOUND};
        static const LeaseRecord wanted = {
                .address = NET + 101,
                .client_id = client_id,
                .client_id_size = sizeof(client_id),
                .expires = USEC_INFINITY,
        };
        _cleanup_(server_freep) Server *server = new_server();
        const LeaseTable *table = server_get_table(server);
        static Actions actions;

        load(server, NET + 100, LEASE_BOUND, CLIENT_BOUND);
        for (size_t room = 0; room <= 2; room++) {
                const Lease *old = lease_table_find(table, NET + 100);

                actions_reset(&actions);
                while (actions.n_actions < ACTIONS_MAX - room)
                        (void) actions_add(&actions, ACTION_NOTICE);
                ck_assert_int_eq(
                        server_add_lease(server, &wanted, 1000, &actions), room < 2 ? -ENOBUFS : 0);
                ck_assert_uint_eq(actions.n_actions, room < 2 ? ACTIONS_MAX - room : ACTIONS_MAX);
                ck_assert_uint_eq(server_last_commit(server), room < 2 ? 0 : 2);
                ck_assert_int_eq(old->state, room < 2 ? LEASE_BOUND : LEASE_RELEASED);
                ck_assert_uint_eq(old->expires, room < 2 ? USEC_INFINITY : 1000);
                ck_assert_int_eq(!lease_table_find(table, NET + 101), room < 2);
                ck_assert_ptr_null(invariants_broken(server));
        }
}
END_TEST

/* A row gives the address of one client to another: one commit, or the row of the end would be that
 * of the grant. */
START_TEST(test_edit_gives_another_clients_address)
{
        static const uint8_t client_id[] = {0, CLIENT_BOUND + 1};
        static const LeaseRecord wanted = {
                .address = NET + 100,
                .state = LEASE_BOUND,
                .client_id = client_id,
                .client_id_size = sizeof(client_id),
                .expires = USEC_INFINITY,
                .version = 5,
        };
        _cleanup_(server_freep) Server *server = new_server();
        Lease *lease;
        static Actions actions;

        load(server, NET + 100, LEASE_BOUND, CLIENT_BOUND);
        lease = lease_table_find(server_get_table(server), NET + 100);
        actions_reset(&actions);
        ck_assert_int_eq(server_edit_lease(server, &wanted, 1000, &actions), -EADDRINUSE);
        server_set_lease_version(server, lease, 5);
        ck_assert_int_eq(server_edit_lease(server, &wanted, 1000, &actions), 0);
        ck_assert_uint_eq(actions.n_actions, 1);
        ck_assert_int_eq(actions.actions[0].commit.event, LEASE_EVENT_GRANTED);
        ck_assert(actions.actions[0].commit.superseded);
        ck_assert(lease_belongs_to(lease, client_id, sizeof(client_id)));
        server_commit_undo(server, 1);
        ck_assert(!lease_belongs_to(lease, client_id, sizeof(client_id)));
        ck_assert_int_eq(lease->state, LEASE_BOUND);
        ck_assert_ptr_null(invariants_broken(server));
}
END_TEST

/* The author of a row takes what he has seen: a quarantine, or what a client has in one place; not
 * from two places at once. */
START_TEST(test_edit_by_what_was_seen)
{
        static const uint8_t client_id[] = {0, CLIENT_BOUND};
        LeaseRecord wanted = {
                .address = NET + 102,
                .state = LEASE_BOUND,
                .client_id = client_id,
                .client_id_size = sizeof(client_id),
                .expires = USEC_INFINITY,
        };
        _cleanup_(server_freep) Server *server = new_server();
        const LeaseTable *table = server_get_table(server);
        static Actions actions;

        load(server, NET + 102, LEASE_DECLINED, CLIENT_BOUND + 1);
        server_set_lease_version(server, lease_table_find(table, NET + 102), 5);
        actions_reset(&actions);
        ck_assert_int_eq(server_edit_lease(server, &wanted, 1000, &actions), -EADDRINUSE);
        wanted.version = 5;
        ck_assert_int_eq(server_edit_lease(server, &wanted, 1000, &actions), 0);
        ck_assert_int_eq(lease_table_find(table, NET + 102)->state, LEASE_BOUND);

        /* outside of the ranges, from a configuration of before: the second binding */
        load(server, NET + 5, LEASE_BOUND, CLIENT_BOUND);
        server_set_lease_version(server, lease_table_find(table, NET + 5), 6);
        wanted.address = NET + 103;
        wanted.version = 6;
        actions_reset(&actions);
        ck_assert_int_eq(server_edit_lease(server, &wanted, 1000, &actions), -EEXIST);
        server_set_lease_version(server, lease_table_find(table, NET + 102), 6);
        ck_assert_int_eq(server_edit_lease(server, &wanted, 1000, &actions), -EEXIST);
        ck_assert_uint_eq(actions.n_actions, 0);
        ck_assert_int_eq(server_release_lease(server, NET + 5, 1000, &actions), 0);
        ck_assert_int_eq(server_edit_lease(server, &wanted, 1000, &actions), 0);
        ck_assert_int_eq(lease_table_find(table, NET + 102)->state, LEASE_RELEASED);
        ck_assert_ptr_null(invariants_broken(server));
}
END_TEST

/* What an address was declined before outlasts an attempt that failed. */
START_TEST(test_declines_outlast_a_failure)
{
        static const uint8_t client_id[] = {0, CLIENT_BOUND};
        LeaseRecord record = {
                .address = NET + 101,
                .state = LEASE_DECLINED,
                .n_declined = 3,
                .client_id = client_id,
                .client_id_size = sizeof(client_id),
                .expires = 1000,
        };
        _cleanup_(server_freep) Server *server = new_server();
        const LeaseTable *table = server_get_table(server);
        static Actions actions;

        ck_assert_int_eq(server_load_lease(server, &record, 0), 0);
        actions_reset(&actions);
        ck_assert_int_eq(server_advance(server, 1000, &actions), 0);
        server_commit_done(server, 1);
        ck_assert_ptr_null(lease_table_find(table, NET + 101));

        record.expires = 2000;
        for (size_t room = 0; room <= 1; room++) {
                actions_reset(&actions);
                while (actions.n_actions < ACTIONS_MAX - room)
                        (void) actions_add(&actions, ACTION_NOTICE);
                ck_assert_int_eq(
                        server_add_lease(server, &record, 1001, &actions), room ? 0 : -ENOBUFS);
        }
        ck_assert_uint_eq(lease_table_find(table, NET + 101)->n_declined, 3);
}
END_TEST

/* Ends the quarantines of a pool (all without one), a step at a time. Return: the steps. */
static size_t clear(Server *server, const Pool *pool, size_t *ret_n) {
        static Actions actions;
        size_t cursor = 0, n_steps = 0;
        int n;

        *ret_n = 0;
        do {
                actions_reset(&actions);
                n = server_clear_next(server, pool, &cursor, 1000, &actions);
                ck_assert_int_ge(n, 0);
                ck_assert_int_le(n, SERVER_ADVANCE_MAX);
                ck_assert_uint_eq(actions.n_actions, (size_t) n);
                for (size_t i = 0; i < actions.n_actions; i++) {
                        ck_assert_int_eq(actions.actions[i].type, ACTION_COMMIT);
                        ck_assert_int_eq(actions.actions[i].commit.event, LEASE_EVENT_CLEARED);
                }
                ck_assert_ptr_null(invariants_broken(server));
                *ret_n += (size_t) n;
                n_steps++;
        } while (cursor > 0);
        return n_steps;
}

/* More quarantines than one step may end, among other leases and those of no pool. */
START_TEST(test_clear_in_steps)
{
        static const size_t counts[] = {0, 1, SERVER_ADVANCE_MAX - 1, SERVER_ADVANCE_MAX,
                SERVER_ADVANCE_MAX + 1, 3 * SERVER_ADVANCE_MAX};

        for (size_t i = 0; i < ELEMENTSOF(counts); i++) {
                _cleanup_(server_freep) Server *server = new_server();
                const LeaseTable *table = server_get_table(server);
                const Pool *pool = server_find_pool(server, "default");
                size_t n;

                ck_assert_ptr_nonnull(pool);
                for (uint8_t k = 0; k < counts[i]; k++) {
                        load(server, NET + 100 + k, LEASE_DECLINED, k);
                        load(server, 0x0a000000U + k, LEASE_DECLINED, k); /* no pool's */
                }
                load(server, NET + 240, LEASE_BOUND, CLIENT_BOUND);
                load(server, NET + 241, LEASE_EXPIRED, CLIENT_BOUND + 1);

                ck_assert_uint_eq(clear(server, pool, &n),
                        1 + (counts[i] - (counts[i] > 0)) / SERVER_ADVANCE_MAX);
                ck_assert_uint_eq(n, counts[i]);
                ck_assert_uint_eq(table->n_by_state[LEASE_DECLINED], counts[i]);
                (void) clear(server, NULL, &n);
                ck_assert_uint_eq(n, counts[i]);
                ck_assert_uint_eq(table->n_by_state[LEASE_DECLINED], 0);
                ck_assert_uint_eq(table->n_by_state[LEASE_BOUND], 1);
                ck_assert_uint_eq(table->n_by_state[LEASE_EXPIRED], 1);
        }
}
END_TEST

/* Whoever clears the last quarantines among a million leases need not look at the million: behind
 * the last there is nothing to be found. Here there is not even memory. */
START_TEST(test_clear_no_further_than_the_last)
{
        _cleanup_(server_freep) Server *server = new_server();
        const LeaseTable *table = server_get_table(server);
        static Actions actions;
        SlabBlock **behind, *block;
        size_t cursor = 0;

        load(server, NET + 100, LEASE_BOUND, CLIENT_BOUND);
        load(server, NET + 101, LEASE_DECLINED, 0);
        load(server, NET + 102, LEASE_DECLINED, 1);
        for (uint32_t i = 0; table->leases.n_blocks < 2; i++)
                load(server, 0x0a000000U + i, LEASE_RELEASED, CLIENT_BOUND + 1);

        behind = &table->leases.blocks[1];
        block = *behind;
        *behind = (SlabBlock *) 8;
        actions_reset(&actions);
        ck_assert_int_eq(server_clear_next(server, NULL, &cursor, 1000, &actions), 2);
        *behind = block;
        ck_assert_uint_eq(cursor, 0);
        ck_assert_uint_eq(table->n_by_state[LEASE_DECLINED], 0);
        ck_assert_ptr_null(invariants_broken(server));
}
END_TEST

TEST_MAIN("server-grant", test_a_client_that_never_asked, test_for_ever, test_again,
        test_again_behind_a_relay, test_whose_it_was, test_refused, test_move, test_move_of_several,
        test_declines_are_not_forgotten, test_extend, test_extend_for_ever,
        test_extend_what_is_not_bound, test_next_free_address,
        test_next_free_address_that_became_ours, test_all_or_nothing,
        test_edit_gives_another_clients_address, test_edit_by_what_was_seen,
        test_declines_outlast_a_failure, test_clear_in_steps, test_clear_no_further_than_the_last);
