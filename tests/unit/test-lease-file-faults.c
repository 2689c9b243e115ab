/* SPDX-License-Identifier: MIT */
/* The lease file on a failing disk: every system call fails once, at every place where it is made,
 * in every way, while leases are committed, the file is rewritten and somebody saves it. Whatever
 * happens: nothing is called durable that the file does not hold, nothing that is durable is lost,
 * nothing that was refused comes back, and the service resumes by itself. */

#include <pthread.h>
#include <stdatomic.h>

#include "lease-desk.h"

typedef enum Call {
        CALL_OPEN,
        CALL_WRITE,
        CALL_FDATASYNC,
        CALL_FSYNC,
        CALL_FTRUNCATE,
        CALL_RENAME,
        CALL_LINK,
        CALL_UNLINK,
        CALL_MAX,
} Call;

static Desk desk;
static DeskListing listing;

/* Written before the worker starts, counted by it. */
static struct {
        bool armed;
        Call call;
        size_t first; /* calls [first, first + n) fail */
        size_t n;
        int error; /* 0: a short write */
        atomic_size_t n_calls;
        atomic_size_t n_failed;
} fault;

/* Whether this call is to fail. */
static bool is_faulty(Call call) {
        size_t number;

        if (!fault.armed || call != fault.call)
                return false;
        number = atomic_fetch_add(&fault.n_calls, 1);
        if (number < fault.first || number >= fault.first + fault.n)
                return false;
        atomic_fetch_add(&fault.n_failed, 1);
        if (fault.error == 0)
                return true;
        errno = fault.error;
        return true;
}

static int faulty_open_at(int directory_fd, const char *name, int flags, mode_t mode) {
        return is_faulty(CALL_OPEN)
                       ? -1
                       : file_operations_default.open_at(directory_fd, name, flags, mode);
}

/* A full disk takes what it can and then nothing. */
static ssize_t faulty_write(int fd, const void *data, size_t size) {
        if (!is_faulty(CALL_WRITE))
                return write(fd, data, size);
        if (fault.error == 0 && size > 1)
                return write(fd, data, size / 2);
        errno = fault.error != 0 ? fault.error : ENOSPC;
        return -1;
}

/* Nothing of this is about power cuts: without real syncs there is time for thousands of runs. */
static int faulty_fdatasync(int fd) {
        (void) fd;
        return is_faulty(CALL_FDATASYNC) ? -1 : 0;
}

static int faulty_fsync(int fd) {
        (void) fd;
        return is_faulty(CALL_FSYNC) ? -1 : 0;
}

static int faulty_ftruncate(int fd, off_t size) {
        return is_faulty(CALL_FTRUNCATE) ? -1 : ftruncate(fd, size);
}

static int faulty_rename_at(int directory_fd, const char *from, const char *to, unsigned flags) {
        return is_faulty(CALL_RENAME)
                       ? -1
                       : file_operations_default.rename_at(directory_fd, from, to, flags);
}

static int faulty_link_at(int directory_fd, const char *from, const char *to) {
        return is_faulty(CALL_LINK) ? -1 : file_operations_default.link_at(directory_fd, from, to);
}

static int faulty_unlink_at(int directory_fd, const char *name) {
        return is_faulty(CALL_UNLINK) ? -1 : file_operations_default.unlink_at(directory_fd, name);
}

static const FileOperations faulty_operations = {
        .open_at = faulty_open_at,
        .write = faulty_write,
        .fdatasync = faulty_fdatasync,
        .fsync = faulty_fsync,
        .ftruncate = faulty_ftruncate,
        .rename_at = faulty_rename_at,
        .link_at = faulty_link_at,
        .unlink_at = faulty_unlink_at,
};

static void arm(Call call, size_t first, size_t n, int error) {
        fault.armed = true;
        fault.call = call;
        fault.first = first;
        fault.n = n;
        fault.error = error;
        atomic_store(&fault.n_calls, 0);
        atomic_store(&fault.n_failed, 0);
}

static void open_faulty(void) {
        desk_init(&desk, true);
        desk.operations = &faulty_operations;
        desk_open(&desk);
        desk_load(&desk, &desk.clock, &listing, NULL);
}

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
        char path[128], rejected[160];
        Problems problems = {0};
        LeaseFile *copy;
        int fd;

        (void) snprintf(path, sizeof(path), "%s/leases.csv", directory);
        (void) snprintf(rejected, sizeof(rejected), "%s.rejected", path);
        fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        ck_assert_int_ge(fd, 0);
        ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t) strlen(text));
        (void) close(fd);
        free(text);

        ck_assert_int_eq(lease_file_open(&copy, path), 0);
        ck_assert_int_eq(lease_file_load(copy, &desk.clock, find_row, found, &problems), 0);
        (void) lease_file_free(copy);
        problems_done(&problems);
        (void) unlink(path);
        (void) unlink(rejected);
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

static void save_foreign(void) {
        char *other;

        desk_write(&desk, "other", DESK_HEADER "10.0.9.9,01:02,,theirs,bound,infinite,lan,\n");
        other = strdup(desk_name(&desk, "other"));
        ck_assert_int_eq(rename(other, desk.path), 0);
        free(other);
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
        ck_assert(rewritten || desk.rewriting || desk.n_events[LEASE_FILE_FAILED] > 0);
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
}
END_TEST

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
        ck_assert_uint_eq(desk.n_events[LEASE_FILE_FAILED], 1);
        ck_assert_int_eq(desk.last_failure.error, -EIO);
        ck_assert_str_eq(desk.last_failure.operation, "fdatasync");
        ck_assert_uint_eq(desk.last_failure.commit, 2);
        ck_assert(!desk.leases[1].present);
        ck_assert(!desk.leases[2].present);

        ck_assert(lease_file_is_suspect(desk.file));
        ck_assert(lease_file_wants_rewrite(desk.file, 1));
        ck_assert_int_eq(desk_commit(&desk, 3, true), -EIO);
        (void) lease_file_flush(desk.file);

        /* the first try to recover fails too */
        arm(CALL_FSYNC, 0, 1, ENOSPC);
        desk_rewrite_begin(&desk);
        desk_settle(&desk);
        ck_assert_uint_eq(desk.n_events[LEASE_FILE_REWRITE_FAILED], 1);
        ck_assert_str_eq(desk.last_failure.operation, "fsync");
        ck_assert(lease_file_is_suspect(desk.file));
        ck_assert(!desk_exists(&desk, ".leases.csv.tmp"));
        ck_assert_int_eq(desk_commit(&desk, 3, true), -EIO);

        desk_rewrite_begin(&desk);
        ck_assert_int_eq(desk_commit(&desk, 3, true), -EIO); /* not before it has succeeded */
        desk_settle(&desk);
        ck_assert_uint_eq(desk.n_events[LEASE_FILE_RECOVERED], 1);
        ck_assert_uint_eq(desk.n_events[LEASE_FILE_REWRITTEN], 0);
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
        ck_assert_uint_eq(desk.n_events[LEASE_FILE_REWRITE_FAILED], 1);
        ck_assert_uint_eq(desk.n_events[LEASE_FILE_FAILED], 0);
        ck_assert_int_eq(desk.last_failure.error, -EMFILE);
        ck_assert_str_eq(desk.last_failure.operation, "open");
        ck_assert(!lease_file_is_suspect(desk.file));
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
        ck_assert_uint_eq(desk.n_events[LEASE_FILE_FAILED], 1);
        ck_assert_uint_eq(desk.n_events[LEASE_FILE_REWRITE_FAILED], 1);
        ck_assert_uint_eq(desk.durable, 1);
        ck_assert(!desk.leases[1].present && !desk.leases[2].present);
        ck_assert(desk_contains(&desk, "leases.csv", "theirs"));

        desk_rewrite_begin(&desk);
        desk_settle(&desk);
        ck_assert_uint_eq(desk.n_events[LEASE_FILE_RECOVERED], 1);
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
                ck_assert(lease_file_is_suspect(desk.file));
                desk_load(&desk, &desk.clock, &listing, NULL);
                ck_assert_str_eq(
                        listing.text, exists ? "10.0.0.1 ff00 c0 bound infinite lan\n" : "");
                desk.leases[0] = (DeskLease){.present = exists, .expires = USEC_INFINITY};
                ck_assert_int_eq(desk_commit(&desk, 1, true), -EIO);

                /* the descriptor has something to tell without any further call */
                desk_wait(&desk);
                ck_assert_uint_eq(desk_process(&desk), 1);
                ck_assert_uint_eq(desk.n_events[LEASE_FILE_FAILED], 1);
                ck_assert_uint_eq(desk.last_failure.commit, UINT64_MAX);
                ck_assert_int_eq(desk.last_failure.error, -cases[i].error);
                ck_assert_str_eq(desk.last_failure.operation, cases[i].operation);

                desk_settle(&desk);
                ck_assert_uint_eq(desk.n_events[LEASE_FILE_RECOVERED], 1);
                ck_assert_uint_eq(desk.n_events[LEASE_FILE_PUT_ASIDE], 0);
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
        ck_assert_int_eq(lease_file_open_with(&file, desk.path, &faulty_operations), -EACCES);
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
        ck_assert_uint_eq(desk.n_events[LEASE_FILE_PUT_ASIDE], 0);
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
        ck_assert_uint_eq(desk.n_events[LEASE_FILE_DURABLE], 2);
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
        ck_assert_uint_eq(desk.n_events[LEASE_FILE_FAILED], 1);
        ck_assert_uint_eq(desk.n_events[LEASE_FILE_REWRITE_FAILED], 1);
        ck_assert_uint_eq(desk.n_events[LEASE_FILE_REWRITTEN], 0);

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
        LeaseFileEvent event;

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
        while (lease_file_process(desk.file, &event) == 0)
                desk_wait(&desk);
        desk_handle(&desk, &event);
        ck_assert_int_eq(event.type, LEASE_FILE_FAILED);
        ck_assert_uint_eq(event.commit, 2);
        ck_assert_int_eq(lease_file_process(desk.file, &event), 1);
        desk_handle(&desk, &event);
        ck_assert_int_eq(event.type, LEASE_FILE_REWRITE_FAILED);

        desk_rewrite_begin(&desk);
        desk_settle(&desk);
        ck_assert_uint_eq(desk.n_events[LEASE_FILE_RECOVERED], 1);
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
        ck_assert_uint_eq(desk.n_events[LEASE_FILE_REWRITTEN], 1);

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
        ck_assert_uint_eq(desk.n_events[LEASE_FILE_FAILED], 1);
        desk_done(&desk);
}
END_TEST

TEST_MAIN("lease-file-faults", test_no_fault, test_write_fails, test_write_is_short,
        test_fdatasync_fails, test_fsync_fails, test_open_fails, test_rename_fails,
        test_rename_cannot_exchange, test_lesser_calls_fail, test_failure_step_by_step,
        test_compaction_fails, test_held_then_failed, test_suspect_from_the_start, test_unreadable,
        test_rejected_cannot_be_written, test_disk_stands_still, test_rewrite_behind_failure,
        test_refused_rows_stay_away, test_save_that_cannot_be_kept);
