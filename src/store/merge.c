/* SPDX-License-Identifier: MIT */

/* The rounds of a merge: which rows were seen, what they say (merge-row.c), which leases have none.
 *
 * Invariant: everything in the save that does not become so is among the problems. */

#include <errno.h>

#include "core/grant.h"
#include "store/merge-row.h"

enum {
        STEP_ROWS = 256,
        /* an edit makes at most so many actions */
        ACTIONS_PER_EDIT = 8,
        KEPT_NAMED = 8,
        KEPT_SIZE_MAX = 64, /* of a name, with room for buffer_printf() */
};

enum {
        PHASE_UNREADABLE,
        PHASE_SEEN,
        PHASE_ROWS,
        PHASE_REFUSED,
        PHASE_MISSING,
        PHASE_KEPT,
        PHASE_OUTDATED,
        PHASE_END,
};

int merge_new(Merge **ret, LeaseSave *save, const LeaseFileTags *tags) {
        Merge *merge = calloc(1, sizeof(*merge));

        if (!merge)
                return -ENOMEM;
        merge->refused = calloc(save->loader.rows.n_addresses + 1, sizeof(*merge->refused));
        if (!merge->refused) {
                free(merge);
                return -ENOMEM;
        }
        merge->save = save;
        merge_restart(merge, tags);
        *ret = merge;
        return 0;
}

Merge *merge_free(Merge *merge) {
        if (!merge)
                return NULL;
        problems_done(&merge->problems);
        buffer_done(&merge->rejected);
        buffer_done(&merge->kept);
        free(merge->refused);
        (void) save_free(merge->save);
        free(merge);
        return NULL;
}

void merge_restart(Merge *merge, const LeaseFileTags *tags) {
        problems_done(&merge->problems);
        buffer_clear(&merge->rejected);
        buffer_clear(&merge->kept);
        merge->counts = (MergeCounts){.n_rejected = merge->save->loader.n_rejected};
        merge->tags = *tags;
        merge->phase = PHASE_UNREADABLE;
        merge->position = 0;
        merge->horizon = 0;
        merge->n_refused = 0;
        merge->n_applied_before = 0;
}

void merge_set_backed_up(Merge *merge) {
        merge->backed_up = true;
}

bool merge_found_difference(const Merge *merge) {
        const MergeCounts *counts = &merge->counts;

        return counts->n_applied + counts->n_deleted + counts->n_kept + counts->n_outdated +
                       counts->n_rejected >
               0;
}

static int say_repeated(Merge *merge, const StoredRow *stored) {
        char address[IPV4_STRING_MAX], text[128];
        int r;

        (void) snprintf(text, sizeof(text),
                "%s has several rows none of which is the newer; only the last one counts",
                ipv4_format(stored->address, address));
        r = merge_add_problem(merge, stored->line, text);
        if (r < 0)
                return r;
        merge->counts.n_rejected++;
        return 0;
}

/* The newest row that its author has seen, of those that stand in the file in the order of their
 * tags: he has seen every row before it. */
static int step_seen(Merge *merge, const Server *server) {
        const LeaseTable *table = server_get_table(server);

        for (size_t i = 0; i < STEP_ROWS; i++) {
                const size_t position = merge->position;
                const StoredRow *stored =
                        row_store_next(&merge->save->loader.rows, &merge->position);
                const Lease *lease;

                if (!stored) {
                        merge->phase = PHASE_ROWS;
                        merge->position = 0;
                        return 0;
                }
                lease = lease_table_find(table, stored->address);
                if (lease && lease->version == stored->updated_at &&
                        stored->updated_at > merge->tags.ordered &&
                        stored->updated_at <= merge->tags.durable)
                        merge->horizon = MAX(merge->horizon, (uint64_t) stored->updated_at);
                if (stored->repeated && say_repeated(merge, stored) < 0) {
                        merge->position = position;
                        return -ENOMEM;
                }
        }
        return 0;
}

static int step_rows(Merge *merge, Server *server, const ClockPair *clock, Actions *actions) {
        for (size_t i = 0; i < STEP_ROWS; i++) {
                const size_t position = merge->position;
                const StoredRow *stored =
                        row_store_next(&merge->save->loader.rows, &merge->position);
                MergeRow row;
                int r;

                if (!stored) {
                        merge->phase = PHASE_REFUSED;
                        merge->position = 0;
                        merge->n_applied_before = merge->counts.n_applied;
                        return 0;
                }
                merge_row_init(&row, merge, server, clock, stored);
                r = merge_row_take(&row, false, actions);
                if (r < 0) {
                        merge->position = position;
                        return r;
                }
                if (r == 0)
                        merge->refused[merge->n_refused++] = stored;
                if (actions->n_actions + ACTIONS_PER_EDIT > ACTIONS_MAX)
                        return 0;
        }
        return 0;
}

/* Rows that were in each other's way are tried as long as that helps. */
static int step_refused(Merge *merge, Server *server, const ClockPair *clock, Actions *actions) {
        while (merge->position < merge->n_refused) {
                const StoredRow *stored = merge->refused[merge->position];
                MergeRow row;
                int r;

                if (actions->n_actions + ACTIONS_PER_EDIT > ACTIONS_MAX)
                        return 0;
                merge_row_init(&row, merge, server, clock, stored);
                r = merge_row_take(&row, merge->n_applied_before == SIZE_MAX, actions);
                if (r < 0)
                        return r;
                if (r > 0)
                        merge->refused[merge->position] = merge->refused[--merge->n_refused];
                else
                        merge->position++;
        }
        merge->position = 0;
        if (merge->n_refused == 0)
                merge->phase = PHASE_MISSING;
        else if (merge->n_applied_before != merge->counts.n_applied)
                merge->n_applied_before = merge->counts.n_applied;
        else
                merge->n_applied_before = SIZE_MAX;
        return 0;
}

static int keep_missing(Merge *merge, const Lease *lease) {
        char address[IPV4_STRING_MAX];
        int r;

        if (merge->counts.n_kept < KEPT_NAMED) {
                r = merge_make_room(&merge->kept, KEPT_SIZE_MAX);
                if (r < 0)
                        return r;
                (void) buffer_printf(&merge->kept, "%s%s", merge->kept.size > 0 ? ", " : "",
                        ipv4_format(lease->address, address));
        }
        merge->counts.n_kept++;
        return 0;
}

static int step_missing(Merge *merge, Server *server, const ClockPair *clock, Actions *actions) {
        const LeaseTable *table = server_get_table(server);
        /* a row that was not taken may be what has become of one that is missing */
        const bool whole = save_is_whole(merge->save) && merge->counts.n_rejected == 0;
        const size_t end = MIN(merge->position + STEP_ROWS, lease_table_n_slots(table));
        int r;

        for (; merge->position < end; merge->position++) {
                const Lease *lease = lease_table_at(table, merge->position);

                if (!lease || lease->state == LEASE_OFFERED || lease->version == 0 ||
                        row_store_find(&merge->save->loader.rows, lease->address))
                        continue;
                /* what has come or moved by this very save */
                if (lease->version > MAX(merge->tags.newest, merge->tags.comparable))
                        continue;
                /* a tag ahead of a clock that was set back tells of no moment */
                if (!whole || lease->version >= merge->horizon ||
                        lease->version > merge->tags.newest) {
                        r = keep_missing(merge, lease);
                        if (r < 0)
                                return r;
                        continue;
                }
                if (!merge->backed_up)
                        return -EBUSY;
                if (actions->n_actions + ACTIONS_PER_EDIT > ACTIONS_MAX)
                        return 0;
                r = server_delete_lease(server, lease->address, clock->boottime, actions);
                if (r < 0)
                        return r;
                merge->counts.n_deleted++;
        }
        if (merge->position >= lease_table_n_slots(table))
                merge->phase = PHASE_KEPT;
        return 0;
}

static int say_kept(Merge *merge) {
        const size_t n = merge->counts.n_kept;

        if (n == 0)
                return 0;
        return problems_add(&merge->problems, true, merge->save->loader.path, 0,
                "%zu lease%s not in the saved file, but kept, as %s: %.*s%s. To delete a lease: "
                "minidhcpctl delete-lease ADDRESS",
                n, n == 1 ? " is" : "s are",
                merge->counts.n_rejected > 0 || !save_is_whole(merge->save)
                        ? "the file is not whole or has rows that are wrong"
                        : "nothing shows that whoever saved it has seen it there",
                (int) merge->kept.size, (const char *) merge->kept.data,
                n > KEPT_NAMED ? ", …" : "");
}

static int say_outdated_count(Merge *merge) {
        const size_t n = merge->counts.n_outdated;

        if (n == 0)
                return 0;
        return problems_add(&merge->problems, true, merge->save->loader.path, 0,
                "%zu lease%s changed since the file was read, by renewals for instance, and stay%s "
                "as %s",
                n, n == 1 ? " has" : "s have", n == 1 ? "s" : "", n == 1 ? "it is" : "they are");
}

/* The lines that could not even be read come first. */
static int say_unreadable(Merge *merge) {
        const Problems *problems = &merge->save->problems;
        const Buffer *text = &merge->save->loader.rejected;
        int r;

        r = merge_make_room(&merge->rejected, text->size);
        for (size_t i = 0; i < problems->n_items && r >= 0; i++)
                r = merge_add_problem(merge, problems->items[i].line, problems->items[i].text);
        if (r < 0) {
                problems_done(&merge->problems); /* they are the first */
                return r;
        }
        return buffer_append(&merge->rejected, text->data, text->size);
}

int merge_step(Merge *merge, Server *server, const ClockPair *clock, Actions *actions,
        MergeProgress *ret) {
        int r = 0;

        switch (merge->phase) {
        case PHASE_UNREADABLE:
                r = say_unreadable(merge);
                if (r >= 0)
                        merge->phase = PHASE_SEEN;
                break;
        case PHASE_SEEN:
                r = step_seen(merge, server);
                break;
        case PHASE_ROWS:
                r = step_rows(merge, server, clock, actions);
                break;
        case PHASE_REFUSED:
                r = step_refused(merge, server, clock, actions);
                break;
        case PHASE_MISSING:
                r = step_missing(merge, server, clock, actions);
                break;
        case PHASE_KEPT:
                r = say_kept(merge);
                if (r >= 0)
                        merge->phase = PHASE_OUTDATED;
                break;
        case PHASE_OUTDATED:
                r = say_outdated_count(merge);
                if (r >= 0)
                        merge->phase = PHASE_END;
                break;
        case PHASE_END:
                break;
        }
        if (r == -EBUSY) {
                *ret = MERGE_WANTS_BACKUP;
                return 0;
        }
        if (r < 0)
                return r;
        *ret = merge->phase == PHASE_END ? MERGE_DONE : MERGE_MORE;
        return 0;
}
