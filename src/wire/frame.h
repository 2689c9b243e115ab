/* SPDX-License-Identifier: MIT */
#pragma once

/* IPv4, UDP and ARP as bytes, for packet sockets: replies to clients that have no address yet, and
 * address probes. Checksums are always complete. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/ipv4.h"
#include "basic/macro.h"

enum {
        IPV4_HEADER_SIZE = 20,
        UDP_HEADER_SIZE = 8,
        ETHERNET_ADDRESS_SIZE = 6,
        ARP_PACKET_SIZE = 28,
        ARP_OP_REQUEST = 1,
        ARP_OP_REPLY = 2,
};

typedef struct UdpEndpoints {
        ipv4_t source;
        ipv4_t destination;
        uint16_t source_port;
        uint16_t destination_port;
} UdpEndpoints;

typedef struct UdpDatagram {
        UdpEndpoints endpoints;
        const uint8_t *payload; /* points into the packet */
        size_t payload_size;
} UdpDatagram;

typedef struct ArpPacket {
        uint16_t operation;
        uint8_t sender_hardware[ETHERNET_ADDRESS_SIZE];
        ipv4_t sender;
        uint8_t target_hardware[ETHERNET_ADDRESS_SIZE];
        ipv4_t target;
} ArpPacket;

/**
 * checksum_add() - adds bytes to an Internet checksum (RFC 1071).
 *
 * @sum: what checksum_add() returned before, 0 to start; every piece but the last has even size
 */
uint32_t checksum_add(uint32_t sum, const void *bytes, size_t size) _pure_;

/**
 * checksum_finish() - the complement that goes into a header, in host byte order.
 */
uint16_t checksum_finish(uint32_t sum) _const_;

/**
 * udp_frame_headers() - writes the IPv4 and UDP headers that stand before a payload.
 *
 * TTL 64, don't fragment, DSCP CS6 as other servers do, both checksums complete (a UDP checksum of
 * 0 is sent as 0xffff).
 *
 * @ret: receives IPV4_HEADER_SIZE + UDP_HEADER_SIZE bytes
 * @payload: at most 65,507 bytes
 */
void udp_frame_headers(
        uint8_t *ret, const UdpEndpoints *endpoints, const void *payload, size_t payload_size);

/**
 * udp_frame_parse() - takes an IPv4 packet with a UDP datagram apart.
 *
 * Fragments, other protocols, wrong lengths and wrong checksums are refused; bytes after the IP
 * packet are ignored.
 *
 * @checksum_partial: the UDP checksum is not complete (PACKET_AUXDATA TP_STATUS_CSUMNOTREADY):
 * don't check it Return: 0, -EBADMSG when malformed, -EPROTONOSUPPORT when it is not unfragmented
 * IPv4 UDP.
 */
int udp_frame_parse(const void *packet, size_t size, bool checksum_partial, UdpDatagram *ret);

/**
 * arp_build() - writes an ARP packet for Ethernet and IPv4 (RFC 826), without link header.
 *
 * @ret: receives ARP_PACKET_SIZE bytes
 */
void arp_build(uint8_t ret[static ARP_PACKET_SIZE], const ArpPacket *packet);

/**
 * arp_parse() - takes an ARP packet apart.
 * Return: 0, -EBADMSG when it is too short, -EPROTONOSUPPORT when it is not Ethernet and IPv4.
 */
int arp_parse(const void *packet, size_t size, ArpPacket *ret);
