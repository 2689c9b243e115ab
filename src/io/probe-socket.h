/* SPDX-License-Identifier: MIT */
#pragma once

/* Asks by ARP who has an address (RFC 5227 2.1.1), and hears those who claim an address that was
 * asked for. All other ARP traffic stays in the kernel: a busy network does not wake the server. */

#include <stddef.h>
#include <stdint.h>

#include "basic/ipv4.h"
#include "basic/macro.h"
#include "basic/time.h"
#include "wire/frame.h"

enum {
        PROBE_SOCKET_BATCH = 16,
        PROBE_SOCKET_WATCH_MAX = 64, /* addresses that are listened for at the same time */
};

typedef struct ProbeSocket ProbeSocket;

typedef struct ReceivedArp {
        uint32_t ifindex;
        ArpPacket packet; /* `sender` is one of the addresses watched on that link */
} ReceivedArp;

/**
 * probe_socket_new() - opens the packet socket (needs CAP_NET_RAW). It is bound to ARP by the first
 * probe only, so that it costs nothing where conflict detection is off.
 *
 * Return: 0, -EPERM without the capability, -ENOMEM, other negative errno.
 */
int probe_socket_new(ProbeSocket **ret);

/**
 * probe_socket_free() - closes the socket. Return: NULL.
 */
ProbeSocket *probe_socket_free(ProbeSocket *socket);

/**
 * probe_socket_fd() - for polling. Borrowed.
 */
int probe_socket_fd(const ProbeSocket *socket);

/**
 * probe_socket_send() - broadcasts an ARP request on an Ethernet link and listens on it, until the
 * given time, for ARP packets whose sender claims the address: replies, requests and announcements
 * alike. Probes of others (sender 0.0.0.0) claim nothing. With PROBE_SOCKET_WATCH_MAX
 * addresses watched already, the one that would end first is given up.
 *
 * @hardware: our Ethernet address on the link
 * @source: sender of the request; 0 for a probe that leaves no trace in caches (RFC 5227 1.1)
 * @target: the address in question, not 0
 * @until: when listening for @target ends, see probe_socket_expire(); a later one of two calls wins
 * Return: 0, -EINVAL when @target is 0, -ENETDOWN and -ENXIO when the link is down or gone, other
 * negative errno.
 */
int probe_socket_send(ProbeSocket *socket, uint32_t ifindex,
        const uint8_t hardware[static ETHERNET_ADDRESS_SIZE], ipv4_t source, ipv4_t target,
        usec_t until);

/**
 * probe_socket_expire() - stops listening for addresses whose time is over.
 *
 * @now: on the clock that the `until` times are of
 * Return: 0, negative errno of the socket filter (then too much is heard, never too little).
 */
int probe_socket_expire(ProbeSocket *socket, usec_t now);

/**
 * probe_socket_n_watched() - how many addresses are listened for.
 */
size_t probe_socket_n_watched(const ProbeSocket *socket);

/**
 * probe_socket_receive() - takes up to PROBE_SOCKET_BATCH packets with one system call. Never
 * blocks.
 *
 * @ret: receives a borrowed array, valid until the next call
 * Return: the number of packets, 0 when there is none, negative errno.
 */
int probe_socket_receive(ProbeSocket *socket, ReceivedArp **ret);

DEFINE_POINTER_CLEANUP(ProbeSocket, probe_socket_free);
