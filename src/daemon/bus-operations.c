/* SPDX-License-Identifier: MIT */

/* What the bus asks of the daemon: clock, state and counters, and the carrying out of what a caller
 * wants. Knows no message of the bus; what a caller may do is decided there, what happens in the
 * core. */

#include <errno.h>
#include <stdio.h>
#include <syslog.h>

#include "basic/log-level.h"
#include "daemon/actor.h"
#include "daemon/manager-internal.h"
#include "daemon/messages.h"

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

static const struct {
        const char *name;
        bool is_gauge; /* tells how it is now and is not counted up */
} counters[COUNTER_MAX] = {
        [COUNTER_REPLIES_SENT] = {.name = "replies-sent"},
        [COUNTER_REPLIES_FAILED] = {.name = "replies-failed"},
        [COUNTER_PACKETS_OVERFLOWN] = {.name = "packets-overflown"},
        [COUNTER_REPLIES_WAITING] = {.name = "replies-waiting-for-disk", .is_gauge = true},
        [COUNTER_FILE_COMMITS] = {.name = "lease-file-commits"},
        [COUNTER_FILE_ROWS_WRITTEN] = {.name = "lease-file-rows-written"},
        [COUNTER_FILE_REWRITES] = {.name = "lease-file-rewrites"},
        [COUNTER_FILE_FAILURES] = {.name = "lease-file-failures"},
        [COUNTER_FILE_ROWS] = {.name = "lease-file-rows", .is_gauge = true},
        [COUNTER_FILE_BYTES] = {.name = "lease-file-bytes", .is_gauge = true},
        [COUNTER_JOURNAL_LOST] = {.name = "journal-entries-lost"},
};

static void read_counters(const Manager *manager, uint64_t ret[static COUNTER_MAX]) {
        const TransmitterStatistics *sent = transmitter_get_statistics(manager->transmitter);
        LeaseFileStatistics file;

        lease_keeper_get_statistics(manager->keeper, &file);
        ret[COUNTER_REPLIES_SENT] = sent->n_sent;
        ret[COUNTER_REPLIES_FAILED] = sent->n_failed;
        ret[COUNTER_PACKETS_OVERFLOWN] = dhcp_socket_n_overflown(manager->socket);
        ret[COUNTER_REPLIES_WAITING] = manager->executor.pending.n_entries;
        ret[COUNTER_FILE_COMMITS] = file.n_batches;
        ret[COUNTER_FILE_ROWS_WRITTEN] = file.n_rows;
        ret[COUNTER_FILE_REWRITES] = file.n_rewrites;
        ret[COUNTER_FILE_FAILURES] = file.n_failures;
        ret[COUNTER_FILE_ROWS] = file.n_file_rows;
        ret[COUNTER_FILE_BYTES] = file.file_size;
        ret[COUNTER_JOURNAL_LOST] = journal_n_lost(manager->journal);
}

static char *const *get_warnings(void *userdata) {
        const Manager *manager = userdata;

        return manager->warnings;
}

static int each_counter(void *userdata, BusCounterFunction function, void *function_userdata) {
        const Manager *manager = userdata;
        uint64_t values[COUNTER_MAX];
        int r = 0;

        read_counters(manager, values);
        for (size_t i = 0; i < COUNTER_MAX && r >= 0; i++)
                r = function(counters[i].name, values[i] - manager->counted_before[i],
                        function_userdata);
        return r;
}

/* Something that a user had done and that changes no lease and no setting. */
static void say_done(Manager *manager, uint32_t uid, const char *message_id, const char *what) {
        JournalField fields[ACTOR_FIELDS_MAX];
        ActorText text;

        actor_describe(&(Actor){.type = ACTOR_USER, .uid = uid}, &text);
        actor_fields(&text, fields);
        journal_write(manager->journal, LOG_NOTICE, message_id, fields, ELEMENTSOF(fields), "%s%s.",
                what, text.people);
}

/* The counters themselves go on, since their sums decide what is logged; from now on the bus shows
 * what comes on top. */
static int each_delays(void *userdata, BusDelaysFunction function, void *function_userdata) {
        const Manager *manager = userdata;
        const struct {
                const char *name;
                Delays delays;
        } all[] = {
                {"commit", delays_since(&manager->executor.commit_delays,
                                   &manager->commit_delays_before)},
                {"reply", delays_since(
                                  &manager->executor.reply_delays, &manager->reply_delays_before)},
        };
        int r = 0;

        for (size_t i = 0; i < ELEMENTSOF(all) && r >= 0; i++)
                r = function(all[i].name, delays_bounds, all[i].delays.n, DELAYS_BOUNDS_MAX,
                        all[i].delays.sum, function_userdata);
        return r;
}

static void reset_counters(void *userdata, uint32_t uid) {
        Manager *manager = userdata;

        say_done(manager, uid, MESSAGE_STATISTICS_RESET, "Statistics reset");
        read_counters(manager, manager->counted_before);
        for (size_t i = 0; i < COUNTER_MAX; i++)
                if (counters[i].is_gauge)
                        manager->counted_before[i] = 0;
        manager->commit_delays_before = manager->executor.commit_delays;
        manager->reply_delays_before = manager->executor.reply_delays;
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

static void execute(void *userdata, uint32_t uid) {
        Manager *manager = userdata;

        executor_run(&manager->executor, &(Cause){.actor = {.type = ACTOR_USER, .uid = uid}});
}

static void change(
        void *userdata, BusChange *wanted, BusChangeFunction function, void *function_userdata) {
        Manager *manager = userdata;

        changes_add(manager->changes, wanted, function, function_userdata);
}

static void reload(void *userdata, uint32_t uid) {
        manager_reload(userdata, &(Actor){.type = ACTOR_USER, .uid = uid});
}

static int flush(void *userdata, uint32_t uid) {
        Manager *manager = userdata;
        int r;

        r = lease_keeper_rewrite(manager->keeper);
        if (r >= 0)
                say_done(manager, uid, MESSAGE_LEASE_FILE_FLUSHED, "Lease file flushed");
        return r;
}

static int get_log_level(void *userdata) {
        const Manager *manager = userdata;

        return journal_get_max_level(manager->journal);
}

/* The entry is a notice: it is written after the level has risen, and before it falls. */
static void set_log_level(void *userdata, int level, uint32_t uid) {
        Manager *manager = userdata;
        int before = journal_get_max_level(manager->journal);
        char what[64];

        if (level == before)
                return;
        (void) snprintf(what, sizeof(what), "Log level changed from %s to %s",
                log_level_to_string(before), log_level_to_string(level));
        if (level > before)
                journal_set_max_level(manager->journal, level);
        say_done(manager, uid, MESSAGE_LOG_LEVEL_CHANGED, what);
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
        .get_warnings = get_warnings,
        .each_counter = each_counter,
        .each_delays = each_delays,
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
