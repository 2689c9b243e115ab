/* SPDX-License-Identifier: MIT */
#pragma once

/* Changes that must reach the lease file: each has an id and, until it is durable, what is needed
 * to take it back. A ring of records, oldest first, that grows by doubling
 * and is given back when it has run empty.
 *
 * Invariant: what taking back needs (identities, slots of forgotten leases) is kept from the commit
 * on. Records name addresses, never pools: those may be built anew meanwhile. */

#include <stddef.h>
#include <stdint.h>

#include "core/actions.h"
#include "core/change-log.h"
#include "core/lease-table.h"
#include "core/lease.h"
#include "core/plan.h"

typedef struct UndoRecord UndoRecord;

typedef struct CommitLog {
        uint64_t last_id; /* of the newest commit, 0 = none */
        UndoRecord *records;
        uint32_t *newest; /* by a hash of the address, as many as there is room for records: the
                             number of a record, and each leads to the one before */
        size_t capacity;  /* a power of two, or 0 */
        size_t first;
        uint32_t first_number; /* of the record there, that of the next is one more; wraps */
        size_t n_records;
} CommitLog;

/**
 * commit_log_done() - frees the records; what they hold is the table's.
 */
void commit_log_done(CommitLog *log);

/**
 * commit_apply() - changes a lease as lease_table_apply() does, remembers what it was, and appends
 * an ACTION_COMMIT.
 *
 * A record that is free and has no client identifier means that nothing is left to remember: the
 * lease is forgotten, and the action's lease is the last that is seen of it.
 *
 * @record: as for lease_table_apply()
 * Return: 0, -ENOMEM with nothing changed, -ENOBUFS when the queue of actions is full, likewise.
 */
int commit_apply(CommitLog *log, LeaseTable *table, const Plan *plan, const LeaseRecord *record,
        LeaseEvent event, Actions *actions);

/**
 * commit_log_note() - remembers a lease before it is changed without a commit, so that undoing the
 * next commit, or what was to become it, takes that back as well.
 *
 * Return: 0, -ENOMEM.
 */
int commit_log_note(CommitLog *log, LeaseTable *table, ipv4_t address);

/**
 * commit_log_drop_notes() - forgets notes that no commit has followed.
 */
void commit_log_drop_notes(CommitLog *log, LeaseTable *table);

/**
 * commit_log_settle() - all commits up to @id are durable.
 *
 * @changes: where they are noted, in their order
 */
void commit_log_settle(CommitLog *log, LeaseTable *table, ChangeLog *changes, uint64_t id);

/**
 * commit_log_undo() - takes back all commits from @id on, newest first.
 */
void commit_log_undo(CommitLog *log, LeaseTable *table, const Plan *plan, uint64_t id);

/**
 * commit_log_rewind() - takes back all commits after @last_id of which nobody has heard yet, and
 * the notes after them; their ids are given again.
 */
void commit_log_rewind(CommitLog *log, LeaseTable *table, const Plan *plan, uint64_t last_id);

/* A lease before its oldest commit that is not durable. */
typedef struct CommitBefore {
        bool existed;
        LeaseRecord record;     /* what it borrows is good until the log changes */
        const Lease *forgotten; /* the oldest slot that commits have detached from the address, or
                                   NULL */
} CommitBefore;

/**
 * commit_log_find() - what a lease was before all its commits that are not durable.
 *
 * Return: whether there are any. O(1), but for commits of one address one after the other.
 */
bool commit_log_find(const CommitLog *log, ipv4_t address, CommitBefore *ret);

/**
 * commit_log_address_at() - the address of one of the @n_records records; the same may be there
 * several times.
 */
ipv4_t commit_log_address_at(const CommitLog *log, size_t i);
