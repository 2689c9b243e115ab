/* SPDX-License-Identifier: MIT */

/* One row of a save and what it can have meant. What is legal is the core's to say
 * (server_edit_lease()); knows nothing of other rows but those of the same client. */

#include <errno.h>
#include <string.h>

#include "core/grant.h"
#include "store/merge-row.h"

enum {
        PROBLEMS_NAMED = 100,
};

/* expires_at has whole seconds, and two readings of two clocks are never quite as far apart. */
#define ROUNDING (USEC_PER_SEC + 10 * USEC_PER_MSEC)

/* In which columns a row differs from its lease. */
typedef enum Difference {
        DIFFERS_CLIENT_ID = 1,
        DIFFERS_HARDWARE = 2,
        DIFFERS_HOSTNAME = 4,
        DIFFERS_STATE = 8,
        DIFFERS_EXPIRES = 16,
} Difference;

/* What a row is to the lease of its address. */
typedef enum RowKind {
        ROW_SEEN,     /* its author has seen the lease as it is */
        ROW_ADDED,    /* written by hand, without a tag */
        ROW_OUTDATED, /* the lease has changed since, or nobody can tell */
        ROW_NEW,      /* there is no lease, or it is about another one's client */
} RowKind;

static bool has_tags(const LeaseSave *save) {
        for (size_t i = 0; i < save->loader.header.n_columns; i++)
                if (save->loader.header.columns[i] == LEASE_COLUMN_UPDATED_AT)
                        return true;
        return false;
}

/* What a program that knows whole seconds alone makes of a tag. */
static bool is_rounded_from(uint64_t tag, uint64_t version) {
        return tag != 0 && tag % USEC_PER_SEC == 0 && tag != version &&
               tag + USEC_PER_SEC > version && version + USEC_PER_SEC > tag;
}

static bool bytes_differ(const void *a, size_t size_a, const void *b, size_t size_b) {
        return size_a != size_b || (size_a > 0 && memcmp(a, b, size_a) != 0);
}

static bool same_client(const LeaseRecord *a, const LeaseRecord *b) {
        return !bytes_differ(a->client_id, a->client_id_size, b->client_id, b->client_id_size);
}

static bool is_free(LeaseState state) {
        return state == LEASE_RELEASED || state == LEASE_EXPIRED;
}

static bool has_passed(usec_t expires, usec_t now) {
        return expires != USEC_INFINITY && (int64_t) (expires - now) <= 0;
}

/* A lease that has ended by itself is the same whether that was noticed or not. */
static LeaseState effective_state(const LeaseRecord *record, usec_t now) {
        if (record->state == LEASE_BOUND && has_passed(record->expires, now))
                return LEASE_EXPIRED;
        return record->state == LEASE_EXPIRED ? LEASE_RELEASED : record->state;
}

static bool expiry_differs(const MergeRow *row) {
        const usec_t held = clock_to_wall(row->clock, row->held.expires);
        const usec_t wanted = row->stored->expires_at;

        if (held == USEC_INFINITY || wanted == USEC_INFINITY)
                return held != wanted;
        return held + ROUNDING < wanted || wanted + ROUNDING < held + USEC_PER_SEC;
}

/* Whether the times of a row are of a clock that was set since, and not written anew yet: its end
 * is that of the lease, whatever it says. */
static bool has_old_times(const MergeRow *row) {
        const uint64_t tag = row->stored->updated_at;

        return tag != 0 && tag <= row->merge->tags.comparable && tag == row->held.version &&
               row->wanted.state == row->held.state;
}

static unsigned find_differences(const MergeRow *row) {
        const LeaseRecord *a = &row->wanted, *b = &row->held;
        const usec_t now = row->clock->boottime;
        const bool ends = a->state == LEASE_BOUND || a->state == LEASE_DECLINED;
        unsigned differences = 0;

        if (!same_client(a, b))
                differences |= DIFFERS_CLIENT_ID;
        if (bytes_differ(a->hardware, a->hardware_size, b->hardware, b->hardware_size))
                differences |= DIFFERS_HARDWARE;
        if (bytes_differ(a->hostname, a->hostname_size, b->hostname, b->hostname_size))
                differences |= DIFFERS_HOSTNAME;
        if (a->state == b->state) {
                /* with a tag ahead of the clock it is the end by another clock */
                if (ends && !row->merge->tags.behind &&
                        row->stored->updated_at <= row->merge->tags.newest && !has_old_times(row) &&
                        expiry_differs(row))
                        differences |= DIFFERS_EXPIRES;
        } else if (effective_state(a, now) != effective_state(b, now) &&
                   !(is_free(a->state) && is_free(b->state)))
                differences |= DIFFERS_STATE;
        return differences;
}

void merge_row_init(MergeRow *row, Merge *merge, Server *server, const ClockPair *clock,
        const StoredRow *stored) {
        const Lease *lease = lease_table_find(server_get_table(server), stored->address);

        *row = (MergeRow){.merge = merge, .server = server, .clock = clock, .stored = stored};
        stored_row_get_record(stored, &row->wanted);
        row->wanted.expires = clock_to_boot(clock, stored->expires_at);
        if (!lease || (lease->state == LEASE_OFFERED && lease->version == 0))
                return;
        row->lease = lease;
        lease_get_record(lease, &row->held);
        if (row->held.state == LEASE_OFFERED)
                row->held.state = LEASE_RELEASED;
        if (has_old_times(row))
                row->wanted.expires = row->held.expires;
}

/* The lease whose row this was before somebody wrote another address into it, or NULL. */
static const Lease *find_origin(const MergeRow *row) {
        const LeaseTable *table = server_get_table(row->server);
        const uint64_t tag = row->stored->updated_at;

        for (const Lease *other = lease_table_first_of_client(
                     table, row->wanted.client_id, row->wanted.client_id_size);
                tag != 0 && other; other = lease_table_next_of_client(table, other))
                if (other->address != row->stored->address && other->state == LEASE_BOUND &&
                        other->version == tag)
                        return other;
        return NULL;
}

static RowKind classify_row(const MergeRow *row) {
        const uint64_t tag = row->stored->updated_at;

        if (!row->lease)
                return ROW_NEW;
        if (tag == 0)
                return has_tags(row->merge->save) ? ROW_ADDED : ROW_OUTDATED;
        if (tag == row->held.version)
                return ROW_SEEN;
        if (is_rounded_from(tag, row->held.version) && same_client(&row->wanted, &row->held))
                return ROW_SEEN;
        return find_origin(row) ? ROW_NEW : ROW_OUTDATED;
}

/* Whether the author of an outdated row has seen the very binding that is in force, only at an
 * earlier moment: a row that says that it is released is his word then, not its history. */
static bool has_seen_binding(const MergeRow *row) {
        const uint64_t tag = row->stored->updated_at;

        return row->held.state == LEASE_BOUND && same_client(&row->wanted, &row->held) &&
               tag > row->merge->tags.comparable && tag <= row->merge->tags.newest &&
               tag >= clock_to_wall(row->clock, row->held.started);
}

int merge_add_problem(Merge *merge, unsigned line, const char *text) {
        if (merge->problems.n_items >= PROBLEMS_NAMED)
                return 0;
        return problems_add(&merge->problems, true, merge->save->loader.path, line, "%s", text);
}

int merge_make_room(Buffer *buffer, size_t size) {
        int r;

        r = buffer_reserve(buffer, size);
        if (r < 0)
                buffer->error = 0; /* nothing was to be appended yet */
        return r;
}

/* A row that is not legal, as it was read, into the text of rejected ones. */
static int reject(const MergeRow *row, const char *reason) {
        static const ClockPair wall = {0};
        _cleanup_(buffer_done) Buffer text = BUFFER_INIT;
        Merge *merge = row->merge;
        UnknownCells *unknown = &merge->save->unknown;
        LeaseRecord record = row->wanted;
        int r;

        record.expires = row->stored->expires_at;
        (void) buffer_printf(&text, "# %s:%u: %s\n", merge->save->loader.name,
                (unsigned) row->stored->line, reason);
        r = lease_row_format(&text, &record, stored_row_pool(row->stored), &wall,
                row->stored->updated_at, merge->save->loader.header.has_relay_agent,
                unknown_cells_get(unknown, record.address), unknown->n_columns);
        if (r < 0)
                return r;
        r = merge_make_room(&merge->rejected, text.size);
        if (r < 0)
                return r;
        r = merge_add_problem(merge, row->stored->line, reason);
        if (r < 0)
                return r;
        (void) buffer_append(&merge->rejected, text.data, text.size);
        merge->counts.n_rejected++;
        return 0;
}

static int say_refused(const MergeRow *row, int error) {
        char address[IPV4_STRING_MAX], text[256];
        const char *reason = "is not taken";

        if (error == -EADDRNOTAVAIL)
                reason = "is given out by no pool";
        else if (error == -EADDRINUSE)
                reason = "is bound to or reserved for another client, in quarantine, or ours";
        else if (error == -EEXIST)
                reason = "is wanted for a client that has another lease in the same subnet; change "
                         "the address in the row of that lease instead, or release it";
        (void) snprintf(
                text, sizeof(text), "%s %s", ipv4_format(row->stored->address, address), reason);
        return reject(row, text);
}

static int say_outdated(const MergeRow *row, unsigned differences) {
        static const char *const names[] = {
                "client_id", "hardware_address", "hostname", "state", "expires_at"};
        char address[IPV4_STRING_MAX];
        _cleanup_(buffer_done) Buffer columns = BUFFER_INIT;
        int r;

        /* a renewal moves the end: every lease that was renewed since the file was read is like
           that */
        if (differences == DIFFERS_EXPIRES || row->merge->problems.n_items >= PROBLEMS_NAMED) {
                row->merge->counts.n_outdated++;
                return 0;
        }
        for (size_t i = 0; i < ELEMENTSOF(names); i++)
                if (differences & 1U << i)
                        (void) buffer_printf(
                                &columns, "%s%s", columns.size > 0 ? ", " : "", names[i]);
        if (columns.error < 0)
                return columns.error;
        r = problems_add(&row->merge->problems, true, row->merge->save->loader.path,
                row->stored->line,
                "%s has changed since this row was read, so it stays as it is; the row differs in "
                "%.*s",
                ipv4_format(row->stored->address, address), (int) columns.size,
                (const char *) columns.data);
        if (r < 0)
                return r;
        row->merge->counts.n_outdated++;
        return 0;
}

/* Return: 1 when the row is done with, 0 when it is to be tried again later, -EBUSY when a backup
 * is due first, -ENOMEM. */
static int apply(MergeRow *row, bool last_try, Actions *actions) {
        Merge *merge = row->merge;
        const size_t n_actions = actions->n_actions;
        int r;

        if (!merge->backed_up)
                return -EBUSY;
        if (row->lease && row->wanted.hardware_size > 0 &&
                lease_has_hardware(row->lease, row->wanted.hardware, row->wanted.hardware_size))
                row->wanted.hardware_type = row->held.hardware_type;

        /* these are a relay's and the client's to say, and go with the client */
        if (row->lease && same_client(&row->wanted, &row->held)) {
                row->wanted.relay_agent = row->held.relay_agent;
                row->wanted.relay_agent_size = row->held.relay_agent_size;
                row->wanted.said = row->held.said;
                row->wanted.said_size = row->held.said_size;
        }

        r = server_edit_lease(row->server, &row->wanted, row->clock->boottime, actions);
        if (r == -ENOMEM || r == -ENOBUFS)
                return -ENOMEM;
        if (r == -EADDRINUSE || r == -EEXIST) {
                if (!last_try)
                        return 0;
                return say_refused(row, r) < 0 ? -ENOMEM : 1;
        }
        if (r < 0)
                return say_refused(row, r) < 0 ? -ENOMEM : 1;
        if (actions->n_actions > n_actions)
                merge->counts.n_applied++;
        return 1;
}

static int take_seen(MergeRow *row, bool last_try, Actions *actions) {
        if (find_differences(row) == 0)
                return 1;
        /* rounded tags: the core compares as strictly as we do */
        row->wanted.version = row->held.version;
        if (!(find_differences(row) & (DIFFERS_EXPIRES | DIFFERS_STATE)) &&
                row->held.state == LEASE_BOUND)
                row->wanted.expires = row->held.expires;
        return apply(row, last_try, actions);
}

/* Somebody has added a row below that of the lease. It cannot say that he has seen the lease, so it
 * takes nothing from another client; and that it was bound to nobody is for who owns it. */
static int take_added(MergeRow *row, bool last_try, Actions *actions) {
        if (find_differences(row) == 0)
                return 1;
        if (is_free(row->wanted.state) && row->wanted.client_id_size > 0 &&
                row->held.state == LEASE_BOUND && !same_client(&row->wanted, &row->held))
                return say_refused(row, -EADDRINUSE) < 0 ? -ENOMEM : 1;
        return apply(row, last_try, actions);
}

static int take_outdated(MergeRow *row, bool last_try, Actions *actions) {
        const unsigned differences = find_differences(row);

        if (differences == 0)
                return 1;
        if (is_free(row->wanted.state) && has_seen_binding(row)) {
                row->wanted.hostname = row->held.hostname;
                row->wanted.hostname_size = row->held.hostname_size;
                return apply(row, last_try, actions);
        }
        return say_outdated(row, differences) < 0 ? -ENOMEM : 1;
}

static int take_new(MergeRow *row, bool last_try, Actions *actions) {
        const LeaseState state = effective_state(&row->wanted, row->clock->boottime);
        const Lease *origin = find_origin(row);
        const StoredRow *own;

        /* what has ended, or belongs to nobody, is no news of an address that has no lease */
        if (is_free(state) &&
                (row->wanted.client_id_size == 0 || (row->wanted.version != 0 && !origin)))
                return 1;
        if (state == LEASE_DECLINED && has_passed(row->wanted.expires, row->clock->boottime))
                return 1;
        /* the other lease still has its row: that is a copy, and a second lease */
        own = origin ? row_store_find(&row->merge->save->loader.rows, origin->address) : NULL;
        if (own && own->updated_at == origin->version)
                row->wanted.version = 0;
        return apply(row, last_try, actions);
}

int merge_row_take(MergeRow *row, bool last_try, Actions *actions) {
        switch (classify_row(row)) {
        case ROW_SEEN:
                return take_seen(row, last_try, actions);
        case ROW_ADDED:
                return take_added(row, last_try, actions);
        case ROW_OUTDATED:
                return take_outdated(row, last_try, actions);
        case ROW_NEW:
                return take_new(row, last_try, actions);
        }
        return 1;
}
