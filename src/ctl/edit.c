/* SPDX-License-Identifier: MIT */
/* A copy of the lease file in the user's editor, and back. Rows that were changed or added are the
 * server's to merge, as in any save. Of rows that were removed it could not know whether their
 * leases were seen; here the copy proves it, and each is deleted by name.
 *
 * Invariant: until the copy is free of mistakes nothing is changed, and no edit is thrown away. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ctl/bus-api.h"
#include "ctl/connection.h"
#include "ctl/edit.h"
#include "ctl/offline.h"
#include "ctl/problems.h"
#include "store/loader.h"

/* The rows of a file, as they are at one moment. */
typedef struct Rows {
        Problems problems;
        UnknownCells unknown;
        Loader loader;
} Rows;

static void rows_done(Rows *rows) {
        loader_done(&rows->loader);
        unknown_cells_done(&rows->unknown);
        problems_done(&rows->problems);
}

static void rows_init(Rows *rows, const char *path) {
        *rows = (Rows){0};
        unknown_cells_init(&rows->unknown, 0);
        loader_init(&rows->loader, path, &rows->problems, &rows->unknown);
}

/* Return: 0, negative errno, -EBADMSG with a problem. */
static int rows_read(Rows *rows, const char *path) {
        _cleanup_close_ int fd = -1;

        rows_init(rows, path);
        fd = open(path, O_RDONLY | O_CLOEXEC);
        return fd < 0 ? -errno : loader_read(&rows->loader, fd);
}

static int copy_contents(int from, int to) {
        char buffer[65536];
        ssize_t n;

        while ((n = read(from, buffer, sizeof(buffer))) > 0)
                for (ssize_t done = 0; done < n;) {
                        const ssize_t written = write(to, buffer + done, (size_t) (n - done));

                        if (written < 0)
                                return -errno;
                        done += written;
                }
        return n < 0 ? -errno : 0;
}

static ExitStatus copy_file(const char *path, int to, const char *to_path) {
        _cleanup_close_ int from = open(path, O_RDONLY | O_CLOEXEC);
        int r;

        if (from < 0)
                return report_errno(-errno, "Cannot read %s", path);
        r = copy_contents(from, to);
        return r < 0 ? report_errno(r, "Cannot write %s", to_path) : STATUS_OK;
}

static int run_editor(const char *path) {
        int status;
        pid_t pid;

        pid = fork();
        if (pid < 0)
                return -errno;
        if (pid == 0) {
                (void) execl("/bin/sh", "sh", "-c",
                        "exec ${SUDO_EDITOR:-${VISUAL:-${EDITOR:-vi}}} \"$1\"", "sh", path, NULL);
                _exit(127);
        }
        while (waitpid(pid, &status, 0) < 0)
                if (errno != EINTR)
                        return -errno;
        return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -ECANCELED;
}

static bool wants_another_try(void) {
        char answer[16];

        if (!isatty(STDIN_FILENO))
                return false;
        (void) fputs("Edit it again? [Y/n] ", stderr);
        return fgets(answer, sizeof(answer), stdin) && *answer != 'n' && *answer != 'N';
}

/* Until there is no mistake, or the user gives up. @edited: to be given to rows_done() on OK */
static ExitStatus edit_until_right(const Context *context, const char *copy, Rows *edited) {
        for (;;) {
                int r;

                r = run_editor(copy);
                if (r < 0)
                        return report(STATUS_FAILURE,
                                "The editor has failed; the copy is %s, nothing is changed", copy);
                r = rows_read(edited, copy);
                if (r >= 0 && edited->problems.n_items == 0)
                        return STATUS_OK;
                if (r < 0 && r != -EBADMSG)
                        (void) report_errno(r, "Cannot read %s", copy);
                problems_print(&edited->problems, &context->terminal);
                rows_done(edited);
                if (!wants_another_try())
                        return report(STATUS_FAILURE,
                                "The copy has mistakes and is kept as %s; nothing is changed",
                                copy);
        }
}

static bool same_owner(const StoredRow *a, const StoredRow *b) {
        return a->client_id_size == b->client_id_size &&
               memcmp(a->data, b->data, a->client_id_size) == 0;
}

/* Whether a row has been given another address: the server moves its client then. */
static bool has_moved(const Rows *edited, const StoredRow *row) {
        const StoredRow *other;
        size_t position = 0;

        while ((other = row_store_next(&edited->loader.rows, &position)))
                if (row->updated_at != 0 && other->updated_at == row->updated_at)
                        return true;
        return false;
}

/* A lease is deleted only for the client that it was seen with. */
static ExitStatus delete_missing(
        Connection *connection, const char *path, const Rows *before, const Rows *edited) {
        _cleanup_(rows_done) Rows present;
        ExitStatus worst = STATUS_OK;
        const StoredRow *row;
        size_t position = 0;
        int r;

        r = rows_read(&present, path);
        if (r < 0)
                return report_errno(r, "Cannot read %s", path);
        while ((row = row_store_next(&before->loader.rows, &position))) {
                const StoredRow *now = row_store_find(&present.loader.rows, row->address);
                char address[IPV4_STRING_MAX];

                if (row->client_id_size == 0 && row->state == LEASE_RELEASED)
                        continue;
                if (!now || row_store_find(&edited->loader.rows, row->address) ||
                        has_moved(edited, row))
                        continue;
                (void) ipv4_format(row->address, address);
                if (!same_owner(row, now)) {
                        worst = report(STATUS_FAILURE,
                                "%s is another client's by now and is not deleted", address);
                        continue;
                }
                r = connection_change(connection, BUS_API_MANAGER_PATH, BUS_API_MANAGER,
                        "DeleteLease", NULL, "st", address, UINT64_C(0));
                if (r < 0 && !connection_error_is(connection, "org.minidhcp1.Error.NoSuchLease"))
                        worst = connection_report(
                                connection, r, "The lease of %s is not deleted", address);
        }
        return worst;
}

/* Beside the file first, then under its name, whole. */
static ExitStatus install(const char *copy, const char *path) {
        _cleanup_free_ char *beside = NULL;
        _cleanup_close_ int fd = -1;
        ExitStatus status;
        struct stat st;
        int r = 0;

        if (asprintf(&beside, "%s.edited", path) < 0)
                return report_no_memory();
        fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640);
        if (fd < 0)
                return report_errno(-errno, "Cannot write %s; the edited copy is %s", beside, copy);
        /* the server is to read it, whoever has edited it */
        if (stat(path, &st) >= 0 && fchown(fd, st.st_uid, st.st_gid) >= 0)
                (void) fchmod(fd, st.st_mode & 0777);
        status = copy_file(copy, fd, beside);
        if (status == STATUS_OK && rename(beside, path) < 0)
                r = -errno;
        if (r < 0)
                status = report_errno(r, "Cannot replace %s; the edited copy is %s", path, copy);
        if (status != STATUS_OK)
                (void) unlink(beside);
        return status;
}

static bool same_contents(const char *path, const char *other) {
        _cleanup_fclose_ FILE *a = fopen(path, "re"), *b = fopen(other, "re");
        int c;

        if (!a || !b)
                return false;
        while ((c = getc(a)) == getc(b))
                if (c == EOF)
                        return true;
        return false;
}

static ExitStatus edit_copy(const Context *context, Connection *connection, const char *path,
        const char *original, const char *copy) {
        _cleanup_(rows_done) Rows before, edited;
        ExitStatus status;
        int r;

        rows_init(&edited, copy);
        r = rows_read(&before, original);
        if (r < 0)
                return report_errno(r, "Cannot read %s", original);
        status = edit_until_right(context, copy, &edited);
        if (status != STATUS_OK)
                return status;
        if (same_contents(original, copy)) {
                (void) unlink(copy);
                (void) puts("Nothing was changed.");
                return STATUS_OK;
        }
        status = delete_missing(connection, path, &before, &edited);
        if (status != STATUS_OK)
                return status;
        status = install(copy, path);
        if (status != STATUS_OK)
                return status;
        (void) unlink(copy);
        if (!context->options.quiet)
                (void) puts("Saved. What the server has made of it: journalctl -u mini-dhcp -n 20");
        return STATUS_OK;
}

ExitStatus verb_edit_leases(
        Context *context, _unused_ char *const *arguments, _unused_ size_t n_arguments) {
        char copy[] = "/tmp/leases-XXXXXX.csv", original[] = "/tmp/leases-XXXXXX.orig";
        _cleanup_(connection_done) Connection connection = {0};
        _cleanup_close_ int fd = -1, original_fd = -1;
        _cleanup_free_ char *path = NULL;
        ExitStatus status;
        int r;

        status = connection_open(&context->options, &connection);
        if (status != STATUS_OK)
                return status;
        if (!connection.local)
                return report(STATUS_FAILURE, "The lease file is edited on its own machine");
        status = offline_find_file(&path);
        if (status != STATUS_OK)
                return status;
        /* one row for each address is what people expect to find */
        r = connection_change(
                &connection, BUS_API_MANAGER_PATH, BUS_API_MANAGER, "Flush", NULL, NULL);
        if (r < 0)
                return connection_report(&connection, r, "The lease file is not written");

        fd = mkostemps(copy, (int) strlen(".csv"), O_CLOEXEC);
        if (fd < 0)
                return report_errno(-errno, "Cannot make a copy in /tmp");
        original_fd = mkostemps(original, (int) strlen(".orig"), O_CLOEXEC);
        if (original_fd < 0)
                status = report_errno(-errno, "Cannot make a copy in /tmp");
        if (status == STATUS_OK)
                status = copy_file(path, original_fd, original);
        if (status == STATUS_OK)
                status = copy_file(original, fd, copy);
        if (status == STATUS_OK)
                status = edit_copy(context, &connection, path, original, copy);
        else
                (void) unlink(copy);
        (void) unlink(original);
        return status;
}
