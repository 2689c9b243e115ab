/* SPDX-License-Identifier: MIT */
/* edit-leases: a copy of the lease file goes to the editor, is checked, and merged by
 * edit-merge.c.
 *
 * Invariant: what was edited and is not in force in the end is kept, and the user told where. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "basic/text.h"
#include "ctl/bus-api.h"
#include "ctl/edit-merge.h"
#include "ctl/editor.h"
#include "ctl/json.h"
#include "ctl/problems.h"
#include "ctl/verbs.h"

static void edit_done(Edit *edit) {
        connection_done(&edit->connection);
        buffer_done(&edit->given);
        lease_text_done(&edit->before);
        lease_text_done(&edit->edited);
        lease_text_done(&edit->current);
        problems_done(&edit->skipped);
        lease_place_done(&edit->place);
        free(edit->arrivals);
        free(edit->path);
        free(edit->copy);
}

/* Return: 0, negative errno. */
static int open_place(Edit *edit) {
        _cleanup_close_ int fd = -1;
        int r;

        r = lease_place_open(&edit->place, edit->path);
        if (r >= 0)
                r = lease_place_open_file(&edit->place, &fd, NULL);
        if (r >= 0 && faccessat(edit->place.directory_fd, ".", W_OK, 0) < 0)
                r = -errno;
        return r;
}

static ExitStatus open_file(Edit *edit) {
        _cleanup_json_ json_object *manager = NULL;
        ExitStatus status;
        int r;

        status = connection_open(&edit->context->options, &edit->connection);
        if (status != STATUS_OK)
                return status;
        r = connection_get_all(&edit->connection, BUS_API_MANAGER_PATH, BUS_API_MANAGER, &manager);
        if (r < 0)
                return connection_report(&edit->connection, r, "Cannot ask for the lease file");
        edit->path = strdup(json_get_text(manager, "LeaseFile"));
        if (!edit->path)
                return report_no_memory();
        if (*edit->path != '/')
                return report(STATUS_FAILURE, "The server has no lease file");
        r = open_place(edit);
        if (r == -EACCES || r == -EPERM)
                return report_errno(
                        r, "Cannot edit %s; try: sudo minidhcpctl edit-leases", edit->path);
        return r < 0 ? lease_place_report(r, "Cannot edit", edit->path) : STATUS_OK;
}

/* The user gets a line for each lease, and no history. */
static ExitStatus make_copy(Edit *edit) {
        LeaseText whole;
        int r;

        r = lease_text_read_at(&edit->place, edit->path, &whole);
        if (r >= 0)
                r = lease_text_compact(&whole, &edit->given);
        lease_text_done(&whole);
        if (r < 0)
                return lease_place_report(r, "Cannot read", edit->path);
        r = editor_make_copy("leases.csv", &edit->given, &edit->copy);
        if (r >= 0)
                r = lease_text_read(edit->copy, &edit->before);
        if (r < 0)
                return report_errno(r, "Cannot copy the lease file");
        return STATUS_OK;
}

static ExitStatus say_kept(const Edit *edit, ExitStatus status) {
        return report(status, "What you have edited is kept as %s", edit->copy);
}

/* What the reader lets pass, and an editor should not: a file without anything, and two rows of one
 * address, of which the server would have to guess. */
static int find_doubts(LeaseText *text) {
        const StoredRow *row;
        size_t position = 0;
        int r = 0;

        if (!text->loader.has_header)
                return problems_add(&text->problems, false, text->loader.path, 0,
                        "is empty; to delete all leases leave the first line, which names the "
                        "columns");
        while (r >= 0 && (row = row_store_next(&text->loader.rows, &position))) {
                char address[IPV4_STRING_MAX];

                if (row->repeated)
                        r = problems_add(&text->problems, false, text->loader.path, row->line,
                                "%s has another row before, with the same updated_at",
                                ipv4_format(row->address, address));
        }
        return r;
}

/* Until the file is right, or the user gives up. */
static ExitStatus edit_copy(Edit *edit) {
        for (;;) {
                ExitStatus status;
                int r;

                status = editor_run(edit->copy);
                if (status != STATUS_OK)
                        return say_kept(edit, status);
                lease_text_done(&edit->edited);
                r = lease_text_read(edit->copy, &edit->edited);
                if (r >= 0)
                        r = find_doubts(&edit->edited);
                if (r < 0 && edit->edited.problems.n_items == 0) {
                        (void) report_errno(r, "Cannot read %s", edit->copy);
                        return say_kept(edit, STATUS_FAILURE);
                }
                if (edit->edited.problems.n_items == 0)
                        return STATUS_OK;
                problems_print(&edit->edited.problems, &edit->context->terminal);
                (void) fflush(stdout);
                if (!editor_is_wanted_again()) {
                        (void) report(STATUS_FAILURE, "Nothing is changed");
                        return say_kept(edit, STATUS_FAILURE);
                }
        }
}

static int print_result(const Edit *edit) {
        const size_t n_skipped = edit->skipped.n_items;
        _cleanup_json_ json_object *object = NULL;
        int r;

        if (!context_wants_json(edit->context)) {
                problems_print(&edit->skipped, &edit->context->terminal);
                if (!edit->context->options.quiet)
                        printf("%zu row%s applied, %zu lease%s deleted, %zu skipped.\n",
                                edit->n_applied, plural(edit->n_applied), edit->n_deleted,
                                plural(edit->n_deleted), n_skipped);
                return 0;
        }
        r = problems_to_json(&edit->skipped, n_skipped == 0, &object);
        if (r >= 0)
                r = json_add_take(object, "Applied", json_object_new_uint64(edit->n_applied));
        if (r >= 0)
                r = json_add_take(object, "Deleted", json_object_new_uint64(edit->n_deleted));
        if (r >= 0)
                r = json_add_take(object, "Skipped", json_object_new_uint64(n_skipped));
        if (r >= 0)
                json_print(object, edit->context->options.json);
        return r;
}

static bool is_unchanged(const Edit *edit) {
        return edit->given.size == edit->edited.text.size &&
               memcmp(edit->given.data, edit->edited.text.data, edit->given.size) == 0;
}

ExitStatus verb_edit_leases(
        Context *context, _unused_ char *const *arguments, _unused_ size_t n_arguments) {
        _cleanup_(edit_done) Edit edit = {.context = context, .place = LEASE_PLACE_INIT};
        ExitStatus status;

        if (context->options.transport == TRANSPORT_REMOTE ||
                context->options.transport == TRANSPORT_MACHINE)
                return report(STATUS_USAGE,
                        "'edit-leases' edits the lease file of this machine; run it there, with "
                        "ssh or machinectl shell");
        if ((status = open_file(&edit)) != STATUS_OK || (status = make_copy(&edit)) != STATUS_OK ||
                (status = edit_copy(&edit)) != STATUS_OK)
                return status;

        if (is_unchanged(&edit) && !context_wants_json(context)) {
                if (!context->options.quiet)
                        (void) report(STATUS_OK, "Nothing was edited, so nothing is changed");
        } else {
                status = is_unchanged(&edit) ? STATUS_OK : edit_merge(&edit);
                if (print_result(&edit) < 0)
                        return report_no_memory();
                if (status == STATUS_OK && edit.skipped.n_items > 0)
                        status = STATUS_FAILURE;
        }
        if (status != STATUS_OK)
                return say_kept(&edit, status);
        editor_remove_copy(edit.copy);
        return STATUS_OK;
}
