/* SPDX-License-Identifier: MIT */
/* The names of things, as logs and JSON have them. They are part of the interface. */

#include "basic/macro.h"
#include "client/minidhcp-client-core.h"

static const char *const states[] = {
        [MDC_STATE_STOPPED] = "stopped",
        [MDC_STATE_INIT] = "init",
        [MDC_STATE_SELECTING] = "selecting",
        [MDC_STATE_REQUESTING] = "requesting",
        [MDC_STATE_REBOOTING] = "rebooting",
        [MDC_STATE_PROBING] = "probing",
        [MDC_STATE_GRANTED] = "granted",
        [MDC_STATE_BOUND] = "bound",
        [MDC_STATE_RENEWING] = "renewing",
        [MDC_STATE_REBINDING] = "rebinding",
        [MDC_STATE_INFORMING] = "informing",
};

static const char *const messages[] = {
        [MDC_MESSAGE_DISCOVER] = "DISCOVER",
        [MDC_MESSAGE_OFFER] = "OFFER",
        [MDC_MESSAGE_REQUEST] = "REQUEST",
        [MDC_MESSAGE_DECLINE] = "DECLINE",
        [MDC_MESSAGE_ACK] = "ACK",
        [MDC_MESSAGE_NAK] = "NAK",
        [MDC_MESSAGE_RELEASE] = "RELEASE",
        [MDC_MESSAGE_INFORM] = "INFORM",
};

static const char *const drops[] = {
        [MDC_DROP_NONE] = "none",
        [MDC_DROP_MALFORMED] = "malformed",
        [MDC_DROP_NOT_A_REPLY] = "not-a-reply",
        [MDC_DROP_WRONG_XID] = "wrong-xid",
        [MDC_DROP_WRONG_HARDWARE] = "wrong-hardware",
        [MDC_DROP_WRONG_CLIENT_ID] = "wrong-client-id",
        [MDC_DROP_WRONG_STATE] = "wrong-state",
        [MDC_DROP_WRONG_SERVER] = "wrong-server",
        [MDC_DROP_WRONG_ADDRESS] = "wrong-address",
        [MDC_DROP_MISSING_SERVER_ID] = "missing-server-id",
        [MDC_DROP_MISSING_LEASE_TIME] = "missing-lease-time",
        [MDC_DROP_NO_RAPID_COMMIT] = "no-rapid-commit",
        [MDC_DROP_LEASE_ENDED] = "lease-ended",
        [MDC_DROP_FORCE_RENEW] = "force-renew",
};

static const char *name_find(const char *const *names, size_t n, size_t i) {
        return i < n && names[i] ? names[i] : "?";
}

const char *mdc_state_to_string(mdc_state state) {
        return name_find(states, ELEMENTSOF(states), (size_t) state);
}

const char *mdc_message_to_string(mdc_message message) {
        return name_find(messages, ELEMENTSOF(messages), (size_t) message);
}

const char *mdc_drop_to_string(mdc_drop drop) {
        return name_find(drops, ELEMENTSOF(drops), (size_t) drop);
}
