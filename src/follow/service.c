/* SPDX-License-Identifier: MIT */

/* The loop of a program that follows the server.
 *
 * Invariants: there is either a connection or a timer that makes one. The status line is sent when
 * it has changed, and at most once a second; what is told in it first is what keeps the service
 * from following. */

#include "follow/service.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include <sys/signalfd.h>

#include <systemd/sd-bus.h>
#include <systemd/sd-daemon.h>

#include "basic/text.h"
#include "follow/bus-follower.h"
#include "follow/log.h"

#define RETRY_MIN_USEC (250 * USEC_PER_MSEC)
#define RETRY_MAX_USEC (30 * USEC_PER_SEC)
#define STATUS_INTERVAL_USEC USEC_PER_SEC

enum {
        TROUBLE_MAX = 256,
};

struct FollowService {
        const FollowServiceHandlers *handlers;
        void *userdata;
        sd_event *event;
        BusFollower *follower;
        sd_bus *bus;
        sd_event_source *retry;  /* on while there is no connection of use */
        sd_event_source *status; /* on for a while after a status line */
        sd_event_source *turn;
        usec_t retry_delay;
        bool bus_missed; /* said, until there is a connection again */
        bool stopping;
        char trouble[TROUBLE_MAX]; /* the newest, until the mirror is right again */
        char *told;                /* the status line */
};

/* ---- the connection -------------------------------------------------------------------------- */

/* It is dropped by the timer and not here, where it may be in the middle of its own work. */
static void connection_lost(FollowService *service, const char *reason) {
        if (sd_event_source_get_enabled(service->retry, NULL) > 0)
                return;
        if (!service->bus_missed)
                follow_say(LOG_NOTICE, NULL, "No connection to the system bus: %s. Trying again.",
                        reason);
        service->bus_missed = true;
        (void) sd_event_source_set_time_relative(service->retry, service->retry_delay);
        (void) sd_event_source_set_enabled(service->retry, SD_EVENT_ONESHOT);
        service->retry_delay = MIN(2 * service->retry_delay, RETRY_MAX_USEC);
}

/* Anybody may send a signal of any name, nobody can forge the sender. */
static int on_message(sd_bus_message *message, void *userdata, _unused_ sd_bus_error *error) {
        FollowService *service = userdata;

        if (string_equal(sd_bus_message_get_sender(message), "org.freedesktop.DBus.Local") &&
                sd_bus_message_is_signal(message, "org.freedesktop.DBus.Local", "Disconnected"))
                connection_lost(service, "it was closed");
        else if (service->bus_missed && sd_bus_is_ready(service->bus) > 0) {
                follow_say(LOG_NOTICE, NULL, "On the system bus again.");
                service->bus_missed = false;
                service->retry_delay = RETRY_MIN_USEC;
        }
        return 0;
}

static void drop_connection(FollowService *service) {
        if (service->bus && service->handlers->connected)
                service->handlers->connected(NULL, service->userdata);
        (void) bus_follower_set_bus(service->follower, NULL);
        service->bus = sd_bus_close_unref(service->bus);
}

/* The handshake goes on in the loop. */
static int connect_to_bus(FollowService *service) {
        int r;

        r = sd_bus_open_system_with_description(&service->bus, "system");
        if (r < 0)
                return r;
        /* else the end of the loop waits for the bus without a limit */
        r = sd_bus_set_close_on_exit(service->bus, false);
        if (r < 0)
                return r;
        r = sd_bus_add_filter(service->bus, NULL, on_message, service);
        if (r < 0)
                return r;
        r = sd_bus_attach_event(service->bus, service->event, SD_EVENT_PRIORITY_NORMAL);
        if (r < 0)
                return r;
        r = bus_follower_set_bus(service->follower, service->bus);
        if (r >= 0 && service->handlers->connected)
                service->handlers->connected(service->bus, service->userdata);
        return r;
}

static void try_connect(FollowService *service) {
        int r;

        drop_connection(service);
        r = connect_to_bus(service);
        if (r < 0)
                connection_lost(service, strerror(-r));
}

static int on_retry(_unused_ sd_event_source *source, _unused_ uint64_t usec, void *userdata) {
        try_connect(userdata);
        return 0;
}

/* ---- the status line ------------------------------------------------------------------------- */

/* What is tried again and again is said once. */
static void on_trouble(int r, const char *what, void *userdata) {
        FollowService *service = userdata;
        char text[TROUBLE_MAX];

        (void) snprintf(text, sizeof(text), "%s: %s", what, strerror(-r));
        if (strcmp(text, service->trouble) == 0)
                return;
        memcpy(service->trouble, text, sizeof(text));
        follow_say(LOG_WARNING, NULL, "The server cannot be followed: %s. Trying again.", text);
}

static int on_change(const FollowChange *change, void *userdata) {
        FollowService *service = userdata;

        return service->handlers->changed(change, service->userdata);
}

static void describe(FollowService *service, Buffer *text) {
        const Follower *follower = bus_follower_get(service->follower);
        size_t ailing;

        if (sd_event_source_get_enabled(service->retry, NULL) > 0)
                (void) buffer_append_string(text, "Waiting for the system bus.");
        else if (!follower_is_present(follower))
                (void) buffer_append_string(text, "Waiting for mini-dhcpd.");
        else if (*service->trouble)
                (void) buffer_printf(text, "The server cannot be followed: %s.", service->trouble);
        if (!service->handlers->describe)
                return;
        ailing = text->size;
        if (ailing > 0)
                (void) buffer_append_string(text, " ");
        service->handlers->describe(service->userdata, text);
        if (ailing > 0 && text->size == ailing + 1)
                text->size = ailing;
}

static void send_status(FollowService *service) {
        _cleanup_(buffer_done) Buffer buffer = BUFFER_INIT;
        _cleanup_free_ char *text = NULL;

        describe(service, &buffer);
        if (buffer_take_string(&buffer, &text) < 0 || string_equal(text, service->told))
                return;
        (void) sd_notifyf(0, "STATUS=%s", text);
        free(service->told);
        service->told = TAKE_PTR(text);
        (void) sd_event_source_set_time_relative(service->status, STATUS_INTERVAL_USEC);
        (void) sd_event_source_set_enabled(service->status, SD_EVENT_ONESHOT);
}

/* The turn that it ends with sends what has come up meanwhile. */
static int on_status(
        _unused_ sd_event_source *source, _unused_ uint64_t usec, _unused_ void *userdata) {
        return 0;
}

/* ---- the loop -------------------------------------------------------------------------------- */

static int on_turn_ended(_unused_ sd_event_source *source, void *userdata) {
        FollowService *service = userdata;

        if (follower_is_settled(bus_follower_get(service->follower)))
                *service->trouble = '\0';
        if (service->handlers->turn)
                service->handlers->turn(service->userdata);
        if (!service->stopping && sd_event_source_get_enabled(service->status, NULL) == 0)
                send_status(service);
        return 0;
}

static int on_stop(_unused_ sd_event_source *source,
        _unused_ const struct signalfd_siginfo *information, void *userdata) {
        FollowService *service = userdata;

        if (service->stopping)
                return 0;
        service->stopping = true;
        (void) sd_notify(0, "STOPPING=1");
        if (!service->handlers->stop || service->handlers->stop(service->userdata))
                follow_service_end(service);
        return 0;
}

static int on_hangup(_unused_ sd_event_source *source,
        _unused_ const struct signalfd_siginfo *information, void *userdata) {
        FollowService *service = userdata;

        if (service->handlers->reload)
                service->handlers->reload(service->userdata);
        return 0;
}

static int add_signal(FollowService *service, int number, sd_event_signal_handler_t handler) {
        return sd_event_add_signal(service->event, NULL, number, handler, service);
}

static int add_timer(
        FollowService *service, sd_event_source **ret, sd_event_time_handler_t handler) {
        int r;

        r = sd_event_add_time(service->event, ret, CLOCK_MONOTONIC, 0, 0, handler, service);
        return r < 0 ? r : sd_event_source_set_enabled(*ret, SD_EVENT_OFF);
}

static int add_sources(FollowService *service) {
        sigset_t signals;
        int r;

        (void) sigemptyset(&signals);
        (void) sigaddset(&signals, SIGTERM);
        (void) sigaddset(&signals, SIGINT);
        (void) sigaddset(&signals, SIGHUP);
        (void) sigprocmask(SIG_BLOCK, &signals, NULL);
        r = add_signal(service, SIGTERM, on_stop);
        if (r >= 0)
                r = add_signal(service, SIGINT, on_stop);
        if (r >= 0)
                r = add_signal(service, SIGHUP, on_hangup);
        if (r >= 0)
                r = add_timer(service, &service->retry, on_retry);
        if (r >= 0)
                r = add_timer(service, &service->status, on_status);
        if (r >= 0)
                r = sd_event_add_post(service->event, &service->turn, on_turn_ended, service);
        return r < 0 ? r : sd_event_set_watchdog(service->event, true);
}

int follow_service_new(FollowService **ret, const char *state_path,
        const FollowServiceHandlers *handlers, void *userdata) {
        _cleanup_(follow_service_freep) FollowService *service = calloc(1, sizeof(*service));
        int r;

        if (!service)
                return -ENOMEM;
        service->handlers = handlers;
        service->userdata = userdata;
        service->retry_delay = RETRY_MIN_USEC;
        r = sd_event_new(&service->event);
        if (r < 0)
                return r;
        r = bus_follower_new(&service->follower, NULL, service->event, state_path, on_change,
                on_trouble, service);
        if (r < 0)
                return r;
        r = add_sources(service);
        if (r < 0)
                return r;
        *ret = TAKE_PTR(service);
        return 0;
}

FollowService *follow_service_free(FollowService *service) {
        if (!service)
                return NULL;
        if (service->follower)
                drop_connection(service);
        (void) bus_follower_free(service->follower);
        (void) sd_event_source_disable_unref(service->retry);
        (void) sd_event_source_disable_unref(service->status);
        (void) sd_event_source_disable_unref(service->turn);
        (void) sd_event_unref(service->event);
        free(service->told);
        free(service);
        return NULL;
}

int follow_service_run(FollowService *service) {
        try_connect(service);
        (void) sd_notify(0, "READY=1");
        send_status(service);
        return sd_event_loop(service->event);
}

void follow_service_end(FollowService *service) {
        (void) sd_event_exit(service->event, 0);
}

sd_event *follow_service_get_event(const FollowService *service) {
        return service->event;
}

Follower *follow_service_get_follower(const FollowService *service) {
        return bus_follower_get(service->follower);
}

void follow_service_pause(FollowService *service, bool paused) {
        follower_pause(bus_follower_get(service->follower), paused);
        bus_follower_settle(service->follower);
}
