/* SPDX-License-Identifier: MIT */
#pragma once

/* Why the server did what it did with a packet. Every packet gets one verdict; verdicts feed the
 * counters, debug log lines, explain and the tests. */

#include <stdbool.h>

typedef enum Verdict {
        /* answered */
        VERDICT_OFFERED,
        VERDICT_ACKED,
        VERDICT_NAKED,
        VERDICT_INFORMED,
        VERDICT_RELEASED,
        VERDICT_DECLINED,
        VERDICT_PROBING,         /* an answer comes once the address has been probed */
        VERDICT_OFFER_WITHDRAWN, /* the client chose another server; our offer is free again */

        /* not a message for a server */
        VERDICT_MALFORMED,      /* MessageError tells more */
        VERDICT_NOT_REQUEST,    /* op is not BOOTREQUEST */
        VERDICT_SERVER_MESSAGE, /* OFFER, ACK or NAK sent to a server */
        VERDICT_NO_IDENTITY,    /* neither client identifier nor hardware address */
        VERDICT_BAD_OPTION,     /* a mandatory option is missing or has a wrong length */
        VERDICT_BAD_SELECTION,  /* option 82, its 5 or 11, or option 118 cannot be read */
        VERDICT_TOO_MANY_HOPS,
        VERDICT_BOOTP_DISABLED,
        VERDICT_TOO_OLD, /* waited too long in the socket's buffer */

        /* not served */
        VERDICT_NO_POOL,           /* no pool serves this link or relay */
        VERDICT_OWN_ADDRESS,       /* from an address of this machine; no client has one */
        VERDICT_WRONG_SOURCE,      /* by unicast from where no such client can be */
        VERDICT_UNTRUSTED_RELAY,   /* giaddr is no relay that the pool believes */
        VERDICT_NO_SERVER_ADDRESS, /* the arrival interface has no address */
        VERDICT_RATE_LIMITED,
        VERDICT_UNKNOWN_CLIENT, /* UnknownClients=deny */
        VERDICT_DENIED,         /* Deny=yes */
        VERDICT_POOL_EXHAUSTED,
        VERDICT_OTHER_SERVER,      /* REQUEST for another server, no offer of ours */
        VERDICT_OTHER_RANGE,       /* for an address that another server gives out, OtherRange= */
        VERDICT_NOT_AUTHORITATIVE, /* would be a NAK if the pool were authoritative */
        VERDICT_NO_RECORD,         /* INIT-REBOOT and the like without a record, Lenient=no */
        VERDICT_TO_MOVE,           /* renews what it has, but another address is reserved for it */
        VERDICT_NOT_OWNER,         /* RELEASE or DECLINE of another's address */
        VERDICT_NO_LEASE_FILE,     /* the lease file is failing: no promise can be kept */
        VERDICT_NO_MEMORY,

        VERDICT_MAX,
        VERDICT_INVALID = -1,
} Verdict;

/**
 * verdict_is_silence() - whether a client waits for an answer that does not come.
 */
bool verdict_is_silence(Verdict verdict);

/**
 * verdict_to_string() - a stable lower-case name: "offered", "not-authoritative".
 */
const char *verdict_to_string(Verdict verdict);
