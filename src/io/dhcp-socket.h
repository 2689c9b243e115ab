/* SPDX-License-Identifier: MIT */
#pragma once

/* The UDP socket on port 67, inherited or our own: datagrams in and out in batches, with packet
 * info. Serves every interface, now and later. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/macro.h"
#include "basic/time.h"
#include "wire/datagram.h"

enum {
        DHCP_SOCKET_BATCH = 64,
};

typedef struct DhcpSocket DhcpSocket;

typedef struct ReceivedDatagram {
        const uint8_t *packet; /* in the socket's memory, until the next receive */
        size_t size;
        bool truncated;          /* was larger than DHCP_MAX_MESSAGE_SIZE */
        PacketMetadata metadata; /* broadcast and age are filled in */
} ReceivedDatagram;

/**
 * dhcp_socket_new_take() - uses a bound UDP socket, as PID 1 hands it over, and sets every option
 * that is needed on it (packet info, timestamps, overflow count, broadcast, non-blocking).
 *
 * @fd: belongs to the result on success
 * Return: 0, -ENOTSOCK, -EAFNOSUPPORT when it is not IPv4, -EPROTOTYPE when it is no datagram
 * socket, -ENOTCONN when it is not bound, other negative errno of setsockopt(), -ENOMEM.
 */
int dhcp_socket_new_take(DhcpSocket **ret, int fd);

/**
 * dhcp_socket_open() - binds an own socket, with a receive buffer of 8 MB as far as we may. The
 * port is not shared: as long as another socket has it (on the same interface, if one is given),
 * this fails.
 *
 * @port: in host byte order
 * @interface: NULL for all, or the one to bind to
 * @ret_fd: for dhcp_socket_new_take()
 * Return: 0, -EADDRINUSE, -EACCES, -ENODEV and other negative errno.
 */
int dhcp_socket_open(uint16_t port, const char *interface, int *ret_fd);

/**
 * dhcp_socket_free() - closes the socket. Return: NULL.
 */
DhcpSocket *dhcp_socket_free(DhcpSocket *socket);

/**
 * dhcp_socket_fd() - for polling. Borrowed.
 */
int dhcp_socket_fd(const DhcpSocket *socket);

/**
 * dhcp_socket_port() - the port it is bound to, in host byte order.
 */
uint16_t dhcp_socket_port(const DhcpSocket *socket);

/**
 * dhcp_socket_bound_to() - the interface that the socket is bound to (SO_BINDTODEVICE), which may
 * be gone by now; 0 = none, it hears all.
 *
 * Return: 0, negative errno of getsockopt().
 */
int dhcp_socket_bound_to(const DhcpSocket *socket, uint32_t *ret_ifindex);

/**
 * dhcp_socket_receive() - takes up to DHCP_SOCKET_BATCH datagrams with one system call. Never
 * blocks.
 *
 * @now: to tell how long a datagram has waited in the buffer: the kernel's stamps are wall time,
 * which boot time tells when to ask for. An age of up to a second may be told as 0.
 * @ret: receives a borrowed array
 * Return: the number of datagrams, 0 when there is none, negative errno.
 */
int dhcp_socket_receive(DhcpSocket *socket, const ClockPair *now, ReceivedDatagram **ret);

/**
 * dhcp_socket_n_overflown() - datagrams that the kernel had to drop since the socket was made
 * (SO_RXQ_OVFL).
 */
uint64_t dhcp_socket_n_overflown(const DhcpSocket *socket);

/**
 * dhcp_socket_has_rival() - whether another socket in this network namespace is bound to our port,
 * so that the kernel may deliver unicasts to it (libvirt's dnsmasq). Reads /proc/net/udp. Return:
 * 1, 0, or negative errno when it cannot be told.
 */
int dhcp_socket_has_rival(const DhcpSocket *socket);

DEFINE_POINTER_CLEANUP(DhcpSocket, dhcp_socket_free);
