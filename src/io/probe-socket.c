/* SPDX-License-Identifier: MIT */
/* ARP requests out, claims of watched addresses in. What a claim means is the core's business.
 *
 * Invariant: the socket filter lets through the claims of the watched addresses, and before it is
 * narrowed a little more, but never less; before the first address is watched, nothing. Of what it
 * lets through only that is passed on which came in on the link that was asked. */

#include <errno.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>

#include "io/probe-socket.h"
#include "wire/protocol.h"

enum {
        FRAME_SIZE = 64, /* an ARP packet and the padding of the shortest Ethernet frame */

        /* offsets in an ARP packet, RFC 826 */
        ARP_OFFSET_TYPES = 0, /* ar$hrd, ar$pro */
        ARP_OFFSET_SIZES = 4, /* ar$hln, ar$pln */
        ARP_OFFSET_SENDER = 14,
        ARP_ETHERNET_IPV4_TYPES = HARDWARE_ETHERNET << 16 | ETHERTYPE_IP,
        ARP_ETHERNET_IPV4_SIZES = ETHERNET_ADDRESS_SIZE << 8 | sizeof(ipv4_t),

        FILTER_MAX = 8 + 2 * PROBE_SOCKET_WATCH_MAX, /* instructions */
};

typedef struct Watch {
        uint32_t ifindex;
        ipv4_t address;
        usec_t until;
} Watch;

struct ProbeSocket {
        int fd;
        bool bound;
        size_t n_watches;
        Watch watches[PROBE_SOCKET_WATCH_MAX];
        ReceivedArp received[PROBE_SOCKET_BATCH];
};

/* Packets of other kinds are refused, then each watched address is compared with the sender. Every
 * jump skips one instruction at most, whatever the number of addresses: jumps are of 8 bits. */
static int attach_filter(ProbeSocket *socket) {
        struct sock_filter code[FILTER_MAX] = {
                BPF_STMT(BPF_LD | BPF_W | BPF_ABS, ARP_OFFSET_TYPES),
                BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARP_ETHERNET_IPV4_TYPES, 1, 0),
                BPF_STMT(BPF_RET | BPF_K, 0),
                BPF_STMT(BPF_LD | BPF_H | BPF_ABS, ARP_OFFSET_SIZES),
                BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARP_ETHERNET_IPV4_SIZES, 1, 0),
                BPF_STMT(BPF_RET | BPF_K, 0),
                BPF_STMT(BPF_LD | BPF_W | BPF_ABS, ARP_OFFSET_SENDER),
        };
        struct sock_fprog program = {.len = 7, .filter = code};

        for (size_t i = 0; i < socket->n_watches; i++) {
                code[program.len++] = (struct sock_filter) BPF_JUMP(
                        BPF_JMP | BPF_JEQ | BPF_K, socket->watches[i].address, 0, 1);
                code[program.len++] = (struct sock_filter) BPF_STMT(BPF_RET | BPF_K, FRAME_SIZE);
        }
        code[program.len++] = (struct sock_filter) BPF_STMT(BPF_RET | BPF_K, 0);

        return setsockopt(socket->fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) < 0
                       ? -errno
                       : 0;
}

int probe_socket_new(ProbeSocket **ret) {
        _cleanup_(probe_socket_freep) ProbeSocket *probe = NULL;
        int r;

        probe = calloc(1, sizeof(*probe));
        if (!probe)
                return -ENOMEM;

        /* Protocol 0 receives nothing; so no packet comes in before there is a filter. */
        probe->fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (probe->fd < 0)
                return -errno;
        r = attach_filter(probe);
        if (r < 0)
                return r;

        *ret = TAKE_PTR(probe);
        return 0;
}

ProbeSocket *probe_socket_free(ProbeSocket *socket) {
        if (!socket)
                return NULL;

        if (socket->fd >= 0)
                (void) close(socket->fd);
        free(socket);
        return NULL;
}

int probe_socket_fd(const ProbeSocket *socket) {
        return socket->fd;
}

size_t probe_socket_n_watched(const ProbeSocket *socket) {
        return socket->n_watches;
}

static int bind_to_arp(ProbeSocket *socket) {
        struct sockaddr_ll address = {
                .sll_family = AF_PACKET,
                .sll_protocol = htons(ETHERTYPE_ARP),
        };

        if (socket->bound)
                return 0;
        if (bind(socket->fd, (const struct sockaddr *) &address, sizeof(address)) < 0)
                return -errno;
        socket->bound = true;
        return 0;
}

/* The place for a new watch: a free one, else that of the watch which ends first. */
static Watch *find_place(ProbeSocket *socket) {
        Watch *earliest = socket->watches;

        if (socket->n_watches < PROBE_SOCKET_WATCH_MAX)
                return &socket->watches[socket->n_watches++];
        for (size_t i = 1; i < socket->n_watches; i++)
                if (socket->watches[i].until < earliest->until)
                        earliest = &socket->watches[i];
        return earliest;
}

static Watch *find_watch(ProbeSocket *socket, uint32_t ifindex, ipv4_t address) {
        for (size_t i = 0; i < socket->n_watches; i++)
                if (socket->watches[i].address == address && socket->watches[i].ifindex == ifindex)
                        return &socket->watches[i];
        return NULL;
}

static int watch(ProbeSocket *socket, uint32_t ifindex, ipv4_t address, usec_t until) {
        size_t n_before = socket->n_watches;
        Watch *place, before;
        int r;

        place = find_watch(socket, ifindex, address);
        if (place) {
                place->until = MAX(place->until, until);
                return 0;
        }

        place = find_place(socket);
        before = *place;
        *place = (Watch){.ifindex = ifindex, .address = address, .until = until};
        r = attach_filter(socket);
        if (r < 0) {
                *place = before;
                socket->n_watches = n_before;
                return r;
        }
        return bind_to_arp(socket);
}

int probe_socket_send(ProbeSocket *socket, uint32_t ifindex,
        const uint8_t hardware[static ETHERNET_ADDRESS_SIZE], ipv4_t source, ipv4_t target,
        usec_t until) {
        struct sockaddr_ll address = {
                .sll_family = AF_PACKET,
                .sll_protocol = htons(ETHERTYPE_ARP),
                .sll_ifindex = (int) ifindex,
                .sll_halen = ETHERNET_ADDRESS_SIZE,
                .sll_addr = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
        };
        ArpPacket packet = {
                .operation = ARP_OP_REQUEST,
                .sender = source,
                .target = target,
        };
        uint8_t bytes[ARP_PACKET_SIZE];
        int r;

        if (target == 0)
                return -EINVAL; /* would let every probe of others through */

        /* Listening comes first, or the answer may be faster. */
        r = watch(socket, ifindex, target, until);
        if (r < 0)
                return r;

        memcpy(packet.sender_hardware, hardware, ETHERNET_ADDRESS_SIZE);
        arp_build(bytes, &packet);
        if (sendto(socket->fd, bytes, sizeof(bytes), MSG_DONTWAIT,
                    (const struct sockaddr *) &address, sizeof(address)) < 0)
                return -errno;
        return 0;
}

int probe_socket_expire(ProbeSocket *socket, usec_t now) {
        size_t n = 0;

        for (size_t i = 0; i < socket->n_watches; i++)
                if (socket->watches[i].until > now)
                        socket->watches[n++] = socket->watches[i];
        if (n == socket->n_watches)
                return 0;

        socket->n_watches = n;
        return attach_filter(socket);
}

int probe_socket_receive(ProbeSocket *socket, ReceivedArp **ret) {
        uint8_t frames[PROBE_SOCKET_BATCH][FRAME_SIZE];
        struct sockaddr_ll sources[PROBE_SOCKET_BATCH];
        struct mmsghdr messages[PROBE_SOCKET_BATCH];
        struct iovec parts[PROBE_SOCKET_BATCH];
        int n, n_received = 0;

        for (size_t i = 0; i < PROBE_SOCKET_BATCH; i++) {
                parts[i] = (struct iovec){.iov_base = frames[i], .iov_len = FRAME_SIZE};
                messages[i].msg_hdr = (struct msghdr){
                        .msg_name = &sources[i],
                        .msg_namelen = sizeof(sources[i]),
                        .msg_iov = &parts[i],
                        .msg_iovlen = 1,
                };
        }

        do
                n = recvmmsg(socket->fd, messages, PROBE_SOCKET_BATCH, MSG_DONTWAIT, NULL);
        while (n < 0 && errno == EINTR);
        if (n < 0)
                return errno == EAGAIN ? 0 : -errno;

        for (int i = 0; i < n; i++) {
                ReceivedArp *received = &socket->received[n_received];

                received->ifindex = (uint32_t) sources[i].sll_ifindex;
                /* Another link may be another network, where the address means another host. */
                if (arp_parse(frames[i], messages[i].msg_len, &received->packet) == 0 &&
                        find_watch(socket, received->ifindex, received->packet.sender))
                        n_received++;
        }
        *ret = socket->received;
        return n_received;
}
