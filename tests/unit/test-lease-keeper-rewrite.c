/* SPDX-License-Identifier: MIT */

/* The file is written anew while the daemon serves: in slices, as often as it is asked for, and
 * never at the cost of the file that is there. */

#include <errno.h>
#include <syslog.h>

#include "keeper-fixture.h"

/* Leases that have been handed over to a rewrite have a tag. */
static size_t count_tagged(const Fixture *f) {
        const LeaseTable *table = server_get_table(f->server);
        size_t n = 0;

        for (size_t i = 0; i < lease_table_n_slots(table); i++) {
                const Lease *lease = lease_table_at(table, i);

                n += lease && lease->version != 0;
        }
        return n;
}

static void load_many(Fixture *f, uint32_t n) {
        for (uint32_t i = 0; i < n; i++)
                ck_assert_int_eq(server_load_lease(f->server,
                                         &(LeaseRecord){
                                                 .address = 0x0a000000 + i,
                                                 .state = LEASE_BOUND,
                                                 .client_id = (const uint8_t *) &i,
                                                 .client_id_size = sizeof(i),
                                                 .expires = USEC_INFINITY,
                                         },
                                         now_usec(f)),
                        0);
}

/* Many leases are handed over in turns with whatever else there is to do. */
START_TEST(rewrite_in_slices)
{
        enum { N_LEASES = 5000 };
        _cleanup_free_ char *text = NULL;
        size_t n_lines = 0, n_tagged;
        Fixture f;

        setup_open(&f);
        load_many(&f, N_LEASES);
        ck_assert_int_eq(lease_keeper_rewrite(f.keeper), 0);
        ck_assert(is_rewriting(&f));
        grant(&f, 7);
        n_tagged = count_tagged(&f);
        ck_assert_uint_eq(n_tagged, 1);
        while (n_tagged < N_LEASES + 1) {
                const size_t before = n_tagged;

                ck_assert_int_ge(sd_event_run(f.event, 100000), 0);
                n_tagged = count_tagged(&f);
                ck_assert_uint_le(n_tagged - before, 1024);
        }
        run_until(&f, f.n_rewritten == 1);
        ck_assert_int_eq(f.rewritten, 0);
        run_until(&f, is_idle(&f));

        text = read_file(&f);
        for (const char *p = text; *p; p++)
                n_lines += *p == '\n';
        /* what was granted meanwhile may also have been in a slice */
        ck_assert_uint_ge(n_rows_of(&f, 7), 1);
        ck_assert_uint_eq(n_lines, 1 + N_LEASES + n_rows_of(&f, 7));
        ck_assert_uint_eq(statistics_of(&f).n_rewrites, 1);
        ck_assert_uint_eq(f.n_changed, 0);
        teardown(&f);
}
END_TEST

static void run_turns(Fixture *f, unsigned n) {
        for (unsigned i = 0; i < n; i++)
                ck_assert_int_ge(sd_event_run(f->event, 5000), 0);
}

/* A disk that hangs is not handed all of memory; when it goes on, so does the rewrite. */
START_TEST(rewrite_waits_for_the_disk)
{
        enum { N_LEASES = 50000 };
        size_t n_tagged;
        Fixture f;

        setup_open(&f);
        load_many(&f, N_LEASES);
        disk.blocked = true;
        grant(&f, 7);
        ck_assert_int_eq(lease_keeper_rewrite(f.keeper), 0);
        run_turns(&f, 2 * N_LEASES / 1024); /* enough for all of it */
        n_tagged = count_tagged(&f);
        ck_assert_uint_gt(n_tagged, 1);
        ck_assert_uint_lt(n_tagged, N_LEASES / 2);
        run_turns(&f, 10);
        ck_assert_uint_eq(count_tagged(&f), n_tagged);

        disk.blocked = false;
        run_until(&f, f.n_rewritten == 1);
        ck_assert_int_eq(f.rewritten, 0);
        ck_assert_uint_eq(count_tagged(&f), N_LEASES + 1);
        teardown(&f);
}
END_TEST

/* Whoever asks while one is under way gets what memory holds then: one more, not three. */
START_TEST(rewrite_asked_for_meanwhile)
{
        Fixture f;

        setup_open(&f);
        for (size_t i = 0; i < 4; i++)
                ck_assert_int_eq(lease_keeper_rewrite(f.keeper), 0);
        run_until(&f, f.n_rewritten > 0);
        run_for(&f, 100 * USEC_PER_MSEC);
        ck_assert_uint_eq(f.n_rewritten, 1); /* told when both are over */
        ck_assert_int_eq(f.rewritten, 0);
        ck_assert_uint_eq(statistics_of(&f).n_rewrites, 2);
        teardown(&f);
}
END_TEST

/* The file that is there is as good as it was. */
START_TEST(rewrite_fails)
{
        Fixture f;

        setup_open(&f);
        grant(&f, 7);
        run_until(&f, is_idle(&f));
        disk.renames_fail = true;
        ck_assert_int_eq(lease_keeper_rewrite(f.keeper), 0);
        run_until(&f, f.n_rewritten == 1);
        ck_assert_int_eq(f.rewritten, -ENOSPC);
        ck_assert(!is_rewriting(&f));
        ck_assert(lease_keeper_is_healthy(f.keeper));
        ck_assert_uint_eq(f.n_changed, 0);
        grant(&f, 8);
        run_until(&f, is_idle(&f));
        ck_assert_uint_eq(n_rows_of(&f, 7), 1);
        ck_assert_uint_eq(n_rows_of(&f, 8), 1);

        disk.renames_fail = false;
        ck_assert_int_eq(lease_keeper_rewrite(f.keeper), 0);
        run_until(&f, f.n_rewritten == 2);
        ck_assert_int_eq(f.rewritten, 0);
        teardown(&f);
}
END_TEST

/* Who has asked meanwhile is told of the attempt that follows. */
START_TEST(rewrite_fails_while_another_is_wanted)
{
        Fixture f;

        setup_open(&f);
        disk.renames_fail = true;
        disk.n_renames = 0;
        ck_assert_int_eq(lease_keeper_rewrite(f.keeper), 0);
        ck_assert_int_eq(lease_keeper_rewrite(f.keeper), 0);
        run_until(&f, disk.n_renames > 0);
        run_for(&f, 100 * USEC_PER_MSEC);
        ck_assert_uint_eq(f.n_rewritten, 0);
        ck_assert(is_rewriting(&f));

        disk.renames_fail = false;
        run_until(&f, f.n_rewritten == 1);
        ck_assert_int_eq(f.rewritten, 0);
        ck_assert_uint_eq(statistics_of(&f).n_rewrites, 1);
        teardown(&f);
}
END_TEST

/* A file of dead rows becomes due by itself. */
START_TEST(rewrite_due)
{
        Fixture f;
        size_t n = 0;

        setup_open(&f);
        journal_set_max_level(f.journal, LOG_WARNING); /* nobody reads so much */
        disk.sync_usec = 100;
        while (statistics_of(&f).n_rewrites == 0) {
                ck_assert_uint_lt(n++, 20000);
                grant(&f, 7);
                ck_assert_int_ge(sd_event_run(f.event, USEC_PER_MSEC), 0);
        }
        ck_assert_uint_gt(n, 100);
        run_until(&f, is_idle(&f));
        ck_assert_uint_lt(n_rows_of(&f, 7), n);
        ck_assert(lease_keeper_is_healthy(f.keeper));
        teardown(&f);
}
END_TEST

#define YEAR_SEC (365 * 86400)

/* The year in which a client's row was written, by the clock of then: what its last cell begins
 * with. 0 without a row. */
static int year_of(const Fixture *f, uint8_t number) {
        _cleanup_free_ char *text = read_file(f);
        char address[32];
        const char *row;

        (void) snprintf(address, sizeof(address), "\n192.168.1.%d,", 100 + number);
        row = strstr(text, address);
        return row ? atoi(strstr(row, ",default,") + strlen(",default,")) : 0;
}

START_TEST(clock_is_set)
{
        int year;
        Fixture f;

        setup_open(&f);
        grant(&f, 7);
        run_until(&f, is_idle(&f));
        year = year_of(&f, 7);
        step_wall_clock(10 * YEAR_SEC);
        run_until(&f, f.n_rewritten == 1);
        ck_assert_int_ge(year_of(&f, 7), year + 9);
        run_for(&f, 2500 * USEC_PER_MSEC);
        ck_assert_uint_eq(f.n_rewritten, 1);
        expect_lines(&f, "Lease granted: 192.168.1.107", "The wall clock was set");
        teardown(&f);
}
END_TEST

/* The times are written by another attempt, that nobody asks for; the waits between them grow. All
 * the while leases are granted. */
START_TEST(clock_is_set_and_rewrite_fails)
{
        int year;
        Fixture f;

        setup_open(&f);
        grant(&f, 7);
        run_until(&f, is_idle(&f));
        year = year_of(&f, 7);
        disk.renames_fail = true;
        step_wall_clock(10 * YEAR_SEC);
        run_until(&f, f.n_rewritten == 1);
        ck_assert_int_eq(f.rewritten, -ENOSPC);
        ck_assert_int_eq(year_of(&f, 7), year);
        run_until(&f, f.n_rewritten == 2);
        ck_assert_int_eq(f.rewritten, -ENOSPC);

        grant(&f, 8);
        run_until(&f, n_rows_of(&f, 8) == 1);
        ck_assert_int_ge(year_of(&f, 8), year + 9);
        run_for(&f, 3 * USEC_PER_SEC);
        ck_assert_uint_eq(f.n_rewritten, 2);

        disk.renames_fail = false;
        run_until(&f, f.n_rewritten == 3);
        ck_assert_int_eq(f.rewritten, 0);
        ck_assert_int_ge(year_of(&f, 7), year + 9);
        ck_assert_uint_eq(f.n_changed, 0);
        run_for(&f, 2500 * USEC_PER_MSEC);
        ck_assert_uint_eq(f.n_rewritten, 3);
        expect_lines(&f, "Lease granted: 192.168.1.107", "The wall clock was set",
                "could not be written anew, they are of the clock as it was: rename failed: "
                "No space left on device.",
                "Lease granted: 192.168.1.108", "have been written anew");
        teardown(&f);
}
END_TEST

/* Who asks for a rewrite meanwhile is told of this one, not of the one that succeeds. */
START_TEST(rewrite_asked_for_while_times_are_old)
{
        Fixture f;

        setup_open(&f);
        disk.renames_fail = true;
        step_wall_clock(10 * YEAR_SEC);
        run_until(&f, f.n_rewritten == 1);
        ck_assert_int_eq(lease_keeper_rewrite(f.keeper), 0);
        run_until(&f, f.n_rewritten == 2);
        ck_assert_int_eq(f.rewritten, -ENOSPC);
        expect_lines(&f, "The wall clock was set", "could not be written anew");
        teardown(&f);
}
END_TEST

/* What has been handed over by then is of the clock before; that it is written changes nothing. */
START_TEST(clock_is_set_during_a_rewrite)
{
        int year;
        Fixture f;

        setup_open(&f);
        grant(&f, 7);
        run_until(&f, is_idle(&f));
        year = year_of(&f, 7);
        disk.blocked = true;
        grant(&f, 8);
        ck_assert_int_eq(lease_keeper_rewrite(f.keeper), 0);
        run_for(&f, 100 * USEC_PER_MSEC);
        step_wall_clock(10 * YEAR_SEC);
        run_for(&f, 100 * USEC_PER_MSEC);
        disk.n_renames_to_pass = 1;
        disk.renames_fail = true;
        expect_story("sync");
        disk.blocked = false;
        run_until(&f, f.n_rewritten == 1);
        expect_story("sync, rename, rename fails");
        ck_assert_int_eq(f.rewritten, -ENOSPC);
        ck_assert_int_eq(year_of(&f, 7), year);

        disk.renames_fail = false;
        run_until(&f, f.n_rewritten == 2);
        ck_assert_int_eq(f.rewritten, 0);
        ck_assert_int_ge(year_of(&f, 7), year + 9);
        ck_assert_int_ge(year_of(&f, 8), year + 9);
        teardown(&f);
}
END_TEST

TEST_MAIN("lease-keeper-rewrite", rewrite_in_slices, rewrite_waits_for_the_disk,
        rewrite_asked_for_meanwhile, rewrite_fails, rewrite_fails_while_another_is_wanted,
        rewrite_due, clock_is_set, clock_is_set_and_rewrite_fails,
        rewrite_asked_for_while_times_are_old, clock_is_set_during_a_rewrite);
