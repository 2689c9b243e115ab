/* SPDX-License-Identifier: MIT */
/* Rows put in and got back in order, whether memory holds them or a file does. */

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "ctl/row-sorter.h"
#include "test.h"

enum {
        N_ROWS = 20000,
        SMALL = 16384, /* a memory that holds few of the rows */
};

static int compare(const SortedRow *a, const SortedRow *b) {
        return memcmp(a->key, b->key, 4);
}

/* Numbers that come in no order, each of them twice. */
static unsigned number_at(unsigned i) {
        return i / 2 * 7919 % (N_ROWS / 2);
}

static int add(RowSorter *sorter, unsigned i) {
        char key[5], row[512];
        int size = snprintf(row, sizeof(row), "%u", i);

        (void) snprintf(key, sizeof(key), "%04x", number_at(i));
        /* rows of any length, none among them */
        if (i % 100 == 99)
                size = 0;
        if (i % 100 == 98) {
                memset(row + size, 'x', sizeof(row) - (size_t) size);
                size = sizeof(row);
        }
        return row_sorter_add(sorter, key, 4, row, (size_t) size);
}

static void check_all(RowSorter *sorter, unsigned n_rows) {
        unsigned n = 0, last = 0, last_index = 0;
        SortedRow row;
        int r;

        while ((r = row_sorter_next(sorter, &row)) > 0) {
                char text[16] = "";
                unsigned number, index;

                memcpy(text, row.key, 4);
                number = (unsigned) strtoul(text, NULL, 16);
                ck_assert_uint_ge(number, last);
                memset(text, 0, sizeof(text));
                if (row.size > 0) {
                        memcpy(text, row.data, MIN(row.size, (size_t) 10));
                        index = (unsigned) strtoul(text, NULL, 10);
                        ck_assert_uint_eq(number_at(index), number);
                        /* equal keys come as they were added */
                        if (n > 0 && number == last)
                                ck_assert_uint_gt(index, last_index);
                        last_index = index;
                }
                last = number;
                n++;
        }
        ck_assert_int_eq(r, 0);
        ck_assert_uint_eq(n, n_rows);
        ck_assert_int_eq(row_sorter_next(sorter, &row), 0);
}

static void sort_and_check(size_t memory, unsigned n_rows) {
        _cleanup_(row_sorter_freep) RowSorter *sorter = NULL;

        ck_assert_int_eq(row_sorter_new(&sorter, compare, memory), 0);
        for (unsigned i = 0; i < n_rows; i++)
                ck_assert_int_eq(add(sorter, i), 0);
        check_all(sorter, n_rows);
}

START_TEST(in_memory)
{
        sort_and_check(0, 0);
        sort_and_check(0, 1);
        sort_and_check(0, N_ROWS);
}
END_TEST

START_TEST(in_a_file)
{
        sort_and_check(SMALL, N_ROWS);
        sort_and_check(1, 300); /* each row is a run */
}
END_TEST

START_TEST(without_a_file)
{
        ck_assert_int_eq(setenv("TMPDIR", "/proc", true), 0);
        sort_and_check(SMALL, N_ROWS);
}
END_TEST

/* A disk that becomes full: memory has room for the rest. Nothing else may write meanwhile, not
 * even what asserts. */
START_TEST(with_a_full_disk)
{
        _cleanup_(row_sorter_freep) RowSorter *sorter = NULL;
        struct rlimit limit, small;
        int r = 0;

        ck_assert(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
        ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
        ck_assert_int_eq(row_sorter_new(&sorter, compare, SMALL), 0);
        small = limit;
        small.rlim_cur = 200000;
        ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
        for (unsigned i = 0; i < N_ROWS && r == 0; i++)
                r = add(sorter, i);
        (void) setrlimit(RLIMIT_FSIZE, &limit);
        ck_assert_int_eq(r, 0);
        check_all(sorter, N_ROWS);
}
END_TEST

/* Nothing is left behind, and nothing is taken twice. */
START_TEST(given_up)
{
        _cleanup_(row_sorter_freep) RowSorter *sorter = NULL;
        SortedRow row;

        ck_assert_int_eq(row_sorter_new(&sorter, compare, SMALL), 0);
        for (unsigned i = 0; i < N_ROWS; i++)
                ck_assert_int_eq(add(sorter, i), 0);
        ck_assert_int_eq(row_sorter_next(sorter, &row), 1);
}
END_TEST

TEST_MAIN("row-sorter", in_memory, in_a_file, without_a_file, with_a_full_disk, given_up);
