/* SPDX-License-Identifier: MIT */

/* Asks the bus for the caller's user, lets root and our own user through, and asks polkit about all
 * others. Knows nothing of what the calls do.
 *
 * Never waits: a call in doubt is kept until the answer comes. The number of such calls is bounded,
 * those in polkit's hands apart from the others, so that people who leave dialogs open do not keep
 * root out, and for each user, so that they do not keep each other out. A question counts until
 * polkit has answered it, also when nobody waits for that any more: the bus counts so, too, and
 * lets nothing more of us pass when there are too many. */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/macro.h"
#include "basic/text.h"
#include "bus/authorize.h"
#include "bus/bus-internal.h"
#include "bus/call-size.h"
#include "bus/object.h"

#define POLKIT_NAME "org.freedesktop.PolicyKit1"
#define POLKIT_PATH "/org/freedesktop/PolicyKit1/Authority"
#define POLKIT_INTERFACE "org.freedesktop.PolicyKit1.Authority"
#define POLKIT_ALLOW_USER_INTERACTION 1

enum {
        MATCH_MAX = 512, /* a unique name has 255 bytes at most */
};

typedef struct Authorization {
        ListNode pending;
        Bus *bus;
        sd_bus_message *message; /* NULL when its sender has left before polkit's answer */
        sd_bus_slot *slot;       /* the question under way */
        sd_bus_slot *watch;      /* tells when the caller leaves, while polkit is asked */
        const char *action;
        const char *purpose;
        AuthorizedFunction function;
        bool asks_polkit;
        uint32_t uid; /* once the bus has said it */
} Authorization;

static void count(Authorization *authorization, int n) {
        if (authorization->asks_polkit)
                authorization->bus->n_questions += (size_t) n;
        else
                authorization->bus->n_authorizations += (size_t) n;
}

static Authorization *authorization_free(Authorization *authorization) {
        if (!authorization)
                return NULL;

        if (list_is_linked(&authorization->pending)) {
                list_remove(&authorization->pending);
                count(authorization, -1);
        }
        sd_bus_slot_unref(authorization->slot);
        sd_bus_slot_unref(authorization->watch);
        sd_bus_message_unref(authorization->message);
        free(authorization);

        return NULL;
}

DEFINE_POINTER_CLEANUP(Authorization, authorization_free);

static int refuse(
        const char *purpose, const char *action, const char *reason, sd_bus_error *error) {
        return sd_bus_error_setf(error, SD_BUS_ERROR_ACCESS_DENIED,
                "Only root, the server's own user and whom polkit allows %s may %s%s.", action,
                purpose, reason);
}

static int carry_out(Authorization *authorization, sd_bus_error *error) {
        int r;

        r = sd_bus_message_rewind(authorization->message, true);
        if (r < 0)
                return r;

        authorization->bus->caller_uid = authorization->uid;
        return authorization->function(authorization->bus, authorization->message, true, error);
}

/* That there is no polkit is usual. Else the reason is for the administrator: it could not be
 * started, it went away, or it does not know that our user may ask. */
static int refuse_unanswered(
        const Authorization *authorization, sd_bus_message *answer, sd_bus_error *error) {
        const sd_bus_error *why = sd_bus_message_get_error(answer);
        const char *text = why->message ? why->message : why->name;
        _cleanup_free_ char *reason = NULL;
        size_t size = strlen(text);

        if (sd_bus_error_has_name(why, SD_BUS_ERROR_SERVICE_UNKNOWN) ||
                sd_bus_error_has_name(why, SD_BUS_ERROR_NAME_HAS_NO_OWNER))
                return refuse(authorization->purpose, authorization->action, "; there is no polkit",
                        error);

        if (size > 0 && text[size - 1] == '.')
                size--;
        if (asprintf(&reason, "; polkit did not answer: %.*s", (int) size, text) < 0)
                return -ENOMEM;
        return refuse(authorization->purpose, authorization->action, reason, error);
}

static int read_verdict(Authorization *authorization, sd_bus_message *answer, sd_bus_error *error) {
        int r, is_authorized, is_challenge;

        if (sd_bus_message_is_method_error(answer, NULL))
                return refuse_unanswered(authorization, answer, error);

        r = sd_bus_message_enter_container(answer, 'r', "bba{ss}");
        if (r < 0)
                return r;
        r = sd_bus_message_read(answer, "bb", &is_authorized, &is_challenge);
        if (r < 0)
                return r;
        if (is_authorized)
                return carry_out(authorization, error);
        if (is_challenge &&
                sd_bus_message_get_allow_interactive_authorization(authorization->message) <= 0)
                return sd_bus_error_setf(error, SD_BUS_ERROR_INTERACTIVE_AUTHORIZATION_REQUIRED,
                        "To %s, polkit wants to ask for a password (%s).", authorization->purpose,
                        authorization->action);
        if (is_challenge)
                return refuse(authorization->purpose, authorization->action,
                        "; polkit wants a password, and has no agent to ask for it", error);

        return refuse(authorization->purpose, authorization->action, "; polkit says no", error);
}

static int on_verdict(sd_bus_message *answer, void *userdata, _unused_ sd_bus_error *error) {
        _cleanup_(authorization_freep) Authorization *authorization = userdata;
        _cleanup_(sd_bus_error_free) sd_bus_error reason = SD_BUS_ERROR_NULL;

        if (authorization->message)
                (void) object_reply_error(authorization->message,
                        read_verdict(authorization, answer, &reason), &reason);
        return 1;
}

static int on_caller_changed(
        sd_bus_message *message, void *userdata, _unused_ sd_bus_error *error) {
        Authorization *authorization = userdata;
        const char *name, *new_owner;

        if (sd_bus_message_read(message, "sss", &name, NULL, &new_owner) < 0 || *new_owner ||
                !string_equal(name, sd_bus_message_get_sender(authorization->message)))
                return 0;

        /* Nobody looks at the dialog any more. polkit, which watches its subjects, takes it back
         * itself. CancelCheckAuthorization() would ask for just that, but when the agent leaves at
         * the same time, as that of a command does, polkitd 122 locks itself up for good. */
        authorization->message = sd_bus_message_unref(authorization->message);
        authorization->watch = sd_bus_slot_unref(authorization->watch);
        return 0;
}

static int watch_caller(Authorization *authorization, sd_bus *connection) {
        char match[MATCH_MAX];
        int r;

        (void) snprintf(match, sizeof(match),
                "type='signal',sender='org.freedesktop.DBus',path='/org/freedesktop/DBus',"
                "interface='org.freedesktop.DBus',member='NameOwnerChanged',arg0='%s'",
                sd_bus_message_get_sender(authorization->message));
        r = sd_bus_add_match_async(
                connection, &authorization->watch, match, on_caller_changed, NULL, authorization);
        return r < 0 ? r : 0;
}

static int ask_polkit(Authorization *authorization) {
        sd_bus *connection = sd_bus_message_get_bus(authorization->message);
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *question = NULL;
        bool interactive =
                sd_bus_message_get_allow_interactive_authorization(authorization->message) > 0;
        int r;

        r = sd_bus_message_new_method_call(connection, &question, POLKIT_NAME, POLKIT_PATH,
                POLKIT_INTERFACE, "CheckAuthorization");
        if (r < 0)
                return r;
        r = sd_bus_message_append(question, "(sa{sv})sa{ss}us", "system-bus-name", 1, "name", "s",
                sd_bus_message_get_sender(authorization->message), authorization->action, 0,
                interactive ? POLKIT_ALLOW_USER_INTERACTION : 0, "");
        if (r < 0)
                return r;
        r = watch_caller(authorization, connection);
        if (r < 0) {
                /* What sd-bus 252 leaves of a match that it could not add makes it abort at the
                 * next message. */
                bus_give_up_connection(authorization->bus, r);
                return r;
        }

        authorization->slot = sd_bus_slot_unref(authorization->slot);
        /* A question that we give up would still be one of those that the bus allows us. The caller
         * has patience of its own. */
        r = sd_bus_call_async(
                connection, &authorization->slot, question, on_verdict, authorization, UINT64_MAX);
        if (r < 0)
                return r;

        count(authorization, -1);
        authorization->asks_polkit = true;
        count(authorization, 1);
        return 0;
}

static size_t count_questions(const Bus *bus, uint32_t uid) {
        size_t n = 0;

        LIST_FOREACH (node, &bus->authorizations) {
                const Authorization *other = CONTAINER_OF(node, Authorization, pending);

                n += other->asks_polkit && other->uid == uid;
        }
        return n;
}

static int refuse_flood(const Authorization *authorization, sd_bus_error *error) {
        const Bus *bus = authorization->bus;
        size_t n = count_questions(bus, authorization->uid);

        if (n >= BUS_USER_QUESTIONS_MAX)
                return sd_bus_error_setf(error, SD_BUS_ERROR_LIMITS_EXCEEDED,
                        "%zu questions about user %" PRIu32 " wait for polkit's answer already; "
                        "answer or cancel some, and try again.",
                        n, authorization->uid);
        if (bus->n_questions >= BUS_QUESTIONS_MAX)
                return sd_bus_error_setf(error, SD_BUS_ERROR_LIMITS_EXCEEDED,
                        "Too many questions wait for polkit's answer; try again later, or as "
                        "root.");
        return 0;
}

/* Return: 1 when polkit has been asked, 0 when it is over. */
static int judge_user(Authorization *authorization, sd_bus_message *answer, sd_bus_error *error) {
        Bus *bus = authorization->bus;
        uint32_t uid;
        int r;

        /* The caller is gone, or the bus does not know either. */
        if (sd_bus_message_is_method_error(answer, NULL))
                return refuse(authorization->purpose, authorization->action,
                        "; who calls is not known", error);

        r = sd_bus_message_read_basic(answer, 'u', &uid);
        if (r < 0)
                return r;
        authorization->uid = uid;
        if (uid == 0 || uid == bus->own_uid) {
                r = carry_out(authorization, error);
                return r < 0 ? r : 0;
        }

        r = refuse_flood(authorization, error);
        if (r < 0)
                return r;
        r = ask_polkit(authorization);
        return r < 0 ? r : 1;
}

static int on_caller_known(sd_bus_message *answer, void *userdata, _unused_ sd_bus_error *error) {
        _cleanup_(authorization_freep) Authorization *authorization = userdata;
        _cleanup_(sd_bus_error_free) sd_bus_error reason = SD_BUS_ERROR_NULL;
        int r;

        r = judge_user(authorization, answer, &reason);
        if (r > 0)
                (void) TAKE_PTR(authorization);
        else
                (void) object_reply_error(authorization->message, r, &reason);

        return 1;
}

static int authorize(Bus *bus, sd_bus_message *message, const char *action, const char *purpose,
        AuthorizedFunction function, sd_bus_error *error) {
        _cleanup_(authorization_freep) Authorization *authorization = NULL;
        const char *sender = sd_bus_message_get_sender(message);
        int r;

        r = call_exceeds(message, BUS_CALL_SIZE_MAX);
        if (r < 0)
                return r;
        if (r > 0)
                return sd_bus_error_setf(error, SD_BUS_ERROR_LIMITS_EXCEEDED,
                        "The call has more than %d bytes of arguments.", BUS_CALL_SIZE_MAX);
        r = function(bus, message, false, error);
        if (r < 0)
                return r;
        if (!sender)
                return refuse(purpose, action, "; who calls is not known", error);
        if (bus->n_authorizations >= BUS_AUTHORIZATIONS_MAX)
                return sd_bus_error_setf(error, SD_BUS_ERROR_LIMITS_EXCEEDED,
                        "Too many calls are waiting for authorization.");

        authorization = calloc(1, sizeof(*authorization));
        if (!authorization)
                return -ENOMEM;
        authorization->bus = bus;
        authorization->message = sd_bus_message_ref(message);
        authorization->action = action;
        authorization->purpose = purpose;
        authorization->function = function;

        r = sd_bus_call_method_async(sd_bus_message_get_bus(message), &authorization->slot,
                "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                "GetConnectionUnixUser", on_caller_known, authorization, "s", sender);
        if (r < 0)
                return r;

        list_append(&bus->authorizations, &authorization->pending);
        count(TAKE_PTR(authorization), 1);

        return 1;
}

int bus_authorize(Bus *bus, sd_bus_message *message, const char *action, const char *purpose,
        AuthorizedFunction function, sd_bus_error *error) {
        return object_reply_error(
                message, authorize(bus, message, action, purpose, function, error), error);
}

void bus_authorize_cancel_all(Bus *bus) {
        ListNode *node;

        while ((node = list_first(&bus->authorizations)))
                (void) authorization_free(CONTAINER_OF(node, Authorization, pending));
}
