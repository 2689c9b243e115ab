/* SPDX-License-Identifier: MIT */
/* How long something took: every class, its bounds, and what came since a moment. */

#include "basic/macro.h"
#include "daemon/delays.h"
#include "test.h"

START_TEST(bounds_rise)
{
        for (size_t i = 1; i < DELAYS_BOUNDS_MAX; i++)
                ck_assert_uint_gt(delays_bounds[i], delays_bounds[i - 1]);
        ck_assert_uint_eq(delays_bounds[DELAYS_BOUNDS_MAX - 1], USEC_INFINITY);
}
END_TEST

START_TEST(a_bound_is_in_its_class)
{
        Delays delays = {0};

        delays_add(&delays, 0, 1);
        ck_assert_uint_eq(delays.n[0], 1);
        for (size_t i = 0; i + 1 < DELAYS_BOUNDS_MAX; i++) {
                delays = (Delays){0};
                delays_add(&delays, delays_bounds[i], 3);
                delays_add(&delays, delays_bounds[i] + 1, 4);
                ck_assert_uint_eq(delays.n[i], 3);
                ck_assert_uint_eq(delays.n[i + 1], 4);
                ck_assert_uint_eq(delays.sum, 7 * delays_bounds[i] + 4);
        }
}
END_TEST

START_TEST(what_came_since)
{
        Delays delays = {0}, before, since;

        delays_add(&delays, 70, 2);
        before = delays;
        since = delays_since(&delays, &before);
        ck_assert_uint_eq(since.n[1], 0);
        ck_assert_uint_eq(since.sum, 0);
        delays_add(&delays, 80, 1);
        delays_add(&delays, 5 * USEC_PER_SEC, 1);
        since = delays_since(&delays, &before);
        ck_assert_uint_eq(since.n[1], 1);
        ck_assert_uint_eq(since.n[DELAYS_BOUNDS_MAX - 1], 1);
        ck_assert_uint_eq(since.sum, 80 + 5 * USEC_PER_SEC);
}
END_TEST

TEST_MAIN("delays", bounds_rise, a_bound_is_in_its_class, what_came_since);
