/* SPDX-License-Identifier: MIT */
#pragma once

/* Sends replies in batches: by the UDP socket where the client or relay has an address, by a packet
 * socket with complete checksums where it has none yet. Packets are copied in, so that the caller's
 * memory is free at once. */

#include <stddef.h>
#include <stdint.h>

#include "basic/macro.h"
#include "wire/datagram.h"

typedef struct Transmitter Transmitter;

typedef struct TransmitterStatistics {
        uint64_t n_sent;
        uint64_t n_failed; /* refused by the kernel; the client will ask again */
        int last_error;    /* negative errno of the newest failure */
        uint32_t last_ifindex;
} TransmitterStatistics;

/**
 * transmitter_new() - opens the packet socket (needs CAP_NET_RAW).
 *
 * @udp_fd: the server's socket, borrowed for the transmitter's life
 * Return: 0, -EPERM without the capability, -ENOMEM, other negative errno.
 */
int transmitter_new(Transmitter **ret, int udp_fd);

/**
 * transmitter_free() - flushes and closes. Return: NULL.
 */
Transmitter *transmitter_free(Transmitter *transmitter);

/**
 * transmitter_add() - queues a reply; flushes by itself when the queue is full. What goes by UDP
 * leaves in the order of the calls, and what goes by the packet socket too; between the two there
 * is no order.
 *
 * @destination: copied; with SEND_UDP, interface 0 leaves the way to routing (replies to relays),
 * any other takes the address for on-link there
 * @server_port: source port, in host byte order
 * @packet: @size bytes, copied; more than DHCP_MAX_MESSAGE_SIZE count as failed with -EMSGSIZE
 */
void transmitter_add(Transmitter *transmitter, const Destination *destination, uint16_t server_port,
        const uint8_t *packet, size_t size);

typedef void (*TransmitterCrowded)(void *userdata);

/**
 * transmitter_set_crowded() - has a function, or NULL for none any more, called before many
 * datagrams leave by the UDP socket at once. For each that has left, the kernel tells who waits on
 * that socket, whatever he waits for, that it has room again.
 */
void transmitter_set_crowded(Transmitter *transmitter, TransmitterCrowded function, void *userdata);

/**
 * transmitter_flush() - sends what is queued, with as few system calls as there are sockets. A full
 * send buffer counts as failed: DHCP repeats.
 */
void transmitter_flush(Transmitter *transmitter);

/**
 * transmitter_get_statistics() - counters.
 */
const TransmitterStatistics *transmitter_get_statistics(const Transmitter *transmitter);

DEFINE_POINTER_CLEANUP(Transmitter, transmitter_free);
