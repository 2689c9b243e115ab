/* SPDX-License-Identifier: MIT */

/* The lease file without memory, in the loop's thread and in the worker's: a story of leases, an
 * edit by somebody and a restart is told twice, once with each allocation of each call failing
 * first. In the end the files and what was said of the edit are the same. */

#include <errno.h>

#include "failing-memory.h"
#include "merge-office.h"

enum { N_LEASES = 80 };

static bool fails;
static size_t n_failures;

static bool has_failed(void) {
        n_failures++;
        return true;
}

/* The result of a call, which fails at each of its allocations first. */
#define TRY(call) (fails ? MEMORY_EXHAUST(call, has_failed()) : (call))

static void run_actions(Office *office, Actions *actions) {
        for (size_t i = 0; i < actions->n_actions; i++) {
                const Action *action = &actions->actions[i];
                LeaseRecord row;
                uint64_t version;

                ck_assert_int_eq(action->type, ACTION_COMMIT);
                lease_get_record(action->commit.lease, &row);
                if (action->commit.event == LEASE_EVENT_DELETED) {
                        row.state = LEASE_RELEASED;
                        row.client_id_size = row.hardware_size = row.hostname_size = 0;
                }
                ck_assert_int_eq(TRY(lease_file_append(office->file, &row, "default",
                                         &office->clock, action->commit.id, &version)),
                        0);
                server_set_lease_version(office->server, action->commit.lease, version);
        }
        (void) lease_file_flush(office->file);
}

static void hand_over(Office *office, bool backup) {
        const LeaseTable *table = server_get_table(office->server);

        for (size_t i = 0; i < lease_table_n_slots(table); i++) {
                Lease *lease = lease_table_at(table, i);
                LeaseRecord record;
                uint64_t version;

                if (!lease)
                        continue;
                lease_get_record(lease, &record);
                ck_assert_int_eq(TRY(lease_file_rewrite_row(office->file, &record, "default",
                                         &office->clock, &version)),
                        0);
                if (!backup)
                        server_set_lease_version(office->server, lease, version);
        }
        lease_file_rewrite_end(office->file);
        office->rewriting = !backup;
}

static void rewrite(Office *office) {
        ck_assert_int_eq(TRY(lease_file_rewrite_begin(office->file)), 0);
        hand_over(office, false);
        office_wait(office, NULL);
}

/* The worker's allocations fail as well: what cannot be read for want of memory is looked at again.
 */
static LeaseSave *look(Office *office) {
        for (size_t n = 0;; n++) {
                LeaseSave *save;
                bool failed;

                ck_assert_int_eq(n == 0 ? TRY(lease_file_look(office->file, true, true)) : 0, 0);
                if (n > 0) {
                        memory_fail_elsewhere(n - 1);
                        ck_assert_int_eq(lease_file_look(office->file, true, true), 0);
                }
                office->looked = false;
                office_wait(office, &office->looked);
                failed = memory_recover() && n > 0;
                n_failures += failed;
                save = lease_file_take_save(office->file);
                ck_assert_ptr_nonnull(save);
                /* libcsv tries again with less */
                ck_assert(save->error == 0 || (save->error == -ENOMEM && failed));
                if (!fails || (n > 0 && !failed))
                        return save;
                (void) save_free(save);
        }
}

static void merge_all(Office *office, Merge *merge) {
        static Actions actions;
        MergeProgress progress = MERGE_MORE;

        for (size_t n = 0; progress != MERGE_DONE;) {
                bool failed = false;
                int r;

                actions_reset(&actions);
                if (fails)
                        memory_fail(n++);
                r = merge_step(merge, office->server, &office->clock, &actions, &progress);
                if (fails)
                        failed = memory_recover();
                ck_assert(r == 0 || (r == -ENOMEM && failed));
                n_failures += failed;
                run_actions(office, &actions);
                if (!failed)
                        n = 0;
                if (r < 0)
                        progress = MERGE_MORE;
                if (progress == MERGE_WANTS_BACKUP) {
                        office->backed_up = false;
                        ck_assert_int_eq(TRY(lease_file_backup_begin(office->file)), 0);
                        hand_over(office, true);
                        office_wait(office, &office->backed_up);
                        merge_set_backed_up(merge);
                }
        }
}

/* Somebody has written the whole file. */
static void merge_save(Office *office) {
        LeaseSave *save = look(office);
        LeaseFileTags tags;
        Merge *merge;

        lease_file_get_tags(office->file, &office->clock, &tags);
        ck_assert_int_eq(TRY(merge_new(&merge, save, &tags)), 0);
        merge_all(office, merge);
        office_keep_problems(office, merge);
        ck_assert_int_eq(TRY(lease_file_reject(office->file, &merge->rejected)), 0);
        ck_assert_int_eq(TRY(lease_file_set_merged(office->file, save, false)), 0);
        (void) merge_free(merge);
        rewrite(office);
}

static void grant_leases(Office *office) {
        static Actions actions;

        for (unsigned i = 0; i < N_LEASES; i++) {
                uint8_t hardware[6], client_id[7];
                const LeaseRecord record = {
                        .address = OFFICE_NET + 100 + i,
                        .client_id = client_id,
                        .client_id_size = 7,
                        .hardware = hardware,
                        .hardware_size = 6,
                        .hardware_type = 1,
                        .hostname = "guest",
                        .hostname_size = 5,
                        .expires = office->clock.boottime + OFFICE_LEASE_SEC * USEC_PER_SEC,
                };

                office_client(i, hardware, client_id);
                office->clock.realtime += USEC_PER_SEC;
                office->clock.boottime += USEC_PER_SEC;
                actions_reset(&actions);
                ck_assert_int_eq(
                        server_add_lease(office->server, &record, office->clock.boottime, &actions),
                        0);
                run_actions(office, &actions);
        }
        office_wait(office, NULL);
}

/* A column of notes, two renamed clients, one row less, one that moves, and lines that say nothing
 * or too much. */
static char *edit(const char *text) {
        char *edited, *rest = strdup(text), *start = rest;
        size_t size, n = 0;
        FILE *f = open_memstream(&edited, &size);

        ck_assert_ptr_nonnull(f);
        for (char *line = strsep(&rest, "\n"); line && *line; line = strsep(&rest, "\n"), n++) {
                if (n == 5)
                        continue;
                if (n == 7)
                        (void) fprintf(f, "%s,old\n", line);
                if (n == 0)
                        (void) fprintf(f, "%s,note,room\n", line);
                else if (n == 3 || n == 4)
                        (void) fprintf(f, "%.*sprinter%s,by hand,%zu\n",
                                (int) (strstr(line, "guest") - line), line,
                                strstr(line, "guest") + 5, n);
                else
                        (void) fprintf(f, "%s,\"a, note\",%zu\n", line, n);
        }
        (void) fprintf(f, "nowhere,01:02,,,bound,infinite,,\n");
        (void) fprintf(f, "10.9.9.9,01:02,,,bound,infinite,,,,\n");
        (void) fclose(f);
        free(start);
        return edited;
}

static void reopen(Office *office) {
        static const uint8_t seed[16] = {7};
        Problems problems = {0};
        Settings *settings;

        office_close(office);
        office->durable = 0;
        ck_assert_int_eq(server_new(&office->server, seed), 0);
        ck_assert_int_eq(settings_new_builtin(&settings), 0);
        ck_assert_int_eq(server_configure_take(office->server, settings, NULL), 0);
        ck_assert_int_eq(
                TRY(lease_file_open_with(&office->file, office->path, &office->operations)), 0);
        lease_file_set_merging(office->file);
        problems_done(&problems);
        ck_assert_int_eq(TRY(lease_file_load(
                                 office->file, &office->clock, office_on_row, office, &problems)),
                0);
        ck_assert_uint_eq(problems.n_items, 0);
        problems_done(&problems);
        ck_assert_int_eq(server_load_done(office->server), 0);
}

/* Return: all that is left, for free(). */
static char *tell(bool with_failures) {
        Office office;
        char *text, *edited, *all, *rejected;

        fails = with_failures;
        office_init(&office);
        grant_leases(&office);
        rewrite(&office);

        text = office_read(&office, "leases.csv");
        edited = edit(text);
        office_save(&office, edited, SAVE_RENAMED);
        merge_save(&office);
        free(text);
        free(edited);

        reopen(&office);
        rewrite(&office);
        office_close(&office);
        text = office_read(&office, "leases.csv");
        rejected = office_read(&office, "leases.csv.rejected");
        ck_assert_int_ge(
                asprintf(&all, "%s---\n%s---\n%s", text, rejected ? rejected : "", office.problems),
                0);
        free(text);
        free(rejected);
        office_done(&office);
        return all;
}

START_TEST(test_each_allocation_fails)
{
        char *expected = tell(false), *found = tell(true);
        size_t n = 0;

        ck_assert_ptr_nonnull(strstr(expected, "printer"));
        ck_assert_ptr_nonnull(strstr(expected, "a, note"));
        while (found[n] && found[n] == expected[n])
                n++;
        ck_assert_msg(found[n] == expected[n], "other than expected: %.200s\nnot: %.200s",
                found + n, expected + n);
        ck_assert_uint_gt(n_failures, 100);
        free(expected);
        free(found);
}
END_TEST

TEST_MAIN("lease-file-memory", test_each_allocation_fails);
