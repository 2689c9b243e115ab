/* SPDX-License-Identifier: MIT */
/* Stories of a lease file whose disk fails: what is told of it, step by step, and what comes back
 * when it recovers. test-lease-file-faults.c tries every place; here the order of events counts. */

#include "faulty-disk.h"

/* One failure, step by step: what is refused and from where on. */
START_TEST(test_failure_step_by_step)
{
        open_faulty();
        desk.drives_rewrites = false;
        ck_assert_int_eq(desk_commit(&desk, 0, true), 0);
        desk_settle(&desk);

        arm(CALL_FDATASYNC, 0, 1, EIO);
        ck_assert_int_eq(desk_commit(&desk, 1, true), 0);
        (void) lease_file_flush(desk.file);
        ck_assert_int_eq(desk_commit(&desk, 2, true), 0); /* collected behind it */
        desk_wait(&desk);
        ck_assert_uint_eq(desk_process(&desk), 1);
        ck_assert_uint_eq(desk.n_events[DESK_FAILED], 1);
        ck_assert_int_eq(desk.last_failure.error, -EIO);
        ck_assert_str_eq(desk.last_failure.operation, "fdatasync");
        ck_assert_uint_eq(desk.last_failure.commit, 2);
        ck_assert(!desk.leases[1].present);
        ck_assert(!desk.leases[2].present);

        ck_assert(desk_is_suspect(&desk));
        ck_assert(lease_file_wants_rewrite(desk.file, 1));
        ck_assert_int_eq(desk_commit(&desk, 3, true), -EIO);
        (void) lease_file_flush(desk.file);

        /* the first try to recover fails too */
        arm(CALL_FSYNC, 0, 1, ENOSPC);
        desk_rewrite_begin(&desk);
        desk_settle(&desk);
        ck_assert_uint_eq(desk.n_events[DESK_REWRITE_FAILED], 1);
        ck_assert_str_eq(desk.last_failure.operation, "fsync");
        ck_assert(desk_is_suspect(&desk));
        ck_assert(!desk_exists(&desk, ".leases.csv.tmp"));
        ck_assert_int_eq(desk_commit(&desk, 3, true), -EIO);

        desk_rewrite_begin(&desk);
        ck_assert_int_eq(desk_commit(&desk, 3, true), -EIO); /* not before it has succeeded */
        desk_settle(&desk);
        ck_assert_uint_eq(desk.n_events[DESK_RECOVERED], 1);
        ck_assert_uint_eq(desk.n_events[DESK_REWRITTEN], 0);
        ck_assert_int_eq(desk_commit(&desk, 3, true), 0);
        desk_settle(&desk);
        desk_assert_reloads(&desk);
        desk_done(&desk);
}
END_TEST

/* A rewrite that fails leaves a healthy file alone, and is not asked for again at once. */
START_TEST(test_compaction_fails)
{
        open_faulty();
        desk.drives_rewrites = false;
        for (size_t i = 0; i < 1200; i++)
                ck_assert_int_eq(desk_commit(&desk, i % 10, true), 0);
        desk_settle(&desk);
        ck_assert(lease_file_wants_rewrite(desk.file, 10));

        arm(CALL_OPEN, 0, 1, EMFILE);
        desk_rewrite_begin(&desk);
        ck_assert_int_eq(desk_commit(&desk, 11, true), 0);
        desk_settle(&desk);
        ck_assert_uint_eq(desk.n_events[DESK_REWRITE_FAILED], 1);
        ck_assert_uint_eq(desk.n_events[DESK_FAILED], 0);
        ck_assert_int_eq(desk.last_failure.error, -EMFILE);
        ck_assert_str_eq(desk.last_failure.operation, "open");
        ck_assert(!desk_is_suspect(&desk));
        ck_assert(!lease_file_wants_rewrite(desk.file, 10));
        ck_assert_int_eq(desk_commit(&desk, 12, true), 0);
        desk_settle(&desk);
        desk_assert_reloads(&desk);
        desk_done(&desk);
}
END_TEST

/* A save is noticed, and then the rewrite fails: what was held is refused after all. */
START_TEST(test_held_then_failed)
{
        open_faulty();
        desk.drives_rewrites = false;
        ck_assert_int_eq(desk_commit(&desk, 0, true), 0);
        desk_settle(&desk);
        save_foreign();
        ck_assert_int_eq(desk_commit(&desk, 1, true), 0);
        (void) lease_file_flush(desk.file);
        desk_wait(&desk);
        ck_assert_uint_eq(desk_process(&desk), 0);
        ck_assert_int_eq(desk_commit(&desk, 2, true), 0);

        arm(CALL_RENAME, 0, 1, EROFS);
        desk_rewrite_begin(&desk);
        desk_settle(&desk);
        ck_assert_uint_eq(desk.n_events[DESK_FAILED], 1);
        ck_assert_uint_eq(desk.n_events[DESK_REWRITE_FAILED], 1);
        ck_assert_uint_eq(desk.durable, 1);
        ck_assert(!desk.leases[1].present && !desk.leases[2].present);
        ck_assert(desk_contains(&desk, "leases.csv", "theirs"));

        desk_rewrite_begin(&desk);
        desk_settle(&desk);
        ck_assert_uint_eq(desk.n_events[DESK_RECOVERED], 1);
        ck_assert(desk_contains(&desk, "leases.csv~", "theirs"));
        desk_assert_reloads(&desk);
        desk_done(&desk);
}
END_TEST

/* Can be read, but not be appended to (root's mv), or not be made, or might not be the one that is
 * found after a power cut: suspect from the start. */
START_TEST(test_suspect_from_the_start)
{
        static const struct {
                bool exists;
                Call call;
                size_t first;
                int error;
                const char *operation;
        } cases[] = {
                /* without a file the first open finds that, and the second cannot make one */
                {false, CALL_OPEN, 1, EACCES, "open"},
                {true, CALL_OPEN, 0, EACCES, "open"},
                {true, CALL_FSYNC, 0, EIO, "fsync of the directory"},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                const bool exists = cases[i].exists;

                desk_init(&desk, true);
                desk.operations = &faulty_operations;
                if (exists)
                        desk_write(&desk, "leases.csv",
                                DESK_HEADER "10.0.0.1,ff:00,,c0,bound,infinite,lan,\n");
                arm(cases[i].call, cases[i].first, 1, cases[i].error);
                desk_open(&desk);
                ck_assert(desk_is_suspect(&desk));
                desk_load(&desk, &desk.clock, &listing, NULL);
                ck_assert_str_eq(
                        listing.text, exists ? "10.0.0.1 ff00 c0 bound infinite lan\n" : "");
                desk.leases[0] = (DeskLease){.present = exists, .expires = USEC_INFINITY};
                ck_assert_int_eq(desk_commit(&desk, 1, true), -EIO);

                /* there is something to tell without any further call */
                ck_assert_uint_eq(desk_process(&desk), 1);
                ck_assert_uint_eq(desk.n_events[DESK_FAILED], 1);
                ck_assert_uint_eq(desk.last_failure.commit, UINT64_MAX);
                ck_assert_int_eq(desk.last_failure.error, -cases[i].error);
                ck_assert_str_eq(desk.last_failure.operation, cases[i].operation);

                desk_settle(&desk);
                ck_assert_uint_eq(desk.n_events[DESK_RECOVERED], 1);
                ck_assert_uint_eq(desk.n_events[DESK_PUT_ASIDE], 0);
                ck_assert_int_eq(desk_commit(&desk, 1, true), 0);
                desk_settle(&desk);
                desk_assert_reloads(&desk);
                desk_done(&desk);
        }
}
END_TEST

START_TEST(test_unreadable)
{
        LeaseFile *file = NULL;

        desk_init(&desk, true);
        desk_write(&desk, "leases.csv", "secret");
        arm(CALL_OPEN, 0, 2, EACCES);
        ck_assert_int_eq(desk_open_file(&file, desk.path, &faulty_operations), -EACCES);
        desk_assert_file(&desk, "leases.csv", "secret");
        desk_done(&desk);
}
END_TEST

/* Wrong lines that cannot be copied are not lost: the whole file is kept. */
START_TEST(test_rejected_cannot_be_written)
{
        Problems problems = {0};

        desk_init(&desk, true);
        desk.operations = &faulty_operations;
        desk_write(&desk, "leases.csv", DESK_HEADER "wrong\n");
        desk_open(&desk);
        arm(CALL_WRITE, 0, 1, ENOSPC);
        desk_load(&desk, &desk.clock, &listing, &problems);
        ck_assert_uint_eq(problems.n_items, 2);
        ck_assert_ptr_nonnull(strstr(problems.items[1].text, "No space left on device"));
        desk_settle(&desk);
        desk_assert_file(&desk, "leases.csv", DESK_HEADER);
        desk_assert_file(&desk, "leases.csv~", DESK_HEADER "wrong\n");
        ck_assert_uint_eq(desk.n_events[DESK_PUT_ASIDE], 0);
        problems_done(&problems);
        desk_done(&desk);
}
END_TEST

/* A disk that stands still. */
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;

static int gated_fdatasync(int fd) {
        (void) fd;
        (void) pthread_mutex_lock(&gate);
        (void) pthread_mutex_unlock(&gate);
        return 0;
}

/* While fdatasync() hangs the loop goes on: it collects, hands slices over, hears that the worker
 * lags, and nothing is called durable. */
START_TEST(test_disk_stands_still)
{
        FileOperations operations = faulty_operations;
        int lagging = 0;

        operations.fdatasync = gated_fdatasync;
        desk_init(&desk, true);
        desk.operations = &operations;
        desk_open(&desk);

        (void) pthread_mutex_lock(&gate);
        ck_assert_int_eq(desk_commit(&desk, 0, true), 0);
        (void) lease_file_flush(desk.file);
        for (size_t i = 1; i < 60; i++)
                ck_assert_int_eq(desk_commit(&desk, i, true), 0);
        desk_rewrite_begin(&desk);
        for (size_t i = 0; i < 8; i++) {
                desk_rewrite_slice(&desk);
                lagging = lease_file_rewrite_flush(desk.file);
        }
        ck_assert_int_eq(lagging, 1);
        ck_assert_uint_eq(desk_process(&desk), 0);
        ck_assert_uint_eq(desk.durable, 0);
        (void) pthread_mutex_unlock(&gate);

        desk_settle(&desk);
        ck_assert_uint_eq(desk.durable, 60);
        ck_assert_uint_eq(desk.n_events[DESK_DURABLE], 2);
        desk_assert_reloads(&desk);
        desk_done(&desk);
}
END_TEST

/* A disk that stands still and then fails. */
static int gated_failing_fdatasync(int fd) {
        (void) gated_fdatasync(fd);
        return is_faulty(CALL_FDATASYNC) ? -1 : 0;
}

/* A rewrite is under way, wholly or in part, behind a batch that fails: it must not be done, for
 * its slices hold what is about to be taken back. */
static void fail_before_rewrite_ends(bool begun_before) {
        struct stat before, after;

        desk.drives_rewrites = false;
        desk_open(&desk);
        ck_assert_int_eq(desk_commit(&desk, 0, true), 0);
        desk_settle(&desk);
        ck_assert_int_eq(stat(desk.path, &before), 0);

        arm(CALL_FDATASYNC, 0, 1, EIO);
        (void) pthread_mutex_lock(&gate);
        if (begun_before)
                desk_rewrite_begin(&desk);
        ck_assert_int_eq(desk_commit(&desk, 1, true), 0);
        (void) lease_file_flush(desk.file);
        if (!begun_before)
                desk_rewrite_begin(&desk);
        while (!desk.rewrite_handed_over)
                desk_rewrite_slice(&desk);
        (void) pthread_mutex_unlock(&gate);
        desk_settle(&desk);
        ck_assert_uint_eq(desk.n_events[DESK_FAILED], 1);
        ck_assert_uint_eq(desk.n_events[DESK_REWRITE_FAILED], 1);
        ck_assert_uint_eq(desk.n_events[DESK_REWRITTEN], 0);

        /* closing waits for everything the worker has been given */
        desk.file = lease_file_free(desk.file);
        ck_assert_int_eq(stat(desk.path, &after), 0);
        ck_assert_uint_eq(before.st_ino, after.st_ino);
        ck_assert_int_eq(before.st_size, after.st_size);
        desk_assert_reloads(&desk);
}

START_TEST(test_rewrite_behind_failure)
{
        FileOperations operations = faulty_operations;

        operations.fdatasync = gated_failing_fdatasync;
        for (size_t begun_before = 0; begun_before < 2; begun_before++) {
                desk_init(&desk, true);
                desk.operations = &operations;
                fail_before_rewrite_ends(begun_before > 0);
                desk_done(&desk);
        }
}
END_TEST

static int gated_failing_fsync(int fd) {
        (void) gated_fdatasync(fd);
        return is_faulty(CALL_FSYNC) ? -1 : 0;
}

/* A rewrite that was to save what is held fails, with a batch behind it and rows behind that: all
 * are refused, and none comes back with the recovery that begins at once. */
START_TEST(test_refused_rows_stay_away)
{
        FileOperations operations = faulty_operations;
        LeaseStoreEvent event;

        operations.fsync = gated_failing_fsync;
        desk_init(&desk, true);
        desk.operations = &operations;
        desk.drives_rewrites = false;
        desk_open(&desk);
        ck_assert_int_eq(desk_commit(&desk, 0, true), 0);
        desk_settle(&desk);
        save_foreign();
        ck_assert_int_eq(desk_commit(&desk, 1, true), 0);
        (void) lease_file_flush(desk.file);
        desk_wait(&desk);
        (void) desk_process(&desk);

        arm(CALL_FSYNC, 0, 1, EIO);
        (void) pthread_mutex_lock(&gate);
        desk_rewrite_begin(&desk);
        while (!desk.rewrite_handed_over)
                desk_rewrite_slice(&desk);
        ck_assert_int_eq(desk_commit(&desk, 2, true), 0);
        (void) lease_file_flush(desk.file);
        ck_assert_int_eq(desk_commit(&desk, 3, true), 0);
        (void) pthread_mutex_unlock(&gate);
        while (lease_file_hear(desk.file, &event) == 0)
                desk_wait(&desk);
        ck_assert_int_eq(desk_handle(&desk, &event), DESK_FAILED);
        ck_assert_uint_eq(event.commit, 2);
        ck_assert_int_eq(lease_file_hear(desk.file, &event), 1);
        ck_assert_int_eq(event.type, LEASE_STORE_STATE);
        ck_assert_int_eq(lease_file_hear(desk.file, &event), 1);
        ck_assert_int_eq(desk_handle(&desk, &event), DESK_REWRITE_FAILED);

        desk_rewrite_begin(&desk);
        desk_settle(&desk);
        ck_assert_uint_eq(desk.n_events[DESK_RECOVERED], 1);
        ck_assert_uint_eq(desk.durable, 1);
        desk_assert_reloads(&desk);
        desk_done(&desk);
}
END_TEST

static int rename_without_exchange(
        int directory_fd, const char *from, const char *to, unsigned flags) {
        if (flags != 0) {
                errno = EINVAL;
                return -1;
        }
        return file_operations_default.rename_at(directory_fd, from, to, flags);
}

static int no_link_at(int directory_fd, const char *from, const char *to) {
        (void) directory_fd;
        (void) from;
        (void) to;
        errno = EPERM;
        return -1;
}

/* A file system that can neither exchange nor link: somebody's save is never overwritten. */
START_TEST(test_save_that_cannot_be_kept)
{
        FileOperations operations = faulty_operations;

        operations.rename_at = rename_without_exchange;
        operations.link_at = no_link_at;
        desk_init(&desk, true);
        desk.operations = &operations;
        desk.drives_rewrites = false;
        desk_open(&desk);
        ck_assert_int_eq(desk_commit(&desk, 0, true), 0);
        desk_rewrite_begin(&desk); /* without a save all is well */
        desk_settle(&desk);
        ck_assert_uint_eq(desk.n_events[DESK_REWRITTEN], 1);

        save_foreign();
        ck_assert_int_eq(desk_commit(&desk, 1, true), 0);
        (void) lease_file_flush(desk.file);
        desk_wait(&desk);
        (void) desk_process(&desk);
        for (size_t i = 0; i < 2; i++) {
                desk_rewrite_begin(&desk);
                desk_settle(&desk);
                ck_assert_int_eq(desk.last_failure.error, -EPERM);
                ck_assert(desk_contains(&desk, "leases.csv", "theirs"));
        }
        ck_assert_uint_eq(desk.n_events[DESK_FAILED], 1);
        desk_done(&desk);
}
END_TEST

/* A directory in which no lock file could be made: its file is rewritten by one server alone. */
START_TEST(test_lock_is_taken_later)
{
        static const char *const ways[] = {
                LOCK_FILE_NAME "/inside", LOCK_FILE_NAME, LOCK_FILE_NAME "~"};
        DirectoryLock other;
        int directory_fd;

        desk_init(&desk, true);
        ck_assert_int_eq(mkdir(desk_name(&desk, LOCK_FILE_NAME), 0700), 0);
        ck_assert_int_eq(mkdir(desk_name(&desk, LOCK_FILE_NAME "/inside"), 0700), 0);
        ck_assert_int_eq(mkdir(desk_name(&desk, LOCK_FILE_NAME "~"), 0700), 0);
        desk_open(&desk);
        desk.drives_rewrites = false;
        ck_assert_int_eq(lease_file_get_lock(desk.file)->error, -EEXIST);
        ck_assert_int_eq(desk_commit(&desk, 0, true), 0);
        desk_rewrite_begin(&desk);
        desk_settle(&desk);
        ck_assert_uint_eq(desk.n_events[DESK_REWRITTEN], 1);

        for (size_t i = 0; i < ELEMENTSOF(ways); i++)
                ck_assert_int_eq(rmdir(desk_name(&desk, ways[i])), 0);
        directory_fd = open(desk.directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        ck_assert_int_eq(directory_lock_take(&other, directory_fd), 0);
        desk_rewrite_begin(&desk);
        desk_settle(&desk);
        ck_assert_uint_eq(desk.n_events[DESK_REWRITE_FAILED], 1);
        ck_assert_int_eq(desk.last_failure.error, -EWOULDBLOCK);
        ck_assert_str_eq(desk.last_failure.operation, "lock");

        directory_lock_drop(&other);
        (void) close(directory_fd);
        desk_rewrite_begin(&desk);
        desk_settle(&desk);
        ck_assert_uint_eq(desk.n_events[DESK_REWRITTEN], 2);
        ck_assert_int_ge(lease_file_get_lock(desk.file)->fd, 0);
        desk_assert_reloads(&desk);
        desk_done(&desk);
}
END_TEST

TEST_MAIN("lease-file-failures", test_lock_is_taken_later, test_failure_step_by_step,
        test_compaction_fails, test_held_then_failed, test_suspect_from_the_start, test_unreadable,
        test_rejected_cannot_be_written, test_disk_stands_still, test_rewrite_behind_failure,
        test_refused_rows_stay_away, test_save_that_cannot_be_kept);
