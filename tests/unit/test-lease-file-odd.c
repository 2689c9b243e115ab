/* SPDX-License-Identifier: MIT */

/* Odd things in the state directory: names of ours that belong to directories, FIFOs and links, a
 * directory in the lease file's own place, and a file as a spreadsheet saves it. Service goes on,
 * and what was acknowledged is there at the next start. */

#include "merge-office.h"

static void command(const Office *office, const char *format) {
        char text[512];

        (void) snprintf(text, sizeof(text), "cd %s && %s", office->directory, format);
        ck_assert_int_eq(system(text), 0);
}

static void grant(Office *office, unsigned number) {
        ck_assert_int_eq(office_grant(office, OFFICE_NET + 100 + number, number, "host"), 0);
        office_wait(office);
        ck_assert_uint_eq(office->durable, server_last_commit(office->server));
}

static void expect_after_restart(Office *office, unsigned n) {
        office_close(office);
        office_open(office);
        for (unsigned i = 1; i <= n; i++)
                ck_assert_msg(office_has(office, OFFICE_NET + 100 + i, i), "lease %u is lost", i);
}

/* Ways to occupy a name; %s is replaced by it. */
static const char *const ways[] = {
        "mkdir %s && touch %s/x",
        "mkdir %s",
        "mkfifo %s",
        "ln -s /nowhere/at/all %s",
        "ln -s leases.csv %s",
};

static void occupy(const Office *office, const char *way, const char *name) {
        char text[256] = "", *to = text;

        for (const char *from = way; *from; from++)
                if (from[0] == '%' && from[1] == 's') {
                        to = stpcpy(to, name);
                        from++;
                } else
                        *to++ = *from;
        *to = '\0';
        command(office, text);
}

/* The lease file is overwritten with what is no text; that is kept under another name. */
START_TEST(test_aside)
{
        for (size_t i = 0; i < ELEMENTSOF(ways); i++) {
                Office office;
                char *kept;

                office_init(&office);
                grant(&office, 1);
                occupy(&office, ways[i], "leases.csv~");
                office_save(&office, "\x89PNG\r\n", SAVE_IN_PLACE);
                ck_assert(office_merge(&office, true, NULL, NULL));
                grant(&office, 2);
                ck_assert_uint_eq(office.n_failures, 0);
                ck_assert_str_eq(office.kept_as, office_name(&office, "leases.csv~1"));
                kept = office_read(&office, "leases.csv~1");
                ck_assert_str_eq(kept, "\x89PNG\r\n");
                free(kept);
                expect_after_restart(&office, 2);
                office_done(&office);
        }
}
END_TEST

/* The file before an edit is kept under another name. */
START_TEST(test_backup)
{
        for (size_t i = 0; i < ELEMENTSOF(ways); i++) {
                Office office;
                char *kept;

                office_init(&office);
                grant(&office, 1);
                occupy(&office, ways[i], "leases.csv~");
                office_save(&office,
                        OFFICE_HEADER "\n192.168.1.102,,02:00:00:00:00:02,new,bound,infinite,,\n",
                        SAVE_RENAMED);
                ck_assert(office_merge(&office, true, NULL, NULL));
                ck_assert_uint_eq(office.counts.n_applied, 1);
                ck_assert_str_eq(office.kept_as, office_name(&office, "leases.csv~1"));
                kept = office_read(&office, "leases.csv~1");
                ck_assert_ptr_nonnull(strstr(kept, "192.168.1.101"));
                ck_assert_ptr_null(strstr(kept, "192.168.1.102"));
                free(kept);
                grant(&office, 3);
                expect_after_restart(&office, 3);
                office_done(&office);
        }
}
END_TEST

/* No backup is claimed that could not be made. */
START_TEST(test_no_backup)
{
        Office office;

        office_init(&office);
        grant(&office, 1);
        command(&office, "for n in '' 1 2 3 4 5 6 7 8 9; do mkdir leases.csv~$n; done");
        office_save(&office,
                OFFICE_HEADER "\n192.168.1.102,,02:00:00:00:00:02,new,bound,infinite,,\n",
                SAVE_RENAMED);
        ck_assert(office_merge(&office, true, NULL, NULL));
        ck_assert_uint_eq(office.counts.n_applied, 1);
        ck_assert_str_eq(office.kept_as, "");
        expect_after_restart(&office, 2);
        office_done(&office);
}
END_TEST

START_TEST(test_temporary)
{
        for (size_t i = 0; i < ELEMENTSOF(ways); i++) {
                Office office;

                office_init(&office);
                grant(&office, 1);
                occupy(&office, ways[i], ".leases.csv.tmp");
                office_save(&office,
                        OFFICE_HEADER "\n192.168.1.102,,02:00:00:00:00:02,new,bound,infinite,,\n",
                        SAVE_RENAMED);
                ck_assert(office_merge(&office, true, NULL, NULL));
                grant(&office, 3);
                ck_assert_uint_eq(office.n_failures, 0);
                expect_after_restart(&office, 3);
                office_done(&office);
        }
}
END_TEST

/* Wrong lines go elsewhere, nobody is waited for, and nothing is written through a link. */
START_TEST(test_rejected)
{
        for (size_t i = 0; i < ELEMENTSOF(ways); i++) {
                Office office;
                char *rejected;

                office_init(&office);
                grant(&office, 1);
                occupy(&office, ways[i], "leases.csv.rejected");
                office_save(&office, "nobody,,,,,,,\n", SAVE_APPENDED);
                ck_assert(office_merge(&office, true, NULL, NULL));
                ck_assert_uint_eq(office.counts.n_rejected, 1);
                rejected = office_read(&office, "leases.csv.rejected1");
                ck_assert_msg(rejected && strstr(rejected, "nobody"), "%s", ways[i]);
                free(rejected);
                grant(&office, 2);
                expect_after_restart(&office, 2);
                office_done(&office);
        }
}
END_TEST

/* A directory in the place of the lease file is moved out of the way while the server runs. */
START_TEST(test_directory_in_its_place)
{
        for (size_t i = 0; i <= ELEMENTSOF(ways); i++) {
                Office office;

                office_init(&office);
                grant(&office, 1);
                if (i < ELEMENTSOF(ways))
                        occupy(&office, ways[i], "leases.csv~");
                command(&office, "rm leases.csv && mkdir leases.csv && touch leases.csv/mine");
                ck_assert(office_merge(&office, true, NULL, NULL));
                grant(&office, 2);
                ck_assert_uint_eq(office.n_failures, 0);
                command(&office, i < ELEMENTSOF(ways) ? "test -f leases.csv~1/mine"
                                                      : "test -f leases.csv~/mine");
                expect_after_restart(&office, 2);
                office_done(&office);
        }
}
END_TEST

/* As a spreadsheet saves it where the comma is in numbers: it is read, and written with commas. */
START_TEST(test_semicolons)
{
        Office office;
        char *text;

        office_init(&office);
        grant(&office, 1);
        grant(&office, 2);
        office_close(&office);
        command(&office, "sed -i 's/,/;/g' leases.csv");
        office_open(&office);
        ck_assert_uint_eq(office.n_load_problems, 1);
        ck_assert(office_has(&office, OFFICE_NET + 101, 1));
        ck_assert(office_has(&office, OFFICE_NET + 102, 2));
        grant(&office, 3);
        text = office_read(&office, "leases.csv");
        ck_assert_ptr_null(strchr(text, ';'));
        free(text);
        expect_after_restart(&office, 3);
        ck_assert_uint_eq(office.n_load_problems, 0);
        office_done(&office);
}
END_TEST

/* The same while the server runs, in place: the file is no longer and no shorter than it was. */
START_TEST(test_semicolons_in_place)
{
        Office office;
        char *text;

        office_init(&office);
        grant(&office, 1);
        text = office_read(&office, "leases.csv");
        for (char *p = text; *p; p++)
                if (*p == ',')
                        *p = ';';
        office_save(&office, text, SAVE_IN_PLACE);
        free(text);
        ck_assert(office_merge(&office, true, NULL, NULL));
        grant(&office, 2);
        text = office_read(&office, "leases.csv");
        ck_assert_ptr_null(strchr(text, ';'));
        free(text);
        expect_after_restart(&office, 2);
        office_done(&office);
}
END_TEST

TEST_MAIN("lease-file-odd", test_aside, test_backup, test_no_backup, test_temporary, test_rejected,
        test_directory_in_its_place, test_semicolons, test_semicolons_in_place);
