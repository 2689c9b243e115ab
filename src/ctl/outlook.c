/* SPDX-License-Identifier: MIT */
/* Sentences about the address of a host, from its properties. */

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "basic/buffer.h"
#include "ctl/bus-api.h"
#include "ctl/format.h"
#include "ctl/json.h"
#include "ctl/outlook.h"
#include "ctl/wrap.h"

/* A host as the sentences need it; strings are borrowed from the object and safe to print. */
typedef struct HostFacts {
        const char *name;
        const char *address;
        const char *current;
        const json_object *holder;
        usec_t moves_at;
        TimestampStyle style;
} HostFacts;

/* "until Mon 2026-11-30 20:42:31 UTC" */
static void add_until(Buffer *text, usec_t end, TimestampStyle style) {
        char when[FORMAT_TIME_MAX];

        if (end == USEC_INFINITY)
                (void) buffer_append_string(text, "without end");
        else
                (void) buffer_printf(text, "until %s", format_timestamp(end, style, when));
}

/* "02:00:00:00:04:03 (old-nas)" */
static void add_holder(Buffer *text, const HostFacts *host) {
        const char *hardware = json_get_text(host->holder, "HardwareAddress");
        const char *hostname = json_get_text(host->holder, "Hostname");

        (void) buffer_append_string(
                text, *hardware ? hardware : json_get_text(host->holder, "ClientId"));
        if (*hostname)
                (void) buffer_printf(text, " (%s)", hostname);
}

/* "192.168.7.20 is leased to 02:00:00:00:04:03 until …" */
static void add_lease(Buffer *text, const HostFacts *host) {
        (void) buffer_printf(text, "%s is leased to ", host->address);
        add_holder(text, host);
        (void) buffer_append_string(text, " ");
        add_until(text, json_get_usec(host->holder, "ExpiresUSec"), host->style);
}

static void add_current(Buffer *text, const HostFacts *host) {
        if (*host->current)
                (void) buffer_printf(text, " Until then %s keeps %s.", host->name, host->current);
}

static void say_has(Buffer *text, const HostFacts *host) {
        (void) buffer_printf(text, "%s has %s already, ", host->name, host->address);
        add_until(text, json_get_usec(host->holder, "ExpiresUSec"), host->style);
        (void) buffer_append_string(text, ", and keeps it.");
}

static void say_free(Buffer *text, const HostFacts *host) {
        (void) buffer_printf(
                text, "Nobody has %s now; %s gets it when it asks.", host->address, host->name);
}

static void say_moves(Buffer *text, const HostFacts *host) {
        (void) buffer_printf(
                text, "Nobody has %s now; %s has %s ", host->address, host->name, host->current);
        add_until(text, host->moves_at, host->style);
        (void) buffer_printf(text, ". It moves to %s when it starts again%s.", host->address,
                host->moves_at != USEC_INFINITY
                        ? ", and when that lease ends at the latest; no renewal makes that longer"
                        : "");
}

static void say_asks(Buffer *text, const HostFacts *host) {
        add_lease(text, host);
        (void) buffer_printf(text,
                ". When %s starts again, that machine is asked by ARP: if it does not answer, %s "
                "moves to the address at once, else when that lease has ended.",
                host->name, host->name);
        add_current(text, host);
}

static void say_at_once(Buffer *text, const HostFacts *host) {
        add_lease(text, host);
        (void) buffer_printf(text,
                ", for which it is not reserved any more: that lease ends when %s starts again, "
                "which gets the address then.",
                host->name);
        add_current(text, host);
}

static void say_waits(Buffer *text, const HostFacts *host) {
        if (strcmp(json_get_text(host->holder, "State"), "declined") != 0) {
                add_lease(text, host);
                (void) buffer_printf(text,
                        ". %s gets the address when that lease has ended; to end it now: "
                        "minidhcpctl delete-lease %s.",
                        host->name, host->address);
        } else {
                (void) buffer_printf(text, "%s is set aside ", host->address);
                add_until(text, host->moves_at, host->style);
                (void) buffer_append_string(text, *json_get_text(host->holder, "ClientId")
                                                          ? ", declined by "
                                                          : ", since it is used by ");
                add_holder(text, host);
                (void) buffer_printf(text,
                        ". %s gets it after that; to end it now: minidhcpctl clear-declined.",
                        host->name);
        }
        add_current(text, host);
}

static const struct {
        const char *outlook;
        void (*say)(Buffer *text, const HostFacts *host);
} outlooks[] = {
        {"has", say_has},
        {"free", say_free},
        {"moves", say_moves},
        {"asks", say_asks},
        {"at-once", say_at_once},
        {"waits", say_waits},
};

static void print_outlook(const Context *context, const json_object *object, const char *name) {
        const HostFacts host = {
                .name = name,
                .address = json_get_text(object, "Address"),
                .current = json_get_text(object, "CurrentAddress"),
                .holder = json_object_object_get(object, "Holder"),
                .moves_at = json_get_usec(object, "MovesAtUSec"),
                .style = context->options.timestamp,
        };
        const char *outlook = json_get_text(object, "Outlook");
        const Terminal *terminal = &context->terminal;
        _cleanup_free_ char *sentences = NULL;
        Buffer text = BUFFER_INIT;

        for (size_t i = 0; i < ELEMENTSOF(outlooks); i++)
                if (strcmp(outlooks[i].outlook, outlook) == 0)
                        outlooks[i].say(&text, &host);
        if (text.size > 0 && buffer_take_string(&text, &sentences) >= 0) {
                wrap_print(stdout, sentences, 0, 0,
                        terminal->is_terminal ? terminal->columns : SIZE_MAX);
                (void) putchar('\n');
        }
        buffer_done(&text);
}

/* @object: of the host, or NULL */
static void print_json(const Context *context, const json_object *object, const char *name) {
        static const char *const keys[] = {
                "Address", "Outlook", "Holder", "CurrentAddress", "MovesAtUSec"};
        _cleanup_json_ json_object *change = json_object_new_object();
        json_object *value;

        if (!change || json_add_take(change, "Host", json_new_string(name)) < 0)
                return;
        for (size_t i = 0; object && i < ELEMENTSOF(keys); i++) {
                if (!json_object_object_get_ex(object, keys[i], &value))
                        continue;
                if (json_object_object_add(change, keys[i], json_object_get(value)) < 0)
                        (void) json_object_put(value);
        }
        json_print(change, context->options.json);
}

void print_host_change(
        const Context *context, Connection *connection, const char *name, const char *what, ...) {
        const bool json = context_wants_json(context);
        _cleanup_json_ json_object *object = NULL;
        _cleanup_free_ char *path = NULL;
        va_list arguments;

        if (!json && context->options.quiet)
                return;
        if (sd_bus_path_encode(BUS_API_HOST_PREFIX, name, &path) >= 0)
                (void) connection_get_all(connection, path, BUS_API_HOST, &object);
        if (json) {
                print_json(context, object, name);
                return;
        }
        va_start(arguments, what);
        (void) vprintf(what, arguments);
        va_end(arguments);
        (void) putchar('\n');
        if (object)
                print_outlook(context, object, name);
}
