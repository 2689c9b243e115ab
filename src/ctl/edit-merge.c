/* SPDX-License-Identifier: MIT */
/* What was edited is found by comparing with the copy that the user was given: rows that have gone
 * are leases to be deleted, by name; everything else is saved in the lease file's place, where the
 * server merges it by the tag of each row (mini-dhcp-leases(5)).
 *
 * Invariant: an edit that is not in force in the end is among those skipped. */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "basic/text.h"
#include "ctl/bus-api.h"
#include "ctl/edit-merge.h"

enum {
        POLL_MSEC = 20,
};

/* expires_at has whole seconds, and was reckoned by two clocks. */
#define EXPIRY_SLACK (2 * USEC_PER_SEC)

/* Reading and writing the largest lease file takes a fraction of it. */
#define PATIENCE (60 * USEC_PER_SEC)

static bool bytes_equal(const void *a, size_t size_a, const void *b, size_t size_b) {
        return size_a == size_b && (size_a == 0 || memcmp(a, b, size_a) == 0);
}

static bool same_client(const LeaseRecord *a, const LeaseRecord *b) {
        return bytes_equal(a->client_id, a->client_id_size, b->client_id, b->client_id_size);
}

static bool expiry_equal(const StoredRow *a, const StoredRow *b, usec_t slack) {
        const usec_t low = MIN(a->expires_at, b->expires_at);
        const usec_t high = MAX(a->expires_at, b->expires_at);

        return low == high || (high != USEC_INFINITY && high - low <= slack);
}

static bool rows_equal(const StoredRow *a, const StoredRow *b, usec_t slack) {
        LeaseRecord x, y;

        stored_row_get_record(a, &x);
        stored_row_get_record(b, &y);
        return x.state == y.state && same_client(&x, &y) && expiry_equal(a, b, slack) &&
               bytes_equal(x.hardware, x.hardware_size, y.hardware, y.hardware_size) &&
               bytes_equal(x.hostname, x.hostname_size, y.hostname, y.hostname_size);
}

/* The cells of columns that are not the server's. */
static bool notes_equal(const LeaseText *a, const LeaseText *b, ipv4_t address) {
        char *const *x = unknown_cells_get(&a->unknown, address);
        char *const *y = unknown_cells_get(&b->unknown, address);

        if (!x || !y)
                return x == y;
        if (a->unknown.n_columns != b->unknown.n_columns)
                return false;
        for (size_t i = 0; i < a->unknown.n_columns; i++)
                if (!string_equal(x[i], y[i]))
                        return false;
        return true;
}

static bool has_ended(const StoredRow *row, usec_t now) {
        return row->state == LEASE_RELEASED || row->state == LEASE_EXPIRED ||
               (row->state == LEASE_BOUND && row->expires_at <= now);
}

static bool is_in_force(const Edit *edit, const StoredRow *wanted, usec_t now) {
        const StoredRow *found = lease_text_find(&edit->current, wanted->address);

        if (has_ended(wanted, now))
                return !found || has_ended(found, now);
        return found && rows_equal(wanted, found, EXPIRY_SLACK) &&
               notes_equal(&edit->edited, &edit->current, wanted->address);
}

static bool columns_differ(const LeaseHeader *a, const LeaseHeader *b) {
        if (a->n_unknown != b->n_unknown)
                return true;
        for (size_t i = 0; i < a->n_unknown; i++)
                if (!string_equal(a->unknown[i], b->unknown[i]))
                        return true;
        return false;
}

static bool is_changed(const Edit *edit, const StoredRow *row) {
        const StoredRow *before = lease_text_find(&edit->before, row->address);

        if (!before)
                return row->client_id_size > 0 || row->state != LEASE_RELEASED;
        return !rows_equal(before, row, 0) ||
               !notes_equal(&edit->before, &edit->edited, row->address);
}

static int find_changes(Edit *edit) {
        const RowStore *rows = &edit->edited.loader.rows;
        const StoredRow *row;
        size_t position = 0;

        edit->arrivals = calloc(rows->n_addresses + 1, sizeof(*edit->arrivals));
        if (!edit->arrivals)
                return -ENOMEM;
        while ((row = row_store_next(rows, &position))) {
                const StoredRow *before = lease_text_find(&edit->before, row->address);

                if (is_changed(edit, row))
                        edit->n_changed++;
                if (row->updated_at != 0 && (!before || before->updated_at != row->updated_at))
                        edit->arrivals[edit->n_arrivals++] = row;
        }
        return 0;
}

/* Whether somebody has written another address into the row. */
static bool has_moved(const Edit *edit, const StoredRow *row) {
        LeaseRecord from, to;

        stored_row_get_record(row, &from);
        for (size_t i = 0; i < edit->n_arrivals; i++) {
                stored_row_get_record(edit->arrivals[i], &to);
                if (edit->arrivals[i]->updated_at == row->updated_at && same_client(&from, &to))
                        return true;
        }
        return false;
}

static int skip(Edit *edit, const StoredRow *row, const char *file, const char *reason) {
        char address[IPV4_STRING_MAX];

        return problems_add(&edit->skipped, true, file, file ? row->line : 0, "%s %s",
                ipv4_format(row->address, address), reason);
}

static bool has_changed_meanwhile(const Edit *edit, const StoredRow *before) {
        const StoredRow *current = lease_text_find(&edit->current, before->address);

        return !current || current->updated_at != before->updated_at;
}

static ExitStatus delete_lease(Edit *edit, const StoredRow *row) {
        char address[IPV4_STRING_MAX];
        int r;

        (void) ipv4_format(row->address, address);
        if (!lease_text_find(&edit->current, row->address))
                return STATUS_OK; /* somebody else has */
        if (has_changed_meanwhile(edit, row))
                return skip(edit, row, edit->path,
                               "has changed since you read it, so its lease is not deleted") < 0
                               ? report_no_memory()
                               : STATUS_OK;
        r = connection_change(&edit->connection, BUS_API_MANAGER_PATH, BUS_API_MANAGER,
                "DeleteLease", NULL, "st", address, UINT64_C(0));
        if (r < 0 && connection_error_is(&edit->connection, BUS_API_ERROR("NoSuchLease")))
                return STATUS_OK;
        if (r < 0)
                return connection_report(
                        &edit->connection, r, "The lease of %s is not deleted", address);
        edit->n_deleted++;
        return STATUS_OK;
}

static ExitStatus delete_missing(Edit *edit) {
        const StoredRow *row;
        ExitStatus status = STATUS_OK;
        size_t position = 0;

        while (status == STATUS_OK && (row = row_store_next(&edit->before.loader.rows, &position)))
                if (!row_store_find(&edit->edited.loader.rows, row->address) &&
                        !has_moved(edit, row))
                        status = delete_lease(edit, row);
        return status;
}

/* The server puts a file of its own in the place of each that it has merged. */
static int wait_until_merged(const Edit *edit, int fd) {
        const struct timespec pause = {.tv_nsec = POLL_MSEC * 1000 * 1000};
        const usec_t asked = edit->context->options.timeout;
        const usec_t patience = asked > 0 ? asked : PATIENCE;
        struct stat ours, theirs;

        if (fstat(fd, &ours) < 0)
                return -errno;
        for (usec_t waited = 0; waited < patience; waited += POLL_MSEC * USEC_PER_MSEC) {
                if (fstatat(edit->place.directory_fd, edit->place.name, &theirs,
                            AT_SYMLINK_NOFOLLOW) >= 0 &&
                        (theirs.st_ino != ours.st_ino || theirs.st_dev != ours.st_dev))
                        return 0;
                (void) nanosleep(&pause, NULL);
        }
        return -ETIMEDOUT;
}

/* What has come of each row that was changed. */
static int find_results(Edit *edit) {
        const usec_t now = context_now();
        const StoredRow *row;
        size_t position = 0;
        int r = 0;

        while (r >= 0 && (row = row_store_next(&edit->edited.loader.rows, &position))) {
                const StoredRow *before = lease_text_find(&edit->before, row->address);

                if (!is_changed(edit, row))
                        continue;
                if (is_in_force(edit, row, now))
                        edit->n_applied++;
                else if (before && has_changed_meanwhile(edit, before))
                        r = skip(edit, row, edit->copy,
                                "has changed since you read it, so its lease stays as it is");
                else
                        r = skip(edit, row, edit->copy,
                                "is not taken; why is in the journal, and in FILE.rejected beside "
                                "the lease file");
        }
        return r;
}

static int read_current(Edit *edit) {
        lease_text_done(&edit->current);
        return lease_text_read_at(&edit->place, edit->path, &edit->current);
}

static ExitStatus save(Edit *edit) {
        _cleanup_close_ int fd = -1;
        int r;

        r = lease_text_replace(&edit->place, &edit->edited.text, &fd);
        if (r < 0)
                return lease_place_report(r, "Cannot save", edit->path);
        r = wait_until_merged(edit, fd);
        if (r < 0)
                return report_errno(r,
                        "%s is saved, but the server has not taken it yet; see: journalctl -u "
                        "mini-dhcp.service",
                        edit->path);
        r = read_current(edit);
        if (r >= 0)
                r = find_results(edit);
        if (r < 0)
                return report_errno(
                        r, "%s is saved, but what has come of it is not known", edit->path);
        return STATUS_OK;
}

/* Leases are deleted first: their addresses and clients are free for new rows then. */
ExitStatus edit_merge(Edit *edit) {
        ExitStatus status;
        int r;

        if (find_changes(edit) < 0)
                return report_no_memory();
        /* the editor may have been open for longer than the server was */
        connection_done(&edit->connection);
        edit->connection = (Connection){0};
        status = connection_open(&edit->context->options, &edit->connection);
        if (status != STATUS_OK)
                return status;
        r = read_current(edit);
        if (r < 0)
                return lease_place_report(r, "Cannot read", edit->path);
        status = delete_missing(edit);
        if (status != STATUS_OK)
                return status;
        if (edit->n_changed == 0 &&
                !columns_differ(&edit->before.loader.header, &edit->edited.loader.header))
                return STATUS_OK;
        return save(edit);
}
