/* SPDX-License-Identifier: MIT */
/* Keeps one answer. Prints nothing. */

#include <stdio.h>

#include "basic/ipv4.h"
#include "client-cli/unusable.h"

const char *drop_describe(mdc_drop drop) {
        switch (drop) {
        case MDC_DROP_MALFORMED:
                return "by a message that cannot be read";
        case MDC_DROP_NOT_A_REPLY:
                return "by a message of a type that servers do not send";
        case MDC_DROP_WRONG_XID:
                return "to another question (xid)";
        case MDC_DROP_WRONG_HARDWARE:
                return "to another hardware address";
        case MDC_DROP_WRONG_CLIENT_ID:
                return "to another client identifier (option 61)";
        case MDC_DROP_WRONG_STATE:
                return "when no such message was expected";
        case MDC_DROP_WRONG_SERVER:
                return "where another server was asked";
        case MDC_DROP_WRONG_ADDRESS:
                return "with another address than was asked for, or with none";
        case MDC_DROP_MISSING_SERVER_ID:
                return "without a server identifier (option 54)";
        case MDC_DROP_MISSING_LEASE_TIME:
                return "without a lease time (option 51); --fallback-lease-time= sets one";
        case MDC_DROP_NO_RAPID_COMMIT:
                return "by an ACK to a DISCOVER, without rapid commit (option 80)";
        case MDC_DROP_LEASE_ENDED:
                return "so late that the lease had ended";
        case MDC_DROP_FORCE_RENEW:
                return "by a FORCERENEW, which is not authenticated";
        case MDC_DROP_NONE:
                break;
        }
        return "for no reason that is known";
}

static bool is_unusable(const mdc_event *event) {
        return event->type == MDC_EVENT_DROPPED && event->for_us &&
               event->drop != MDC_DROP_WRONG_STATE;
}

bool unusable_note(Unusable *unusable, const mdc_event *event) {
        const Unusable before = *unusable;

        if (event->type == MDC_EVENT_RECEIVED)
                *unusable = (Unusable){0};
        if (!is_unusable(event))
                return false;
        *unusable = (Unusable){event->address, event->drop};
        return before.drop != event->drop || before.server.s_addr != event->address.s_addr;
}

bool unusable_describe(const Unusable *unusable, char ret[static UNUSABLE_TEXT_MAX]) {
        char server[IPV4_STRING_MAX];

        if (unusable->drop == MDC_DROP_NONE)
                return false;
        (void) snprintf(ret, UNUSABLE_TEXT_MAX, "%s has answered, but %s",
                ipv4_format(ntohl(unusable->server.s_addr), server), drop_describe(unusable->drop));
        return true;
}
