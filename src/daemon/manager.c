/* SPDX-License-Identifier: MIT */

/* Start, loop, stop. The order of a start: sockets first, since without them there is nothing to
 * do; then configuration, leases, bus; READY=1 last. Whatever a person can mend while we run keeps
 * us up and is said; whatever needs another start ends us. */

#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <string.h>
#include <sys/random.h>
#include <syslog.h>

#include <systemd/sd-daemon.h>

#include "daemon/listen.h"
#include "daemon/manager-internal.h"
#include "daemon/messages.h"

#define LINKS_RETRY_USEC USEC_PER_SEC

enum {
        DRAIN_TIMEOUT_SEC = 5,
        /* a client may be waiting for the end of a probe */
        DEADLINE_ACCURACY_MSEC = 10,
        /* what nobody has who is not flooded, or waits for a disk: see relieve_memory() */
        MUCH_OFFERS = 16 * 1024,
        MUCH_PENDING = 4 * 1024 * 1024,
};

static int fail(Manager *manager, int error, const char *what) {
        journal_say(manager->journal, LOG_ERR, NULL, "%s: %s", what, strerror(-error));
        return error;
}

static int on_stop(sd_event_source *source, const struct signalfd_siginfo *info, void *userdata) {
        Manager *manager = userdata;

        (void) source;
        (void) info;
        (void) sd_notify(0, "STOPPING=1\nSTATUS=Writing what is left and stopping.");
        return sd_event_exit(manager->event, 0);
}

static int on_hangup(sd_event_source *source, const struct signalfd_siginfo *info, void *userdata) {
        (void) source;
        manager_reload(userdata, &(Actor){.type = ACTOR_USER, .uid = info->ssi_uid});
        return 0;
}

static int on_link(sd_event_source *source, int fd, uint32_t revents, void *userdata) {
        Manager *manager = userdata;

        (void) source;
        (void) fd;
        (void) revents;
        if (link_monitor_process(manager->links) != 0)
                manager_update_links(manager);
        return 0;
}

static int on_wake(sd_event_source *source, int fd, uint32_t revents, void *userdata) {
        (void) source;
        (void) revents;
        (void) userdata;
        wake_accept(fd);
        return 0;
}

/* Sets the timer to the core's next deadline, or to the next attempt to tell it the links. */
static void arm_deadline(Manager *manager) {
        usec_t deadline = USEC_INFINITY;

        /* nothing ends on paper while it cannot end on disk */
        if (executor_is_ready(&manager->executor))
                deadline = server_next_deadline(manager->server);
        if (manager->links_missed)
                deadline =
                        MIN(deadline, usec_add(manager->executor.clock.boottime, LINKS_RETRY_USEC));
        if (deadline == USEC_INFINITY) {
                (void) sd_event_source_set_enabled(manager->deadline_source, SD_EVENT_OFF);
                return;
        }
        (void) sd_event_source_set_time(manager->deadline_source, deadline);
        (void) sd_event_source_set_enabled(manager->deadline_source, SD_EVENT_ONESHOT);
}

/* Return: whether what was @much at its @most has gone, but for an eighth. */
static bool has_ended(size_t *most, size_t now, size_t much) {
        *most = MAX(*most, now);
        if (*most < much || now > *most / 8)
                return false;
        *most = now;
        return true;
}

/* Large blocks of a flood, or of the queue behind a disk that hung, may have come from a hole in
 * malloc()'s heap, where a configuration was before. Freed, they are a hole again, whose pages
 * only malloc_trim() gives back. */
static void relieve_memory(Manager *manager) {
        const size_t *n_by_state = server_get_table(manager->server)->n_by_state;
        bool ended;

        ended = has_ended(&manager->most_offers, n_by_state[LEASE_OFFERED], MUCH_OFFERS);
        if (has_ended(&manager->most_pending, manager->executor.pending.capacity, MUCH_PENDING) ||
                ended)
                (void) malloc_trim(0);
}

/* After every event of whatever kind, before the loop sleeps: no handler can forget what follows
 * from a change. */
static int on_turn_ended(sd_event_source *source, void *userdata) {
        Manager *manager = userdata;
        const uint64_t generation = server_get_table(manager->server)->generation;

        (void) source;
        executor_flush(&manager->executor);
        if (manager->links_missed)
                manager_update_links(manager);
        arm_deadline(manager);
        if (generation != manager->told_generation)
                manager_status_changed(manager);
        relieve_memory(manager);
        return 0;
}

static void on_lease_file_changed(void *userdata) {
        Manager *manager = userdata;

        if (!manager->deadline_source)
                return; /* still starting */
        (void) manager_send_status(NULL, 0, manager);
        bus_state_changed(manager->bus);
}

static void on_lease_file_rewritten(int r, void *userdata) {
        Manager *manager = userdata;

        bus_flushed(manager->bus, r);
}

/* The inherited socket, or our own bound to --port= and, when just one is named, --interface=. */
static int open_sockets(Manager *manager) {
        ListenFds fds = {.dhcp = -1, .wake = -1};
        const char *reason = NULL;
        int r;

        r = listen_fds_take(&fds, &reason);
        if (r < 0) {
                journal_say(manager->journal, LOG_ERR, NULL, "Inherited sockets: %s.", reason);
                return r;
        }
        manager->wake_fd = fds.wake;

        if (fds.dhcp < 0) {
                char **names = manager->options->interfaces;
                const char *name =
                        strv_length(names) == 1 && !strpbrk(names[0], "*?[") ? names[0] : NULL;

                r = dhcp_socket_open(manager->options->port, name, &fds.dhcp);
                if (r < 0) {
                        journal_say(manager->journal, LOG_ERR, NULL,
                                "UDP port %u cannot be bound%s%s: %s%s", manager->options->port,
                                name ? " on interface " : "", name ? name : "", strerror(-r),
                                r == -EADDRINUSE ? "; another DHCP server has it, see `ss -lunp`"
                                                 : "");
                        return r;
                }
        }
        r = dhcp_socket_new_take(&manager->socket, fds.dhcp);
        if (r < 0) {
                (void) close(fds.dhcp);
                return fail(manager, r, "The DHCP socket cannot be used");
        }

        r = transmitter_new(&manager->transmitter, dhcp_socket_fd(manager->socket));
        if (r == -EPERM)
                journal_say(manager->journal, LOG_ERR, NULL,
                        "CAP_NET_RAW is missing: clients without an address cannot be answered. "
                        "Start "
                        "mini-dhcpd as root or through mini-dhcp.service.");
        else if (r < 0)
                (void) fail(manager, r, "The packet socket cannot be opened");
        return r;
}

static int new_server(Manager *manager) {
        uint8_t seed[16];

        if (getrandom(seed, sizeof(seed), 0) != sizeof(seed))
                return -EIO;
        return server_new(&manager->server, seed);
}

static int add_sources(Manager *manager) {
        sd_event *event = manager->event;
        int r;

        r = sd_event_add_signal(event, NULL, SIGTERM, on_stop, manager);
        if (r >= 0)
                r = sd_event_add_signal(event, NULL, SIGINT, on_stop, manager);
        if (r >= 0)
                r = sd_event_add_signal(event, NULL, SIGHUP, on_hangup, manager);
        if (r >= 0)
                r = sd_event_add_io(event, &manager->socket_source, dhcp_socket_fd(manager->socket),
                        EPOLLIN, manager_receive, manager);
        if (r >= 0)
                r = sd_event_add_defer(
                        event, &manager->watch_source, manager_watch_socket, manager);
        if (r >= 0)
                r = sd_event_source_set_enabled(manager->watch_source, SD_EVENT_OFF);
        if (r >= 0)
                r = sd_event_add_io(event, &manager->link_source, link_monitor_fd(manager->links),
                        EPOLLIN, on_link, manager);
        if (r >= 0 && manager->wake_fd >= 0)
                r = sd_event_add_io(
                        event, &manager->wake_source, manager->wake_fd, EPOLLIN, on_wake, manager);
        if (r >= 0)
                r = sd_event_add_time(event, &manager->deadline_source, CLOCK_BOOTTIME, 0,
                        DEADLINE_ACCURACY_MSEC * USEC_PER_MSEC, manager_advance, manager);
        if (r >= 0)
                r = sd_event_add_time_relative(event, &manager->status_source, CLOCK_BOOTTIME,
                        USEC_PER_SEC, USEC_PER_SEC / 4, manager_send_status, manager);
        if (r >= 0)
                r = sd_event_source_set_enabled(manager->status_source, SD_EVENT_OFF);
        if (r >= 0)
                r = sd_event_add_post(event, NULL, on_turn_ended, manager);
        if (r >= 0)
                r = sd_event_set_watchdog(event, true);
        return r;
}

static void warn_of_rival(Manager *manager) {
        if (dhcp_socket_has_rival(manager->socket) > 0)
                journal_say(manager->journal, LOG_WARNING, MESSAGE_RIVAL_SOCKET,
                        "Another socket on this machine is bound to UDP port %u, too; the kernel "
                        "may give it "
                        "packets that are meant for us. See `ss -lunp`; libvirt's dnsmasq is a "
                        "usual case.",
                        dhcp_socket_port(manager->socket));
}

static int start(Manager *manager) {
        _cleanup_(problems_done) Problems problems = {0};
        int r;

        r = sd_event_new(&manager->event);
        if (r < 0)
                return fail(manager, r, "No event loop");
        r = new_server(manager);
        if (r < 0)
                return fail(manager, r, "No server");
        r = lease_log_new(&manager->lease_log, manager->event, manager->journal, manager->server);
        if (r < 0)
                return fail(manager, r, "No log of leases");
        r = open_sockets(manager);
        if (r < 0)
                return r;
        r = probes_new(
                &manager->probes, manager->event, manager_claimed, manager_answered, manager);
        if (r < 0)
                return fail(manager, r, "The socket for ARP probes cannot be opened");
        r = link_monitor_new(&manager->links);
        if (r < 0)
                return fail(manager, r, "The interfaces cannot be listed");

        manager->executor.server = manager->server;
        manager->executor.journal = manager->journal;
        manager->executor.lease_log = manager->lease_log;
        manager->executor.transmitter = manager->transmitter;
        manager->executor.probes = manager->probes;
        manager->executor.server_port = dhcp_socket_port(manager->socket);
        executor_read_clock(&manager->executor);
        r = executor_init(&manager->executor, manager->event);
        if (r < 0)
                return fail(manager, r, "The event loop cannot be set up");

        r = lease_keeper_new(&manager->keeper, manager->event, &manager->executor,
                on_lease_file_changed, manager);
        if (r < 0)
                return fail(manager, r, "The lease file cannot be looked after");
        (void) manager_configure(manager, &problems);
        manager_update_links(manager);
        r = manager_open_lease_file(manager);
        if (r < 0)
                return r;

        r = add_sources(manager);
        if (r < 0)
                return fail(manager, r, "The event loop cannot be set up");
        r = changes_new(&manager->changes, manager, manager->event);
        if (r < 0)
                return fail(manager, r, "No changes over the bus");
        transmitter_set_crowded(manager->transmitter, manager_crowded, manager);
        lease_keeper_set_answered(manager->keeper, manager_turn);
        lease_keeper_set_rewritten(manager->keeper, on_lease_file_rewritten);
        if (!manager->options->no_bus) {
                r = bus_new(&manager->bus, manager->event, manager->server, &manager_bus_operations,
                        manager);
                if (r < 0)
                        return fail(manager, r, "The bus cannot be set up");
                manager->executor.bus = manager->bus;
        }
        warn_of_rival(manager);
        return 0;
}

int manager_new(Manager **ret, const Options *options, Journal *journal) {
        _cleanup_(manager_freep) Manager *manager = NULL;
        int r;

        manager = calloc(1, sizeof(*manager));
        if (!manager)
                return -ENOMEM;
        manager->options = options;
        manager->journal = journal;
        manager->wake_fd = -1;

        r = start(manager);
        if (r < 0)
                return r;
        *ret = TAKE_PTR(manager);
        return 0;
}

Manager *manager_free(Manager *manager) {
        if (!manager)
                return NULL;
        /* what it would have watched again is gone */
        if (manager->transmitter)
                transmitter_set_crowded(manager->transmitter, NULL, NULL);
        (void) sd_event_source_disable_unref(manager->socket_source);
        (void) sd_event_source_disable_unref(manager->watch_source);
        (void) sd_event_source_disable_unref(manager->wake_source);
        (void) sd_event_source_disable_unref(manager->link_source);
        (void) sd_event_source_disable_unref(manager->deadline_source);
        (void) sd_event_source_disable_unref(manager->status_source);
        (void) changes_free(manager->changes);
        (void) bus_free(manager->bus);
        (void) lease_keeper_free(manager->keeper);
        (void) probes_free(manager->probes);
        (void) transmitter_free(manager->transmitter);
        (void) dhcp_socket_free(manager->socket);
        (void) link_monitor_free(manager->links);
        executor_done(&manager->executor);
        (void) lease_log_free(manager->lease_log);
        (void) server_free(manager->server);
        (void) sd_event_unref(manager->event);
        if (manager->wake_fd >= 0)
                (void) close(manager->wake_fd);
        configuration_done(&manager->configuration);
        free(manager->last_reload);
        (void) strv_free(manager->warnings);
        free(manager);
        return NULL;
}

static void report_start(Manager *manager) {
        size_t n_pools;

        if (manager->misconfigured) {
                journal_say(manager->journal, LOG_ERR, MESSAGE_STARTED,
                        "mini-dhcp " PROJECT_VERSION
                        " started, but nothing is served: the configuration has "
                        "%zu mistake%s, see above. When that is mended, `systemctl reload "
                        "mini-dhcp.service` puts it in force.",
                        manager->n_problems, plural(manager->n_problems));
                return;
        }
        (void) server_get_pools(manager->server, &n_pools);
        journal_say(manager->journal, LOG_INFO, MESSAGE_STARTED,
                "mini-dhcp " PROJECT_VERSION " started, %zu pool%s, %zu lease%s in %s.", n_pools,
                plural(n_pools), server_get_table(manager->server)->n_by_state[LEASE_BOUND],
                plural(server_get_table(manager->server)->n_by_state[LEASE_BOUND]),
                lease_keeper_path(manager->keeper));
}

int manager_run(Manager *manager) {
        int r;

        report_start(manager);
        arm_deadline(manager);
        (void) sd_notify(0, "READY=1");
        (void) manager_send_status(NULL, 0, manager);

        r = sd_event_loop(manager->event);
        lease_keeper_drain(manager->keeper, DRAIN_TIMEOUT_SEC * USEC_PER_SEC);
        return r;
}
