/* SPDX-License-Identifier: MIT */

/* What is taken back leaves nothing, and what is kept stays. */

#include "core/probing.h"
#include "core/server-state.h"
#include "core/transaction.h"
#include "invariants.h"
#include "test.h"

#define ADDRESS ((ipv4_t) 0xc0a80164)

static const uint8_t seed[16] = {1, 2, 3};

static void bind(Server *server, ipv4_t address, Actions *actions) {
        static const uint8_t client_id[] = {0, 7};
        const LeaseRecord record = {
                .address = address,
                .state = LEASE_BOUND,
                .client_id = client_id,
                .client_id_size = sizeof(client_id),
                .expires = USEC_INFINITY,
        };

        ck_assert_int_eq(server_commit(server, &record, LEASE_EVENT_GRANTED, actions), 0);
}

static void probe(Server *server, ProbeWay way, ipv4_t address, Actions *actions) {
        Action *action = actions_add(actions, ACTION_PROBE);

        action->probe.way = way;
        action->probe.address = address;
        prober_note(&server->prober, address, 0);
        if (way == PROBE_BY_ECHO)
                ck_assert(prober_take_echo(&server->prober, 0));
}

START_TEST(test_take_back)
{
        static Actions actions;
        Transaction transaction;
        Server *server;

        ck_assert_int_eq(server_new(&server, seed), 0);
        actions_reset(&actions);
        bind(server, ADDRESS, &actions);
        probe(server, PROBE_BY_ECHO, ADDRESS + 1, &actions);
        actions.packets_used = 300;

        for (int r = -1; r <= 0; r++) {
                transaction = transaction_begin(server, &actions);
                ck_assert_int_eq(commit_log_note(&server->commits, &server->table, ADDRESS + 2), 0);
                bind(server, ADDRESS + 2, &actions);
                probe(server, PROBE_BY_ARP, ADDRESS + 3, &actions);
                probe(server, PROBE_BY_ECHO, ADDRESS + 4, &actions);
                actions.packets_used += 300;
                ck_assert_int_eq(transaction_end(&transaction, r), r);

                ck_assert_uint_eq(server_last_commit(server), r < 0 ? 1 : 2);
                ck_assert_uint_eq(actions.n_actions, r < 0 ? 2 : 5);
                ck_assert_uint_eq(actions.packets_used, r < 0 ? 300 : 600);
                ck_assert_int_eq(!lease_table_find(&server->table, ADDRESS + 2), r < 0);
                ck_assert_ptr_nonnull(lease_table_find(&server->table, ADDRESS));
                for (ipv4_t address = ADDRESS + 3; address <= ADDRESS + 4; address++)
                        ck_assert_int_eq(prober_judge(&server->prober, address, 1),
                                r < 0 ? PROBE_UNKNOWN : PROBE_PENDING);
                ck_assert_int_eq(prober_judge(&server->prober, ADDRESS + 1, 1), PROBE_PENDING);
                ck_assert_uint_eq(server->prober.n_echoes, r < 0 ? 1 : 2);
                ck_assert_ptr_null(invariants_broken(server));
        }
        server_free(server);
}
END_TEST

TEST_MAIN("transaction", test_take_back);
