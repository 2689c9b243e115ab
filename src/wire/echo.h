/* SPDX-License-Identifier: MIT */
#pragma once

/* ICMP echo (RFC 792) as bytes: the question without an IP header, which the kernel writes, and the
 * answer with one, as a raw socket has it. */

#include <stddef.h>
#include <stdint.h>

#include "basic/ipv4.h"

enum {
        ECHO_NONCE_SIZE = 16,
        ECHO_HEADER_SIZE = 8,
        ECHO_PACKET_SIZE = ECHO_HEADER_SIZE + ECHO_NONCE_SIZE,
        ECHO_REPLY_TYPE = 0,
        ECHO_REQUEST_TYPE = 8,
};

/* What comes back as it was sent. */
typedef struct EchoMessage {
        uint16_t identifier;
        uint16_t sequence;
        uint8_t nonce[ECHO_NONCE_SIZE];
} EchoMessage;

/**
 * echo_build_request() - writes an echo request.
 *
 * @ret: receives ECHO_PACKET_SIZE bytes
 */
void echo_build_request(uint8_t ret[static ECHO_PACKET_SIZE], const EchoMessage *message);

/**
 * echo_parse_reply() - takes an IPv4 packet with an echo reply apart.
 *
 * Fragments, wrong lengths and wrong checksums are refused; bytes after the IP packet are ignored.
 *
 * @ret_source: who has answered, host byte order
 * Return: 0, -EBADMSG when malformed, -EPROTONOSUPPORT when it is no reply to such a request: of
 * another protocol, type or size.
 */
int echo_parse_reply(const void *packet, size_t size, ipv4_t *ret_source, EchoMessage *ret);
