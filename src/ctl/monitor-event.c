/* SPDX-License-Identifier: MIT */
/* Signals to objects, objects to lines. Knows the arguments of every signal of the manager. */

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ctl/bus-api.h"
#include "ctl/monitor-event.h"
#include "ctl/properties.h"
#include "ctl/wrap.h"

enum {
        LINE_MAX_SIZE = 512,
        WIDE = 60, /* a terminal with room for a margin */
        NARROW_INDENTATION = 2,
};

typedef struct SignalDefinition {
        const char *member;
        const char *event; /* in a line of text */
        Color color;
        int (*read)(sd_bus_message *signal, json_object *event);
} SignalDefinition;

/* Takes the next argument. */
static int add_argument(json_object *object, const char *key, sd_bus_message *signal) {
        json_object *value = NULL;
        int r;

        r = json_from_message(signal, &value);
        if (r < 0)
                return r;
        if (json_object_object_add(object, key, value) < 0) {
                (void) json_object_put(value);
                return -ENOMEM;
        }
        return 0;
}

/* Takes the next argument, an object's path, for the name at its end. */
static int add_name(
        json_object *object, const char *key, const char *prefix, sd_bus_message *signal) {
        _cleanup_free_ char *name = NULL;
        const char *path;
        int r;

        r = sd_bus_message_read(signal, "o", &path);
        if (r < 0)
                return r;
        r = sd_bus_path_decode(path, prefix, &name);
        if (r < 0)
                return r;
        return json_add_take(object, key, json_new_string(name ? name : path));
}

static int read_lease(sd_bus_message *signal, json_object *event) {
        const char *path;
        int r;

        /* The properties name the address. */
        r = sd_bus_message_read(signal, "o", &path);
        return r < 0 ? r : add_argument(event, "Lease", signal);
}

static int read_lease_removed(sd_bus_message *signal, json_object *event) {
        json_object *lease;
        int r;

        lease = json_object_new_object();
        r = json_add_take(event, "Lease", lease);
        if (r < 0)
                return r;
        r = add_name(lease, "Address", BUS_API_LEASE_PREFIX, signal);
        return r < 0 ? r : add_argument(event, "Reason", signal);
}

static int read_invalidated(sd_bus_message *signal, json_object *event) {
        return add_argument(event, "Generation", signal);
}

static int read_exhausted(sd_bus_message *signal, json_object *event) {
        return add_name(event, "Pool", BUS_API_POOL_PREFIX, signal);
}

static int read_conflict(sd_bus_message *signal, json_object *event) {
        int r;

        r = add_argument(event, "Address", signal);
        return r < 0 ? r : add_argument(event, "HardwareAddress", signal);
}

static int read_proxy_arp(sd_bus_message *signal, json_object *event) {
        int r;

        r = add_argument(event, "Interface", signal);
        return r < 0 ? r : add_argument(event, "HardwareAddress", signal);
}

static int read_echo_proxy(sd_bus_message *signal, json_object *event) {
        return add_argument(event, "Subnet", signal);
}

static int read_reloading(sd_bus_message *signal, json_object *event) {
        return add_argument(event, "Active", signal);
}

static int read_settings(sd_bus_message *signal, json_object *event) {
        _cleanup_free_ char *pool = NULL, *host = NULL;
        const char *path;
        int r;

        r = sd_bus_message_read(signal, "o", &path);
        if (r < 0)
                return r;
        if (sd_bus_path_decode(path, BUS_API_POOL_PREFIX, &pool) < 0 ||
                sd_bus_path_decode(path, BUS_API_HOST_PREFIX, &host) < 0)
                return -ENOMEM;
        r = json_add_take(event, pool ? "Pool" : "Host",
                json_new_string(pool   ? pool
                                : host ? host
                                       : path));
        if (r < 0 || (r = add_argument(event, "Change", signal)) < 0 ||
                (r = add_argument(event, "Settings", signal)) < 0)
                return r;
        return add_argument(event, "UID", signal);
}

static const SignalDefinition definitions[] = {
        {"LeaseAdded", "added", COLOR_GOOD, read_lease},
        {"LeaseChanged", "changed", COLOR_GOOD, read_lease},
        {"LeaseRemoved", "removed", COLOR_FAINT, read_lease_removed},
        {"LeasesInvalidated", "many", COLOR_WARNING, read_invalidated},
        {"HostsChanged", "hosts", COLOR_NONE, read_invalidated},
        {"PoolsChanged", "pools", COLOR_NONE, read_invalidated},
        {"PoolExhausted", "exhausted", COLOR_BAD, read_exhausted},
        {"AddressConflict", "conflict", COLOR_BAD, read_conflict},
        {"ProxyArpFound", "proxy-arp", COLOR_BAD, read_proxy_arp},
        {"EchoProxyFound", "echo-proxy", COLOR_BAD, read_echo_proxy},
        {"SettingsChanged", "settings", COLOR_NONE, read_settings},
        {"Reloading", "reload", COLOR_NONE, read_reloading},
        {"NameOwnerChanged", "server", COLOR_WARNING, NULL},
};

static const SignalDefinition *definition_find(const char *member) {
        for (size_t i = 0; i < ELEMENTSOF(definitions); i++)
                if (strcmp(definitions[i].member, member) == 0)
                        return &definitions[i];
        return NULL;
}

static int event_new(const char *member, usec_t now, json_object **ret) {
        _cleanup_json_ json_object *event = NULL;
        int r;

        event = json_object_new_object();
        if (!event)
                return -ENOMEM;
        r = json_add_take(event, "Signal", json_new_string(member));
        if (r >= 0)
                r = json_add_usec(event, "TimestampUSec", now);
        if (r < 0)
                return r;
        *ret = TAKE_PTR(event);
        return 0;
}

static int read_unknown(sd_bus_message *signal, json_object *event) {
        json_object *arguments;
        int r;

        arguments = json_object_new_array();
        r = json_add_take(event, "Arguments", arguments);
        while (r >= 0 && sd_bus_message_at_end(signal, true) == 0) {
                json_object *value = NULL;

                r = json_from_message(signal, &value);
                if (r >= 0 && json_object_array_add(arguments, value) < 0) {
                        (void) json_object_put(value);
                        r = -ENOMEM;
                }
        }
        return r;
}

int monitor_event_from_signal(sd_bus_message *signal, usec_t now, json_object **ret) {
        const char *member = sd_bus_message_get_member(signal);
        const SignalDefinition *definition = definition_find(member);
        _cleanup_json_ json_object *event = NULL;
        int r;

        r = event_new(member, now, &event);
        if (r < 0)
                return r;
        r = definition && definition->read ? definition->read(signal, event)
                                           : read_unknown(signal, event);
        if (r < 0)
                return r;
        *ret = TAKE_PTR(event);
        return 0;
}

int monitor_event_from_presence(bool present, usec_t now, json_object **ret) {
        _cleanup_json_ json_object *event = NULL;
        int r;

        r = event_new("NameOwnerChanged", now, &event);
        if (r >= 0)
                r = json_add_take(event, "Present", json_object_new_boolean(present));
        if (r < 0)
                return r;
        *ret = TAKE_PTR(event);
        return 0;
}

static const char *or_dash(const char *text) {
        return *text ? text : "-";
}

/* As list-leases shows it, without the address; of what is bound the end says enough. */
static void describe_lease(const json_object *lease, TimestampStyle style, usec_t now,
        char line[static LINE_MAX_SIZE]) {
        const char *state = json_get_text(lease, "State");
        const bool bound = strcmp(state, "bound") == 0;
        char expiry[FORMAT_TIME_MAX];

        (void) snprintf(line, LINE_MAX_SIZE, "%-17s %s %s %s%s%s",
                or_dash(json_get_text(lease, "HardwareAddress")),
                or_dash(json_get_text(lease, "Hostname")), or_dash(json_get_text(lease, "Pool")),
                bound ? "" : state, bound ? "" : " ",
                format_expiry(json_get_usec(lease, "ExpiresUSec"), state, style, now, expiry));
}

/* "changed by root: DNS=9.9.9.9" */
static void describe_settings(const json_object *event, char line[static LINE_MAX_SIZE]) {
        const uid_t uid = (uid_t) json_get_number(event, "UID");
        const struct passwd *user = getpwuid(uid);
        json_object *settings = NULL;
        char name[64];
        size_t n;

        (void) snprintf(name, sizeof(name), "%u", uid);
        n = (size_t) snprintf(line, LINE_MAX_SIZE, "%s by %s", json_get_text(event, "Change"),
                user ? user->pw_name : name);
        if (!json_object_object_get_ex(event, "Settings", &settings))
                return;
        for (size_t i = 0; i < json_object_array_length(settings) && n < LINE_MAX_SIZE; i++)
                n += (size_t) snprintf(line + n, LINE_MAX_SIZE - n, "%s%s", i > 0 ? ", " : ": ",
                        json_object_get_string(json_object_array_get_idx(settings, i)));
}

static bool is_true(const json_object *event, const char *key) {
        json_object *value;

        return json_object_object_get_ex(event, key, &value) && json_object_get_boolean(value);
}

bool monitor_event_ends_reload(const json_object *event) {
        return strcmp(json_get_text(event, "Signal"), "Reloading") == 0 &&
               !is_true(event, "Active");
}

static bool reload_has_failed(const json_object *event) {
        const char *result = json_get_text(event, "Result");

        return *result && strcmp(result, "success") != 0;
}

static const char *describe_reload(const json_object *event, char line[static LINE_MAX_SIZE]) {
        if (is_true(event, "Active"))
                return "started";
        if (!reload_has_failed(event))
                return "finished";
        (void) snprintf(line, LINE_MAX_SIZE, "%s", json_get_text(event, "Result"));
        return "failed:";
}

/* What stands behind the event's name: a subject, and what there is to say about it. */
static const char *describe_event(const json_object *event, TimestampStyle style, usec_t now,
        char line[static LINE_MAX_SIZE]) {
        const char *member = json_get_text(event, "Signal");
        json_object *lease = NULL;

        line[0] = '\0';
        if (json_object_object_get_ex(event, "Lease", &lease)) {
                const char *reason = json_get_text(event, "Reason");

                if (*reason)
                        (void) snprintf(line, LINE_MAX_SIZE, "%s", reason);
                else
                        describe_lease(lease, style, now, line);
                return json_get_text(lease, "Address");
        }
        if (strcmp(member, "LeasesInvalidated") == 0)
                return "more leases have changed than are told one by one; see: minidhcpctl "
                       "list-leases";
        if (strcmp(member, "PoolExhausted") == 0) {
                (void) snprintf(line, LINE_MAX_SIZE, "has no free address left");
                return json_get_text(event, "Pool");
        }
        if (strcmp(member, "AddressConflict") == 0) {
                const char *hardware = json_get_text(event, "HardwareAddress");

                (void) snprintf(line, LINE_MAX_SIZE, "is used by %s",
                        *hardware ? hardware : "somebody behind a relay");
                return json_get_text(event, "Address");
        }
        if (strcmp(member, "ProxyArpFound") == 0) {
                (void) snprintf(line, LINE_MAX_SIZE, "answers for every address on %s",
                        json_get_text(event, "Interface"));
                return json_get_text(event, "HardwareAddress");
        }
        if (strcmp(member, "EchoProxyFound") == 0) {
                (void) snprintf(line, LINE_MAX_SIZE, "answers ICMP echo for every address");
                return json_get_text(event, "Subnet");
        }
        if (strcmp(member, "SettingsChanged") == 0) {
                const char *pool = json_get_text(event, "Pool");

                describe_settings(event, line);
                return *pool ? pool : json_get_text(event, "Host");
        }
        if (strcmp(member, "Reloading") == 0)
                return describe_reload(event, line);
        if (strcmp(member, "NameOwnerChanged") == 0)
                return is_true(event, "Present") ? "is on the bus again" : "has left the bus";
        return "";
}

static const char *event_name(const json_object *event, const SignalDefinition *definition) {
        if (!definition)
                return json_get_text(event, "Signal");
        if (strcmp(definition->member, "SettingsChanged") == 0)
                return *json_get_text(event, "Pool") ? "pool" : "host";
        return definition->event;
}

static Color event_color(const json_object *event, const SignalDefinition *definition) {
        if (monitor_event_ends_reload(event) && reload_has_failed(event))
                return COLOR_BAD;
        return definition ? definition->color : COLOR_NONE;
}

void monitor_event_print(const json_object *event, TimestampStyle style, const Terminal *terminal) {
        const char *member = json_get_text(event, "Signal"), *subject;
        const SignalDefinition *definition = definition_find(member);
        usec_t now = json_get_usec(event, "TimestampUSec");
        time_t seconds = (time_t) (now / USEC_PER_SEC);
        char when[FORMAT_TIME_MAX], line[LINE_MAX_SIZE], head[FORMAT_TIME_MAX + 32];
        _cleanup_free_ char *text = NULL, *shown = NULL;
        struct tm tm;

        if (style != TIMESTAMP_STYLE_RELATIVE || !localtime_r(&seconds, &tm))
                (void) format_timestamp(now, style, when);
        else
                (void) strftime(when, sizeof(when), "%H:%M:%S", &tm);
        subject = describe_event(event, style, now, line);

        (void) snprintf(head, sizeof(head), "%s %-9s ", when, event_name(event, definition));
        printf("%s %s%-9s%s ", when, terminal_color(terminal, event_color(event, definition)),
                event_name(event, definition), terminal_color(terminal, COLOR_NONE));
        if (asprintf(&text, "%-*s%s%s", *line ? 15 : 0, subject, *line ? " " : "", line) < 0)
                text = NULL;
        shown = text ? terminal_text(terminal, text) : NULL;
        if (shown)
                wrap_print(stdout, shown, format_width(head),
                        terminal->columns >= WIDE ? format_width(head) : NARROW_INDENTATION,
                        terminal->is_terminal ? terminal->columns : SIZE_MAX);
        (void) putchar('\n');
}
