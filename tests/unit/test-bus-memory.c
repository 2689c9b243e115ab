/* SPDX-License-Identifier: MIT */

/* The bus without memory: each allocation that a call, a signal or a new connection leads to fails
 * in turn, those of sd-bus included. A caller gets an answer, or loses the connection, which is an
 * answer of the bus' own; a good answer is the whole answer; nothing is done by halves; and what
 * could not be told is told later. Leaks are the sanitizer's to find. */

#include <syslog.h>

#include "bus-calls.h"
#include "bus-fixture.h"
#include "bus/authorize.h"
#include "failing-memory.h"
#include "full-pool.h"
#include "invariants.h"
#include "server-digest.h"

enum {
        LEASES = 8,            /* two of them declined */
        ALLOCATIONS_ALL = 250, /* of a call each of which fails */
        ALLOCATIONS_MAX = 100000,
};

/* ---- one attempt
 * ----------------------------------------------------------------------------------
 */

typedef struct Attempt {
        Fixture f;
        bool fails;  /* an allocation of the server's end */
        size_t left; /* allocations until then */
        bool has_failed;
        bool lost; /* the connection */
} Attempt;

/* What the server's end does, with one of its allocations failing. */
#define FAILING(a, call)                                                                           \
        __extension__({                                                                            \
                if ((a)->fails && !(a)->has_failed)                                                \
                        memory_fail((a)->left);                                                    \
                __auto_type result_ = (call);                                                      \
                if ((a)->fails && !(a)->has_failed) {                                              \
                        (a)->has_failed = memory_recover();                                        \
                        (a)->left = memory_left();                                                 \
                }                                                                                  \
                result_;                                                                           \
        })
#define FAILING_VOID(a, call) (void) FAILING(a, ((call), 0))

static bool retry_is_set_up(const Attempt *a) {
        int enabled;

        ck_assert_int_ge(sd_event_source_get_enabled(a->f.bus->retry, &enabled), 0);
        return enabled == SD_EVENT_ONESHOT;
}

/* As fixture_pump(), and as sd-event does it: a connection that fails is closed. */
static void pump(Attempt *a) {
        for (unsigned i = 0; i < PUMP_ROUNDS_MAX; i++) {
                int here = a->lost ? 0 : FAILING(a, sd_bus_process(a->f.bus->connection, NULL));
                int there = sd_bus_process(a->f.driver, NULL);

                if (here < 0 || retry_is_set_up(a)) {
                        FAILING_VOID(a, bus_drop_connection(a->f.bus));
                        (void) sd_event_source_set_enabled(a->f.bus->retry, SD_EVENT_OFF);
                        a->lost = true;
                }
                if (there < 0 && a->lost)
                        return;
                ck_assert_int_ge(there, 0);
                if (here <= 0 && there == 0)
                        return;
        }
        ck_abort_msg("the two ends never come to rest");
}

static void add_host(Settings *settings, const char *name, uint8_t n, ipv4_t address) {
        HostSettings *host;

        ck_assert_int_eq(host_settings_new(&host, name), 0);
        memcpy(host->hardware, (const uint8_t[]){2, 0, 0, 0, 0xaa, n}, 6);
        host->hardware_size = 6;
        host->address = address;
        host->hostname = strdup("guest");
        host->origin = strdup("bus");
        ck_assert_int_eq(settings_add_host_take(settings, host), 0);
}

static PoolSettings *new_lan(void) {
        PoolSettings *pool;

        ck_assert_int_eq(pool_settings_new(&pool, "lan"), 0);
        pool->subnet = (Ipv4Prefix){.address = 0x0a000000, .length = 8};
        pool->ranges = calloc(1, sizeof(*pool->ranges));
        ck_assert_ptr_nonnull(pool->ranges);
        pool->ranges[0] = (Ipv4Range){.first = 0x0a010000, .last = 0x0a0100ff};
        pool->n_ranges = 1;
        return pool;
}

/* @moved: other pools and hosts than before */
static void configure(Fixture *f, bool moved) {
        Settings *settings;
        PoolSettings *pool;

        ck_assert_int_eq(settings_new(&settings), 0);
        ck_assert_int_eq(settings_add_pool_take(settings, new_lan()), 0);
        if (moved) {
                ck_assert_int_eq(pool_settings_new(&pool, "annex"), 0);
                pool->subnet = (Ipv4Prefix){.address = 0xc0a80200, .length = 24};
        } else
                pool = new_full_pool();
        ck_assert_int_eq(settings_add_pool_take(settings, pool), 0);
        add_host(settings, moved ? "scanner" : "printer", 1, 0x0a010032);
        add_host(settings, "camera", 2, 0x0a010033);
        ck_assert_int_eq(server_configure_take(f->server, settings, NULL), 0);
}

static void attempt_begin(Attempt *a) {
        *a = (Attempt){0};
        fixture_init(&a->f);
        fixture_configure(&a->f); /* the links */
        configure(&a->f, false);
        for (uint32_t i = 1; i <= LEASES; i++)
                fixture_add_lease(&a->f, i, i > LEASES - 2 ? LEASE_DECLINED : LEASE_BOUND);
        fixture_get_name(&a->f);
        bus_reloading(a->f.bus, false); /* pools and hosts are known from now on */
        fixture_pump(&a->f);
        fixture_forget_signals(&a->f);
        a->f.clock.boottime += 10 * USEC_PER_SEC;
        a->f.log_level = LOG_INFO;
}

/* Allocation @n of the server's end fails from now on. */
static void attempt_fail(Attempt *a, size_t n) {
        a->fails = true;
        a->left = n;
}

static void attempt_end(Attempt *a) {
        const char *sentence = invariants_broken(a->f.server);

        ck_assert_msg(!sentence, "%s", sentence);
        ck_assert_uint_eq(a->f.bus->n_calls, 0);
        ck_assert_uint_eq(a->f.bus->n_authorizations, 0);
        ck_assert_uint_eq(a->f.bus->n_questions, 0);
        fixture_done(&a->f);
}

/* ---- calls
 * ----------------------------------------------------------------------------------------
 */

/* What came of a call. */
typedef struct Outcome {
        char *reply; /* JSON; NULL for an error or none */
        char *error;
        char *change; /* that the daemon was told to make */
        uint64_t digest;
        uint64_t n_commits;
        unsigned n_executions;
        int log_level;
} Outcome;

static void outcome_done(Outcome *outcome) {
        free(outcome->reply);
        free(outcome->error);
        free(outcome->change);
}

static char *write_change(const BusChange *change) {
        char *text = NULL;
        size_t size;
        FILE *file = open_memstream(&text, &size);

        ck_assert_ptr_nonnull(file);
        ck_assert_int_gt(fprintf(file, "%d %d %d %s", (int) change->type, change->is_host,
                                 change->runtime, change->name),
                0);
        for (size_t i = 0; i < change->n_settings; i++) {
                (void) fprintf(file, "; %s", change->settings[i].key);
                for (char **value = change->settings[i].values; value && *value; value++)
                        (void) fprintf(file, " [%s]", *value);
        }
        ck_assert_int_eq(fclose(file), 0);
        return text;
}

static void send_call(Attempt *a, const Call *call) {
        sd_bus_message *m = fixture_new_call(&a->f, call->to[0], call->to[1], call->to[2]);

        if (call->append)
                call->append(m, &a->f);
        for (size_t i = 0; i < ELEMENTSOF(call->text) && call->text[i]; i++)
                append_must(sd_bus_message_append(m, "s", call->text[i]));
        a->f.uid_of_alice = call->asks_polkit ? 1000 : 0;
        a->f.has_polkit = true;
        fixture_post_take(&a->f, m);
        pump(a);
        if (call->asks_polkit && a->f.polkit_question && !a->lost) {
                ck_assert_int_ge(
                        sd_bus_reply_method_return(a->f.polkit_question, "(bba{ss})", 1, 0, 0), 0);
                pump(a);
        }
}

/* The daemon has carried out what it was told to. */
static void answer_call(Attempt *a, const Call *call) {
        Problems problems = {0};
        Fixture *f = &a->f;

        if (f->n_executions > 0)
                FAILING_VOID(a, bus_commit_durable(f->bus, server_last_commit(f->server)));
        if (f->change)
                FAILING_VOID(a, f->change_function(call->change_result,
                                        call->change_result < 0 ? "DNS=x: \xff" : NULL,
                                        f->change_userdata));
        if (f->n_reloads > 0) {
                ck_assert_int_eq(
                        problems_add(&problems, call->change_result >= 0, "/a\xff", 3, "odd"), 0);
                FAILING_VOID(a, bus_reloaded(f->bus, call->change_result, &problems));
                problems_done(&problems);
        }
        if (f->n_flushes > 0)
                FAILING_VOID(a, bus_flushed(f->bus, call->change_result));
        pump(a);
}

static void read_outcome(const Attempt *a, Outcome *ret) {
        const Fixture *f = &a->f;
        const sd_bus_error *error = f->reply ? sd_bus_message_get_error(f->reply) : NULL;

        *ret = (Outcome){
                .reply = f->reply && !error ? fixture_to_json(f->reply) : NULL,
                .error = error ? strdup(error->name) : NULL,
                .change = f->change ? write_change(f->change) : NULL,
                .digest = server_digest_values(f->server),
                .n_commits = server_last_commit(f->server),
                .n_executions = f->n_executions,
                .log_level = f->log_level,
        };
}

static bool is_memory(const char *error) {
        return strcmp(error, SD_BUS_ERROR_NO_MEMORY) == 0 ||
               strcmp(error, SD_BUS_ERROR_NO_REPLY) == 0; /* by the end of the connection */
}

/* Nothing, or all of it, and then the daemon was told. */
static void assert_whole(
        const Outcome *is, const Outcome *before, const Outcome *after, const char *what) {
        const bool done = is->digest == after->digest && is->n_executions == after->n_executions;

        ck_assert_msg(done || (is->digest == before->digest && is->n_commits == before->n_commits &&
                                      is->n_executions == 0),
                "%s: half done", what);
        ck_assert_msg(!is->change || (after->change && strcmp(is->change, after->change) == 0),
                "%s: the change is %s", what, is->change);
        ck_assert_msg(!is->error || is_memory(is->error) ||
                              (after->error && strcmp(is->error, after->error) == 0),
                "%s: %s instead of %s", what, is->error, after->error ? after->error : "success");
        if (is->reply) {
                ck_assert_msg(after->reply && strcmp(is->reply, after->reply) == 0,
                        "%s: %.300s instead of %.300s", what, is->reply,
                        after->reply ? after->reply : after->error);
                ck_assert_msg(done, "%s: said to be done", what);
                ck_assert_msg(!is->change == !after->change, "%s: no change", what);
                ck_assert_msg(is->log_level == after->log_level, "%s: not set", what);
        }
}

/* Return: whether so many allocations were made. */
static bool try_call(const Call *call, size_t n, const Outcome *before, const Outcome *after) {
        char what[256];
        Attempt a;
        Outcome is;

        (void) snprintf(
                what, sizeof(what), "allocation %zu of %s at %s", n, call->to[2], call->to[0]);
        attempt_begin(&a);
        attempt_fail(&a, n);
        send_call(&a, call);
        answer_call(&a, call);
        read_outcome(&a, &is);
        ck_assert_msg(is.reply || is.error || a.lost, "%s: no answer", what);
        if (call->is_cut && is.reply) {
                free(is.reply);
                is.reply = strdup(after->reply);
        }
        assert_whole(&is, before, after, what);
        outcome_done(&is);
        if (!a.lost)
                ck_assert_msg(fixture_call(&a.f, MANAGER, "GetStatistics", "") != NULL,
                        "%s: nothing is answered any more", what);
        attempt_end(&a);
        return a.has_failed;
}

START_TEST(test_calls)
{
        const Call *call = &calls[_i];
        Outcome before, after;
        Attempt a;
        size_t n = 0;

        attempt_begin(&a);
        read_outcome(&a, &before);
        send_call(&a, call);
        answer_call(&a, call);
        ck_assert(!a.lost);
        read_outcome(&a, &after);
        ck_assert(after.reply || after.error);
        attempt_end(&a);

        while (try_call(call, n, &before, &after)) {
                /* the largest answers are the same thing again and again */
                n += n < ALLOCATIONS_ALL ? 1 : 13;
                ck_assert_uint_lt(n, ALLOCATIONS_MAX);
        }
        ck_assert_uint_gt(n, 2);
        outcome_done(&before);
        outcome_done(&after);
}
END_TEST

/* ---- signals
 * --------------------------------------------------------------------------------------
 */

typedef struct Event {
        const char *name;
        void (*happen)(Attempt *a);
        const char *told[8][2]; /* members of signals, and what is in them */
        bool is_lease;          /* LeasesInvalidated does as well */
} Event;

static void lease_granted(Attempt *a) {
        FAILING_VOID(a, bus_lease_event(a->f.bus, 0x0a010001, LEASE_EVENT_GRANTED));
}

static void lease_renewed(Attempt *a) {
        FAILING_VOID(a, bus_lease_event(a->f.bus, 0x0a010001, LEASE_EVENT_RENEWED));
}

static void lease_deleted(Attempt *a) {
        FAILING_VOID(a, bus_lease_event(a->f.bus, 0x0a010001, LEASE_EVENT_DELETED));
}

static void reloaded(Attempt *a) {
        configure(&a->f, true);
        FAILING_VOID(a, bus_reloading(a->f.bus, true));
        FAILING_VOID(a, bus_reloading(a->f.bus, false));
}

static void settings_changed(Attempt *a) {
        configure(&a->f, true);
        FAILING_VOID(a, bus_settings_changed(a->f.bus));
}

/* What is there when the name comes is what later changes are told by. */
static void name_acquired(Attempt *a) {
        a->f.bus->owns_name = false;
        fixture_send_name(&a->f);
        pump(a);
        configure(&a->f, true);
        if (!a->lost)
                bus_settings_changed(a->f.bus);
}

static void links_changed(Attempt *a) {
        static const Link links[] = {
                {.ifindex = 4, .name = "lan1", .hardware_type = HARDWARE_ETHERNET, .up = true},
        };

        bus_links_changed(a->f.bus);
        ck_assert_int_eq(server_set_links(a->f.server, links, ELEMENTSOF(links)), 0);
        FAILING_VOID(a, bus_links_changed(a->f.bus));
}

static void state_changed(Attempt *a) {
        a->f.state = "lease-file-failing";
        FAILING_VOID(a, bus_state_changed(a->f.bus));
}

/* Those may be lost. */
static void notices(Attempt *a) {
        static const uint8_t hardware[ETHERNET_ADDRESS_SIZE] = {2, 0, 0, 0, 0, 9};

        FAILING_VOID(a, bus_pool_exhausted(a->f.bus, server_find_pool(a->f.server, "lan")));
        FAILING_VOID(a, bus_address_conflict(a->f.bus, 0x0a010001, hardware));
        FAILING_VOID(a, bus_proxy_arp_found(a->f.bus, 3, hardware));
}

#define OBJECTS_MOVED                                                                              \
        {"InterfacesAdded", BUS_POOL_PATH "/annex"}, {"InterfacesRemoved", FULL_PATH},             \
                {"InterfacesAdded", BUS_HOST_PATH "/scanner"},                                     \
                {"InterfacesRemoved", PRINTER_PATH}, {                                             \
                "LeasesInvalidated", ""                                                            \
        }

static const Event events[] = {
        {.name = "a grant",
                .happen = lease_granted,
                .told = {{"LeaseAdded", LEASE_1_PATH}},
                .is_lease = true},
        {.name = "a renewal",
                .happen = lease_renewed,
                .told = {{"LeaseChanged", LEASE_1_PATH}},
                .is_lease = true},
        {.name = "a deletion",
                .happen = lease_deleted,
                .told = {{"LeaseRemoved", LEASE_1_PATH}},
                .is_lease = true},
        {.name = "a reload",
                .happen = reloaded,
                .told = {OBJECTS_MOVED, {"PropertiesChanged", "\"LastReloadResult\""}}},
        {.name = "a change",
                .happen = settings_changed,
                .told = {OBJECTS_MOVED, {"PropertiesChanged", "\"Warnings\""}}},
        {.name = "a name", .happen = name_acquired, .told = {OBJECTS_MOVED}},
        {.name = "links",
                .happen = links_changed,
                .told = {{"InterfacesAdded", BUS_INTERFACE_PATH "/lan1"},
                        {"InterfacesRemoved", LINK_PATH}}},
        {.name = "the state",
                .happen = state_changed,
                .told = {{"PropertiesChanged", "\"lease-file-failing\""}}},
        {.name = "notices", .happen = notices, .told = {{NULL}}},
};

static bool is_told(const Fixture *f, const char *member, const char *text) {
        for (size_t i = 0; i < f->n_signals; i++) {
                char *json;
                bool found;

                if (strcmp(sd_bus_message_get_member(f->signals[i]), member) != 0)
                        continue;
                ck_assert_int_ge(sd_bus_message_rewind(f->signals[i], true), 0);
                json = fixture_to_json(f->signals[i]);
                found = strstr(json, text) != NULL;
                free(json);
                if (found)
                        return true;
        }
        return false;
}

/* What is owed is sent later, and there is a timer for that. */
static void settle(Attempt *a) {
        const Signals *signals = &a->f.bus->signals;
        int enabled;

        if (a->lost || (!signals->invalidated && !signals->dropped))
                return;
        ck_assert_int_ge(sd_event_source_get_enabled(signals->timer, &enabled), 0);
        ck_assert_int_eq(enabled, SD_EVENT_ONESHOT);
        a->f.clock.boottime += USEC_PER_SEC;
        ck_assert_int_eq(signals_settle(NULL, 0, a->f.bus), 0);
        pump(a);
        ck_assert(!signals->invalidated && !signals->dropped);
}

static bool try_event(const Event *event, size_t n) {
        Attempt a;

        attempt_begin(&a);
        attempt_fail(&a, n);
        event->happen(&a);
        pump(&a);
        settle(&a);
        for (size_t i = 0; event->told[i][0] && !a.lost; i++)
                ck_assert_msg(is_told(&a.f, event->told[i][0], event->told[i][1]) ||
                                      (event->is_lease && is_told(&a.f, "LeasesInvalidated", "")),
                        "allocation %zu of %s: %s of %s is not told", n, event->name,
                        event->told[i][0], event->told[i][1]);
        attempt_end(&a);
        return a.has_failed;
}

START_TEST(test_signals)
{
        size_t n = 0;

        while (try_event(&events[_i], n))
                ck_assert_uint_lt(++n, ALLOCATIONS_MAX);
        ck_assert_uint_gt(n, 2);
}
END_TEST

/* ---- the connection; sd-bus asserts that it is never short of memory while it is told of objects
 * -------------------------------------------------------------------------------
 */

START_TEST(test_bus_allocate)
{
        Fixture f = {0};

        ck_assert_int_ge(sd_event_new(&f.event), 0);
        ck_assert_int_eq(server_new(&f.server, (const uint8_t *) "0123456789abcdef"), 0);
        ck_assert_int_eq(
                MEMORY_EXHAUST(
                        bus_allocate(&f.bus, f.event, f.server, &fixture_operations, &f), !f.bus),
                0);
        fixture_done(&f);
}
END_TEST

/* A bus that could not be connected to is tried again. */
START_TEST(test_bus_connect)
{
        bool failed = true;
        size_t n = 0;

        ck_assert_int_eq(setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:abstract=mini-dhcp-none", 1), 0);
        for (; failed; n++) {
                Attempt a = {.f.state = "running"};
                int r;

                ck_assert_int_ge(sd_event_new(&a.f.event), 0);
                ck_assert_int_eq(server_new(&a.f.server, (const uint8_t *) "0123456789abcdef"), 0);
                r = MEMORY_TRY(n, failed,
                        bus_new(&a.f.bus, a.f.event, a.f.server, &fixture_operations, &a.f));
                if (r < 0) {
                        ck_assert_int_eq(r, -ENOMEM);
                        ck_assert_ptr_null(a.f.bus);
                } else
                        ck_assert(retry_is_set_up(&a));
                fixture_done(&a.f);
        }
        ck_assert_uint_gt(n, 2);
}
END_TEST

TEST_SUITE("bus-memory", suite, NULL) {
        TCase *tcase = test_cases_new(suite, "bus-memory");

        tcase_set_timeout(tcase, 2 * TEST_TIMEOUT);
        tcase_add_loop_test(tcase, test_calls, 0, ELEMENTSOF(calls));
        tcase_add_loop_test(tcase, test_signals, 0, ELEMENTSOF(events));
        tcase_add_test(tcase, test_bus_allocate);
        tcase_add_test(tcase, test_bus_connect);
}
