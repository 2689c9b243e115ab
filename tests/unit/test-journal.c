/* SPDX-License-Identifier: MIT */

/* The journal's queue against a reader that has stopped: the writer goes on, what is lost is
 * counted and said. The reader here is a pipe in the place of stderr. */

#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "daemon/journal.h"
#include "redirect.h"
#include "test.h"

enum {
        N_ENTRIES = 100000,
        N_LONG_ENTRIES = 6000, /* a kilobyte each: more than the queue has room for */
};

START_TEST(lines_arrive_in_order)
{
        int saved, fd = redirect_stderr(&saved);
        Journal *journal;
        char text[256];
        ssize_t n;

        ck_assert_int_eq(journal_new(&journal, LOG_INFO), 0);
        journal_say(journal, LOG_INFO, NULL, "one");
        journal_say(journal, LOG_DEBUG, NULL, "not wanted");
        journal_say(journal, LOG_ERR, NULL, "two %d", 2);
        ck_assert_ptr_null(journal_free(journal));
        restore_stderr(saved);

        n = read(fd, text, sizeof(text) - 1);
        ck_assert_int_gt(n, 0);
        text[n] = 0;
        ck_assert_str_eq(text, "one\ntwo 2\n");
        (void) close(fd);
}
END_TEST

START_TEST(stopped_reader_stops_nobody)
{
        int saved, fd = redirect_stderr(&saved);
        size_t n_lines = 0, n_said_lost = 0;
        unsigned long n_lost_in_text = 0;
        Journal *journal;
        FILE *reader;
        char line[2048];
        uint64_t n_lost;

        ck_assert_int_eq(journal_new(&journal, LOG_INFO), 0);
        for (unsigned i = 0; i < N_ENTRIES; i++)
                journal_say(journal, LOG_INFO, NULL, "entry %u of a reader who does not read", i);
        n_lost = journal_n_lost(journal);
        ck_assert_uint_gt(n_lost, 0);

        /* the reader goes on until there is room; then the loss is said */
        reader = fdopen(fd, "r");
        ck_assert_ptr_nonnull(reader);
        while (n_lines < N_ENTRIES - n_lost && fgets(line, sizeof(line), reader))
                n_lines++;
        ck_assert_uint_eq(n_lines, N_ENTRIES - n_lost);
        journal_say(journal, LOG_INFO, NULL, "last");
        ck_assert_ptr_null(journal_free(journal));
        restore_stderr(saved);

        while (fgets(line, sizeof(line), reader)) {
                n_said_lost += sscanf(line, "%lu log entries are missing", &n_lost_in_text) == 1;
                if (strcmp(line, "last\n") == 0)
                        break;
        }
        ck_assert_str_eq(line, "last\n");
        ck_assert_uint_eq(n_said_lost, 1);
        ck_assert_uint_eq(n_lost_in_text, n_lost);
        (void) fclose(reader);
}
END_TEST

START_TEST(long_values_are_cut)
{
        int saved, fd = redirect_stderr(&saved);
        char value[5000], text[8192];
        JournalField fields[JOURNAL_FIELDS_MAX + 4];
        Journal *journal;
        ssize_t n;

        memset(value, 'x', sizeof(value) - 1);
        value[sizeof(value) - 1] = 0;
        for (size_t i = 0; i < ELEMENTSOF(fields); i++)
                fields[i] = (JournalField){"DHCP_FIELD_WITH_A_VERY_LONG_NAME_INDEED", value};

        ck_assert_int_eq(journal_new(&journal, LOG_INFO), 0);
        journal_write(journal, LOG_INFO, NULL, fields, ELEMENTSOF(fields), "%s", value);
        ck_assert_ptr_null(journal_free(journal));
        restore_stderr(saved);

        n = read(fd, text, sizeof(text));
        ck_assert_int_gt(n, 1000);
        ck_assert_int_le(n, 1025);
        (void) close(fd);
}
END_TEST

/* Kilobytes of memory that are the process' own. */
static unsigned long resident(void) {
        FILE *f = fopen("/proc/self/status", "re");
        unsigned long size = 0;
        char line[256];

        ck_assert_ptr_nonnull(f);
        while (fgets(line, sizeof(line), f) && sscanf(line, "RssAnon: %lu", &size) != 1)
                ;
        (void) fclose(f);
        ck_assert_uint_gt(size, 0);
        return size;
}

/* Little at a time, much in the long run: a lively network with a journal that follows. */
START_TEST(little_at_a_time_takes_little_memory)
{
        int saved, fd = redirect_stderr(&saved);
        unsigned long before = 0;
        char value[1000], line[2048];
        Journal *journal;
        FILE *reader;

        memset(value, 'x', sizeof(value) - 1);
        value[sizeof(value) - 1] = 0;
        reader = fdopen(fd, "r");
        ck_assert_ptr_nonnull(reader);
        ck_assert_int_eq(journal_new(&journal, LOG_INFO), 0);
        for (unsigned i = 0; i < N_LONG_ENTRIES; i++) {
                journal_say(journal, LOG_INFO, NULL, "%s", value);
                ck_assert_ptr_nonnull(fgets(line, sizeof(line), reader));
                if (i == 100)
                        before = resident();
        }
        ck_assert_uint_lt(resident(), before + 1024);
        ck_assert_ptr_null(journal_free(journal));
        restore_stderr(saved);
        (void) fclose(reader);
}
END_TEST

TEST_MAIN("journal", lines_arrive_in_order, stopped_reader_stops_nobody, long_values_are_cut,
        little_at_a_time_takes_little_memory);
