/* SPDX-License-Identifier: MIT */
/* Leases released, deleted and reserved; quarantines ended; reload, flush and log level. Who may do
 * that the server decides. */

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/log-level.h"
#include "ctl/bus-api.h"
#include "ctl/changes.h"
#include "ctl/lease-pick.h"
#include "ctl/outlook.h"
#include "ctl/verbs.h"
#include "setting/key.h"

#define LOG_CONTROL_PATH "/org/freedesktop/LogControl1"
#define LOG_CONTROL "org.freedesktop.LogControl1"

void print_change(
        const Context *context, const char *key, const char *name, const char *what, ...) {
        va_list arguments;

        if (context_wants_json(context)) {
                _cleanup_json_ json_object *object = json_object_new_object();

                if (object && json_add_take(object, key, json_new_string(name)) >= 0)
                        json_print(object, context->options.json);
                return;
        }
        if (context->options.quiet)
                return;
        va_start(arguments, what);
        (void) vprintf(what, arguments);
        va_end(arguments);
        (void) putchar('\n');
}

ExitStatus print_unchanged(
        const Context *context, const Connection *connection, const char *key, const char *name) {
        const char *message = connection->error.message;

        print_change(context, key, name, "Unchanged: %s", message ? message : name);
        return STATUS_OK;
}

/* What to do with each lease that is picked. */
typedef struct LeaseChange {
        const char *method;
        const char *past;     /* "released" */
        bool include_expired; /* also those that have ended */
} LeaseChange;

static ExitStatus change_lease(
        Context *context, Connection *connection, const LeaseChange *change, const char *address) {
        int r;

        r = connection_change(connection, BUS_API_MANAGER_PATH, BUS_API_MANAGER, change->method,
                NULL, "st", address, UINT64_C(0));
        if (r < 0)
                return connection_report(
                        connection, r, "The lease of %s is not %s", address, change->past);
        print_change(context, "Address", address, "Lease of %s %s.", address, change->past);
        return STATUS_OK;
}

static ExitStatus change_list(Context *context, Connection *connection, const LeaseChange *change,
        const LeaseList *list) {
        ExitStatus status = STATUS_OK;

        for (size_t i = 0; i < list->n_entries && status == STATUS_OK; i++)
                status = change_lease(context, connection, change, list->entries[i].address_text);
        return status;
}

/* The leases that are to be changed; of an address the server knows best whether it has one. */
static ExitStatus pick_for_change(const Context *context, LeaseSource *source,
        const LeaseChange *change, const Pattern *pattern, const char *text, LeasePick *ret) {
        const bool all = context->options.all;
        char outcome[256];
        ExitStatus status;

        *ret = (LeasePick){0};
        if (pattern_is_address(pattern))
                return STATUS_OK;
        status = lease_pick(source, pattern, text, change->include_expired, ret);
        if (status != STATUS_OK)
                return status;
        if (ret->leases.n_entries + (all ? ret->claims.n_entries : 0) == 0)
                return lease_pick_report_none(ret, text);
        if (all || !pattern_is_name(pattern) || ret->leases.n_entries == 1)
                return STATUS_OK;
        (void) snprintf(outcome, sizeof(outcome),
                "nothing is %s; name one by its address, or all of them with --all", change->past);
        return lease_pick_report_several(context, &ret->leases, text, outcome);
}

static ExitStatus change_picked(Context *context, Connection *connection, const LeaseChange *change,
        const Pattern *pattern, const char *text, const LeasePick *pick) {
        ExitStatus status;

        if (pattern_is_address(pattern))
                return change_lease(context, connection, change, text);
        status = change_list(context, connection, change, &pick->leases);
        if (status == STATUS_OK && context->options.all)
                status = change_list(context, connection, change, &pick->claims);
        return status;
}

/* What is meant is found out first: where that is not clear, nothing is changed. */
static ExitStatus change_leases(
        Context *context, const LeaseChange *change, char *const *arguments, size_t n_arguments) {
        _cleanup_(lease_source_done) LeaseSource source = {0};
        _cleanup_free_ Pattern *patterns = NULL;
        ExitStatus status, worst = STATUS_OK;
        LeasePick *picks;

        if ((status = patterns_parse(arguments, n_arguments, &patterns)) != STATUS_OK ||
                (status = lease_source_open(&context->options, &source)) != STATUS_OK)
                return status;
        picks = calloc(n_arguments, sizeof(*picks));
        if (!picks)
                return report_no_memory();

        for (size_t i = 0; i < n_arguments; i++) {
                status = pick_for_change(
                        context, &source, change, &patterns[i], arguments[i], &picks[i]);
                if (status != STATUS_OK)
                        worst = status;
                if (status != STATUS_OK && status != STATUS_NOT_FOUND)
                        goto done;
        }
        for (size_t i = 0; i < n_arguments; i++) {
                status = change_picked(
                        context, &source.connection, change, &patterns[i], arguments[i], &picks[i]);
                if (status != STATUS_OK)
                        worst = status;
                if (status != STATUS_OK && status != STATUS_NOT_FOUND)
                        break;
        }
done:
        for (size_t i = 0; i < n_arguments; i++)
                lease_pick_done(&picks[i]);
        free(picks);
        return worst;
}

ExitStatus verb_release_lease(Context *context, char *const *arguments, size_t n_arguments) {
        static const LeaseChange change = {"ReleaseLease", "released", false};

        return change_leases(context, &change, arguments, n_arguments);
}

ExitStatus verb_delete_lease(Context *context, char *const *arguments, size_t n_arguments) {
        static const LeaseChange change = {"DeleteLease", "deleted", true};

        return change_leases(context, &change, arguments, n_arguments);
}

/* The address of the one lease that is meant. */
static ExitStatus pick_one(const Context *context, LeaseSource *source, const Pattern *pattern,
        const char *text, char **ret) {
        _cleanup_(lease_pick_done) LeasePick pick = {0};
        ExitStatus status;

        if (pattern_is_address(pattern)) {
                *ret = strdup(text);
                return *ret ? STATUS_OK : report_no_memory();
        }
        status = lease_pick(source, pattern, text, false, &pick);
        if (status != STATUS_OK)
                return status;
        if (pick.leases.n_entries == 0)
                return lease_pick_report_none(&pick, text);
        if (pick.leases.n_entries > 1 && pattern_is_name(pattern))
                return lease_pick_report_several(context, &pick.leases, text,
                        "nothing is reserved; name the address of one");
        if (pick.leases.n_entries > 1)
                return report(STATUS_FAILURE,
                        "'%s' picks %zu leases; name the address of one: minidhcpctl list-leases "
                        "'%s'",
                        text, pick.leases.n_entries, text);
        *ret = strdup(pick.leases.entries[0].address_text);
        return *ret ? STATUS_OK : report_no_memory();
}

static ExitStatus reserve(
        Context *context, Connection *connection, const char *address, const char *name) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
        uint64_t flags = context->options.runtime ? BUS_FLAG_RUNTIME : 0;
        _cleanup_free_ char *host = NULL;
        const char *path;
        int r;

        r = connection_change(connection, BUS_API_MANAGER_PATH, BUS_API_MANAGER, "ReserveLease",
                &reply, "sst", address, name, flags);
        if (r >= 0)
                r = sd_bus_message_read(reply, "o", &path);
        if (r >= 0)
                r = sd_bus_path_decode(path, BUS_API_HOST_PREFIX, &host);
        if (r < 0 && connection_error_is(connection, BUS_API_ERROR("NoSuchLease")))
                return report(STATUS_NOT_FOUND,
                        "There is no lease of %s; for a client that has none: minidhcpctl add-host "
                        "NAME MACAddress=CLIENT Address=%s",
                        address, address);
        if (r < 0 && connection_error_is(connection, BUS_API_ERROR("Unchanged")))
                return print_unchanged(context, connection, "Address", address);
        if (r < 0)
                return connection_report(connection, r, "%s is not reserved", address);
        print_host_change(context, connection, host ? host : path, "%s is reserved for host %s.",
                address, host ? host : path);
        return STATUS_OK;
}

ExitStatus verb_reserve_lease(Context *context, char *const *arguments, size_t n_arguments) {
        _cleanup_(lease_source_done) LeaseSource source = {0};
        _cleanup_free_ Pattern *pattern = NULL;
        _cleanup_free_ char *address = NULL;
        const char *name = n_arguments > 1 ? arguments[1] : "";
        ExitStatus status;

        if (ipv4_parse(name, &(ipv4_t){0}) >= 0)
                return report(STATUS_USAGE,
                        "'%s' is an address, not the name of a host: reserve-lease keeps the "
                        "address that the lease has. For another one write: minidhcpctl add-host "
                        "NAME MACAddress=CLIENT Address=%s",
                        name, name);
        if (*name && !setting_name_is_valid(name))
                return report(STATUS_USAGE,
                        "'%s' cannot be the name of a host, which is letters, digits, '-', '_' and "
                        "'.', a letter or digit first",
                        name);
        if ((status = patterns_parse(arguments, 1, &pattern)) != STATUS_OK ||
                (status = lease_source_open(&context->options, &source)) != STATUS_OK ||
                (status = pick_one(context, &source, pattern, arguments[0], &address)) != STATUS_OK)
                return status;
        return reserve(context, &source.connection, address, name);
}

ExitStatus verb_clear_declined(Context *context, char *const *arguments, size_t n_arguments) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
        _cleanup_(connection_done) Connection connection = {0};
        const char *pool = n_arguments > 0 ? arguments[0] : "";
        char number[16];
        ExitStatus status;
        uint32_t n;
        int r;

        status = connection_open(&context->options, &connection);
        if (status != STATUS_OK)
                return status;
        r = connection_change(&connection, BUS_API_MANAGER_PATH, BUS_API_MANAGER, "ClearDeclined",
                &reply, "s", pool);
        if (r >= 0)
                r = sd_bus_message_read(reply, "u", &n);
        if (r < 0)
                return connection_report(&connection, r, "Quarantines are not ended");
        (void) snprintf(number, sizeof(number), "%u", n);
        print_change(context, "Cleared", number, "%u %s may be given out again.", n,
                n == 1 ? "address" : "addresses");
        return STATUS_OK;
}

/* Warnings are no failure; they are said, and the rest is in force. */
static int print_warnings(sd_bus_message *reply) {
        const char *warning;
        int r;

        r = sd_bus_message_enter_container(reply, 'a', "s");
        if (r < 0)
                return r;
        while ((r = sd_bus_message_read(reply, "s", &warning)) > 0)
                (void) report(STATUS_OK, "warning: %s", warning);
        return r;
}

ExitStatus verb_reload(
        Context *context, _unused_ char *const *arguments, _unused_ size_t n_arguments) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
        _cleanup_(connection_done) Connection connection = {0};
        ExitStatus status;
        int r;

        status = connection_open(&context->options, &connection);
        if (status != STATUS_OK)
                return status;
        r = connection_change(
                &connection, BUS_API_MANAGER_PATH, BUS_API_MANAGER, "Reload", &reply, NULL);
        if (r >= 0)
                r = print_warnings(reply);
        if (r < 0 && connection_error_is(&connection, BUS_API_ERROR("InvalidSetting")))
                return connection_report(&connection, r,
                        "The configuration is not valid, and nothing has changed; all mistakes "
                        "are in the journal of mini-dhcp");
        if (r < 0)
                return connection_report(&connection, r, "The configuration is not reloaded");
        print_change(context, "Reloaded", "success", "The configuration is reloaded.");
        return STATUS_OK;
}

ExitStatus verb_flush(
        Context *context, _unused_ char *const *arguments, _unused_ size_t n_arguments) {
        _cleanup_(connection_done) Connection connection = {0};
        ExitStatus status;
        int r;

        status = connection_open(&context->options, &connection);
        if (status != STATUS_OK)
                return status;
        r = connection_change(
                &connection, BUS_API_MANAGER_PATH, BUS_API_MANAGER, "Flush", NULL, NULL);
        if (r < 0)
                return connection_report(&connection, r, "The lease file is not written");
        print_change(context, "Flushed", "success", "The lease file is written anew.");
        return STATUS_OK;
}

static ExitStatus show_log_level(Context *context, Connection *connection) {
        _cleanup_json_ json_object *control = NULL;
        const char *level;
        int r;

        r = connection_get_all(connection, LOG_CONTROL_PATH, LOG_CONTROL, &control);
        if (r < 0)
                return connection_report(connection, r, "Cannot read the log level");
        level = json_get_text(control, "LogLevel");
        if (context_wants_json(context))
                print_change(context, "LogLevel", level, "%s", level);
        else
                printf("%s\n", level);
        return STATUS_OK;
}

ExitStatus verb_log_level(Context *context, char *const *arguments, size_t n_arguments) {
        _cleanup_(connection_done) Connection connection = {0};
        ExitStatus status;
        const char *level;
        int r;

        if (n_arguments > 0 && log_level_from_string(arguments[0]) < 0)
                return report(STATUS_USAGE,
                        "'%s' is not a log level; it is one of emerg, alert, crit, err, warning, "
                        "notice, info and debug",
                        arguments[0]);
        status = connection_open(&context->options, &connection);
        if (status != STATUS_OK)
                return status;
        if (n_arguments == 0)
                return show_log_level(context, &connection);

        level = log_level_to_string(log_level_from_string(arguments[0]));
        r = connection_change(&connection, LOG_CONTROL_PATH, "org.freedesktop.DBus.Properties",
                "Set", NULL, "ssv", LOG_CONTROL, "LogLevel", "s", level);
        if (r < 0)
                return connection_report(&connection, r, "The log level is not changed");
        print_change(context, "LogLevel", level, "The log level is %s.", level);
        return STATUS_OK;
}
