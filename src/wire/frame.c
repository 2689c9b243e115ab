/* SPDX-License-Identifier: MIT */
/* IPv4, UDP and ARP headers. Believes no length field before it is checked against what is there.
 */

#include <endian.h>
#include <errno.h>
#include <string.h>

#include "wire/frame.h"
#include "wire/message.h"

#define IPV4_VERSION 4
#define IPV4_TOS_CS6 0xc0
#define IPV4_TTL 64
#define IPV4_DONT_FRAGMENT 0x4000
#define IPV4_FRAGMENT_MASK 0x3fff /* more fragments, and the offset */
#define IPV4_PROTOCOL_UDP 17

#define ARP_HARDWARE_ETHERNET 1
#define ARP_PROTOCOL_IPV4 0x0800

static uint32_t checksum_fold(uint64_t sum) {
        while (sum > UINT16_MAX)
                sum = (sum & UINT16_MAX) + (sum >> 16);
        return (uint32_t) sum;
}

uint32_t checksum_add(uint32_t sum, const void *bytes, size_t size) {
        const uint8_t *p = bytes;
        uint64_t words = 0;
        uint32_t word;

        /* RFC 1071 2 (B) and (C): the order of bytes does not matter until the end, and a sum of
         * wider words folds to the same. */
        for (; size >= sizeof(word); p += sizeof(word), size -= sizeof(word)) {
                memcpy(&word, p, sizeof(word));
                words += word;
        }
        if (size > 0) {
                word = 0;
                memcpy(&word, p, size);
                words += word;
        }
        return checksum_fold((uint64_t) sum + be16toh((uint16_t) checksum_fold(words)));
}

uint16_t checksum_finish(uint32_t sum) {
        return (uint16_t) ~checksum_fold(sum);
}

/* The sum of the pseudo header of RFC 768. */
static uint32_t pseudo_header_sum(ipv4_t source, ipv4_t destination, size_t udp_size) {
        return checksum_fold((uint64_t) source + destination + IPV4_PROTOCOL_UDP + udp_size);
}

void udp_frame_headers(
        uint8_t *ret, const UdpEndpoints *endpoints, const void *payload, size_t payload_size) {
        const size_t udp_size = UDP_HEADER_SIZE + payload_size;
        uint8_t *udp = ret + IPV4_HEADER_SIZE;
        uint16_t checksum;
        uint32_t sum;

        memset(ret, 0, IPV4_HEADER_SIZE + UDP_HEADER_SIZE);
        ret[0] = IPV4_VERSION << 4 | IPV4_HEADER_SIZE / 4;
        ret[1] = IPV4_TOS_CS6;
        wire_put_u16(ret + 2, (uint16_t) (IPV4_HEADER_SIZE + udp_size));
        wire_put_u16(ret + 6, IPV4_DONT_FRAGMENT);
        ret[8] = IPV4_TTL;
        ret[9] = IPV4_PROTOCOL_UDP;
        wire_put_u32(ret + 12, endpoints->source);
        wire_put_u32(ret + 16, endpoints->destination);
        wire_put_u16(ret + 10, checksum_finish(checksum_add(0, ret, IPV4_HEADER_SIZE)));

        wire_put_u16(udp, endpoints->source_port);
        wire_put_u16(udp + 2, endpoints->destination_port);
        wire_put_u16(udp + 4, (uint16_t) udp_size);
        sum = pseudo_header_sum(endpoints->source, endpoints->destination, udp_size);
        sum = checksum_add(sum, udp, UDP_HEADER_SIZE);
        checksum = checksum_finish(checksum_add(sum, payload, payload_size));
        /* RFC 768: zero means that there is no checksum. */
        wire_put_u16(udp + 6, checksum == 0 ? UINT16_MAX : checksum);
}

static int udp_parse(const uint8_t *udp, size_t size, ipv4_t source, ipv4_t destination,
        bool checksum_partial, UdpDatagram *ret) {
        size_t udp_size;

        if (size < UDP_HEADER_SIZE)
                return -EBADMSG;
        udp_size = wire_get_u16(udp + 4);
        if (udp_size < UDP_HEADER_SIZE || udp_size > size)
                return -EBADMSG;
        if (!checksum_partial && wire_get_u16(udp + 6) != 0 &&
                checksum_finish(checksum_add(
                        pseudo_header_sum(source, destination, udp_size), udp, udp_size)) != 0)
                return -EBADMSG;

        *ret = (UdpDatagram){
                .endpoints =
                        {
                                .source = source,
                                .destination = destination,
                                .source_port = wire_get_u16(udp),
                                .destination_port = wire_get_u16(udp + 2),
                        },
                .payload = udp + UDP_HEADER_SIZE,
                .payload_size = udp_size - UDP_HEADER_SIZE,
        };
        return 0;
}

int udp_frame_parse(const void *packet, size_t size, bool checksum_partial, UdpDatagram *ret) {
        const uint8_t *ip = packet;
        size_t header_size, total_size;

        if (size < IPV4_HEADER_SIZE)
                return -EBADMSG;
        if (ip[0] >> 4 != IPV4_VERSION)
                return -EPROTONOSUPPORT;

        header_size = (ip[0] & 15U) * 4;
        total_size = wire_get_u16(ip + 2);
        if (header_size < IPV4_HEADER_SIZE || total_size < header_size || total_size > size)
                return -EBADMSG;
        if (checksum_finish(checksum_add(0, ip, header_size)) != 0)
                return -EBADMSG;
        if (ip[9] != IPV4_PROTOCOL_UDP || (wire_get_u16(ip + 6) & IPV4_FRAGMENT_MASK) != 0)
                return -EPROTONOSUPPORT;

        return udp_parse(ip + header_size, total_size - header_size, wire_get_u32(ip + 12),
                wire_get_u32(ip + 16), checksum_partial, ret);
}

void arp_build(uint8_t ret[static ARP_PACKET_SIZE], const ArpPacket *packet) {
        wire_put_u16(ret, ARP_HARDWARE_ETHERNET);
        wire_put_u16(ret + 2, ARP_PROTOCOL_IPV4);
        ret[4] = ETHERNET_ADDRESS_SIZE;
        ret[5] = sizeof(ipv4_t);
        wire_put_u16(ret + 6, packet->operation);
        memcpy(ret + 8, packet->sender_hardware, ETHERNET_ADDRESS_SIZE);
        wire_put_u32(ret + 14, packet->sender);
        memcpy(ret + 18, packet->target_hardware, ETHERNET_ADDRESS_SIZE);
        wire_put_u32(ret + 24, packet->target);
}

int arp_parse(const void *packet, size_t size, ArpPacket *ret) {
        const uint8_t *p = packet;

        if (size < ARP_PACKET_SIZE)
                return -EBADMSG;
        if (wire_get_u16(p) != ARP_HARDWARE_ETHERNET || wire_get_u16(p + 2) != ARP_PROTOCOL_IPV4 ||
                p[4] != ETHERNET_ADDRESS_SIZE || p[5] != sizeof(ipv4_t))
                return -EPROTONOSUPPORT;

        ret->operation = wire_get_u16(p + 6);
        memcpy(ret->sender_hardware, p + 8, ETHERNET_ADDRESS_SIZE);
        ret->sender = wire_get_u32(p + 14);
        memcpy(ret->target_hardware, p + 18, ETHERNET_ADDRESS_SIZE);
        ret->target = wire_get_u32(p + 24);
        return 0;
}
