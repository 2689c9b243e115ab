/* SPDX-License-Identifier: MIT */

/* The connection to the system bus: made when there is a bus, made again when it went away, and the
 * name on it. Knows no object but to export it.
 *
 * Nothing here waits. Only the time that bus_free() takes to hand over what is queued is bounded
 * instead of zero. While there is no connection, or no name, owns_name is false and the rest of
 * this folder keeps quiet. */

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include <systemd/sd-id128.h>

#include "basic/macro.h"
#include "basic/text.h"
#include "bus/authorize.h"
#include "bus/bus-internal.h"
#include "bus/host-bus.h"
#include "bus/interface-bus.h"
#include "bus/lease-bus.h"
#include "bus/log-control.h"
#include "bus/manager-bus.h"
#include "bus/pending-call.h"
#include "bus/pool-bus.h"
#include "bus/sorted-listing.h"

#define RETRY_MIN_USEC USEC_PER_SEC
#define RETRY_MAX_USEC (30 * USEC_PER_SEC)
#define REPORT_MAX 512

enum {
        FLUSH_ROUNDS_MAX = 20, /* at the end, each waiting for at most */
        FLUSH_ROUND_USEC = 10 * 1000,
};

/* What RequestName answers, by the D-Bus specification. */
enum {
        REQUEST_NAME_PRIMARY_OWNER = 1,
        REQUEST_NAME_IN_QUEUE = 2,
        REQUEST_NAME_ALREADY_OWNER = 4,
};

void bus_report(Bus *bus, int priority, const char *format, ...) {
        char text[REPORT_MAX];
        va_list arguments;

        va_start(arguments, format);
        (void) vsnprintf(text, sizeof(text), format, arguments);
        va_end(arguments);

        bus->operations->report(bus->userdata, priority, text);
}

ClockPair bus_get_clock(const Bus *bus) {
        ClockPair clock;

        bus->operations->get_clock(bus->userdata, &clock);
        return clock;
}

void bus_drop_connection(Bus *bus) {
        bus->owns_name = false;
        signals_stop(bus);
        bus_authorize_cancel_all(bus);
        pending_calls_drop(bus);
        sorted_listings_drop(bus);
        bus->connection = sd_bus_close_unref(bus->connection);
}

/* The connection is of no use any more. It is dropped by the timer and not here, where it may be
 * in the middle of its own work. */
static void connection_lost(Bus *bus, const char *reason) {
        int enabled;

        bus->owns_name = false;
        signals_stop(bus);

        /* The end of a connection is told to every call that waits, and then to all. */
        if (sd_event_source_get_enabled(bus->retry, &enabled) > 0)
                return;

        /* Said once, until there is a connection again. */
        if (!bus->trouble_reported)
                bus_report(bus, LOG_NOTICE, "No connection to the system bus: %s. Trying again.",
                        reason);
        bus->trouble_reported = true;

        (void) sd_event_source_set_time_relative(bus->retry, bus->retry_delay);
        (void) sd_event_source_set_enabled(bus->retry, SD_EVENT_ONESHOT);
        bus->retry_delay = MIN(2 * bus->retry_delay, RETRY_MAX_USEC);
}

void bus_give_up_connection(Bus *bus, int error) {
        sd_bus_close(bus->connection);
        connection_lost(bus, strerror(-error));
}

static void name_acquired(Bus *bus) {
        if (bus->owns_name)
                return;

        /* whoever does not know what was there cannot tell what goes */
        if (signals_start(bus) < 0) {
                connection_lost(bus, strerror(ENOMEM));
                return;
        }
        bus->owns_name = true;
        bus->retry_delay = RETRY_MIN_USEC;
        if (bus->trouble_reported)
                bus_report(bus, LOG_NOTICE, "On the system bus as " BUS_NAME ".");
        bus->trouble_reported = false;
}

static void name_taken(Bus *bus) {
        if (!bus->trouble_reported)
                bus_report(bus, LOG_WARNING,
                        "Somebody else has the name " BUS_NAME
                        " on the system bus. Waiting for it.");
        bus->trouble_reported = true;
}

static int on_name_requested(sd_bus_message *answer, void *userdata, _unused_ sd_bus_error *error) {
        Bus *bus = userdata;
        const sd_bus_error *reason = sd_bus_message_get_error(answer);
        uint32_t result;

        if (reason) {
                connection_lost(bus, reason->message ? reason->message : reason->name);
                return 1;
        }
        if (sd_bus_message_read_basic(answer, 'u', &result) < 0) {
                connection_lost(bus, "the bus does not answer as it should");
                return 1;
        }

        if (result == REQUEST_NAME_PRIMARY_OWNER || result == REQUEST_NAME_ALREADY_OWNER)
                name_acquired(bus);
        else
                name_taken(bus);
        return 1;
}

static bool is_about_our_name(sd_bus_message *message) {
        const char *name;
        bool ours;

        ours = sd_bus_message_read_basic(message, 's', &name) > 0 && strcmp(name, BUS_NAME) == 0;
        (void) sd_bus_message_rewind(message, true);
        return ours;
}

/* What is sent piles up while the bus does not take it, and an answer can be a thousand times as
 * large as the question. */
static bool is_crowded(Bus *bus, sd_bus_message *message) {
        uint64_t n_queued;

        if (!sd_bus_message_is_method_call(message, NULL, NULL))
                return false;
        if (sd_bus_get_n_queued_write(bus->connection, &n_queued) >= 0 && n_queued == 0)
                bus->n_unread = 0;
        return bus->n_unread++ >= BUS_UNREAD_MAX;
}

/* Sees every message first. Anybody may send us a signal of any name, nobody can forge the sender.
 */
static int on_message(sd_bus_message *message, void *userdata, sd_bus_error *error) {
        Bus *bus = userdata;
        const char *sender = sd_bus_message_get_sender(message);

        if (is_crowded(bus, message))
                return sd_bus_error_set(error, SD_BUS_ERROR_LIMITS_EXCEEDED,
                        "The bus does not take the answers to the calls before.");

        if (string_equal(sender, "org.freedesktop.DBus.Local")) {
                if (sd_bus_message_is_signal(message, "org.freedesktop.DBus.Local", "Disconnected"))
                        connection_lost(bus, "it was closed");
        } else if (string_equal(sender, "org.freedesktop.DBus")) {
                if (sd_bus_message_is_signal(message, "org.freedesktop.DBus", "NameAcquired") &&
                        is_about_our_name(message))
                        name_acquired(bus);
                else if (sd_bus_message_is_signal(message, "org.freedesktop.DBus", "NameLost") &&
                         is_about_our_name(message))
                        connection_lost(bus, "the name was taken away");
        }

        return 0;
}

static int export_objects(Bus *bus, sd_bus *connection) {
        int r;

        r = sd_bus_add_filter(connection, NULL, on_message, bus);
        if (r < 0)
                return r;
        r = manager_bus_export(bus, connection);
        if (r < 0)
                return r;
        r = pool_bus_export(bus, connection);
        if (r < 0)
                return r;
        r = host_bus_export(bus, connection);
        if (r < 0)
                return r;
        r = interface_bus_export(bus, connection);
        if (r < 0)
                return r;
        r = log_control_export(bus, connection);
        if (r < 0)
                return r;

        return lease_bus_export(bus, connection);
}

int bus_export_take(Bus *bus, sd_bus *connection) {
        int r;

        r = export_objects(bus, connection);
        if (r < 0) {
                (void) sd_bus_close_unref(connection);
                return r;
        }

        bus->connection = connection;
        return 0;
}

static int connect_and_request_name(Bus *bus) {
        sd_bus *connection;
        int r;

        /* Connects without waiting: the handshake goes on in the event loop, and what is sent is
         * queued until then. */
        r = sd_bus_open_system_with_description(&connection, "system");
        if (r < 0)
                return r;
        r = bus_export_take(bus, connection);
        if (r < 0)
                return r;

        /* else sd_bus_flush(), which waits without a limit, is called when the loop ends */
        r = sd_bus_set_close_on_exit(connection, false);
        if (r < 0)
                return r;
        r = sd_bus_attach_event(connection, bus->event, SD_EVENT_PRIORITY_NORMAL);
        if (r < 0)
                return r;

        r = sd_bus_request_name_async(
                connection, NULL, BUS_NAME, SD_BUS_NAME_QUEUE, on_name_requested, bus);
        return r < 0 ? r : 0;
}

void bus_try_connect(Bus *bus) {
        int r;

        bus_drop_connection(bus);
        (void) sd_event_source_set_enabled(bus->retry, SD_EVENT_OFF);
        r = connect_and_request_name(bus);
        if (r < 0)
                connection_lost(bus, strerror(-r));
}

static int on_retry(_unused_ sd_event_source *source, _unused_ uint64_t usec, void *userdata) {
        bus_try_connect(userdata);
        return 0;
}

/* A timer that is off, on the clock that does not make a suspended machine wake up. */
static int add_timer(
        Bus *bus, sd_event_source **ret, sd_event_time_handler_t handler, const char *name) {
        int r;

        r = sd_event_add_time(bus->event, ret, CLOCK_MONOTONIC, 0, 0, handler, bus);
        if (r < 0)
                return r;
        (void) sd_event_source_set_description(*ret, name);

        return sd_event_source_set_enabled(*ret, SD_EVENT_OFF);
}

int bus_allocate(Bus **ret, sd_event *event, Server *server, const BusOperations *operations,
        void *userdata) {
        _cleanup_(bus_freep) Bus *bus = NULL;
        sd_id128_t id;
        int r;

        bus = calloc(1, sizeof(*bus));
        if (!bus)
                return -ENOMEM;
        bus->event = sd_event_ref(event);
        bus->server = server;
        bus->operations = operations;
        bus->userdata = userdata;
        bus->own_uid = geteuid();
        bus->retry_delay = RETRY_MIN_USEC;
        /* by chance, so that who has listed hosts of an earlier start finds that out */
        r = sd_id128_randomize(&id);
        if (r < 0)
                return r;
        (void) sd_id128_to_string(id, bus->instance);
        r = sd_id128_randomize(&id);
        if (r < 0)
                return r;
        /* exact as a double, too */
        bus->hosts_generation = id.qwords[0] >> 13;
        list_init(&bus->authorizations);
        list_init(&bus->listings);
        list_init(&bus->calls);

        r = pool_vtable_new(&bus->pool_vtable);
        if (r < 0)
                return r;
        r = host_vtable_new(&bus->host_vtable);
        if (r < 0)
                return r;
        r = add_timer(bus, &bus->retry, on_retry, "bus-retry");
        if (r < 0)
                return r;
        r = add_timer(bus, &bus->signals.timer, signals_settle, "bus-signals");
        if (r < 0)
                return r;

        *ret = TAKE_PTR(bus);
        return 0;
}

int bus_new(Bus **ret, sd_event *event, Server *server, const BusOperations *operations,
        void *userdata) {
        Bus *bus;
        int r;

        r = bus_allocate(&bus, event, server, operations, userdata);
        if (r < 0)
                return r;

        bus_try_connect(bus);
        *ret = bus;
        return 0;
}

/* sd_bus_flush() waits for as long as a bus that has stopped takes to go on. */
static void flush_within_bound(sd_bus *connection) {
        uint64_t n_queued;

        for (unsigned i = 0; i < FLUSH_ROUNDS_MAX; i++) {
                if (sd_bus_get_n_queued_write(connection, &n_queued) < 0 || n_queued == 0)
                        return;
                if (sd_bus_wait(connection, FLUSH_ROUND_USEC) < 0 ||
                        sd_bus_process(connection, NULL) < 0)
                        return;
        }
}

Bus *bus_free(Bus *bus) {
        if (!bus)
                return NULL;

        if (bus->owns_name)
                flush_within_bound(bus->connection);
        bus_drop_connection(bus);
        pending_calls_free(bus);
        sd_event_source_disable_unref(bus->retry);
        sd_event_source_disable_unref(bus->signals.timer);
        sd_event_unref(bus->event);
        port_clients_done(&bus->ports.clients);
        free(bus->pool_vtable);
        free(bus->host_vtable);
        free(bus);

        return NULL;
}

bool bus_is_connected(const Bus *bus) {
        return bus && bus->owns_name;
}
