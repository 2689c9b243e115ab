/* SPDX-License-Identifier: MIT */

/* The lease file without memory, in the loop's thread and in the worker's: a story of leases, an
 * edit by somebody and a restart is told twice, once with each allocation of each call failing
 * first. In the end the files and what was said of the edit are the same. */

#include <errno.h>

#include "failing-memory.h"
#include "test.h"

enum { N_LEASES = 80 };

static bool fails;
static size_t n_failures;

static bool has_failed(void) {
        n_failures++;
        return true;
}

/* The result of a call, which fails at each of its allocations first. */
#define TRY(call) (fails ? MEMORY_EXHAUST(call, has_failed()) : (call))
#define OFFICE_TRY(call) TRY(call)

#include "merge-office.h"

/* Does the next piece of work, in which an allocation fails: one more is let through each time that
 * the worker, or the file, has not got along without. Return: false when there is nothing to do. */
static bool do_piece(Office *office, size_t *n_worker, size_t *n_turn) {
        const bool is_turn = inline_worker_has_done() ||
                             lease_store_deadline(office_store(office)) <= office->clock.boottime;
        size_t *n = is_turn ? n_turn : n_worker;
        static Actions actions;
        bool failed;

        if (!is_turn && !inline_worker_due())
                return false;
        actions_reset(&actions);
        if (fails)
                memory_fail(*n);
        if (is_turn)
                lease_store_turn(office_store(office), &office->clock, &actions);
        else
                (void) inline_worker_do();
        failed = fails && memory_recover();
        n_failures += failed;
        *n = failed ? *n + 1 : 0;
        office_run(office, &actions);
        office_hear(office);
        return true;
}

/* Everything that there is to do; what waits for better times is waited for. */
static void drive(Office *office) {
        size_t n_worker = 0, n_turn = 0;

        for (;;) {
                usec_t wait;

                if (do_piece(office, &n_worker, &n_turn))
                        continue;
                wait = usec_sub(lease_store_deadline(office_store(office)), office->clock.boottime);
                if (wait == USEC_INFINITY)
                        return;
                office->clock.realtime += wait;
                office->clock.boottime += wait;
        }
}

static void rewrite(Office *office) {
        office_rewrite(office);
        drive(office);
}

/* Somebody has written the whole file. */
static void merge_save(Office *office) {
        lease_file_noticed(office->file, &office->clock, true, true);
        drive(office);
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
                office_run(office, &actions);
        }
        drive(office);
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

static int open_again(Office *office) {
        const LeaseFileOptions options = {
                .path = office->path,
                .server = office->server,
                .files = &office->operations,
                .worker = &inline_worker,
        };
        int r;

        r = lease_file_new(&office->file, &options);
        if (r < 0)
                return r;
        r = lease_store_open(office_store(office), &office->clock);
        if (r < 0)
                office->file = lease_file_free(office->file);
        return r;
}

/* What cannot be loaded for want of memory is loaded two seconds later. */
static void reopen(Office *office) {
        static const uint8_t seed[16] = {7};
        Settings *settings;

        office_close(office);
        /* tags of one moment lie a little ahead of it */
        office->clock.realtime += USEC_PER_SEC;
        office->clock.boottime += USEC_PER_SEC;
        ck_assert_int_eq(server_new(&office->server, seed), 0);
        ck_assert_int_eq(settings_new_builtin(&settings), 0);
        ck_assert_int_eq(server_configure_take(office->server, settings, NULL), 0);
        ck_assert_int_eq(TRY(open_again(office)), 0);
        drive(office);
        ck_assert_int_eq(lease_store_promise(office_store(office)), LEASE_PROMISE_ALL);
}

/* Without the moments of the rows, since who waits for memory takes longer. */
static char *strip_times(char *text) {
        char *to = text;

        for (const char *from = text; *from;)
                if (strncmp(from, ",default,", 9) == 0)
                        from += 9 + strcspn(from + 9, ",\n");
                else
                        *to++ = *from++;
        *to = '\0';
        return text;
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
        ck_assert_int_ge(asprintf(&all, "%s---\n%s---\n%s", strip_times(text),
                                 rejected ? rejected : "", office.problems),
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
        ck_assert_uint_gt(n_failures, 50);
        free(expected);
        free(found);
}
END_TEST

TEST_MAIN("lease-file-memory", test_each_allocation_fails);
