/* SPDX-License-Identifier: MIT */
/* Time arithmetic, spans and timestamps. */

#include <errno.h>
#include <stdio.h>
#include <time.h>

#include "basic/time.h"
#include "test.h"

#define MAXIMUM (USEC_INFINITY - 1)

START_TEST(test_saturation)
{
        ck_assert_uint_eq(usec_add(1, 2), 3);
        ck_assert_uint_eq(usec_add(MAXIMUM, 1), USEC_INFINITY);
        ck_assert_uint_eq(usec_add(MAXIMUM, 2), USEC_INFINITY);
        ck_assert_uint_eq(usec_add(USEC_INFINITY, 0), USEC_INFINITY);
        ck_assert_uint_eq(usec_add(5, USEC_INFINITY), USEC_INFINITY);
        ck_assert_uint_eq(usec_sub(5, 3), 2);
        ck_assert_uint_eq(usec_sub(3, 5), 0);
        ck_assert_uint_eq(usec_sub(USEC_INFINITY, 5), USEC_INFINITY);
        ck_assert_uint_eq(usec_sub(USEC_INFINITY, USEC_INFINITY), USEC_INFINITY);
        ck_assert_uint_eq(usec_sub(5, USEC_INFINITY), 0);
}
END_TEST

START_TEST(test_clocks)
{
        const ClockPair clock = {.realtime = 1000 * USEC_PER_SEC, .boottime = 10 * USEC_PER_SEC};
        const usec_t before_boot = clock_to_boot(&clock, 900 * USEC_PER_SEC);

        ck_assert_uint_eq(clock_to_wall(&clock, 15 * USEC_PER_SEC), 1005 * USEC_PER_SEC);
        ck_assert_uint_eq(clock_to_boot(&clock, 1005 * USEC_PER_SEC), 15 * USEC_PER_SEC);
        ck_assert_uint_eq(clock_to_wall(&clock, USEC_INFINITY), USEC_INFINITY);
        ck_assert_uint_eq(clock_to_boot(&clock, USEC_INFINITY), USEC_INFINITY);

        /* A moment before the boot is a "negative" boot time, and finds its way back. */
        ck_assert_uint_eq(before_boot, 0 - 90 * USEC_PER_SEC);
        ck_assert_uint_eq(clock_to_wall(&clock, before_boot), 900 * USEC_PER_SEC);
}
END_TEST

START_TEST(test_timespan_parse)
{
        static const struct {
                const char *text;
                int r;
                usec_t span;
        } cases[] = {
                {"0", 0, 0},
                {"90", 0, 90 * USEC_PER_SEC},
                {"1h 30min", 0, 90 * USEC_PER_MINUTE},
                {"1h30min", 0, 90 * USEC_PER_MINUTE},
                {" 1 h  30 min ", 0, 90 * USEC_PER_MINUTE},
                {"1h 30", 0, USEC_PER_HOUR + 30 * USEC_PER_SEC},
                {"2d", 0, 2 * USEC_PER_DAY},
                {"1w", 0, 7 * USEC_PER_DAY},
                {"3weeks", 0, 21 * USEC_PER_DAY},
                {"1day 2hours 3minutes 4seconds 5ms 6us", 0,
                        USEC_PER_DAY + 2 * USEC_PER_HOUR + 3 * USEC_PER_MINUTE + 4 * USEC_PER_SEC +
                                5 * USEC_PER_MSEC + 6},
                {"1.5h", 0, 90 * USEC_PER_MINUTE},
                {"0.25", 0, 250 * USEC_PER_MSEC},
                {"1.1234567s", 0, 1123456},
                {"0.9us", 0, 0},
                {"infinity", 0, USEC_INFINITY},
                {"infinite", 0, USEC_INFINITY},
                {"4294967295", 0, 4294967295 * USEC_PER_SEC},
                {"18446744073709551614us", 0, MAXIMUM},
                {"18446744073709551615us", -ERANGE, 0},
                {"18446744073709551616us", -ERANGE, 0},
                {"99999999999999999999999999", -ERANGE, 0},
                {"18446744073709s 1d", -ERANGE, 0},
                {"40000000w", -ERANGE, 0},
                {"", -EINVAL, 0},
                {" ", -EINVAL, 0},
                {"h", -EINVAL, 0},
                {"-1", -EINVAL, 0},
                {"+1", -EINVAL, 0},
                {"1x", -EINVAL, 0},
                {"1H", -EINVAL, 0},
                {"1.h", -EINVAL, 0},
                {".5h", -EINVAL, 0},
                {"1.2.3", -EINVAL, 0},
                {"1h,30min", -EINVAL, 0},
                {"1 infinity", -EINVAL, 0},
                {"99999999999999999999 x", -EINVAL, 0},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                usec_t span = 12345;

                ck_assert_msg(timespan_parse(cases[i].text, &span) == cases[i].r, "\"%s\"",
                        cases[i].text);
                ck_assert_msg(span == (cases[i].r < 0 ? 12345 : cases[i].span), "\"%s\": %ju",
                        cases[i].text, (uintmax_t) span);
        }
}
END_TEST

START_TEST(test_timespan_format)
{
        static const struct {
                usec_t span;
                const char *text;
        } cases[] = {
                {0, "0s"},
                {999999, "0s"},
                {USEC_PER_SEC, "1s"},
                {USEC_PER_HOUR, "1h"},
                {30 * USEC_PER_MINUTE, "30min"},
                {52 * USEC_PER_MINUTE + 30 * USEC_PER_SEC, "52min 30s"},
                {3 * USEC_PER_DAY + 4 * USEC_PER_HOUR, "3d 4h"},
                {3 * USEC_PER_DAY + 4 * USEC_PER_HOUR + 5 * USEC_PER_MINUTE, "3d 4h"},
                {USEC_PER_DAY + USEC_PER_SEC, "1d 1s"},
                {30 * USEC_PER_DAY, "30d"},
                {MAXIMUM, "213503982d 8h"},
                {USEC_INFINITY, "infinite"},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                char buffer[TIMESPAN_STRING_MAX];

                ck_assert_ptr_eq(timespan_format(cases[i].span, buffer), buffer);
                ck_assert_str_eq(buffer, cases[i].text);
        }
}
END_TEST

START_TEST(test_timestamp_parse)
{
        static const struct {
                const char *text;
                int r;
                usec_t realtime;
        } cases[] = {
                {"1970-01-01T00:00:00Z", 0, 0},
                {"2026-11-21T22:55:00Z", 0, 1795301700 * USEC_PER_SEC},
                {"2026-11-21T22:55:00.5Z", 0, 1795301700 * USEC_PER_SEC + 500000},
                {"2026-11-21T22:55:00.123456Z", 0, 1795301700 * USEC_PER_SEC + 123456},
                {"2026-11-21T22:55:00.1234569Z", 0, 1795301700 * USEC_PER_SEC + 123456},
                {"2026-11-21t22:55:00z", 0, 1795301700 * USEC_PER_SEC},
                {"2026-11-21 22:55:00Z", 0, 1795301700 * USEC_PER_SEC},
                {"2026-11-22T00:25:00+01:30", 0, 1795301700 * USEC_PER_SEC},
                {"2026-11-21T14:55:00-08:00", 0, 1795301700 * USEC_PER_SEC},
                {"2026-11-22T22:54:00+23:59", 0, 1795301700 * USEC_PER_SEC},
                {"2000-02-29T00:00:00Z", 0, 951782400 * USEC_PER_SEC},
                {"2016-12-31T23:59:60Z", 0, 1483228800 * USEC_PER_SEC},
                {"1969-12-31T23:00:00-01:00", 0, 0},
                {"9999-12-31T23:59:59Z", 0, 253402300799 * USEC_PER_SEC},
                {"1795301700", 0, 1795301700 * USEC_PER_SEC},
                {"0", 0, 0},
                {"infinite", 0, USEC_INFINITY},
                {"infinity", 0, USEC_INFINITY},
                {"18446744073709", 0, 18446744073709 * USEC_PER_SEC},
                {"18446744073710", -ERANGE, 0},
                {"99999999999999999999999", -ERANGE, 0},
                {"1969-12-31T23:59:59Z", -ERANGE, 0},
                {"1970-01-01T00:00:00+01:00", -ERANGE, 0},
                {"0001-01-01T00:00:00Z", -ERANGE, 0},
                {"", -EINVAL, 0},
                {"-1", -EINVAL, 0},
                {" 5", -EINVAL, 0},
                {"2026-11-21", -EINVAL, 0},
                {"2026-11-21T22:55:00", -EINVAL, 0},
                {"2026-11-21T22:55Z", -EINVAL, 0},
                {"2026-11-21T22:55:00.Z", -EINVAL, 0},
                {"2026-11-21T22:55:00ZZ", -EINVAL, 0},
                {"2026-11-21T22:55:00+0100", -EINVAL, 0},
                {"2026-11-21T22:55:00+24:00", -EINVAL, 0},
                {"2026-11-21T24:00:00Z", -EINVAL, 0},
                {"2026-11-21T22:60:00Z", -EINVAL, 0},
                {"2026-11-21T22:55:61Z", -EINVAL, 0},
                {"2026-11-31T22:55:00Z", -EINVAL, 0},
                {"2026-02-29T00:00:00Z", -EINVAL, 0},
                {"2100-02-29T00:00:00Z", -EINVAL, 0},
                {"2026-13-01T00:00:00Z", -EINVAL, 0},
                {"2026-00-01T00:00:00Z", -EINVAL, 0},
                {"2026-01-00T00:00:00Z", -EINVAL, 0},
                {"26-11-21T22:55:00Z", -EINVAL, 0},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                usec_t realtime = 12345;

                ck_assert_msg(timestamp_parse(cases[i].text, &realtime) == cases[i].r, "\"%s\"",
                        cases[i].text);
                ck_assert_msg(realtime == (cases[i].r < 0 ? 12345 : cases[i].realtime),
                        "\"%s\": %ju", cases[i].text, (uintmax_t) realtime);
        }
}
END_TEST

START_TEST(test_timestamp_format)
{
        static const struct {
                usec_t realtime;
                bool with_fraction;
                const char *text;
        } cases[] = {
                {0, false, "1970-01-01T00:00:00Z"},
                {1795301700 * USEC_PER_SEC, false, "2026-11-21T22:55:00Z"},
                {1795301700 * USEC_PER_SEC + 1, false, "2026-11-21T22:55:01Z"},
                {1795301700 * USEC_PER_SEC, true, "2026-11-21T22:55:00.000000Z"},
                {1795301700 * USEC_PER_SEC + 123456, true, "2026-11-21T22:55:00.123456Z"},
                {1798761599 * USEC_PER_SEC + 1, false, "2027-01-01T00:00:00Z"},
                {253402300799 * USEC_PER_SEC, false, "9999-12-31T23:59:59Z"},
                {253402300799 * USEC_PER_SEC + 1, false, "253402300800"},
                {253402300800 * USEC_PER_SEC, true, "253402300800"},
                {MAXIMUM, false, "18446744073710"},
                {USEC_INFINITY, false, "infinite"},
                {USEC_INFINITY, true, "infinite"},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                char buffer[TIMESTAMP_STRING_MAX];

                ck_assert_ptr_eq(
                        timestamp_format(cases[i].realtime, cases[i].with_fraction, buffer),
                        buffer);
                ck_assert_str_eq(buffer, cases[i].text);
        }
}
END_TEST

/* The calendar against libc's, a moment in each of many days up to the year 9999. */
START_TEST(test_calendar_against_libc)
{
        for (time_t t = 0; t < 253402300799; t += 86400 * 61 + 3607) {
                char ours[TIMESTAMP_STRING_MAX], theirs[TIMESTAMP_STRING_MAX];
                usec_t realtime = (usec_t) t * USEC_PER_SEC, back;
                struct tm tm;

                ck_assert_ptr_nonnull(gmtime_r(&t, &tm));
                (void) strftime(theirs, sizeof(theirs), "%Y-%m-%dT%H:%M:%SZ", &tm);
                ck_assert_str_eq(timestamp_format(realtime, false, ours), theirs);
                ck_assert_int_eq(timestamp_parse(ours, &back), 0);
                ck_assert_uint_eq(back, realtime);
        }
}
END_TEST

TEST_MAIN("time", test_saturation, test_clocks, test_timespan_parse, test_timespan_format,
        test_timestamp_parse, test_timestamp_format, test_calendar_against_libc);
