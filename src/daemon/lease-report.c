/* SPDX-License-Identifier: MIT */

/* A line in the journal for what a person should hear of the lease file. Once each: the file tells
 * each thing once. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "basic/text.h"
#include "daemon/lease-report.h"
#include "daemon/messages.h"

enum {
        /* lines of one file that are named */
        LOADED_MAX = 10,
        MERGED_MAX = 20,
};

#define FILE_FIELDS(path) ((const JournalField[]){{"DHCP_LEASE_FILE", path}})

#define say(journal, file, priority, id, ...)                                                      \
        journal_write(journal, priority, id, FILE_FIELDS(lease_file_path(file)), 1, __VA_ARGS__)

static void say_problem(Journal *journal, const LeaseFile *file, const Problem *problem) {
        _cleanup_free_ char *text = NULL;

        if (problem_format(problem, &text) >= 0)
                say(journal, file, LOG_WARNING, MESSAGE_LEASE_FILE_REJECTED, "%s", text);
}

/* ---- the lock --------------------------------------------------------------------------------
 */

/* A server has the lock, or something else has it. */
void lease_report_busy(Journal *journal, const char *path) {
        const JournalField fields[] = {{"DHCP_LEASE_FILE", path}};
        LockHolder holder = {0};

        (void) lease_file_find_holder(path, &holder);
        if (holder.pid > 0)
                journal_write(journal, LOG_ERR, MESSAGE_LEASE_FILE_BUSY, fields, ELEMENTSOF(fields),
                        "Lease file %s: another server owns its directory, process %ld%s (%s). "
                        "Stop "
                        "that one, or give this one a --state-directory= of its own.",
                        path, (long) holder.pid,
                        holder.elsewhere ? " of another PID namespace" : "",
                        *holder.command ? holder.command : "unnamed");
        else
                journal_write(journal, LOG_ERR, MESSAGE_LEASE_FILE_BUSY, fields, ELEMENTSOF(fields),
                        "Lease file %s: a process that is no mini-dhcpd has locked the "
                        "file " LOCK_FILE_NAME
                        " beside it; lslocks(8) or fuser(1), run by root, name it. "
                        "End that one, or give this server a --state-directory= of its own.",
                        path);
}

static bool is_healthy(const LeaseFile *file) {
        return lease_store_promise(lease_file_store((LeaseFile *) file)) == LEASE_PROMISE_ALL;
}

static void report_lock(Journal *journal, const LeaseFile *file) {
        const JournalField fields[] = {{"DHCP_LEASE_FILE", lease_file_path(file)}};
        const DirectoryLock *lock = lease_file_get_lock(file);

        /* a file that is suspect says why, and is not mended without the lock */
        if (lock->error < 0 && is_healthy(file))
                journal_write(journal, LOG_WARNING, MESSAGE_LEASE_FILE_NOT_LOCKED, fields,
                        ELEMENTSOF(fields),
                        "Lease file %s: the file " LOCK_FILE_NAME " beside it cannot be locked "
                        "(%s), so a second server on the same leases would not be noticed.",
                        lease_file_path(file), strerror(-lock->error));
        if (lock->contested)
                journal_write(journal, LOG_WARNING, MESSAGE_LEASE_FILE_CONTESTED, fields,
                        ELEMENTSOF(fields),
                        "Lease file %s: another process has locked its directory, as a mini-dhcpd "
                        "of "
                        "an earlier version does. If it is one, stop it: see ps -C mini-dhcpd. "
                        "This "
                        "server goes on.",
                        lease_file_path(file));
}

/* ---- what happens to the file ----------------------------------------------------------------
 */

static void report_loaded(Journal *journal, const LeaseFile *file, const Problems *problems) {
        for (size_t i = 0; i < problems->n_items && i < LOADED_MAX; i++)
                say_problem(journal, file, &problems->items[i]);
        if (problems->n_items > LOADED_MAX)
                say(journal, file, LOG_WARNING, MESSAGE_LEASE_FILE_REJECTED,
                        "%s: %zu more problems, see %s.rejected", lease_file_path(file),
                        problems->n_items - LOADED_MAX, lease_file_path(file));
}

static void report_problems(Journal *journal, const LeaseFile *file, const Problems *problems) {
        for (size_t i = 0; i < problems->n_items; i++)
                /* the last two sum up */
                if (i < MERGED_MAX || i + 2 >= problems->n_items)
                        say_problem(journal, file, &problems->items[i]);
}

static void report_state(Journal *journal, const LeaseFile *file, const LeaseStoreEvent *event) {
        const char *path = lease_file_path(file);

        if (event->promise == LEASE_PROMISE_ALL)
                say(journal, file, LOG_NOTICE, MESSAGE_LEASE_FILE_RECOVERED,
                        "Lease file %s can be written again; leases are granted.", path);
        else
                say(journal, file, LOG_ERR, MESSAGE_LEASE_FILE_FAILING,
                        "Lease file %s: %s failed: %s. No lease is granted or renewed until it can "
                        "be written again; that is tried every 2 seconds.",
                        path, event->operation, strerror(-event->error));
}

static void report_merged(Journal *journal, const LeaseFile *file, const LeaseStoreEvent *event) {
        const MergeCounts *counts = event->counts;
        const char *path = lease_file_path(file);

        report_problems(journal, file, event->problems);
        say(journal, file, LOG_NOTICE, MESSAGE_LEASE_FILE_MERGED,
                "Lease file %s was saved by somebody else and merged: %zu row%s applied, %zu "
                "lease%s deleted, %zu kept although missing, %zu row%s outdated, %zu "
                "rejected.%s%s%s",
                path, counts->n_applied, plural(counts->n_applied), counts->n_deleted,
                plural(counts->n_deleted), counts->n_kept, counts->n_outdated,
                plural(counts->n_outdated), counts->n_rejected,
                event->kept_as ? " The file before is kept as " : "",
                event->kept_as ? event->kept_as : "", event->kept_as ? "." : "");
}

static void report_notice(Journal *journal, const LeaseFile *file, const LeaseStoreEvent *event) {
        const char *path = lease_file_path(file), *operation = event->operation;
        const char *error = strerror(-event->error);

        switch (event->notice) {
        case LEASE_NOTICE_UNREADABLE_AT_START:
                report_loaded(journal, file, event->problems);
                break;
        case LEASE_NOTICE_PUT_ASIDE:
                say(journal, file, LOG_WARNING, MESSAGE_LEASE_FILE_PUT_ASIDE,
                        "Lease file %s was saved by somebody else in a form that could not be "
                        "read, or perhaps not whole. That version is kept as %s.",
                        path, event->kept_as);
                break;
        case LEASE_NOTICE_UNREADABLE:
                report_problems(journal, file, event->problems);
                say(journal, file, LOG_WARNING, MESSAGE_LEASE_FILE_MERGED,
                        "Lease file %s was saved by somebody else in a form that cannot be read "
                        "(%s); nothing of it is in force.",
                        path, event->error == -EBADMSG ? "its columns have no names" : error);
                break;
        case LEASE_NOTICE_DELETED:
                report_problems(journal, file, event->problems);
                say(journal, file, LOG_WARNING, MESSAGE_LEASE_FILE_MERGED,
                        "Lease file %s was deleted; it is written anew, with all leases.", path);
                break;
        case LEASE_NOTICE_NO_BACKUP:
                say(journal, file, LOG_WARNING, NULL, "%s~ cannot be written: %s failed: %s", path,
                        operation, error);
                break;
        case LEASE_NOTICE_TIMES_LATE:
                say(journal, file, LOG_WARNING, NULL,
                        "The times in %s could not be written anew, they are of the clock as it "
                        "was: %s failed: %s. That is tried again until it succeeds.",
                        path, operation, error);
                break;
        case LEASE_NOTICE_TIMES_WRITTEN:
                say(journal, file, LOG_NOTICE, NULL, "The times in %s have been written anew.",
                        path);
                break;
        }
}

void lease_report_event(Journal *journal, const LeaseFile *file, const LeaseStoreEvent *event) {
        switch (event->type) {
        case LEASE_STORE_LOADED:
                report_lock(journal, file);
                report_loaded(journal, file, event->problems);
                break;
        case LEASE_STORE_STATE:
                report_state(journal, file, event);
                break;
        case LEASE_STORE_MERGED:
                report_merged(journal, file, event);
                break;
        case LEASE_STORE_NOTICE:
                report_notice(journal, file, event);
                break;
        case LEASE_STORE_DURABLE:
        case LEASE_STORE_REFUSED:
        case LEASE_STORE_FAILED:
        case LEASE_STORE_COMPACTED:
        case LEASE_STORE_EVENT_MAX:
                break;
        }
}

void lease_report_clock_set(Journal *journal, const char *path) {
        journal_say(journal, LOG_INFO, NULL,
                "The wall clock was set; leases end when they would have, the times in %s are "
                "written anew.",
                path ? path : "the lease file");
}

void lease_report_unwatched(Journal *journal, const char *directory, int error) {
        journal_say(journal, LOG_WARNING, NULL,
                "%s cannot be watched (%s): what others save there is noticed when the next lease "
                "is written.",
                directory, strerror(-error));
}
