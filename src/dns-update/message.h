/* SPDX-License-Identifier: MIT */
#pragma once

/* Updates of a zone as messages (RFC 2136), and what their answers say. Each is
 * one step of RFC 4703 5: what must hold, and what is changed if it does. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/ipv4.h"
#include "basic/macro.h"
#include "dns-update/dhcid.h"

enum {
        DNS_MESSAGE_MAX = 2048, /* bytes, signature included; three long names fit */
        DNS_UDP_MAX = 512,      /* bytes of a request by UDP (RFC 1035 2.3.4) */
};

typedef enum DnsStepType {
        DNS_STEP_NONE,
        DNS_STEP_ADD,         /* A and DHCID where nothing is of that name */
        DNS_STEP_REPLACE,     /* A where DHCID is ours */
        DNS_STEP_SET_PTR,     /* in place of every other PTR */
        DNS_STEP_REMOVE_PTR,  /* unless it is of another name */
        DNS_STEP_REMOVE_A,    /* where DHCID is ours, and no other A */
        DNS_STEP_REMOVE_DHCID /* where it is ours and no A or AAAA is left */
} DnsStepType;

/* What is to be done. Names are canonical and borrowed. */
typedef struct DnsStep {
        DnsStepType type;
        const char *zone;
        const char *name;
        const Dhcid *dhcid;
        ipv4_t addresses[2]; /* the second is 0 but for REMOVE_A */
        uint32_t ttl;        /* seconds */
} DnsStep;

/* Codes of answers (RFC 2136 2.2) */
typedef enum DnsRcode {
        DNS_NOERROR = 0,
        DNS_FORMERR = 1,
        DNS_SERVFAIL = 2,
        DNS_NXDOMAIN = 3,
        DNS_NOTIMP = 4,
        DNS_REFUSED = 5,
        DNS_YXDOMAIN = 6,
        DNS_YXRRSET = 7,
        DNS_NXRRSET = 8,
        DNS_NOTAUTH = 9,
        DNS_NOTZONE = 10,
} DnsRcode;

typedef struct DnsAnswer {
        uint16_t id;
        uint8_t rcode;
        bool truncated;
} DnsAnswer;

/**
 * dns_message_build() - the request of a step, not signed yet.
 *
 * @ret: receives at most @capacity bytes
 * Return: 0, -EMSGSIZE.
 */
int dns_message_build(
        const DnsStep *step, uint16_t id, uint8_t *ret, size_t capacity, size_t *ret_size);

/**
 * dns_answer_parse() - the header of an answer. Nobody has vouched for it yet.
 * Return: 0, -EBADMSG when it is no answer to an update.
 */
int dns_answer_parse(const uint8_t *data, size_t size, DnsAnswer *ret);

/**
 * dns_rcode_to_string() - "NXRRSET", "?" for one that is not known.
 */
const char *dns_rcode_to_string(unsigned rcode);
