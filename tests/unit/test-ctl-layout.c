/* SPDX-License-Identifier: MIT */
/* Columns chosen by name, and tables that fit. */

#include <errno.h>
#include <locale.h>

#include "ctl/layout.h"
#include "test.h"

static const Column columns[] = {
        {"address", "ADDRESS", 0},
        {"hostname", "HOSTNAME", COLUMN_ELASTIC},
        {"expires", "EXPIRES", COLUMN_STIFF},
};

static const unsigned defaults[] = {0, 2};

START_TEST(test_choice)
{
        static const struct {
                const char *text;
                int r;
                size_t n;
                unsigned items[4];
                const char *unknown;
        } cases[] = {
                {NULL, 0, 2, {0, 2}, NULL},
                {"hostname", 0, 1, {1}, NULL},
                {"expires,address", 0, 2, {2, 0}, NULL},
                {"ADDRESS,Hostname", 0, 2, {0, 1}, NULL},
                {"+hostname", 0, 3, {0, 2, 1}, NULL},
                {"+", 0, 2, {0, 2}, NULL},
                {"address,,expires,", 0, 2, {0, 2}, NULL},
                {"address,address", 0, 2, {0, 0}, NULL},
                {"", -EINVAL, 0, {0}, NULL},
                {",", -EINVAL, 0, {0}, NULL},
                {"address,colour", -ENOENT, 0, {0}, "colour"},
                {"addr", -ENOENT, 0, {0}, "addr"},
                {"+colour,address", -ENOENT, 0, {0}, "colour"},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_(column_choice_done) ColumnChoice choice = {0};
                _cleanup_free_ char *unknown = NULL;

                ck_assert_int_eq(column_choice_parse(columns, ELEMENTSOF(columns), defaults,
                                         ELEMENTSOF(defaults), cases[i].text, &choice, &unknown),
                        cases[i].r);
                ck_assert_pstr_eq(unknown, cases[i].unknown);
                ck_assert_uint_eq(choice.n_items, cases[i].n);
                for (size_t k = 0; k < cases[i].n; k++)
                        ck_assert_uint_eq(choice.items[k], cases[i].items[k]);
        }
}
END_TEST

START_TEST(test_names)
{
        _cleanup_free_ char *all = column_names(columns, ELEMENTSOF(columns));
        _cleanup_free_ char *one = column_names(columns, 1);

        ck_assert_str_eq(all, "address, hostname and expires");
        ck_assert_str_eq(one, "address");
}
END_TEST

START_TEST(test_fit)
{
        static const struct {
                size_t widths[3];
                size_t least[3];
                bool yielding[3];
                size_t available;
                size_t fitted[3];
        } cases[] = {
                /* it fits */
                {{10, 10, 10}, {0, 0, 0}, {true, true, true}, 32, {10, 10, 10}},
                /* the widest goes first, then both */
                {{10, 20, 12}, {0, 0, 0}, {false, true, true}, 40, {10, 16, 12}},
                {{10, 20, 12}, {0, 0, 0}, {false, true, true}, 30, {10, 9, 9}},
                /* nobody gives what must not go */
                {{10, 20, 12}, {0, 0, 0}, {false, false, false}, 30, {10, 20, 12}},
                {{10, 20, 12}, {0, 15, 0}, {false, true, false}, 30, {10, 15, 12}},
                {{10, 20, 12}, {0, 0, 0}, {false, true, false}, 5, {10, 6, 12}},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                size_t widths[3];

                memcpy(widths, cases[i].widths, sizeof(widths));
                layout_fit(widths, cases[i].least, cases[i].yielding, 3, cases[i].available);
                for (size_t k = 0; k < 3; k++)
                        ck_assert_uint_eq(widths[k], cases[i].fitted[k]);
        }
        layout_fit(NULL, NULL, NULL, 0, 10);
}
END_TEST

START_TEST(test_fit_columns)
{
        static const Column hard = {"a", "A", 0}, name = {"name", "NAME", COLUMN_ELASTIC},
                            spare = {"b", "B", COLUMN_SPARE}, stiff = {"end", "END", COLUMN_STIFF};
        static const Column *const table[] = {&hard, &spare, &name, &stiff};
        static const size_t least[4] = {0};
        static const struct {
                size_t available;
                size_t fitted[4]; /* 0 = left out */
        } cases[] = {
                {50, {15, 9, 12, 11}},
                {46, {15, 9, 8, 11}},
                {42, {15, 9, 6, 9}},
                /* the spare one goes, and leaves its room to the others */
                {38, {15, 0, 10, 11}},
                {29, {15, 0, 6, 6}},
                /* then the last one */
                {28, {15, 0, 12, 0}},
                {21, {15, 0, 0, 0}},
                {8, {8, 0, 0, 0}},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                size_t widths[4] = {15, 9, 12, 11};

                layout_fit_columns(table, widths, least, 4, cases[i].available);
                for (size_t k = 0; k < 4; k++)
                        ck_assert_msg(widths[k] == cases[i].fitted[k],
                                "column %zu of a table in %zu columns has %zu", k,
                                cases[i].available, widths[k]);
        }
        layout_fit_columns(NULL, NULL, NULL, 0, 10);
}
END_TEST

START_TEST(test_cut)
{
        static const struct {
                const char *text;
                size_t width;
                bool tail;
                const char *ellipsis;
                const char *cut;
        } cases[] = {
                {"laptop", 6, false, "…", "laptop"},
                {"laptop", 5, false, "…", "lapt…"},
                {"laptop", 5, true, "…", "…ptop"},
                {"laptop", 5, false, "...", "la..."},
                {"café-au-lait", 5, false, "…", "café…"},
                {"日本語", 5, false, "…", "日本…"},
                {"日本語", 4, false, "…", "日…"},
                {"日本語", 4, true, "…", "…語"},
                {"laptop", 1, false, "…", "…"},
                {"laptop", 0, false, "…", "…"},
                {"", 0, false, "…", ""},
        };

        ck_assert_ptr_nonnull(setlocale(LC_ALL, "C.UTF-8"));
        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_free_ char *cut =
                        layout_cut(cases[i].text, cases[i].width, cases[i].tail, cases[i].ellipsis);

                ck_assert_str_eq(cut, cases[i].cut);
        }
}
END_TEST

TEST_MAIN("ctl-layout", test_choice, test_names, test_fit, test_fit_columns, test_cut);
