/* SPDX-License-Identifier: MIT */
/* The follower against a server that is played: whatever happens to leases, hosts, server and
 * follower, what was told adds up to what is there, each change once and with what was there
 * before.
 */

#include <errno.h>
#include <malloc.h>
#include <stdio.h>

#include "follow/follower.h"
#include "test.h"

enum {
        ADDRESSES = 2000,
        HOSTS = 700,
        KEPT = 1500, /* changes that the server keeps */
        TEXT_MAX = 64,
};

/* The server: leases in slots, changes by number, hosts. An empty text is none. */
typedef struct Played {
        char leases[ADDRESSES][TEXT_MAX]; /* hostname */
        uint32_t expires[ADDRESSES];
        uint64_t changed[ADDRESSES]; /* number of the last change */
        char hosts[HOSTS][TEXT_MAX];
        uint64_t last;
        uint64_t horizon;
        uint64_t generation;
        char instance[40];
} Played;

typedef struct Consumer {
        char leases[ADDRESSES][TEXT_MAX];
        char hosts[HOSTS][TEXT_MAX];
        unsigned n_told;
        unsigned n_until_refused; /* 0 = never */
} Consumer;

typedef struct Play {
        Played server;
        Consumer consumer;
        Follower *follower;
        usec_t now;
        uint32_t dice;
        unsigned n_calls[4];
} Play;

static uint32_t roll(Play *p, uint32_t n) {
        p->dice = p->dice * 1664525 + 1013904223;
        return (uint32_t) ((uint64_t) (p->dice >> 8) * n >> 24);
}

static void copy_text(FollowRecord record, char text[static TEXT_MAX]) {
        const uint8_t *value;
        size_t size = follow_record_get(record, FOLLOW_HOSTNAME, &value);

        ck_assert_uint_lt(size, TEXT_MAX);
        if (size > 0)
                memcpy(text, value, size);
        text[size] = '\0';
}

static size_t index_of(FollowKind kind, FollowRecord record) {
        const uint8_t *key;
        char name[16] = "";
        size_t size = follow_record_get(record, FOLLOW_KEY, &key);
        ipv4_t address;

        if (kind == FOLLOW_LEASE) {
                ck_assert_uint_eq(size, sizeof(address));
                memcpy(&address, key, sizeof(address));
                return address - 1;
        }
        ck_assert_uint_lt(size, sizeof(name));
        memcpy(name, key, size);
        return (size_t) atoi(name + 1);
}

static int on_change(const FollowChange *change, void *userdata) {
        Consumer *consumer = userdata;
        const FollowRecord any = change->old.data ? change->old : change->new;
        const size_t i = index_of(change->kind, any);
        char *text = change->kind == FOLLOW_LEASE ? consumer->leases[i] : consumer->hosts[i];
        char old[TEXT_MAX] = "", new[TEXT_MAX] = "";

        if (consumer->n_until_refused > 0 && --consumer->n_until_refused == 0)
                return -EBUSY;
        copy_text(change->old, old);
        copy_text(change->new, new);
        ck_assert_str_eq(old, text);
        ck_assert_int_eq(change->type == FOLLOW_ADDED, *old == '\0');
        ck_assert_int_eq(change->type == FOLLOW_REMOVED, *new == '\0');
        if (change->type == FOLLOW_CHANGED) {
                ck_assert_uint_ne(change->differs, 0);
                if (!(change->differs & 1U << FOLLOW_EXPIRES))
                        ck_assert_str_ne(old, new);
        }
        strcpy(text, new);
        consumer->n_told++;
        return 0;
}

static void play_new_follower(Play *p) {
        static const uint8_t secret[16] = {3};

        ck_assert_int_eq(follower_new(&p->follower, secret, on_change, &p->consumer), 0);
}

static Play *play_new(uint32_t seed) {
        Play *p = calloc(1, sizeof(*p));

        ck_assert_ptr_nonnull(p);
        p->dice = seed;
        p->server.last = p->server.horizon = 1000 + seed;
        (void) snprintf(p->server.instance, sizeof(p->server.instance), "start-%u", seed);
        play_new_follower(p);
        return p;
}

static void play_free(Play *p) {
        (void) follower_free(p->follower);
        free(p);
}

static void set_lease(Play *p, size_t i, const char *text) {
        strcpy(p->server.leases[i], text);
        p->server.changed[i] = ++p->server.last;
        if (p->server.last - p->server.horizon > KEPT)
                p->server.horizon = p->server.last - KEPT;
        follower_leases_signalled(p->follower);
}

static void change_lease(Play *p) {
        char text[TEXT_MAX] = "";

        if (roll(p, 3) > 0)
                (void) snprintf(text, sizeof(text), "name-%u", roll(p, 50));
        set_lease(p, roll(p, ADDRESSES), text);
}

static void change_host(Play *p) {
        char *text = p->server.hosts[roll(p, HOSTS)];

        if (*text && roll(p, 2))
                *text = '\0';
        else
                (void) snprintf(text, TEXT_MAX, "host-%u", roll(p, 50));
        p->server.generation++;
        follower_hosts_signalled(p->follower);
}

static void restart_server(Play *p) {
        (void) snprintf(p->server.instance, sizeof(p->server.instance), "start-%x", p->dice);
        p->server.last = p->server.horizon = roll(p, 100000) + 1;
        memset(p->server.changed, 0, sizeof(p->server.changed));
        p->server.generation = roll(p, 1000);
        for (size_t i = 0; i < 50; i++)
                change_lease(p);
        p->server.horizon = p->server.last;
        follower_set_present(p->follower, false, p->now);
        follower_set_present(p->follower, true, p->now);
}

/* The follower is killed, all of its log or a part of the end of it is lost, and it starts again.
 */
static void restart_follower(Play *p, Buffer *kept, bool torn) {
        Buffer *log = follower_get_log(p->follower);
        const size_t before = kept->size;
        int64_t whole;

        ck_assert_int_eq(buffer_append(kept, log->data, log->size), 0);
        (void) follower_free(p->follower);
        if (torn && kept->size > before)
                kept->size -= 1 + roll(p, (uint32_t) MIN(kept->size - before, (size_t) 40));
        play_new_follower(p);
        whole = follower_restore(p->follower, kept->data, kept->size);
        ck_assert_int_ge(whole, 0);
        kept->size = (size_t) whole;
}

/* A log that was cut ends before some of what was told; the consumer is one that knows that. */
static int forget_told(FollowRecord record, void *userdata) {
        Play *p = userdata;

        copy_text(record, p->consumer.leases[index_of(FOLLOW_LEASE, record)]);
        return 0;
}

static int forget_told_host(FollowRecord record, void *userdata) {
        Play *p = userdata;

        copy_text(record, p->consumer.hosts[index_of(FOLLOW_HOST, record)]);
        return 0;
}

static int give_lease(Play *p, size_t i) {
        const ipv4_t address = (ipv4_t) i + 1;
        FollowBuilder builder;

        follow_builder_init(&builder, &address, sizeof(address));
        follow_builder_add_text(&builder, FOLLOW_HOSTNAME, p->server.leases[i]);
        follow_builder_add_u8(&builder, FOLLOW_STATE, FOLLOW_STATE_BOUND);
        /* two clocks are never read at one moment */
        follow_builder_add_u32(
                &builder, FOLLOW_EXPIRES, 100000 + p->server.expires[i] + roll(p, 2));
        return follower_take_lease(p->follower, follow_builder_get(&builder));
}

static int compare_numbers(const void *a, const void *b) {
        const uint64_t x = *(const uint64_t *) a, y = *(const uint64_t *) b;

        return (x > y) - (x < y);
}

static int answer_changes(Play *p, const FollowRequest *request) {
        static uint64_t numbers[ADDRESSES];
        const Played *server = &p->server;
        const bool complete = strcmp(request->instance, server->instance) == 0 &&
                              request->number >= server->horizon && request->number <= server->last;
        uint64_t next = complete ? request->number : server->last;
        size_t n = 0;
        int r = 0;

        for (size_t i = 0; complete && i < ADDRESSES; i++)
                if (server->changed[i] > request->number)
                        numbers[n++] = server->changed[i] << 20 | i;
        qsort(numbers, n, sizeof(*numbers), compare_numbers);
        for (size_t j = 0; r >= 0 && j < MIN(n, (size_t) FOLLOW_PAGE); j++) {
                const size_t i = numbers[j] & 0xfffff;

                r = *server->leases[i] ? give_lease(p, i)
                                       : follower_take_removed(p->follower, (ipv4_t) i + 1);
                next = numbers[j] >> 20;
        }
        return r < 0 ? r : follower_end_changes(p->follower, next, complete, p->now);
}

static int answer_leases(Play *p, uint64_t cursor) {
        size_t i = cursor, n = 0;
        int r = 0;

        for (; r >= 0 && i < ADDRESSES && n < 100; i++)
                if (*p->server.leases[i]) {
                        r = give_lease(p, i);
                        n++;
                }
        if (r >= 0)
                follower_end_leases(p->follower, i < ADDRESSES ? i : 0);
        return r;
}

static int answer_hosts(Play *p, uint64_t cursor) {
        size_t i = cursor, n = 0;
        int r = 0;

        for (; r >= 0 && i < HOSTS && n < 100; i++) {
                FollowBuilder builder;
                char key[16];

                if (!*p->server.hosts[i])
                        continue;
                follow_builder_init(&builder, key, (size_t) snprintf(key, sizeof(key), "h%zu", i));
                follow_builder_add_text(&builder, FOLLOW_HOSTNAME, p->server.hosts[i]);
                r = follower_take_host(p->follower, follow_builder_get(&builder));
                n++;
        }
        if (r < 0)
                return r;
        return follower_end_hosts(p->follower, i < HOSTS ? i : 0, p->server.generation, p->now);
}

/* Return: whether there was anything to do. */
static bool step(Play *p) {
        FollowRequest request;
        int r = 0;

        if (!follower_next(p->follower, p->now, &request))
                return false;
        p->n_calls[request.call]++;
        switch (request.call) {
        case FOLLOW_CALL_INSTANCE:
                follower_take_instance(p->follower, p->server.instance);
                break;
        case FOLLOW_CALL_CHANGES:
                r = answer_changes(p, &request);
                break;
        case FOLLOW_CALL_LEASES:
                r = answer_leases(p, request.number);
                break;
        case FOLLOW_CALL_HOSTS:
                r = answer_hosts(p, request.number);
                break;
        }
        if (r < 0)
                follower_failed(p->follower, p->now);
        return true;
}

/* Lets time pass until there is nothing to do any more. */
static void settle(Play *p) {
        for (unsigned i = 0; i < 100000; i++) {
                usec_t due;

                for (unsigned n = 0; step(p); n++)
                        ck_assert_uint_lt(n, 1000);
                due = follower_deadline(p->follower);
                if (due == USEC_INFINITY)
                        break;
                ck_assert_uint_gt(due, p->now);
                p->now = due;
        }
        ck_assert(follower_is_settled(p->follower));
}

static void assert_same(const Play *p) {
        for (size_t i = 0; i < ADDRESSES; i++)
                ck_assert_str_eq(p->consumer.leases[i], p->server.leases[i]);
        for (size_t i = 0; i < HOSTS; i++)
                ck_assert_str_eq(p->consumer.hosts[i], p->server.hosts[i]);
}

START_TEST(test_stories)
{
        enum { STEPS = 1500 };
        Play *p = play_new((uint32_t) _i + 1);
        Buffer kept = BUFFER_INIT;

        ck_assert_int_eq(follower_write_log(p->follower, &kept), 0);
        follower_set_present(p->follower, true, p->now);
        for (size_t i = 0; i < STEPS; i++) {
                const uint32_t what = roll(p, 100);

                if (what < 50)
                        for (uint32_t n = roll(p, 30); n > 0; n--)
                                change_lease(p);
                else if (what < 52)
                        for (uint32_t n = roll(p, 2500); n > 0; n--)
                                change_lease(p);
                else if (what < 60)
                        change_host(p);
                else if (what < 61)
                        restart_server(p);
                else if (what < 62)
                        p->consumer.n_until_refused = 1 + roll(p, 20);
                else if (what < 63) {
                        const bool torn = roll(p, 2);

                        restart_follower(p, &kept, torn);
                        if (torn) {
                                memset(p->consumer.leases, 0, sizeof(p->consumer.leases));
                                memset(p->consumer.hosts, 0, sizeof(p->consumer.hosts));
                                (void) follower_each(p->follower, FOLLOW_LEASE, forget_told, p);
                                (void) follower_each(p->follower, FOLLOW_HOST, forget_told_host, p);
                        }
                        follower_set_present(p->follower, true, p->now);
                } else if (what < 64) {
                        kept.size = 0;
                        ck_assert_int_eq(follower_write_log(p->follower, &kept), 0);
                        buffer_clear(follower_get_log(p->follower));
                } else if (what < 66) {
                        settle(p);
                        assert_same(p);
                } else {
                        p->now += roll(p, 200) * USEC_PER_MSEC;
                        (void) step(p);
                }
        }
        p->consumer.n_until_refused = 0;
        settle(p);
        assert_same(p);
        buffer_done(&kept);
        play_free(p);
}
END_TEST

/* A follower that was away is told what has changed meanwhile, and nothing else; where the server
 * is the same, it need not list the leases. */
START_TEST(test_restart)
{
        Play *p = play_new(1);
        Buffer kept = BUFFER_INIT;

        ck_assert_int_eq(follower_write_log(p->follower, &kept), 0);
        for (size_t i = 0; i < 1200; i++)
                set_lease(p, i, "old");
        p->server.horizon = p->server.last;
        follower_set_present(p->follower, true, p->now);
        settle(p);
        ck_assert_uint_eq(p->consumer.n_told, 1200);
        ck_assert_uint_eq(p->n_calls[FOLLOW_CALL_LEASES], 13);

        restart_follower(p, &kept, false);
        set_lease(p, 5, "new");
        set_lease(p, 6, "");
        set_lease(p, 6, "old"); /* as it was */
        set_lease(p, 7, "");
        set_lease(p, 1300, "new");
        follower_set_present(p->follower, true, p->now);
        settle(p);
        ck_assert_uint_eq(p->consumer.n_told, 1203);
        ck_assert_uint_eq(p->n_calls[FOLLOW_CALL_LEASES], 13);
        assert_same(p);

        /* another start of the server: a listing, and three changes */
        restart_follower(p, &kept, false);
        p->consumer.n_told = 0;
        strcpy(p->server.instance, "another");
        set_lease(p, 8, "new");
        set_lease(p, 9, "");
        set_lease(p, 1301, "new");
        p->server.last = p->server.horizon = 5;
        memset(p->server.changed, 0, sizeof(p->server.changed));
        follower_set_present(p->follower, true, p->now);
        settle(p);
        ck_assert_uint_eq(p->consumer.n_told, 3);
        ck_assert_uint_gt(p->n_calls[FOLLOW_CALL_LEASES], 13);
        assert_same(p);
        buffer_done(&kept);
        play_free(p);
}
END_TEST

/* What comes alone is asked for at once, and a storm ten times a second. */
START_TEST(test_pace)
{
        Play *p = play_new(1);
        unsigned before;

        follower_set_present(p->follower, true, p->now);
        settle(p);
        p->now += USEC_PER_SEC;
        before = p->n_calls[FOLLOW_CALL_CHANGES];
        set_lease(p, 1, "a");
        ck_assert(step(p));
        ck_assert_str_eq(p->consumer.leases[1], "a");
        ck_assert(!step(p));
        ck_assert_uint_eq(p->n_calls[FOLLOW_CALL_CHANGES], before + 1);
        for (unsigned i = 0; i < 2000; i++, p->now += USEC_PER_MSEC) {
                set_lease(p, i % 100, i % 2 ? "a" : "b");
                while (step(p))
                        ;
        }
        settle(p);
        assert_same(p);
        ck_assert_uint_le(p->n_calls[FOLLOW_CALL_CHANGES], before + 23);

        /* nothing is asked without a server, nor of one that fails for good, but now and then */
        follower_set_present(p->follower, false, p->now);
        set_lease(p, 1, "c");
        ck_assert_uint_eq(follower_deadline(p->follower), USEC_INFINITY);
        follower_set_present(p->follower, true, p->now);
        before = 0;
        for (usec_t end = p->now + 300 * USEC_PER_SEC; p->now < end; before++) {
                FollowRequest request;

                ck_assert(follower_next(p->follower, p->now, &request));
                ck_assert(!follower_next(p->follower, p->now, &request));
                follower_failed(p->follower, p->now);
                ck_assert(!follower_next(p->follower, p->now, &request));
                p->now = follower_deadline(p->follower);
        }
        ck_assert_uint_ge(before, 10);
        ck_assert_uint_le(before, 16);
        settle(p);
        assert_same(p);

        set_lease(p, 1, "d");
        follower_pause(p->follower, true);
        p->now += USEC_PER_SEC;
        ck_assert(!step(p));
        ck_assert_uint_eq(follower_deadline(p->follower), USEC_INFINITY);
        follower_pause(p->follower, false);
        settle(p);
        assert_same(p);
        play_free(p);
}
END_TEST

START_TEST(test_records)
{
        static const struct {
                uint32_t expires[2];
                const char *names[2], *interfaces[2];
                uint32_t differs;
        } cases[] = {
                {{100, 100}, {"a", "a"}, {"x", "x"}, 0},
                {{100, 102}, {"a", "a"}, {"x", "y"}, 0},
                {{103, 100}, {"a", "a"}, {"x", ""}, 1U << FOLLOW_EXPIRES},
                {{UINT32_MAX, UINT32_MAX - 1}, {"a", "a"}, {"", ""}, 1U << FOLLOW_EXPIRES},
                {{100, 101}, {"a", ""}, {"x", "x"}, 1U << FOLLOW_HOSTNAME},
                {{2, 0}, {"a", "a"}, {"x", "x"}, 0},
                {{100, 0}, {"", "b"}, {"x", "x"}, 1U << FOLLOW_HOSTNAME | 1U << FOLLOW_EXPIRES},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                FollowBuilder builders[2];

                for (size_t j = 0; j < 2; j++) {
                        follow_builder_init(&builders[j], "key", 3);
                        follow_builder_add_text(&builders[j], FOLLOW_HOSTNAME, cases[i].names[j]);
                        follow_builder_add_u32(&builders[j], FOLLOW_EXPIRES, cases[i].expires[j]);
                        follow_builder_add_text(
                                &builders[j], FOLLOW_INTERFACE, cases[i].interfaces[j]);
                        ck_assert(follow_record_is_valid(follow_builder_get(&builders[j])));
                }
                ck_assert_uint_eq(follow_record_differ(follow_builder_get(&builders[0]),
                                          follow_builder_get(&builders[1]), 2),
                        cases[i].differs);
        }
}
END_TEST

/* Values of any length, and bytes that are no record. */
START_TEST(test_odd_records)
{
        static const char *const invalid[] = {"", "01 01 61", "00", "00 02 61", "00 01 61 00 01 61",
                "00 01 61 03 01 61 02 01 61", "00 01 61 ff 00", "00 80"};
        uint8_t value[FOLLOW_RECORD_MAX] = {0};

        memset(value, 'x', sizeof(value) - 1);
        for (size_t size = 0; size < sizeof(value); size += 1 + size / 50) {
                FollowBuilder builder;
                const uint8_t *read;
                const bool fits = size <= FOLLOW_RECORD_MAX - 5 - 3;

                follow_builder_init(&builder, "key", 3);
                follow_builder_add(&builder, FOLLOW_HOSTNAME, value, size);
                follow_builder_add_u8(&builder, FOLLOW_STATE, 2);
                ck_assert(follow_record_is_valid(follow_builder_get(&builder)));
                ck_assert_uint_eq(
                        follow_record_get(follow_builder_get(&builder), FOLLOW_HOSTNAME, &read),
                        fits ? size : 0);
                if (fits && size > 0)
                        ck_assert_mem_eq(read, value, size);
                if (size < FOLLOW_RECORD_MAX - 20)
                        ck_assert_uint_eq(follow_record_get_number(
                                                  follow_builder_get(&builder), FOLLOW_STATE),
                                2);
        }
        for (size_t i = 0; i < ELEMENTSOF(invalid); i++) {
                uint8_t bytes[32];
                const size_t size = test_bytes(invalid[i], bytes, sizeof(bytes));

                ck_assert(!follow_record_is_valid((FollowRecord){bytes, size}));
        }
}
END_TEST

/* What a log may be after whatever has happened to the file. */
START_TEST(test_odd_logs)
{
        Play *p = play_new(1);
        Buffer log = BUFFER_INIT;

        for (size_t i = 0; i < 5; i++)
                set_lease(p, i, "x");
        follower_set_present(p->follower, true, p->now);
        settle(p);
        ck_assert_int_eq(follower_write_log(p->follower, &log), 0);
        for (size_t size = 0; size <= log.size; size++) {
                int64_t whole;

                (void) follower_free(p->follower);
                play_new_follower(p);
                whole = follower_restore(p->follower, log.data, size);
                if (size > 0 && size < 8)
                        ck_assert_int_eq(whole, -EBADMSG);
                else {
                        ck_assert_int_le(whole, (int64_t) size);
                        ck_assert_int_ge(whole, (int64_t) size - 64);
                }
        }
        for (size_t i = 0; i < log.size; i++) {
                log.data[i] ^= 0xff;
                (void) follower_free(p->follower);
                play_new_follower(p);
                (void) follower_restore(p->follower, log.data, log.size);
                log.data[i] ^= 0xff;
        }
        buffer_done(&log);
        play_free(p);
}
END_TEST

static size_t count_memory(void) {
        const struct mallinfo2 info = mallinfo2();

        return info.uordblks + info.hblkhd;
}

static int on_any_change(const FollowChange *change, void *userdata) {
        (void) change;
        (void) userdata;
        return 0;
}

/* A lease as most are, before and after all of them have changed a few times. */
START_TEST(test_memory)
{
        enum { LEASES = 100000, ROUNDS = 2 };
        static const uint8_t secret[16] = {3};
        const size_t before = count_memory();
        Follower *follower;

        ck_assert_int_eq(follower_new(&follower, secret, on_any_change, NULL), 0);
        for (uint32_t i = 0; i < ROUNDS * LEASES; i++) {
                const ipv4_t address = 0x0a000000 + i % LEASES;
                const uint8_t id[7] = {
                        1, 2, 0, 0, (uint8_t) (i >> 16), (uint8_t) (i >> 8), (uint8_t) i};
                FollowBuilder builder;

                follow_builder_init(&builder, &address, sizeof(address));
                follow_builder_add(&builder, FOLLOW_HARDWARE, id + 1, sizeof(id) - 1);
                follow_builder_add(&builder, FOLLOW_CLIENT_ID, id, sizeof(id));
                follow_builder_add_text(&builder, FOLLOW_HOSTNAME, "laptop-7");
                follow_builder_add_text(&builder, FOLLOW_POOL, "lan");
                follow_builder_add_u8(&builder, FOLLOW_STATE, FOLLOW_STATE_BOUND);
                follow_builder_add_u32(&builder, FOLLOW_STARTED, 1700000000);
                follow_builder_add_u32(&builder, FOLLOW_EXPIRES, 1700003600 + 10 * (i / LEASES));
                follow_builder_add_text(&builder, FOLLOW_INTERFACE, "br0");
                ck_assert_int_eq(follower_take_lease(follower, follow_builder_get(&builder)), 0);
                /* as its owner does after each page */
                if (i % FOLLOW_PAGE == 0)
                        buffer_clear_to(follower_get_log(follower), 65536);
        }
        buffer_clear_to(follower_get_log(follower), 0);
        ck_assert_uint_eq(follower_count(follower, FOLLOW_LEASE), LEASES);
        ck_assert_uint_le(count_memory() - before, 100 * LEASES + 1024 * 1024);
        (void) follower_free(follower);
}
END_TEST

TEST_SUITE("follow", suite, NULL) {
        TCase *stories = test_cases_new(suite, "stories"), *rest = test_cases_new(suite, "rest");

        tcase_add_loop_test(stories, test_stories, 0, 6);
        tcase_add_test(rest, test_restart);
        tcase_add_test(rest, test_pace);
        tcase_add_test(rest, test_records);
        tcase_add_test(rest, test_odd_records);
        tcase_add_test(rest, test_odd_logs);
        tcase_add_test(rest, test_memory);
}
