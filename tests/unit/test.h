/* SPDX-License-Identifier: MIT */
#pragma once

/* What every unit test shares: a main() that prints TAP, and bytes written as hexadecimal. Knows
 * nothing of what is tested. */

#include <check.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "basic/macro.h"

/* Seconds after which a test counts as hung; sanitizers and valgrind are slow. */
#define TEST_TIMEOUT 120

/**
 * test_run() - runs tests as one suite, TAP on stdout.
 * Return: main()'s exit status.
 */
static inline int test_run(const char *name, const TTest *const *tests, size_t n_tests) {
        Suite *suite = suite_create(name);
        TCase *group = tcase_create(name);
        SRunner *runner;
        int n_failed;

        tcase_set_timeout(group, TEST_TIMEOUT);
        for (size_t i = 0; i < n_tests; i++)
                tcase_add_test(group, tests[i]);
        suite_add_tcase(suite, group);

        runner = srunner_create(suite);
        srunner_set_tap(runner, "-");
        srunner_run_all(runner, CK_SILENT);
        n_failed = srunner_ntests_failed(runner);
        srunner_free(runner);
        return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* Defines main(): TEST_MAIN("name", test_one, test_two); the tests as START_TEST() names them. */
#define TEST_MAIN(name, ...)                                                                       \
        int main(void) {                                                                           \
                const TTest *const tests[] = {__VA_ARGS__};                                        \
                return test_run(name, tests, ELEMENTSOF(tests));                                   \
        }                                                                                          \
        struct test_main_needs_semicolon

/**
 * test_bytes() - reads hexadecimal digits, blanks anywhere between bytes.
 * Return: the number of bytes; the test fails when they do not fit or are none.
 */
static inline size_t test_bytes(const char *hex, uint8_t *ret, size_t capacity) {
        size_t n = 0;

        for (hex += strspn(hex, " \n"); *hex; hex += strspn(hex, " \n")) {
                char digits[3] = {hex[0], hex[1], 0}, *end;
                unsigned long byte = strtoul(digits, &end, 16);

                ck_assert_msg(end == digits + 2, "not a byte: %s", hex);
                ck_assert_uint_lt(n, capacity);
                ret[n++] = (uint8_t) byte;
                hex += 2;
        }
        return n;
}

/* Fails unless @size bytes at @data are those that @hex writes. */
#define test_assert_bytes(data, size, hex)                                                         \
        do {                                                                                       \
                uint8_t expected_[4096];                                                           \
                size_t n_expected_ = test_bytes(hex, expected_, sizeof(expected_));                \
                ck_assert_uint_eq(size, n_expected_);                                              \
                ck_assert_mem_eq(data, expected_, n_expected_);                                    \
        } while (0)
