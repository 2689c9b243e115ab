/* SPDX-License-Identifier: MIT */
/* The lease file: opened, loaded, appended to. */

#include "basic/buffer.h"
#include "lease-desk.h"

#define ROW(address, rest) address ",01:02:00:00:00:00:07," rest "\n"

/* What the desk's clock shows, and an hour later. */
#define NOW "2026-11-21T21:55:00.000000Z"
#define HOUR "2026-11-21T22:55:00Z"

static Desk desk;
static DeskListing listing;

START_TEST(test_new_file)
{
        struct stat st;

        desk_init(&desk, false);
        desk_open(&desk);
        desk_assert_file(&desk, "leases.csv", DESK_HEADER);
        ck_assert_int_eq(stat(desk.path, &st), 0);
        ck_assert_uint_eq(st.st_mode & 07137, 0);
        ck_assert_str_eq(lease_file_path(desk.file), desk.path);
        ck_assert(!desk_is_suspect(&desk));
        desk_load(&desk, &desk.clock, &listing, NULL);
        ck_assert_str_eq(listing.text, "");
        ck_assert(!lease_file_wants_rewrite(desk.file, 0));
        desk_done(&desk);
}
END_TEST

START_TEST(test_append)
{
        LeaseFileStatistics statistics;
        char *text;

        desk_init(&desk, false);
        desk_open(&desk);
        desk_load(&desk, &desk.clock, &listing, NULL);
        ck_assert_int_eq(desk_commit(&desk, 0, true), 0);
        ck_assert_int_eq(desk_commit(&desk, 1, true), 0);
        ck_assert_int_eq(desk_commit(&desk, 0, false), 0);
        desk_assert_file(&desk, "leases.csv", DESK_HEADER); /* nothing before the flush */
        desk_settle(&desk);
        ck_assert_uint_eq(desk.durable, 3);
        ck_assert_uint_eq(desk.n_events[DESK_DURABLE], 1);

        /* the tags rise although the clock stands still, and lifetimes hold against the tags */
        desk_assert_file(&desk, "leases.csv",
                DESK_HEADER "10.0.0.1,ff:00,,c1,bound," HOUR ",lan," NOW "\n"
                            "10.0.0.2,ff:01,,c2,bound,2026-11-21T22:55:01Z,lan,"
                            "2026-11-21T21:55:00.000001Z\n"
                            "10.0.0.1,,,,released,2026-11-21T20:31:41Z,lan,"
                            "2026-11-21T21:55:00.000002Z\n");
        lease_file_get_statistics(desk.file, &statistics);
        text = desk_read(&desk, "leases.csv");
        ck_assert_uint_eq(statistics.file_size, strlen(text));
        free(text);
        ck_assert_uint_eq(statistics.n_file_rows, 3);
        ck_assert_uint_eq(statistics.n_rows, 3);
        ck_assert_uint_eq(statistics.n_batches, 1);
        desk_assert_reloads(&desk);
        desk_done(&desk);
}
END_TEST

/* What is appended while the worker is busy forms one batch, and is flushed by its answer. */
START_TEST(test_group_commit)
{
        desk_init(&desk, false);
        desk_open(&desk);
        ck_assert_int_eq(desk_commit(&desk, 0, true), 0);
        (void) lease_file_flush(desk.file);
        for (size_t i = 1; i < 10; i++)
                ck_assert_int_eq(desk_commit(&desk, i, true), 0);
        while (desk.durable < 10) {
                desk_wait(&desk);
                (void) desk_process(&desk);
        }
        ck_assert_uint_eq(desk.n_events[DESK_DURABLE], 2);
        desk_assert_reloads(&desk);
        desk_done(&desk);
}
END_TEST

START_TEST(test_free_flushes)
{
        desk_init(&desk, false);
        desk_open(&desk);
        ck_assert_int_eq(desk_commit(&desk, 0, true), 0);
        (void) lease_file_flush(desk.file);
        ck_assert_int_eq(desk_commit(&desk, 1, true), 0);
        desk_assert_reloads(&desk); /* without waiting for anything */
        desk_done(&desk);
}
END_TEST

START_TEST(test_lock)
{
        LeaseFile *second = NULL;

        desk_init(&desk, false);
        desk_open(&desk);
        ck_assert_int_eq(desk_open_file(&second, desk.path, NULL), -EWOULDBLOCK);
        ck_assert_int_eq(desk_open_file(&second, desk_name(&desk, "other"), NULL), -EWOULDBLOCK);
        ck_assert_ptr_null(second);
        desk.file = lease_file_free(desk.file);
        ck_assert_int_eq(desk_open_file(&second, desk.path, NULL), 0);
        (void) lease_file_free(second);
        desk_done(&desk);
}
END_TEST

START_TEST(test_open_errors)
{
        LeaseFile *file = NULL;

        desk_init(&desk, false);
        ck_assert_int_eq(
                desk_open_file(&file, desk_name(&desk, "missing/leases.csv"), NULL), -ENOENT);
        ck_assert_int_eq(desk_open_file(&file, desk_name(&desk, ""), NULL), -EISDIR);
        ck_assert_int_eq(mkdir(desk.path, 0700), 0);
        ck_assert_int_eq(desk_open_file(&file, desk.path, NULL), -EISDIR);
        ck_assert_int_eq(rmdir(desk.path), 0);
        ck_assert_int_eq(mkfifo(desk.path, 0600), 0);
        ck_assert_int_eq(desk_open_file(&file, desk.path, NULL), -EINVAL);
        ck_assert_ptr_null(file);
        desk_done(&desk);
}
END_TEST

/* What a crash in the middle of a rewrite leaves. */
START_TEST(test_leftover)
{
        desk_init(&desk, false);
        desk_write(&desk, "leases.csv", DESK_HEADER);
        desk_write(&desk, ".leases.csv.tmp", "rubbish");
        desk_open(&desk);
        ck_assert(!desk_exists(&desk, ".leases.csv.tmp"));
        desk_assert_file(&desk, "leases.csv", DESK_HEADER);
        desk_done(&desk);
}
END_TEST

/* A link is followed: the file it names is the one that is replaced. */
START_TEST(test_symbolic_link)
{
        struct stat st;

        desk_init(&desk, false);
        desk_write(&desk, "other", DESK_HEADER);
        ck_assert_int_eq(symlink("other", desk.path), 0);
        desk_open(&desk);
        desk_load(&desk, &desk.clock, &listing, NULL);
        ck_assert_int_eq(desk_commit(&desk, 0, true), 0);
        desk_rewrite_begin(&desk);
        desk_settle(&desk);
        ck_assert_int_eq(lstat(desk.path, &st), 0);
        ck_assert(S_ISLNK(st.st_mode));
        ck_assert(desk_contains(&desk, "other", "c1"));
        desk_assert_reloads(&desk);
        desk_done(&desk);
}
END_TEST

/* Files as they are found, what is taken from them, and what is said. */
START_TEST(test_load)
{
        static const struct {
                const char *name;
                const char *text;
                size_t size; /* 0: strlen */
                const char *listing;
                const char *rejected; /* NULL: nothing is */
                bool wants_rewrite;
        } cases[] = {
                {"empty", "", 0, "", NULL, true},
                {"only blank lines", "\n \n", 0, "", NULL, true},
                {"our own", DESK_HEADER ROW("10.0.0.1", ",a,bound," HOUR ",lan," NOW), 0,
                        "10.0.0.1 01020000000007 a bound 3600s lan\n", NULL, false},
                {"the last row of an address wins, at its place",
                        DESK_HEADER ROW("10.0.0.1", ",a,bound," HOUR ",lan," NOW)
                                ROW("10.0.0.2", ",b,bound," HOUR ",lan," NOW)
                                        ROW("10.0.0.1", ",c,bound,infinite,lan," NOW),
                        0,
                        "10.0.0.2 01020000000007 b bound 3600s lan\n"
                        "10.0.0.1 01020000000007 c bound infinite lan\n",
                        NULL, false},
                {"erased addresses are not told",
                        DESK_HEADER ROW("10.0.0.1", ",a,bound," HOUR ",lan," NOW) ROW("10.0.0.2",
                                ",b,bound," HOUR ",lan," NOW) "10.0.0.1,,,,released,,," NOW "\n",
                        0, "10.0.0.2 01020000000007 b bound 3600s lan\n", NULL, false},
                {"a byte order mark",
                        "\xef\xbb\xbf" DESK_HEADER ROW("10.0.0.1", ",a,bound," HOUR ",lan," NOW), 0,
                        "10.0.0.1 01020000000007 a bound 3600s lan\n", NULL, true},
                {"lines of another system, blank lines, blanks",
                        "address,client_id,hardware_address,hostname,state,expires_at,pool,"
                        "updated_at \r\n\r\n  \n"
                        " 10.0.0.1 , 01:02 , , a , bound , " HOUR " , lan , " NOW " \r\n",
                        0, "10.0.0.1 0102 a bound 3600s lan\n", NULL, true},
                {"columns in another order",
                        "updated_at,address,expires_at,client_id\n" NOW ",10.0.0.1," HOUR
                        ",01:02\n",
                        0, "10.0.0.1 0102 - bound 3600s -\n", NULL, true},
                {"the predecessor's file",
                        "ip,client_id,leased,expires_at,network,probation\n"
                        "192.168.1.100,02:00:00:00:00:07,true,1795301700,0,false\n"
                        "192.168.1.101,02:00:00:00:00:08,true,1795298099,0,false\n"
                        "192.168.1.102,,false,0,0,true\n"
                        "192.168.1.103,02:00:00:00:00:09,false,0,0,false\n",
                        0,
                        "192.168.1.100 01020000000007 - bound 3600s -\n"
                        "192.168.1.101 01020000000008 - expired -1s -\n"
                        "192.168.1.102 - - declined 600s -\n"
                        "192.168.1.103 01020000000009 - released -1795298100s -\n",
                        NULL, true},
                {"quotes",
                        DESK_HEADER "10.0.0.1,\"01:02\",,\"a, \"\"b\"\"\",bound," HOUR ",lan," NOW
                                    "\n",
                        0, "10.0.0.1 0102 a, \"b\" bound 3600s lan\n", NULL, false},
                {"an open quote costs one line",
                        DESK_HEADER "10.0.0.1,01:02,,\"a,bound," HOUR ",lan," NOW
                                    "\n" ROW("10.0.0.2", ",b,bound," HOUR ",lan," NOW),
                        0, "10.0.0.2 01020000000007 b bound 3600s lan\n",
                        "# leases.csv:2: a quote is not closed by the end of the line\n"
                        "10.0.0.1,01:02,,\"a,bound," HOUR ",lan," NOW "\n",
                        true},
                {"wrong lines",
                        DESK_HEADER "10.0.0,01:02,,,bound," HOUR ",lan," NOW "\n" ROW("10.0.0.2",
                                ",b,bound," HOUR ",lan," NOW) "10.0.0.2,01:02,,b,lost," HOUR
                                                              ",lan," NOW "\n\n10.0.0.3\n",
                        0, "10.0.0.2 01020000000007 b bound 3600s lan\n",
                        "# leases.csv:2: address: \"10.0.0\" is not the IPv4 address of a host, "
                        "such as 192.168.1.101\n"
                        "10.0.0,01:02,,,bound," HOUR ",lan," NOW "\n"
                        "# leases.csv:4: state: \"lost\" is not one of bound, released, expired, "
                        "declined\n"
                        "10.0.0.2,01:02,,b,lost," HOUR ",lan," NOW "\n"
                        "# leases.csv:6: 1 cells, but the header names 8\n10.0.0.3\n",
                        true},
                {"a last line without its newline, complete",
                        DESK_HEADER "10.0.0.1,01:02,,a,bound," HOUR ",lan," NOW, 0,
                        "10.0.0.1 0102 a bound 3600s lan\n", NULL, false},
                {"a last line without its newline, torn",
                        DESK_HEADER ROW(
                                "10.0.0.1", ",a,bound," HOUR ",lan," NOW) "10.0.0.2,01:02,,a,bou",
                        0, "10.0.0.1 01020000000007 a bound 3600s lan\n",
                        "# leases.csv:3: an unfinished last line, as a crash leaves it: 5 cells, "
                        "but the header names 8\n10.0.0.2,01:02,,a,bou\n",
                        true},
                {"a tail of NULs", DESK_HEADER "\0\0\0\0", sizeof(DESK_HEADER) - 1 + 4, "",
                        "# leases.csv:2: an unfinished last line, as a crash leaves it: nothing "
                        "but NUL bytes\n\n",
                        true},
                {"a row that ends in NULs", DESK_HEADER "10.0.0.1,01\0\0\0",
                        sizeof(DESK_HEADER) - 1 + 14, "",
                        "# leases.csv:2: an unfinished last line, as a crash leaves it: contains "
                        "NUL bytes\n10.0.0.1,01\n",
                        true},
                {"NULs in the middle",
                        DESK_HEADER "\0\0\n10.0.0.1,01:02,,,bound,infinite,," NOW "\n",
                        sizeof(DESK_HEADER "\0\0\n10.0.0.1,01:02,,,bound,infinite,," NOW),
                        "10.0.0.1 0102 - bound infinite -\n",
                        "# leases.csv:2: nothing but NUL bytes\n\n", true},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                Problems problems = {0};
                size_t n_lines = 0;

                desk_init(&desk, false);
                desk_write_bytes(&desk, "leases.csv", cases[i].text,
                        cases[i].size > 0 ? cases[i].size : strlen(cases[i].text));
                desk_open(&desk);
                desk_load(&desk, &desk.clock, &listing, &problems);
                ck_assert_msg(strcmp(listing.text, cases[i].listing) == 0, "%s: %s", cases[i].name,
                        listing.text);
                ck_assert_msg(lease_file_wants_rewrite(desk.file, 10) == cases[i].wants_rewrite,
                        "%s", cases[i].name);

                for (const char *p = cases[i].rejected; p && *p; p++)
                        n_lines += p[0] == '#';
                ck_assert_msg(problems.n_items == n_lines, "%s", cases[i].name);
                ck_assert_uint_eq(problems.n_errors, 0);
                if (cases[i].rejected)
                        desk_assert_file(&desk, "leases.csv.rejected", cases[i].rejected);
                else
                        ck_assert(!desk_exists(&desk, "leases.csv.rejected"));
                problems_done(&problems);
                desk_done(&desk);
        }
}
END_TEST

START_TEST(test_unusable_header)
{
        static const struct {
                const char *text;
                const char *said;
        } cases[] = {
                {"10.0.0.1,01:02,,,bound,infinite,lan," NOW "\n", "there is no column address; "},
                {"PK\x03\x04", "there is no column address; the first line must name the columns"},
                {"address,client_id\n", "there is no column expires_at; "},
                {"\"address,client_id\n", "a quote is not closed"},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                Problems problems = {0};

                desk_init(&desk, false);
                desk_write(&desk, "leases.csv", cases[i].text);
                desk_open(&desk);
                ck_assert_int_eq(
                        desk_load_rows(desk.file, &desk.clock, desk_list_row, &listing, &problems),
                        -EBADMSG);
                ck_assert_uint_eq(problems.n_errors, 1);
                ck_assert_uint_eq(problems.items[0].line, 1);
                ck_assert_str_eq(problems.items[0].file, desk.path);
                ck_assert_msg(
                        strncmp(problems.items[0].text, cases[i].said, strlen(cases[i].said)) == 0,
                        "%s", problems.items[0].text);
                desk_assert_file(&desk, "leases.csv", cases[i].text);
                problems_done(&problems);
                desk_done(&desk);
        }
}
END_TEST

static int refuse_row(const LeaseRecord *record, const char *pool, void *userdata) {
        (void) record;
        (void) pool;
        (void) userdata;
        return -E2BIG;
}

START_TEST(test_row_function_fails)
{
        Problems problems = {0};

        desk_init(&desk, false);
        desk_write(&desk, "leases.csv", DESK_HEADER ROW("10.0.0.1", ",a,bound," HOUR ",lan," NOW));
        desk_open(&desk);
        ck_assert_int_eq(
                desk_load_rows(desk.file, &desk.clock, refuse_row, NULL, &problems), -E2BIG);
        desk_done(&desk);
}
END_TEST

/* Very many wrong lines: all are kept, a hundred are named. */
START_TEST(test_many_rejected)
{
        enum { N = 250 };
        Buffer text = BUFFER_INIT;
        Problems problems = {0};
        size_t n = 0;
        char *rejected;

        desk_init(&desk, false);
        ck_assert_int_eq(buffer_append_string(&text, DESK_HEADER), 0);
        for (unsigned i = 0; i < N; i++)
                ck_assert_int_eq(buffer_printf(&text, "wrong %u\n", i), 0);
        desk_write_bytes(&desk, "leases.csv", text.data, text.size);
        buffer_done(&text);

        desk_open(&desk);
        desk_load(&desk, &desk.clock, &listing, &problems);
        ck_assert_uint_eq(problems.n_items, 101);
        ck_assert_str_eq(problems.items[100].text, "150 more lines are wrong");
        rejected = desk_read(&desk, "leases.csv.rejected");
        for (const char *p = rejected; (p = strstr(p, "\nwrong ")); p++)
                n++;
        ck_assert_uint_eq(n, N);
        free(rejected);
        problems_done(&problems);

        /* a rewrite makes the file clean: the same lines are not rejected again */
        desk_settle(&desk);
        ck_assert_uint_eq(desk.n_events[DESK_REWRITTEN], 1);
        desk_assert_reloads(&desk);
        desk_done(&desk);
}
END_TEST

/* A line that is too long to be copied: then the whole file is kept. */
START_TEST(test_very_long_line)
{
        enum { N = 100000 };
        Problems problems = {0};
        char *line = malloc(N), *kept;

        desk_init(&desk, false);
        ck_assert_ptr_nonnull(line);
        memset(line, 'x', N);
        memcpy(line, DESK_HEADER, strlen(DESK_HEADER));
        desk_write_bytes(&desk, "leases.csv", line, N);
        desk_open(&desk);
        desk_load(&desk, &desk.clock, &listing, &problems);
        ck_assert_uint_eq(problems.n_items, 1);
        desk_settle(&desk);
        desk_assert_file(&desk, "leases.csv", DESK_HEADER);
        kept = desk_read(&desk, "leases.csv~");
        ck_assert_uint_eq(strlen(kept), N);
        ck_assert_mem_eq(kept, line, N);
        /* nobody else has saved anything */
        ck_assert_uint_eq(desk.n_events[DESK_PUT_ASIDE], 0);
        free(kept);
        free(line);
        problems_done(&problems);
        desk_done(&desk);
}
END_TEST

/* Times on loading: (clock, row) -> state and what is left. */
START_TEST(test_load_times)
{
        static const struct {
                const char *rows;
                int64_t clock_sec; /* against DESK_WALL */
                const char *listing;
        } cases[] = {
                /* an hour's lease, at its start, later, at its end */
                {ROW("10.0.0.1", ",,bound," HOUR ",," NOW), 0, "bound 3600s"},
                {ROW("10.0.0.1", ",,bound," HOUR ",," NOW), 3599, "bound 1s"},
                {ROW("10.0.0.1", ",,bound," HOUR ",," NOW), 3600, "expired 0s"},
                {ROW("10.0.0.1", ",,bound," HOUR ",," NOW), 7200, "expired -3600s"},
                {ROW("10.0.0.1", ",,bound,infinite,," NOW), 7200, "bound infinite"},
                /* the clock before the newest tag: full duration, but no more */
                {ROW("10.0.0.1", ",,bound," HOUR ",," NOW), -1, "bound 3600s"},
                {ROW("10.0.0.1", ",,bound," HOUR ",," NOW), -1795298100, "bound 3600s"},
                {ROW("10.0.0.1", ",,bound,infinite,," NOW), -1795298100, "bound infinite"},
                {ROW("10.0.0.1", ",,bound," HOUR ",,"), 600, "bound 3000s"},
                /* ended by an edit before it was written */
                {ROW("10.0.0.1", ",,bound,2026-11-21T21:54:00Z,," NOW), 0, "expired -60s"},
                /* what is free became so in the past */
                {ROW("10.0.0.1", ",,released,2026-11-21T21:54:00Z,," NOW), 60, "released -120s"},
                {ROW("10.0.0.1", ",,expired,2026-11-21T21:54:00Z,," NOW), 60, "expired -120s"},
                {ROW("10.0.0.1", ",,released," HOUR ",," NOW), 60, "released 0s"},
                {ROW("10.0.0.1", ",,released,infinite,," NOW), 60, "released 0s"},
                {ROW("10.0.0.1", ",,released,2026-11-21T21:54:00Z,," NOW), -1795298100,
                        "released -60s"},
                /* quarantines */
                {ROW("10.0.0.1", ",,declined," HOUR ",," NOW), 60, "declined 3540s"},
                {ROW("10.0.0.1", ",,declined," HOUR ",," NOW), 7200, "declined 0s"},
                {ROW("10.0.0.1", ",,declined,infinite,," NOW), 7200, "declined infinite"},
                {ROW("10.0.0.1", ",,declined,2026-11-21T21:54:00Z,,"), 0, "declined 600s"},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                char text[512], expected[128];
                ClockPair clock;

                desk_init(&desk, false);
                clock = desk.clock;
                clock.realtime += (usec_t) cases[i].clock_sec * USEC_PER_SEC;
                (void) snprintf(text, sizeof(text), "%s%s", DESK_HEADER, cases[i].rows);
                desk_write(&desk, "leases.csv", text);
                desk_open(&desk);
                desk_load(&desk, &clock, &listing, NULL);
                (void) snprintf(expected, sizeof(expected), "10.0.0.1 01020000000007 - %s -\n",
                        cases[i].listing);
                ck_assert_msg(strcmp(listing.text, expected) == 0, "case %zu: %s", i, listing.text);
                desk_done(&desk);
        }
}
END_TEST

static int keep_record(const LeaseRecord *record, const char *pool, void *userdata) {
        (void) pool;
        *(LeaseRecord *) userdata = *record;
        return 0;
}

START_TEST(test_load_record)
{
        Problems problems = {0};
        LeaseRecord record;

        desk_init(&desk, false);
        desk_write(&desk, "leases.csv",
                DESK_HEADER "10.0.0.1,06:02:00:00:00:00:07,02:00:00:00:00:07,,declined," HOUR
                            ",lan,2026-11-21T20:25:00.000042Z\n");
        desk_open(&desk);
        ck_assert_int_eq(
                desk_load_rows(desk.file, &desk.clock, keep_record, &record, &problems), 0);
        ck_assert_uint_eq(record.hardware_type, 6);
        ck_assert_uint_eq(record.hardware_size, 6);
        ck_assert_uint_eq(record.n_declined, 1);
        ck_assert_uint_eq(record.version, DESK_WALL - 5400 * USEC_PER_SEC + 42);
        /* before the boot, which was 5000 s ago: wraps, and translates back */
        ck_assert_uint_eq(record.started, 42 - 400 * USEC_PER_SEC);
        ck_assert_uint_eq(record.last_seen, record.started);
        ck_assert_uint_eq(clock_to_wall(&desk.clock, record.started), record.version);
        desk_done(&desk);
}
END_TEST

/* A machine without a real-time clock: tags go on from the newest in the file, and what is written
 * can be read again by the next start in 1970, nothing lost, nothing gained. */
START_TEST(test_no_real_time_clock)
{
        desk_init(&desk, false);
        desk_write(&desk, "leases.csv", DESK_HEADER ROW("10.0.0.9", ",,bound," HOUR ",," NOW));
        desk_open(&desk);
        desk.clock.realtime = 30 * USEC_PER_SEC;
        desk_load(&desk, &desk.clock, &listing, NULL);
        ck_assert_int_eq(desk_commit(&desk, 0, true), 0);
        ck_assert_uint_eq(desk.leases[0].version, DESK_WALL + 1);
        desk_settle(&desk);
        ck_assert(desk_contains(&desk, "leases.csv",
                "10.0.0.1,ff:00,,c1,bound,2026-11-21T22:55:01Z"
                ",lan,2026-11-21T21:55:00.000001Z\n"));

        for (size_t i = 0; i < 3; i++) {
                desk.file = lease_file_free(desk.file);
                desk_open(&desk);
                desk_load(&desk, &desk.clock, &listing, NULL);
                ck_assert_ptr_nonnull(
                        strstr(listing.text, "10.0.0.9 01020000000007 - bound 3600s"));
                ck_assert_ptr_nonnull(strstr(listing.text, "10.0.0.1 ff00 c1 bound 3600s"));
        }
        desk_done(&desk);
}
END_TEST

/* The file is cut at every byte of its last rows, as a power cut might: all complete rows are
 * there, and appending goes on after them. */
START_TEST(test_cut_everywhere)
{
        char *text, *end, *cut;
        size_t n_rows;

        desk_init(&desk, true);
        desk_open(&desk);
        for (size_t i = 0; i < 6; i++)
                ck_assert_int_eq(desk_commit(&desk, i, true), 0);
        desk_settle(&desk);
        desk.file = lease_file_free(desk.file);
        text = desk_read(&desk, "leases.csv");

        end = text + strlen(text);
        for (cut = end; cut > text + strlen(DESK_HEADER); cut--) {
                Problems problems = {0};
                size_t n = 0;

                n_rows = 0;
                for (const char *p = text + strlen(DESK_HEADER); p < cut; p++)
                        n_rows += *p == '\n';
                desk_write_bytes(&desk, "leases.csv", text, (size_t) (cut - text));
                desk_open(&desk);
                desk_load(&desk, &desk.clock, &listing, &problems);
                for (const char *p = listing.text; *p; p++)
                        n += *p == '\n';
                ck_assert_uint_ge(n, n_rows);
                ck_assert_uint_le(n, n_rows + 1);
                for (size_t i = 0; i < n_rows; i++) {
                        char line[128];

                        (void) snprintf(line, sizeof(line),
                                "10.0.0.%zu ff%02zx c%zu bound 3600s lan", i + 1, i, i + 1);
                        ck_assert_msg(strstr(listing.text, line), "%s", listing.text);
                }
                /* either the torn row is whole, or it is kept elsewhere */
                ck_assert_uint_eq(problems.n_items, cut[-1] != '\n' && n == n_rows);
                problems_done(&problems);

                desk.drives_rewrites = false;
                desk.durable = desk.last_commit = 100;
                ck_assert_int_eq(desk_commit(&desk, 40, true), 0);
                desk_settle(&desk);
                desk.file = lease_file_free(desk.file);
                desk_open(&desk);
                desk_load(&desk, &desk.clock, &listing, &problems);
                ck_assert_ptr_nonnull(strstr(listing.text, "10.0.0.41 ff28 c101 bound"));
                for (size_t i = 0; i < n_rows; i++) {
                        char line[128];

                        (void) snprintf(line, sizeof(line), "10.0.0.%zu ff", i + 1);
                        ck_assert_ptr_nonnull(strstr(listing.text, line));
                }
                problems_done(&problems);
                desk.file = lease_file_free(desk.file);
        }
        free(text);
        desk_done(&desk);
}
END_TEST

TEST_MAIN("lease-file", test_new_file, test_append, test_group_commit, test_free_flushes, test_lock,
        test_open_errors, test_leftover, test_symbolic_link, test_load, test_unusable_header,
        test_row_function_fails, test_many_rejected, test_very_long_line, test_load_times,
        test_load_record, test_no_real_time_clock, test_cut_everywhere);
