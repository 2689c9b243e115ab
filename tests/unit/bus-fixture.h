/* SPDX-License-Identifier: MIT */
#pragma once

/* A bus without a bus daemon: the objects of org.minidhcp1 at one end of a socket pair, and at the
 * other the test, which is every client and the bus driver itself. The clock is the test's. */

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>
#include <systemd/sd-id128.h>

#include "basic/buffer.h"
#include "basic/ipv4.h"
#include "bus/bus-internal.h"
#include "bus/json-text.h"
#include "core/server.h"
#include "test.h"
#include "wire/protocol.h"

#define ALICE ":1.7"
#define FIXTURE_INSTANCE "000102030405060708090a0b0c0d0e0f"
#define FIXTURE_GENERATION "1863957444599822" /* before the first change, by the seed */
#define FIXTURE_POLKIT "org.freedesktop.PolicyKit1.Authority"

enum {
        PUMP_ROUNDS_MAX = 100000,
        SIGNALS_MAX = 4096,
};

typedef struct Fixture {
        sd_event *event;
        Server *server;
        Bus *bus;
        sd_bus *driver; /* the test's end */
        ClockPair clock;
        usec_t clock_step; /* passes with each look at the clock */
        const char *state;
        unsigned n_resets;
        uint32_t uid_of_alice;
        bool alice_is_gone;
        bool answers; /* whether the driver answers questions for the user at once */
        sd_bus_message *question;
        bool has_polkit;
        sd_bus_message *polkit_question; /* the newest; a reference */
        unsigned n_polkit_questions;
        unsigned n_polkit_cancels;
        bool lease_file_fails;
        Actions actions; /* of the newest begin() */
        unsigned n_executions;
        uint32_t last_uid; /* who asked for the newest execution or reload */
        BusChange *change; /* the newest, unanswered */
        BusChangeFunction change_function;
        void *change_userdata;
        unsigned n_reloads;
        unsigned n_flushes;
        int log_level;
        char last_report[512];
        unsigned n_reports;
        sd_bus_message *reply;
        sd_bus_message *signals[SIGNALS_MAX];
        size_t n_signals;
} Fixture;

static inline void fixture_get_clock(void *userdata, ClockPair *ret) {
        Fixture *f = userdata;

        f->clock.boottime += f->clock_step;
        f->clock.realtime += f->clock_step;
        *ret = f->clock;
}

static inline const char *fixture_get_state(void *userdata) {
        return ((Fixture *) userdata)->state;
}

static inline const char *fixture_get_lease_file(void *userdata) {
        (void) userdata;
        return "/var/lib/mini-dhcp/leases-\xff.csv"; /* a legal name of a file */
}

static inline const char *fixture_get_last_reload(void *userdata) {
        (void) userdata;
        return "success";
}

static inline char *const *fixture_get_warnings(void *userdata) {
        static char first[] = "a.conf:7: odd", second[] = "b-\xff.conf:8: odder";
        static char *const warnings[] = {first, second, NULL};

        (void) userdata;
        return warnings;
}

static inline int fixture_each_counter(
        void *userdata, BusCounterFunction function, void *function_userdata) {
        (void) userdata;
        return function("socket-overflows", 17, function_userdata);
}

static inline int fixture_each_delays(
        void *userdata, BusDelaysFunction function, void *function_userdata) {
        static const uint64_t bounds[] = {100, 1000, UINT64_MAX}, n[] = {3, 0, 2};

        (void) userdata;
        return function("reply", bounds, n, ELEMENTSOF(n), 12345, function_userdata);
}

static inline void fixture_reset_counters(void *userdata, uint32_t uid) {
        ((Fixture *) userdata)->last_uid = uid;
        ((Fixture *) userdata)->n_resets++;
}

static inline void fixture_report(void *userdata, int priority, const char *message) {
        Fixture *f = userdata;

        (void) priority;
        (void) snprintf(f->last_report, sizeof(f->last_report), "%s", message);
        f->n_reports++;
}

static inline Actions *fixture_begin(void *userdata) {
        Fixture *f = userdata;

        actions_reset(&f->actions);
        return f->lease_file_fails ? NULL : &f->actions;
}

static inline void fixture_execute(void *userdata, uint32_t uid) {
        ((Fixture *) userdata)->n_executions++;
        ((Fixture *) userdata)->last_uid = uid;
}

static inline void fixture_change(
        void *userdata, BusChange *change, BusChangeFunction function, void *function_userdata) {
        Fixture *f = userdata;

        (void) bus_change_free(f->change);
        f->change = change;
        f->change_function = function;
        f->change_userdata = function_userdata;
}

static inline void fixture_reload(void *userdata, uint32_t uid) {
        ((Fixture *) userdata)->n_reloads++;
        ((Fixture *) userdata)->last_uid = uid;
}

static inline int fixture_flush(void *userdata, uint32_t uid) {
        Fixture *f = userdata;

        f->n_flushes++;
        f->last_uid = uid;
        return f->lease_file_fails ? -EIO : 0;
}

static inline int fixture_get_log_level(void *userdata) {
        return ((Fixture *) userdata)->log_level;
}

static inline void fixture_set_log_level(void *userdata, int level, uint32_t uid) {
        ((Fixture *) userdata)->log_level = level;
        ((Fixture *) userdata)->last_uid = uid;
}

static inline const char *fixture_get_log_target(void *userdata) {
        (void) userdata;
        return "journal";
}

static const BusOperations fixture_operations = {
        .get_clock = fixture_get_clock,
        .get_state = fixture_get_state,
        .get_lease_file = fixture_get_lease_file,
        .get_last_reload = fixture_get_last_reload,
        .get_warnings = fixture_get_warnings,
        .each_counter = fixture_each_counter,
        .each_delays = fixture_each_delays,
        .reset_counters = fixture_reset_counters,
        .report = fixture_report,
        .begin = fixture_begin,
        .execute = fixture_execute,
        .change = fixture_change,
        .reload = fixture_reload,
        .flush = fixture_flush,
        .get_log_level = fixture_get_log_level,
        .set_log_level = fixture_set_log_level,
        .get_log_target = fixture_get_log_target,
};

static inline void fixture_answer(Fixture *f) {
        int r;

        r = f->alice_is_gone ? sd_bus_reply_method_errorf(
                                       f->question, SD_BUS_ERROR_NAME_HAS_NO_OWNER, "gone")
                             : sd_bus_reply_method_return(f->question, "u", f->uid_of_alice);
        ck_assert_int_ge(r, 0);
        f->question = sd_bus_message_unref(f->question);
}

static inline int fixture_on_message(sd_bus_message *m, void *userdata, sd_bus_error *error) {
        Fixture *f = userdata;
        const char *name;
        uint8_t type;

        (void) error;
        ck_assert_int_ge(sd_bus_message_get_type(m, &type), 0);
        if (type == SD_BUS_MESSAGE_SIGNAL &&
                strcmp(sd_bus_message_get_path(m), "/org/freedesktop/DBus/Local") != 0) {
                ck_assert_uint_lt(f->n_signals, SIGNALS_MAX);
                f->signals[f->n_signals++] = sd_bus_message_ref(m);
        }
        if (sd_bus_message_is_method_call(m, "org.freedesktop.DBus", "GetConnectionUnixUser")) {
                ck_assert_int_gt(sd_bus_message_read_basic(m, 's', &name), 0);
                ck_assert_str_eq(name, ALICE);
                sd_bus_message_unref(f->question);
                f->question = sd_bus_message_ref(m);
                if (f->answers)
                        fixture_answer(f);
                return 1;
        }
        if (sd_bus_message_is_method_call(m, FIXTURE_POLKIT, "CheckAuthorization")) {
                if (!f->has_polkit)
                        return sd_bus_reply_method_errorf(
                                m, SD_BUS_ERROR_SERVICE_UNKNOWN, "There is no polkit.");
                sd_bus_message_unref(f->polkit_question);
                f->polkit_question = sd_bus_message_ref(m);
                f->n_polkit_questions++;
                return 1;
        }
        if (sd_bus_message_is_method_call(m, FIXTURE_POLKIT, "CancelCheckAuthorization")) {
                f->n_polkit_cancels++;
                return 1;
        }
        return 0;
}

/* Lets both ends work until neither has anything to do. */
static inline void fixture_pump(Fixture *f) {
        for (unsigned i = 0; i < PUMP_ROUNDS_MAX; i++) {
                int a = sd_bus_process(f->bus->connection, NULL);
                int b = sd_bus_process(f->driver, NULL);

                ck_assert_int_ge(a, 0);
                ck_assert_int_ge(b, 0);
                if (a == 0 && b == 0)
                        return;
        }
        ck_abort_msg("the two ends never come to rest");
}

static inline void fixture_forget_signals(Fixture *f) {
        while (f->n_signals > 0)
                sd_bus_message_unref(f->signals[--f->n_signals]);
}

static inline size_t fixture_count_signals(const Fixture *f, const char *member) {
        size_t n = 0;

        for (size_t i = 0; i < f->n_signals; i++)
                n += strcmp(sd_bus_message_get_member(f->signals[i]), member) == 0;
        return n;
}

static inline sd_bus *fixture_open(Fixture *f, int fd, bool server) {
        sd_id128_t id =
                SD_ID128_MAKE(01, 02, 03, 04, 05, 06, 07, 08, 09, 0a, 0b, 0c, 0d, 0e, 0f, 10);
        sd_bus *connection;

        (void) f;
        ck_assert_int_ge(sd_bus_new(&connection), 0);
        ck_assert_int_ge(sd_bus_set_fd(connection, fd, fd), 0);
        if (server)
                ck_assert_int_ge(sd_bus_set_server(connection, true, id), 0);
        ck_assert_int_ge(sd_bus_start(connection), 0);
        return connection;
}

static inline void fixture_send_name(Fixture *f) {
        sd_bus_message *m;

        ck_assert_int_ge(sd_bus_message_new_signal(f->driver, &m, "/org/freedesktop/DBus",
                                 "org.freedesktop.DBus", "NameAcquired"),
                0);
        ck_assert_int_ge(sd_bus_message_append(m, "s", BUS_NAME), 0);
        ck_assert_int_ge(sd_bus_message_set_sender(m, "org.freedesktop.DBus"), 0);
        ck_assert_int_ge(sd_bus_send(f->driver, m, NULL), 0);
        sd_bus_message_unref(m);
}

static inline void fixture_get_name(Fixture *f) {
        fixture_send_name(f);
        fixture_pump(f);
        ck_assert(bus_is_connected(f->bus));
}

static inline void fixture_init(Fixture *f) {
        static const uint8_t seed[16] = {1};
        int fds[2];

        *f = (Fixture){
                .clock = {.realtime = 1700000000 * USEC_PER_SEC, .boottime = 1000 * USEC_PER_SEC},
                .state = "running",
                .answers = true,
        };
        ck_assert_int_ge(sd_event_new(&f->event), 0);
        ck_assert_int_eq(server_new(&f->server, seed), 0);
        ck_assert_int_eq(bus_allocate(&f->bus, f->event, f->server, &fixture_operations, f), 0);
        /* else the same test is another one each time */
        (void) snprintf(f->bus->instance, sizeof(f->bus->instance), "%s", FIXTURE_INSTANCE);
        ck_assert_int_eq(
                socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds), 0);
        f->driver = fixture_open(f, fds[0], true);
        ck_assert_int_ge(sd_bus_add_filter(f->driver, NULL, fixture_on_message, f), 0);
        ck_assert_int_eq(bus_export_take(f->bus, fixture_open(f, fds[1], false)), 0);
        fixture_get_name(f);
}

static inline void fixture_done(Fixture *f) {
        fixture_forget_signals(f);
        sd_bus_message_unref(f->reply);
        sd_bus_message_unref(f->question);
        sd_bus_message_unref(f->polkit_question);
        (void) bus_change_free(f->change);
        (void) bus_free(f->bus);
        sd_bus_close_unref(f->driver);
        (void) server_free(f->server);
        sd_event_unref(f->event);
}

static inline int fixture_on_reply(sd_bus_message *m, void *userdata, sd_bus_error *error) {
        Fixture *f = userdata;

        (void) error;
        sd_bus_message_unref(f->reply);
        f->reply = sd_bus_message_ref(m);
        return 0;
}

/* A call of Alice's, to be filled. */
static inline sd_bus_message *fixture_new_call(
        Fixture *f, const char *path, const char *interface, const char *member) {
        sd_bus_message *m;

        ck_assert_int_ge(
                sd_bus_message_new_method_call(f->driver, &m, BUS_NAME, path, interface, member),
                0);
        ck_assert_int_ge(sd_bus_message_set_sender(m, ALICE), 0);
        return m;
}

static inline void fixture_post_take(Fixture *f, sd_bus_message *m) {
        ck_assert_int_ge(sd_bus_call_async(f->driver, NULL, m, fixture_on_reply, f, 0), 0);
        sd_bus_message_unref(m);
}

/* Return: the reply, or NULL for an error, which is in f->reply. Both belong to the fixture. */
static inline sd_bus_message *fixture_call_take(Fixture *f, sd_bus_message *m) {
        f->reply = sd_bus_message_unref(f->reply);
        fixture_post_take(f, m);
        fixture_pump(f);
        ck_assert_ptr_nonnull(f->reply);
        return sd_bus_message_is_method_error(f->reply, NULL) ? NULL : f->reply;
}

static inline sd_bus_message *fixture_call(Fixture *f, const char *path, const char *interface,
        const char *member, const char *types, ...) {
        sd_bus_message *m = fixture_new_call(f, path, interface, member);
        va_list arguments;

        va_start(arguments, types);
        if (*types)
                ck_assert_int_ge(sd_bus_message_appendv(m, types, arguments), 0);
        va_end(arguments);
        return fixture_call_take(f, m);
}

#define fixture_assert_error(f, expected_error)                                                    \
        do {                                                                                       \
                ck_assert_int_gt(sd_bus_message_is_method_error((f)->reply, NULL), 0);             \
                ck_assert_str_eq(sd_bus_message_get_error((f)->reply)->name, expected_error);      \
        } while (0)

/* The rest of a message as JSON, values separated by blanks, for free(). */
static inline char *fixture_to_json(sd_bus_message *m) {
        Buffer text = BUFFER_INIT;
        char *json;

        while (sd_bus_message_at_end(m, true) == 0) {
                if (text.size > 0)
                        (void) buffer_append_string(&text, " ");
                ck_assert_int_eq(json_write_value(&text, m), 0);
        }
        ck_assert_int_eq(buffer_take_string(&text, &json), 0);
        return json;
}

#define fixture_assert_json(f, expected)                                                           \
        do {                                                                                       \
                char *json_ = fixture_to_json((f)->reply);                                         \
                ck_assert_str_eq(json_, expected);                                                 \
                free(json_);                                                                       \
        } while (0)

/* A pool "lan" 10.0.0.0/8 that gives out 10.1.0.0-10.3.255.255, and a link "lan0" in it. */
static inline void fixture_configure(Fixture *f) {
        Link link = {
                .ifindex = 3,
                .name = "lan0",
                .hardware_type = HARDWARE_ETHERNET,
                .up = true,
                .hardware = {2, 0, 0, 0, 0, 1},
                .n_addresses = 1,
                .addresses = {{.address = 0x0a000001, .length = 8}},
        };
        PoolSettings *pool;
        Settings *settings;

        ck_assert_int_eq(settings_new(&settings), 0);
        ck_assert_int_eq(pool_settings_new(&pool, "lan"), 0);
        pool->subnet = (Ipv4Prefix){.address = 0x0a000000, .length = 8};
        pool->ranges = calloc(1, sizeof(*pool->ranges));
        ck_assert_ptr_nonnull(pool->ranges);
        pool->ranges[0] = (Ipv4Range){.first = 0x0a010000, .last = 0x0a03ffff};
        pool->n_ranges = 1;
        ck_assert_int_eq(settings_add_pool_take(settings, pool), 0);
        ck_assert_int_eq(server_set_links(f->server, &link, 1), 0);
        ck_assert_int_eq(server_configure_take(f->server, settings, NULL), 0);
}

/* A lease of 10.1.0.0 + n for the hour that began 100 seconds ago; client and Ethernet address are
 * made from n, the name is "host-n". */
static inline void fixture_add_lease(Fixture *f, uint32_t n, LeaseState state) {
        uint8_t id[7] = {HARDWARE_ETHERNET, 2, 0, (uint8_t) (n >> 24), (uint8_t) (n >> 16),
                (uint8_t) (n >> 8), (uint8_t) n};
        char hostname[32];
        LeaseRecord record = {
                .address = 0x0a010000 + n,
                .state = state,
                .client_id = id,
                .client_id_size = sizeof(id),
                .hardware = id + 1,
                .hardware_type = HARDWARE_ETHERNET,
                .hardware_size = sizeof(id) - 1,
                .hostname = hostname,
                .hostname_size = (uint8_t) snprintf(hostname, sizeof(hostname), "host-%u", n),
                .ifindex = 3,
                .started = 900 * USEC_PER_SEC,
                .expires = 4500 * USEC_PER_SEC,
                .last_seen = 950 * USEC_PER_SEC,
        };

        ck_assert_int_eq(server_load_lease(f->server, &record, f->clock.boottime), 0);
}
