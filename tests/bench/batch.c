/* SPDX-License-Identifier: MIT */

/* Datagrams in and out by the batch. Knows nothing of DHCP.
 *
 * Invariant: receiving and sending allocate nothing. */

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/time.h>

#include "batch.h"

enum {
        BUFFER_SIZE = 32 * 1024 * 1024, /* the generator must not be the one that loses packets */
        ATTEMPTS_MAX = 3,
};

static struct sockaddr_in socket_address(ipv4_t address, uint16_t port) {
        return (struct sockaddr_in){
                .sin_family = AF_INET,
                .sin_addr.s_addr = htonl(address),
                .sin_port = htons(port),
        };
}

static void set_buffers(int fd) {
        int size = BUFFER_SIZE;

        /* without CAP_NET_ADMIN the system's limit has to do */
        if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) < 0)
                (void) setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
        if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size)) < 0)
                (void) setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
}

static void prepare_headers(Batch *batch) {
        for (size_t i = 0; i < BATCH_SIZE; i++) {
                batch->incoming_parts[i].iov_base = batch->packets[i];
                batch->incoming_parts[i].iov_len = BATCH_DATAGRAM_MAX;
                batch->incoming[i].msg_hdr.msg_iov = &batch->incoming_parts[i];
                batch->incoming[i].msg_hdr.msg_iovlen = 1;
                batch->outgoing[i].msg_hdr.msg_iov = &batch->outgoing_parts[i];
                batch->outgoing[i].msg_hdr.msg_iovlen = 1;
        }
}

int batch_open(Batch **ret, ipv4_t address, uint16_t port, unsigned wait_usec) {
        _cleanup_(batch_freep) Batch *batch = NULL;
        const struct timeval wait = {
                .tv_sec = wait_usec / 1000000,
                .tv_usec = wait_usec % 1000000,
        };
        const struct sockaddr_in own = socket_address(address, port);

        batch = calloc(1, sizeof(*batch));
        if (!batch)
                return -ENOMEM;
        batch->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        if (batch->fd < 0)
                return -errno;
        set_buffers(batch->fd);
        if (setsockopt(batch->fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait)) < 0)
                return -errno;
        if (bind(batch->fd, (const struct sockaddr *) &own, sizeof(own)) < 0)
                return -errno;

        prepare_headers(batch);
        *ret = TAKE_PTR(batch);
        return 0;
}

Batch *batch_free(Batch *batch) {
        if (!batch)
                return NULL;
        closep(&batch->fd);
        free(batch);
        return NULL;
}

int batch_connect(Batch *batch, ipv4_t address, uint16_t port) {
        const struct sockaddr_in peer = socket_address(address, port);

        if (connect(batch->fd, (const struct sockaddr *) &peer, sizeof(peer)) < 0)
                return -errno;
        return 0;
}

int batch_receive(Batch *batch) {
        int n;

        n = recvmmsg(batch->fd, batch->incoming, BATCH_SIZE, MSG_WAITFORONE, NULL);
        if (n >= 0)
                return n;
        /* ECONNREFUSED is the ICMP answer to what was sent while nobody listened */
        if (errno == EAGAIN || errno == EINTR || errno == ECONNREFUSED)
                return 0;
        return -errno;
}

int batch_push(
        Batch *batch, const uint8_t *packet, size_t size, const struct sockaddr_in *destination) {
        unsigned i;
        int r;

        if (batch->n_outgoing == BATCH_SIZE) {
                r = batch_flush(batch);
                if (r < 0)
                        return r;
        }

        i = batch->n_outgoing++;
        /* iovec knows no const */
        batch->outgoing_parts[i].iov_base = (uint8_t *) (uintptr_t) packet;
        batch->outgoing_parts[i].iov_len = size;
        batch->outgoing[i].msg_hdr.msg_name = NULL;
        batch->outgoing[i].msg_hdr.msg_namelen = 0;
        if (destination) {
                batch->destinations[i] = *destination;
                batch->outgoing[i].msg_hdr.msg_name = &batch->destinations[i];
                batch->outgoing[i].msg_hdr.msg_namelen = sizeof(*destination);
        }
        return 0;
}

int batch_flush(Batch *batch) {
        unsigned sent = 0, attempts = 0;
        int n;

        while (sent < batch->n_outgoing) {
                n = sendmmsg(batch->fd, batch->outgoing + sent, batch->n_outgoing - sent, 0);
                if (n > 0) {
                        sent += (unsigned) n;
                        attempts = 0;
                        continue;
                }
                if (errno == EINTR)
                        continue;
                if (errno != ECONNREFUSED && errno != ENOBUFS && errno != EAGAIN)
                        return -errno;
                /* an error that waited on the socket says nothing about this datagram: try again */
                if (++attempts < ATTEMPTS_MAX)
                        continue;
                batch->n_refused++;
                sent++;
                attempts = 0;
        }
        batch->n_outgoing = 0;
        return 0;
}
