/* SPDX-License-Identifier: MIT */

/* Random edits by several people, some of whom read the file long ago, saved in every way, while
 * clients come, renew and go. After each merge: whoever has a lease still has it, unless somebody
 * who had seen that very binding edited its row; and an edit that did not become so is reported. */

#include "merge-office.h"

enum {
        N_WALKS = 100,
        N_STEPS = 120,
        N_ADDRESSES = 12,
        N_CLIENTS = 16,
        N_EDITORS = 3,
        ROWS_MAX = 64,
};

#define FIRST (OFFICE_NET + 101)

/* Who has an address, and which of its bindings that is. */
typedef struct Binding {
        unsigned client; /* 0 = nobody */
        unsigned number;
} Binding;

typedef enum EditKind {
        EDIT_HOSTNAME,
        EDIT_RELEASE,
        EDIT_DELETE,
        EDIT_MOVE,
        EDIT_CLIENT,
        EDIT_EXPIRES,
        EDIT_ADD,
        EDIT_KIND_MAX,
} EditKind;

typedef struct Edit {
        EditKind kind;
        ipv4_t address; /* of the row */
        ipv4_t target;  /* EDIT_MOVE */
        unsigned client;
        char hostname[16];
} Edit;

typedef struct Row {
        char text[256];
        ipv4_t address;
} Row;

typedef struct Editor {
        Row rows[ROWS_MAX];
        size_t n_rows; /* 0 = has read nothing */
        Binding seen[N_ADDRESSES];
} Editor;

typedef struct Walk {
        Office office;
        unsigned seed;
        unsigned n_bindings;
        unsigned n_names;
        Binding bindings[N_ADDRESSES];
        Editor editors[N_EDITORS];
        size_t n_applied, n_reported;
} Walk;

static unsigned draw(Walk *walk, unsigned n) {
        walk->seed = walk->seed * 1103515245U + 12345U;
        return (walk->seed >> 8) % n;
}

static unsigned client_of(const Walk *walk, ipv4_t address) {
        for (unsigned client = 1; client <= N_CLIENTS; client++)
                if (office_has(&walk->office, address, client))
                        return client;
        return 0;
}

/* Gives a number to each binding that is new. */
static void number_bindings(Walk *walk, bool anew) {
        for (unsigned i = 0; i < N_ADDRESSES; i++) {
                const unsigned client = client_of(walk, FIRST + i);

                if (client != walk->bindings[i].client || anew)
                        walk->bindings[i] = (Binding){client, ++walk->n_bindings};
        }
}

static void one_client(Walk *walk) {
        Office *office = &walk->office;
        const ipv4_t address = FIRST + draw(walk, N_ADDRESSES);

        switch (draw(walk, 8)) {
        case 0:
                if (office_release(office, address) >= 0 && draw(walk, 2)) {
                        /* and back at once: another binding of the same client */
                        const unsigned i = address - FIRST, client = walk->bindings[i].client;

                        ck_assert_int_eq(office_grant(office, address, client, "back"), 0);
                        walk->bindings[i].number = ++walk->n_bindings;
                }
                break;
        case 1:
        case 2:
        case 3:
                (void) office_grant(office, address, 1 + draw(walk, N_CLIENTS), "new");
                break;
        case 4:
                office_pass(office, draw(walk, 20) * USEC_PER_MINUTE);
                break;
        default:
                (void) office_renew(office, address);
                break;
        }
        number_bindings(walk, false);
}

static void read_file(Walk *walk, Editor *editor) {
        char *text, *p, *line;

        if (!office_is_stale(&walk->office))
                office_wait(&walk->office);
        p = text = office_read(&walk->office, "leases.csv");
        ck_assert_ptr_nonnull(text);
        editor->n_rows = 0;
        while ((line = strsep(&p, "\n")))
                if (*line && editor->n_rows < ROWS_MAX) {
                        Row *row = &editor->rows[editor->n_rows++];
                        char *comma = strchr(line, ',');

                        (void) snprintf(row->text, sizeof(row->text), "%s", line);
                        *comma = '\0';
                        row->address = 0;
                        (void) ipv4_parse(line, &row->address);
                }
        memcpy(editor->seen, walk->bindings, sizeof(walk->bindings));
        free(text);
}

/* The last row of an address, which is the one that counts. */
static Row *find_row(Editor *editor, ipv4_t address) {
        Row *found = NULL;

        for (size_t i = 1; i < editor->n_rows; i++)
                if (editor->rows[i].address == address)
                        found = &editor->rows[i];
        return found;
}

static void set_cell(Row *row, size_t column, const char *value) {
        char text[256], *start = row->text, *end;

        for (; column > 0; column--)
                start = strchr(start, ',') + 1;
        end = start + strcspn(start, ",");
        (void) snprintf(
                text, sizeof(text), "%.*s%s%s", (int) (start - row->text), row->text, value, end);
        (void) snprintf(row->text, sizeof(row->text), "%s", text);
}

static void format_client(unsigned client, char *id, char *hardware) {
        (void) sprintf(hardware, "02:00:00:00:00:%02x", client & 0xff);
        (void) sprintf(id, "01:02:00:00:00:00:%02x", client & 0xff);
}

/* Makes one edit in the editor's text. Return: false when there is no row for it. */
static bool make_edit(Walk *walk, Editor *editor, Edit *edit) {
        char address[IPV4_STRING_MAX], id[32], hardware[32];
        Row *row;

        *edit = (Edit){
                .kind = (EditKind) draw(walk, EDIT_KIND_MAX),
                .address = FIRST + draw(walk, N_ADDRESSES),
                .target = FIRST + draw(walk, N_ADDRESSES),
                .client = 1 + draw(walk, N_CLIENTS),
        };
        (void) snprintf(edit->hostname, sizeof(edit->hostname), "edit-%u", ++walk->n_names);
        format_client(edit->client, id, hardware);
        row = find_row(editor, edit->address);
        if (edit->kind == EDIT_ADD) {
                if (row || editor->n_rows == ROWS_MAX)
                        return false;
                row = &editor->rows[editor->n_rows++];
                row->address = edit->address;
                (void) snprintf(row->text, sizeof(row->text), "%s,,%s,%s,bound,infinite,,",
                        ipv4_format(edit->address, address), hardware, edit->hostname);
                return true;
        }
        if (!row)
                return false;

        switch (edit->kind) {
        case EDIT_HOSTNAME:
                set_cell(row, 3, edit->hostname);
                break;
        case EDIT_RELEASE:
                set_cell(row, 4, "released");
                break;
        case EDIT_DELETE:
                for (size_t i = editor->n_rows - 1; i >= 1; i--)
                        if (editor->rows[i].address == edit->address)
                                memmove(&editor->rows[i], &editor->rows[i + 1],
                                        (--editor->n_rows - i) * sizeof(Row));
                break;
        case EDIT_MOVE:
                if (find_row(editor, edit->target))
                        return false;
                set_cell(row, 0, ipv4_format(edit->target, address));
                row->address = edit->target;
                break;
        case EDIT_CLIENT:
                set_cell(row, 1, id);
                set_cell(row, 2, hardware);
                break;
        case EDIT_EXPIRES:
                set_cell(row, 5, "infinite");
                break;
        case EDIT_ADD:
        case EDIT_KIND_MAX:
                break;
        }
        return true;
}

static bool has_become(const Walk *walk, const Edit *edit) {
        const Lease *lease = lease_table_find(server_get_table(walk->office.server), edit->address);
        LeaseRecord record = {0};

        if (lease)
                lease_get_record(lease, &record);
        switch (edit->kind) {
        case EDIT_HOSTNAME:
        case EDIT_ADD:
                return lease && record.hostname_size == strlen(edit->hostname) &&
                       memcmp(record.hostname, edit->hostname, record.hostname_size) == 0;
        case EDIT_RELEASE:
                return !lease || lease_is_free(lease);
        case EDIT_DELETE:
                return !lease;
        case EDIT_MOVE:
                return !lease || lease->state != LEASE_BOUND;
        case EDIT_CLIENT:
                return client_of(walk, edit->address) == edit->client ||
                       (lease && lease_is_free(lease));
        case EDIT_EXPIRES:
                return !lease || lease_is_free(lease) || lease->expires == USEC_INFINITY;
        case EDIT_KIND_MAX:
                break;
        }
        return false;
}

static const char *const kind_names[] = {
        "hostname", "release", "delete", "move", "client", "expires", "add"};

static void check_losses(Walk *walk, const Binding *before, const Editor *editor, const Edit *edit,
        const Binding *seen) {
        for (unsigned i = 0; i < N_ADDRESSES; i++) {
                const ipv4_t address = FIRST + i;
                bool meant;

                (void) editor;
                if (before[i].client == 0 || client_of(walk, address) == before[i].client)
                        continue;
                /* the row of this very binding was edited to that end */
                meant = edit && edit->address == address && seen[i].number == before[i].number &&
                        (edit->kind == EDIT_RELEASE || edit->kind == EDIT_DELETE ||
                                edit->kind == EDIT_MOVE || edit->kind == EDIT_CLIENT);
                ck_assert_msg(meant, "seed %u: client %u lost %u by %s of %u\n%s", walk->seed,
                        before[i].client, address & 255, edit ? kind_names[edit->kind] : "nothing",
                        edit ? edit->address & 255 : 0, walk->office.problems);
        }
}

/* Into the file, and perhaps something happens before anybody has noticed. */
static void save(Walk *walk, char *text) {
        Office *office = &walk->office;
        const unsigned how = draw(walk, 3);
        struct stat st;

        if (how == 2) {
                office_wait(office);
                /* in that moment a text of the very size of the file is not told from it */
                ck_assert_int_eq(stat(office->path, &st), 0);
                if (strlen(text) == (size_t) st.st_size)
                        strcat(text, "\n");
                office_save_at_next_write(office, text);
                one_client(walk);
                office_wait(office);
                if (!office_saves_at_next_write())
                        return;
                office_save_at_next_write(NULL, NULL); /* there was nothing to write */
        }
        office_save(office, text, how == 0 ? SAVE_RENAMED : SAVE_IN_PLACE);
        if (draw(walk, 2))
                one_client(walk);
}

static void one_save(Walk *walk) {
        Office *office = &walk->office;
        Editor *editor = &walk->editors[draw(walk, N_EDITORS)];
        const bool closed = draw(walk, 4) > 0;
        Binding before[N_ADDRESSES], seen[N_ADDRESSES];
        char text[ROWS_MAX * 260 + 1], *p = text;
        bool edited, reported;
        Edit edit;

        if (editor->n_rows == 0 || draw(walk, 3) == 0)
                read_file(walk, editor);
        edited = make_edit(walk, editor, &edit);
        for (size_t i = 0; i < editor->n_rows; i++)
                p += sprintf(p, "%s\n", editor->rows[i].text);
        memcpy(seen, editor->seen, sizeof(seen));
        memcpy(before, walk->bindings, sizeof(before));

        save(walk, text);
        memcpy(before, walk->bindings, sizeof(before));
        (void) office_merge(office, closed, NULL, NULL);
        ck_assert_uint_eq(office->n_failures, 0);
        ck_assert(!office_is_stale(office));
        ck_assert_uint_eq(office->durable, server_last_commit(office->server));

        check_losses(walk, before, editor, edited ? &edit : NULL, seen);
        if (edited) {
                reported = office->counts.n_kept + office->counts.n_outdated +
                                   office->counts.n_rejected >
                           0;
                walk->n_applied += has_become(walk, &edit);
                walk->n_reported += reported;
                ck_assert_msg(has_become(walk, &edit) || reported,
                        "seed %u: %s of %u is ignored in silence; client %u has it, had %u\n%s",
                        walk->seed, kind_names[edit.kind], edit.address & 255,
                        client_of(walk, edit.address), before[edit.address - FIRST].client, text);
        }
        number_bindings(walk, false);
        /* the editor's text has the edit now; it is not made a second time by saving again */
        editor->n_rows = 0;
}

static void start_again(Walk *walk) {
        Binding before[N_ADDRESSES];

        office_wait(&walk->office);
        memcpy(before, walk->bindings, sizeof(before));
        office_close(&walk->office);
        office_open(&walk->office);
        office_wait(&walk->office);
        for (unsigned i = 0; i < N_ADDRESSES; i++)
                ck_assert_msg(client_of(walk, FIRST + i) == before[i].client,
                        "seed %u: not in the file: %u", walk->seed, 101 + i);
}

START_TEST(test_walk)
{
        size_t n_applied = 0, n_reported = 0;

        for (unsigned seed = 1; seed <= N_WALKS; seed++) {
                Walk walk = {.seed = seed};

                office_init(&walk.office);
                for (unsigned step = 0; step < N_STEPS; step++) {
                        const unsigned what = draw(&walk, 16);

                        office_pass(&walk.office, 1 + draw(&walk, 3 * 1000000));
                        number_bindings(&walk, false);
                        if (what < 9)
                                one_client(&walk);
                        else if (what < 10)
                                read_file(&walk, &walk.editors[draw(&walk, N_EDITORS)]);
                        else if (what < 15)
                                one_save(&walk);
                        else if (draw(&walk, 4) == 0)
                                start_again(&walk);
                }
                n_applied += walk.n_applied;
                n_reported += walk.n_reported;
                office_done(&walk.office);
        }
        /* neither is the rule */
        ck_assert_uint_gt(n_applied, N_WALKS);
        ck_assert_uint_gt(n_reported, N_WALKS);
}
END_TEST

TEST_MAIN("lease-merge-walk", test_walk);
