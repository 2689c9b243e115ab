/* SPDX-License-Identifier: MIT */

/* What others are told of the daemon: systemd's status line, and state and counters for the bus;
 * and what the bus asks of us. Decides nothing. */

#include <errno.h>
#include <syslog.h>

#include <systemd/sd-daemon.h>

#include "daemon/manager-internal.h"

const char *manager_state(const Manager *manager) {
        if (manager->misconfigured)
                return "misconfigured";
        if (!lease_keeper_is_healthy(manager->keeper))
                return "lease-file-failing";
        return "running";
}

static size_t count_served_links(const Manager *manager) {
        const Link *links;
        size_t n, n_served = 0;

        links = link_monitor_get_links(manager->links, &n);
        for (size_t i = 0; i < n; i++)
                n_served += server_link_is_served(manager->server, links[i].ifindex);
        return n_served;
}

int manager_send_status(sd_event_source *source, uint64_t usec, void *userdata) {
        Manager *manager = userdata;
        const LeaseTable *table = server_get_table(manager->server);
        size_t n_pools, n_links = count_served_links(manager),
                        n_leases = table->n_by_state[LEASE_BOUND];

        (void) source;
        (void) usec;
        (void) server_get_pools(manager->server, &n_pools);
        if (manager->misconfigured)
                (void) sd_notifyf(0, "STATUS=Not serving: %s", manager->last_reload);
        else if (!lease_keeper_is_healthy(manager->keeper))
                (void) sd_notifyf(0, "STATUS=Not serving: lease file %s cannot be written.",
                        lease_keeper_path(manager->keeper));
        else
                (void) sd_notifyf(0, "STATUS=Serving %zu pool%s on %zu link%s, %zu lease%s.",
                        n_pools, plural(n_pools), n_links, plural(n_links), n_leases,
                        plural(n_leases));
        return 0;
}

void manager_status_changed(Manager *manager) {
        int enabled = SD_EVENT_OFF;

        (void) sd_event_source_get_enabled(manager->status_source, &enabled);
        if (enabled != SD_EVENT_OFF)
                return;
        (void) sd_event_source_set_time_relative(manager->status_source, USEC_PER_SEC);
        (void) sd_event_source_set_enabled(manager->status_source, SD_EVENT_ONESHOT);
}

static void get_clock(void *userdata, ClockPair *ret) {
        Manager *manager = userdata;

        executor_read_clock(&manager->executor);
        *ret = manager->executor.clock;
}

static const char *get_state(void *userdata) {
        return manager_state(userdata);
}

static const char *get_lease_file(void *userdata) {
        const Manager *manager = userdata;
        const char *path = lease_keeper_path(manager->keeper);

        return path ? path : "";
}

static const char *get_last_reload(void *userdata) {
        const Manager *manager = userdata;

        return manager->last_reload ? manager->last_reload : "";
}

static int each_counter(void *userdata, BusCounterFunction function, void *function_userdata) {
        Manager *manager = userdata;
        const TransmitterStatistics *sent = transmitter_get_statistics(manager->transmitter);
        LeaseFileStatistics file = {0};
        int r = 0;

        if (manager->executor.lease_file)
                lease_file_get_statistics(manager->executor.lease_file, &file);

        const struct {
                const char *name;
                uint64_t value;
        } counters[] = {
                {"replies-sent", sent->n_sent},
                {"replies-failed", sent->n_failed},
                {"packets-overflown", dhcp_socket_n_overflown(manager->socket)},
                {"replies-waiting-for-disk", manager->executor.pending.n_entries},
                {"lease-file-commits", file.n_batches},
                {"lease-file-rows-written", file.n_rows},
                {"lease-file-rewrites", file.n_rewrites},
                {"lease-file-failures", file.n_failures},
                {"lease-file-rows", file.n_file_rows},
                {"lease-file-bytes", file.file_size},
                {"journal-entries-lost", journal_n_lost(manager->journal)},
        };
        for (size_t i = 0; i < ELEMENTSOF(counters) && r >= 0; i++)
                r = function(counters[i].name, counters[i].value, function_userdata);
        return r;
}

/* The other counters belong to sockets and files and live as long as these. */
static void reset_counters(void *userdata) {
        Manager *manager = userdata;

        server_reset_counters(manager->server);
}

static void report(void *userdata, int priority, const char *message) {
        Manager *manager = userdata;

        journal_say(manager->journal, priority, NULL, "%s", message);
}

static Actions *begin(void *userdata) {
        Manager *manager = userdata;

        executor_read_clock(&manager->executor);
        if (manager->misconfigured || !executor_is_ready(&manager->executor))
                return NULL;
        actions_reset(&manager->executor.actions);
        return &manager->executor.actions;
}

static void execute(void *userdata) {
        Manager *manager = userdata;

        executor_run(&manager->executor, 0);
        executor_flush(&manager->executor);
        manager_arm_deadline(manager);
        manager_status_changed(manager);
}

static void change(
        void *userdata, BusChange *wanted, BusChangeFunction function, void *function_userdata) {
        Manager *manager = userdata;

        changes_add(manager->changes, wanted, function, function_userdata);
}

static void reload(void *userdata) {
        manager_reload(userdata);
}

static int flush(void *userdata) {
        Manager *manager = userdata;

        lease_keeper_rewrite(manager->keeper);
        return lease_keeper_is_rewriting(manager->keeper) ? 0 : -EIO;
}

static int get_log_level(void *userdata) {
        const Manager *manager = userdata;

        return journal_get_max_level(manager->journal);
}

static void set_log_level(void *userdata, int level) {
        Manager *manager = userdata;

        journal_set_max_level(manager->journal, level);
}

static const char *get_log_target(void *userdata) {
        const Manager *manager = userdata;

        return journal_get_target(manager->journal);
}

const BusOperations manager_bus_operations = {
        .get_clock = get_clock,
        .get_state = get_state,
        .get_lease_file = get_lease_file,
        .get_last_reload = get_last_reload,
        .each_counter = each_counter,
        .reset_counters = reset_counters,
        .report = report,
        .begin = begin,
        .execute = execute,
        .change = change,
        .reload = reload,
        .flush = flush,
        .get_log_level = get_log_level,
        .set_log_level = set_log_level,
        .get_log_target = get_log_target,
};
