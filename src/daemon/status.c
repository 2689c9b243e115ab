/* SPDX-License-Identifier: MIT */

/* The daemon's state in a word, and systemd's status line, which names what is wrong first. */

#include <stdio.h>

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
                        n_leases = table->n_by_state[LEASE_BOUND],
                        n_warnings = strv_length(manager->warnings);

        char warnings[64] = "";

        (void) source;
        (void) usec;
        manager->told_generation = table->generation;
        if (n_warnings > 0)
                (void) snprintf(warnings, sizeof(warnings), "; %zu warning%s, see minidhcpctl",
                        n_warnings, plural(n_warnings));
        (void) server_get_pools(manager->server, &n_pools);
        if (manager->misconfigured)
                (void) sd_notifyf(0, "STATUS=Not serving: %s", manager->last_reload);
        else if (!lease_keeper_is_healthy(manager->keeper))
                (void) sd_notifyf(0, "STATUS=Not serving: lease file %s cannot be written.",
                        lease_keeper_path(manager->keeper));
        else
                (void) sd_notifyf(0, "STATUS=Serving %zu pool%s on %zu link%s, %zu lease%s%s.",
                        n_pools, plural(n_pools), n_links, plural(n_links), n_leases,
                        plural(n_leases), warnings);
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
