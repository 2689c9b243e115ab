/* SPDX-License-Identifier: MIT */
/* The connection to the bus: none, late, lost, the name taken, a bus that has stopped. The test is
 * the bus daemon, and it does not wait for the timer between two attempts. */

#include <fcntl.h>
#include <stddef.h>
#include <sys/un.h>
#include <time.h>

#include "bus-fixture.h"

typedef struct Daemon {
        Fixture *f;
        int listen_fd;
        char address[128];
        struct sockaddr_un socket;
        socklen_t socket_size;
        uint32_t name_answer; /* 0 = AccessDenied */
} Daemon;

static int on_method(sd_bus_message *m, void *userdata, sd_bus_error *error) {
        Daemon *daemon = userdata;

        (void) error;
        if (sd_bus_message_is_method_call(m, "org.freedesktop.DBus", "Hello"))
                return sd_bus_reply_method_return(m, "s", ":1.42");
        if (sd_bus_message_is_method_call(m, "org.freedesktop.DBus", "RequestName"))
                return daemon->name_answer == 0
                               ? sd_bus_reply_method_errorf(
                                         m, SD_BUS_ERROR_ACCESS_DENIED, "not this name")
                               : sd_bus_reply_method_return(m, "u", daemon->name_answer);
        return 0;
}

/* An abstract socket that nobody listens on yet. */
static void daemon_init(Daemon *daemon, Fixture *f) {
        static const uint8_t seed[16] = {1};

        *f = (Fixture){.state = "running"};
        *daemon = (Daemon){.f = f, .listen_fd = -1, .name_answer = 1};
        daemon->socket.sun_family = AF_UNIX;
        daemon->socket_size = (socklen_t) (offsetof(struct sockaddr_un, sun_path) + 1 +
                                           (size_t) snprintf(daemon->socket.sun_path + 1,
                                                   sizeof(daemon->socket.sun_path) - 1,
                                                   "mini-dhcp-test-%ld", (long) getpid()));
        (void) snprintf(daemon->address, sizeof(daemon->address), "unix:abstract=%s",
                daemon->socket.sun_path + 1);
        ck_assert_int_eq(setenv("DBUS_SYSTEM_BUS_ADDRESS", daemon->address, true), 0);
        ck_assert_int_ge(sd_event_new(&f->event), 0);
        ck_assert_int_eq(server_new(&f->server, seed), 0);
}

static void daemon_listen(Daemon *daemon) {
        daemon->listen_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        ck_assert_int_ge(daemon->listen_fd, 0);
        ck_assert_int_eq(bind(daemon->listen_fd, (const struct sockaddr *) &daemon->socket,
                                 daemon->socket_size),
                0);
        ck_assert_int_eq(listen(daemon->listen_fd, 8), 0);
}

static void daemon_accept(Daemon *daemon) {
        int fd = accept4(daemon->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        Fixture *f = daemon->f;

        ck_assert_int_ge(fd, 0);
        f->driver = fixture_open(f, fd, true);
        ck_assert_int_ge(sd_bus_add_filter(f->driver, NULL, fixture_on_message, f), 0);
        ck_assert_int_ge(
                sd_bus_add_object(f->driver, NULL, "/org/freedesktop/DBus", on_method, daemon), 0);
        fixture_pump(f);
}

static void daemon_done(Daemon *daemon) {
        fixture_done(daemon->f);
        if (daemon->listen_fd >= 0)
                (void) close(daemon->listen_fd);
}

static bool retry_is_set_up(const Fixture *f) {
        int enabled;

        ck_assert_int_ge(sd_event_source_get_enabled(f->bus->retry, &enabled), 0);
        return enabled == SD_EVENT_ONESHOT;
}

START_TEST(test_late_bus)
{
        static const usec_t delays[] = {2, 4, 8, 16, 30, 30, 30};
        Daemon daemon;
        Fixture f;

        daemon_init(&daemon, &f);
        ck_assert_int_eq(bus_new(&f.bus, f.event, f.server, &fixture_operations, &f), 0);
        for (size_t i = 0; i < ELEMENTSOF(delays); i++) {
                ck_assert(!bus_is_connected(f.bus));
                ck_assert(retry_is_set_up(&f));
                ck_assert_uint_eq(f.bus->retry_delay, delays[i] * USEC_PER_SEC);
                bus_try_connect(f.bus);
        }
        ck_assert_uint_eq(f.n_reports, 1);
        ck_assert_str_eq(f.last_report,
                "No connection to the system bus: Connection refused. Trying again.");

        daemon_listen(&daemon);
        bus_try_connect(f.bus);
        daemon_accept(&daemon);
        ck_assert(bus_is_connected(f.bus));
        ck_assert_uint_eq(f.n_reports, 2);
        ck_assert_str_eq(f.last_report, "On the system bus as org.minidhcp1.");
        ck_assert_uint_eq(f.bus->retry_delay, USEC_PER_SEC);
        daemon_done(&daemon);
}

/* The usual case says nothing. */
START_TEST(test_bus_there)
{
        Daemon daemon;
        Fixture f;

        daemon_init(&daemon, &f);
        daemon_listen(&daemon);
        ck_assert_int_eq(bus_new(&f.bus, f.event, f.server, &fixture_operations, &f), 0);
        ck_assert(!bus_is_connected(f.bus));
        daemon_accept(&daemon);
        ck_assert(bus_is_connected(f.bus));
        ck_assert_uint_eq(f.n_reports, 0);
        ck_assert(!retry_is_set_up(&f));
        ck_assert_ptr_nonnull(
                fixture_call(&f, BUS_MANAGER_PATH, BUS_MANAGER_INTERFACE, "ListPools", ""));
        daemon_done(&daemon);
}

START_TEST(test_bus_restarts)
{
        Daemon daemon;
        Fixture f;

        daemon_init(&daemon, &f);
        daemon_listen(&daemon);
        ck_assert_int_eq(bus_new(&f.bus, f.event, f.server, &fixture_operations, &f), 0);
        daemon_accept(&daemon);
        ck_assert(bus_is_connected(f.bus));

        for (unsigned i = 1; i <= 3; i++) {
                f.driver = sd_bus_close_unref(f.driver);
                while (sd_bus_process(f.bus->connection, NULL) > 0)
                        ;
                ck_assert(!bus_is_connected(f.bus));
                ck_assert(retry_is_set_up(&f));
                ck_assert_uint_eq(f.bus->retry_delay, 2 * USEC_PER_SEC);
                ck_assert_uint_eq(f.n_reports, 2 * i - 1);
                ck_assert_str_eq(f.last_report,
                        "No connection to the system bus: it was closed. Trying again.");

                bus_try_connect(f.bus);
                daemon_accept(&daemon);
                ck_assert(bus_is_connected(f.bus));
                ck_assert_uint_eq(f.n_reports, 2 * i);
        }
        daemon_done(&daemon);
}

/* Lost while the bus is asked for the name, and before the handshake is over. */
START_TEST(test_lost_early)
{
        Daemon daemon;
        Fixture f;

        daemon_init(&daemon, &f);
        daemon_listen(&daemon);
        ck_assert_int_eq(bus_new(&f.bus, f.event, f.server, &fixture_operations, &f), 0);
        ck_assert_int_eq(close(accept4(daemon.listen_fd, NULL, NULL, SOCK_CLOEXEC)), 0);
        while (sd_bus_process(f.bus->connection, NULL) > 0)
                ;
        ck_assert(!bus_is_connected(f.bus));
        ck_assert(retry_is_set_up(&f));
        ck_assert_uint_eq(f.bus->retry_delay, 2 * USEC_PER_SEC);
        ck_assert_uint_eq(f.n_reports, 1);
        daemon_done(&daemon);
}

START_TEST(test_name_is_taken)
{
        Daemon daemon;
        Fixture f;

        daemon_init(&daemon, &f);
        daemon.name_answer = 2; /* in the queue */
        daemon_listen(&daemon);
        ck_assert_int_eq(bus_new(&f.bus, f.event, f.server, &fixture_operations, &f), 0);
        daemon_accept(&daemon);
        ck_assert(!bus_is_connected(f.bus));
        ck_assert(!retry_is_set_up(&f));
        ck_assert_uint_eq(f.n_reports, 1);
        ck_assert_str_eq(f.last_report,
                "Somebody else has the name org.minidhcp1 on the system bus. Waiting for it.");

        fixture_get_name(&f);
        ck_assert_uint_eq(f.n_reports, 2);
        daemon_done(&daemon);
}

START_TEST(test_name_is_refused)
{
        Daemon daemon;
        Fixture f;

        daemon_init(&daemon, &f);
        daemon.name_answer = 0;
        daemon_listen(&daemon);
        ck_assert_int_eq(bus_new(&f.bus, f.event, f.server, &fixture_operations, &f), 0);
        daemon_accept(&daemon);
        ck_assert(!bus_is_connected(f.bus));
        ck_assert(retry_is_set_up(&f));
        ck_assert_str_eq(
                f.last_report, "No connection to the system bus: not this name. Trying again.");
        daemon_done(&daemon);
}

/* Anybody may send a signal that is called NameAcquired. */
START_TEST(test_forged_signals)
{
        static const struct {
                const char *sender, *interface, *member, *name;
        } cases[] = {
                {":1.66", "org.freedesktop.DBus", "NameAcquired", BUS_NAME},
                {"org.freedesktop.DBus", "org.freedesktop.DBus", "NameAcquired", ":1.42"},
                {"org.freedesktop.DBus", "org.freedesktop.DBus", "NameLost", "org.other"},
                {":1.66", "org.freedesktop.DBus.Local", "Disconnected", ""},
        };
        Daemon daemon;
        Fixture f;

        daemon_init(&daemon, &f);
        daemon.name_answer = 2;
        daemon_listen(&daemon);
        ck_assert_int_eq(bus_new(&f.bus, f.event, f.server, &fixture_operations, &f), 0);
        daemon_accept(&daemon);
        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                sd_bus_message *m;

                ck_assert_int_ge(sd_bus_message_new_signal(f.driver, &m, "/org/freedesktop/DBus",
                                         cases[i].interface, cases[i].member),
                        0);
                ck_assert_int_ge(sd_bus_message_append(m, "s", cases[i].name), 0);
                ck_assert_int_ge(sd_bus_message_set_sender(m, cases[i].sender), 0);
                ck_assert_int_ge(sd_bus_send(f.driver, m, NULL), 0);
                sd_bus_message_unref(m);
                fixture_pump(&f);
                ck_assert(!bus_is_connected(f.bus));
                ck_assert(!retry_is_set_up(&f));
        }
        ck_assert_uint_eq(f.n_reports, 1);
        daemon_done(&daemon);
}

static usec_t monotonic_now(void) {
        struct timespec now;

        ck_assert_int_eq(clock_gettime(CLOCK_MONOTONIC, &now), 0);
        return (usec_t) now.tv_sec * USEC_PER_SEC + (usec_t) now.tv_nsec / 1000;
}

static void set_send_buffer(const Fixture *f, int size) {
        ck_assert_int_eq(setsockopt(sd_bus_get_fd(f->bus->connection), SOL_SOCKET, SO_SNDBUF, &size,
                                 sizeof(size)),
                0);
}

static void connect_and_queue(Daemon *daemon, unsigned n_signals) {
        Fixture *f = daemon->f;
        uint64_t n_queued;

        daemon_listen(daemon);
        ck_assert_int_eq(bus_new(&f->bus, f->event, f->server, &fixture_operations, f), 0);
        daemon_accept(daemon);
        fixture_forget_signals(f);
        set_send_buffer(f, 4096);
        for (unsigned i = 0; i < n_signals; i++)
                bus_state_changed(f->bus);
        ck_assert_int_ge(sd_bus_get_n_queued_write(f->bus->connection, &n_queued), 0);
        ck_assert_uint_gt(n_queued, n_signals / 2);
}

/* What is queued goes out at the end. */
START_TEST(test_end)
{
        enum { N = 100 };
        Daemon daemon;
        Fixture f;

        daemon_init(&daemon, &f);
        connect_and_queue(&daemon, N);
        set_send_buffer(&f, 1024 * 1024);
        f.bus = bus_free(f.bus);
        while (sd_bus_process(f.driver, NULL) > 0)
                ;
        ck_assert_uint_eq(fixture_count_signals(&f, "PropertiesChanged"), N);
        daemon_done(&daemon);
}

/* A bus that has stopped does not keep us from ending. */
START_TEST(test_end_with_stopped_bus)
{
        usec_t start;
        Daemon daemon;
        Fixture f;

        daemon_init(&daemon, &f);
        connect_and_queue(&daemon, SIGNALS_QUEUED_MAX);
        start = monotonic_now();
        f.bus = bus_free(f.bus);
        ck_assert_uint_lt(monotonic_now() - start, 10 * USEC_PER_SEC);
        daemon_done(&daemon);
}

TEST_MAIN("bus-connection", test_late_bus, test_bus_there, test_bus_restarts, test_lost_early,
        test_name_is_taken, test_name_is_refused, test_forged_signals, test_end,
        test_end_with_stopped_bus);
