/* SPDX-License-Identifier: MIT */
/* Rewrites of the lease file: compaction, commits meanwhile, and files that somebody else saved. */

#include "lease-desk.h"

static Desk desk;
static DeskListing listing;

static void open_with(const char *text) {
        desk_init(&desk, false);
        if (text)
                desk_write(&desk, "leases.csv", text);
        desk_open(&desk);
        desk_load(&desk, &desk.clock, &listing, NULL);
}

static size_t count_rows(void) {
        LeaseFileStatistics statistics;

        lease_file_get_statistics(desk.file, &statistics);
        return statistics.n_file_rows;
}

START_TEST(test_compaction)
{
        struct stat before, after;

        open_with(NULL);
        ck_assert_int_eq(chmod(desk.path, 0604), 0);
        ck_assert_int_eq(stat(desk.path, &before), 0);
        desk.drives_rewrites = false;
        for (size_t i = 0; i < 1300; i++)
                ck_assert_int_eq(desk_commit(&desk, i % 10, true), 0);
        desk_settle(&desk);
        ck_assert_uint_eq(count_rows(), 1300);
        /* as many dead rows as live ones and a thousand more may stay */
        ck_assert(!lease_file_wants_rewrite(desk.file, 150));
        ck_assert(lease_file_wants_rewrite(desk.file, 149));

        desk.drives_rewrites = true;
        (void) desk_process(&desk);
        ck_assert(desk.rewriting);
        ck_assert_int_eq(life_begin(desk.file), -EALREADY);
        desk_settle(&desk);
        ck_assert_uint_eq(desk.n_events[DESK_REWRITTEN], 1);
        ck_assert_uint_eq(count_rows(), 10);

        ck_assert_int_eq(stat(desk.path, &after), 0);
        ck_assert_uint_ne(after.st_ino, before.st_ino);
        ck_assert_uint_eq(after.st_mode, before.st_mode);
        ck_assert(!desk_exists(&desk, "leases.csv~"));
        ck_assert_int_eq(desk_commit(&desk, 20, true), 0);
        desk_settle(&desk);
        desk_assert_reloads(&desk);
        desk_done(&desk);
}
END_TEST

/* What is committed between the slices is durable at once, and in the new file as well. */
START_TEST(test_commits_meanwhile)
{
        open_with(NULL);
        for (size_t i = 0; i < DESK_LEASES; i += 2)
                ck_assert_int_eq(desk_commit(&desk, i, true), 0);
        desk_settle(&desk);

        desk_rewrite_begin(&desk);
        for (size_t i = 0; !desk.rewrite_handed_over; i++) {
                ck_assert_int_eq(desk_commit(&desk, (i * 7) % DESK_LEASES, i % 4 != 0), 0);
                (void) lease_file_flush(desk.file);
                desk_rewrite_slice(&desk);
                if (i % 2)
                        continue;
                while (desk_has_open_commits(&desk)) {
                        desk_wait(&desk);
                        (void) desk_process(&desk);
                }
                ck_assert(desk.rewriting);
        }
        /* behind the end of the rewrite, before its answer */
        ck_assert_int_eq(desk_commit(&desk, 3, true), 0);
        desk_settle(&desk);
        ck_assert_uint_eq(desk.n_events[DESK_REWRITTEN], 1);
        desk_assert_reloads(&desk);
        desk_done(&desk);
}
END_TEST

/* Tidying up leaves the tags as they are; a wall clock that was set makes new ones. */
START_TEST(test_tags)
{
        uint64_t tags[3];

        open_with(NULL);
        for (size_t i = 0; i < 3; i++) {
                ck_assert_int_eq(desk_commit(&desk, i, true), 0);
                tags[i] = desk.leases[i].version;
                desk.clock.realtime += 60 * USEC_PER_SEC;
                desk.clock.boottime += 60 * USEC_PER_SEC;
        }
        desk_settle(&desk);
        desk_rewrite_begin(&desk);
        desk_settle(&desk);
        for (size_t i = 0; i < 3; i++)
                ck_assert_uint_eq(desk.leases[i].version, tags[i]);

        /* forward by a day */
        desk.clock.realtime += USEC_PER_DAY;
        desk_rewrite_begin(&desk);
        desk_settle(&desk);
        for (size_t i = 0; i < 3; i++) {
                ck_assert_uint_ge(desk.leases[i].version, desk.clock.realtime);
                ck_assert(i == 0 || desk.leases[i].version > desk.leases[i - 1].version);
                tags[i] = desk.leases[i].version;
        }
        ck_assert(desk_contains(&desk, "leases.csv", ",bound,2026-11-22T22:55:00Z,"));
        desk_assert_reloads(&desk);

        /* and back: tags rise from there, and no lease becomes shorter than it is */
        desk.clock.realtime -= USEC_PER_DAY;
        desk_rewrite_begin(&desk);
        desk_settle(&desk);
        for (size_t i = 0; i < 3; i++) {
                ck_assert_uint_ge(desk.leases[i].version, desk.clock.realtime);
                ck_assert_uint_lt(desk.leases[i].version, desk.clock.realtime + USEC_PER_SEC);
                ck_assert(i == 0 || desk.leases[i].version > desk.leases[i - 1].version);
        }
        ck_assert(desk_contains(&desk, "leases.csv", ",bound,2026-11-21T22:55:00Z,"));
        desk_assert_reloads(&desk);
        desk_done(&desk);
}
END_TEST

/* A clock that is years ahead, then right, with a crash in the middle of the rewrite: what was
 * appended since stands below the rows of that future, and counts. */
START_TEST(test_tags_of_a_wrong_clock)
{
        open_with(NULL);
        desk.clock.realtime += 3650 * USEC_PER_DAY;
        for (size_t i = 0; i < 3; i++)
                ck_assert_int_eq(desk_commit(&desk, i, true), 0);
        desk_settle(&desk);
        desk.clock.realtime -= 3650 * USEC_PER_DAY;
        ck_assert_int_eq(desk_commit(&desk, 1, true), 0);
        desk_settle(&desk);
        ck_assert_uint_lt(desk.leases[1].version, desk.clock.realtime + USEC_PER_SEC);
        desk_assert_reloads(&desk);
        desk_done(&desk);
}
END_TEST

/* Rows that were under way when the clock was set get behind those of the rewrite: the next start
 * would take their times for those of the clock as it is now. */
START_TEST(test_tags_under_way)
{
        static const struct {
                usec_t step;
                const char *day;
        } cases[] = {{-USEC_PER_DAY, "2026-11-20T"}, {USEC_PER_DAY, "2026-11-22T"}};

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                open_with(NULL);
                ck_assert_int_eq(desk_commit(&desk, 0, true), 0);
                (void) lease_file_flush(desk.file);
                ck_assert_int_eq(desk_commit(&desk, 1, true), 0);
                desk.clock.realtime += cases[i].step;
                desk_rewrite_begin(&desk);
                while (!desk.rewrite_handed_over)
                        desk_rewrite_slice(&desk);
                desk_settle(&desk);
                ck_assert(!desk_contains(&desk, "leases.csv", "2026-11-21T"));
                ck_assert(desk_contains(&desk, "leases.csv", cases[i].day));
                desk_assert_reloads(&desk);
                desk_done(&desk);
        }
}
END_TEST

/* Without a real-time clock a lease that was loaded in full must not grow when it is written: a tag
 * from before the newest one would make it longer with every start. */
START_TEST(test_tags_without_clock)
{
        static const char text[] = DESK_HEADER "10.0.0.1,ff:00,,c0,bound,2026-11-21T22:55:00Z,lan,"
                                               "2026-11-21T21:55:00.000000Z\n"
                                               "10.0.0.2,ff:01,,c0,bound,2026-11-21T23:55:00Z,lan,"
                                               "2026-11-21T22:55:00.000000Z\n";

        desk_init(&desk, false);
        desk_write(&desk, "leases.csv", text);
        desk.clock.realtime = 10 * USEC_PER_SEC;
        for (size_t i = 0; i < 2; i++)
                desk.leases[i] = (DeskLease){
                        .present = true,
                        .expires = desk.clock.boottime + USEC_PER_HOUR,
                        .version = DESK_WALL + i * USEC_PER_HOUR,
                };

        for (size_t start = 0; start < 3; start++) {
                desk_open(&desk);
                desk_load(&desk, &desk.clock, &listing, NULL);
                ck_assert_str_eq(listing.text, "10.0.0.1 ff00 c0 bound 3600s lan\n"
                                               "10.0.0.2 ff01 c0 bound 3600s lan\n");
                desk_rewrite_begin(&desk);
                desk_settle(&desk);
                ck_assert_uint_gt(desk.leases[0].version, DESK_WALL + USEC_PER_HOUR);
                desk.file = lease_file_free(desk.file);
        }
        desk_done(&desk);
}
END_TEST

/* Somebody saves while we run, in the ways in which editors do; the next commit notices. */
typedef enum Save {
        SAVE_RENAMED,   /* a new file in the old one's place */
        SAVE_IN_PLACE,  /* truncated and written anew */
        SAVE_APPENDED,  /* echo >> */
        SAVE_TRUNCATED, /* : > */
        SAVE_DELETED,
        SAVE_MAX,
} Save;

static const char foreign[] = DESK_HEADER "10.0.9.9,01:02,,theirs,bound,infinite,lan,\n";

static void save(Save how) {
        int fd;

        switch (how) {
        case SAVE_RENAMED:
                desk_write(&desk, "other", foreign);
                {
                        char *other = strdup(desk_name(&desk, "other"));

                        ck_assert_int_eq(rename(other, desk.path), 0);
                        free(other);
                }
                break;
        case SAVE_IN_PLACE:
                desk_write(&desk, "leases.csv", foreign);
                break;
        case SAVE_APPENDED:
                fd = open(desk.path, O_WRONLY | O_APPEND | O_CLOEXEC);
                ck_assert_int_ge(fd, 0);
                ck_assert_int_eq(write(fd, "theirs\n", 7), 7);
                (void) close(fd);
                break;
        case SAVE_TRUNCATED:
                ck_assert_int_eq(truncate(desk.path, 0), 0);
                break;
        case SAVE_DELETED:
                ck_assert_int_eq(unlink(desk.path), 0);
                break;
        case SAVE_MAX:
                break;
        }
}

static void assert_put_aside(Save how) {
        ck_assert_uint_eq(desk.n_events[DESK_PUT_ASIDE], how != SAVE_DELETED);
        ck_assert(desk_exists(&desk, "leases.csv~") == (how != SAVE_DELETED));
        if (how == SAVE_RENAMED || how == SAVE_IN_PLACE)
                desk_assert_file(&desk, "leases.csv~", foreign);
        if (how == SAVE_APPENDED)
                ck_assert(desk_contains(&desk, "leases.csv~", "theirs\n"));
        ck_assert_uint_eq(desk.n_events[DESK_FAILED], 0);
        ck_assert_uint_eq(desk.n_events[DESK_REWRITE_FAILED], 0);
        ck_assert(!desk_is_suspect(&desk));
}

START_TEST(test_saved_by_somebody)
{
        for (Save how = 0; how < SAVE_MAX; how++) {
                open_with(NULL);
                for (size_t i = 0; i < 10; i++)
                        ck_assert_int_eq(desk_commit(&desk, i, true), 0);
                desk_settle(&desk);

                desk.drives_rewrites = false;
                save(how);
                ck_assert_int_eq(desk_commit(&desk, 10, true), 0);
                (void) lease_file_flush(desk.file);
                desk_wait(&desk);
                (void) desk_process(&desk);
                /* held: not durable, not failed, and more is taken */
                ck_assert_uint_eq(desk.durable, 10);
                ck_assert(!desk_is_suspect(&desk));
                ck_assert(lease_file_wants_rewrite(desk.file, 1000));
                ck_assert_int_eq(desk_commit(&desk, 11, true), 0);
                ck_assert_int_eq(desk_commit(&desk, 0, false), 0);
                (void) lease_file_flush(desk.file);
                ck_assert_int_eq(desk_commit(&desk, 12, true), 0);
                (void) desk_process(&desk);
                ck_assert_uint_eq(desk.durable, 10);
                if (how == SAVE_RENAMED)
                        desk_assert_file(&desk, "leases.csv", foreign); /* untouched so far */

                desk_rewrite_begin(&desk);
                ck_assert_int_eq(desk_commit(&desk, 13, true), 0);
                desk_settle(&desk);
                ck_assert_uint_eq(desk.durable, desk.last_commit);
                assert_put_aside(how);
                ck_assert(!lease_file_wants_rewrite(desk.file, 1000));
                desk_assert_reloads(&desk);
                desk_done(&desk);
        }
}
END_TEST

/* The save comes while a rewrite is under way: before a batch, or with no batch at all. */
START_TEST(test_saved_during_rewrite)
{
        for (Save how = 0; how < SAVE_MAX; how++)
                for (size_t with_batch = 0; with_batch < 2; with_batch++) {
                        open_with(NULL);
                        for (size_t i = 0; i < 10; i++)
                                ck_assert_int_eq(desk_commit(&desk, i, true), 0);
                        desk_settle(&desk);

                        desk_rewrite_begin(&desk);
                        desk_rewrite_slice(&desk);
                        save(how);
                        if (with_batch)
                                ck_assert_int_eq(desk_commit(&desk, 0, true), 0);
                        desk_settle(&desk);
                        ck_assert_uint_eq(desk.n_events[DESK_REWRITTEN], 1);
                        assert_put_aside(how);
                        desk_assert_reloads(&desk);
                        desk_done(&desk);
                }
}
END_TEST

/* An older NAME~ gives way to the newer one. */
START_TEST(test_put_aside_twice)
{
        open_with(NULL);
        ck_assert_int_eq(desk_commit(&desk, 0, true), 0);
        desk_settle(&desk);
        for (size_t n = 1; n <= 2; n++) {
                desk_write(&desk, "other", n == 1 ? "first\n" : "second\n");
                {
                        char *other = strdup(desk_name(&desk, "other"));

                        ck_assert_int_eq(rename(other, desk.path), 0);
                        free(other);
                }
                ck_assert_int_eq(desk_commit(&desk, n, true), 0);
                desk_settle(&desk);
                ck_assert_uint_eq(desk.n_events[DESK_PUT_ASIDE], n);
                desk_assert_file(&desk, "leases.csv~", n == 1 ? "first\n" : "second\n");
        }
        desk_assert_reloads(&desk);
        desk_done(&desk);
}
END_TEST

/* A file that is not in our form is not appended to: commits wait for the rewrite that is due. */
START_TEST(test_foreign_form)
{
        static const char predecessors[] = "ip,client_id,leased,expires_at,network,probation\n"
                                           "10.0.0.60,02:00:00:00:00:07,true,1795301700,0,false\n";

        open_with(predecessors);
        desk.leases[59] = (DeskLease){.present = true, .expires = desk.clock.boottime + 3600000000};
        ck_assert_int_eq(desk_commit(&desk, 0, true), 0);
        (void) lease_file_flush(desk.file);
        desk_assert_file(&desk, "leases.csv", predecessors);
        ck_assert_uint_eq(desk.durable, 0);
        desk_settle(&desk);
        ck_assert_uint_eq(desk.durable, 1);
        ck_assert_uint_eq(desk.n_events[DESK_PUT_ASIDE], 0);
        desk_assert_reloads(&desk);
        ck_assert(!lease_file_wants_rewrite(desk.file, 2));
        desk_done(&desk);
}
END_TEST

/* Somebody's own columns stay with their addresses: in rows that we append, through rewrites, and
 * from one start to the next. */
START_TEST(test_unknown_columns)
{
        open_with("note,address,client_id,expires_at,\"the, room\"\n"
                  "\"said \"\"hi\"\"\",10.0.0.1,ff:00,infinite,cellar\n"
                  ",10.0.0.2,ff:01,infinite,\n"
                  "gone,10.0.0.3,ff:02,infinite,attic\n"
                  ",10.0.0.3,ff:02,infinite,loft\n");
        for (size_t i = 0; i < 3; i++)
                desk.leases[i] = (DeskLease){.present = true, .expires = USEC_INFINITY};
        desk_settle(&desk);
        ck_assert_int_eq(desk_commit(&desk, 0, true), 0);
        ck_assert_int_eq(desk_commit(&desk, 5, true), 0);
        desk_settle(&desk);
        desk_assert_file(&desk, "leases.csv",
                "address,client_id,hardware_address,hostname,state,expires_at,pool,updated_at,"
                "note,\"the, room\"\n"
                "10.0.0.1,ff:00,,c0,bound,infinite,lan,2026-11-21T21:55:00.000000Z,"
                "\"said \"\"hi\"\"\",cellar\n"
                "10.0.0.2,ff:01,,c0,bound,infinite,lan,2026-11-21T21:55:00.000001Z,,\n"
                "10.0.0.3,ff:02,,c0,bound,infinite,lan,2026-11-21T21:55:00.000002Z,,loft\n"
                "10.0.0.1,ff:00,,c1,bound,2026-11-21T22:55:01Z,lan,2026-11-21T21:55:00.000003Z,"
                "\"said \"\"hi\"\"\",cellar\n"
                "10.0.0.6,ff:05,,c2,bound,2026-11-21T22:55:01Z,lan,2026-11-21T21:55:00.000004Z,,"
                "\n");
        desk_assert_reloads(&desk);
        desk_rewrite_begin(&desk);
        desk_settle(&desk);
        ck_assert(desk_contains(&desk, "leases.csv", ",\"said \"\"hi\"\"\",cellar\n"));
        ck_assert(desk_contains(&desk, "leases.csv", ",,loft\n"));
        desk_assert_reloads(&desk);
        desk_done(&desk);
}
END_TEST

/* The first thing that a relay has said of a client: the file gets a column for it, whatever is
 * under way, and no commit is lost or in a form that the file is not in. */
START_TEST(test_relay_agent)
{
        for (unsigned turns = 0; turns < 12; turns++)
                for (unsigned begun = 0; begun < 2; begun++) {
                        desk_init(&desk, true);
                        desk_open(&desk);
                        for (size_t i = 0; i < 8; i++)
                                ck_assert_int_eq(desk_commit(&desk, i, true), 0);
                        desk_settle(&desk);
                        ck_assert(!desk_contains(&desk, "leases.csv", "relay_agent"));
                        if (begun)
                                desk_rewrite_begin(&desk);
                        desk.relayed = true;
                        for (size_t i = 6; i < 6 + turns; i++) {
                                ck_assert_int_eq(desk_commit(&desk, i, true), 0);
                                if (i % 3 != 0)
                                        desk_turn(&desk);
                        }
                        ck_assert_int_eq(desk_commit(&desk, 9, true), 0);
                        desk_settle(&desk);
                        ck_assert(desk_contains(&desk, "leases.csv", ",updated_at,relay_agent\n"));
                        ck_assert(desk_contains(&desk, "leases.csv", "Z,ff:09\n"));
                        ck_assert_int_eq(desk_commit(&desk, 10, true), 0);
                        ck_assert_int_eq(desk_commit(&desk, 11, true), 0);
                        desk_settle(&desk);
                        ck_assert(desk_contains(&desk, "leases.csv", "Z,\n"));
                        ck_assert(desk_contains(&desk, "leases.csv", "Z,ff:0b\n"));
                        ck_assert(!lease_file_wants_rewrite(desk.file, DESK_LEASES));
                        ck_assert_uint_eq(desk.n_events[DESK_FAILED], 0);
                        desk_assert_reloads(&desk);
                        desk_done(&desk);
                }
}
END_TEST

/* Calls that come after the rewrite is over do nothing. */
START_TEST(test_calls_without_rewrite)
{
        LeaseRecord record = {.address = DESK_ADDRESS(0), .state = LEASE_DECLINED};
        uint64_t version;

        open_with(NULL);
        ck_assert_int_eq(
                lease_file_rewrite_row(desk.file, &record, "", &desk.clock, &version), -ECANCELED);
        ck_assert_int_eq(lease_file_rewrite_flush(desk.file), 0);
        lease_file_rewrite_end(desk.file);
        ck_assert_int_eq(desk_commit(&desk, 0, true), 0);
        desk_settle(&desk);
        desk_assert_reloads(&desk);
        desk_done(&desk);
}
END_TEST

/* Closed in the middle: the old file stays, the new one is gone. */
START_TEST(test_free_during_rewrite)
{
        open_with(NULL);
        for (size_t i = 0; i < 10; i++)
                ck_assert_int_eq(desk_commit(&desk, i, true), 0);
        desk_settle(&desk);
        desk_rewrite_begin(&desk);
        desk_rewrite_slice(&desk);
        ck_assert_int_eq(desk_commit(&desk, 11, true), 0);
        desk_assert_reloads(&desk);
        desk.rewriting = false;

        desk_rewrite_begin(&desk);
        while (!desk.rewrite_handed_over)
                desk_rewrite_slice(&desk);
        desk_assert_reloads(&desk); /* the end was given: it is done */
        ck_assert_uint_eq(count_rows(), 11);
        desk_done(&desk);
}
END_TEST

TEST_MAIN("lease-file-rewrite", test_compaction, test_commits_meanwhile, test_tags,
        test_tags_of_a_wrong_clock, test_tags_under_way, test_tags_without_clock,
        test_saved_by_somebody, test_saved_during_rewrite, test_put_aside_twice, test_foreign_form,
        test_unknown_columns, test_relay_agent, test_calls_without_rewrite,
        test_free_during_rewrite);
