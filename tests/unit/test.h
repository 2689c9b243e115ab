/* SPDX-License-Identifier: MIT */
#pragma once

/* What every unit test shares: how a file gives its tests to the program that it is part of, and
 * bytes written as hexadecimal. Knows nothing of what is tested. The main() is in test-main.c. */

#include <check.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "basic/macro.h"

/* Seconds after which a test counts as hung; sanitizers and valgrind are slow. */
#define TEST_TIMEOUT 120

/* At each assertion check would write to a file where it is, a system call for each of millions,
 * and not print it with TAP. */
#define _mark_point(file, line) ((void) 0)

/* The tests of one file. */
typedef struct TestFile TestFile;
struct TestFile {
        const char *name; /* as in test-NAME.c */
        void (*fill)(Suite *suite);
        /* why they cannot run on this machine, NULL if they can; may be NULL itself */
        const char *(*find_obstacle)(void);
        TestFile *next;
};

/**
 * test_file_add() - has main() know @file; before main().
 *
 * @file: not copied
 */
void test_file_add(TestFile *file);

/**
 * test_cases_new() - adds a group of tests to a suite. It waits TEST_TIMEOUT for each.
 *
 * Return: the group, owned by the suite.
 */
static inline TCase *test_cases_new(Suite *suite, const char *name) {
        TCase *group = tcase_create(name);

        tcase_set_timeout(group, TEST_TIMEOUT);
        suite_add_tcase(suite, group);
        return group;
}

/* Gives the program a file whose tests a function adds, which follows:
 * TEST_SUITE("name", suite, NULL) { tcase_add_loop_test(test_cases_new(suite, "name"), …); } */
#define TEST_SUITE(name, suite, obstacle)                                                          \
        static void fill_suite_(Suite *suite);                                                     \
        __attribute__((constructor)) static void add_file_(void) {                                 \
                static TestFile file = {name, fill_suite_, obstacle, NULL};                        \
                test_file_add(&file);                                                              \
        }                                                                                          \
        static void fill_suite_(Suite *suite)

#define TEST_SUITE_OF(name, obstacle, ...)                                                         \
        TEST_SUITE(name, suite, obstacle) {                                                        \
                const TTest *const tests[] = {__VA_ARGS__};                                        \
                TCase *group = test_cases_new(suite, name);                                        \
                for (size_t i = 0; i < ELEMENTSOF(tests); i++)                                     \
                        tcase_add_test(group, tests[i]);                                           \
        }                                                                                          \
        struct test_main_needs_semicolon

/* Gives the program a file of tests: TEST_MAIN("name", test_one, test_two); the tests as
 * START_TEST() names them. */
#define TEST_MAIN(name, ...) TEST_SUITE_OF(name, NULL, __VA_ARGS__)

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
