/* SPDX-License-Identifier: MIT */

/* Log level and target. What sd-bus does for writable properties takes an answer at once, and to
 * find out who calls takes a question; so Set is a method of ours that comes before. */

#include <errno.h>

#include "basic/log-level.h"
#include "basic/macro.h"
#include "basic/text.h"
#include "bus/authorize.h"
#include "bus/bus-internal.h"
#include "bus/log-control.h"

#define LOG_CONTROL_PATH "/org/freedesktop/LogControl1"
#define LOG_CONTROL_INTERFACE "org.freedesktop.LogControl1"

static int set_level(Bus *bus, const char *value, bool authorized, sd_bus_error *error) {
        int level;

        level = log_level_from_string(value);
        if (level < 0)
                return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS,
                        "'%s' is not a log level; there are emerg, alert, crit, err, warning, "
                        "notice, info and debug.",
                        value);
        if (authorized)
                bus->operations->set_log_level(bus->userdata, level, bus->caller_uid);
        return 0;
}

/* Where entries go is settled when we start. */
static int set_target(const Bus *bus, const char *value, sd_bus_error *error) {
        const char *target = bus->operations->get_log_target(bus->userdata);

        if (string_equal(value, target) || string_equal(value, "auto"))
                return 0;
        return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS,
                "The log target is '%s' for as long as the server runs.", target);
}

static int set_property(Bus *bus, sd_bus_message *m, bool authorized, sd_bus_error *error) {
        const char *interface, *property, *value;
        int r;

        r = sd_bus_message_read(m, "ss", &interface, &property);
        if (r < 0)
                return r;
        r = sd_bus_message_read(m, "v", "s", &value);
        if (r == -ENXIO)
                return sd_bus_error_set(
                        error, SD_BUS_ERROR_INVALID_ARGS, "The value is not a string.");
        if (r < 0)
                return r;

        if (string_equal(property, "LogLevel"))
                r = set_level(bus, value, authorized, error);
        else
                r = set_target(bus, value, error);
        if (r < 0 || !authorized)
                return r;
        return sd_bus_reply_method_return(m, NULL);
}

static int on_set(sd_bus_message *m, void *userdata, sd_bus_error *error) {
        const char *interface, *property;
        int r;

        if (!sd_bus_message_is_method_call(m, "org.freedesktop.DBus.Properties", "Set") ||
                !sd_bus_message_has_signature(m, "ssv"))
                return 0;
        r = sd_bus_message_read(m, "ss", &interface, &property);
        if (r < 0)
                return r;
        r = sd_bus_message_rewind(m, true);
        if (r < 0)
                return r;
        if (!string_equal(interface, LOG_CONTROL_INTERFACE) ||
                (!string_equal(property, "LogLevel") && !string_equal(property, "LogTarget")))
                return 0;

        return bus_authorize(
                userdata, m, BUS_ACTION_RELOAD, "change what is logged", set_property, error);
}

static int property_get_level(_unused_ sd_bus *connection, _unused_ const char *path,
        _unused_ const char *interface, _unused_ const char *property, sd_bus_message *reply,
        void *userdata, _unused_ sd_bus_error *error) {
        const Bus *bus = userdata;

        return sd_bus_message_append_basic(
                reply, 's', log_level_to_string(bus->operations->get_log_level(bus->userdata)));
}

static int property_get_target(_unused_ sd_bus *connection, _unused_ const char *path,
        _unused_ const char *interface, _unused_ const char *property, sd_bus_message *reply,
        void *userdata, _unused_ sd_bus_error *error) {
        const Bus *bus = userdata;

        return sd_bus_message_append_basic(
                reply, 's', bus->operations->get_log_target(bus->userdata));
}

static int property_get_identifier(_unused_ sd_bus *connection, _unused_ const char *path,
        _unused_ const char *interface, _unused_ const char *property, sd_bus_message *reply,
        _unused_ void *userdata, _unused_ sd_bus_error *error) {
        return sd_bus_message_append_basic(reply, 's', "mini-dhcpd");
}

/* Never called: on_set() comes first. */
static int property_set(_unused_ sd_bus *connection, _unused_ const char *path,
        _unused_ const char *interface, _unused_ const char *property,
        _unused_ sd_bus_message *value, _unused_ void *userdata, sd_bus_error *error) {
        return sd_bus_error_set(error, SD_BUS_ERROR_INVALID_ARGS, "The value is not a string.");
}

static const sd_bus_vtable log_control_vtable[] = {
        SD_BUS_VTABLE_START(0),
        SD_BUS_WRITABLE_PROPERTY(
                "LogLevel", "s", property_get_level, property_set, 0, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_WRITABLE_PROPERTY(
                "LogTarget", "s", property_get_target, property_set, 0, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_PROPERTY(
                "SyslogIdentifier", "s", property_get_identifier, 0, SD_BUS_VTABLE_PROPERTY_CONST),
        SD_BUS_VTABLE_END,
};

int log_control_export(Bus *bus, sd_bus *connection) {
        int r;

        r = sd_bus_add_object(connection, NULL, LOG_CONTROL_PATH, on_set, bus);
        if (r < 0)
                return r;
        r = sd_bus_add_object_vtable(
                connection, NULL, LOG_CONTROL_PATH, LOG_CONTROL_INTERFACE, log_control_vtable, bus);
        return r < 0 ? r : 0;
}
