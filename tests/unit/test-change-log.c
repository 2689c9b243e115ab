/* SPDX-License-Identifier: MIT */
/* The log of changes: what comes after a number, what is forgotten, and what nobody reads. */

#include "core/change-log.h"
#include "test.h"

static const uint8_t secret[16] = {7};

/* Everything after a number as "address address …". */
static const char *read_log(ChangeLog *log, uint64_t since) {
        static char text[1024];
        uint64_t number, last = since;
        size_t position, size = 0;
        ipv4_t address;

        if (!change_log_seek(log, since, &position))
                return "incomplete";
        text[0] = '\0';
        while (change_log_next(log, &position, &address, &number)) {
                ck_assert_uint_gt(number, last);
                last = number;
                size += (size_t) snprintf(
                        text + size, sizeof(text) - size, "%s%u", size > 0 ? " " : "", address);
        }
        ck_assert_uint_eq(last, log->last);
        return text;
}

START_TEST(test_order)
{
        ChangeLog log;
        uint64_t start, middle;

        change_log_init(&log, secret);
        start = log.last;
        ck_assert_uint_gt(start, 0);
        change_log_note(&log, 1); /* nobody follows yet */
        ck_assert_uint_eq(log.last, start + 1);
        ck_assert_ptr_null(log.changes);
        ck_assert_str_eq(read_log(&log, start + 1), "incomplete");

        change_log_begin(&log);
        ck_assert_str_eq(read_log(&log, start + 1), "");
        ck_assert_str_eq(read_log(&log, start), "incomplete");
        ck_assert_str_eq(read_log(&log, start + 2), "incomplete");
        ck_assert_str_eq(read_log(&log, 0), "incomplete");
        for (ipv4_t i = 1; i <= 4; i++)
                change_log_note(&log, i);
        middle = log.last;
        change_log_note(&log, 2);
        change_log_note(&log, 9);
        change_log_note(&log, 2);
        ck_assert_str_eq(read_log(&log, start + 1), "1 3 4 9 2");
        ck_assert_str_eq(read_log(&log, start + 3), "3 4 9 2");
        ck_assert_str_eq(read_log(&log, middle), "9 2");
        change_log_begin(&log); /* another one follows, too */
        ck_assert_str_eq(read_log(&log, middle), "9 2");

        change_log_forget(&log);
        ck_assert_str_eq(read_log(&log, middle), "incomplete");
        ck_assert_str_eq(read_log(&log, log.last - 1), "incomplete");
        ck_assert_str_eq(read_log(&log, log.last), "");
        change_log_note(&log, 3);
        ck_assert_str_eq(read_log(&log, log.last - 1), "3");
        change_log_done(&log);
}
END_TEST

START_TEST(test_first_number)
{
        static const uint8_t other[16] = {8};
        ChangeLog a, b;

        change_log_init(&a, secret);
        change_log_init(&b, other);
        ck_assert_uint_ne(a.last, b.last);
        ck_assert_uint_lt(a.last, UINT64_C(1) << 52); /* exact as a double */
        ck_assert_uint_lt(b.last, UINT64_C(1) << 52);
}
END_TEST

/* A storm over few leases makes nothing grow, and everything of it can be read. */
START_TEST(test_storm)
{
        enum { LEASES = 400, CHANGES = 200000 };
        uint64_t before[LEASES] = {0}, start, number;
        size_t position, n = 0;
        ChangeLog log;
        ipv4_t address;

        change_log_init(&log, secret);
        change_log_begin(&log);
        start = log.last;
        for (uint32_t i = 0; i < CHANGES; i++) {
                address = 1 + i * 7919 % LEASES;
                change_log_note(&log, address);
                before[address - 1] = log.last;
        }
        ck_assert_uint_le(log.capacity, 1024);
        ck_assert(change_log_seek(&log, start, &position));
        for (; change_log_next(&log, &position, &address, &number); n++)
                ck_assert_uint_eq(before[address - 1], number);
        ck_assert_uint_eq(n, LEASES);
        change_log_done(&log);
}
END_TEST

/* Of many leases the newest half stays, and whoever is behind that is told so. */
START_TEST(test_bound)
{
        enum { LEASES = 4 * CHANGES_MAX };
        uint64_t start, number = 0;
        size_t position, n = 0;
        ChangeLog log;
        ipv4_t address;

        change_log_init(&log, secret);
        change_log_begin(&log);
        start = log.last;
        for (ipv4_t i = 1; i <= LEASES; i++) {
                change_log_note(&log, i);
                ck_assert(change_log_seek(&log, log.last - 1, &position));
                ck_assert(change_log_next(&log, &position, &address, &number));
                ck_assert_uint_eq(address, i);
        }
        ck_assert_uint_eq(log.capacity, CHANGES_MAX);
        ck_assert(!change_log_seek(&log, start, &position));
        ck_assert(!change_log_seek(&log, log.horizon - 1, &position));
        ck_assert(change_log_seek(&log, log.horizon, &position));
        number = log.horizon;
        while (change_log_next(&log, &position, &address, &number)) {
                ck_assert_uint_eq(number, log.horizon + ++n);
                ck_assert_uint_eq(number - start, address);
        }
        ck_assert_uint_eq(number, log.last);
        ck_assert_uint_ge(n, CHANGES_MAX / 2);
        change_log_done(&log);
}
END_TEST

/* What nobody reads is given back, and whoever comes again is told to list. */
START_TEST(test_given_up)
{
        ChangeLog log;
        size_t position;

        change_log_init(&log, secret);
        change_log_begin(&log);
        for (ipv4_t i = 1; i <= 3 * CHANGES_MAX; i++)
                change_log_note(&log, i);
        ck_assert_ptr_null(log.changes);
        ck_assert_ptr_null(log.index);
        ck_assert(!change_log_seek(&log, log.last, &position));
        change_log_begin(&log);
        change_log_note(&log, 5);
        ck_assert_str_eq(read_log(&log, log.last - 1), "5");
        change_log_done(&log);
}
END_TEST

/* A lease that nobody touches while four billion changes pass by. */
START_TEST(test_numbers_far_apart)
{
        uint64_t start;
        ChangeLog log;

        change_log_init(&log, secret);
        change_log_begin(&log);
        start = log.last;
        change_log_note(&log, 1);
        log.last += UINT32_MAX - 2; /* of others, which are there no more */
        change_log_note(&log, 2);
        ck_assert_uint_eq(log.last - log.horizon, UINT32_MAX);
        ck_assert_str_eq(read_log(&log, start), "1 2");
        change_log_note(&log, 3);
        ck_assert_str_eq(read_log(&log, start), "incomplete");
        ck_assert_str_eq(read_log(&log, log.last - 1), "3");
        change_log_done(&log);
}
END_TEST

TEST_MAIN("change-log", test_order, test_first_number, test_storm, test_bound, test_given_up,
        test_numbers_far_apart);
