/* SPDX-License-Identifier: MIT */

/* At the end of the daemon: what was taken is kept and answered, or taken back. */

#include "keeper-fixture.h"

/* What is collected, and what waits for a rewrite, gets to the disk. */
START_TEST(drain)
{
        Fixture f;

        setup_open(&f);
        grant(&f, 7);
        grant(&f, 8);
        lease_keeper_drain(f.keeper, 10 * USEC_PER_SEC);
        ck_assert_uint_eq(f.executor.pending.n_entries, 0);
        ck_assert_uint_eq(n_rows_of(&f, 7), 1);
        ck_assert_uint_eq(n_rows_of(&f, 8), 1);

        lease_keeper_rewrite(f.keeper);
        grant(&f, 9);
        lease_keeper_drain(f.keeper, 10 * USEC_PER_SEC);
        ck_assert_uint_eq(f.executor.pending.n_entries, 0);
        ck_assert_uint_eq(n_rows_of(&f, 9), 1);
        expect_lines(&f, "Lease granted: 192.168.1.107", "Lease granted: 192.168.1.108",
                "Lease granted: 192.168.1.109");
        teardown(&f);
}
END_TEST

/* Nothing can be appended to a file of another form: its first rewrite is part of the promise. */
START_TEST(drain_before_the_first_rewrite)
{
        Fixture f;

        setup(&f);
        write_file(&f, "hostname,address,client_id,state,expires_at\n"
                       "seven,192.168.1.107,01:02:00:00:00:00:07,bound,infinite\n");
        ck_assert_int_eq(lease_keeper_open(f.keeper, f.path), 0);
        ck_assert(lease_keeper_is_rewriting(f.keeper));
        grant(&f, 8);
        lease_keeper_drain(f.keeper, 5 * USEC_PER_SEC);
        ck_assert_uint_eq(f.executor.pending.n_entries, 0);
        ck_assert_uint_eq(n_rows_of(&f, 7), 1);
        ck_assert_uint_ge(n_rows_of(&f, 8), 1);
        teardown(&f);
}
END_TEST

START_TEST(drain_while_the_disk_fails)
{
        Fixture f;
        usec_t begin;

        setup_open(&f);
        atomic_store(&disk.n_syncs_to_fail, 1000);
        grant(&f, 7);
        begin = now_usec(&f);
        lease_keeper_drain(f.keeper, 10 * USEC_PER_SEC);
        ck_assert_uint_lt(now_usec(&f) - begin, 5 * USEC_PER_SEC);
        ck_assert_uint_eq(f.executor.pending.n_entries, 0);
        ck_assert(!is_bound(&f, 7));
        teardown(&f);
}
END_TEST

START_TEST(drain_of_a_disk_that_hangs)
{
        Fixture f;
        usec_t begin;

        setup_open(&f);
        atomic_store(&disk.blocked, true);
        grant(&f, 7);
        begin = now_usec(&f);
        lease_keeper_drain(f.keeper, 300 * USEC_PER_MSEC);
        ck_assert_uint_ge(now_usec(&f) - begin, 300 * USEC_PER_MSEC);
        ck_assert_uint_lt(now_usec(&f) - begin, 3 * USEC_PER_SEC);
        ck_assert_uint_eq(f.executor.pending.n_entries, 1);
        ck_assert_int_eq(sem_post(&disk.gate), 0);
        teardown(&f);
}
END_TEST

TEST_MAIN("lease-keeper-drain", drain, drain_before_the_first_rewrite, drain_while_the_disk_fails,
        drain_of_a_disk_that_hangs);
