/* SPDX-License-Identifier: MIT */
/* The bus connection and the calls on it. Knows no verb and prints no answer; of errors it makes
 * one line and an exit status. */

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/bus-api.h"
#include "ctl/connection.h"
#include "ctl/wake.h"

#define PROPERTIES_INTERFACE "org.freedesktop.DBus.Properties"

/* A person may have to find a password. */
#define PASSWORD_TIMEOUT (5 * USEC_PER_MINUTE)

static int open_address(const char *address, sd_bus **ret) {
        _cleanup_(sd_bus_flush_close_unrefp) sd_bus *bus = NULL;
        int r;

        r = sd_bus_new(&bus);
        if (r < 0)
                return r;
        r = sd_bus_set_address(bus, address);
        if (r < 0)
                return r;
        r = sd_bus_set_bus_client(bus, true);
        if (r < 0)
                return r;
        r = sd_bus_start(bus);
        if (r < 0)
                return r;
        *ret = TAKE_PTR(bus);
        return 0;
}

static int open_bus(const Options *options, sd_bus **ret) {
        switch (options->transport) {
        case TRANSPORT_SYSTEM:
                return sd_bus_open_system_with_description(ret, "minidhcpctl");
        case TRANSPORT_REMOTE:
                return sd_bus_open_system_remote(ret, options->destination);
        case TRANSPORT_MACHINE:
                return sd_bus_open_system_machine(ret, options->destination);
        case TRANSPORT_ADDRESS:
                return open_address(options->destination, ret);
        }
        return -EINVAL;
}

/* Connecting may end in the first call alone, which a remote bus needs for its errors to show. */
static ExitStatus report_no_bus(const Options *options, int error) {
        const char *reason = strerror(-error);

        switch (options->transport) {
        case TRANSPORT_SYSTEM:
                return report(STATUS_NO_SERVER,
                        "Cannot reach the system bus (%s); start it with: systemctl start "
                        "dbus.socket",
                        reason);
        case TRANSPORT_REMOTE:
                return report(STATUS_NO_SERVER,
                        "Cannot reach the system bus of %s (%s); try: ssh %s busctl list",
                        options->destination, reason, options->destination);
        case TRANSPORT_MACHINE:
                return report(STATUS_NO_SERVER,
                        "Cannot reach the system bus of machine %s (%s); try: machinectl status %s",
                        options->destination, reason, options->destination);
        case TRANSPORT_ADDRESS:
                return report(STATUS_NO_SERVER, "Cannot reach a bus at %s (%s)",
                        options->destination, reason);
        }
        return STATUS_NO_SERVER;
}

static int connect_to_bus(const Options *options, Connection *ret) {
        int r;

        *ret = (Connection){
                .error = SD_BUS_ERROR_NULL,
                .local = options->transport == TRANSPORT_SYSTEM,
                .asks_password = !options->no_ask_password,
                .is_patient = options->timeout == 0,
        };
        r = open_bus(options, &ret->bus);
        if (r >= 0 && options->timeout > 0)
                r = sd_bus_set_method_call_timeout(ret->bus, options->timeout);
        return r;
}

int connection_open_quietly(const Options *options, Connection *ret) {
        int r;

        r = connect_to_bus(options, ret);
        if (r >= 0)
                r = server_is_present(ret->bus);
        if (r == 0)
                return ret->local ? server_wake_quietly(ret->bus, options->timeout) : -ENOENT;
        return MIN(r, 0);
}

int connection_open_if_there(const Options *options, Connection *ret) {
        int r;

        r = connect_to_bus(options, ret);
        if (r >= 0)
                r = server_is_present(ret->bus);
        return r == 0 ? -ENOENT : MIN(r, 0);
}

ExitStatus connection_open(const Options *options, Connection *ret) {
        int r;

        r = connect_to_bus(options, ret);
        if (r < 0)
                return report_no_bus(options, r);

        r = server_is_present(ret->bus);
        if (r > 0)
                return STATUS_OK;
        if (r == -ETIMEDOUT)
                return report(STATUS_TIMEOUT, "The bus does not answer");
        if (r < 0)
                return report_no_bus(options, r);
        if (ret->local)
                return server_wake(ret->bus, options->timeout);
        return report(STATUS_NO_SERVER,
                "mini-dhcp is not running there; start it with: systemctl start mini-dhcp.service");
}

void connection_done(Connection *connection) {
        sd_bus_error_free(&connection->error);
        connection->bus = sd_bus_flush_close_unref(connection->bus);
        polkit_agent_close(&connection->agent);
}

int connection_new_call(Connection *connection, const char *destination, const char *path,
        const char *interface, const char *member, sd_bus_message **ret) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *call = NULL;
        int r;

        r = sd_bus_message_new_method_call(
                connection->bus, &call, destination, path, interface, member);
        if (r < 0)
                return r;
        r = sd_bus_message_set_auto_start(call, false);
        if (r < 0)
                return r;
        *ret = TAKE_PTR(call);
        return 0;
}

int connection_new_change(Connection *connection, const char *path, const char *interface,
        const char *member, sd_bus_message **ret) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *call = NULL;
        int r;

        r = connection_new_call(connection, BUS_API_NAME, path, interface, member, &call);
        if (r < 0)
                return r;
        r = sd_bus_message_set_allow_interactive_authorization(call, connection->asks_password);
        if (r < 0)
                return r;
        if (connection->local && connection->asks_password)
                polkit_agent_open(&connection->agent);
        *ret = TAKE_PTR(call);
        return 0;
}

usec_t connection_patience(const Connection *connection) {
        return connection->asks_password && connection->is_patient ? PASSWORD_TIMEOUT : 0;
}

int connection_send(Connection *connection, sd_bus_message *call, sd_bus_message **ret) {
        bool may_ask = sd_bus_message_get_allow_interactive_authorization(call) > 0;
        usec_t timeout = may_ask ? connection_patience(connection) : 0;
        int r;

        sd_bus_error_free(&connection->error);
        r = sd_bus_call(connection->bus, call, timeout, &connection->error, ret);
        return r < 0 ? r : 0;
}

int connection_take_error(Connection *connection, sd_bus_message *answer) {
        int r;

        sd_bus_error_free(&connection->error);
        if (!sd_bus_message_is_method_error(answer, NULL))
                return 0;
        r = sd_bus_error_copy(&connection->error, sd_bus_message_get_error(answer));
        return MIN(r, -sd_bus_error_get_errno(&connection->error));
}

int connection_call(Connection *connection, const char *path, const char *interface,
        const char *member, sd_bus_message **ret, const char *types, ...) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *call = NULL;
        va_list arguments;
        int r;

        r = connection_new_call(connection, BUS_API_NAME, path, interface, member, &call);
        if (r < 0)
                return r;
        if (types) {
                va_start(arguments, types);
                r = sd_bus_message_appendv(call, types, arguments);
                va_end(arguments);
                if (r < 0)
                        return r;
        }
        return connection_send(connection, call, ret);
}

int connection_change(Connection *connection, const char *path, const char *interface,
        const char *member, sd_bus_message **ret, const char *types, ...) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *call = NULL;
        va_list arguments;
        int r;

        r = connection_new_change(connection, path, interface, member, &call);
        if (r < 0)
                return r;
        if (types) {
                va_start(arguments, types);
                r = sd_bus_message_appendv(call, types, arguments);
                va_end(arguments);
                if (r < 0)
                        return r;
        }
        return connection_send(connection, call, ret);
}

int connection_get_all(
        Connection *connection, const char *path, const char *interface, json_object **ret) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
        int r;

        r = connection_call(
                connection, path, PROPERTIES_INTERFACE, "GetAll", &reply, "s", interface);
        if (r < 0)
                return r;
        return json_from_message(reply, ret);
}

bool connection_error_is(const Connection *connection, const char *name) {
        return sd_bus_error_has_name(&connection->error, name) > 0;
}

/* What a D-Bus error means to who called us. */
static ExitStatus error_status(const sd_bus_error *error) {
        static const struct {
                const char *name;
                ExitStatus status;
        } statuses[] = {
                {BUS_API_ERROR("NoSuchLease"), STATUS_NOT_FOUND},
                {BUS_API_ERROR("NoSuchPool"), STATUS_NOT_FOUND},
                {BUS_API_ERROR("NoSuchHost"), STATUS_NOT_FOUND},
                {SD_BUS_ERROR_UNKNOWN_OBJECT, STATUS_NOT_FOUND},
                {SD_BUS_ERROR_ACCESS_DENIED, STATUS_DENIED},
                {SD_BUS_ERROR_INTERACTIVE_AUTHORIZATION_REQUIRED, STATUS_DENIED},
                {SD_BUS_ERROR_NO_REPLY, STATUS_TIMEOUT},
                {SD_BUS_ERROR_TIMEOUT, STATUS_TIMEOUT},
                {SD_BUS_ERROR_SERVICE_UNKNOWN, STATUS_NO_SERVER},
                {SD_BUS_ERROR_NAME_HAS_NO_OWNER, STATUS_NO_SERVER},
                {SD_BUS_ERROR_DISCONNECTED, STATUS_NO_SERVER},
                {SD_BUS_ERROR_NO_SERVER, STATUS_NO_SERVER},
        };

        for (size_t i = 0; i < ELEMENTSOF(statuses); i++)
                if (sd_bus_error_has_name(error, statuses[i].name))
                        return statuses[i].status;
        return STATUS_FAILURE;
}

static ExitStatus errno_status(int error) {
        switch (error) {
        case -EACCES:
        case -EPERM:
                return STATUS_DENIED;
        case -ETIMEDOUT:
                return STATUS_TIMEOUT;
        case -ECONNRESET:
        case -ENOTCONN:
        case -EPIPE:
                return STATUS_NO_SERVER;
        default:
                return STATUS_FAILURE;
        }
}

/* "try again" follows a reason that may be a sentence of its own. */
static ExitStatus report_denied(
        const Connection *connection, const char *what, const char *reason) {
        bool may_ask =
                !connection_error_is(connection, SD_BUS_ERROR_INTERACTIVE_AUTHORIZATION_REQUIRED);
        size_t size = strlen(reason);

        if (size > 0 && reason[size - 1] == '.')
                size--;
        return report(STATUS_DENIED, "%s: %.*s; try again %sas root", what, (int) size, reason,
                may_ask ? "" : "without --no-ask-password, or ");
}

ExitStatus connection_report(Connection *connection, int error, const char *format, ...) {
        bool told = sd_bus_error_is_set(&connection->error);
        ExitStatus status = told ? error_status(&connection->error) : errno_status(error);
        const char *reason =
                told && connection->error.message ? connection->error.message : strerror(-error);
        char what[512];
        va_list arguments;

        va_start(arguments, format);
        (void) vsnprintf(what, sizeof(what), format, arguments);
        va_end(arguments);

        switch (status) {
        case STATUS_TIMEOUT:
                return report(status,
                        "%s: no answer from mini-dhcp in time; see: journalctl -u mini-dhcp", what);
        case STATUS_DENIED:
                return report_denied(connection, what, reason);
        case STATUS_NO_SERVER:
                return report(status,
                        "%s: mini-dhcp has left the bus; see: systemctl status mini-dhcp.service",
                        what);
        case STATUS_OK:
        case STATUS_FAILURE:
        case STATUS_USAGE:
        case STATUS_NOT_FOUND:
                break;
        }
        return report(status, "%s: %s", what, reason);
}
