/* SPDX-License-Identifier: MIT */
/* The server's UDP socket: options, batched reception, control messages. Knows nothing of DHCP but
 * the largest message; reads no clock.
 *
 * Invariant: everything a datagram of the last batch points to lies in the one allocation that is
 * the socket; receiving allocates nothing. */

#include <fcntl.h>
#include <inttypes.h>
#include <linux/pkt_sched.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <stdalign.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "io/dhcp-socket.h"
#include "io/socket-option.h"

enum {
        /* ours, and some room for what an inherited socket may have been told to say besides */
        CONTROL_SIZE = CMSG_SPACE(sizeof(struct in_pktinfo)) + CMSG_SPACE(sizeof(struct timespec)) +
                       CMSG_SPACE(sizeof(uint32_t)) + CMSG_SPACE(64),
        RECEIVE_BUFFER_SIZE = 8 * 1024 * 1024, /* some 10,000 datagrams, with their overhead */
        SEND_BUFFER_SIZE = 1024 * 1024,
        NSEC_PER_USEC = 1000,
        STAMPS_AFTER_SEC = 1,
        /* a whole page from one to the next, and all would want the same few lines of the cache */
        PACKET_STRIDE = DHCP_MAX_MESSAGE_SIZE + 5 * 64,
};

typedef struct ReceiveSlot {
        struct sockaddr_in source;
        struct iovec part;
        alignas(struct cmsghdr) uint8_t control[CONTROL_SIZE];
} ReceiveSlot;

struct DhcpSocket {
        int fd;
        uint16_t port;
        bool stamped;   /* datagrams come with the time of their arrival */
        usec_t emptied; /* when the kernel had no more of them, CLOCK_BOOTTIME; 0 = never yet */
        uint32_t kernel_drops; /* SO_RXQ_OVFL as told last; wraps */
        uint64_t n_overflown;
        size_t n_used; /* of the slots, by the last call; all before the first */
        ReceivedDatagram datagrams[DHCP_SOCKET_BATCH];
        struct mmsghdr messages[DHCP_SOCKET_BATCH];
        ReceiveSlot slots[DHCP_SOCKET_BATCH];
        uint8_t packets[DHCP_SOCKET_BATCH][PACKET_STRIDE]; /* last: pages come as needed */
};

static int set_nonblocking(int fd) {
        int flags;

        flags = fcntl(fd, F_GETFL);
        if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0)
                return -errno;
        return 0;
}

/* What reception and sending rely on, no matter who made the socket. */
static int set_options(int fd) {
        static const struct {
                int level;
                int name;
                int value;
        } options[] = {
                {IPPROTO_IP, IP_PKTINFO, 1},
                {SOL_SOCKET, SO_TIMESTAMPNS, 1}, /* see want_stamps() */
                {SOL_SOCKET, SO_RXQ_OVFL, 1},
                {SOL_SOCKET, SO_BROADCAST, 1},
                /* With DF a long reply is lost on a narrow path to a relay, and nobody reads the
                 * ICMP error; in fragments it arrives. */
                {IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DONT},
                {IPPROTO_IP, IP_TOS, IPTOS_CLASS_CS6},
                /* after IP_TOS, which sets the priority too; 7 would take CAP_NET_ADMIN */
                {SOL_SOCKET, SO_PRIORITY, TC_PRIO_INTERACTIVE},
        };
        int r;

        for (size_t i = 0; i < ELEMENTSOF(options); i++) {
                r = socket_set_int(fd, options[i].level, options[i].name, options[i].value);
                if (r < 0)
                        return r;
        }
        return set_nonblocking(fd);
}

static int check_is_udp(int fd) {
        int domain = 0, type = 0, r;

        r = socket_get_int(fd, SOL_SOCKET, SO_DOMAIN, &domain);
        if (r < 0)
                return r;
        r = socket_get_int(fd, SOL_SOCKET, SO_TYPE, &type);
        if (r < 0)
                return r;
        if (domain != AF_INET)
                return -EAFNOSUPPORT;
        return type == SOCK_DGRAM ? 0 : -EPROTOTYPE;
}

static int get_port(int fd, uint16_t *ret) {
        struct sockaddr_in address;
        socklen_t size = sizeof(address);

        if (getsockname(fd, (struct sockaddr *) &address, &size) < 0)
                return -errno;
        if (address.sin_port == 0)
                return -ENOTCONN;

        *ret = ntohs(address.sin_port);
        return 0;
}

int dhcp_socket_new_take(DhcpSocket **ret, int fd) {
        _cleanup_free_ DhcpSocket *socket = NULL;
        uint16_t port = 0;
        int r;

        r = check_is_udp(fd);
        if (r < 0)
                return r;
        r = get_port(fd, &port);
        if (r < 0)
                return r;
        r = set_options(fd);
        if (r < 0)
                return r;

        socket = calloc(1, sizeof(*socket));
        if (!socket)
                return -ENOMEM;

        socket->fd = fd;
        socket->port = port;
        socket->stamped = true;
        socket->n_used = DHCP_SOCKET_BATCH;
        *ret = TAKE_PTR(socket);
        return 0;
}

/* SO_RCVBUFFORCE takes CAP_NET_ADMIN; without it net.core.rmem_max caps the size in silence. */
static int set_buffers(int fd) {
        int r;

        r = socket_set_int(fd, SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER_SIZE);
        if (r == -EPERM)
                r = socket_set_int(fd, SOL_SOCKET, SO_RCVBUF, RECEIVE_BUFFER_SIZE);
        if (r < 0)
                return r;
        return socket_set_int(fd, SOL_SOCKET, SO_SNDBUF, SEND_BUFFER_SIZE);
}

/* SO_REUSEADDR stays off, deliberately: with it on both sides the kernel lets two servers bind the
 * same port and gives each unicast to one of them as it sees fit. UDP has no TIME_WAIT, so a
 * restart needs no reuse. All options come before bind(): a datagram that was queued without packet
 * info has lost its interface for good. */
int dhcp_socket_open(uint16_t port, const char *interface, int *ret_fd) {
        struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
        _cleanup_close_ int fd = -1;
        int r;

        fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_UDP);
        if (fd < 0)
                return -errno;
        r = set_options(fd);
        if (r < 0)
                return r;
        r = set_buffers(fd);
        if (r < 0)
                return r;

        if (interface) {
                size_t size = strlen(interface);

                if (size == 0 || size >= IFNAMSIZ)
                        return -ENODEV;
                if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, interface, (socklen_t) size) < 0)
                        return -errno;
        }
        if (bind(fd, (const struct sockaddr *) &address, sizeof(address)) < 0)
                return -errno;

        *ret_fd = TAKE_FD(fd);
        return 0;
}

DhcpSocket *dhcp_socket_free(DhcpSocket *socket) {
        if (!socket)
                return NULL;

        (void) close(socket->fd);
        free(socket);
        return NULL;
}

int dhcp_socket_fd(const DhcpSocket *socket) {
        return socket->fd;
}

uint16_t dhcp_socket_port(const DhcpSocket *socket) {
        return socket->port;
}

/* Linux 5.0 tells the index itself; the name cannot be had of an interface that is gone. */
int dhcp_socket_bound_to(const DhcpSocket *socket, uint32_t *ret_ifindex) {
        char name[IFNAMSIZ] = "";
        socklen_t size = sizeof(name);
        int r, ifindex = 0;

        r = socket_get_int(socket->fd, SOL_SOCKET, SO_BINDTOIFINDEX, &ifindex);
        if (r >= 0) {
                *ret_ifindex = (uint32_t) ifindex;
                return 0;
        }
        if (r != -ENOPROTOOPT)
                return r;
        if (getsockopt(socket->fd, SOL_SOCKET, SO_BINDTODEVICE, name, &size) < 0)
                return -errno;
        *ret_ifindex = size > 0 && *name ? if_nametoindex(name) : 0;
        return 0;
}

uint64_t dhcp_socket_n_overflown(const DhcpSocket *socket) {
        return socket->n_overflown;
}

/* The kernel rewrites lengths and flags with every datagram: what it has used is set anew before
 * the next call. */
static void prepare_slot(DhcpSocket *socket, size_t i) {
        ReceiveSlot *slot = &socket->slots[i];

        slot->part = (struct iovec){
                .iov_base = socket->packets[i],
                .iov_len = DHCP_MAX_MESSAGE_SIZE,
        };
        socket->messages[i].msg_hdr = (struct msghdr){
                .msg_name = &slot->source,
                .msg_namelen = sizeof(slot->source),
                .msg_iov = &slot->part,
                .msg_iovlen = 1,
                .msg_control = slot->control,
                .msg_controllen = sizeof(slot->control),
        };
}

/* The kernel's count is of 32 bits, and datagrams that were queued before the option was set carry
 * none. */
static void count_drops(DhcpSocket *socket, uint32_t drops) {
        uint32_t more = drops - socket->kernel_drops;

        if (more > INT32_MAX)
                return;
        socket->n_overflown += more;
        socket->kernel_drops = drops;
}

/* ipi_addr is the destination of the IP header. ipi_spec_dst is the same address when the packet
 * came to one of ours, and else (limited and subnet broadcasts, multicast) the address that an
 * answer would be sent from, or zero on a link without addresses. So they are equal exactly for
 * unicasts. */
static void take_packet_info(const struct cmsghdr *control, PacketMetadata *metadata) {
        struct in_pktinfo info;

        memcpy(&info, CMSG_DATA(control), sizeof(info));
        metadata->ifindex = (uint32_t) info.ipi_ifindex;
        metadata->destination = ntohl(info.ipi_addr.s_addr);
        metadata->broadcast = info.ipi_addr.s_addr != info.ipi_spec_dst.s_addr;
}

static usec_t age_of_stamp(const struct cmsghdr *control, usec_t realtime_now) {
        struct timespec stamp;

        memcpy(&stamp, CMSG_DATA(control), sizeof(stamp));
        if (stamp.tv_sec < 0)
                return 0;
        return usec_sub(realtime_now,
                (usec_t) stamp.tv_sec * USEC_PER_SEC + (usec_t) stamp.tv_nsec / NSEC_PER_USEC);
}

static bool control_is(const struct cmsghdr *control, int level, int type, size_t size) {
        return control->cmsg_level == level && control->cmsg_type == type &&
               control->cmsg_len >= CMSG_LEN(size);
}

static void take_control(DhcpSocket *socket, const struct cmsghdr *control, usec_t realtime_now,
        PacketMetadata *metadata) {
        if (control_is(control, IPPROTO_IP, IP_PKTINFO, sizeof(struct in_pktinfo))) {
                take_packet_info(control, metadata);
        } else if (control_is(control, SOL_SOCKET, SCM_TIMESTAMPNS, sizeof(struct timespec))) {
                metadata->age = age_of_stamp(control, realtime_now);
        } else if (control_is(control, SOL_SOCKET, SO_RXQ_OVFL, sizeof(uint32_t))) {
                uint32_t drops;

                memcpy(&drops, CMSG_DATA(control), sizeof(drops));
                count_drops(socket, drops);
        }
}

static void take_datagram(DhcpSocket *socket, size_t i, usec_t realtime_now) {
        struct mmsghdr *message = &socket->messages[i];
        ReceivedDatagram *datagram = &socket->datagrams[i];

        *datagram = (ReceivedDatagram){
                .packet = socket->packets[i],
                .size = message->msg_len,
                .truncated = message->msg_hdr.msg_flags & MSG_TRUNC,
                .metadata.source = ntohl(socket->slots[i].source.sin_addr.s_addr),
                .metadata.source_port = ntohs(socket->slots[i].source.sin_port),
        };
        for (struct cmsghdr *control = CMSG_FIRSTHDR(&message->msg_hdr); control;
                control = CMSG_NXTHDR(&message->msg_hdr, control))
                take_control(socket, control, realtime_now, &datagram->metadata);
}

/* The kernel stamps what arrives, once it has been asked to; to hand each stamp over costs as much
 * as to handle some of the message. What has come since the buffer was empty is no older than that,
 * so that the stamps are of interest only when this was not to be seen for a while: at the start,
 * under overload, after a stop. */
static void want_stamps(DhcpSocket *socket, usec_t boottime_now) {
        bool wanted = socket->emptied == 0 ||
                      usec_sub(boottime_now, socket->emptied) > STAMPS_AFTER_SEC * USEC_PER_SEC;

        if (wanted != socket->stamped &&
                socket_set_int(socket->fd, SOL_SOCKET, SO_TIMESTAMPNS, wanted) >= 0)
                socket->stamped = wanted;
}

int dhcp_socket_receive(DhcpSocket *socket, const ClockPair *now, ReceivedDatagram **ret) {
        int n;

        want_stamps(socket, now->boottime);
        for (size_t i = 0; i < socket->n_used; i++)
                prepare_slot(socket, i);

        do
                n = recvmmsg(socket->fd, socket->messages, DHCP_SOCKET_BATCH, MSG_DONTWAIT, NULL);
        while (n < 0 && errno == EINTR);
        if (n < 0 && errno != EAGAIN)
                return -errno;
        socket->n_used = (size_t) MAX(n, 0);
        if (n < DHCP_SOCKET_BATCH)
                socket->emptied = now->boottime;
        if (n < 0)
                return 0;

        for (size_t i = 0; i < (size_t) n; i++)
                take_datagram(socket, i, now->realtime);
        *ret = socket->datagrams;
        return n;
}

/* Looks for a socket on the port that is not the one with our inode. Return: 1, 0, negative errno.
 */
static int find_rival(const char *path, uint16_t port, ino_t inode) {
        _cleanup_fclose_ FILE *file = NULL;
        _cleanup_free_ char *line = NULL;
        size_t capacity = 0;

        file = fopen(path, "re");
        if (!file)
                return -errno;

        while (getline(&line, &capacity, file) >= 0) {
                unsigned int line_port;
                uintmax_t line_inode;

                /* number: address:port peer:port state queues timer retransmits uid timeout inode
                 */
                if (sscanf(line,
                            "%*d: %*[0-9A-Fa-f]:%x %*[0-9A-Fa-f]:%*x %*x %*x:%*x %*x:%*x %*x %*u "
                            "%*d %ju",
                            &line_port, &line_inode) != 2)
                        continue; /* the heading */
                if (line_port == port && line_inode != inode)
                        return 1;
        }
        return ferror(file) ? -EIO : 0;
}

int dhcp_socket_has_rival(const DhcpSocket *socket) {
        struct stat status;
        int r;

        if (fstat(socket->fd, &status) < 0)
                return -errno;

        /* not /proc/net, which ProcSubset=pid hides */
        r = find_rival("/proc/self/net/udp", socket->port, status.st_ino);
        if (r != 0)
                return r;

        /* an IPv6 wildcard socket takes IPv4 too; there is no such file without IPv6 */
        r = find_rival("/proc/self/net/udp6", socket->port, status.st_ino);
        return r == -ENOENT ? 0 : r;
}
