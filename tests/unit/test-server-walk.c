/* SPDX-License-Identifier: MIT */

/* Random walks with fixed seeds. */

#include "test.h"

#include "server-walk.h"

#define WALKS 300
#define WALK_SIZE 12000

/* Marsaglia's xorshift: the same walks everywhere. */
static uint64_t random_next(uint64_t *state) {
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        return *state;
}

START_TEST(test_walks)
{
        static uint8_t data[WALK_SIZE];
        uint64_t state = 0x2545f4914f6cdd1d;
        size_t n_answered = 0;

        for (size_t i = 0; i < WALKS; i++) {
                for (size_t j = 0; j < sizeof(data); j++)
                        data[j] = (uint8_t) (random_next(&state) >> 32);
                n_answered += server_walk(data, sizeof(data));
        }
        /* A walk that is never answered tests nothing. */
        ck_assert_uint_gt(n_answered, WALKS * 50);
}
END_TEST

TEST_MAIN("server-walk", test_walks);
