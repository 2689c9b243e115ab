/* SPDX-License-Identifier: MIT */

#include <errno.h>
#include <string.h>
#include <syslog.h>
#include <time.h>

#include "core/durable.h"
#include "daemon/executor.h"
#include "daemon/report.h"

static usec_t read_clock(clockid_t id) {
        struct timespec ts;

        (void) clock_gettime(id, &ts);
        return (usec_t) ts.tv_sec * USEC_PER_SEC + (usec_t) ts.tv_nsec / 1000;
}

static int on_hold_over(sd_event_source *source, uint64_t usec, void *userdata) {
        (void) source;
        (void) usec;
        executor_read_clock(userdata);
        executor_flush(userdata);
        return 0;
}

int executor_init(Executor *executor, sd_event *event) {
        int r;

        r = sd_event_add_time_relative(
                event, &executor->hold_source, CLOCK_BOOTTIME, 0, 1, on_hold_over, executor);
        if (r < 0)
                return r;
        return sd_event_source_set_enabled(executor->hold_source, SD_EVENT_OFF);
}

void executor_done(Executor *executor) {
        executor->hold_source = sd_event_source_disable_unref(executor->hold_source);
        pending_done(&executor->pending);
}

void executor_read_clock(Executor *executor) {
        executor->clock = (ClockPair){
                .realtime = read_clock(CLOCK_REALTIME),
                .boottime = read_clock(CLOCK_BOOTTIME),
        };
}

void executor_clock_set(Executor *executor) {
        executor_read_clock(executor);
        server_forget_changes(executor->server);
        bus_clock_was_set(executor->bus);
}

bool executor_is_ready(const Executor *executor) {
        return executor->store && lease_store_promise(executor->store) == LEASE_PROMISE_ALL &&
               executor->pending.n_entries < EXECUTOR_PENDING_MAX &&
               pending_size(&executor->pending) < EXECUTOR_PENDING_BYTES_MAX;
}

/* The row goes into the batch, the news into the queue behind it. When either is refused, the
 * commit and whatever follows it in this queue of actions is taken back. */
static int run_commit(Executor *executor, const Action *action, const Cause *cause) {
        Lease *lease = action->commit.lease;
        LeaseNews news = {
                .event = action->commit.event,
                .superseded = action->commit.superseded,
                .pool = lease->pool ? lease->pool->settings->name : "",
                .xid = cause->xid,
                .actor = cause->actor,
        };
        bool erased = news.event == LEASE_EVENT_DELETED || news.event == LEASE_EVENT_CLEARED;
        LeaseRecord row;
        const LeaseChange change = {
                .record = &row,
                .base = lease->version,
                .origin = cause->actor.type == ACTOR_CLIENT || cause->actor.type == ACTOR_SERVER
                                  ? LEASE_ORIGIN_CLIENT
                                  : LEASE_ORIGIN_ADMINISTRATOR,
                .pool = news.pool,
                .commit = action->commit.id,
        };
        uint64_t version;
        int r;

        lease_get_record(lease, &news.record);
        row = news.record;
        if (erased) {
                /* a row that belongs to nobody erases the address */
                row.state = LEASE_RELEASED;
                row.client_id_size = row.hardware_size = row.hostname_size = row.relay_agent_size =
                        0;
                /* who reads the journal is told whose lease has been deleted */
                if (news.event == LEASE_EVENT_DELETED)
                        lease_record_set_identity(&news.record, action->commit.former);
        }

        r = lease_store_append(executor->store, &change, &executor->clock, &version);
        if (r < 0)
                return r;
        if (!erased)
                server_set_lease_version(executor->server, lease, version);
        return pending_add_news(&executor->pending, action->commit.id, &news);
}

static void count_replies(Executor *executor) {
        const usec_t now = read_clock(CLOCK_BOOTTIME);

        for (size_t i = 0; i < executor->n_answered; i++)
                delays_add(&executor->reply_delays, usec_sub(now, executor->answered[i]), 1);
        executor->n_answered = 0;
}

/* What many replies of a turn cost is one look at the clock. */
static void send_reply(Executor *executor, const Destination *destination, const uint8_t *packet,
        size_t size, usec_t asked) {
        transmitter_add(executor->transmitter, destination, executor->server_port, packet, size);
        if (asked == 0)
                return;
        if (executor->n_answered == ELEMENTSOF(executor->answered))
                count_replies(executor);
        executor->answered[executor->n_answered++] = asked;
}

static int run_send(Executor *executor, const Action *action, const Cause *cause) {
        if (action->send.after_commit == 0) {
                send_reply(executor, &action->send.destination, action->send.packet,
                        action->send.size, cause->asked);
                return 0;
        }
        return pending_add_send(&executor->pending, action->send.after_commit,
                &action->send.destination, action->send.packet, action->send.size, cause->asked);
}

/* Who forbids the socket has forbidden it for good, and what is asked for by echo is given out
 * unasked. What routing does not lead to is not there, either. */
static void run_echo(Executor *executor, const Action *action) {
        int r = probes_ask_by_echo(
                executor->probes, action->probe.address, executor->clock.boottime);

        if ((r != -EAFNOSUPPORT && r != -EPERM && r != -EACCES) || executor->said_no_echo)
                return;
        report_no_echo(executor->journal, r);
        executor->said_no_echo = true;
}

static void run_probe(Executor *executor, const Action *action) {
        const Link *link = server_find_link(executor->server, action->probe.ifindex);

        if (action->probe.way == PROBE_BY_ECHO)
                run_echo(executor, action);
        else if (link)
                probes_ask(executor->probes, link, action->probe.source, action->probe.address,
                        executor->clock.boottime);
}

static void run_notice(Executor *executor, const Action *action) {
        report_notice(executor->journal, executor->server, action);

        if (action->notice.notice == NOTICE_POOL_EXHAUSTED && action->notice.pool)
                bus_pool_exhausted(executor->bus, action->notice.pool);
        if (action->notice.notice == NOTICE_CONFLICT)
                bus_address_conflict(executor->bus, action->notice.address,
                        action->notice.way == PROBE_BY_ARP ? action->notice.hardware : NULL);
        if (action->notice.notice == NOTICE_PROXY_ARP && action->notice.way == PROBE_BY_ECHO)
                bus_echo_proxy_found(executor->bus, action->notice.pool->settings->subnet);
        else if (action->notice.notice == NOTICE_PROXY_ARP)
                bus_proxy_arp_found(executor->bus, action->notice.ifindex, action->notice.hardware);
}

void executor_run(Executor *executor, const Cause *cause) {
        uint64_t failed = 0;

        for (size_t i = 0; i < executor->actions.n_actions; i++) {
                const Action *action = &executor->actions.actions[i];
                int r = 0;

                switch (action->type) {
                case ACTION_COMMIT:
                        /* behind a commit that failed nothing is promised; see server_commit_undo()
                         */
                        if (failed > 0)
                                continue;
                        r = executor->store ? run_commit(executor, action, cause) : -ENODEV;
                        if (r < 0)
                                failed = action->commit.id;
                        break;
                case ACTION_SEND:
                        if (failed > 0 && action->send.after_commit >= failed)
                                continue;
                        /* a reply that memory has no room for is as one lost on the wire */
                        (void) run_send(executor, action, cause);
                        break;
                case ACTION_PROBE:
                        run_probe(executor, action);
                        break;
                case ACTION_NOTICE:
                        run_notice(executor, action);
                        break;
                case ACTION_TYPE_MAX:
                        break;
                }
        }
        actions_reset(&executor->actions);
        if (failed > 0)
                executor_commit_failed(executor, failed);
}

static void begin_commit(Executor *executor) {
        const usec_t now = executor->clock.boottime;
        size_t n_rows;

        if (!executor->store)
                return;
        n_rows = lease_store_n_collected(executor->store);
        if (n_rows > 0 && commit_pace_is_held(&executor->pace, now, n_rows)) {
                (void) sd_event_source_set_time(executor->hold_source, executor->pace.hold_until);
                (void) sd_event_source_set_enabled(executor->hold_source, SD_EVENT_ONESHOT);
                return;
        }
        n_rows = lease_store_flush(executor->store);
        if (n_rows > 0)
                commit_pace_begin(&executor->pace, now, n_rows);
}

void executor_flush(Executor *executor) {
        transmitter_flush(executor->transmitter);
        if (executor->n_answered > 0)
                count_replies(executor);
        begin_commit(executor);
        /* last: who waits for a reply need not wait until its log entry is being written */
        journal_cork(executor->journal, false);
}

void executor_flush_now(Executor *executor) {
        executor->pace = (CommitPace){0};
        executor_flush(executor);
}

void executor_commit_durable(Executor *executor, uint64_t commit) {
        PendingEntry entry;

        if (executor->pace.n_rows > 0)
                delays_add(&executor->commit_delays,
                        usec_sub(executor->clock.boottime, executor->pace.began), 1);
        commit_pace_end(&executor->pace, executor->clock.boottime,
                lease_store_n_collected(executor->store));
        journal_cork(executor->journal, true);
        server_commit_done(executor->server, commit);
        while (pending_first(&executor->pending, &entry) && entry.commit <= commit) {
                switch (entry.type) {
                case PENDING_NEWS:
                        lease_log_add(executor->lease_log, &entry.news, executor->clock.boottime);
                        if (entry.news.superseded)
                                bus_lease_superseded(executor->bus, entry.news.record.address);
                        bus_lease_event(executor->bus, entry.news.record.address, entry.news.event);
                        break;
                case PENDING_SEND:
                        send_reply(executor, &entry.destination, entry.packet, entry.packet_size,
                                entry.asked);
                        break;
                }
                pending_drop_first(&executor->pending);
        }
        bus_commit_durable(executor->bus, commit);
}

void executor_commit_failed(Executor *executor, uint64_t commit) {
        server_commit_undo(executor->server, commit);
        pending_drop_from(&executor->pending, commit);
        bus_commit_failed(executor->bus, commit);
}
