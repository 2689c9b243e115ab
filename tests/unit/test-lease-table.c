/* SPDX-License-Identifier: MIT */

/* The lease table: indices after every kind of change. */

#include "test.h"

#include "core/lease-table.h"
#include "core/pool.h"

static const uint8_t key[16] = "0123456789abcde";

static LeaseRecord record_of(ipv4_t address, LeaseState state, const char *client,
        const char *hardware, const char *hostname) {
        return (LeaseRecord){
                .address = address,
                .state = state,
                .client_id = (const uint8_t *) client,
                .client_id_size = (uint8_t) strlen(client),
                .hardware = (const uint8_t *) hardware,
                .hardware_size = (uint8_t) strlen(hardware),
                .hardware_type = 1,
                .hostname = hostname,
                .hostname_size = (uint8_t) strlen(hostname),
                .expires = 1000,
        };
}

static Lease *find_client(const LeaseTable *table, const char *client) {
        return lease_table_first_of_client(table, (const uint8_t *) client, strlen(client));
}

static Lease *find_hardware(const LeaseTable *table, const char *hardware) {
        return lease_table_first_of_hardware(table, (const uint8_t *) hardware, strlen(hardware));
}

START_TEST(test_indices_follow_changes)
{
        LeaseRecord record = record_of(7, LEASE_BOUND, "client", "hw", "name"), copy;
        LeaseTable table;
        Lease *lease;

        lease_table_init(&table, key);
        ck_assert_ptr_null(lease_table_find(&table, 7));
        ck_assert_ptr_null(find_client(&table, "client"));

        ck_assert_int_eq(lease_table_apply(&table, NULL, &record, &lease), 0);
        ck_assert_ptr_eq(lease_table_find(&table, 7), lease);
        ck_assert_ptr_eq(find_client(&table, "client"), lease);
        ck_assert_ptr_eq(find_hardware(&table, "hw"), lease);
        ck_assert_uint_eq(lease_table_deadline(&table), 1000);
        ck_assert_uint_eq(table.n_by_state[LEASE_BOUND], 1);

        record = record_of(7, LEASE_RELEASED, "other client", "", "");
        ck_assert_int_eq(lease_table_apply(&table, NULL, &record, NULL), 0);
        ck_assert_ptr_null(find_client(&table, "client"));
        ck_assert_ptr_null(find_hardware(&table, "hw"));
        ck_assert_ptr_eq(find_client(&table, "other client"), lease);
        ck_assert_uint_eq(lease_table_deadline(&table), USEC_INFINITY);
        ck_assert_uint_eq(table.n_by_state[LEASE_BOUND], 0);
        ck_assert_uint_eq(table.n_by_state[LEASE_RELEASED], 1);

        /* A record may borrow from the lease that it changes. */
        lease_get_record(lease, &copy);
        copy.hardware = copy.client_id;
        copy.hardware_size = 5;
        ck_assert_int_eq(lease_table_apply(&table, NULL, &copy, NULL), 0);
        ck_assert_ptr_eq(find_client(&table, "other client"), lease);
        ck_assert_ptr_eq(find_hardware(&table, "other"), lease);

        lease_table_remove(&table, lease);
        ck_assert_ptr_null(lease_table_find(&table, 7));
        ck_assert_ptr_null(find_client(&table, "other client"));
        ck_assert_ptr_null(find_hardware(&table, "other"));
        ck_assert_uint_eq(table.n_by_state[LEASE_RELEASED], 0);
        lease_table_done(&table);
}
END_TEST

START_TEST(test_several_leases_of_a_client)
{
        bool seen[4] = {false};
        LeaseTable table;

        lease_table_init(&table, key);
        for (ipv4_t address = 0; address < 4; address++) {
                LeaseRecord record =
                        record_of(address + 1, LEASE_BOUND, "client", address < 2 ? "x" : "y", "");

                ck_assert_int_eq(lease_table_apply(&table, NULL, &record, NULL), 0);
        }
        for (Lease *lease = find_client(&table, "client"); lease;
                lease = lease_table_next_of_client(&table, lease)) {
                ck_assert(!seen[lease->address - 1]);
                seen[lease->address - 1] = true;
        }
        for (size_t i = 0; i < 4; i++)
                ck_assert(seen[i]);

        ck_assert_ptr_nonnull(find_hardware(&table, "y"));
        ck_assert_uint_gt(find_hardware(&table, "y")->address, 2);
        ck_assert_uint_gt(
                lease_table_next_of_hardware(&table, find_hardware(&table, "y"))->address, 2);
        lease_table_done(&table);
}
END_TEST

START_TEST(test_largest_identity)
{
        char client[256], name[256];
        LeaseRecord record, back;
        LeaseTable table;
        Lease *lease;

        memset(client, 'c', 255);
        memset(name, 'n', 255);
        client[255] = name[255] = '\0';
        lease_table_init(&table, key);
        for (size_t size = 255; size > 0; size -= 15) {
                client[size] = name[size] = '\0';
                record = record_of(7, LEASE_BOUND, client, "0123456789abcdef", name);
                ck_assert_int_eq(lease_table_apply(&table, NULL, &record, &lease), 0);
                lease_get_record(lease, &back);
                ck_assert_uint_eq(back.client_id_size, size);
                ck_assert_mem_eq(back.client_id, client, size);
                ck_assert_mem_eq(back.hardware, "0123456789abcdef", 16);
                ck_assert_uint_eq(back.hostname_size, size);
                ck_assert_mem_eq(back.hostname, name, size);
        }
        lease_table_done(&table);
}
END_TEST

START_TEST(test_restore)
{
        LeaseRecord record = record_of(7, LEASE_BOUND, "client", "hw", "name"), saved;
        LeaseIdentity *identity;
        LeaseTable table;
        Lease *lease;

        lease_table_init(&table, key);
        ck_assert_int_eq(lease_table_apply(&table, NULL, &record, &lease), 0);
        lease_get_record(lease, &saved);
        ck_assert_int_eq(lease_table_copy_identity(&table, lease, false, &identity), 0);

        record = record_of(7, LEASE_RELEASED, "", "", "");
        ck_assert_int_eq(lease_table_apply(&table, NULL, &record, NULL), 0);
        lease_table_detach(&table, lease);
        ck_assert_ptr_null(lease_table_find(&table, 7));
        ck_assert_ptr_null(lease_table_at(&table, 0)); /* a listing does not see it */
        ck_assert_uint_eq(table.n_by_state[LEASE_RELEASED], 0);

        lease_table_attach(&table, lease);
        lease_table_restore(&table, lease, NULL, &saved, identity);
        ck_assert_ptr_eq(lease_table_find(&table, 7), lease);
        ck_assert_ptr_eq(lease_table_at(&table, 0), lease);
        ck_assert_ptr_eq(find_client(&table, "client"), lease);
        ck_assert_uint_eq(table.n_by_state[LEASE_BOUND], 1);
        ck_assert_uint_eq(lease_table_deadline(&table), 1000);
        lease_table_done(&table);
}
END_TEST

START_TEST(test_slots_are_stable)
{
        LeaseTable table;
        size_t n = 0;

        lease_table_init(&table, key);
        for (ipv4_t address = 1; address <= 1000; address++) {
                LeaseRecord record = record_of(address, LEASE_BOUND, "", "", "");

                ck_assert_int_eq(lease_table_apply(&table, NULL, &record, NULL), 0);
        }
        for (size_t slot = 0; slot < lease_table_n_slots(&table); slot++) {
                Lease *lease = lease_table_at(&table, slot);

                if (!lease)
                        continue;
                n++;
                if (lease->address % 2 == 0)
                        lease_table_remove(&table, lease);
        }
        ck_assert_uint_eq(n, 1000);
        ck_assert_uint_eq(table.n_by_state[LEASE_BOUND], 500);
        ck_assert_ptr_null(lease_table_at(&table, lease_table_n_slots(&table)));
        lease_table_done(&table);
}
END_TEST

START_TEST(test_generation)
{
        LeaseRecord record = record_of(7, LEASE_BOUND, "client", "", "");
        uint64_t generation;
        LeaseTable table;
        Lease *lease;

        lease_table_init(&table, key);
        generation = table.generation;
        ck_assert_int_eq(lease_table_apply(&table, NULL, &record, &lease), 0);
        ck_assert_uint_gt(table.generation, generation);
        generation = table.generation;
        lease_table_set_flags(&table, lease, LEASE_RESERVED);
        ck_assert_uint_gt(table.generation, generation);
        generation = table.generation;
        lease_table_remove(&table, lease);
        ck_assert_uint_gt(table.generation, generation);
        lease_table_done(&table);
}
END_TEST

TEST_MAIN("lease-table", test_indices_follow_changes, test_several_leases_of_a_client,
        test_largest_identity, test_restore, test_slots_are_stable, test_generation);
