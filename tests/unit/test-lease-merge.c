/* SPDX-License-Identifier: MIT */

/* Edits of the lease file while it is served from, as stories: clients come and go, somebody reads
 * the file, changes it, and saves it, perhaps late. See run_line() for the words. */

#include <stdarg.h>

#include "merge-office.h"

/* A story, and the text that the editor has in front of him. */
typedef struct Story {
        Office office;
        const char *name;
        char *text;
        bool saved;
        SaveKind kind;
} Story;

static ipv4_t address_of(const char *host) {
        return OFFICE_NET + (ipv4_t) strtoul(host, NULL, 10);
}

static void replace(Story *story, size_t start, size_t size, const char *with) {
        char *text;

        ck_assert_int_ge(asprintf(&text, "%.*s%s%s", (int) start, story->text, with,
                                 story->text + start + size),
                0);
        free(story->text);
        story->text = text;
}

/* The last row of an address: its start, with its length without the newline. */
static size_t find_row(const Story *story, const char *host, size_t *ret_size) {
        const char *found = NULL;
        char start[32];

        (void) snprintf(start, sizeof(start), "192.168.1.%s,", host);
        for (const char *p = story->text; p; p = strchr(p, '\n') ? strchr(p, '\n') + 1 : NULL)
                if (strncmp(p, start, strlen(start)) == 0)
                        found = p;
        ck_assert_msg(found, "%s: no row of %s in:\n%s", story->name, host, story->text);
        *ret_size = strcspn(found, "\n");
        return (size_t) (found - story->text);
}

static void edit_set(Story *story, const char *host, const char *column, const char *value) {
        static const char *const names[] = {"address", "client_id", "hardware_address", "hostname",
                "state", "expires_at", "pool", "updated_at"};
        size_t size, row = find_row(story, host, &size), column_number = 0, start = row, n;

        while (strcmp(names[column_number], column) != 0)
                ck_assert_uint_lt(++column_number, ELEMENTSOF(names));
        for (size_t i = 0; i < column_number; i++)
                start += strcspn(story->text + start, ",\n") + 1;
        n = strcspn(story->text + start, ",\n");
        replace(story, start, n, strcmp(value, "-") == 0 ? "" : value);
}

static void edit_drop(Story *story, const char *host) {
        char start[32];

        (void) snprintf(start, sizeof(start), "192.168.1.%s,", host);
        for (char *p = story->text; p && *p;) {
                char *next = strchr(p, '\n') ? strchr(p, '\n') + 1 : p + strlen(p);

                if (strncmp(p, start, strlen(start)) == 0)
                        memmove(p, next, strlen(next) + 1);
                else
                        p = next;
        }
}

/* As a program that knows no fractions writes it. */
static void edit_round(Story *story) {
        char *p = story->text;

        while ((p = strchr(p, '.'))) {
                if (strspn(p + 1, "0123456789") == 6 && p[7] == 'Z')
                        memmove(p, p + 7, strlen(p + 7) + 1);
                else
                        p++;
        }
}

static void edit_crlf(Story *story) {
        for (size_t at = 0; story->text[at]; at++)
                if (story->text[at] == '\n')
                        replace(story, at++, 1, "\r\n");
}

/* hostname first, then the rest, and a column of one's own at the end */
static void edit_reorder(Story *story) {
        char *out = NULL;
        size_t size, n_lines = 0;
        FILE *f = open_memstream(&out, &size);

        ck_assert_ptr_nonnull(f);
        for (char *line = strtok(story->text, "\n"); line; line = strtok(NULL, "\n")) {
                char *cells[8], *p = line;

                for (size_t i = 0; i < 8; i++)
                        cells[i] = strsep(&p, ",");
                (void) fprintf(f, "%s,%s,%s,%s,%s,%s,%s,%s,%s\n", cells[3], cells[0], cells[1],
                        cells[2], cells[4], cells[5], cells[6], cells[7],
                        n_lines++ == 0 ? "note" : "mine");
        }
        (void) fclose(f);
        free(story->text);
        story->text = out;
}

static void check_lease(Story *story, const char *host, const char *state, const char *client,
        const char *hostname) {
        const Lease *lease =
                lease_table_find(server_get_table(story->office.server), address_of(host));
        LeaseRecord record = {0};
        char name[256] = "";

        if (strcmp(state, "none") == 0) {
                ck_assert_msg(!lease, "%s: %s has a lease", story->name, host);
                return;
        }
        ck_assert_msg(lease, "%s: %s has no lease", story->name, host);
        lease_get_record(lease, &record);
        ck_assert_msg(strcmp(lease_state_to_string(record.state), state) == 0,
                "%s: %s is %s, not %s", story->name, host, lease_state_to_string(record.state),
                state);
        if (client)
                ck_assert_msg(record.client_id_size == 7 &&
                                      record.client_id[6] == strtoul(client, NULL, 10),
                        "%s: %s is not client %s's", story->name, host, client);
        if (hostname) {
                memcpy(name, record.hostname, record.hostname_size);
                ck_assert_msg(strcmp(name, hostname) == 0, "%s: %s is called %s, not %s",
                        story->name, host, name, hostname);
        }
}

static void check_counts(Story *story, char *const *words) {
        const MergeCounts *counts = &story->office.counts;
        const size_t values[] = {counts->n_applied, counts->n_deleted, counts->n_kept,
                counts->n_outdated, counts->n_rejected};

        for (size_t i = 0; i < ELEMENTSOF(values); i++)
                ck_assert_msg(words[i] && values[i] == strtoul(words[i], NULL, 10),
                        "%s: applied, deleted, kept, outdated, rejected: %zu %zu %zu %zu %zu\n%s",
                        story->name, values[0], values[1], values[2], values[3], values[4],
                        story->office.problems);
}

static void check_text(Story *story, const char *name, const char *what, bool expected) {
        char *text = office_read(&story->office, name);

        ck_assert_msg(text || !expected, "%s: no %s", story->name, name);
        ck_assert_msg((text && strstr(text, what)) == expected, "%s: %s in %s:\n%s", story->name,
                what, name, text);
        free(text);
}

static void check_left(Story *story, const char *host, usec_t minutes) {
        const Lease *lease =
                lease_table_find(server_get_table(story->office.server), address_of(host));
        usec_t left;

        ck_assert_ptr_nonnull(lease);
        left = lease->expires - story->office.clock.boottime;
        ck_assert_msg(left + USEC_PER_SEC >= minutes * USEC_PER_MINUTE &&
                              left <= minutes * USEC_PER_MINUTE + USEC_PER_SEC,
                "%s: %s ends in %lu s", story->name, host, (unsigned long) (left / USEC_PER_SEC));
}

static void merge_saved(Story *story, bool closed) {
        ck_assert_msg(office_merge(&story->office, closed, NULL, NULL), "%s: nothing to merge",
                story->name);
        ck_assert_uint_eq(story->office.n_failures, 0);
}

/* Words, by what they say:
 *   the server: grant HOST CLIENT NAME, renew HOST, release HOST, forget HOST, wait MINUTES, flush
 *   the editor: read, set HOST COLUMN VALUE, drop HOST, add ROW, text TEXT, round, crlf, bom,
 *               reorder, cut (the last newline), save, write (in place), append ROW, remove
 *   the outcome: lease HOST STATE [CLIENT [NAME]], left HOST MINUTES,
 *               counts APPLIED DELETED KEPT OUTDATED REJECTED,
 *               said TEXT, file TEXT, lacks TEXT, rejected TEXT, before TEXT */
static void run_line(Story *story, char *line) {
        Office *office = &story->office;
        char *rest, *words[8] = {0}, *p = line, *copy;
        const char *verb;
        size_t n = 0;

        copy = strdup(line);
        verb = strsep(&p, " ");
        rest = copy + strlen(verb) + (p ? 1 : 0);
        while (n < ELEMENTSOF(words) - 1 && (words[n] = strsep(&p, " ")))
                n++;

        if (strcmp(verb, "grant") == 0)
                ck_assert_int_eq(office_grant(office, address_of(words[0]),
                                         (unsigned) strtoul(words[1], NULL, 10), words[2]),
                        0);
        else if (strcmp(verb, "renew") == 0)
                ck_assert_int_eq(office_renew(office, address_of(words[0])), 0);
        else if (strcmp(verb, "release") == 0)
                ck_assert_int_eq(office_release(office, address_of(words[0])), 0);
        else if (strcmp(verb, "forget") == 0)
                ck_assert_int_eq(office_delete(office, address_of(words[0])), 0);
        else if (strcmp(verb, "wait") == 0)
                office_pass(office, strtoul(words[0], NULL, 10) * USEC_PER_MINUTE);
        else if (strcmp(verb, "flush") == 0) {
                office_wait(office);
                office_rewrite(office);
                office_wait(office);
        } else if (strcmp(verb, "read") == 0) {
                office_wait(office);
                free(story->text);
                story->text = office_read(office, "leases.csv");
        } else if (strcmp(verb, "set") == 0)
                edit_set(story, words[0], words[1], words[2]);
        else if (strcmp(verb, "drop") == 0)
                edit_drop(story, words[0]);
        else if (strcmp(verb, "add") == 0) {
                replace(story, strlen(story->text), 0, rest);
                replace(story, strlen(story->text), 0, "\n");
        } else if (strcmp(verb, "text") == 0) {
                free(story->text);
                story->text = strdup(rest);
        } else if (strcmp(verb, "round") == 0)
                edit_round(story);
        else if (strcmp(verb, "crlf") == 0)
                edit_crlf(story);
        else if (strcmp(verb, "bom") == 0)
                replace(story, 0, 0, "\xef\xbb\xbf");
        else if (strcmp(verb, "reorder") == 0)
                edit_reorder(story);
        else if (strcmp(verb, "cut") == 0)
                story->text[strlen(story->text) - 1] = '\0';
        else if (strcmp(verb, "save") == 0 || strcmp(verb, "write") == 0) {
                office_save(office, story->text, *verb == 's' ? SAVE_RENAMED : SAVE_IN_PLACE);
                merge_saved(story, true);
        } else if (strcmp(verb, "unclosed") == 0) {
                office_save(office, story->text, SAVE_IN_PLACE);
                merge_saved(story, false);
        } else if (strcmp(verb, "append") == 0) {
                char *row;

                ck_assert_int_ge(asprintf(&row, "%s\n", rest), 0);
                office_wait(office);
                office_save(office, row, SAVE_APPENDED);
                free(row);
                merge_saved(story, true);
        } else if (strcmp(verb, "remove") == 0) {
                ck_assert_int_eq(unlink(office->path), 0);
                merge_saved(story, true);
        } else if (strcmp(verb, "lease") == 0)
                check_lease(story, words[0], words[1], words[2], words[3]);
        else if (strcmp(verb, "left") == 0)
                check_left(story, words[0], strtoul(words[1], NULL, 10));
        else if (strcmp(verb, "counts") == 0)
                check_counts(story, words);
        else if (strcmp(verb, "said") == 0)
                ck_assert_msg(office->problems && strstr(office->problems, rest),
                        "%s: not \"%s\":\n%s", story->name, rest, office->problems);
        else if (strcmp(verb, "file") == 0)
                check_text(story, "leases.csv", rest, true);
        else if (strcmp(verb, "lacks") == 0)
                check_text(story, "leases.csv", rest, false);
        else if (strcmp(verb, "rejected") == 0)
                check_text(story, "leases.csv.rejected", rest, true);
        else if (strcmp(verb, "before") == 0)
                check_text(story, "leases.csv~", rest, true);
        else
                ck_abort_msg("%s: what is %s?", story->name, verb);
        free(copy);
}

static void run_story(const char *name, const char *lines) {
        Story story = {.name = name};
        char *text = strdup(lines), *p = text, *line;

        office_init(&story.office);
        while ((line = strsep(&p, ";"))) {
                line += strspn(line, " ");
                if (*line)
                        run_line(&story, line);
        }

        /* what is in force is what the next start finds */
        office_wait(&story.office);
        {
                size_t n_bound = server_get_table(story.office.server)->n_by_state[LEASE_BOUND];

                office_close(&story.office);
                office_open(&story.office);
                ck_assert_msg(
                        server_get_table(story.office.server)->n_by_state[LEASE_BOUND] == n_bound,
                        "%s: not what the file says", name);
        }
        office_done(&story.office);
        free(story.text);
        free(text);
}

#define THREE "grant 101 1 one; wait 1; grant 102 2 two; wait 1; grant 103 3 three; wait 1; "

static const struct {
        const char *name, *lines;
} stories[] = {
        {"nothing edited", THREE "read; save; counts 0 0 0 0 0; lease 101 bound 1 one"},
        {"a name",
                THREE "read; set 101 hostname desk; save; counts 1 0 0 0 0; "
                      "lease 101 bound 1 desk; file ,desk,bound,; before ,one,bound,; left 101 57"},
        {"a name, in place", THREE "read; set 101 hostname Eins; write; counts 1 0 0 0 0; "
                                   "lease 101 bound 1 Eins"},
        {"as many bytes, in place", THREE "read; set 101 hostname eno; write; counts 1 0 0 0 0; "
                                          "lease 101 bound 1 eno; file ,eno,bound,"},
        {"a later end", THREE "read; set 101 expires_at 2026-11-22T01:58:00Z; save; "
                              "counts 1 0 0 0 0; left 101 240"},
        {"no end", THREE "read; set 102 expires_at infinite; save; counts 1 0 0 0 0; "
                         "file ,two,bound,infinite,"},
        {"an end that is over", THREE "read; set 101 expires_at 2026-11-21T20:00:00Z; save; "
                                      "counts 1 0 0 0 0; lease 101 expired 1"},
        {"released", THREE "read; set 102 state released; save; counts 1 0 0 0 0; "
                           "lease 102 released 2"},
        {"released, and renewed meanwhile", THREE "read; renew 102; set 102 state released; save; "
                                                  "counts 1 0 0 0 0; lease 102 released 2"},
        {"released, but another's meanwhile",
                THREE "read; wait 1; release 102; grant 102 9 nine; set 102 state released; save; "
                      "lease 102 bound 9; counts 0 0 0 1 0"},
        {"released, but released and taken again meanwhile",
                THREE "read; wait 1; release 102; wait 1; grant 102 2 two; "
                      "set 102 state released; save; lease 102 bound 2; counts 0 0 0 1 0"},
        {"it was released when it was read",
                THREE "release 102; read; wait 1; grant 102 2 two; save; lease 102 bound 2; "
                      "counts 0 0 0 1 0"},
        {"quarantined by hand", THREE "read; set 103 state declined; save; counts 1 0 0 0 0; "
                                      "lease 103 declined"},
        {"a quarantine ended", THREE "read; set 103 state declined; save; read; "
                                     "set 103 state released; save; lease 103 none"},
        {"given to another client",
                THREE "read; set 101 client_id 01:02:00:00:00:00:09; "
                      "set 101 hardware_address 02:00:00:00:00:09; save; counts 1 0 0 0 0; "
                      "lease 101 bound 9"},
        {"given to a client that has one",
                THREE "read; set 101 client_id 01:02:00:00:00:00:02; save; counts 0 0 0 0 1; "
                      "lease 101 bound 1; lease 102 bound 2; rejected another lease in the same "
                      "subnet; said 2: 192.168.1.101"},
        {"moved", THREE "read; set 101 address 192.168.1.150; save; lease 150 bound 1 one; "
                        "lease 101 released 1; counts 1 0 0 0 0"},
        {"moved, and renewed meanwhile",
                THREE "read; set 101 address 192.168.1.150; renew 101; save; lease 101 bound 1; "
                      "lease 150 none; counts 0 0 1 0 1"},
        {"moved out of the pool", THREE "read; set 101 address 192.168.7.7; save; "
                                        "lease 101 bound 1; counts 0 0 1 0 1; rejected by no pool"},
        {"moved where another is",
                THREE "read; drop 102; set 101 address 192.168.1.102; save; "
                      "lease 101 bound 1; lease 102 bound 2; said 192.168.1.102"},
        {"moved into each other's way",
                THREE "read; set 102 address 192.168.1.160; set 101 address 192.168.1.102; save; "
                      "lease 160 bound 2; lease 102 bound 1; lease 101 released"},
        {"copied, not moved",
                THREE "read; add 192.168.1.150,01:02:00:00:00:00:01,02:00:00:00:00:01,"
                      "one,bound,2026-11-22T10:00:00Z,,; save; lease 150 none; "
                      "lease 101 bound 1; counts 0 0 0 0 1"},
        {"a new lease", THREE "read; add 192.168.1.150,,02:00:00:00:00:09,new,bound,infinite,,; "
                              "save; lease 150 bound 9 new; counts 1 0 0 0 0"},
        {"a new lease, by a shell",
                THREE "append 192.168.1.150,,02:00:00:00:00:09,new,bound,infinite,,; "
                      "lease 150 bound 9 new; counts 1 0 0 0 0; lease 103 bound 3"},
        {"a release, by a shell", THREE "append 192.168.1.102,01:02:00:00:00:00:02,,,released,,,; "
                                        "lease 102 released 2; counts 1 0 0 0 0"},
        {"an erasure, by a shell",
                THREE "append 192.168.1.102,,,,released,,,; lease 102 none; counts 1 0 0 0 0"},
        {"a release of another's, by a shell",
                THREE "append 192.168.1.102,01:02:00:00:00:00:01,,,released,,,; "
                      "lease 102 bound 2; counts 0 0 0 0 1"},
        {"another's address, by a shell",
                THREE "append 192.168.1.102,,02:00:00:00:00:09,new,bound,infinite,,; "
                      "lease 102 bound 2; counts 0 0 0 0 1; rejected 192.168.1.102 is bound to"},
        {"our own address and one of no pool",
                THREE "read; add 10.0.0.1,,02:00:00:00:00:09,,bound,infinite,,; save; "
                      "counts 0 0 0 0 1; said 10.0.0.1 is given out by no pool"},
        {"deleted, seen",
                THREE "read; drop 101; save; counts 0 1 0 0 0; lease 101 none; "
                      "lease 102 bound 2; lacks 192.168.1.101,01:; before 192.168.1.101,01:"},
        {"deleted, the newest", THREE "read; drop 103; save; counts 0 0 1 0 0; lease 103 bound 3; "
                                      "said delete-lease"},
        {"deleted, renewed meanwhile", THREE
                "read; wait 1; renew 101; drop 101; save; counts 0 0 1 0 0; lease 101 bound 1"},
        {"deleted, after a rewrite", THREE "flush; read; drop 101; save; counts 0 0 1 0 0; "
                                           "lease 101 bound 1; said 192.168.1.101"},
        {"deleted, after a rewrite and another lease",
                THREE "flush; grant 104 4 four; read; drop 101; save; counts 0 1 0 0 0; "
                      "lease 101 none"},
        {"deleted, with a line that is wrong",
                THREE "read; drop 101; add gibberish; save; counts 0 0 1 0 1; lease 101 bound 1; "
                      "rejected gibberish; rejected # leases.csv:4:"},
        {"deleted, the end is missing",
                THREE "read; drop 101; cut; save; counts 0 0 1 0 0; lease 101 bound 1"},
        {"deleted, perhaps not all written",
                THREE "read; drop 101; unclosed; counts 0 0 1 0 0; lease 101 bound 1; "
                      "before 192.168.1.103"},
        {"granted meanwhile", THREE "read; grant 104 4 four; save; lease 104 bound 4; "
                                    "counts 0 0 1 0 0; file 192.168.1.104,"},
        {"stale, untouched", THREE "read; wait 30; renew 101; renew 102; save; counts 0 0 0 2 0; "
                                   "left 101 60; said 2 leases have changed"},
        {"stale, a name",
                THREE "read; wait 30; renew 101; set 101 hostname desk; save; "
                      "counts 0 0 0 1 0; lease 101 bound 1 one; said differs in hostname"},
        {"stale by hours", THREE "read; wait 30; renew 102; wait 45; grant 104 4 four; save; "
                                 "lease 102 bound 2; lease 104 bound 4"},
        {"nothing at all", THREE "text ; save; counts 0 0 3 0 0; lease 101 bound 1; "
                                 "lease 103 bound 3; file 192.168.1.103,"},
        {"the header alone", THREE "text " OFFICE_HEADER "; save; counts 0 0 3 0 0; "
                                   "lease 101 bound 1; lease 103 bound 3"},
        {"no header", THREE "read; text 192.168.1.101,what,is,this; save; lease 101 bound 1; "
                            "before what,is,this; file 192.168.1.101,01:"},
        {"removed", THREE "remove; lease 101 bound 1; file 192.168.1.102,"},
        {"CR LF", THREE "read; set 101 hostname desk; crlf; save; counts 1 0 0 0 0; "
                        "lease 101 bound 1 desk; lacks \r"},
        {"a byte order mark", THREE "read; set 101 hostname desk; bom; save; counts 1 0 0 0 0; "
                                    "lease 101 bound 1 desk; lacks \xef\xbb\xbf"},
        {"another order, another column",
                THREE "read; set 101 hostname desk; reorder; save; counts 1 0 0 0 0; "
                      "lease 101 bound 1 desk; file updated_at,note; file Z,mine; "
                      "grant 105 5 five; read; file ,five,; file 192.168.1.105,"},
        {"its notes stay", THREE "read; reorder; save; grant 104 4 four; renew 101; flush; "
                                 "file Z,mine; wait 30; flush; file updated_at,note; file Z,mine"},
        {"rounded times", THREE "read; set 101 hostname desk; round; save; counts 1 0 0 0 0; "
                                "lease 101 bound 1 desk; lease 102 bound 2"},
        {"rounded times, a row missing", THREE "read; drop 101; round; save; counts 0 0 1 0 0; "
                                               "lease 101 bound 1"},
        {"no tags", THREE "text address,client_id,expires_at,state\n"
                          "192.168.1.101,01:02:00:00:00:00:01,0,released\n"
                          "192.168.1.150,01:02:00:00:00:00:09,infinite,bound\n; save; "
                          "lease 101 bound 1; lease 150 bound 9; lease 102 bound 2; "
                          "counts 1 0 2 1 0"},
        {"the predecessor's file", THREE
                "text ip,client_id,leased,expires_at,network,probation\n"
                "192.168.1.150,020000000009,true,2026-11-22T10:00:00Z,0,false\n; save; "
                "lease 150 bound 9; lease 101 bound 1; counts 1 0 3 0 0; file " OFFICE_HEADER},
        {"twice with one tag",
                THREE "read; add 192.168.1.150,,02:00:00:00:00:08,a,bound,infinite,,; "
                      "add 192.168.1.150,,02:00:00:00:00:09,b,bound,infinite,,; save; "
                      "lease 150 bound 9; counts 1 0 0 0 1; said only the last one"},
        {"a restored backup", THREE "read; forget 101; save; lease 101 bound 1; lease 102 bound 2"},
        {"two edits one after the other",
                THREE "read; set 101 hostname desk; save; read; set 102 hostname chair; save; "
                      "lease 101 bound 1 desk; lease 102 bound 2 chair; counts 1 0 0 0 0"},
        {"an editor that has read before another saved", THREE
                "read; set 101 hostname desk; save; set 102 hostname chair; "
                "set 101 hostname bed; save; lease 101 bound 1 desk; lease 102 bound 2 chair; "
                "counts 1 0 0 1 0; said 192.168.1.101 has changed"},
};

START_TEST(test_stories)
{
        for (size_t i = 0; i < ELEMENTSOF(stories); i++)
                run_story(stories[i].name, stories[i].lines);
}
END_TEST

/* Commits wait while somebody's save has the name, and are durable when it has been merged. */
START_TEST(test_commits_wait)
{
        Office office;
        uint64_t durable;

        office_init(&office);
        ck_assert_int_eq(office_grant(&office, OFFICE_NET + 101, 1, "one"), 0);
        office_wait(&office);
        durable = office.durable;

        office_save(&office, OFFICE_HEADER "\n192.168.1.150,,02:00:00:00:00:09,,bound,infinite,,\n",
                SAVE_RENAMED);
        ck_assert_int_eq(office_grant(&office, OFFICE_NET + 102, 2, "two"), 0);
        office_wait(&office);
        ck_assert(office_is_stale(&office));
        ck_assert_uint_eq(office.durable, durable);

        ck_assert(office_merge(&office, true, NULL, NULL));
        ck_assert_uint_eq(office.durable, server_last_commit(office.server));
        ck_assert(office_has(&office, OFFICE_NET + 101, 1));
        ck_assert(office_has(&office, OFFICE_NET + 102, 2));
        ck_assert(office_has(&office, OFFICE_NET + 150, 9));
        office_done(&office);
}
END_TEST

static void save_again(Office *office, void *userdata) {
        bool *done = userdata;

        if (*done)
                return;
        *done = true;
        office_save(office, OFFICE_HEADER "\n192.168.1.151,,02:00:00:00:00:0a,,bound,infinite,,\n",
                SAVE_RENAMED);
}

/* A save that comes while another is merged is not displaced: the rewrite gives way to it. */
START_TEST(test_save_during_merge)
{
        bool done = false;
        Office office;

        office_init(&office);
        office_save(&office, OFFICE_HEADER "\n192.168.1.150,,02:00:00:00:00:09,,bound,infinite,,\n",
                SAVE_RENAMED);
        ck_assert(office_merge(&office, true, save_again, &done));
        ck_assert(office_is_stale(&office));
        ck_assert(office_has(&office, OFFICE_NET + 150, 9));
        ck_assert(office_merge(&office, true, NULL, NULL));
        ck_assert(office_has(&office, OFFICE_NET + 150, 9));
        ck_assert(office_has(&office, OFFICE_NET + 151, 10));
        ck_assert_uint_eq(office.n_failures, 0);
        office_done(&office);
}
END_TEST

/* A row of ours that has got behind an old text as it was saved is no part of it: its author has
 * not seen the leases before it. */
START_TEST(test_save_before_write)
{
        Office office;
        char *text;

        office_init(&office);
        ck_assert_int_eq(office_grant(&office, OFFICE_NET + 101, 1, "one"), 0);
        office_wait(&office);
        text = office_read(&office, "leases.csv");
        ck_assert_int_eq(office_grant(&office, OFFICE_NET + 102, 2, "two"), 0);
        office_wait(&office);

        office_save_at_next_write(&office, text);
        ck_assert_int_eq(office_grant(&office, OFFICE_NET + 103, 3, "three"), 0);
        office_wait(&office);
        ck_assert(!office_saves_at_next_write());
        ck_assert(office_is_stale(&office));

        ck_assert(office_merge(&office, true, NULL, NULL));
        ck_assert(office_has(&office, OFFICE_NET + 102, 2));
        ck_assert(office_has(&office, OFFICE_NET + 103, 3));
        ck_assert_uint_eq(office.counts.n_deleted, 0);
        /* the row that is missing, and the one that came too late */
        ck_assert_uint_eq(office.counts.n_kept, 2);
        ck_assert_uint_eq(office.durable, server_last_commit(office.server));
        free(text);
        office_done(&office);
}
END_TEST

/* Nor does it hide what he says of its address. */
START_TEST(test_edit_before_write)
{
        Office office;
        char *text, *name;

        office_init(&office);
        ck_assert_int_eq(office_grant(&office, OFFICE_NET + 101, 1, "one"), 0);
        ck_assert_int_eq(office_grant(&office, OFFICE_NET + 102, 2, "two"), 0);
        office_wait(&office);
        text = office_read(&office, "leases.csv");
        name = strstr(text, "one");
        ck_assert_ptr_nonnull(name);
        memcpy(name, "1st", 3);

        office_pass(&office, USEC_PER_MINUTE);
        office_save_at_next_write(&office, text);
        ck_assert_int_eq(office_renew(&office, OFFICE_NET + 101), 0);
        office_wait(&office);
        ck_assert(!office_saves_at_next_write());

        ck_assert(office_merge(&office, true, NULL, NULL));
        ck_assert(office_has(&office, OFFICE_NET + 101, 1));
        ck_assert_uint_eq(office.counts.n_outdated, 1);
        ck_assert_uint_eq(office.counts.n_kept, 0);
        ck_assert_ptr_nonnull(
                strstr(office.problems, "192.168.1.101 has changed since this row was read"));
        free(text);
        office_done(&office);
}
END_TEST

static void restart_once(Office *office, void *userdata) {
        bool *done = userdata;
        LeaseFileTags tags;

        if (*done || office->file->merge->counts.n_applied == 0)
                return;
        ck_assert_uint_eq(office->file->merge->counts.n_applied, 1);
        *done = true;
        tags_get(office->file, &office->clock, &tags);
        merge_restart(office->file->merge, &tags);
}

/* Merged once more from the start, nothing changes and nothing is reported. */
START_TEST(test_restart)
{
        bool done = false;
        Office office;

        office_init(&office);
        office_save(&office, OFFICE_HEADER "\n192.168.1.150,,02:00:00:00:00:09,,bound,infinite,,\n",
                SAVE_RENAMED);
        ck_assert(office_merge(&office, true, restart_once, &done));
        ck_assert(done);
        ck_assert(office_has(&office, OFFICE_NET + 150, 9));
        ck_assert_uint_eq(office.counts.n_applied, 0);
        ck_assert_ptr_null(office.problems);
        office_done(&office);
}
END_TEST

/* The clock is set back between reading and saving: tags of the time before it look newer than they
 * are. Who saves has seen no later lease for that, and his own rows are no edits. */
START_TEST(test_clock_set_back_before_rewrite)
{
        Office office;
        char *text;

        office_init(&office);
        office_grant(&office, OFFICE_NET + 101, 1, "a");
        office_wait(&office);
        office_pass(&office, 5 * USEC_PER_MINUTE);
        text = office_read(&office, "leases.csv");

        office.clock.realtime -= USEC_PER_HOUR;
        office_grant(&office, OFFICE_NET + 102, 2, "b");
        office_wait(&office);
        office_save(&office, text, SAVE_RENAMED);
        ck_assert(office_merge(&office, true, NULL, NULL));
        ck_assert(office_has(&office, OFFICE_NET + 101, 1));
        ck_assert(office_has(&office, OFFICE_NET + 102, 2));
        ck_assert_uint_eq(office.counts.n_deleted, 0);
        ck_assert_uint_eq(office.counts.n_applied, 0);
        free(text);
        office_done(&office);
}
END_TEST

/* The clock is set ahead, and the file is saved before it has been written anew: its rows tell the
 * ends of the clock before, which are nobody's edits, and not over. */
START_TEST(test_clock_set_ahead_before_rewrite)
{
        const Lease *lease;
        Office office;
        char *text;
        usec_t end;

        office_init(&office);
        office_grant(&office, OFFICE_NET + 101, 1, "one");
        office_grant(&office, OFFICE_NET + 102, 2, "two");
        office_wait(&office);
        end = lease_table_find(server_get_table(office.server), OFFICE_NET + 101)->expires;
        text = office_read(&office, "leases.csv");
        memcpy(strstr(text, "one"), "1st", 3);

        office.clock.realtime += USEC_PER_DAY;
        office_save(&office, text, SAVE_RENAMED);
        ck_assert(office_merge(&office, true, NULL, NULL));
        ck_assert(office_has(&office, OFFICE_NET + 101, 1));
        ck_assert(office_has(&office, OFFICE_NET + 102, 2));
        ck_assert_uint_eq(office.counts.n_applied, 1);
        lease = lease_table_find(server_get_table(office.server), OFFICE_NET + 101);
        ck_assert_uint_eq(lease->expires, end);
        free(text);
        office_done(&office);
}
END_TEST

/* The same after the rewrite: "released" was the lease's history, and is nobody's word. */
START_TEST(test_clock_set_back_after_rewrite)
{
        Office office;
        char *text;

        office_init(&office);
        office_grant(&office, OFFICE_NET + 101, 1, "a");
        office_wait(&office);
        office_pass(&office, USEC_PER_MINUTE);
        office_release(&office, OFFICE_NET + 101);
        office_wait(&office);
        text = office_read(&office, "leases.csv");

        office_pass(&office, 19 * USEC_PER_MINUTE);
        office_grant(&office, OFFICE_NET + 101, 1, "a");
        office_wait(&office);
        office_pass(&office, 10 * USEC_PER_MINUTE);
        office.clock.realtime -= 40 * USEC_PER_MINUTE;
        office_rewrite(&office);
        office_wait(&office);
        office_pass(&office, 15 * USEC_PER_MINUTE);
        office_renew(&office, OFFICE_NET + 101);
        office_wait(&office);
        office_save(&office, text, SAVE_RENAMED);
        ck_assert(office_merge(&office, true, NULL, NULL));
        ck_assert(office_has(&office, OFFICE_NET + 101, 1));
        ck_assert_uint_eq(office.counts.n_applied, 0);
        free(text);
        office_done(&office);
}
END_TEST

static void save_another(Office *office, void *userdata) {
        bool *done = userdata;

        if (*done)
                return;
        *done = true;
        office_save(office, OFFICE_HEADER "\n192.168.1.150,,02:00:00:00:00:09,,bound,infinite,,\n",
                SAVE_RENAMED);
        lease_file_noticed(office->file, &office->clock, true, true);
}

/* A save that says nothing new has no rewrite, which would find the next one. */
START_TEST(test_save_during_idle_merge)
{
        bool done = false;
        Office office;
        char *text;

        office_init(&office);
        office_grant(&office, OFFICE_NET + 101, 1, "a");
        office_wait(&office);
        text = office_read(&office, "leases.csv");
        office_save(&office, text, SAVE_IN_PLACE);
        ck_assert(office_merge(&office, true, save_another, &done));
        ck_assert(done);
        ck_assert(office_has(&office, OFFICE_NET + 150, 9));
        free(text);
        office_done(&office);
}
END_TEST

/* The clock is set back, once or twice, while a save is read in which a row is missing: its lease
 * looks younger than everything, and stays, which is told. */
START_TEST(test_clock_set_back_during_look)
{
        for (unsigned n_steps = 1; n_steps <= 2; n_steps++) {
                Office office;

                office_init(&office);
                office_grant(&office, OFFICE_NET + 101, 1, "a");
                office_wait(&office);
                office_save(&office, OFFICE_HEADER "\n", SAVE_RENAMED);
                lease_file_noticed(office.file, &office.clock, true, true);
                ck_assert_int_eq(office.file->state, LIFE_LOOKING);

                for (unsigned i = 0; i < n_steps; i++) {
                        office.clock.realtime -= USEC_PER_HOUR;
                        lease_file_clock_set(office.file, &office.clock);
                }
                office_wait(&office);
                ck_assert(office_has(&office, OFFICE_NET + 101, 1));
                ck_assert_uint_eq(office.counts.n_kept, 1);
                ck_assert_ptr_nonnull(office.problems);
                ck_assert_ptr_nonnull(strstr(office.problems, "192.168.1.101"));
                office_done(&office);
        }
}
END_TEST

TEST_MAIN("lease-merge", test_stories, test_commits_wait, test_save_during_merge,
        test_save_before_write, test_edit_before_write, test_restart,
        test_clock_set_back_before_rewrite, test_clock_set_ahead_before_rewrite,
        test_clock_set_back_after_rewrite, test_clock_set_back_during_look,
        test_save_during_idle_merge);
