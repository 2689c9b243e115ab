/* SPDX-License-Identifier: MIT */
/* monitor: the server's signals as they come, as text or as JSON. A server that goes is told, and
 * one that comes again is watched again; a bus that goes ends the program. */

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <systemd/sd-event.h>

#include "ctl/bus-api.h"
#include "ctl/connection.h"
#include "ctl/monitor-event.h"
#include "ctl/verbs.h"

/* A bus that closes has left its loop before it says so: handlers know the loop themselves. */
typedef struct Monitor {
        const Context *context;
        sd_event *loop;
        bool settings_changed; /* which the server follows by one LeasesInvalidated */
} Monitor;

static int show_event(const Context *context, json_object *event) {
        if (context_wants_json(context))
                json_print(event, context->options.json);
        else
                monitor_event_print(event, context->options.timestamp, &context->terminal);
        return fflush(stdout) < 0 ? -errno : 0;
}

/* What has become of a reload is no part of its signal. */
static int add_reload_result(sd_bus *bus, json_object *event) {
        _cleanup_free_ char *result = NULL;

        if (sd_bus_get_property_string(bus, BUS_API_NAME, BUS_API_MANAGER_PATH, BUS_API_MANAGER,
                    "LastReloadResult", NULL, &result) < 0)
                return 0;
        return json_add_take(event, "Result", json_new_string(result));
}

/* Whether an event tells people nothing: settings that change may move leases to other pools, of
 * which programs are told as of many changes. */
static bool is_follow_up(Monitor *monitor, const json_object *event) {
        const char *member = json_get_text(event, "Signal");
        const bool invalidated = strcmp(member, "LeasesInvalidated") == 0;
        const bool follows = (invalidated && monitor->settings_changed) ||
                             strcmp(member, "HostsChanged") == 0 ||
                             strcmp(member, "PoolsChanged") == 0;

        if (invalidated)
                monitor->settings_changed = false;
        else if (strcmp(member, "SettingsChanged") == 0 || monitor_event_ends_reload(event))
                monitor->settings_changed = true;
        return follows && !context_wants_json(monitor->context);
}

static int on_signal(sd_bus_message *signal, void *userdata, _unused_ sd_bus_error *error) {
        _cleanup_json_ json_object *object = NULL;
        Monitor *monitor = userdata;
        int r;

        r = monitor_event_from_signal(signal, context_now(), &object);
        if (r >= 0 && monitor_event_ends_reload(object))
                r = add_reload_result(sd_bus_message_get_bus(signal), object);
        if (r >= 0 && is_follow_up(monitor, object))
                return 0;
        /* What this program does not understand is no reason to stop watching the rest. */
        if (r >= 0)
                r = show_event(monitor->context, object);
        if (r == -EBADMSG || r == -ENXIO)
                return 0;
        return r < 0 ? sd_event_exit(monitor->loop, r) : 0;
}

static int on_owner(sd_bus_message *signal, void *userdata, _unused_ sd_bus_error *error) {
        const char *name, *old_owner, *new_owner;
        _cleanup_json_ json_object *object = NULL;
        const Monitor *monitor = userdata;
        int r;

        r = sd_bus_message_read(signal, "sss", &name, &old_owner, &new_owner);
        if (r >= 0)
                r = monitor_event_from_presence(*new_owner != '\0', context_now(), &object);
        if (r >= 0)
                r = show_event(monitor->context, object);
        return r < 0 ? sd_event_exit(monitor->loop, r) : 0;
}

static int on_disconnected(
        _unused_ sd_bus_message *signal, void *userdata, _unused_ sd_bus_error *error) {
        const Monitor *monitor = userdata;

        return sd_event_exit(monitor->loop, -ECONNRESET);
}

static int watch(sd_bus *bus, Monitor *monitor) {
        sd_event *loop = monitor->loop;
        sigset_t signals;
        int r;

        (void) sigemptyset(&signals);
        (void) sigaddset(&signals, SIGINT);
        (void) sigaddset(&signals, SIGTERM);
        if (sigprocmask(SIG_BLOCK, &signals, NULL) < 0)
                return -errno;

        if ((r = sd_event_add_signal(loop, NULL, SIGINT, NULL, NULL)) < 0 ||
                (r = sd_event_add_signal(loop, NULL, SIGTERM, NULL, NULL)) < 0 ||
                (r = sd_bus_match_signal(bus, NULL, BUS_API_NAME, BUS_API_MANAGER_PATH,
                         BUS_API_MANAGER, NULL, on_signal, monitor)) < 0 ||
                (r = sd_bus_add_match(bus, NULL,
                         "type='signal',sender='org.freedesktop.DBus',"
                         "path='/org/freedesktop/DBus',interface='org.freedesktop.DBus',"
                         "member='NameOwnerChanged',arg0='" BUS_API_NAME "'",
                         on_owner, monitor)) < 0 ||
                (r = sd_bus_match_signal(bus, NULL, "org.freedesktop.DBus.Local", NULL,
                         "org.freedesktop.DBus.Local", "Disconnected", on_disconnected, monitor)) <
                        0 ||
                (r = sd_bus_attach_event(bus, loop, SD_EVENT_PRIORITY_NORMAL)) < 0)
                return r;
        return sd_event_loop(loop);
}

ExitStatus verb_monitor(
        Context *context, _unused_ char *const *arguments, _unused_ size_t n_arguments) {
        _cleanup_(connection_done) Connection connection = {0};
        _cleanup_(sd_event_unrefp) sd_event *loop = NULL;
        ExitStatus status;
        int r;

        status = connection_open(&context->options, &connection);
        if (status != STATUS_OK)
                return status;
        if (context->terminal.is_terminal && !context->options.quiet)
                (void) fprintf(stderr, "Watching mini-dhcp. Ctrl+C ends it.\n");

        r = sd_event_new(&loop);
        if (r >= 0)
                r = watch(connection.bus, &(Monitor){.context = context, .loop = loop});
        (void) sd_bus_detach_event(connection.bus);
        if (r == -ECONNRESET)
                return report(STATUS_NO_SERVER, "The bus has gone away");
        return r < 0 ? report_errno(r, "Cannot watch mini-dhcp") : STATUS_OK;
}
