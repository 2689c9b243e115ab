/* SPDX-License-Identifier: MIT */

/* The lease file's life under a loop: opened late, failing, mended, written anew. The disk's
 * misfortunes are made on the way to the kernel. */

#include <errno.h>
#include <fcntl.h>
#include <semaphore.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <syslog.h>
#include <unistd.h>

#include "core/grant.h"
#include "daemon/lease-keeper.h"
#include "redirect.h"
#include "test.h"

#define NET ((ipv4_t) 0xc0a80100)
#define HEADER "address,client_id,hardware_address,hostname,state,expires_at,pool,updated_at\n"
#define ROW_OF_7 "192.168.1.107,01:02:00:00:00:00:07,02:00:00:00:00:07,,bound,infinite,default,\n"

/* Set before the worker is at it, and counted by it. */
static struct {
        atomic_int n_syncs_to_fail;
        atomic_bool renames_fail;
        atomic_bool read_only;
        atomic_bool blocked; /* the next sync waits for the gate */
        atomic_uint n_renames;
        sem_t gate;
} disk;

/* In the place of the C library's. */
int fdatasync(int fd) {
        if (atomic_exchange(&disk.blocked, false))
                ck_assert_int_eq(sem_wait(&disk.gate), 0);
        if (atomic_load(&disk.n_syncs_to_fail) > 0) {
                atomic_fetch_sub(&disk.n_syncs_to_fail, 1);
                errno = EIO;
                return -1;
        }
        return (int) syscall(SYS_fdatasync, fd);
}

int renameat2(int old_fd, const char *old, int new_fd, const char *new, unsigned flags) {
        atomic_fetch_add(&disk.n_renames, 1);
        if (atomic_load(&disk.renames_fail)) {
                errno = ENOSPC;
                return -1;
        }
        return (int) syscall(SYS_renameat2, old_fd, old, new_fd, new, flags);
}

int openat(int directory, const char *name, int flags, ...) {
        va_list arguments;
        mode_t mode;

        va_start(arguments, flags);
        mode = flags & O_CREAT ? va_arg(arguments, mode_t) : 0;
        va_end(arguments);
        if (atomic_load(&disk.read_only) && (flags & O_ACCMODE) != O_RDONLY) {
                errno = EROFS;
                return -1;
        }
        return (int) syscall(SYS_openat, directory, name, flags, mode);
}

typedef struct Fixture {
        char directory[64];
        char path[128];
        sd_event *event;
        Server *server;
        Journal *journal;
        LeaseLog *lease_log;
        Transmitter *transmitter;
        Executor executor;
        LeaseKeeper *keeper;
        int udp;
        int saved_stderr;
        FILE *reader;
        unsigned n_changed;
        unsigned n_rewritten;
        int rewritten;
} Fixture;

static void on_changed(void *userdata) {
        Fixture *f = userdata;

        f->n_changed++;
}

static void on_rewritten(int r, void *userdata) {
        Fixture *f = userdata;

        ck_assert(!lease_keeper_is_rewriting(f->keeper));
        f->n_rewritten++;
        f->rewritten = r;
}

static void setup(Fixture *f) {
        static const uint8_t seed[16] = {7};
        Settings *settings;

        *f = (Fixture){.directory = "/tmp/lease-keeper-XXXXXX"};
        ck_assert_ptr_nonnull(mkdtemp(f->directory));
        (void) snprintf(f->path, sizeof(f->path), "%s/leases.csv", f->directory);
        ck_assert_int_eq(sem_init(&disk.gate, 0, 0), 0);
        f->reader = fdopen(redirect_stderr(&f->saved_stderr), "r");
        ck_assert_ptr_nonnull(f->reader);

        ck_assert_int_eq(server_new(&f->server, seed), 0);
        ck_assert_int_eq(settings_new_builtin(&settings), 0);
        ck_assert_int_eq(server_configure_take(f->server, settings, NULL), 0);
        ck_assert_int_ge(sd_event_new(&f->event), 0);
        ck_assert_int_eq(journal_new(&f->journal, LOG_INFO), 0);
        ck_assert_int_eq(lease_log_new(&f->lease_log, f->event, f->journal, f->server), 0);
        f->udp = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        ck_assert_int_ge(f->udp, 0);
        ck_assert_int_eq(transmitter_new(&f->transmitter, f->udp), 0);

        f->executor.server = f->server;
        f->executor.journal = f->journal;
        f->executor.lease_log = f->lease_log;
        f->executor.transmitter = f->transmitter;
        executor_read_clock(&f->executor);
        ck_assert_int_ge(executor_init(&f->executor, f->event), 0);
        ck_assert_int_eq(lease_keeper_new(&f->keeper, f->event, &f->executor, on_changed, f), 0);
        lease_keeper_set_rewritten(f->keeper, on_rewritten);
        ck_assert(!lease_keeper_is_healthy(f->keeper));
        ck_assert_ptr_null(lease_keeper_path(f->keeper));
}

/* A keeper with a healthy file. */
static void setup_open(Fixture *f) {
        setup(f);
        ck_assert_int_eq(lease_keeper_open(f->keeper, f->path), 0);
        ck_assert(lease_keeper_is_healthy(f->keeper));
        ck_assert_uint_eq(f->n_changed, 0);
}

static void teardown(Fixture *f) {
        char command[128];

        ck_assert_ptr_null(lease_keeper_free(f->keeper));
        executor_done(&f->executor);
        (void) transmitter_free(f->transmitter);
        (void) close(f->udp);
        if (f->journal) {
                (void) lease_log_free(f->lease_log);
                (void) journal_free(f->journal);
                restore_stderr(f->saved_stderr);
        }
        (void) fclose(f->reader);
        (void) server_free(f->server);
        (void) sd_event_unref(f->event);
        (void) snprintf(command, sizeof(command), "rm -r %s", f->directory);
        ck_assert_int_eq(system(command), 0);
}

/* What the journal was told, line by line; the last thing that is looked at. */
static void expect_journal(Fixture *f, const char *const *lines, size_t n) {
        char line[1024];

        f->lease_log = lease_log_free(f->lease_log);
        f->journal = journal_free(f->journal);
        restore_stderr(f->saved_stderr);
        for (size_t i = 0; i < n; i++) {
                ck_assert_msg(fgets(line, sizeof(line), f->reader), "no line like: %s", lines[i]);
                ck_assert_msg(strstr(line, lines[i]), "%s is not in: %s", lines[i], line);
        }
        ck_assert_msg(!fgets(line, sizeof(line), f->reader), "more: %s", line);
}

#define expect_lines(f, ...)                                                                       \
        do {                                                                                       \
                const char *const lines_[] = {__VA_ARGS__};                                        \
                expect_journal(f, lines_, ELEMENTSOF(lines_));                                     \
        } while (0)

static usec_t now_usec(Fixture *f) {
        executor_read_clock(&f->executor);
        return f->executor.clock.boottime;
}

/* Runs the loop until a condition holds. */
#define run_until(f, condition)                                                                    \
        do {                                                                                       \
                const usec_t deadline_ = now_usec(f) + 10 * USEC_PER_SEC;                          \
                while (!(condition)) {                                                             \
                        ck_assert_msg(now_usec(f) < deadline_, "never: %s", #condition);           \
                        ck_assert_int_ge(sd_event_run((f)->event, 100000), 0);                     \
                }                                                                                  \
        } while (0)

static void run_for(Fixture *f, usec_t span) {
        const usec_t end = now_usec(f) + span;

        while (now_usec(f) < end)
                ck_assert_int_ge(sd_event_run(f->event, 20000), 0);
}

static bool is_idle(const Fixture *f) {
        return f->executor.pending.n_entries == 0 && !lease_keeper_is_rewriting(f->keeper);
}

static void client_of(uint8_t number, uint8_t hardware[static 6], uint8_t client_id[static 7]) {
        memcpy(client_id, (const uint8_t[]){1, 2, 0, 0, 0, 0, number}, 7);
        memcpy(hardware, client_id + 1, 6);
}

/* A lease without end, as over the bus: one turn of the loop, nothing waited for. */
static void grant(Fixture *f, uint8_t number) {
        uint8_t hardware[6], client_id[7];
        const LeaseRecord record = {
                .address = NET + 100 + number,
                .client_id = client_id,
                .client_id_size = sizeof(client_id),
                .hardware = hardware,
                .hardware_type = 1,
                .hardware_size = sizeof(hardware),
                .expires = USEC_INFINITY,
        };

        client_of(number, hardware, client_id);
        executor_read_clock(&f->executor);
        actions_reset(&f->executor.actions);
        ck_assert_int_eq(server_add_lease(f->server, &record, f->executor.clock.boottime,
                                 &f->executor.actions),
                0);
        executor_run(&f->executor, 0);
        executor_flush(&f->executor);
}

static bool is_bound(const Fixture *f, uint8_t number) {
        const Lease *lease = lease_table_find(server_get_table(f->server), NET + 100 + number);

        return lease && lease->state == LEASE_BOUND;
}

static char *read_file(const Fixture *f) {
        FILE *file = fopen(f->path, "re");
        char *text = NULL;
        size_t size = 0;

        ck_assert_ptr_nonnull(file);
        ck_assert_int_ge(getdelim(&text, &size, '\0', file), 0);
        (void) fclose(file);
        return text;
}

static void write_file(const Fixture *f, const char *text) {
        FILE *file = fopen(f->path, "we");

        ck_assert_ptr_nonnull(file);
        ck_assert_int_ge(fputs(text, file), 0);
        ck_assert_int_eq(fclose(file), 0);
}

/* How often a client's row stands in the file. */
static size_t n_rows_of(const Fixture *f, uint8_t number) {
        _cleanup_free_ char *text = read_file(f);
        char address[32];
        size_t n = 0;

        (void) snprintf(address, sizeof(address), "\n192.168.1.%d,", 100 + number);
        for (const char *p = strstr(text, address); p; p = strstr(p + 1, address))
                n++;
        return n;
}

static LeaseFileStatistics statistics_of(const Fixture *f) {
        LeaseFileStatistics statistics;

        lease_file_get_statistics(f->executor.lease_file, &statistics);
        return statistics;
}

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
        write_file(&f, HEADER ROW_OF_7 "192.168.1.999,,,,bound,,,\n");
        ck_assert_int_eq(lease_keeper_open(f.keeper, f.path), 0);
        ck_assert(lease_keeper_is_healthy(f.keeper));
        ck_assert(is_bound(&f, 7));
        expect_lines(&f, "leases.csv:3: ");
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
        write_file(&f, HEADER ROW_OF_7);
        ck_assert_int_eq(rename(f.directory, away), 0);

        ck_assert_int_eq(lease_keeper_open(f.keeper, f.path), 0);
        ck_assert(!lease_keeper_is_healthy(f.keeper));
        ck_assert_uint_eq(f.n_changed, 1);
        ck_assert(!executor_is_ready(&f.executor));
        grant(&f, 8);
        ck_assert(!is_bound(&f, 8));
        lease_keeper_rewrite(f.keeper); /* of nothing */
        ck_assert(!lease_keeper_is_rewriting(f.keeper));
        lease_keeper_drain(f.keeper, USEC_PER_SEC);
        run_for(&f, 2500 * USEC_PER_MSEC);
        ck_assert(!lease_keeper_is_healthy(f.keeper));

        /* it comes, but cannot be written: leases are known, nothing is promised */
        atomic_store(&disk.read_only, true);
        ck_assert_int_eq(rename(away, f.directory), 0);
        run_until(&f, is_bound(&f, 7));
        run_for(&f, 500 * USEC_PER_MSEC);
        ck_assert(!lease_keeper_is_healthy(f.keeper));
        ck_assert_uint_eq(f.n_changed, 1);

        atomic_store(&disk.read_only, false);
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

START_TEST(directory_of_another_daemon)
{
        LeaseFile *other;
        Fixture f;

        setup(&f);
        ck_assert_int_eq(lease_file_open(&other, f.path), 0);
        ck_assert_int_eq(lease_keeper_open(f.keeper, f.path), -EWOULDBLOCK);
        ck_assert(!lease_keeper_is_healthy(f.keeper));
        ck_assert_ptr_null(lease_file_free(other));
        teardown(&f);
}
END_TEST

/* Known leases are known, but nothing is promised before it can be kept. */
START_TEST(read_only_at_the_start)
{
        Fixture f;

        setup(&f);
        write_file(&f, HEADER ROW_OF_7);
        atomic_store(&disk.read_only, true);
        ck_assert_int_eq(lease_keeper_open(f.keeper, f.path), 0);
        ck_assert(is_bound(&f, 7));
        ck_assert(!lease_keeper_is_healthy(f.keeper));
        ck_assert(!executor_is_ready(&f.executor));
        run_until(&f, f.n_changed == 1);
        run_for(&f, 500 * USEC_PER_MSEC);
        ck_assert(!lease_keeper_is_healthy(f.keeper));

        atomic_store(&disk.read_only, false);
        run_until(&f, lease_keeper_is_healthy(f.keeper));
        ck_assert_uint_eq(f.n_changed, 2);
        ck_assert_uint_eq(n_rows_of(&f, 7), 1);
        expect_lines(&f, "open failed: Read-only file system", "can be written again");
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

        atomic_store(&disk.n_syncs_to_fail, 1);
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
        usec_t failed;

        setup_open(&f);
        atomic_store(&disk.n_syncs_to_fail, 1);
        atomic_store(&disk.renames_fail, true);
        atomic_store(&disk.n_renames, 0);
        grant(&f, 7);
        run_until(&f, atomic_load(&disk.n_renames) == 1);
        failed = now_usec(&f);
        run_for(&f, 1500 * USEC_PER_MSEC);
        ck_assert_uint_eq(atomic_load(&disk.n_renames), 1);
        run_until(&f, atomic_load(&disk.n_renames) == 2);
        ck_assert_uint_lt(now_usec(&f) - failed, 3 * USEC_PER_SEC);
        ck_assert(!lease_keeper_is_healthy(f.keeper));
        ck_assert_uint_eq(f.n_changed, 1);

        atomic_store(&disk.renames_fail, false);
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
        usec_t failed;

        setup_open(&f);
        atomic_store(&disk.n_syncs_to_fail, 1000);
        grant(&f, 7);
        run_until(&f, f.n_changed == 2);
        grant(&f, 7);
        run_until(&f, f.n_changed == 3);
        failed = now_usec(&f);
        run_until(&f, f.n_changed == 4);
        ck_assert_uint_gt(now_usec(&f) - failed, 1500 * USEC_PER_MSEC);
        ck_assert(lease_keeper_is_healthy(f.keeper));
        ck_assert(!is_bound(&f, 7));
        teardown(&f);
}
END_TEST

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
        lease_keeper_rewrite(f.keeper);
        ck_assert(lease_keeper_is_rewriting(f.keeper));
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

/* A disk that hangs is not handed all of memory; when it goes on, so does the rewrite. */
START_TEST(rewrite_waits_for_the_disk)
{
        enum { N_LEASES = 50000 };
        size_t n_tagged;
        Fixture f;

        setup_open(&f);
        load_many(&f, N_LEASES);
        atomic_store(&disk.blocked, true);
        grant(&f, 7);
        lease_keeper_rewrite(f.keeper);
        run_for(&f, 500 * USEC_PER_MSEC);
        n_tagged = count_tagged(&f);
        ck_assert_uint_gt(n_tagged, 1);
        ck_assert_uint_lt(n_tagged, N_LEASES / 2);
        run_for(&f, 100 * USEC_PER_MSEC);
        ck_assert_uint_eq(count_tagged(&f), n_tagged);

        ck_assert_int_eq(sem_post(&disk.gate), 0);
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
                lease_keeper_rewrite(f.keeper);
        run_until(&f, f.n_rewritten > 0);
        ck_assert(!lease_keeper_is_rewriting(f.keeper));
        run_for(&f, 100 * USEC_PER_MSEC);
        ck_assert_uint_eq(f.n_rewritten, 1); /* told when both are over */
        ck_assert_int_eq(f.rewritten, 0);
        ck_assert_uint_eq(statistics_of(&f).n_rewrites, 2);
        teardown(&f);
}
END_TEST

/* Who has asked meanwhile is told of the attempt that follows. */
START_TEST(rewrite_fails_while_another_is_wanted)
{
        Fixture f;

        setup_open(&f);
        atomic_store(&disk.renames_fail, true);
        atomic_store(&disk.n_renames, 0);
        lease_keeper_rewrite(f.keeper);
        lease_keeper_rewrite(f.keeper);
        run_until(&f, atomic_load(&disk.n_renames) > 0);
        run_for(&f, 100 * USEC_PER_MSEC);
        ck_assert_uint_eq(f.n_rewritten, 0);
        ck_assert(lease_keeper_is_rewriting(f.keeper));

        atomic_store(&disk.renames_fail, false);
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
        while (statistics_of(&f).n_rewrites == 0) {
                ck_assert_uint_lt(n++, 20000);
                grant(&f, 7);
                ck_assert_int_ge(sd_event_run(f.event, 0), 0);
        }
        ck_assert_uint_gt(n, 100);
        run_until(&f, is_idle(&f));
        ck_assert_uint_lt(n_rows_of(&f, 7), n);
        ck_assert(lease_keeper_is_healthy(f.keeper));
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
        atomic_store(&disk.renames_fail, true);
        lease_keeper_rewrite(f.keeper);
        run_until(&f, f.n_rewritten == 1);
        ck_assert_int_eq(f.rewritten, -ENOSPC);
        ck_assert(!lease_keeper_is_rewriting(f.keeper));
        ck_assert(lease_keeper_is_healthy(f.keeper));
        ck_assert_uint_eq(f.n_changed, 0);
        grant(&f, 8);
        run_until(&f, is_idle(&f));
        ck_assert_uint_eq(n_rows_of(&f, 7), 1);
        ck_assert_uint_eq(n_rows_of(&f, 8), 1);

        atomic_store(&disk.renames_fail, false);
        lease_keeper_rewrite(f.keeper);
        run_until(&f, f.n_rewritten == 2);
        ck_assert_int_eq(f.rewritten, 0);
        teardown(&f);
}
END_TEST

/* At the end of the daemon: what is collected, and what waits for a rewrite, gets to the disk. */
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

TEST_MAIN("lease-keeper", new_file, file_with_leases, directory_that_comes_late,
        directory_of_another_daemon, read_only_at_the_start, sync_fails_once, disk_fails_on,
        disk_takes_files_but_no_rows, rewrite_in_slices, rewrite_waits_for_the_disk,
        rewrite_asked_for_meanwhile, rewrite_fails_while_another_is_wanted, rewrite_due,
        rewrite_fails, drain, drain_before_the_first_rewrite, drain_while_the_disk_fails,
        drain_of_a_disk_that_hangs);
