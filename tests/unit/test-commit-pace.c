/* SPDX-License-Identifier: MIT */

#include "daemon/commit-pace.h"
#include "test.h"

START_TEST(test_pace)
{
        static const struct {
                usec_t took;
                usec_t held; /* after its end */
        } cases[] = {
                {0, 0},
                {200, 0},
                {COMMIT_SLOW_USEC - 1, 0},
                {COMMIT_SLOW_USEC, COMMIT_SLOW_USEC / COMMIT_WAIT_DIVISOR},
                {50 * USEC_PER_MSEC, 50 * USEC_PER_MSEC / COMMIT_WAIT_DIVISOR},
                {10 * USEC_PER_SEC, 10 * USEC_PER_SEC / COMMIT_WAIT_DIVISOR},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                const usec_t began = 7 * USEC_PER_SEC, ended = began + cases[i].took;
                CommitPace pace = {0};

                /* the first one of all waits for nobody */
                ck_assert(!commit_pace_is_held(&pace, began));
                commit_pace_begin(&pace, began);
                commit_pace_end(&pace, ended);
                ck_assert_int_eq(commit_pace_is_held(&pace, ended), cases[i].held > 0);
                if (cases[i].held > 0)
                        ck_assert(commit_pace_is_held(&pace, ended + cases[i].held - 1));
                ck_assert(!commit_pace_is_held(&pace, ended + cases[i].held));

                /* nor is one held for what was before the last */
                commit_pace_begin(&pace, ended);
                commit_pace_end(&pace, ended + 1);
                ck_assert(!commit_pace_is_held(&pace, ended + 1));
        }
}
END_TEST

TEST_MAIN("commit-pace", test_pace);
