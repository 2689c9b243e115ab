/* SPDX-License-Identifier: MIT */
/* A unit's state. Its properties are read from where the unit's name says that its object is, which
 * systemd serves even for units that are not loaded. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/unit.h"

#define SYSTEMD_NAME "org.freedesktop.systemd1"
#define SYSTEMD_UNIT_PREFIX "/org/freedesktop/systemd1/unit"
#define SYSTEMD_UNIT "org.freedesktop.systemd1.Unit"
#define SYSTEMD_SERVICE "org.freedesktop.systemd1.Service"
#define SYSTEMD_SOCKET "org.freedesktop.systemd1.Socket"

static int get_all(
        Connection *connection, const char *path, const char *interface, json_object **ret) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *call = NULL, *reply = NULL;
        int r;

        r = connection_new_call(
                connection, SYSTEMD_NAME, path, "org.freedesktop.DBus.Properties", "GetAll", &call);
        if (r >= 0)
                r = sd_bus_message_append(call, "s", interface);
        if (r >= 0)
                r = connection_send(connection, call, &reply);
        return r < 0 ? r : json_from_message(reply, ret);
}

/* As systemctl: a reload, say, ends no time of being active. */
static const char *since_of(const char *active) {
        if (!active || strcmp(active, "active") == 0 || strcmp(active, "reloading") == 0)
                return "ActiveEnterTimestamp";
        if (strcmp(active, "activating") == 0)
                return "InactiveExitTimestamp";
        return strcmp(active, "deactivating") == 0 ? "ActiveExitTimestamp"
                                                   : "InactiveEnterTimestamp";
}

static const char *kind_of(const char *name) {
        const char *suffix = strrchr(name, '.');

        return suffix && strcmp(suffix, ".socket") == 0 ? SYSTEMD_SOCKET : SYSTEMD_SERVICE;
}

int unit_state_get(Connection *connection, const char *name, UnitState *ret) {
        _cleanup_(unit_state_done) UnitState state = {0};
        _cleanup_json_ json_object *unit = NULL, *kind = NULL;
        _cleanup_free_ char *path = NULL;

        if (sd_bus_path_encode(SYSTEMD_UNIT_PREFIX, name, &path) < 0)
                return -ENOMEM;
        if (get_all(connection, path, SYSTEMD_UNIT, &unit) < 0 ||
                strcmp(json_get_text(unit, "LoadState"), "not-found") == 0 ||
                get_all(connection, path, kind_of(name), &kind) < 0)
                return 0;

        state.active = strdup(json_get_text(unit, "ActiveState"));
        state.sub = strdup(json_get_text(unit, "SubState"));
        state.since = json_get_number(unit, since_of(state.active));
        state.result = strdup(json_get_text(kind, "Result"));
        state.status_text = strdup(json_get_text(kind, "StatusText"));
        if (!state.active || !state.sub || !state.result || !state.status_text)
                return -ENOMEM;

        *ret = state;
        state = (UnitState){0};
        return 1;
}

void unit_state_done(UnitState *state) {
        free(state->active);
        free(state->sub);
        free(state->result);
        free(state->status_text);
        *state = (UnitState){0};
}
