/* SPDX-License-Identifier: MIT */

/* The log of commits that are not yet durable. Knows how a lease is put back, not why it changed.
 */

#include "core/commit.h"

#include <errno.h>
#include <stdlib.h>

#include "basic/macro.h"
#include "core/pool.h"

#define CAPACITY_MIN 64

/* What more commits than these have needed, behind a disk that takes its time, is given back. */
#define CAPACITY_KEPT 4096

struct UndoRecord {
        uint64_t id;
        LeaseRecord values;      /* before the commit; its pointers are not set */
        LeaseIdentity *identity; /* before the commit */
        Lease *forgotten;        /* the lease that the commit detached, or NULL */
        uint32_t
                older; /* number of the record before it of the same hash, if that is there still */
        bool existed;
        bool is_note;
};

static UndoRecord *log_at(const CommitLog *log, size_t i) {
        return &log->records[(log->first + i) & (log->capacity - 1)];
}

/* Addresses that are given out one after the other are spread evenly. */
static uint32_t *log_newest(const CommitLog *log, ipv4_t address) {
        return &log->newest[(address * UINT32_C(2654435769) >> 8) & (log->capacity - 1)];
}

/* Return: its position, SIZE_MAX when the record has gone. */
static size_t log_position(const CommitLog *log, uint32_t number) {
        const uint32_t position = number - log->first_number;

        return position < log->n_records ? position : SIZE_MAX;
}

/* Links the record behind the last one, which becomes the last. */
static void log_push(CommitLog *log) {
        UndoRecord *undo = log_at(log, log->n_records);
        uint32_t *newest = log_newest(log, undo->values.address);

        undo->older = *newest;
        *newest = log->first_number + (uint32_t) log->n_records;
        log->n_records++;
}

/* Of records that are gone from the other end nothing needs to be unlinked: their numbers say it.
 */
static void log_pop(CommitLog *log) {
        const UndoRecord *undo = log_at(log, log->n_records - 1);

        *log_newest(log, undo->values.address) = undo->older;
        log->n_records--;
}

static int log_reserve(CommitLog *log) {
        const size_t capacity = log->capacity > 0 ? log->capacity * 2 : CAPACITY_MIN;
        const size_t n = log->n_records;

        if (log->n_records < log->capacity)
                return 0;

        _cleanup_free_ UndoRecord *records = calloc(capacity, sizeof(*records));
        uint32_t *newest = calloc(capacity, sizeof(*newest));
        if (!records || !newest) {
                free(newest);
                return -ENOMEM;
        }
        for (size_t i = 0; i < n; i++)
                records[i] = *log_at(log, i);
        free(log->records);
        free(log->newest);
        log->records = TAKE_PTR(records);
        log->newest = newest;
        log->capacity = capacity;
        log->first = 0;
        log->n_records = 0;
        while (log->n_records < n)
                log_push(log);
        return 0;
}

void commit_log_done(CommitLog *log) {
        free(log->records);
        free(log->newest);
        *log = (CommitLog){0};
}

static int undo_record_init(
        const CommitLog *log, UndoRecord *undo, uint64_t id, LeaseTable *table, ipv4_t address) {
        const Lease *before = lease_table_find(table, address);

        *undo = (UndoRecord){.id = id, .existed = before, .values.address = address};
        if (!before)
                return 0;
        lease_get_record(before, &undo->values);
        return lease_table_copy_identity(
                table, before, log->n_records >= CAPACITY_KEPT, &undo->identity);
}

int commit_apply(CommitLog *log, LeaseTable *table, const Plan *plan, const LeaseRecord *record,
        LeaseEvent event, Actions *actions) {
        UndoRecord *undo;
        Action *action;
        Lease *lease;
        int r;

        if (actions->n_actions >= ACTIONS_MAX)
                return -ENOBUFS;
        r = log_reserve(log);
        if (r < 0)
                return r;
        undo = log_at(log, log->n_records);
        r = undo_record_init(log, undo, log->last_id + 1, table, record->address);
        if (r < 0)
                return r;
        r = lease_table_apply(table, plan_find_pool_of(plan, record->address), record, &lease);
        if (r < 0) {
                lease_table_release_identity(table, undo->identity);
                return r;
        }
        if (lease_is_free(lease) && record->client_id_size == 0) {
                lease_table_detach(table, lease);
                undo->forgotten = lease;
        }

        log_push(log);
        log->last_id++;
        action = actions_add(actions, ACTION_COMMIT);
        action->commit.id = log->last_id;
        action->commit.lease = lease;
        action->commit.event = event;
        action->commit.superseded =
                event == LEASE_EVENT_GRANTED && undo->existed && undo->values.state == LEASE_BOUND;
        if (undo->forgotten)
                action->commit.former = undo->identity;
        return 0;
}

static void log_give_back(CommitLog *log) {
        if (log->n_records > 0 || log->capacity <= CAPACITY_KEPT)
                return;
        free(TAKE_PTR(log->records));
        free(TAKE_PTR(log->newest));
        log->capacity = log->first = 0;
}

int commit_log_note(CommitLog *log, LeaseTable *table, ipv4_t address) {
        int r;

        r = log_reserve(log);
        if (r < 0)
                return r;
        r = undo_record_init(log, log_at(log, log->n_records), log->last_id + 1, table, address);
        if (r < 0)
                return r;
        log_at(log, log->n_records)->is_note = true;
        log_push(log);
        return 0;
}

void commit_log_drop_notes(CommitLog *log, LeaseTable *table) {
        while (log->n_records > 0) {
                UndoRecord *undo = log_at(log, log->n_records - 1);

                if (undo->id <= log->last_id)
                        return;
                lease_table_release_identity(table, undo->identity);
                log_pop(log);
        }
}

void commit_log_settle(CommitLog *log, LeaseTable *table, ChangeLog *changes, uint64_t id) {
        while (log->n_records > 0) {
                UndoRecord *undo = log_at(log, 0);

                if (undo->id > id)
                        break;
                lease_table_release_identity(table, undo->identity);
                if (undo->forgotten)
                        lease_table_discard(table, undo->forgotten);
                if (!undo->is_note)
                        change_log_note(changes, undo->values.address);
                log->first = (log->first + 1) & (log->capacity - 1);
                log->first_number++;
                log->n_records--;
        }
        log_give_back(log);
}

/* What happened to the address meanwhile without a commit (an offer) is lost: the saved record
 * wins. */
static void undo_record_apply(UndoRecord *undo, LeaseTable *table, const Plan *plan) {
        Pool *pool = plan_find_pool_of(plan, undo->values.address);
        Lease *lease = lease_table_find(table, undo->values.address);
        const LeaseRecord blank = {.address = undo->values.address, .state = LEASE_RELEASED};

        if (undo->forgotten || !undo->existed) {
                if (lease)
                        lease_table_remove(table, lease);
                lease = NULL;
        }
        if (undo->forgotten) {
                lease_table_attach(table, undo->forgotten);
                lease = undo->forgotten;
        }
        if (!undo->existed)
                return;
        /* An offer made over a lease after its release was committed, and ended since, has removed
         * the record: the one case that needs memory. */
        if (!lease && lease_table_apply(table, pool, &blank, &lease) < 0) {
                lease_table_release_identity(table, undo->identity);
                return;
        }
        lease_table_restore(table, lease, pool, &undo->values, undo->identity);
}

void commit_log_undo(CommitLog *log, LeaseTable *table, const Plan *plan, uint64_t id) {
        while (log->n_records > 0) {
                UndoRecord *undo = log_at(log, log->n_records - 1);

                if (undo->id < id)
                        break;
                undo_record_apply(undo, table, plan);
                log_pop(log);
        }
        log_give_back(log);
}

void commit_log_rewind(CommitLog *log, LeaseTable *table, const Plan *plan, uint64_t last_id) {
        commit_log_undo(log, table, plan, last_id + 1);
        log->last_id = last_id;
}

bool commit_log_find(const CommitLog *log, ipv4_t address, CommitBefore *ret) {
        const UndoRecord *oldest = NULL;
        const Lease *forgotten = NULL;
        size_t position, before = log->n_records;

        if (log->n_records == 0)
                return false;
        /* newest first; the number of a record that went long ago may be another's by now, which
         * does not lead further back */
        position = log_position(log, *log_newest(log, address));
        while (position < before) {
                const UndoRecord *undo = log_at(log, position);

                if (undo->values.address == address) {
                        oldest = undo;
                        if (undo->forgotten)
                                forgotten = undo->forgotten;
                }
                before = position;
                position = log_position(log, undo->older);
        }
        if (!oldest)
                return false;

        *ret = (CommitBefore){
                .existed = oldest->existed,
                .record = oldest->values,
                .forgotten = forgotten,
        };
        lease_record_set_identity(&ret->record, oldest->identity);
        return true;
}

ipv4_t commit_log_address_at(const CommitLog *log, size_t i) {
        return log_at(log, i)->values.address;
}
