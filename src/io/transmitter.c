/* SPDX-License-Identifier: MIT */
/* The outgoing queue: one list of messages for each of the two sockets, and the bytes of all of
 * them one after another. Decides by which socket a reply goes and what its addresses look like
 * there; why it goes anywhere is the core's business.
 *
 * Invariant: whatever the kernel refuses, a flush ends after at most one system call per queued
 * packet with both lists empty and every packet counted as sent or failed. */

#include <errno.h>
#include <linux/if_packet.h>
#include <linux/pkt_sched.h>
#include <net/ethernet.h>
#include <netinet/in.h>
#include <stdalign.h>
#include <string.h>
#include <sys/socket.h>

#include "io/socket-option.h"
#include "io/transmitter.h"
#include "wire/frame.h"

enum {
        QUEUE_MAX = 64,
        QUEUE_SPACE = 64 * 1024, /* all packets together; replies are rarely longer than 576 */
        SEND_BUFFER_SIZE = 1024 * 1024,
};

/* What the mmsghdr of a queued packet points to. */
typedef struct Outgoing {
        uint32_t ifindex;
        union {
                struct sockaddr_in udp;
                struct sockaddr_ll link;
        } address;
        alignas(struct cmsghdr) uint8_t control[CMSG_SPACE(sizeof(struct in_pktinfo))];
        uint8_t headers[IPV4_HEADER_SIZE + UDP_HEADER_SIZE];
        struct iovec parts[2];
} Outgoing;

typedef struct Queue {
        int fd;
        size_t n;
        struct mmsghdr messages[QUEUE_MAX];
        Outgoing packets[QUEUE_MAX];
} Queue;

struct Transmitter {
        TransmitterStatistics statistics;
        Queue udp;  /* borrowed descriptor */
        Queue link; /* own descriptor */
        TransmitterCrowded crowded;
        void *userdata;
        size_t space_used;
        uint8_t space[QUEUE_SPACE];
};

/* Protocol 0: a packet socket that is bound to no protocol receives nothing, so that it costs the
 * machine's other traffic nothing and its buffer cannot fill. */
static int open_packet_socket(void) {
        _cleanup_close_ int fd = -1;
        int r;

        fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (fd < 0)
                return -errno;
        r = socket_set_int(fd, SOL_SOCKET, SO_PRIORITY, TC_PRIO_INTERACTIVE);
        if (r < 0)
                return r;
        r = socket_set_int(fd, SOL_SOCKET, SO_SNDBUF, SEND_BUFFER_SIZE);
        if (r < 0)
                return r;
        return TAKE_FD(fd);
}

int transmitter_new(Transmitter **ret, int udp_fd) {
        _cleanup_close_ int fd = -1;
        Transmitter *transmitter;

        fd = open_packet_socket();
        if (fd < 0)
                return fd;
        transmitter = calloc(1, sizeof(*transmitter));
        if (!transmitter)
                return -ENOMEM;

        transmitter->udp.fd = udp_fd;
        transmitter->link.fd = TAKE_FD(fd);
        *ret = transmitter;
        return 0;
}

Transmitter *transmitter_free(Transmitter *transmitter) {
        if (!transmitter)
                return NULL;

        transmitter_flush(transmitter);
        (void) close(transmitter->link.fd);
        free(transmitter);
        return NULL;
}

const TransmitterStatistics *transmitter_get_statistics(const Transmitter *transmitter) {
        return &transmitter->statistics;
}

static void count_failure(Transmitter *transmitter, uint32_t ifindex, int error) {
        transmitter->statistics.n_failed++;
        transmitter->statistics.last_error = error;
        transmitter->statistics.last_ifindex = ifindex;
}

/* Sends a list. sendmmsg() stops at the first message that fails and tells why only when that is
 * the first of the call; so the failing one comes to stand first, is counted, and is stepped over.
 */
static void queue_flush(Transmitter *transmitter, Queue *queue) {
        size_t done = 0;

        while (done < queue->n) {
                int n = sendmmsg(queue->fd, queue->messages + done,
                        (unsigned int) (queue->n - done), MSG_DONTWAIT);

                if (n > 0) {
                        transmitter->statistics.n_sent += (uint64_t) n;
                        done += (size_t) n;
                } else if (n == 0 || errno != EINTR) {
                        count_failure(
                                transmitter, queue->packets[done].ifindex, n == 0 ? -EIO : -errno);
                        done++;
                }
        }
        queue->n = 0;
}

void transmitter_flush(Transmitter *transmitter) {
        if (transmitter->udp.n >= QUEUE_MAX / 2 && transmitter->crowded)
                transmitter->crowded(transmitter->userdata);
        queue_flush(transmitter, &transmitter->udp);
        queue_flush(transmitter, &transmitter->link);
        transmitter->space_used = 0;
}

void transmitter_set_crowded(
        Transmitter *transmitter, TransmitterCrowded function, void *userdata) {
        transmitter->crowded = function;
        transmitter->userdata = userdata;
}

static Outgoing *queue_add(Queue *queue, uint32_t ifindex, struct msghdr **ret_header) {
        Outgoing *outgoing = &queue->packets[queue->n];
        struct msghdr *header = &queue->messages[queue->n].msg_hdr;

        outgoing->ifindex = ifindex;
        *header = (struct msghdr){
                .msg_name = &outgoing->address,
                .msg_iov = outgoing->parts,
        };
        queue->n++;
        *ret_header = header;
        return outgoing;
}

/* Interface 0 leaves the way to routing, as replies to relays need it; with an interface the kernel
 * takes the destination for on-link there even if no route says so. */
static void add_datagram(Transmitter *transmitter, const Destination *destination, ipv4_t address,
        struct iovec payload) {
        struct in_pktinfo info = {
                .ipi_ifindex = (int) destination->ifindex,
                .ipi_spec_dst.s_addr = htonl(destination->source),
        };
        struct cmsghdr *control;
        struct msghdr *header;
        Outgoing *outgoing;

        outgoing = queue_add(&transmitter->udp, destination->ifindex, &header);
        outgoing->address.udp = (struct sockaddr_in){
                .sin_family = AF_INET,
                .sin_port = htons(destination->port),
                .sin_addr.s_addr = htonl(address),
        };
        outgoing->parts[0] = payload;
        header->msg_namelen = sizeof(outgoing->address.udp);
        header->msg_iovlen = 1;
        header->msg_control = outgoing->control;
        header->msg_controllen = sizeof(outgoing->control);

        control = CMSG_FIRSTHDR(header);
        control->cmsg_level = IPPROTO_IP;
        control->cmsg_type = IP_PKTINFO;
        control->cmsg_len = CMSG_LEN(sizeof(info));
        memcpy(CMSG_DATA(control), &info, sizeof(info));
}

static void add_frame(Transmitter *transmitter, const Destination *destination, ipv4_t address,
        const uint8_t hardware[static ETHERNET_ADDRESS_SIZE], uint16_t server_port,
        struct iovec payload) {
        UdpEndpoints endpoints = {
                .source = destination->source,
                .destination = address,
                .source_port = server_port,
                .destination_port = destination->port,
        };
        struct msghdr *header;
        Outgoing *outgoing;

        outgoing = queue_add(&transmitter->link, destination->ifindex, &header);
        udp_frame_headers(outgoing->headers, &endpoints, payload.iov_base, payload.iov_len);
        outgoing->address.link = (struct sockaddr_ll){
                .sll_family = AF_PACKET,
                .sll_protocol = htons(ETHERTYPE_IP),
                .sll_ifindex = (int) destination->ifindex,
                .sll_halen = ETHERNET_ADDRESS_SIZE,
        };
        memcpy(outgoing->address.link.sll_addr, hardware, ETHERNET_ADDRESS_SIZE);
        outgoing->parts[0] = (struct iovec){
                .iov_base = outgoing->headers,
                .iov_len = sizeof(outgoing->headers),
        };
        outgoing->parts[1] = payload;
        header->msg_namelen = sizeof(outgoing->address.link);
        header->msg_iovlen = 2;
}

/* Copies a packet to where it stays until the flush. */
static struct iovec store_packet(Transmitter *transmitter, const uint8_t *packet, size_t size) {
        struct iovec payload = {
                .iov_base = transmitter->space + transmitter->space_used,
                .iov_len = size,
        };

        memcpy(payload.iov_base, packet, size);
        transmitter->space_used += size;
        return payload;
}

void transmitter_add(Transmitter *transmitter, const Destination *destination, uint16_t server_port,
        const uint8_t *packet, size_t size) {
        static const uint8_t everybody[ETHERNET_ADDRESS_SIZE] = {
                0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
        struct iovec payload;

        if (size > DHCP_MAX_MESSAGE_SIZE) {
                count_failure(transmitter, destination->ifindex, -EMSGSIZE);
                return;
        }
        if (transmitter->udp.n + transmitter->link.n == QUEUE_MAX ||
                size > sizeof(transmitter->space) - transmitter->space_used)
                transmitter_flush(transmitter);
        payload = store_packet(transmitter, packet, size);

        switch (destination->mode) {
        case SEND_UDP:
                add_datagram(transmitter, destination, destination->address, payload);
                return;
        case SEND_LINK_BROADCAST:
                add_frame(
                        transmitter, destination, IPV4_BROADCAST, everybody, server_port, payload);
                return;
        case SEND_LINK_UNICAST:
                add_frame(transmitter, destination, destination->address, destination->hardware,
                        server_port, payload);
                return;
        }
}
