/* SPDX-License-Identifier: MIT */

/* What loading is for the daemon: room for as many leases as the file is long, time from the
 * service manager, and a line in the journal for a line that is wrong. Knows neither rows nor
 * retries. */

#include <syslog.h>

#include <systemd/sd-daemon.h>

#include "daemon/lease-loading.h"
#include "daemon/lease-lock.h"
#include "daemon/messages.h"

enum {
        /* bytes; tells roughly how many leases a file holds */
        LEASE_ROW_SIZE_USUAL = 120,
        /* systemd's start time-out is 90 s; a slow disk with a large file gets this much more at
           once */
        EXTEND_TIMEOUT_SEC = 60,
        EXTEND_TIMEOUT_ROWS = 100000,
        REPORTED_MAX = 10,
};

typedef struct Loading {
        Executor *executor;
        size_t n_rows;
} Loading;

static int load_row(const LeaseRecord *record, const char *pool, void *userdata) {
        Loading *loading = userdata;

        (void) pool; /* where an address belongs is for the configuration to say */
        if (loading->n_rows++ % EXTEND_TIMEOUT_ROWS == 0)
                (void) sd_notifyf(0, "EXTEND_TIMEOUT_USEC=%llu", EXTEND_TIMEOUT_SEC * 1000000ULL);
        return server_load_lease(
                loading->executor->server, record, loading->executor->clock.boottime);
}

static void report_problems(const char *path, Journal *journal, const Problems *problems) {
        const JournalField fields[] = {{"DHCP_LEASE_FILE", path}};

        for (size_t i = 0; i < problems->n_items && i < REPORTED_MAX; i++) {
                _cleanup_free_ char *text = NULL;

                if (problem_format(&problems->items[i], &text) < 0)
                        continue;
                journal_write(journal, LOG_WARNING, MESSAGE_LEASE_FILE_REJECTED, fields,
                        ELEMENTSOF(fields), "%s", text);
        }
        if (problems->n_items > REPORTED_MAX)
                journal_write(journal, LOG_WARNING, MESSAGE_LEASE_FILE_REJECTED, fields,
                        ELEMENTSOF(fields), "%s: %zu more problems, see %s.rejected", path,
                        problems->n_items - REPORTED_MAX, path);
}

int lease_loading_run(LeaseFile **ret, const char *path, Executor *executor, bool report,
        const char **ret_operation) {
        _cleanup_(lease_file_freep) LeaseFile *file = NULL;
        _cleanup_(problems_done) Problems problems = {0};
        Loading loading = {.executor = executor};
        LeaseFileStatistics statistics;
        int r;

        *ret_operation = "open";
        r = lease_file_open(&file, path);
        if (r < 0)
                return r;

        if (report)
                lease_lock_report(executor->journal, file);
        lease_file_set_merging(file);
        *ret_operation = "read";
        executor_read_clock(executor);
        lease_file_get_statistics(file, &statistics);
        r = server_load_begin(executor->server, statistics.file_size / LEASE_ROW_SIZE_USUAL);
        if (r < 0)
                return r;
        r = lease_file_load(file, &executor->clock, load_row, &loading, &problems);
        if (report)
                report_problems(path, executor->journal, &problems);
        if (r < 0)
                return r;
        r = server_load_done(executor->server);
        if (r < 0)
                return r;
        *ret = TAKE_PTR(file);
        return 0;
}
