/* SPDX-License-Identifier: MIT */

/* Three things can be said of the lock: a server has it, something else has it, and that it cannot
 * keep a second server away. */

#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "daemon/lease-lock.h"
#include "daemon/messages.h"

void lease_lock_report_busy(Journal *journal, const char *path) {
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

void lease_lock_report(Journal *journal, const LeaseFile *file) {
        const JournalField fields[] = {{"DHCP_LEASE_FILE", lease_file_path(file)}};
        const DirectoryLock *lock = lease_file_get_lock(file);

        /* a file that is suspect says why, and is not mended without the lock */
        if (lock->error < 0 && !lease_file_is_suspect(file))
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
