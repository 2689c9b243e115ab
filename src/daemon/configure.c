/* SPDX-License-Identifier: MIT */

/* Configuration and interfaces on their way into the core. Invariant: the settings in force are
 * complete and valid, or there are none. */

#include <errno.h>
#include <fnmatch.h>
#include <malloc.h>
#include <string.h>
#include <syslog.h>
#include <time.h>

#include <systemd/sd-daemon.h>

#include "config/load.h"
#include "daemon/lease-report.h"
#include "daemon/manager-internal.h"
#include "daemon/messages.h"

#define ORPHANS_FORMAT                                                                             \
        "%zu lease%s outside of all pools now; each is kept until it ends and is not renewed"

static void log_problems(Manager *manager, const Problems *problems, const char *message_id) {
        for (size_t i = 0; i < problems->n_items; i++) {
                _cleanup_free_ char *text = NULL;

                if (problem_format(&problems->items[i], &text) < 0)
                        continue;
                journal_say(manager->journal, problems->items[i].warning ? LOG_WARNING : LOG_ERR,
                        message_id, "%s", text);
        }
}

static void remember_result(Manager *manager, const Problems *problems) {
        free(manager->last_reload);
        manager->last_reload = NULL;
        for (size_t i = 0; i < problems->n_items && !manager->last_reload; i++)
                if (!problems->items[i].warning)
                        (void) problem_format(&problems->items[i], &manager->last_reload);
        if (!manager->last_reload)
                manager->last_reload = strdup("success");
}

static bool is_remembered(const Manager *manager, const char *warning) {
        for (char **known = manager->warnings; known && *known; known++)
                if (string_equal(*known, warning))
                        return true;
        return false;
}

void manager_remember_warnings(Manager *manager, const Problems *problems, bool log) {
        _cleanup_(strv_freep) char **warnings = NULL;

        for (size_t i = 0; i < problems->n_items; i++) {
                _cleanup_free_ char *text = NULL;

                if (!problems->items[i].warning || problem_format(&problems->items[i], &text) < 0)
                        continue;
                if (log && !is_remembered(manager, text))
                        journal_say(manager->journal, LOG_WARNING, NULL, "%s", text);
                (void) strv_extend(&warnings, text);
        }
        (void) strv_free(manager->warnings);
        manager->warnings = TAKE_PTR(warnings);
}

/* LeaseFile= names a file that is open and locked for our life; only a restart can change it. */
static void check_lease_file(Manager *manager, const Settings *settings) {
        const Settings *old = server_get_settings(manager->server);

        if (old && !string_equal(old->lease_file, settings->lease_file))
                journal_say(manager->journal, LOG_WARNING, NULL,
                        "LeaseFile= has changed; that takes effect when mini-dhcp.service is "
                        "restarted.");
}

int manager_take_settings(Manager *manager, Settings *settings) {
        size_t n_orphans = 0;
        int r;

        check_lease_file(manager, settings);
        r = server_configure_take(manager->server, settings, &n_orphans);
        if (r < 0)
                return r;
        manager->misconfigured = false;
        /* what was said of a pool may now be worth another level */
        manager->other_servers = (OtherServers){0};

        if (n_orphans > manager->n_orphans)
                journal_say(manager->journal, LOG_WARNING, NULL, ORPHANS_FORMAT ".", n_orphans,
                        plural(n_orphans));
        manager->n_orphans = n_orphans;
        return 0;
}

/* What has been read becomes what changes over the bus are made to. */
static void keep_configuration(Manager *manager, Configuration *configuration) {
        configuration_done(&manager->configuration);
        manager->configuration = *configuration;
        *configuration = (Configuration){0};
}

int manager_configure(Manager *manager, Problems *problems) {
        _cleanup_(configuration_done) Configuration configuration = {0};
        _cleanup_(settings_freep) Settings *settings = NULL;
        bool running = server_get_settings(manager->server);
        int r;

        r = configuration_read(manager->options->config, manager->options->state_directory,
                &manager->configuration.overrides, running ? KEPT_REFUSE : KEPT_LEAVE_OUT,
                &configuration, &settings, problems);
        log_problems(manager, problems,
                r >= 0    ? NULL
                : running ? MESSAGE_RELOAD_REFUSED
                          : MESSAGE_CONFIGURATION_INVALID);
        manager->n_problems = problems->n_errors;
        remember_result(manager, problems);

        if (r >= 0) {
                r = manager_take_settings(manager, settings);
                if (r >= 0) {
                        (void) TAKE_PTR(settings);
                        manager_remember_warnings(manager, problems, false);
                }
        }
        if (r >= 0 || !running)
                keep_configuration(manager, &configuration);
        manager->misconfigured = !server_get_settings(manager->server);
        return r;
}

static usec_t monotonic_now(void) {
        struct timespec ts;

        (void) clock_gettime(CLOCK_MONOTONIC, &ts);
        return (usec_t) ts.tv_sec * USEC_PER_SEC + (usec_t) ts.tv_nsec / 1000;
}

static void follow_settings(Manager *manager, bool rewrite) {
        if (manager_open_lease_file(manager) < 0)
                (void) sd_event_exit(manager->event, -EBUSY);
        if (rewrite)
                lease_keeper_reconfigured(manager->keeper);
}

/* Who reloads hears of them each time, the journal only when they have become more. */
static void warn_of_orphans(const Manager *manager, Problems *problems) {
        const char *path = lease_keeper_path(manager->keeper);

        if (manager->n_orphans > 0 && path)
                (void) problems_add(problems, true, path, 0, ORPHANS_FORMAT, manager->n_orphans,
                        plural(manager->n_orphans));
}

void manager_reload(Manager *manager, const Actor *actor) {
        _cleanup_(problems_done) Problems problems = {0};
        JournalField fields[ACTOR_FIELDS_MAX];
        ActorText text;
        size_t n_pools = 0;
        int r;

        if (changes_defer_reload(manager->changes, actor))
                return;
        actor_describe(actor, &text);
        actor_fields(&text, fields);
        (void) sd_notifyf(
                0, "RELOADING=1\nMONOTONIC_USEC=%llu", (unsigned long long) monotonic_now());
        bus_reloading(manager->bus, true);

        r = manager_configure(manager, &problems);
        if (r >= 0) {
                warn_of_orphans(manager, &problems);
                (void) server_get_pools(manager->server, &n_pools);
                journal_write(manager->journal, LOG_NOTICE, MESSAGE_RELOADED, fields,
                        ELEMENTSOF(fields), "Configuration reloaded: %zu pool%s.", n_pools,
                        plural(n_pools));
                follow_settings(manager, true);
        } else
                journal_write(manager->journal, LOG_ERR, MESSAGE_RELOAD_REFUSED, fields,
                        ELEMENTSOF(fields), "Configuration not reloaded, %zu mistake%s: %s",
                        manager->n_problems, plural(manager->n_problems),
                        manager->misconfigured ? "nothing is served until they are mended."
                                               : "the running configuration stays in force.");

        manager_update_links(manager);
        bus_reloading(manager->bus, false);
        bus_reloaded(manager->bus, r, &problems);
        (void) malloc_trim(0); /* two configurations were there at a time */
        (void) sd_notify(0, "READY=1");
        (void) manager_send_status(NULL, 0, manager);
}

void manager_settings_changed(Manager *manager, bool rewrite) {
        follow_settings(manager, rewrite);
        bus_settings_changed(manager->bus);
        (void) manager_send_status(NULL, 0, manager);
}

static bool link_is_named(const Manager *manager, const Link *link) {
        char **names = manager->options->interfaces;

        if (strv_length(names) == 0)
                return true;
        for (; *names; names++)
                if (fnmatch(*names, link->name, 0) == 0)
                        return true;
        return false;
}

/* Said when it begins, not at each change of a link where it is so already. */
static void warn_of_addresses(const Manager *manager, const Link *link) {
        const Link *old = server_find_link(manager->server, link->ifindex);
        const JournalField field = {"INTERFACE", link->name};

        if (link->n_more_addresses == 0 || (old && old->n_more_addresses > 0))
                return;
        journal_write(manager->journal, LOG_WARNING, MESSAGE_TOO_MANY_ADDRESSES, &field, 1,
                "%s has %zu IPv4 addresses; the first %d are looked at, the others are not known "
                "to be ours: no pool is served for their sake, and nothing keeps them from being "
                "given to clients but Exclude=.",
                link->name, link->n_addresses + link->n_more_addresses, LINK_ADDRESSES_MAX);
}

/* README's way to keep two servers of one machine apart. Who looks why a link is not served finds
 * it in the journal, too. */
static void update_bound_link(Manager *manager) {
        const uint32_t before = server_get_bound_link(manager->server);
        const Link *link;
        uint32_t ifindex;

        if (dhcp_socket_bound_to(manager->socket, &ifindex) < 0)
                return;
        server_set_bound_link(manager->server, ifindex);
        link = server_find_link(manager->server, ifindex);
        if (ifindex == before || !link)
                return;
        journal_say(manager->journal, LOG_INFO, NULL,
                "The socket is bound to %s (BindToDevice= of mini-dhcp.socket): clients on other "
                "links are not heard.",
                link->name);
}

static int update_links(Manager *manager) {
        _cleanup_free_ Link *named = NULL;
        const Link *links, *old;
        size_t n, n_named = 0;

        links = link_monitor_get_links(manager->links, &n);
        named = calloc(n + 1, sizeof(Link));
        if (!named)
                return -ENOMEM;
        for (size_t i = 0; i < n; i++) {
                if (!link_is_named(manager, &links[i]))
                        continue;
                warn_of_addresses(manager, &links[i]);
                named[n_named++] = links[i];
        }
        for (size_t i = 0; (old = server_link_at(manager->server, i)); i++)
                former_addresses_note(&manager->former_addresses, old, links, n,
                        manager->executor.clock.boottime);
        return server_set_links(manager->server, named, n_named);
}

void manager_update_links(Manager *manager) {
        const bool missed = update_links(manager) < 0;

        if (missed && !manager->links_missed)
                journal_say(manager->journal, LOG_ERR, NULL,
                        "Out of memory: a change of interfaces is not known to the server yet.");
        manager->links_missed = missed;
        update_bound_link(manager);
        bus_links_changed(manager->bus);
        manager_status_changed(manager);
}

int manager_open_lease_file(Manager *manager) {
        const Settings *settings = server_get_settings(manager->server);
        _cleanup_free_ char *path = NULL;
        int r;

        if (!settings || lease_keeper_path(manager->keeper))
                return 0;
        if (settings->lease_file)
                path = strdup(settings->lease_file);
        else if (asprintf(&path, "%s/leases.csv", manager->options->state_directory) < 0)
                path = NULL;
        if (!path)
                return -ENOMEM;

        r = lease_keeper_open(manager->keeper, path);
        if (r == -EWOULDBLOCK)
                lease_report_busy(manager->journal, path);
        return r;
}
