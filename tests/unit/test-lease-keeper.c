/* SPDX-License-Identifier: MIT */

/* A lease file is opened however late it comes, and after every failure of the disk service goes on
 * by itself; until it does, nothing is promised. */

#include <errno.h>
#include <fcntl.h>

#include "keeper-fixture.h"

START_TEST(new_file)
{
        Fixture f;

        setup_open(&f);
        ck_assert_str_eq(lease_keeper_path(f.keeper), f.path);
        ck_assert(executor_is_ready(&f.executor));
        grant(&f, 7);
        run_until(&f, is_idle(&f));
        ck_assert_uint_eq(n_rows_of(&f, 7), 1);
        ck_assert_uint_eq(f.n_changed, 0);
        expect_lines(&f, "Lease granted: 192.168.1.107");
        teardown(&f);
}
END_TEST

START_TEST(file_with_leases)
{
        Fixture f;

        setup(&f);
        write_file(&f, FIXTURE_HEADER FIXTURE_ROW_OF_7 "192.168.1.999,,,,bound,,,\n");
        ck_assert_int_eq(lease_keeper_open(f.keeper, f.path), 0);
        ck_assert(lease_keeper_is_healthy(f.keeper));
        ck_assert(is_bound(&f, 7));
        expect_lines(&f, "leases.csv:3: ");
        teardown(&f);
}
END_TEST

START_TEST(directory_of_another_daemon)
{
        DirectoryLock other;
        Fixture f;
        int fd;

        setup(&f);
        fd = open(f.directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        ck_assert_int_eq(directory_lock_take(&other, fd), 0);
        ck_assert_int_eq(lease_keeper_open(f.keeper, f.path), -EWOULDBLOCK);
        ck_assert(!lease_keeper_is_healthy(f.keeper));
        directory_lock_drop(&other);
        (void) close(fd);
        teardown(&f);
}
END_TEST

/* /var comes late: it is said once, nothing is promised, and no restart is needed. */
START_TEST(directory_that_comes_late)
{
        Fixture f;
        char away[80];

        setup(&f);
        (void) snprintf(away, sizeof(away), "%s.away", f.directory);
        write_file(&f, FIXTURE_HEADER FIXTURE_ROW_OF_7);
        ck_assert_int_eq(rename(f.directory, away), 0);

        ck_assert_int_eq(lease_keeper_open(f.keeper, f.path), 0);
        ck_assert(!lease_keeper_is_healthy(f.keeper));
        ck_assert_uint_eq(f.n_changed, 1);
        ck_assert(!executor_is_ready(&f.executor));
        grant(&f, 8);
        ck_assert(!is_bound(&f, 8));
        ck_assert_int_eq(lease_keeper_rewrite(f.keeper), -EIO);
        lease_keeper_drain(f.keeper, USEC_PER_SEC);
        run_for(&f, 2500 * USEC_PER_MSEC);
        ck_assert(!lease_keeper_is_healthy(f.keeper));

        /* it comes, but cannot be written: leases are known, nothing is promised */
        disk.read_only = true;
        ck_assert_int_eq(rename(away, f.directory), 0);
        run_until(&f, is_bound(&f, 7));
        run_for(&f, 500 * USEC_PER_MSEC);
        ck_assert(!lease_keeper_is_healthy(f.keeper));
        ck_assert_uint_eq(f.n_changed, 1);

        disk.read_only = false;
        run_until(&f, lease_keeper_is_healthy(f.keeper));
        ck_assert_uint_eq(f.n_changed, 2);
        ck_assert(is_bound(&f, 7));
        grant(&f, 8);
        run_until(&f, is_idle(&f));
        ck_assert_uint_eq(n_rows_of(&f, 8), 1);
        expect_lines(&f, "open failed: No such file or directory. No lease is granted",
                "can be written again", "Lease granted: 192.168.1.108");
        teardown(&f);
}
END_TEST

/* Known leases are known, but nothing is promised before it can be kept. */
START_TEST(read_only_at_the_start)
{
        Fixture f;

        setup(&f);
        write_file(&f, FIXTURE_HEADER FIXTURE_ROW_OF_7);
        disk.read_only = true;
        ck_assert_int_eq(lease_keeper_open(f.keeper, f.path), 0);
        ck_assert(is_bound(&f, 7));
        ck_assert(!lease_keeper_is_healthy(f.keeper));
        ck_assert(!executor_is_ready(&f.executor));
        run_until(&f, f.n_changed == 1);
        run_for(&f, 500 * USEC_PER_MSEC);
        ck_assert(!lease_keeper_is_healthy(f.keeper));

        disk.read_only = false;
        run_until(&f, lease_keeper_is_healthy(f.keeper));
        ck_assert_uint_eq(f.n_changed, 2);
        ck_assert_uint_eq(n_rows_of(&f, 7), 1);
        expect_lines(&f, "open failed: Read-only file system", "can be written again");
        teardown(&f);
}
END_TEST

/* Strangers choose how large replies are: what waits for the disk is bounded in bytes as well. */
START_TEST(large_replies_are_bounded)
{
        const Destination destination = {.mode = SEND_UDP, .port = 68};
        static const uint8_t packet[1400];
        uint64_t n = 0;
        Fixture f;

        setup_open(&f);
        while (executor_is_ready(&f.executor) && n < EXECUTOR_PENDING_MAX)
                if (pending_add_send(
                            &f.executor.pending, ++n, &destination, packet, sizeof(packet), 0) < 0)
                        ck_abort_msg("no memory");
        ck_assert_uint_lt(n, EXECUTOR_PENDING_MAX / 3);
        ck_assert_uint_gt(n, EXECUTOR_PENDING_MAX / 5);
        ck_assert(!executor_is_ready(&f.executor));
        pending_drop_first(&f.executor.pending);
        ck_assert(executor_is_ready(&f.executor));
        pending_drop_from(&f.executor.pending, 0);
        ck_assert_uint_eq(f.executor.pending.capacity, 0);
        teardown(&f);
}
END_TEST

static uint64_t n_within(const Delays *delays, usec_t bound) {
        size_t i = 0;

        while (delays_bounds[i] < bound)
                i++;
        return delays->n[i];
}

/* What waits for the disk takes as long as the disk; what does not wait takes no time. */
START_TEST(delays_are_counted)
{
        Fixture f;

        setup_open(&f);
        disk.sync_usec = 300 * USEC_PER_MSEC;
        request(&f, 7);
        request(&f, 8);
        executor_flush(&f.executor);
        run_until(&f, is_idle(&f));
        ck_assert_uint_eq(n_within(&f.executor.commit_delays, 500 * USEC_PER_MSEC), 1);
        ck_assert_uint_eq(n_within(&f.executor.reply_delays, 500 * USEC_PER_MSEC), 2);
        ck_assert_uint_ge(f.executor.reply_delays.sum, 600 * USEC_PER_MSEC);

        refuse(&f, 9);
        executor_flush(&f.executor);
        ck_assert_uint_eq(n_within(&f.executor.reply_delays, 0), 1);
        ck_assert_uint_eq(n_within(&f.executor.commit_delays, 500 * USEC_PER_MSEC), 1);

        /* what the disk loses is neither */
        disk.n_syncs_to_fail = 1;
        request(&f, 10);
        executor_flush(&f.executor);
        run_until(&f, is_idle(&f));
        ck_assert_uint_eq(n_within(&f.executor.commit_delays, 500 * USEC_PER_MSEC), 1);
        ck_assert_uint_eq(n_within(&f.executor.reply_delays, 500 * USEC_PER_MSEC), 2);
        teardown(&f);
}
END_TEST

/* What failed was never promised; the file is made anew and all goes on. */
START_TEST(sync_fails_once)
{
        Fixture f;

        setup_open(&f);
        grant(&f, 7);
        run_until(&f, is_idle(&f));

        disk.n_syncs_to_fail = 1;
        grant(&f, 8);
        ck_assert(is_bound(&f, 8));
        run_until(&f, f.n_changed == 1);
        ck_assert(!is_bound(&f, 8));
        ck_assert(!executor_is_ready(&f.executor));
        ck_assert_uint_eq(f.executor.pending.n_entries, 0);
        run_until(&f, lease_keeper_is_healthy(f.keeper));
        ck_assert_uint_eq(f.n_changed, 2);
        ck_assert_uint_eq(n_rows_of(&f, 7), 1);
        ck_assert_uint_eq(n_rows_of(&f, 8), 0);

        grant(&f, 9);
        run_until(&f, is_idle(&f));
        ck_assert_uint_eq(n_rows_of(&f, 9), 1);
        expect_lines(&f, "Lease granted: 192.168.1.107",
                "fdatasync failed: Input/output error. No lease is granted", "can be written again",
                "Lease granted: 192.168.1.109");
        teardown(&f);
}
END_TEST

/* A disk that stays broken is tried every two seconds, no oftener, and spoken of once. */
START_TEST(disk_fails_on)
{
        Fixture f;
        usec_t begin;

        setup_open(&f);
        disk.n_syncs_to_fail = 1;
        disk.renames_fail = true;
        disk.n_renames = 0;
        begin = now_usec(&f); /* before the first failure, however late we hear of that */
        grant(&f, 7);
        run_until(&f, disk.n_renames == 2);
        ck_assert_uint_gt(now_usec(&f) - begin, 1900 * USEC_PER_MSEC);
        ck_assert(!lease_keeper_is_healthy(f.keeper));
        ck_assert_uint_eq(f.n_changed, 1);

        disk.renames_fail = false;
        run_until(&f, lease_keeper_is_healthy(f.keeper));
        ck_assert_uint_eq(f.n_changed, 2);
        ck_assert_uint_eq(n_rows_of(&f, 7), 0);
        expect_lines(&f, "fdatasync failed: Input/output error", "can be written again");
        teardown(&f);
}
END_TEST

/* A disk that takes a new file, but then no row, is not worn out by new files. */
START_TEST(disk_takes_files_but_no_rows)
{
        Fixture f;
        usec_t begin;

        setup_open(&f);
        disk.n_syncs_to_fail = 1000;
        begin = now_usec(&f); /* as above */
        grant(&f, 7);
        run_until(&f, f.n_changed == 2);
        grant(&f, 7);
        run_until(&f, f.n_changed == 4);
        ck_assert_uint_gt(now_usec(&f) - begin, 1500 * USEC_PER_MSEC);
        ck_assert(lease_keeper_is_healthy(f.keeper));
        ck_assert(!is_bound(&f, 7));
        teardown(&f);
}
END_TEST

TEST_MAIN("lease-keeper", new_file, file_with_leases, directory_of_another_daemon,
        directory_that_comes_late, read_only_at_the_start, large_replies_are_bounded,
        delays_are_counted, sync_fails_once, disk_fails_on, disk_takes_files_but_no_rows);
