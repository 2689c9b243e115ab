/* SPDX-License-Identifier: MIT */
/* The message is the lease, and ObtainedUSec is when it began, on the wall clock: everything else
 * is there for people, or says more exactly when that was, or what was made of it.
 *
 * Invariant: of a text that is damaged in one place nothing is believed. */

#include <errno.h>
#include <string.h>

#include "basic/bytes.h"
#include "basic/macro.h"
#include "client-cli/state.h"
#include "wire/protocol.h"

#define KEY_MESSAGE "Message"
#define KEY_BEGIN "ObtainedUSec"
#define KEY_BOOT "BootID"
#define KEY_BOOTED "BootedUSec"     /* when that boot began, on the wall clock of KEY_BEGIN */
#define KEY_LIFETIME "LifetimeUSec" /* as mdc_lease_to_json() has it: null is infinite */
#define KEY_SENDER "Sender"
#define KEY_SENDER_HARDWARE "SenderHardwareAddress"
#define KEY_APPLIED "Applied"
#define KEY_SETTINGS "ApplySettings"

enum {
        NESTING_MAX = 16,
};

DEFINE_POINTER_CLEANUP(mdc_lease, mdc_lease_unref);
DEFINE_POINTER_CLEANUP(json_tokener, json_tokener_free);

static void json_object_putp(json_object **object) {
        (void) json_object_put(*object);
}

void state_done(State *state) {
        (void) mdc_lease_unref(state->lease);
        (void) json_object_put(state->applied);
        *state = (State){0};
}

bool lease_is_over(const mdc_lease *lease, usec_t boottime) {
        uint64_t begin, lifetime;
        int64_t age;

        if (mdc_lease_get_begin(lease, &begin) < 0 ||
                mdc_lease_get_lifetime(lease, &lifetime) < 0 || lifetime == MDC_INFINITY)
                return false;
        age = (int64_t) (boottime - begin); /* right modulo 2^64 */
        return age >= 0 && (uint64_t) age >= lifetime;
}

/* ---- to text ----------------------------------------------------------------------------------
 */

/* Adds a value that was just made; NULL is the failed allocation. */
static int add_take(json_object *object, const char *key, json_object *value) {
        if (value && json_object_object_add(object, key, value) >= 0)
                return 0;
        (void) json_object_put(value);
        return -ENOMEM;
}

static int add_message(json_object *object, const mdc_lease *lease) {
        _cleanup_free_ char *hex = NULL;
        const uint8_t *message;
        size_t size;

        (void) mdc_lease_get_message(lease, &message, &size);
        hex = malloc(BYTES_STRING_MAX(size));
        if (!hex)
                return -ENOMEM;
        return add_take(
                object, KEY_MESSAGE, json_object_new_string(bytes_format(message, size, hex)));
}

static int add_times(json_object *object, const mdc_lease *lease, const StateClock *clock) {
        char boot[SD_ID128_STRING_MAX];
        uint64_t begin = 0;
        int r;

        (void) mdc_lease_get_begin(lease, &begin);
        r = add_take(object, KEY_BEGIN,
                json_object_new_int64((int64_t) clock_to_wall(&clock->now, begin)));
        if (r < 0 || sd_id128_is_null(clock->boot))
                return r;
        r = add_take(
                object, KEY_BOOT, json_object_new_string(sd_id128_to_string(clock->boot, boot)));
        if (r < 0)
                return r;
        return add_take(object, KEY_BOOTED,
                json_object_new_int64((int64_t) (clock->now.realtime - clock->now.boottime)));
}

static int settings_to_json(const ApplySettings *settings, json_object **ret) {
        const struct {
                const char *key;
                bool value;
        } flags[] = {
                {"NoRoutes", settings->routes.none},
                {"NoDefaultRoute", settings->routes.no_default},
                {"NoClasslessRoutes", settings->routes.no_classless},
                {"MTU", settings->mtu},
                {"DNS", settings->dns},
        };
        _cleanup_(json_object_putp) json_object *object = json_object_new_object();
        int r;

        if (!object)
                return -ENOMEM;
        r = add_take(object, "Metric", json_object_new_int64(settings->metric));
        if (r >= 0)
                r = add_take(object, "Table", json_object_new_int64(settings->table));
        for (size_t i = 0; r >= 0 && i < ELEMENTSOF(flags); i++)
                r = add_take(object, flags[i].key, json_object_new_boolean(flags[i].value));
        if (r >= 0)
                *ret = TAKE_PTR(object);
        return r;
}

static int add_applied(json_object *object, const State *state) {
        json_object *settings = NULL;
        int r;

        if (!state->applied)
                return 0;
        r = settings_to_json(&state->settings, &settings);
        if (r < 0)
                return r;
        r = add_take(object, KEY_SETTINGS, settings);
        if (r < 0)
                return r;
        return add_take(object, KEY_APPLIED, json_object_get(state->applied));
}

int state_format(const State *state, const StateClock *clock, char **ret) {
        _cleanup_(json_object_putp) json_object *object = NULL;
        _cleanup_free_ char *lease = NULL;
        const char *text;
        int r;

        r = mdc_lease_to_json(state->lease, &lease);
        if (r < 0)
                return r;
        object = json_tokener_parse(lease);
        if (!object)
                return -ENOMEM;
        r = add_times(object, state->lease, clock);
        if (r >= 0)
                r = add_applied(object, state);
        if (r >= 0)
                r = add_message(object, state->lease);
        if (r < 0)
                return r;
        text = json_object_to_json_string_ext(
                object, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
        *ret = text ? strdup(text) : NULL;
        return *ret ? 0 : -ENOMEM;
}

/* ---- from text --------------------------------------------------------------------------------
 */

static int damaged(const char *problem, const char **ret_problem) {
        *ret_problem = problem;
        return -EBADMSG;
}

static int parse_object(
        const char *text, size_t size, json_object **ret, const char **ret_problem) {
        _cleanup_(json_tokener_freep) json_tokener *tokener = json_tokener_new_ex(NESTING_MAX);
        _cleanup_(json_object_putp) json_object *object = NULL;
        size_t end;

        if (!tokener)
                return -ENOMEM;
        if (size == 0)
                return damaged("it is empty", ret_problem);
        if (size > INT32_MAX)
                return damaged("it is too long", ret_problem);
        object = json_tokener_parse_ex(tokener, text, (int) size);
        if (!object || !json_object_is_type(object, json_type_object))
                return damaged("it is not one JSON object", ret_problem);
        for (end = json_tokener_get_parse_end(tokener); end < size; end++)
                if (!strchr(" \t\r\n", text[end]) || text[end] == 0)
                        return damaged("something follows its JSON object", ret_problem);
        *ret = TAKE_PTR(object);
        return 0;
}

/* Return: whether it is there; of another type it is not. */
static bool get(const json_object *object, const char *key, json_type type, json_object **ret) {
        return json_object_object_get_ex(object, key, ret) && json_object_is_type(*ret, type);
}

static bool get_number(const json_object *object, const char *key, uint32_t *ret) {
        json_object *value;
        int64_t number;

        if (!get(object, key, json_type_int, &value))
                return false;
        number = json_object_get_int64(value);
        if (number < 0 || number > UINT32_MAX)
                return false;
        *ret = (uint32_t) number;
        return true;
}

static bool get_flag(const json_object *object, const char *key, bool *ret) {
        json_object *value;

        if (!get(object, key, json_type_boolean, &value))
                return false;
        *ret = json_object_get_boolean(value);
        return true;
}

static bool get_settings(const json_object *object, ApplySettings *ret) {
        ApplySettings settings = {0};
        json_object *value;

        if (!get(object, KEY_SETTINGS, json_type_object, &value) ||
                !get_number(value, "Metric", &settings.metric) ||
                !get_number(value, "Table", &settings.table) ||
                !get_flag(value, "NoRoutes", &settings.routes.none) ||
                !get_flag(value, "NoDefaultRoute", &settings.routes.no_default) ||
                !get_flag(value, "NoClasslessRoutes", &settings.routes.no_classless) ||
                !get_flag(value, "MTU", &settings.mtu) || !get_flag(value, "DNS", &settings.dns))
                return false;
        *ret = settings;
        return true;
}

/* Return: 1 when this boot has written it, 0 when another has, -EBADMSG. */
static int get_booted(const json_object *object, const StateClock *clock, usec_t *ret) {
        json_object *id, *booted;
        sd_id128_t boot;

        if (!json_object_object_get_ex(object, KEY_BOOT, NULL))
                return 0;
        if (!get(object, KEY_BOOT, json_type_string, &id) ||
                sd_id128_from_string(json_object_get_string(id), &boot) < 0 ||
                !get(object, KEY_BOOTED, json_type_int, &booted))
                return -EBADMSG;
        *ret = (usec_t) json_object_get_int64(booted);
        return !sd_id128_is_null(clock->boot) && sd_id128_equal(boot, clock->boot);
}

/* Return: 1 when what was configured may be there, 0 when it went with a boot, -EBADMSG. */
static int get_begin(
        const json_object *object, const StateClock *clock, usec_t *ret, const char **ret_problem) {
        json_object *value;
        usec_t obtained, booted;
        int64_t number;
        int r;

        if (!get(object, KEY_BEGIN, json_type_int, &value))
                return damaged(KEY_BEGIN " is missing, or not a number", ret_problem);
        number = json_object_get_int64(value);
        if (number < 0 || number == INT64_MAX) /* what json-c makes of a number that is too large */
                return damaged(KEY_BEGIN " is not a time", ret_problem);
        obtained = (usec_t) number;
        r = get_booted(object, clock, &booted);
        if (r < 0)
                return damaged(KEY_BOOT " or " KEY_BOOTED " is damaged", ret_problem);
        if (r > 0)
                *ret = obtained - booted; /* modulo 2^64 */
        else if (obtained > clock->now.realtime)
                *ret = clock->now.boottime;
        else
                *ret = clock_to_boot(&clock->now, obtained);
        return r;
}

/* What the lease's text says, for a server that has given no time. Return: 0 when it says nothing.
 */
static usec_t get_lifetime(const json_object *object) {
        json_object *value;
        int64_t lifetime;

        if (!json_object_object_get_ex(object, KEY_LIFETIME, &value))
                return 0;
        if (!value)
                return USEC_INFINITY;
        lifetime = json_object_is_type(value, json_type_int) ? json_object_get_int64(value) : 0;
        return lifetime > 0 ? (usec_t) lifetime : 0;
}

/* Without it a server behind a relay cannot be reached by unicast, and that is all. */
static mdc_metadata get_sender(const json_object *object) {
        json_object *address, *hardware;
        mdc_metadata metadata = {0};
        size_t size;
        ipv4_t sender;

        if (!get(object, KEY_SENDER, json_type_string, &address) ||
                ipv4_parse(json_object_get_string(address), &sender) < 0)
                return metadata;
        metadata.source.s_addr = htonl(sender);
        if (get(object, KEY_SENDER_HARDWARE, json_type_string, &hardware) &&
                (bytes_parse(json_object_get_string(hardware), metadata.link_source,
                         sizeof(metadata.link_source), &size) < 0 ||
                        size != sizeof(metadata.link_source)))
                memset(metadata.link_source, 0, sizeof(metadata.link_source));
        return metadata;
}

static int get_lease(
        const json_object *object, usec_t begin, mdc_lease **ret, const char **ret_problem) {
        _cleanup_(mdc_lease_unrefp) mdc_lease *lease = NULL;
        const mdc_metadata metadata = get_sender(object);
        uint8_t message[DHCP_MAX_MESSAGE_SIZE];
        json_object *value;
        uint64_t lifetime;
        const char *hex;
        size_t size;
        int r;

        if (!get(object, KEY_MESSAGE, json_type_string, &value))
                return damaged(KEY_MESSAGE " is missing, or not a string", ret_problem);
        hex = json_object_get_string(value);
        if (strlen(hex) != (size_t) json_object_get_string_len(value) ||
                bytes_parse(hex, message, sizeof(message), &size) < 0)
                return damaged(KEY_MESSAGE " is not hexadecimal, or too long", ret_problem);
        r = mdc_lease_new_received(&lease, begin, get_lifetime(object), &metadata, message, size);
        if (r == -EBADMSG || (r >= 0 && mdc_lease_get_lifetime(lease, &lifetime) < 0))
                return damaged(
                        KEY_MESSAGE " is not a server's OFFER or ACK of a lease", ret_problem);
        if (r < 0)
                return r;
        *ret = TAKE_PTR(lease);
        return 0;
}

int state_parse(const char *text, size_t size, const StateClock *clock, State *ret,
        const char **ret_problem) {
        _cleanup_(json_object_putp) json_object *object = NULL;
        _cleanup_(state_done) State state = {0};
        json_object *applied;
        bool same_boot;
        usec_t begin;
        int r;

        r = parse_object(text, size, &object, ret_problem);
        if (r < 0)
                return r;
        r = get_begin(object, clock, &begin, ret_problem);
        if (r < 0)
                return r;
        same_boot = r > 0;
        r = get_lease(object, begin, &state.lease, ret_problem);
        if (r < 0)
                return r;
        if (json_object_object_get_ex(object, KEY_APPLIED, &applied) && applied) {
                if (!get_settings(object, &state.settings))
                        return damaged(KEY_SETTINGS " is damaged", ret_problem);
                if (same_boot)
                        state.applied = json_object_get(applied);
        }
        *ret = state;
        state = (State){0};
        return 0;
}
