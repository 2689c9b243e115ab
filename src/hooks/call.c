/* SPDX-License-Identifier: MIT */

/* Invariant: no argument and no variable has a control character, or bytes that are not UTF-8. */

#include "hooks/call.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "basic/bytes.h"
#include "basic/text.h"

enum {
        ETHERNET = 1,
        TEXT_MAX = 1024, /* of a variable that is text */
        BYTES_MAX = 255, /* of one that is bytes; longer ones are cut */
        SUBSCRIBER_ID = 6,
        FLAG_RESERVED = 1,
        FLAG_RELAYED = 2,
        NEVER = -1, /* the end of a lease, as 4 bytes */
};

void hook_call_init(HookCall *call, HookAction action, FollowRecord lease, bool data_missing) {
        *call = (HookCall){.action = action, .size = lease.size, .data_missing = data_missing};
        memcpy(call->data, lease.data, lease.size);
}

/* ---- arguments ------------------------------------------------------------------------------- */

static void format_hardware(FollowRecord lease, char *text) {
        const uint8_t *bytes;
        const size_t size =
                MIN(follow_record_get(lease, FOLLOW_HARDWARE, &bytes), (size_t) BYTES_MAX);
        uint32_t type = follow_record_get_number(lease, FOLLOW_HARDWARE_TYPE);

        if (type == 0)
                type = ETHERNET;
        if (type != ETHERNET || size == 0)
                text += sprintf(text, "%02" PRIx32 "-", type & 0xff);
        (void) bytes_format(bytes, size, text);
}

int hook_call_get_arguments(const HookCall *call, char ***ret) {
        const FollowRecord lease = hook_call_lease(call);
        _cleanup_(strv_freep) char **arguments = NULL;
        char hardware[BYTES_STRING_MAX(BYTES_MAX) + 3], address[IPV4_STRING_MAX];
        HookName name;

        format_hardware(lease, hardware);
        hook_name_get(lease, FOLLOW_HOSTNAME, &name);
        if (strv_extend(&arguments, hook_action_to_string(call->action)) < 0 ||
                strv_extend(&arguments, hardware) < 0 ||
                strv_extend(&arguments, ipv4_format(hook_lease_address(lease), address)) < 0)
                return -ENOMEM;
        if (*name.host && call->action != HOOK_UNNAME && strv_extend(&arguments, name.host) < 0)
                return -ENOMEM;
        *ret = TAKE_PTR(arguments);
        return 0;
}

/* ---- the environment ------------------------------------------------------------------------- */

/* Variables that are being collected; the first error stays. */
typedef struct Environment {
        char **variables;
        int error;
} Environment;

/* What is empty is left out. */
static void set(Environment *environment, const char *name, const char *value) {
        _cleanup_free_ char *variable = NULL;

        if (environment->error < 0 || !*value)
                return;
        if (asprintf(&variable, "%s=%s", name, value) < 0) {
                variable = NULL;
                environment->error = -ENOMEM;
                return;
        }
        environment->error = strv_extend(&environment->variables, variable);
}

static void set_number(Environment *environment, const char *name, uint64_t number) {
        char text[24];

        (void) snprintf(text, sizeof(text), "%" PRIu64, number);
        set(environment, name, text);
}

static void set_span(
        Environment *environment, const char *name, const uint8_t *value, size_t size) {
        char text[TEXT_MAX];

        if (size == 0)
                return;
        (void) text_sanitize(value, size, text, sizeof(text));
        set(environment, name, text);
}

static void set_text(
        Environment *environment, const char *name, FollowRecord lease, FollowTag tag) {
        const uint8_t *value;
        const size_t size = follow_record_get(lease, tag, &value);

        set_span(environment, name, value, size);
}

static void set_bytes(
        Environment *environment, const char *name, FollowRecord lease, FollowTag tag) {
        const uint8_t *value;
        const size_t size = MIN(follow_record_get(lease, tag, &value), (size_t) BYTES_MAX);
        char text[BYTES_STRING_MAX(BYTES_MAX)];

        if (size > 0)
                set(environment, name, bytes_format(value, size, text));
}

/* What switches and relays add is text, or bytes such as a hardware address. */
static void set_identifier(
        Environment *environment, const char *name, const uint8_t *value, size_t size) {
        char text[BYTES_STRING_MAX(BYTES_MAX)];

        if (size == 0 || size > BYTES_MAX)
                return;
        if (text_is_clean(value, size))
                set_span(environment, name, value, size);
        else
                set(environment, name, bytes_format(value, size, text));
}

static void set_identifier_field(
        Environment *environment, const char *name, FollowRecord lease, FollowTag tag) {
        const uint8_t *value;
        const size_t size = follow_record_get(lease, tag, &value);

        set_identifier(environment, name, value, size);
}

/* RFC 3993: sub-option 6 of option 82. */
static void set_subscriber(Environment *environment, FollowRecord lease) {
        const uint8_t *value;
        size_t size = follow_record_get(lease, FOLLOW_RELAY_AGENT, &value);

        while (size >= 2 && size - 2 >= value[1]) {
                const size_t taken = 2 + (size_t) value[1];

                if (value[0] == SUBSCRIBER_ID)
                        set_identifier(environment, "DNSMASQ_SUBSCRIBER_ID", value + 2, value[1]);
                value += taken;
                size -= taken;
        }
}

/* DNSMASQ_USER_CLASS0, 1 … */
static void set_user_classes(Environment *environment, FollowRecord lease) {
        const uint8_t *value, *end;
        size_t size = follow_record_get(lease, FOLLOW_USER_CLASSES, &value);

        for (unsigned i = 0; size > 0; i++) {
                char name[32];

                end = memchr(value, '\0', size);
                if (!end)
                        end = value + size;
                (void) snprintf(name, sizeof(name), "DNSMASQ_USER_CLASS%u", i);
                set_span(environment, name, value, (size_t) (end - value));
                size -= MIN(size, (size_t) (end - value) + 1);
                value = end + 1;
        }
}

/* The name that the client has sent. Of a lease that is reserved the lease's name is the host's. */
static void set_supplied_name(Environment *environment, FollowRecord lease) {
        const bool reserved = follow_record_get_number(lease, FOLLOW_FLAGS) & FLAG_RESERVED;
        HookName name;

        hook_name_get(lease, FOLLOW_CLIENT_HOSTNAME, &name);
        if (!*name.host && !reserved)
                hook_name_get(lease, FOLLOW_HOSTNAME, &name);
        set(environment, "DNSMASQ_SUPPLIED_HOSTNAME", name.host);
}

static void set_times(Environment *environment, const HookCall *call, usec_t now) {
        const FollowRecord lease = hook_call_lease(call);
        const uint32_t expires = follow_record_get_number(lease, FOLLOW_EXPIRES);
        const uint32_t started = follow_record_get_number(lease, FOLLOW_STARTED);
        const bool forever = expires == (uint32_t) NEVER;
        char text[TIMESTAMP_STRING_MAX];

        set_number(environment, "DNSMASQ_LEASE_EXPIRES", forever ? 0 : expires);
        if (!forever && call->action != HOOK_DEL && expires > now / USEC_PER_SEC)
                set_number(environment, "DNSMASQ_TIME_REMAINING", expires - now / USEC_PER_SEC);
        set(environment, "MINIDHCP_EXPIRES",
                timestamp_format(forever ? USEC_INFINITY : expires * USEC_PER_SEC, false, text));
        if (started > 0)
                set(environment, "MINIDHCP_STARTED",
                        timestamp_format(started * USEC_PER_SEC, false, text));
}

/* What dnsmasq has in memory alone. */
static void set_transaction(Environment *environment, const HookCall *call) {
        const FollowRecord lease = hook_call_lease(call);

        set_text(environment, "DNSMASQ_INTERFACE", lease, FOLLOW_INTERFACE);
        if (call->action != HOOK_UNNAME)
                set_supplied_name(environment, lease);
        set_text(environment, "DNSMASQ_VENDOR_CLASS", lease, FOLLOW_VENDOR_CLASS);
        set_user_classes(environment, lease);
        set_text(environment, "DNSMASQ_RELAY_ADDRESS", lease, FOLLOW_RELAY);
        set_identifier_field(environment, "DNSMASQ_CIRCUIT_ID", lease, FOLLOW_CIRCUIT_ID);
        set_identifier_field(environment, "DNSMASQ_REMOTE_ID", lease, FOLLOW_REMOTE_ID);
        set_subscriber(environment, lease);
}

static void set_dnsmasq(Environment *environment, const HookCall *call) {
        const FollowRecord lease = hook_call_lease(call);
        HookName name;

        hook_name_get(lease, FOLLOW_HOSTNAME, &name);
        set(environment, "DNSMASQ_DOMAIN", name.domain);
        if (call->action == HOOK_UNNAME)
                set(environment, "DNSMASQ_OLD_HOSTNAME", name.host);
        set_bytes(environment, "DNSMASQ_CLIENT_ID", lease, FOLLOW_CLIENT_ID);
        if (call->data_missing)
                set(environment, "DNSMASQ_DATA_MISSING", "1");
        else
                set_transaction(environment, call);
}

/* What dnsmasq has no word for. */
static void set_own(Environment *environment, const HookCall *call) {
        const FollowRecord lease = hook_call_lease(call);
        const uint32_t flags = follow_record_get_number(lease, FOLLOW_FLAGS);

        set_text(environment, "MINIDHCP_POOL", lease, FOLLOW_POOL);
        set_text(environment, "MINIDHCP_HOSTNAME", lease, FOLLOW_HOSTNAME);
        set_text(environment, "MINIDHCP_CLIENT_HOSTNAME", lease, FOLLOW_CLIENT_HOSTNAME);
        set_bytes(environment, "MINIDHCP_CIRCUIT_ID", lease, FOLLOW_CIRCUIT_ID);
        set_bytes(environment, "MINIDHCP_REMOTE_ID", lease, FOLLOW_REMOTE_ID);
        set_bytes(environment, "MINIDHCP_RELAY_AGENT", lease, FOLLOW_RELAY_AGENT);
        set(environment, "MINIDHCP_RESERVED", flags & FLAG_RESERVED ? "1" : "");
        set(environment, "MINIDHCP_RELAYED", flags & FLAG_RELAYED ? "1" : "");
}

/* What systemd has given to us alone, and what might be taken for ours. */
static bool is_for_scripts(const char *variable) {
        static const char *const kept[] = {"DNSMASQ_", "MINIDHCP_", "NOTIFY_SOCKET=", "WATCHDOG_",
                "LISTEN_", "JOURNAL_STREAM=", "MAINPID=", "SYSTEMD_EXEC_PID=", "FDSTORE="};

        for (size_t i = 0; i < ELEMENTSOF(kept); i++)
                if (strncmp(variable, kept[i], strlen(kept[i])) == 0)
                        return false;
        return true;
}

int hook_call_get_environment(
        const HookCall *call, char *const *inherited, usec_t now, char ***ret) {
        Environment environment = {0};

        for (; *inherited && environment.error >= 0; inherited++)
                if (is_for_scripts(*inherited))
                        environment.error = strv_extend(&environment.variables, *inherited);
        set_dnsmasq(&environment, call);
        set_times(&environment, call, now);
        set_own(&environment, call);
        if (environment.error < 0) {
                (void) strv_free(environment.variables);
                return environment.error;
        }
        *ret = environment.variables;
        return 0;
}
