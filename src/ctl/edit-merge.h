/* SPDX-License-Identifier: MIT */
#pragma once

/* One run of edit-leases: what was given to the user, what came back, and what has become of it. */

#include "ctl/connection.h"
#include "ctl/context.h"
#include "ctl/lease-text.h"

typedef struct Edit {
        Context *context;
        Connection connection;
        char *path; /* the lease file, as messages name it */
        LeasePlace place;
        char *copy; /* the file that is edited */
        Buffer given;
        LeaseText before;  /* what the user was given */
        LeaseText edited;  /* what came back */
        LeaseText current; /* the lease file when that was */
        Problems skipped;
        const StoredRow **arrivals; /* rows where another row or none was before */
        size_t n_arrivals;
        size_t n_changed;
        size_t n_applied;
        size_t n_deleted;
} Edit;

/**
 * edit_merge() - makes the leases what the edited copy says: deletes those whose rows are missing,
 * has the server merge the rest, and counts.
 *
 * @edit: path, place, before and edited are set; receives current, the counts and what was skipped
 * Return: STATUS_OK, also if something was skipped; having reported: as connection_report() and
 * report_errno().
 */
ExitStatus edit_merge(Edit *edit);
