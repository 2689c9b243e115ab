/* SPDX-License-Identifier: MIT */
/* ICMP echo. Believes no length field before it is checked against what is there. */

#include "wire/echo.h"

#include <errno.h>
#include <string.h>

#include "wire/frame.h"
#include "wire/message.h"

#define IPV4_VERSION 4
#define IPV4_FRAGMENT_MASK 0x3fff /* more fragments, and the offset */
#define IPV4_PROTOCOL_ICMP 1

/* offsets in an ICMP message, RFC 792 */
#define ICMP_OFFSET_TYPE 0
#define ICMP_OFFSET_CODE 1
#define ICMP_OFFSET_CHECKSUM 2
#define ECHO_OFFSET_IDENTIFIER 4
#define ECHO_OFFSET_SEQUENCE 6

void echo_build_request(uint8_t ret[static ECHO_PACKET_SIZE], const EchoMessage *message) {
        memset(ret, 0, ECHO_HEADER_SIZE);
        ret[ICMP_OFFSET_TYPE] = ECHO_REQUEST_TYPE;
        wire_put_u16(ret + ECHO_OFFSET_IDENTIFIER, message->identifier);
        wire_put_u16(ret + ECHO_OFFSET_SEQUENCE, message->sequence);
        memcpy(ret + ECHO_HEADER_SIZE, message->nonce, ECHO_NONCE_SIZE);
        wire_put_u16(ret + ICMP_OFFSET_CHECKSUM,
                checksum_finish(checksum_add(0, ret, ECHO_PACKET_SIZE)));
}

/* Where the IP packet's payload is. Return: 0, -EBADMSG, -EPROTONOSUPPORT. */
static int find_icmp(
        const uint8_t *packet, size_t size, const uint8_t **ret_icmp, size_t *ret_size) {
        size_t header_size, total_size;

        if (size < IPV4_HEADER_SIZE)
                return -EBADMSG;
        if (packet[0] >> 4 != IPV4_VERSION)
                return -EPROTONOSUPPORT;
        header_size = (packet[0] & 15U) * 4U;
        total_size = wire_get_u16(packet + 2);
        if (header_size < IPV4_HEADER_SIZE || header_size > total_size || total_size > size)
                return -EBADMSG;
        if (packet[9] != IPV4_PROTOCOL_ICMP || wire_get_u16(packet + 6) & IPV4_FRAGMENT_MASK)
                return -EPROTONOSUPPORT;
        *ret_icmp = packet + header_size;
        *ret_size = total_size - header_size;
        return 0;
}

int echo_parse_reply(const void *packet, size_t size, ipv4_t *ret_source, EchoMessage *ret) {
        const uint8_t *icmp;
        size_t icmp_size;
        int r;

        r = find_icmp(packet, size, &icmp, &icmp_size);
        if (r < 0)
                return r;
        if (icmp_size != ECHO_PACKET_SIZE || icmp[ICMP_OFFSET_TYPE] != ECHO_REPLY_TYPE ||
                icmp[ICMP_OFFSET_CODE] != 0)
                return -EPROTONOSUPPORT;
        if (checksum_finish(checksum_add(0, icmp, icmp_size)) != 0)
                return -EBADMSG;

        *ret_source = wire_get_u32((const uint8_t *) packet + 12);
        ret->identifier = wire_get_u16(icmp + ECHO_OFFSET_IDENTIFIER);
        ret->sequence = wire_get_u16(icmp + ECHO_OFFSET_SEQUENCE);
        memcpy(ret->nonce, icmp + ECHO_HEADER_SIZE, ECHO_NONCE_SIZE);
        return 0;
}
