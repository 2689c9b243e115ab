/* SPDX-License-Identifier: MIT */
/* The lease file on a failing disk: every system call fails once, at every place where it is made,
 * in every way, while leases are committed, the file is rewritten and somebody saves it. Whatever
 * happens: nothing is called durable that the file does not hold, nothing that is durable is lost,
 * nothing that was refused comes back, and the service resumes by itself. */

#include "faulty-disk.h"

/* What a copy of the file, as a crash at this moment would leave it, holds for each lease. */
typedef struct Found {
        bool present[DESK_LEASES];
        uint64_t commit[DESK_LEASES];
} Found;

static int find_row(const LeaseRecord *record, const char *pool, void *userdata) {
        Found *found = userdata;
        const size_t i = record->address - DESK_ADDRESS(0);
        char name[32] = "";
        unsigned long long commit;

        (void) pool;
        ck_assert_uint_lt(i, DESK_LEASES);
        memcpy(name, record->hostname, MIN(record->hostname_size, sizeof(name) - 1));
        ck_assert_int_eq(sscanf(name, "c%llu", &commit), 1);
        found->present[i] = true;
        found->commit[i] = commit;
        return 0;
}

static void load_copy(Found *found) {
        char *directory = desk_make_directory(true), *text = desk_read(&desk, "leases.csv");
        char path[128], rejected[160], lock[160];
        Problems problems = {0};
        LeaseFile *copy;
        int fd;

        (void) snprintf(path, sizeof(path), "%s/leases.csv", directory);
        (void) snprintf(rejected, sizeof(rejected), "%s.rejected", path);
        (void) snprintf(lock, sizeof(lock), "%s/" LOCK_FILE_NAME, directory);
        fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        ck_assert_int_ge(fd, 0);
        ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t) strlen(text));
        (void) close(fd);
        free(text);

        ck_assert_int_eq(desk_open_file(&copy, path, NULL), 0);
        ck_assert_int_eq(desk_load_rows(copy, &desk.clock, find_row, found, &problems), 0);
        (void) lease_file_free(copy);
        problems_done(&problems);
        (void) unlink(path);
        (void) unlink(rejected);
        (void) unlink(lock);
        ck_assert_int_eq(rmdir(directory), 0);
        free(directory);
}

/* The newest commit of a lease that is durable, 0 when there is none. */
static uint64_t find_durable(size_t i) {
        for (uint64_t commit = desk.durable; commit > 0; commit--)
                if (!desk.commits[commit].failed && desk.commits[commit].index == i)
                        return commit;
        return 0;
}

/* A commit that the file may hold although it is not durable: on its way. */
static bool is_on_its_way(size_t i, bool present, uint64_t commit) {
        for (uint64_t c = desk.durable + 1; c <= desk.last_commit; c++) {
                if (desk.commits[c].failed || desk.commits[c].index != i)
                        continue;
                if (desk.commits[c].after.present == present && (!present || c == commit))
                        return true;
        }
        return false;
}

static void check_durable(Desk *unused) {
        Found found = {0};

        (void) unused;
        /* promised before somebody's save took the name: it will be there again */
        if (desk_contains(&desk, "leases.csv", "theirs"))
                return;
        load_copy(&found);
        for (size_t i = 0; i < DESK_LEASES; i++) {
                const uint64_t commit = find_durable(i);
                const bool present = commit > 0 && desk.commits[commit].after.present;

                if (found.present[i] == present && (!present || found.commit[i] == commit))
                        continue;
                ck_assert_msg(is_on_its_way(i, found.present[i], found.commit[i]),
                        "lease %zu: the file has %s%llu, promised was %s%llu", i,
                        found.present[i] ? "c" : "none, ", (unsigned long long) found.commit[i],
                        present ? "c" : "none, ", (unsigned long long) commit);
        }
}

/* Commits, turns, a rewrite in the middle of them, and at some point somebody's save. */
static void run_script(size_t n_steps, size_t save_at) {
        bool rewritten = false;

        for (size_t step = 0; step < n_steps; step++) {
                for (size_t n = 0; n <= step % 3; n++)
                        (void) desk_commit(&desk, (step * 5 + n * 11) % 16, (step + n) % 5 != 0);
                if (step == save_at)
                        save_foreign();
                if (step == n_steps / 3 && !desk.rewriting) {
                        desk_rewrite_begin(&desk);
                        rewritten = true;
                }
                desk_turn(&desk);
                /* the worker is fast or slow in turns; what is held waits for our slices */
                if (step % 4 == 1 && desk_has_open_commits(&desk) && !desk.rewriting) {
                        desk_wait(&desk);
                        desk_turn(&desk);
                }
        }
        ck_assert(rewritten || desk.rewriting || desk.n_events[DESK_FAILED] > 0);
        desk_settle(&desk);
}

/* Runs the script with one fault. Return: whether the fault came to pass. */
static bool run_with_fault(Call call, size_t first, size_t n, int error, size_t save_at) {
        uint64_t last;
        size_t i;

        open_faulty();
        desk.on_durable = check_durable;
        desk.cannot_unlink = call == CALL_UNLINK;
        arm(call, first, n, error);
        run_script(24, save_at);

        /* the disk is well again: the next commit succeeds, after as many rewrites as it takes */
        for (i = 0; i < n + 3; i++) {
                if (desk_commit(&desk, 20, true) == 0) {
                        last = desk.last_commit;
                        desk_settle(&desk);
                        if (desk.durable >= last && !desk.commits[last].failed)
                                break;
                }
                desk_settle(&desk);
        }
        ck_assert_msg(i < n + 3, "call %d, %zu to %zu: not recovered", (int) call, first, n);
        fault.armed = false;
        check_durable(&desk);
        desk_assert_reloads(&desk);
        if (save_at != SIZE_MAX && desk_exists(&desk, "leases.csv~"))
                ck_assert(desk_contains(&desk, "leases.csv~", "theirs"));
        desk_done(&desk);
        return atomic_load(&fault.n_failed) > 0;
}

static void run_all_places(Call call, int error) {
        static const size_t saves[] = {SIZE_MAX, 5, 12};
        static const size_t lengths[] = {1, 2, 5};

        for (size_t s = 0; s < ELEMENTSOF(saves); s++)
                for (size_t l = 0; l < ELEMENTSOF(lengths); l++)
                        for (size_t first = 0;; first++)
                                if (!run_with_fault(call, first, lengths[l], error, saves[s]))
                                        break;
}

START_TEST(test_no_fault)
{
        ck_assert(!run_with_fault(CALL_WRITE, SIZE_MAX, 1, EIO, SIZE_MAX));
        ck_assert(!run_with_fault(CALL_WRITE, SIZE_MAX, 1, EIO, 5));
}
END_TEST

START_TEST(test_write_fails)
{
        run_all_places(CALL_WRITE, ENOSPC);
        run_all_places(CALL_WRITE, EINTR);
}
END_TEST

START_TEST(test_write_is_short)
{ run_all_places(CALL_WRITE, 0); }
END_TEST

START_TEST(test_fdatasync_fails)
{ run_all_places(CALL_FDATASYNC, EIO); }
END_TEST

START_TEST(test_fsync_fails)
{ run_all_places(CALL_FSYNC, EIO); }
END_TEST

START_TEST(test_open_fails)
{ run_all_places(CALL_OPEN, ENOSPC); }
END_TEST

START_TEST(test_rename_fails)
{ run_all_places(CALL_RENAME, EIO); }
END_TEST

/* A file system that cannot exchange names: the save is linked before it is replaced. */
START_TEST(test_rename_cannot_exchange)
{ run_all_places(CALL_RENAME, EINVAL); }
END_TEST

START_TEST(test_lesser_calls_fail)
{
        run_all_places(CALL_LINK, EPERM);
        run_all_places(CALL_UNLINK, EIO);
        run_all_places(CALL_FTRUNCATE, EIO);
        run_all_places(CALL_ALLOCATE, ENOSPC);
}
END_TEST

TEST_MAIN("lease-file-faults", test_no_fault, test_write_fails, test_write_is_short,
        test_fdatasync_fails, test_fsync_fails, test_open_fails, test_rename_fails,
        test_rename_cannot_exchange, test_lesser_calls_fail);
