/* SPDX-License-Identifier: MIT */

/* Datagrams in: a batch from the socket, each through the core, its actions through the executor;
 * and what the core does by itself when an address answers or a time has come. */

#include <errno.h>
#include <string.h>
#include <syslog.h>

#include "core/look-ahead.h"
#include "daemon/manager-internal.h"
#include "daemon/messages.h"
#include "wire/message.h"

enum {
        /* batches before the loop looks at its other sources */
        BATCHES_PER_TURN = 4,
        /* a client repeats after 4 s (RFC 2131 4.1); what has waited longer is answered by its
           repetition */
        MAX_AGE_SEC = 4,
};

static bool link_is_ours(const Manager *manager, uint32_t ifindex) {
        return strv_length(manager->options->interfaces) == 0 ||
               server_find_link(manager->server, ifindex);
}

/* What is wrong with a datagram before anybody reads it, VERDICT_INVALID when nothing is. */
static Verdict judge(const Manager *manager, const ReceivedDatagram *datagram) {
        if (datagram->truncated)
                return VERDICT_MALFORMED;
        if (datagram->metadata.age > MAX_AGE_SEC * USEC_PER_SEC)
                return VERDICT_TOO_OLD;
        if (!executor_is_ready(&manager->executor))
                return VERDICT_NO_LEASE_FILE;
        return VERDICT_INVALID;
}

static void handle_datagram(Manager *manager, const ReceivedDatagram *datagram) {
        const PacketMetadata *metadata = &datagram->metadata;
        Actions *actions = &manager->executor.actions;
        usec_t now = manager->executor.clock.boottime;
        uint32_t xid = 0;

        /* an interface may be younger than the kernel's word of it that we have read */
        if (!server_find_link(manager->server, metadata->ifindex) &&
                link_monitor_process(manager->links) > 0)
                manager_update_links(manager);
        if (manager->misconfigured || !link_is_ours(manager, metadata->ifindex))
                return;

        actions_reset(actions);
        actions->verdict = judge(manager, datagram);
        if (actions->verdict != VERDICT_INVALID) {
                actions->message_error = datagram->truncated ? MESSAGE_TOO_LONG : MESSAGE_OK;
                server_count(manager->server, actions->verdict);
        } else if (server_handle_packet(manager->server, datagram->packet, datagram->size, metadata,
                           now, actions) < 0)
                actions->verdict = VERDICT_NO_MEMORY;

        report_packet(manager->journal, manager->server, datagram->packet, datagram->size, metadata,
                actions, manager->limits, now);
        other_servers_report(&manager->other_servers, &manager->former_addresses, manager->journal,
                manager->server, datagram->packet, datagram->size, metadata, actions, now);
        if (actions->n_actions == 0)
                return;
        if (datagram->size >= DHCP_XID_OFFSET + sizeof(xid))
                xid = wire_get_u32(datagram->packet + DHCP_XID_OFFSET);
        executor_run(&manager->executor, &(Cause){
                                                 .actor.type = ACTOR_CLIENT,
                                                 .xid = xid,
                                                 .asked = usec_sub(now, metadata->age),
                                         });
}

static void look_ahead(const Manager *manager, const ReceivedDatagram *datagrams, int n) {
        LookAheadPacket packets[LOOK_AHEAD_MAX];
        size_t n_packets = 0;

        if (n < 2 || lease_table_n_slots(server_get_table(manager->server)) < LOOK_AHEAD_LEASES)
                return;
        for (int i = 0; i < n && n_packets < LOOK_AHEAD_MAX; i++)
                packets[n_packets++] = (LookAheadPacket){datagrams[i].packet, datagrams[i].size};
        server_look_ahead(manager->server, packets, n_packets);
}

/* The kernel has one count for all that it drops after it has found the socket. */
static void report_overflow(Manager *manager) {
        uint64_t n = dhcp_socket_n_overflown(manager->socket), n_suppressed, n_lost;

        if (n == manager->n_overflown || !report_allow(&manager->overflow_limit,
                                                 manager->executor.clock.boottime, &n_suppressed))
                return;
        n_lost = n - manager->n_overflown;
        journal_say(manager->journal, LOG_WARNING, MESSAGE_PACKETS_LOST,
                "%llu packet%s lost in the kernel: the socket's buffer was full, or a checksum was "
                "wrong. If there are many, raise ReceiveBuffer= of mini-dhcp.socket.",
                (unsigned long long) n_lost, n_lost == 1 ? " was" : "s were");
        manager->n_overflown = n;
}

/* A reply that the kernel refuses is one that its client waits for in vain. */
static void report_failures(Manager *manager) {
        const TransmitterStatistics *sent = transmitter_get_statistics(manager->transmitter);
        uint64_t n = sent->n_failed - manager->n_failed, n_suppressed;
        const Link *link = server_find_link(manager->server, sent->last_ifindex);

        if (n == 0 || !report_allow(&manager->failure_limit, manager->executor.clock.boottime,
                              &n_suppressed))
                return;
        journal_say(manager->journal, LOG_WARNING, NULL,
                "%llu repl%s could not be sent, the last %s%s: %s.", (unsigned long long) n,
                n == 1 ? "y" : "ies", link ? "on " : "to a relay", link ? link->name : "",
                strerror(-sent->last_error));
        manager->n_failed = sent->n_failed;
}

int manager_watch_socket(sd_event_source *source, void *userdata) {
        Manager *manager = userdata;
        int r;

        (void) source;
        r = sd_event_source_set_enabled(manager->socket_source, SD_EVENT_ON);
        /* without it nobody would be heard any more: then better an end, and a new start */
        return r < 0 ? sd_event_exit(manager->event, r) : 0;
}

void manager_crowded(void *userdata) {
        Manager *manager = userdata;

        if (sd_event_source_set_enabled(manager->watch_source, SD_EVENT_ONESHOT) >= 0)
                (void) sd_event_source_set_enabled(manager->socket_source, SD_EVENT_OFF);
}

void manager_turn(void *userdata) {
        Manager *manager = userdata;
        ReceivedDatagram *datagrams;
        int n = 0;

        probes_hear(manager->probes);
        for (unsigned i = 0; i < BATCHES_PER_TURN; i++) {
                executor_read_clock(&manager->executor);
                n = dhcp_socket_receive(manager->socket, &manager->executor.clock, &datagrams);
                look_ahead(manager, datagrams, n);
                for (int k = 0; k < n; k++)
                        handle_datagram(manager, &datagrams[k]);
                if (n < DHCP_SOCKET_BATCH)
                        break;
        }
        /* the end of the turn does it as well, after one more look at all sources */
        executor_flush(&manager->executor);
        if (n < 0)
                journal_say(manager->journal, LOG_ERR, NULL, "Receiving failed: %s", strerror(-n));

        report_overflow(manager);
        report_failures(manager);
}

int manager_receive(sd_event_source *source, int fd, uint32_t revents, void *userdata) {
        (void) source;
        (void) fd;
        (void) revents;
        manager_turn(userdata);
        return 0;
}

static bool begin_answer(Manager *manager) {
        Executor *executor = &manager->executor;

        if (!executor_is_ready(executor))
                return false;
        executor_read_clock(executor);
        actions_reset(&executor->actions);
        return true;
}

void manager_claimed(uint32_t ifindex, ipv4_t sender, const uint8_t *hardware, void *userdata) {
        Manager *manager = userdata;
        Executor *executor = &manager->executor;

        if (!begin_answer(manager))
                return;
        (void) server_handle_arp(manager->server, ifindex, sender, hardware,
                executor->clock.boottime, &executor->actions);
        executor_run(executor, &(Cause){.actor.type = ACTOR_SERVER});
}

void manager_answered(ipv4_t address, void *userdata) {
        Manager *manager = userdata;
        Executor *executor = &manager->executor;

        if (!begin_answer(manager))
                return;
        (void) server_handle_echo(
                manager->server, address, executor->clock.boottime, &executor->actions);
        executor_run(executor, &(Cause){.actor.type = ACTOR_SERVER});
}

int manager_advance(sd_event_source *source, uint64_t usec, void *userdata) {
        Manager *manager = userdata;

        (void) source;
        (void) usec;
        probes_hear(manager->probes);
        executor_read_clock(&manager->executor);
        if (executor_is_ready(&manager->executor)) {
                actions_reset(&manager->executor.actions);
                (void) server_advance(manager->server, manager->executor.clock.boottime,
                        &manager->executor.actions);
                executor_run(&manager->executor, &(Cause){.actor.type = ACTOR_SERVER});
        }
        return 0;
}
