/* SPDX-License-Identifier: MIT */

/* At the end of the daemon: what was taken is kept and answered, or taken back. */

#include "keeper-fixture.h"

/* A turn's end, as the loop has it. */
static void end_turn(Fixture *f) {
        executor_flush(&f->executor);
}

static void drain(Fixture *f) {
        lease_keeper_drain(f->keeper, 10 * USEC_PER_SEC);
        ck_assert_uint_eq(f->executor.pending.n_entries, 0);
}

/* What is with the disk, what is collected behind it, and what waits for a rewrite. */
START_TEST(everything_is_written)
{
        Fixture f;

        setup_open(&f);
        grant(&f, 7);
        grant(&f, 8);
        drain(&f);
        ck_assert_uint_eq(n_rows_of(&f, 7), 1);
        ck_assert_uint_eq(n_rows_of(&f, 8), 1);

        ck_assert_int_eq(lease_keeper_rewrite(f.keeper), 0);
        grant(&f, 9);
        drain(&f);
        /* it may also have been in a slice */
        ck_assert_uint_ge(n_rows_of(&f, 9), 1);
        expect_lines(&f, "Lease granted: 192.168.1.107", "Lease granted: 192.168.1.108",
                "Lease granted: 192.168.1.109");
        teardown(&f);
}
END_TEST

/* However long a sync takes, nobody is answered before it, and all are answered after it. */
START_TEST(everybody_is_answered_by_a_slow_disk)
{
        Fixture f;

        setup_open(&f);
        disk.sync_usec = 300 * USEC_PER_MSEC;
        request(&f, 7);
        end_turn(&f);
        request(&f, 8);
        request(&f, 9);
        end_turn(&f);
        drain(&f);
        expect_story("sync, ACK .107, sync, ACK .108, ACK .109");
        teardown(&f);
}
END_TEST

/* A turn that has not ended, and commits that wait for more of them: what can go goes first, even
 * if there is no time to wait for anything. Who waits for the disk is not told what it has not
 * said; he will ask the next daemon, which knows him. */
START_TEST(no_time_at_all)
{
        Fixture f;

        setup_open(&f);
        f.executor.pace = (CommitPace){
                .hold_until = usec_add(now_usec(&f), USEC_PER_HOUR),
                .n_awaited = 100,
        };
        request(&f, 7);
        end_turn(&f);
        ck_assert_uint_eq(lease_store_n_collected(f.executor.store), 1);
        refuse(&f, 8);
        expect_story("");

        disk.blocked = true;
        lease_keeper_drain(f.keeper, 0);
        expect_story("NAK .108");
        ck_assert_uint_eq(lease_store_n_collected(f.executor.store), 0);
        ck_assert_uint_eq(f.executor.pending.n_entries, 2); /* news and reply */

        disk.blocked = false;
        f.keeper = lease_keeper_free(f.keeper);
        expect_story("sync");
        ck_assert_uint_eq(n_rows_of(&f, 7), 1);
        teardown(&f);
}
END_TEST

/* The time is over while the disk hangs: as above. */
START_TEST(a_disk_that_hangs)
{
        Fixture f;
        usec_t begin;

        setup_open(&f);
        disk.blocked = true;
        request(&f, 7);
        end_turn(&f);
        request(&f, 8);
        begin = now_usec(&f);
        lease_keeper_drain(f.keeper, 300 * USEC_PER_MSEC);
        ck_assert_uint_ge(now_usec(&f) - begin, 300 * USEC_PER_MSEC);
        ck_assert_uint_lt(now_usec(&f) - begin, 10 * USEC_PER_SEC);
        ck_assert_uint_eq(f.executor.pending.n_entries, 4);

        disk.blocked = false;
        f.keeper = lease_keeper_free(f.keeper);
        expect_story("sync, sync");
        ck_assert_uint_eq(n_rows_of(&f, 7), 1);
        ck_assert_uint_eq(n_rows_of(&f, 8), 1);
        teardown(&f);
}
END_TEST

/* What the disk refuses is taken back with all that is behind it, and nobody hears of it; what was
 * durable before stays and is answered. */
START_TEST(a_disk_that_fails)
{
        for (unsigned n_good = 0; n_good < 2; n_good++) {
                usec_t begin;
                Fixture f;

                setup_open(&f);
                disk.n_syncs_to_pass = n_good;
                disk.n_syncs_to_fail = 1000;
                disk.sync_usec = 100 * USEC_PER_MSEC;
                request(&f, 7);
                end_turn(&f);
                request(&f, 8);
                request(&f, 9);
                ck_assert(is_bound(&f, 7) && is_bound(&f, 8) && is_bound(&f, 9));

                begin = now_usec(&f);
                drain(&f);
                ck_assert_uint_lt(now_usec(&f) - begin, 9 * USEC_PER_SEC);
                expect_story(n_good ? "sync, ACK .107, sync fails" : "sync fails");
                ck_assert_uint_eq(is_bound(&f, 7), n_good);
                ck_assert(!is_bound(&f, 8) && !is_bound(&f, 9));
                ck_assert(!lease_keeper_is_healthy(f.keeper));
                disk.n_syncs_to_fail = 0;
                teardown(&f);
        }
}
END_TEST

/* Nothing can be appended to a file of another form: its first rewrite is part of the promise. */
START_TEST(before_the_first_rewrite)
{
        for (int fails = 0; fails < 2; fails++) {
                Fixture f;

                setup(&f);
                write_file(&f, "hostname,address,client_id,state,expires_at\n"
                               "seven,192.168.1.107,01:02:00:00:00:00:07,bound,infinite\n");
                ck_assert_int_eq(lease_keeper_open(f.keeper, f.path), 0);
                ck_assert(is_rewriting(&f));
                disk.renames_fail = fails;
                request(&f, 8);
                drain(&f);
                expect_story(fails ? "rename fails" : "rename, ACK .108");
                ck_assert_int_eq(is_bound(&f, 8), !fails);
                ck_assert_uint_eq(n_rows_of(&f, 8) > 0, !fails);
                ck_assert(is_bound(&f, 7));
                disk.renames_fail = false;
                teardown(&f);
        }
}
END_TEST

/* Somebody has just saved the file: what he wants is taken, and nobody's lease is lost over it. */
START_TEST(a_save_to_be_merged)
{
        static const uint8_t clients[] = {5, 7, 8};
        char other[140];
        Fixture f;

        setup_open(&f);
        request(&f, 7);
        drain(&f);
        (void) snprintf(other, sizeof(other), "%s.new", f.path);
        ck_assert_int_eq(rename(f.path, other), 0);
        write_file(&f, FIXTURE_HEADER
                "192.168.1.105,01:02:00:00:00:00:05,02:00:00:00:00:05,,bound,infinite,default,\n");
        expect_story("sync, ACK .107");

        request(&f, 8);
        drain(&f);
        expect_story("rename, rename, ACK .108"); /* what was there before it, and the file */
        for (size_t i = 0; i < ELEMENTSOF(clients); i++) {
                ck_assert(is_bound(&f, clients[i]));
                ck_assert_uint_eq(n_rows_of(&f, clients[i]), 1);
        }
        teardown(&f);
}
END_TEST

TEST_MAIN("lease-keeper-drain", everything_is_written, everybody_is_answered_by_a_slow_disk,
        no_time_at_all, a_disk_that_hangs, a_disk_that_fails, before_the_first_rewrite,
        a_save_to_be_merged);
