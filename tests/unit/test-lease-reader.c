/* SPDX-License-Identifier: MIT */
/* A file as lines, and lines as cells. */

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "store/reader.h"
#include "test.h"

static int file_with(const void *text, size_t size) {
        int fd = memfd_create("test", MFD_CLOEXEC);

        ck_assert_int_ge(fd, 0);
        ck_assert_int_eq(write(fd, text, size), (ssize_t) size);
        return fd;
}

START_TEST(test_lines)
{
        static const struct {
                const char *text;
                size_t size;         /* 0: strlen */
                const char *printed; /* each line in brackets; ! after one without newline */
                bool has_bom;
                bool has_cr;
        } cases[] = {
                {"", 0, "", false, false},
                {"\n", 0, "[]", false, false},
                {"a\n", 0, "[a]", false, false},
                {"a\nb", 0, "[a][b]!", false, false},
                {"a\n\n\nb\n", 0, "[a][][][b]", false, false},
                {"a\r\nb\r\n", 0, "[a][b]", false, true},
                {"a\r", 0, "[a\r]!", false, false},
                {"a\r\r\n", 0, "[a\r]", false, true},
                {"\xef\xbb\xbf"
                 "a\n\xef\xbb\xbf",
                        0, "[a][\xef\xbb\xbf]!", true, false},
                {"\xef\xbb\xbf", 0, "", true, false},
                {"\xef\xbb", 0, "[\xef\xbb]!", false, false},
                {"a\0b\n", 4, "[a.b]", false, false},
                {"a\n\0\0\0", 5, "[a][...]!", false, false},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                size_t size = cases[i].size > 0 ? cases[i].size : strlen(cases[i].text);
                int fd = file_with(cases[i].text, size);
                char printed[256], *p = printed;
                unsigned number = 0;
                ReaderLine line;
                Reader reader;

                ck_assert_int_eq(reader_init(&reader, fd), 0);
                while (reader_next(&reader, &line) > 0) {
                        ck_assert_uint_eq(line.number, ++number);
                        *p++ = '[';
                        for (size_t j = 0; j < line.size; j++)
                                *p++ = line.text[j] ? line.text[j] : '.';
                        *p++ = ']';
                        if (!line.terminated)
                                *p++ = '!';
                }
                *p = '\0';
                ck_assert_str_eq(printed, cases[i].printed);
                ck_assert_uint_eq(reader.offset, size);
                ck_assert(reader.has_bom == cases[i].has_bom);
                ck_assert(reader.has_cr == cases[i].has_cr);
                ck_assert_int_eq(reader_next(&reader, &line), 0);
                reader_done(&reader);
                (void) close(fd);
        }
}
END_TEST

/* Lines of all lengths around the limit, between others, across the borders of the buffer. */
START_TEST(test_long_lines)
{
        static const size_t lengths[] = {1, READER_LINE_MAX - 1, READER_LINE_MAX,
                READER_LINE_MAX + 1, 4 * READER_LINE_MAX - 1, 4 * READER_LINE_MAX,
                4 * READER_LINE_MAX + 1, 1000000};

        for (size_t i = 0; i < ELEMENTSOF(lengths); i++)
                for (size_t terminated = 0; terminated < 2; terminated++) {
                        const size_t length = lengths[i], size = 2 + length + 2 * terminated;
                        char *text = malloc(2 + length + 2);
                        ReaderLine line;
                        Reader reader;
                        int fd;

                        ck_assert_ptr_nonnull(text);
                        memset(text, 'x', 2 + length);
                        memcpy(text, "a\n", 2);
                        memcpy(text + 2 + length, "\nb", 2);
                        fd = file_with(text, size);
                        free(text);

                        ck_assert_int_eq(reader_init(&reader, fd), 0);
                        ck_assert_int_eq(reader_next(&reader, &line), 1);
                        ck_assert_uint_eq(line.size, 1);
                        ck_assert_int_eq(reader_next(&reader, &line), 1);
                        ck_assert_uint_eq(line.size, MIN(length, (size_t) READER_LINE_MAX));
                        ck_assert(line.cut == (length > READER_LINE_MAX));
                        ck_assert(line.cut || line.terminated == (terminated > 0));
                        ck_assert_int_eq(reader_next(&reader, &line), (int) terminated);
                        if (terminated) {
                                ck_assert_uint_eq(line.number, 3);
                                ck_assert_uint_eq(line.size, 1);
                                ck_assert_int_eq(line.text[0], 'b');
                        }
                        ck_assert_int_eq(reader_next(&reader, &line), 0);
                        reader_done(&reader);
                        (void) close(fd);
                }
}
END_TEST

START_TEST(test_cells)
{
        static const struct {
                const char *line;
                const char *cells;  /* each in brackets */
                const char *reason; /* or a part of what is said */
        } cases[] = {
                {"a", "[a]", NULL},
                {",", "[][]", NULL},
                {"a,b,,c", "[a][b][][c]", NULL},
                {" a ,\tb\t, ", "[a][b][]", NULL},
                {"\" a \",b", "[ a ][b]", NULL},
                {"\"a,b\",\"say \"\"hi\"\"\",\"\"", "[a,b][say \"hi\"][]", NULL},
                {"\"a\" ,b", "[a][b]", NULL},
                {"\"a\rb\",c", "[a\rb][c]", NULL},
                {"a\"b,c", NULL, "inside of a cell"},
                {"\"a\"b,c", NULL, "inside of a cell"},
                {"a,\"b", NULL, "not closed"},
                {"a,\"", NULL, "not closed"},
                {"\"\"\"", NULL, "not closed"},
                {"a\rb", NULL, "carriage return"},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                char printed[256] = "", *p = printed;
                int fd = file_with(cases[i].line, strlen(cases[i].line));
                const char *reason = NULL;
                char *const *cells;
                ReaderLine line;
                Reader reader;
                size_t n;
                int r;

                ck_assert_int_eq(reader_init(&reader, fd), 0);
                ck_assert_int_eq(reader_next(&reader, &line), 1);
                /* twice: a mistake must not colour the next line */
                for (size_t again = 0; again < 2; again++, p = printed) {
                        r = reader_split(&reader, &line, &cells, &n, &reason);
                        ck_assert_int_eq(r, cases[i].cells ? 0 : -EINVAL);
                        if (r < 0) {
                                ck_assert_msg(strstr(reason, cases[i].reason), "%s", reason);
                                continue;
                        }
                        for (size_t j = 0; j < n; j++)
                                p += sprintf(p, "[%s]", cells[j]);
                        ck_assert_str_eq(printed, cases[i].cells);
                }
                reader_done(&reader);
                (void) close(fd);
        }
}
END_TEST

START_TEST(test_most_cells)
{
        for (size_t n = READER_CELLS_MAX - 1; n <= READER_CELLS_MAX + 2; n++) {
                char text[READER_CELLS_MAX + 8];
                const char *reason;
                char *const *cells;
                ReaderLine line;
                Reader reader;
                size_t n_cells;
                int fd, r;

                memset(text, ',', n - 1);
                fd = file_with(text, n - 1);
                ck_assert_int_eq(reader_init(&reader, fd), 0);
                ck_assert_int_eq(reader_next(&reader, &line), 1);
                r = reader_split(&reader, &line, &cells, &n_cells, &reason);
                if (n <= READER_CELLS_MAX) {
                        ck_assert_int_eq(r, 0);
                        ck_assert_uint_eq(n_cells, n);
                } else
                        ck_assert_int_eq(r, -EINVAL);
                reader_done(&reader);
                (void) close(fd);
        }
}
END_TEST

/* The longest line that is a line, in one cell and in very many. */
START_TEST(test_largest_cells)
{
        static const char fillings[] = {'x', ',', ' '};

        for (size_t i = 0; i < ELEMENTSOF(fillings); i++) {
                char *text = malloc(READER_LINE_MAX);
                const char *reason;
                char *const *cells;
                ReaderLine line;
                Reader reader;
                size_t n;
                int fd, r;

                ck_assert_ptr_nonnull(text);
                memset(text, fillings[i], READER_LINE_MAX);
                text[0] = 'a';
                fd = file_with(text, READER_LINE_MAX);
                ck_assert_int_eq(reader_init(&reader, fd), 0);
                ck_assert_int_eq(reader_next(&reader, &line), 1);
                ck_assert(!line.cut);
                r = reader_split(&reader, &line, &cells, &n, &reason);
                ck_assert_int_eq(r, fillings[i] == ',' ? -EINVAL : 0);
                if (fillings[i] == 'x')
                        ck_assert_mem_eq(cells[0], text, READER_LINE_MAX);
                reader_done(&reader);
                (void) close(fd);
                free(text);
        }
}
END_TEST

TEST_MAIN("lease-reader", test_lines, test_long_lines, test_cells, test_most_cells,
        test_largest_cells);
