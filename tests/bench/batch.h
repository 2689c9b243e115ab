/* SPDX-License-Identifier: MIT */
#pragma once

/* A UDP socket that receives and sends many datagrams with one system call each. Load generator and
 * reflector share it, so that the floor is measured with the same tool as the rest. */

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "basic/ipv4.h"
#include "basic/macro.h"

enum {
        BATCH_SIZE = 64, /* as the server's */
        BATCH_DATAGRAM_MAX = 2048,
};

typedef struct Batch {
        int fd;
        unsigned n_outgoing;
        uint64_t n_refused; /* datagrams given up because the kernel did not take them */
        struct mmsghdr incoming[BATCH_SIZE];
        struct mmsghdr outgoing[BATCH_SIZE];
        struct iovec incoming_parts[BATCH_SIZE];
        struct iovec outgoing_parts[BATCH_SIZE];
        struct sockaddr_in destinations[BATCH_SIZE];
        uint8_t packets[BATCH_SIZE][BATCH_DATAGRAM_MAX];
} Batch;

/**
 * batch_open() - binds a socket with large buffers.
 *
 * @address, @port: in host byte order
 * @wait_usec: batch_receive() waits at most this long
 * Return: 0, -EADDRINUSE, -EADDRNOTAVAIL, -ENOMEM and other negative errno.
 */
int batch_open(Batch **ret, ipv4_t address, uint16_t port, unsigned wait_usec);

/**
 * batch_free() - closes the socket. Return: NULL.
 */
Batch *batch_free(Batch *batch);

/**
 * batch_connect() - sends to and hears nobody but this address from now on.
 * Return: 0 or negative errno.
 */
int batch_connect(Batch *batch, ipv4_t address, uint16_t port);

/**
 * batch_receive() - waits for one datagram and takes what else is there, up to BATCH_SIZE.
 *
 * The datagrams are read with batch_packet() until the next call.
 *
 * Return: their number, 0 when none came in time (or a signal did), negative errno.
 */
int batch_receive(Batch *batch);

/**
 * batch_packet() - one of the datagrams that batch_receive() took. @ret_size may be cut to
 * BATCH_DATAGRAM_MAX.
 */
static inline const uint8_t *batch_packet(const Batch *batch, int i, size_t *ret_size) {
        *ret_size = batch->incoming[i].msg_len;
        return batch->packets[i];
}

/**
 * batch_push() - queues a datagram, sending what is queued first when the queue is full.
 *
 * @packet: borrowed until the next batch_flush()
 * @destination: copied; NULL on a connected socket
 * Return: 0 or negative errno.
 */
int batch_push(
        Batch *batch, const uint8_t *packet, size_t size, const struct sockaddr_in *destination);

/**
 * batch_flush() - sends what is queued. What the kernel does not take for lack of memory or because
 * nobody listens at the other end is counted and dropped, as a network would.
 * Return: 0 or negative errno.
 */
int batch_flush(Batch *batch);

DEFINE_POINTER_CLEANUP(Batch, batch_free);
