/* SPDX-License-Identifier: MIT */
#pragma once

/* Signatures of messages (RFC 8945). Told the time. */

#include <stddef.h>
#include <stdint.h>

#include "dns-update/key.h"

enum {
        TSIG_FUDGE = 300, /* seconds that two clocks may differ (RFC 8945 10) */
        TSIG_MAX = 2 * DNS_WIRE_NAME_MAX + DNS_MAC_MAX + 26, /* bytes that a signature takes */
};

/* Errors of TSIG records (RFC 8945 3) */
enum {
        TSIG_ERROR_BADSIG = 16,
        TSIG_ERROR_BADKEY = 17,
        TSIG_ERROR_BADTIME = 18,
        TSIG_ERROR_BADTRUNC = 22,
};

typedef struct TsigMac {
        uint8_t data[DNS_MAC_MAX];
        size_t size;
} TsigMac;

typedef enum TsigVerdict {
        TSIG_GOOD,
        TSIG_MISSING,   /* there is no signature */
        TSIG_UNSIGNED,  /* it is empty, and has an error that nobody vouches for */
        TSIG_OTHER_KEY, /* of another key or algorithm */
        TSIG_BAD_MAC,   /* it is not of this message in answer to that request */
        TSIG_BAD_TIME,  /* it is, but of another time */
        TSIG_MALFORMED, /* the message cannot be read */
        TSIG_VERDICT_MAX,
} TsigVerdict;

typedef struct TsigInfo {
        uint64_t time;        /* seconds since the epoch at which it was signed */
        uint64_t server_time; /* of BADTIME, what the server's clock showed; else 0 */
        uint16_t error;
} TsigInfo;

/**
 * tsig_sign() - appends a signature to a message.
 *
 * @message: of *size bytes, with room for @capacity
 * @now: seconds since the epoch
 * @ret_mac: what tsig_verify() needs of it
 * Return: 0, -ENOBUFS.
 */
int tsig_sign(const DnsKey *key, uint8_t *message, size_t *size, size_t capacity, uint64_t now,
        TsigMac *ret_mac);

/**
 * tsig_verify() - looks whether an answer was signed with our key, for this request, now.
 *
 * @request: signature of the request; empty for a request itself
 * @now: seconds since the epoch
 * @ret: receives what the signature says, as far as there is one
 */
TsigVerdict tsig_verify(const DnsKey *key, const uint8_t *message, size_t size,
        const TsigMac *request, uint64_t now, TsigInfo *ret);
