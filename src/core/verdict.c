/* SPDX-License-Identifier: MIT */

/* The names of verdicts. They are part of the interface: statistics, explain and journal fields use
 * them, so that a name once given stays. */

#include "core/verdict.h"

static const char *const verdict_names[VERDICT_MAX] = {
        [VERDICT_OFFERED] = "offered",
        [VERDICT_ACKED] = "acked",
        [VERDICT_NAKED] = "naked",
        [VERDICT_INFORMED] = "informed",
        [VERDICT_RELEASED] = "released",
        [VERDICT_DECLINED] = "declined",
        [VERDICT_PROBING] = "probing",
        [VERDICT_OFFER_WITHDRAWN] = "offer-withdrawn",
        [VERDICT_MALFORMED] = "malformed",
        [VERDICT_NOT_REQUEST] = "not-request",
        [VERDICT_SERVER_MESSAGE] = "server-message",
        [VERDICT_NO_IDENTITY] = "no-identity",
        [VERDICT_BAD_OPTION] = "bad-option",
        [VERDICT_BAD_SELECTION] = "bad-selection",
        [VERDICT_TOO_MANY_HOPS] = "too-many-hops",
        [VERDICT_BOOTP_DISABLED] = "bootp-disabled",
        [VERDICT_TOO_OLD] = "too-old",
        [VERDICT_NO_POOL] = "no-pool",
        [VERDICT_OWN_ADDRESS] = "own-address",
        [VERDICT_WRONG_SOURCE] = "wrong-source",
        [VERDICT_UNTRUSTED_RELAY] = "untrusted-relay",
        [VERDICT_NO_SERVER_ADDRESS] = "no-server-address",
        [VERDICT_RATE_LIMITED] = "rate-limited",
        [VERDICT_UNKNOWN_CLIENT] = "unknown-client",
        [VERDICT_DENIED] = "denied",
        [VERDICT_POOL_EXHAUSTED] = "pool-exhausted",
        [VERDICT_OTHER_SERVER] = "other-server",
        [VERDICT_OTHER_RANGE] = "other-range",
        [VERDICT_NOT_AUTHORITATIVE] = "not-authoritative",
        [VERDICT_NO_RECORD] = "no-record",
        [VERDICT_TO_MOVE] = "to-move",
        [VERDICT_NOT_OWNER] = "not-owner",
        [VERDICT_NO_LEASE_FILE] = "no-lease-file",
        [VERDICT_NO_MEMORY] = "no-memory",
};

const char *verdict_to_string(Verdict verdict) {
        if (verdict < 0 || verdict >= VERDICT_MAX)
                return "unknown";
        return verdict_names[verdict];
}

bool verdict_is_silence(Verdict verdict) {
        switch (verdict) {
        case VERDICT_NO_IDENTITY:
        case VERDICT_BAD_OPTION:
        case VERDICT_BAD_SELECTION:
        case VERDICT_TOO_MANY_HOPS:
        case VERDICT_BOOTP_DISABLED:
        case VERDICT_NO_POOL:
        case VERDICT_UNTRUSTED_RELAY:
        case VERDICT_NO_SERVER_ADDRESS:
        case VERDICT_RATE_LIMITED:
        case VERDICT_UNKNOWN_CLIENT:
        case VERDICT_DENIED:
        case VERDICT_POOL_EXHAUSTED:
        case VERDICT_OTHER_SERVER:
        case VERDICT_OTHER_RANGE:
        case VERDICT_NOT_AUTHORITATIVE:
        case VERDICT_NO_RECORD:
        case VERDICT_TO_MOVE:
        case VERDICT_NO_MEMORY:
                return true;
        case VERDICT_OFFERED:
        case VERDICT_ACKED:
        case VERDICT_NAKED:
        case VERDICT_INFORMED:
        case VERDICT_RELEASED:
        case VERDICT_DECLINED:
        case VERDICT_PROBING:
        case VERDICT_OFFER_WITHDRAWN:
        case VERDICT_MALFORMED:
        case VERDICT_NOT_REQUEST:
        case VERDICT_SERVER_MESSAGE:
        case VERDICT_TOO_OLD:
        /* what others send in a client's name says nothing of the client */
        case VERDICT_OWN_ADDRESS:
        case VERDICT_WRONG_SOURCE:
        case VERDICT_NOT_OWNER:
        case VERDICT_NO_LEASE_FILE:
        case VERDICT_MAX:
        case VERDICT_INVALID:
                break;
        }
        return false;
}
