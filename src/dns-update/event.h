/* SPDX-License-Identifier: MIT */
#pragma once

/* What somebody should hear of, once each. */

#include <stdint.h>

#include "basic/ipv4.h"
#include "basic/macro.h"

typedef enum DnsTrouble {
        DNS_TROUBLE_NONE,
        DNS_TROUBLE_SILENCE,     /* no answer */
        DNS_TROUBLE_UNREACHABLE, /* the kernel says that there is none */
        DNS_TROUBLE_SERVFAIL,
        DNS_TROUBLE_REFUSED,
        DNS_TROUBLE_NOTAUTH, /* the server has no such zone */
        DNS_TROUBLE_BADKEY,
        DNS_TROUBLE_BADSIG,
        DNS_TROUBLE_BADTIME,
        DNS_TROUBLE_UNSIGNED,   /* an answer without signature */
        DNS_TROUBLE_FORGED,     /* an answer with a wrong one */
        DNS_TROUBLE_OLD_ANSWER, /* a right one of another time */
        DNS_TROUBLE_RCODE,      /* every other code */
        DNS_TROUBLE_SIZE,       /* a message does not fit */
        DNS_TROUBLE_MAX,
} DnsTrouble;

typedef enum DnsEventType {
        DNS_EVENT_CONFLICT,  /* the name is in the DNS and not ours: it is left alone */
        DNS_EVENT_TROUBLE,   /* updates of a zone fail, and are tried again */
        DNS_EVENT_RECOVERED, /* they do not any more */
        DNS_EVENT_SETTLED,   /* the DNS is as it should be, but for conflicts */
        DNS_EVENT_LOG,       /* what is placed could not be written down; nothing is sent then */
} DnsEventType;

typedef struct DnsEvent {
        DnsEventType type;
        const char *zone; /* NULL of conflicts and SETTLED */
        const char *name; /* of CONFLICT, and of TROUBLE the first name that met it */
        ipv4_t address;   /* likewise */
        DnsTrouble trouble;
        unsigned rcode;      /* of the answer, or its TSIG error */
        int64_t clock_ahead; /* seconds that the server's clock is ahead, of BADTIME and
                                OLD_ANSWER */
        int error;           /* negative errno of UNREACHABLE and LOG */
        const char *server;  /* ADDRESS#PORT */
        const char *key;     /* NULL = none */
} DnsEvent;

typedef void (*DnsEventFunction)(const DnsEvent *event, void *userdata);

/**
 * dns_event_format() - one or two sentences for people: what happened, and what to do about it.
 * Return: 0 with a string for free(), -ENOMEM.
 */
int dns_event_format(const DnsEvent *event, char **ret);
