/* SPDX-License-Identifier: MIT */

/* Leases and hosts come from the follower, domains from the pools; the zone is made of them, and
 * files are made of the zone.
 *
 * Invariants: names are decided, and files written, only after all of what they are made of is
 * there: as it was when this program ran last, or as the server says. What has changed is published
 * at once, but not more often than once a second, nor for more than a tenth of the time. */

#include "names/manager.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <time.h>

#include <systemd/sd-id128.h>

#include "basic/list.h"
#include "basic/text.h"
#include "basic/time.h"
#include "follow/log.h"
#include "follow/service.h"
#include "names/host-book.h"
#include "names/hosts-files.h"
#include "names/messages.h"
#include "names/pool-domains.h"
#include "names/state-file.h"

#define PUBLISH_INTERVAL_USEC USEC_PER_SEC
#define RETRY_USEC (5 * USEC_PER_SEC)

enum {
        PUBLISH_SHARE = 10,
        HOSTNAME_SIZE = 256,
        TROUBLE_MAX = 256,
};

struct NamesManager {
        const FollowOptions *options;
        NamesConfig config;
        FollowService *service;
        PoolDomains *pools;
        Zone *zone;
        HostBook hosts;
        Domains domains;
        bool has_domains;
        bool is_restored; /* leases are known from the last run */
        bool all_due; /* hosts, domains or rules have changed: all leases may be called others */
        HostsFiles *files;
        char *state_path;
        uint64_t state_generation; /* of the zone's contests, as kept */
        bool state_due;            /* whatever that is */
        sd_event_source *timer;
        usec_t publish_at;         /* not before */
        char trouble[TROUBLE_MAX]; /* of files; "" = none */
};

static usec_t read_clock(void) {
        struct timespec ts;

        (void) clock_gettime(CLOCK_MONOTONIC, &ts);
        return (usec_t) ts.tv_sec * USEC_PER_SEC + (usec_t) ts.tv_nsec / 1000;
}

/* ---- naming ---------------------------------------------------------------------------------- */

static void copy_text(FollowRecord record, FollowTag tag, char ret[static HOSTNAME_SIZE]) {
        const uint8_t *value;
        const size_t size = MIN(follow_record_get(record, tag, &value), (size_t) HOSTNAME_SIZE - 1);

        if (size > 0)
                memcpy(ret, value, size);
        ret[size] = '\0';
}

static ipv4_t get_address(FollowRecord lease) {
        const uint8_t *key;
        ipv4_t address = 0;

        if (follow_record_get(lease, FOLLOW_KEY, &key) == sizeof(address))
                memcpy(&address, key, sizeof(address));
        return address;
}

static void say_not_taken(FollowRecord lease, LabelVerdict verdict) {
        char address[IPV4_STRING_MAX], hostname[HOSTNAME_SIZE];
        const FollowLogField fields[] = {
                {"DHCP_ADDRESS", ipv4_format(get_address(lease), address)},
                {"DHCP_HOSTNAME", hostname},
        };

        copy_text(lease, FOLLOW_HOSTNAME, hostname);
        follow_log(LOG_INFO, NAMES_MESSAGE_NOT_TAKEN, fields, ELEMENTSOF(fields),
                "%s calls itself \"%s\" and is not called so: %s.", address, hostname,
                label_verdict_to_string(verdict));
}

/* @aloud: whether a name that is not taken is news */
static int name_lease(NamesManager *manager, FollowRecord lease, bool aloud) {
        Naming naming;

        if (follow_record_get_number(lease, FOLLOW_STATE) != FOLLOW_STATE_BOUND) {
                zone_remove(manager->zone, get_address(lease));
                return 0;
        }
        naming_make(&manager->config.rules, &manager->domains, lease,
                host_book_find(&manager->hosts, lease), &naming);
        if (aloud && naming.verdict != LABEL_GOOD)
                say_not_taken(lease, naming.verdict);
        return zone_set(manager->zone, lease, &naming);
}

static int name_again(FollowRecord lease, void *userdata) {
        return name_lease(userdata, lease, false);
}

static int take_host(NamesManager *manager, const FollowChange *change) {
        const uint8_t *name;
        size_t size;

        manager->all_due = true;
        if (change->type != FOLLOW_REMOVED)
                return host_book_put(&manager->hosts, change->new);
        size = follow_record_get(change->old, FOLLOW_KEY, &name);
        host_book_remove(&manager->hosts, name, size);
        return 0;
}

static int on_change(const FollowChange *change, void *userdata) {
        NamesManager *manager = userdata;

        switch (change->kind) {
        case FOLLOW_HOST:
                return take_host(manager, change);
        case FOLLOW_LEASE:
                if (change->type == FOLLOW_REMOVED) {
                        zone_remove(manager->zone, get_address(change->old));
                        return 0;
                }
                return name_lease(manager, change->new,
                        change->type == FOLLOW_ADDED || change->differs & 1U << FOLLOW_HOSTNAME);
        case FOLLOW_KIND_MAX:
                break;
        }
        return 0;
}

static void on_name(ZoneEventType type, const ZoneName *name, void *userdata) {
        const NamesManager *manager = userdata;

        names_dns_tell(manager->config.dns, type, name);
}

static void on_clash(const char *name, ipv4_t loser, ipv4_t holder, _unused_ void *userdata) {
        char loser_text[IPV4_STRING_MAX], holder_text[IPV4_STRING_MAX];
        const FollowLogField fields[] = {
                {"DHCP_ADDRESS", ipv4_format(loser, loser_text)},
                {"DHCP_HOSTNAME", name},
        };

        follow_log(LOG_NOTICE, NAMES_MESSAGE_CLASH, fields, ELEMENTSOF(fields),
                "%s does not get the name %s: %s has it.", loser_text, name,
                ipv4_format(holder, holder_text));
}

static void on_domains(Domains *domains, void *userdata) {
        NamesManager *manager = userdata;

        if (manager->has_domains && domains_equal(domains, &manager->domains))
                return;
        domains_done(&manager->domains);
        manager->domains = *domains;
        *domains = (Domains){0};
        manager->has_domains = manager->all_due = manager->state_due = true;
}

static void on_pools_trouble(int r, const char *what, _unused_ void *userdata) {
        follow_say(LOG_WARNING, NULL, "Cannot read %s: %s. Trying again.", what, strerror(-r));
}

static void on_connected(sd_bus *bus, void *userdata) {
        NamesManager *manager = userdata;
        int r;

        r = pool_domains_set_bus(manager->pools, bus);
        if (r < 0)
                on_pools_trouble(r, "the pools", manager);
}

/* ---- publishing ------------------------------------------------------------------------------ */

static bool is_complete(const NamesManager *manager) {
        return manager->has_domains &&
               (manager->is_restored ||
                       follower_is_settled(follow_service_get_follower(manager->service)));
}

static bool is_due(const NamesManager *manager) {
        if (zone_is_loading(manager->zone) && !is_complete(manager))
                return false;
        return zone_is_loading(manager->zone) || manager->all_due || manager->state_due ||
               manager->state_generation != zone_contest_generation(manager->zone) ||
               hosts_files_are_due(manager->files, manager->zone);
}

static void note_trouble(NamesManager *manager, int r, const char *what) {
        char text[TROUBLE_MAX];

        if (r < 0 && *manager->trouble)
                return;
        if (r < 0) {
                (void) snprintf(text, sizeof(text), "%s: %s", what, strerror(-r));
                memcpy(manager->trouble, text, sizeof(text));
                follow_say(LOG_ERR, NAMES_MESSAGE_NOT_WRITTEN,
                        "Names are not published: %s. Trying again.", text);
        } else if (*manager->trouble) {
                *manager->trouble = '\0';
                follow_say(LOG_NOTICE, NULL, "Names are published again.");
        }
}

static int keep_state(NamesManager *manager) {
        const uint64_t generation = zone_contest_generation(manager->zone);
        int r;

        if (!manager->state_due && manager->state_generation == generation)
                return 0;
        r = state_file_write(manager->state_path, manager->zone, &manager->domains);
        if (r < 0)
                return r;
        manager->state_generation = generation;
        manager->state_due = false;
        return 0;
}

static int name_all(NamesManager *manager) {
        int r;

        if (!manager->all_due)
                return 0;
        r = follower_each(
                follow_service_get_follower(manager->service), FOLLOW_LEASE, name_again, manager);
        if (r < 0)
                return r;
        manager->all_due = false;
        return 0;
}

static int end_loading(NamesManager *manager) {
        int r;

        r = zone_end_loading(manager->zone);
        if (r >= 0)
                names_dns_end_sync(manager->config.dns);
        return r;
}

/* Who has a name is kept before others hear of it. */
static void publish(NamesManager *manager) {
        const char *what = "the leases";
        int r;

        r = name_all(manager);
        if (r >= 0 && zone_is_loading(manager->zone))
                r = end_loading(manager);
        if (r >= 0) {
                what = manager->state_path;
                r = keep_state(manager);
        }
        if (r >= 0) {
                what = "the files";
                r = hosts_files_write(manager->files, manager->zone);
        }
        note_trouble(manager, r, what);
}

/* What cannot be done now is done by the turn that the timer brings. */
static void on_turn(void *userdata) {
        NamesManager *manager = userdata;
        const usec_t now = read_clock();
        usec_t took;

        if (!is_due(manager))
                return;
        if (now >= manager->publish_at) {
                publish(manager);
                took = read_clock() - now;
                manager->publish_at = now + MAX(PUBLISH_SHARE * took, PUBLISH_INTERVAL_USEC);
                if (*manager->trouble)
                        manager->publish_at = now + RETRY_USEC;
                if (!is_due(manager))
                        return;
        }
        (void) sd_event_source_set_time(manager->timer, manager->publish_at);
        (void) sd_event_source_set_enabled(manager->timer, SD_EVENT_ONESHOT);
}

static int on_timer(
        _unused_ sd_event_source *source, _unused_ uint64_t usec, _unused_ void *userdata) {
        return 0;
}

static void on_describe(void *userdata, Buffer *text) {
        const NamesManager *manager = userdata;
        const size_t n = zone_count(manager->zone);
        const size_t losers = zone_count_losers(manager->zone);

        if (*manager->trouble)
                (void) buffer_printf(text, "Names are not published: %s. ", manager->trouble);
        if (zone_is_loading(manager->zone)) {
                (void) buffer_append_string(text, "Reading leases.");
                return;
        }
        (void) buffer_printf(text, "%zu name%s", n, plural(n));
        if (losers > 0)
                (void) buffer_printf(text, ", %zu more that others have", losers);
        (void) buffer_append_string(text, ".");
        names_dns_describe(manager->config.dns, text);
}

static bool on_stop(void *userdata) {
        NamesManager *manager = userdata;

        manager->publish_at = 0;
        on_turn(manager);
        return true;
}

int names_manager_load_config(const FollowOptions *options, NamesConfig *ret) {
        _cleanup_(problems_done) Problems problems = {0};
        int r;

        r = names_config_load(
                options->config, options->config_is_given, !options->check, ret, &problems);
        for (size_t i = 0; i < problems.n_items; i++) {
                _cleanup_free_ char *text = NULL;

                if (problem_format(&problems.items[i], &text) < 0)
                        continue;
                if (options->check)
                        (void) fprintf(stderr, "%s\n", text);
                else
                        follow_say(LOG_ERR, NAMES_MESSAGE_CONFIGURATION_INVALID, "%s", text);
        }
        return r;
}

/* The servers of a configuration that comes in force are told all names that there are. */
static int start_dns(NamesManager *manager) {
        NamesDns *dns = manager->config.dns;
        int r;

        r = names_dns_start(
                dns, follow_service_get_event(manager->service), manager->options->state_directory);
        if (r < 0) {
                manager->config.dns = names_dns_free(dns);
                return r;
        }
        if (!zone_is_loading(manager->zone)) {
                zone_each_name(manager->zone, on_name, manager);
                names_dns_end_sync(dns);
        }
        return 0;
}

static void on_reload(void *userdata) {
        NamesManager *manager = userdata;
        NamesConfig config;

        if (names_manager_load_config(manager->options, &config) < 0) {
                follow_say(LOG_ERR, NULL, "The configuration stays as it was.");
                return;
        }
        names_config_done(&manager->config);
        manager->config = config;
        manager->all_due = true;
        if (start_dns(manager) < 0)
                follow_say(LOG_ERR, NULL, "No DNS server is updated until the next reload.");
        follow_say(LOG_INFO, NULL, "Configuration read.");
}

/* ---- beginning and end ----------------------------------------------------------------------- */

static const ZoneHandlers zone_handlers = {
        .changed = on_name,
        .clashed = on_clash,
};

static const FollowServiceHandlers service_handlers = {
        .changed = on_change,
        .turn = on_turn,
        .reload = on_reload,
        .stop = on_stop,
        .describe = on_describe,
        .connected = on_connected,
};

static int restore_host(FollowRecord host, void *userdata) {
        NamesManager *manager = userdata;

        return host_book_put(&manager->hosts, host);
}

static int restore(NamesManager *manager) {
        const Follower *follower = follow_service_get_follower(manager->service);
        int r;

        r = state_file_read(manager->state_path, manager->zone, &manager->domains);
        if (r < 0)
                return r;
        manager->has_domains = r > 0;
        manager->is_restored = follower_count(follower, FOLLOW_LEASE) > 0;
        manager->state_due = true;
        r = follower_each(follower, FOLLOW_HOST, restore_host, manager);
        return r < 0 ? r : follower_each(follower, FOLLOW_LEASE, name_again, manager);
}

static int set_up(NamesManager *manager, const char *runtime_directory) {
        _cleanup_free_ char *log_path = NULL;
        sd_event *event;
        sd_id128_t secret;
        int r;

        if (asprintf(&log_path, "%s/leases", manager->options->state_directory) < 0) {
                log_path = NULL;
                return -ENOMEM;
        }
        if (asprintf(&manager->state_path, "%s/names", manager->options->state_directory) < 0) {
                manager->state_path = NULL;
                return -ENOMEM;
        }
        if ((r = sd_id128_randomize(&secret)) < 0 ||
                (r = zone_new(&manager->zone, secret.bytes, &zone_handlers, manager)) < 0)
                return r;
        host_book_init(&manager->hosts, secret.bytes);
        r = hosts_files_new(&manager->files, runtime_directory);
        if (r < 0) {
                follow_say(LOG_ERR, NULL, "%s: %s", runtime_directory, strerror(-r));
                return r;
        }
        r = follow_service_new(&manager->service, log_path, &service_handlers, manager);
        if (r < 0) {
                follow_say(LOG_ERR, NULL, "%s: %s", log_path, strerror(-r));
                return r;
        }
        event = follow_service_get_event(manager->service);
        if ((r = pool_domains_new(&manager->pools, event, on_domains, on_pools_trouble, manager)) <
                        0 ||
                (r = sd_event_add_time(
                         event, &manager->timer, CLOCK_MONOTONIC, 0, 0, on_timer, manager)) < 0 ||
                (r = sd_event_source_set_enabled(manager->timer, SD_EVENT_OFF)) < 0 ||
                (r = start_dns(manager)) < 0)
                return r;
        return restore(manager);
}

int names_manager_new(NamesManager **ret, const FollowOptions *options, NamesConfig *config,
        const char *runtime_directory) {
        _cleanup_(names_manager_freep) NamesManager *manager = calloc(1, sizeof(*manager));
        int r;

        if (!manager)
                return -ENOMEM;
        manager->options = options;
        list_init(&manager->hosts.hosts);
        manager->config = *config;
        *config = (NamesConfig){0};
        r = set_up(manager, runtime_directory);
        if (r < 0) {
                follow_say(LOG_ERR, NULL, "Cannot begin: %s", strerror(-r));
                return r;
        }
        *ret = TAKE_PTR(manager);
        return 0;
}

NamesManager *names_manager_free(NamesManager *manager) {
        if (!manager)
                return NULL;
        names_config_done(&manager->config);
        (void) follow_service_free(manager->service);
        (void) pool_domains_free(manager->pools);
        (void) sd_event_source_disable_unref(manager->timer);
        (void) hosts_files_free(manager->files);
        (void) zone_free(manager->zone);
        host_book_done(&manager->hosts);
        domains_done(&manager->domains);
        free(manager->state_path);
        free(manager);
        return NULL;
}

int names_manager_run(NamesManager *manager) {
        return follow_service_run(manager->service);
}
