/* SPDX-License-Identifier: MIT */

#include "daemon/commit-pace.h"
#include "test.h"

#define BEGAN (7 * USEC_PER_SEC)

/* For how long the next commit is held at most. */
START_TEST(test_longest_wait)
{
        static const struct {
                usec_t took;
                usec_t held;
        } cases[] = {
                {0, 0},
                {20, 80},
                {200, 800},
                {250, 1000},
                {1000, 1000},
                {4000, 1000},
                {4004, 1001},
                {50 * USEC_PER_MSEC, 12500},
                {10 * USEC_PER_SEC, 250 * USEC_PER_MSEC},
                {8 * USEC_PER_HOUR, 250 * USEC_PER_MSEC},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                const usec_t end = BEGAN + cases[i].took;
                CommitPace pace = {0};

                commit_pace_begin(&pace, BEGAN, 10);
                commit_pace_end(&pace, end, 0);
                ck_assert_uint_eq(pace.hold_until, end + cases[i].held);
                if (cases[i].held > 0)
                        ck_assert(commit_pace_is_held(&pace, end + cases[i].held - 1, 1));
                ck_assert(!commit_pace_is_held(&pace, end + cases[i].held, 1));
        }
}
END_TEST

/* Who ends the wait before. */
START_TEST(test_awaited)
{
        static const struct {
                size_t n_rows;    /* of the last commit */
                size_t n_waiting; /* at its end */
                size_t n_enough;
        } cases[] = {
                {1, 0, 1}, /* a client alone */
                {1, 1, 2}, /* two that took turns */
                {256, 0, 256},
                {200, 56, 256},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                const usec_t end = BEGAN + 200;
                CommitPace pace = {0};

                /* nobody waits for the first one of all */
                ck_assert(!commit_pace_is_held(&pace, BEGAN, 1));
                commit_pace_begin(&pace, BEGAN, cases[i].n_rows);
                commit_pace_end(&pace, end, cases[i].n_waiting);
                ck_assert(commit_pace_is_held(&pace, end + 1, cases[i].n_enough - 1));
                ck_assert(!commit_pace_is_held(&pace, end + 1, cases[i].n_enough));

                /* what was before the last commit counts no more */
                commit_pace_begin(&pace, end + 2, 1);
                ck_assert(!commit_pace_is_held(&pace, end + 3, 1));
        }
}
END_TEST

/* A rewrite makes rows durable that no commit has taken to the disk: an old crowd is not waited for
 * again. */
START_TEST(test_durable_without_commit)
{
        CommitPace pace = {0};

        commit_pace_end(&pace, BEGAN, 0);
        ck_assert(!commit_pace_is_held(&pace, BEGAN, 1));

        commit_pace_begin(&pace, BEGAN, 50);
        commit_pace_end(&pace, BEGAN + 200, 0);
        commit_pace_end(&pace, BEGAN + 10 * USEC_PER_HOUR, 0);
        ck_assert(!commit_pace_is_held(&pace, BEGAN + 10 * USEC_PER_HOUR, 1));
}
END_TEST

TEST_MAIN("commit-pace", test_longest_wait, test_awaited, test_durable_without_commit);
