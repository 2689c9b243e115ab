/* SPDX-License-Identifier: MIT */
#pragma once

/* The client's sockets: what the I/O files share. The core does not know them. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/ipv4.h"
#include "basic/macro.h"
#include "basic/time.h"
#include "client/minidhcp-client.h"
#include "wire/frame.h"

enum {
        IO_PACKET_MAX = 4096 + IPV4_HEADER_SIZE + UDP_HEADER_SIZE,
};

/* The interface as the kernel tells of it. */
typedef struct IoLink {
        int ifindex;
        uint16_t hardware_type;
        uint8_t hardware[ETHERNET_ADDRESS_SIZE]; /* zero where the link has none of this size */
        bool up;                                 /* set up by somebody */
        bool carrier;                            /* up, and frames can pass */
        uint32_t carrier_changes;                /* so far, both ways */
} IoLink;

typedef enum IoChangeKind {
        IO_CHANGE_LINK,            /* `link` is how it is now */
        IO_CHANGE_GONE,            /* there is no such interface any more */
        IO_CHANGE_ADDRESS_REMOVED, /* it has lost `address` */
        IO_CHANGE_LOST,            /* something was not told: everything is to be read again */
} IoChangeKind;

typedef struct IoChange {
        IoChangeKind kind;
        IoLink link;
        struct in_addr address;
} IoChange;

/* A datagram that has come in. */
typedef struct IoDatagram {
        mdc_metadata metadata;
        const uint8_t *data; /* in the caller's buffer */
        size_t size;
} IoDatagram;

/**
 * io_link_read() - hardware address and state of an interface.
 * Return: 0, -ENODEV, other negative errno.
 */
int io_link_read(int ifindex, IoLink *ret);

/**
 * io_link_has_address() - whether the interface has this address, so that UDP can be sent from it.
 * Asked of the kernel each time: bind() would take any address where net.ipv4.ip_nonlocal_bind is
 * set, and that of another interface always.
 *
 * O(addresses of the interface).
 */
bool io_link_has_address(int ifindex, ipv4_t address);

/**
 * io_link_first_address() - an address that the interface has; 0.0.0.0 where it has none.
 * O(addresses of the interface).
 */
struct in_addr io_link_first_address(int ifindex);

/**
 * io_monitor_open() - a socket that is told of changes of interfaces and IPv4 addresses.
 * Return: the descriptor, negative errno.
 */
int io_monitor_open(void);

/**
 * io_monitor_receive() - takes one change. Never blocks.
 * Return: 1, 0 when it was another interface's, -EAGAIN when there is nothing, other negative
 * errno.
 */
int io_monitor_receive(int fd, int ifindex, IoChange *ret);

/**
 * io_packet_open() - a packet socket that hears UDP to port 68 of one interface alone.
 *
 * @promiscuous: hear frames for other hardware addresses too
 * Return: the descriptor, -EPERM, other negative errno.
 */
int io_packet_open(int ifindex, bool promiscuous);

/**
 * io_packet_message_size() - the longest DHCP message that comes in one packet of the link, for
 * option 57: 576, which everybody takes, to 4096.
 *
 * Return: 0 when the link does not tell.
 */
uint16_t io_packet_message_size(int ifindex);

/**
 * io_packet_receive() - takes one datagram. Never blocks.
 *
 * @buffer: IO_PACKET_MAX bytes
 * Return: 1, 0 when what came was no whole DHCP datagram, -EAGAIN when there is nothing, other
 * negative errno.
 */
int io_packet_receive(int fd, uint8_t *buffer, IoDatagram *ret);

/**
 * io_packet_send() - sends a datagram in a frame, checksums complete.
 *
 * @hardware: to whom; NULL for everybody
 * Return: 0, negative errno.
 */
int io_packet_send(int fd, const IoLink *link, const mdc_output *output, const uint8_t *hardware);

/**
 * io_udp_open() - a UDP socket on port 68 of one address of one interface, which hears nothing.
 * Return: the descriptor, negative errno.
 */
int io_udp_open(int ifindex, struct in_addr address);

/**
 * io_udp_send() - sends a datagram from the output's source address.
 * Return: 0, negative errno.
 */
int io_udp_send(int fd, const IoLink *link, const mdc_output *output);

/**
 * io_arp_open() - a packet socket that hears the ARP packets of one interface.
 * Return: the descriptor, -EPERM, other negative errno.
 */
int io_arp_open(int ifindex, bool promiscuous);

/**
 * io_arp_receive() - takes one ARP packet. Never blocks.
 *
 * @buffer: ARP_PACKET_SIZE bytes
 * Return: 1, 0 when it was too short, -EAGAIN when there is nothing, other negative errno.
 */
int io_arp_receive(int fd, uint8_t *buffer);

/**
 * io_arp_send() - sends an ARP packet.
 *
 * @hardware: to whom; NULL for everybody
 * Return: 0, negative errno.
 */
int io_arp_send(
        int fd, const IoLink *link, const uint8_t *data, size_t size, const uint8_t *hardware);

DEFINE_POINTER_CLEANUP(mdc_io, mdc_io_unref);
