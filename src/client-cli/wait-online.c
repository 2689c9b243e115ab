/* SPDX-License-Identifier: MIT */
/* Waits for what another process does: the state file holds a lease, and the interface has its
 * address. Either may come first, and a file of before the boot is there long before the address:
 * whenever one of them changes, both are looked at.
 *
 * Invariant: watched first, looked at then, so that nothing is missed. */

#include <errno.h>
#include <libgen.h>
#include <string.h>
#include <sys/inotify.h>

#include <systemd/sd-event.h>

#include "basic/ipv4.h"
#include "basic/macro.h"
#include "client-cli/state-file.h"
#include "client-cli/wait-online.h"
#include "io/link-monitor.h"

/* As systemd-networkd-wait-online has it. */
#define ONLINE_TIMEOUT (2 * USEC_PER_MINUTE)

typedef struct Watch {
        const Options *options;
        sd_event *event;
        LinkMonitor *monitor;
} Watch;

static void watch_done(Watch *watch) {
        (void) link_monitor_free(watch->monitor);
        (void) sd_event_unref(watch->event);
}

static bool has_address(const Watch *watch, ipv4_t address) {
        const Link *links;
        size_t n;

        links = link_monitor_get_links(watch->monitor, &n);
        for (size_t i = 0; i < n; i++) {
                if (!links[i].up || strcmp(links[i].name, watch->options->interface) != 0)
                        continue;
                for (size_t k = 0; k < links[i].n_addresses; k++)
                        if (links[i].addresses[k].address == address)
                                return true;
        }
        return false;
}

static bool is_online(const Watch *watch) {
        _cleanup_(state_done) State state = {0};
        struct in_addr address;
        const char *problem;

        return state_file_load(watch->options->state_file, &state, &problem) >= 0 &&
               mdc_lease_get_address(state.lease, &address) >= 0 &&
               has_address(watch, ntohl(address.s_addr));
}

static int look(Watch *watch) {
        return is_online(watch) ? sd_event_exit(watch->event, STATUS_OK) : 0;
}

static int on_links(sd_event_source *source, int fd, uint32_t revents, void *userdata) {
        Watch *watch = userdata;

        (void) source;
        (void) fd;
        (void) revents;
        (void) link_monitor_process(watch->monitor); /* what fails is tried again */
        return look(watch);
}

static int on_file(sd_event_source *source, const struct inotify_event *event, void *userdata) {
        (void) source;
        (void) event;
        return look(userdata);
}

static int on_timeout(sd_event_source *source, uint64_t usec, void *userdata) {
        Watch *watch = userdata;

        (void) source;
        (void) usec;
        return sd_event_exit(watch->event,
                (int) report(STATUS_TIMEOUT, "%s has no lease yet", watch->options->interface));
}

static int watch_files(Watch *watch) {
        _cleanup_free_ char *path = strdup(watch->options->state_file);

        if (!path)
                return -ENOMEM;
        return sd_event_add_inotify(watch->event, NULL, dirname(path),
                IN_MOVED_TO | IN_CLOSE_WRITE | IN_ONLYDIR, on_file, watch);
}

static int watch_all(Watch *watch) {
        usec_t timeout = watch->options->timeout;
        int r;

        r = sd_event_new(&watch->event);
        if (r < 0)
                return r;
        r = link_monitor_new(&watch->monitor);
        if (r < 0)
                return r;
        r = sd_event_add_io(
                watch->event, NULL, link_monitor_fd(watch->monitor), EPOLLIN, on_links, watch);
        if (r < 0)
                return r;
        r = watch_files(watch);
        if (r < 0)
                return r;
        if (timeout == USEC_INFINITY)
                return 0;
        return sd_event_add_time_relative(watch->event, NULL, CLOCK_BOOTTIME,
                timeout == 0 ? ONLINE_TIMEOUT : timeout, 0, on_timeout, watch);
}

ExitStatus wait_online(const Options *options) {
        _cleanup_(watch_done) Watch watch = {.options = options};
        int r;

        if (!options->interface)
                return report(STATUS_USAGE, "Which interface? Name it by -i");
        if (!options->state_file)
                return report(STATUS_USAGE, "wait-online needs the state file of the client");
        r = watch_all(&watch);
        if (r < 0)
                return report_errno(r, "Cannot watch %s", options->state_file);
        r = look(&watch);
        if (r >= 0)
                r = sd_event_loop(watch.event);
        return r < 0 ? report_errno(r, "The event loop has failed") : (ExitStatus) r;
}
