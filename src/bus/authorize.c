/* SPDX-License-Identifier: MIT */

/* Asks the bus for the caller's user, and lets root and our own user through. Knows nothing of what
 * the calls do. Never waits: a call in doubt is kept until the answer comes, and the number of such
 * calls is bounded. */

#include <errno.h>
#include <stdlib.h>

#include "basic/macro.h"
#include "bus/authorize.h"
#include "bus/bus-internal.h"

typedef struct Authorization {
        ListNode pending;
        Bus *bus;
        sd_bus_message *message;
        sd_bus_slot *slot;
        const char *purpose;
        AuthorizedFunction function;
} Authorization;

static Authorization *authorization_free(Authorization *authorization) {
        if (!authorization)
                return NULL;

        if (list_is_linked(&authorization->pending)) {
                list_remove(&authorization->pending);
                authorization->bus->n_authorizations--;
        }
        sd_bus_slot_unref(authorization->slot);
        sd_bus_message_unref(authorization->message);
        free(authorization);

        return NULL;
}

DEFINE_POINTER_CLEANUP(Authorization, authorization_free);

static int refuse(const char *purpose, sd_bus_error *error) {
        return sd_bus_error_setf(error, SD_BUS_ERROR_ACCESS_DENIED,
                "Only root and the server's own user may %s.", purpose);
}

static int carry_out(Authorization *authorization, sd_bus_message *answer, sd_bus_error *error) {
        uint32_t uid;
        int r;

        /* The caller is gone, or the bus does not know either. */
        if (sd_bus_message_is_method_error(answer, NULL))
                return refuse(authorization->purpose, error);

        r = sd_bus_message_read_basic(answer, 'u', &uid);
        if (r < 0)
                return r;
        if (uid != 0 && uid != authorization->bus->own_uid)
                return refuse(authorization->purpose, error);

        r = sd_bus_message_rewind(authorization->message, true);
        if (r < 0)
                return r;

        return authorization->function(authorization->bus, authorization->message, error);
}

static int on_caller_known(sd_bus_message *answer, void *userdata, _unused_ sd_bus_error *error) {
        _cleanup_(authorization_freep) Authorization *authorization = userdata;
        _cleanup_(sd_bus_error_free) sd_bus_error reason = SD_BUS_ERROR_NULL;
        int r;

        r = carry_out(authorization, answer, &reason);
        if (r < 0)
                (void) sd_bus_reply_method_errno(authorization->message, r, &reason);

        return 1;
}

int bus_authorize(Bus *bus, sd_bus_message *message, const char *purpose,
        AuthorizedFunction function, sd_bus_error *error) {
        _cleanup_(authorization_freep) Authorization *authorization = NULL;
        const char *sender = sd_bus_message_get_sender(message);
        int r;

        if (!sender)
                return refuse(purpose, error);
        if (bus->n_authorizations >= BUS_AUTHORIZATIONS_MAX)
                return sd_bus_error_setf(error, SD_BUS_ERROR_LIMITS_EXCEEDED,
                        "Too many calls are waiting for authorization.");

        authorization = calloc(1, sizeof(*authorization));
        if (!authorization)
                return -ENOMEM;
        authorization->bus = bus;
        authorization->message = sd_bus_message_ref(message);
        authorization->purpose = purpose;
        authorization->function = function;

        r = sd_bus_call_method_async(sd_bus_message_get_bus(message), &authorization->slot,
                "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                "GetConnectionUnixUser", on_caller_known, authorization, "s", sender);
        if (r < 0)
                return r;

        list_append(&bus->authorizations, &authorization->pending);
        bus->n_authorizations++;
        (void) TAKE_PTR(authorization);

        return 1;
}

void bus_authorize_cancel_all(Bus *bus) {
        ListNode *node;

        while ((node = list_first(&bus->authorizations)))
                (void) authorization_free(CONTAINER_OF(node, Authorization, pending));
}
