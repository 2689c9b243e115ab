/* SPDX-License-Identifier: MIT */

/* A pool's addresses: ranges, exclusions, reservations, and the next one to be given out. */

#include "test.h"

#include "core/pool.h"

/* 10.0.0.0/24 */
#define NET UINT32_C(0x0a000000)

typedef struct PoolCase {
        Ipv4Range ranges[3];
        size_t n_ranges;
        Ipv4Range exclusions[2];
        size_t n_exclusions;
        ipv4_t reserved[2];
        size_t n_reserved;
        size_t size; /* expected */
        ipv4_t order[8];
} PoolCase;

static int find_unused(const Pool *pool, ipv4_t *ret) {
        size_t cursor = 0;

        return pool_next_unused(pool, &cursor, ret);
}

static Pool *pool_of(const PoolCase *c, PoolSettings *settings) {
        Pool *pool;
        ipv4_t *reserved;

        *settings = (PoolSettings){
                .enabled = true,
                .subnet = {.address = NET, .length = 24},
                .ranges = (Ipv4Range *) (uintptr_t) c->ranges,
                .n_ranges = c->n_ranges,
                .exclusions = (Ipv4Range *) (uintptr_t) c->exclusions,
                .n_exclusions = c->n_exclusions,
        };
        ck_assert_int_eq(pool_new(&pool, settings), 0);
        reserved = calloc(c->n_reserved + 1, sizeof(*reserved));
        ck_assert_ptr_nonnull(reserved);
        memcpy(reserved, c->reserved, c->n_reserved * sizeof(*reserved));
        pool_set_reserved_take(pool, reserved, c->n_reserved);
        return pool;
}

START_TEST(test_order_of_addresses)
{
        static const PoolCase cases[] = {
                {.ranges = {{NET + 10, NET + 12}},
                        .n_ranges = 1,
                        .size = 3,
                        .order = {NET + 10, NET + 11, NET + 12}},
                /* in the order of the configuration */
                {.ranges = {{NET + 20, NET + 21}, {NET + 10, NET + 10}},
                        .n_ranges = 2,
                        .size = 3,
                        .order = {NET + 20, NET + 21, NET + 10}},
                {.ranges = {{NET + 10, NET + 14}},
                        .n_ranges = 1,
                        .exclusions = {{NET + 9, NET + 10}, {NET + 12, NET + 13}},
                        .n_exclusions = 2,
                        .size = 2,
                        .order = {NET + 11, NET + 14}},
                {.ranges = {{NET + 10, NET + 13}},
                        .n_ranges = 1,
                        .reserved = {NET + 11, NET + 50},
                        .n_reserved = 2,
                        .size = 4,
                        .order = {NET + 10, NET + 12, NET + 13}},
                /* what two ranges hold is there once */
                {.ranges = {{NET + 10, NET + 12}, {NET + 11, NET + 13}},
                        .n_ranges = 2,
                        .size = 4,
                        .order = {NET + 10, NET + 11, NET + 12, NET + 13}},
                /* network and broadcast address */
                {.ranges = {{NET, NET + 1}, {NET + 254, NET + 255}},
                        .n_ranges = 2,
                        .size = 2,
                        .order = {NET + 1, NET + 254}},
                {.size = 0},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                PoolSettings settings;
                Pool *pool = pool_of(&cases[i], &settings);
                ipv4_t address;

                ck_assert_uint_eq(pool->size, cases[i].size);
                for (const ipv4_t *expected = cases[i].order; *expected != 0; expected++) {
                        ck_assert_int_eq(find_unused(pool, &address), 0);
                        ck_assert_uint_eq(address, *expected);
                        ck_assert(pool_gives_out(pool, address));
                        pool_set_taken(pool, address, true);
                }
                ck_assert_int_lt(find_unused(pool, &address), 0);
                ck_assert_uint_eq(pool_n_free(pool), 0);
                pool_free(pool);
        }
}
END_TEST

START_TEST(test_what_is_given_out)
{
        static const PoolCase c = {
                .ranges = {{NET + 10, NET + 20}},
                .n_ranges = 1,
                .exclusions = {{NET + 15, NET + 16}},
                .n_exclusions = 1,
                .reserved = {NET + 12, NET + 50},
                .n_reserved = 2,
        };
        PoolSettings settings;
        Pool *pool = pool_of(&c, &settings);

        ck_assert(pool_gives_out(pool, NET + 10));
        ck_assert(pool_gives_out(pool, NET + 12)); /* to its host */
        ck_assert(!pool_gives_out(pool, NET + 15));
        ck_assert(!pool_gives_out(pool, NET + 21));
        ck_assert(!pool_gives_out(pool, NET + 50));
        ck_assert(pool_is_reserved(pool, NET + 12));
        ck_assert(pool_is_reserved(pool, NET + 50));
        ck_assert(!pool_is_reserved(pool, NET + 13));
        ck_assert(pool_contains(pool, NET + 200));
        ck_assert(!pool_contains(pool, NET + 256));
        pool_free(pool);
}
END_TEST

START_TEST(test_marks_of_addresses_that_nobody_gets)
{
        static const PoolCase c = {
                .ranges = {{NET + 10, NET + 12}},
                .n_ranges = 1,
                .exclusions = {{NET + 10, NET + 10}},
                .n_exclusions = 1,
                .reserved = {NET + 11},
                .n_reserved = 1,
        };
        PoolSettings settings;
        Pool *pool = pool_of(&c, &settings);
        ipv4_t address;

        for (ipv4_t a = NET + 9; a <= NET + 13; a++)
                pool_set_taken(pool, a, false);
        ck_assert_uint_eq(pool_n_free(pool), 1);
        ck_assert_int_eq(find_unused(pool, &address), 0);
        ck_assert_uint_eq(address, NET + 12);
        pool_set_taken(pool, NET + 12, true);
        pool_set_taken(pool, NET + 12, true);
        ck_assert_uint_eq(pool_n_free(pool), 0);
        pool_set_taken(pool, NET + 12, false);
        ck_assert_uint_eq(pool_n_free(pool), 1);
        pool_free(pool);
}
END_TEST

/* From anywhere on, all addresses are found, each once, in ascending order but for two steps back
 * at most. */
START_TEST(test_begin_anywhere)
{
        static const PoolCase c = {
                .ranges = {{NET + 100, NET + 199}, {NET + 10, NET + 19}},
                .n_ranges = 2,
                .exclusions = {{NET + 150, NET + 159}},
                .n_exclusions = 1,
        };
        PoolSettings settings;
        bool begins[256] = {false};
        size_t n_begins = 0;

        for (uint8_t i = 0; i < 50; i++) {
                const uint8_t seed[16] = {i};
                Pool *pool = pool_of(&c, &settings);
                bool seen[256] = {false};
                ipv4_t address, last = 0;
                size_t cursor = 0, n = 0, n_steps_back = 0;

                /* the first half has been used */
                for (ipv4_t a = NET + 100; a < NET + 150; a++)
                        pool_set_taken(pool, a, true);
                pool_begin_anywhere(pool, seed);
                ck_assert_int_eq(find_unused(pool, &address), 0);
                n_begins += !begins[address - NET];
                begins[address - NET] = true;
                for (; pool_next_unused(pool, &cursor, &address) >= 0; n++) {
                        ck_assert(!seen[address - NET]);
                        seen[address - NET] = true;
                        n_steps_back += address < last;
                        last = address;
                }
                ck_assert_uint_eq(n, 50);
                ck_assert_uint_le(n_steps_back, 2);
                pool_free(pool);
        }
        ck_assert_uint_gt(n_begins, 10);
}
END_TEST

START_TEST(test_begin_anywhere_in_a_full_pool)
{
        static const PoolCase c = {.ranges = {{NET + 1, NET + 250}}, .n_ranges = 1};
        static const uint8_t seed[16] = {1};
        PoolSettings settings;
        Pool *pool = pool_of(&c, &settings);
        ipv4_t address;

        for (ipv4_t a = NET + 1; a <= NET + 250; a++)
                pool_set_taken(pool, a, true);
        pool_begin_anywhere(pool, seed);
        ck_assert_int_lt(find_unused(pool, &address), 0);
        for (ipv4_t a = NET + 1; a <= NET + 250; a += 249) {
                pool_set_taken(pool, a, false);
                pool_begin_anywhere(pool, seed);
                ck_assert_int_eq(find_unused(pool, &address), 0);
                ck_assert_uint_eq(address, a);
                pool_set_taken(pool, a, true);
        }
        pool_free(pool);
}
END_TEST

TEST_MAIN("pool", test_begin_anywhere, test_begin_anywhere_in_a_full_pool, test_order_of_addresses,
        test_what_is_given_out, test_marks_of_addresses_that_nobody_gets);
