/* SPDX-License-Identifier: MIT */

/* One list of calls, oldest first, each with what it waits for. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/macro.h"
#include "basic/text.h"
#include "bus/bus-internal.h"
#include "bus/errors.h"
#include "bus/object.h"
#include "bus/pending-call.h"

typedef enum PendingReason {
        PENDING_NOTHING, /* not yet */
        PENDING_COMMIT,
        PENDING_CHANGE,
        PENDING_RELOAD,
        PENDING_FLUSH,
} PendingReason;

struct PendingCall {
        ListNode pending;
        Bus *bus;
        sd_bus_message *message; /* NULL when nobody waits for the reply any more */
        PendingReason reason;
        uint64_t commit;
        char *path;  /* for the reply, or NULL */
        bool counts; /* the reply holds the number */
        uint32_t count;
        bool is_host; /* of a change */
        char *name;
};

int pending_call_new(PendingCall **ret, Bus *bus, sd_bus_message *message, sd_bus_error *error) {
        PendingCall *call;

        if (bus->n_calls >= BUS_CALLS_MAX)
                return sd_bus_error_setf(error, SD_BUS_ERROR_LIMITS_EXCEEDED,
                        "Too many calls wait for what they have changed to be written.");

        call = calloc(1, sizeof(*call));
        if (!call)
                return -ENOMEM;
        call->bus = bus;
        call->message = sd_bus_message_ref(message);
        list_append(&bus->calls, &call->pending);
        bus->n_calls++;
        *ret = call;
        return 0;
}

PendingCall *pending_call_free(PendingCall *call) {
        if (!call)
                return NULL;

        list_remove(&call->pending);
        call->bus->n_calls--;
        sd_bus_message_unref(call->message);
        free(call->path);
        free(call->name);
        free(call);
        return NULL;
}

int pending_call_set_path(PendingCall *call, const char *prefix, const char *name) {
        int r;

        r = sd_bus_path_encode(prefix, name, &call->path);
        return r < 0 ? r : 0;
}

void pending_call_set_count(PendingCall *call, uint32_t count) {
        call->count = count;
        call->counts = true;
}

static int reply_success(PendingCall *call) {
        if (call->path)
                return sd_bus_reply_method_return(call->message, "o", call->path);
        if (call->counts)
                return sd_bus_reply_method_return(call->message, "u", call->count);
        return sd_bus_reply_method_return(call->message, NULL);
}

static int reply_error(PendingCall *call, const char *name, const char *text) {
        _cleanup_(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;

        (void) sd_bus_error_set(&error, name, text);
        return sd_bus_reply_method_error(call->message, &error);
}

static int reply(PendingCall *call, const char *name, const char *text) {
        return name ? reply_error(call, name, text) : reply_success(call);
}

/* @name: of the error, or NULL for success */
static void finish(PendingCall *call, const char *name, const char *text) {
        /* Memory may be there again, and nobody else will reply. */
        if (call->message && reply(call, name, text) == -ENOMEM)
                (void) reply(call, name, text);
        (void) pending_call_free(call);
}

int pending_call_execute(PendingCall *call) {
        Bus *bus = call->bus;

        call->reason = PENDING_COMMIT;
        call->commit = server_last_commit(bus->server);
        bus->operations->execute(bus->userdata, bus->caller_uid);
        return 1;
}

void bus_commit_durable(Bus *bus, uint64_t id) {
        if (!bus)
                return;

        LIST_FOREACH_SAFE (node, next, &bus->calls) {
                PendingCall *call = CONTAINER_OF(node, PendingCall, pending);

                if (call->reason == PENDING_COMMIT && call->commit <= id)
                        finish(call, NULL, NULL);
        }
}

void bus_commit_failed(Bus *bus, uint64_t id) {
        if (!bus)
                return;

        LIST_FOREACH_SAFE (node, next, &bus->calls) {
                PendingCall *call = CONTAINER_OF(node, PendingCall, pending);

                if (call->reason == PENDING_COMMIT && call->commit >= id)
                        finish(call, BUS_ERROR_LEASE_FILE,
                                "The lease file cannot be written; nothing has changed.");
        }
}

static void change_refused(PendingCall *call, int r, const char *reason) {
        const char *kind = call->is_host ? "host" : "pool";
        char text[256];

        switch (r) {
        case -ENOENT:
                (void) snprintf(text, sizeof(text), "There is no %s %s.", kind, call->name);
                finish(call, call->is_host ? BUS_ERROR_NO_SUCH_HOST : BUS_ERROR_NO_SUCH_POOL, text);
                return;
        case -EALREADY:
                (void) snprintf(text, sizeof(text),
                        "There is a %s %s already, with these settings.", kind, call->name);
                finish(call, BUS_ERROR_UNCHANGED, text);
                return;
        case -EEXIST:
                (void) snprintf(text, sizeof(text),
                        "There is a %s %s already; Configure changes it, and so does minidhcpctl "
                        "set-%s.",
                        kind, call->name, kind);
                finish(call, BUS_ERROR_INVALID_SETTING, text);
                return;
        case -EINVAL:
                finish(call, BUS_ERROR_INVALID_SETTING, reason ? reason : "Not valid.");
                return;
        case -EOPNOTSUPP:
                finish(call, SD_BUS_ERROR_NOT_SUPPORTED, reason);
                return;
        case -EBUSY:
                finish(call, SD_BUS_ERROR_LIMITS_EXCEEDED, "Too many changes wait.");
                return;
        case -ENOMEM:
                finish(call, SD_BUS_ERROR_NO_MEMORY, "Out of memory.");
                return;
        default:
                finish(call, SD_BUS_ERROR_IO_ERROR, reason ? reason : strerror(-r));
        }
}

/* Texts may hold names of files. Return: for free(), NULL without memory or text. */
static char *sanitize(const char *text) {
        size_t size = text ? 4 * strlen(text) + 1 : 0;
        char *clean = text ? malloc(size) : NULL;

        if (clean)
                (void) text_sanitize((const uint8_t *) text, strlen(text), clean, size);
        return clean;
}

static void on_changed(int r, const char *reason, void *userdata) {
        _cleanup_free_ char *clean = sanitize(reason);

        if (r < 0)
                change_refused(userdata, r, clean);
        else
                finish(userdata, NULL, NULL);
}

int pending_call_change(PendingCall *call, BusChange *change) {
        Bus *bus = call->bus;

        call->reason = PENDING_CHANGE;
        change->uid = bus->caller_uid;
        call->is_host = change->is_host;
        call->name = strdup(change->name);
        if (!call->name) {
                (void) bus_change_free(change);
                on_changed(-ENOMEM, NULL, call);
                return 1;
        }
        bus->operations->change(bus->userdata, change, on_changed, call);
        return 1;
}

int pending_call_reload(PendingCall *call) {
        Bus *bus = call->bus;

        call->reason = PENDING_RELOAD;
        bus->operations->reload(bus->userdata, bus->caller_uid);
        return 1;
}

static int append_warnings(sd_bus_message *reply, const Problems *problems) {
        int r;

        r = sd_bus_message_open_container(reply, 'a', "s");
        for (size_t i = 0; i < problems->n_items && r >= 0; i++) {
                _cleanup_free_ char *text = NULL;

                r = problem_format(&problems->items[i], &text);
                if (r >= 0)
                        r = object_append_string(reply, text);
        }
        return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int reply_warnings(PendingCall *call, const Problems *problems) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL;
        int r;

        r = sd_bus_message_new_method_return(call->message, &message);
        if (r >= 0)
                r = append_warnings(message, problems);
        return r < 0 ? r : sd_bus_message_send(message);
}

static void finish_reload(PendingCall *call, const Problems *problems) {
        /* as finish() */
        if (call->message && reply_warnings(call, problems) == -ENOMEM)
                (void) reply_warnings(call, problems);
        (void) pending_call_free(call);
}

/* The first mistake, and how many there are. */
static void reply_mistake(PendingCall *call, int r, const Problems *problems) {
        _cleanup_free_ char *first = NULL, *text = NULL, *clean = NULL;

        for (size_t i = 0; i < problems->n_items && !first; i++)
                if (!problems->items[i].warning)
                        (void) problem_format(&problems->items[i], &first);
        if (asprintf(&text, "%s%s", first ? first : strerror(-r),
                    problems->n_errors > 1 ? " (and more, see the journal)" : "") < 0)
                text = NULL;
        clean = sanitize(text);
        finish(call, BUS_ERROR_INVALID_SETTING, clean);
}

void bus_reloaded(Bus *bus, int r, const Problems *problems) {
        if (!bus)
                return;

        LIST_FOREACH_SAFE (node, next, &bus->calls) {
                PendingCall *call = CONTAINER_OF(node, PendingCall, pending);

                if (call->reason != PENDING_RELOAD)
                        continue;
                if (r < 0) {
                        reply_mistake(call, r, problems);
                        continue;
                }
                finish_reload(call, problems);
        }
}

int pending_call_flush(PendingCall *call, sd_bus_error *error) {
        Bus *bus = call->bus;

        call->reason = PENDING_FLUSH;
        if (bus->operations->flush(bus->userdata, bus->caller_uid) >= 0)
                return 1;
        (void) pending_call_free(call);
        return sd_bus_error_set(error, BUS_ERROR_LEASE_FILE, "The lease file cannot be written.");
}

void bus_flushed(Bus *bus, int r) {
        if (!bus)
                return;

        LIST_FOREACH_SAFE (node, next, &bus->calls) {
                PendingCall *call = CONTAINER_OF(node, PendingCall, pending);

                if (call->reason == PENDING_FLUSH)
                        finish(call, r < 0 ? BUS_ERROR_LEASE_FILE : NULL,
                                "The lease file cannot be written.");
        }
}

void pending_calls_drop(Bus *bus) {
        LIST_FOREACH_SAFE (node, next, &bus->calls) {
                PendingCall *call = CONTAINER_OF(node, PendingCall, pending);

                /* the daemon holds on to this one */
                if (call->reason == PENDING_CHANGE)
                        call->message = sd_bus_message_unref(call->message);
                else
                        (void) pending_call_free(call);
        }
}

void pending_calls_free(Bus *bus) {
        ListNode *node;

        while ((node = list_first(&bus->calls)))
                (void) pending_call_free(CONTAINER_OF(node, PendingCall, pending));
}
