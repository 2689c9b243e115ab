/* SPDX-License-Identifier: MIT */

/* Time is virtual: what the loop and the worker wait for comes at once, and the clock says that it
 * took as long as it takes. Clocks, timers, epoll and poll are played where they meet the C
 * library, and the worker does a job when the loop has nothing else to do until the job's time.
 *
 * Each test runs in a process of its own, so that the disk is a healthy one at its start. */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <syslog.h>
#include <time.h>

#include "inline-worker.h"
#include "keeper-fixture.h"
#include "redirect.h"

FixtureDisk disk;

static char story[512 * 1024];

static void tell(const char *format, ...) _printf_(1, 2);

static void tell(const char *format, ...) {
        va_list arguments;
        size_t size;

        size = strlen(story);
        if (size > 0)
                size += (size_t) snprintf(story + size, sizeof(story) - size, ", ");
        va_start(arguments, format);
        size += (size_t) vsnprintf(story + size, sizeof(story) - size, format, arguments);
        va_end(arguments);
        ck_assert_uint_lt(size, sizeof(story));
}

void expect_story(const char *expected) {
        ck_assert_str_eq(story, expected);
        *story = '\0';
}

/* ---- the disk -------------------------------------------------------------------------------- */

/* Whether it is one of those that there are still to be, which is then one less. */
static bool count_down(unsigned *n) {
        if (*n == 0)
                return false;
        (*n)--;
        return true;
}

/* In the place of the C library's. */
int fdatasync(int fd) {
        int r;

        if (!count_down(&disk.n_syncs_to_pass) && count_down(&disk.n_syncs_to_fail)) {
                tell("sync fails");
                errno = EIO;
                return -1;
        }
        r = (int) syscall(SYS_fdatasync, fd);
        tell("sync");
        return r;
}

int renameat2(int old_fd, const char *old, int new_fd, const char *new, unsigned flags) {
        int r;

        disk.n_renames++;
        if (disk.renames_fail && !count_down(&disk.n_renames_to_pass)) {
                tell("rename fails");
                errno = ENOSPC;
                return -1;
        }
        r = (int) syscall(SYS_renameat2, old_fd, old, new_fd, new, flags);
        if (r >= 0)
                tell("rename");
        return r;
}

int openat(int directory, const char *name, int flags, ...) {
        va_list arguments;
        mode_t mode;

        va_start(arguments, flags);
        mode = flags & O_CREAT ? va_arg(arguments, mode_t) : 0;
        va_end(arguments);
        if (disk.read_only && (flags & O_ACCMODE) != O_RDONLY) {
                errno = EROFS;
                return -1;
        }
        return (int) syscall(SYS_openat, directory, name, flags, mode);
}

/* Nothing goes further than here. */
int sendmmsg(int fd, struct mmsghdr *messages, unsigned n, int flags) {
        (void) fd;
        (void) flags;
        for (unsigned i = 0; i < n; i++) {
                const struct msghdr *header = &messages[i].msg_hdr;
                const struct iovec *payload = &header->msg_iov[header->msg_iovlen - 1];

                tell("%.*s", (int) payload->iov_len, (const char *) payload->iov_base);
        }
        return (int) n;
}

/* ---- the worker ------------------------------------------------------------------------------ */

static int worker_event_fd = -1;
static usec_t job_done_at = USEC_INFINITY; /* of the job that the worker is at */

static usec_t now = 100000 * USEC_PER_SEC;

static usec_t worker_due(void) {
        const Job *job = inline_worker_due();

        if (!job || (disk.blocked && job->type == JOB_APPEND))
                return USEC_INFINITY;
        if (job_done_at == USEC_INFINITY)
                job_done_at = now + (job->type == JOB_APPEND ? disk.sync_usec : 0);
        return job_done_at;
}

static void do_job(void) {
        job_done_at = USEC_INFINITY;
        (void) inline_worker_do();
        ck_assert_int_eq(eventfd_write(worker_event_fd, 1), 0);
}

static int virtual_create(Worker **ret, JobFunction run, void *userdata) {
        const int r = inline_worker.create(ret, run, userdata);

        worker_event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        (*ret)->operations = &worker_thread;
        return r;
}

static void virtual_free(Worker *worker) {
        inline_worker.stop(worker);
        (void) close(worker_event_fd);
}

static void virtual_stop(Worker *worker) {
        inline_worker.stop(worker);
}

static void virtual_push(Worker *worker, Job *job) {
        inline_worker.push(worker, job);
}

static Job *virtual_pop(Worker *worker) {
        Job *job = inline_worker.pop(worker);
        eventfd_t n;

        if (!job)
                (void) eventfd_read(worker_event_fd, &n);
        return job;
}

static int virtual_fd(const Worker *worker) {
        (void) worker;
        return worker_event_fd;
}

/* In the place of the thread. */
const WorkerOperations worker_thread = {
        .create = virtual_create,
        .stop = virtual_stop,
        .free = virtual_free,
        .push = virtual_push,
        .pop = virtual_pop,
        .fd = virtual_fd,
};

/* ---- time ------------------------------------------------------------------------------------ */

enum { TIMERS_MAX = 16 };

typedef struct Timer {
        int fd;
        usec_t due;
} Timer;

static Timer timers[TIMERS_MAX];
static size_t n_timers;

/* The wall clock, as much ahead of the machine's. Its timer is the one that never comes and is
 * cancelled when the clock is set. */
static int64_t wall_offset_sec = 1795298100;
static int wall_timer = -1;

int clock_gettime(clockid_t id, struct timespec *ts) {
        ts->tv_sec = (time_t) (now / USEC_PER_SEC);
        ts->tv_nsec = (long) (now % USEC_PER_SEC) * 1000;
        if (id == CLOCK_REALTIME)
                ts->tv_sec += wall_offset_sec;
        return 0;
}

int timerfd_create(int id, int flags) {
        const int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

        (void) flags;
        if (id == CLOCK_REALTIME && wall_timer < 0)
                return wall_timer = fd;
        ck_assert_uint_lt(n_timers, TIMERS_MAX);
        timers[n_timers++] = (Timer){.fd = fd, .due = USEC_INFINITY};
        return fd;
}

int timerfd_settime(int fd, int flags, const struct itimerspec *new, struct itimerspec *old) {
        (void) flags;
        (void) old;
        for (size_t i = 0; i < n_timers; i++)
                if (timers[i].fd == fd) {
                        const struct timespec *value = &new->it_value;

                        timers[i].due = (usec_t) value->tv_sec * USEC_PER_SEC +
                                        (usec_t) value->tv_nsec / 1000;
                        if (value->tv_sec == 0 && value->tv_nsec == 0)
                                timers[i].due = USEC_INFINITY; /* disarmed */
                }
        return 0;
}

void step_wall_clock(int64_t sec) {
        wall_offset_sec += sec;
        ck_assert_int_eq(eventfd_write(wall_timer, 1), 0);
}

/* Lets time pass until the next thing happens, at most until @end. Return: whether one has. */
static bool pass(usec_t end) {
        Timer *next = NULL;

        for (size_t i = 0; i < n_timers; i++)
                if (!next || timers[i].due < next->due)
                        next = &timers[i];
        if (worker_due() <= end && (!next || worker_due() <= next->due)) {
                now = MAX(now, worker_due());
                do_job();
                return true;
        }
        if (next && next->due <= end && next->due != USEC_INFINITY) {
                now = MAX(now, next->due);
                next->due = USEC_INFINITY;
                ck_assert_int_eq(eventfd_write(next->fd, 1), 0);
                return true;
        }
        ck_assert_msg(end != USEC_INFINITY, "nothing will ever happen");
        now = MAX(now, end);
        return false;
}

static int wait_until(int fd, struct epoll_event *events, int n_max, usec_t end) {
        for (;;) {
                int n = (int) syscall(SYS_epoll_pwait, fd, events, n_max, 0, NULL, 8);

                if (n != 0 || !pass(end))
                        return n;
        }
}

int epoll_pwait2(int fd, struct epoll_event *events, int n_max, const struct timespec *timeout,
        const sigset_t *signals) {
        (void) signals;
        return wait_until(fd, events, n_max,
                timeout ? now + (usec_t) timeout->tv_sec * USEC_PER_SEC +
                                  ((usec_t) timeout->tv_nsec + 999) / 1000
                        : USEC_INFINITY);
}

int epoll_wait(int fd, struct epoll_event *events, int n_max, int timeout_msec) {
        return wait_until(fd, events, n_max,
                timeout_msec < 0 ? USEC_INFINITY : now + (usec_t) timeout_msec * USEC_PER_MSEC);
}

int poll(struct pollfd *fds, nfds_t n_fds, int timeout_msec) {
        const usec_t end = now + (usec_t) timeout_msec * USEC_PER_MSEC;
        const struct timespec at_once = {0};

        for (;;) {
                int n = (int) syscall(SYS_ppoll, fds, n_fds, &at_once, NULL, 8);

                if (n != 0 || !pass(end))
                        return n;
        }
}

/* ---- the keeper ------------------------------------------------------------------------------ */

static void on_changed(void *userdata) {
        Fixture *f = userdata;

        f->n_changed++;
}

static void on_rewritten(int r, void *userdata) {
        Fixture *f = userdata;

        f->n_rewritten++;
        f->rewritten = r;
}

void setup(Fixture *f) {
        static const uint8_t seed[16] = {7};
        Settings *settings;

        *f = (Fixture){0};
        (void) snprintf(f->directory, sizeof(f->directory), "%s/lease-keeper-XXXXXX",
                access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
        ck_assert_ptr_nonnull(mkdtemp(f->directory));
        (void) snprintf(f->path, sizeof(f->path), "%s/leases.csv", f->directory);
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

void setup_open(Fixture *f) {
        setup(f);
        ck_assert_int_eq(lease_keeper_open(f->keeper, f->path), 0);
        ck_assert(lease_keeper_is_healthy(f->keeper));
        ck_assert_uint_eq(f->n_changed, 0);
        expect_story("rename");
}

void teardown(Fixture *f) {
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

void expect_journal(Fixture *f, const char *const *lines, size_t n) {
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

usec_t now_usec(Fixture *f) {
        executor_read_clock(&f->executor);
        return f->executor.clock.boottime;
}

void run_for(Fixture *f, usec_t span) {
        const usec_t end = now_usec(f) + span;

        while (now_usec(f) < end)
                ck_assert_int_ge(sd_event_run(f->event, 20000), 0);
}

bool is_idle(const Fixture *f) {
        return f->executor.pending.n_entries == 0 && !is_rewriting(f);
}

bool is_rewriting(const Fixture *f) {
        return inline_worker_due() || inline_worker_has_done() ||
               (f->executor.store && lease_store_deadline(f->executor.store) != USEC_INFINITY);
}

static void client_of(uint8_t number, uint8_t hardware[static 6], uint8_t client_id[static 7]) {
        memcpy(client_id, (const uint8_t[]){1, 2, 0, 0, 0, 0, number}, 7);
        memcpy(hardware, client_id + 1, 6);
}

/* The beginning of a turn: a lease without end. */
static void add_lease(Fixture *f, uint8_t number) {
        uint8_t hardware[6], client_id[7];
        const LeaseRecord record = {
                .address = FIXTURE_NET + 100 + number,
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
}

void grant(Fixture *f, uint8_t number) {
        add_lease(f, number);
        executor_run(&f->executor, &(Cause){
                                           .actor.type = ACTOR_CLIENT,
                                           .asked = f->executor.clock.boottime,
                                   });
        executor_flush(&f->executor);
}

static void answer(Fixture *f, const char *type, uint8_t number, uint64_t after_commit) {
        Action *action = actions_add(&f->executor.actions, ACTION_SEND);
        char text[16];

        ck_assert_ptr_nonnull(action);
        (void) snprintf(text, sizeof(text), "%s .%d", type, 100 + number);
        action->send.after_commit = after_commit;
        action->send.destination.mode = SEND_UDP;
        action->send.packet = (const uint8_t *) text;
        action->send.size = strlen(text);
        executor_run(&f->executor, &(Cause){
                                           .actor.type = ACTOR_CLIENT,
                                           .asked = f->executor.clock.boottime,
                                   });
}

void request(Fixture *f, uint8_t number) {
        add_lease(f, number);
        answer(f, "ACK", number, server_last_commit(f->server));
}

void refuse(Fixture *f, uint8_t number) {
        executor_read_clock(&f->executor);
        actions_reset(&f->executor.actions);
        answer(f, "NAK", number, 0);
}

bool is_bound(const Fixture *f, uint8_t number) {
        const Lease *lease =
                lease_table_find(server_get_table(f->server), FIXTURE_NET + 100 + number);

        return lease && lease->state == LEASE_BOUND;
}

char *read_file(const Fixture *f) {
        FILE *file = fopen(f->path, "re");
        char *text = NULL;
        size_t size = 0;

        ck_assert_ptr_nonnull(file);
        ck_assert_int_ge(getdelim(&text, &size, '\0', file), 0);
        (void) fclose(file);
        return text;
}

void write_file(const Fixture *f, const char *text) {
        FILE *file = fopen(f->path, "we");

        ck_assert_ptr_nonnull(file);
        ck_assert_int_ge(fputs(text, file), 0);
        ck_assert_int_eq(fclose(file), 0);
}

size_t n_rows_of(const Fixture *f, uint8_t number) {
        _cleanup_free_ char *text = read_file(f);
        char address[32];
        size_t n = 0;

        (void) snprintf(address, sizeof(address), "\n192.168.1.%d,", 100 + number);
        for (const char *p = strstr(text, address); p; p = strstr(p + 1, address))
                n++;
        return n;
}

LeaseFileStatistics statistics_of(const Fixture *f) {
        LeaseFileStatistics statistics;

        lease_keeper_get_statistics(f->keeper, &statistics);
        return statistics;
}
