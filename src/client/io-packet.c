/* SPDX-License-Identifier: MIT */
/* Packet sockets: how a client without an address is heard and hears, and what nothing between link
 * and program keeps from it.
 *
 * Invariant: the filter is attached before the socket is bound, so that nothing else is ever in its
 * buffer; protocol 0 until then keeps it deaf. */

#include <errno.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdalign.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "client/io.h"
#include "wire/protocol.h"

enum {
        IPV4_OFFSET_PROTOCOL = 9,
        IPV4_OFFSET_FRAGMENT = 6,
        FRAGMENT_BITS = 0x3fff, /* more to come, or not the first */
        UDP_OFFSET_DESTINATION = 2,
        MESSAGE_SIZE_LEAST = 576, /* RFC 2132 9.10 */
};

static int attach_filter(int fd, const struct sock_filter *code, size_t n) {
        const struct sock_fprog program = {
                .len = (unsigned short) n,
                .filter = (struct sock_filter *) code,
        };

        if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) < 0)
                return -errno;
        return 0;
}

static int bind_to_link(int fd, int ifindex, uint16_t protocol) {
        const struct sockaddr_ll address = {
                .sll_family = AF_PACKET,
                .sll_protocol = htons(protocol),
                .sll_ifindex = ifindex,
        };

        if (bind(fd, (const struct sockaddr *) &address, sizeof(address)) < 0)
                return -errno;
        return 0;
}

/* The membership ends with the socket. */
static int join_promiscuous(int fd, int ifindex) {
        const struct packet_mreq request = {
                .mr_ifindex = ifindex,
                .mr_type = PACKET_MR_PROMISC,
        };

        if (setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &request, sizeof(request)) < 0)
                return -errno;
        return 0;
}

static int packet_open(int ifindex, uint16_t protocol, bool promiscuous,
        const struct sock_filter *code, size_t n) {
        _cleanup_close_ int fd = -1;
        int r, yes = 1;

        fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (fd < 0)
                return -errno;
        r = attach_filter(fd, code, n);
        if (r < 0)
                return r;
        if (setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &yes, sizeof(yes)) < 0)
                return -errno;
        if (promiscuous) {
                r = join_promiscuous(fd, ifindex);
                if (r < 0)
                        return r;
        }
        r = bind_to_link(fd, ifindex, protocol);
        if (r < 0)
                return r;
        return TAKE_FD(fd);
}

/* A message that is longer than the link's packets comes in fragments, which the kernel puts
 * together for a group of sockets alone: so this one is a group. Where it cannot be, fragments are
 * lost, as the filter wants it. */
static void join_fragments(int fd) {
        const uint32_t type =
                PACKET_FANOUT_HASH | PACKET_FANOUT_FLAG_DEFRAG | PACKET_FANOUT_FLAG_UNIQUEID;
        const uint32_t argument = type << 16;

        (void) setsockopt(fd, SOL_PACKET, PACKET_FANOUT, &argument, sizeof(argument));
}

int io_packet_open(int ifindex, bool promiscuous) {
        static const struct sock_filter code[] = {
                BPF_STMT(BPF_LD | BPF_B | BPF_ABS, IPV4_OFFSET_PROTOCOL),
                BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_UDP, 0, 6),
                BPF_STMT(BPF_LD | BPF_H | BPF_ABS, IPV4_OFFSET_FRAGMENT),
                BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, FRAGMENT_BITS, 4, 0),
                BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0),
                BPF_STMT(BPF_LD | BPF_H | BPF_IND, UDP_OFFSET_DESTINATION),
                BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, DHCP_CLIENT_PORT, 0, 1),
                BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
                BPF_STMT(BPF_RET | BPF_K, 0),
        };

        _cleanup_close_ int fd = -1;

        fd = packet_open(ifindex, ETHERTYPE_IP, promiscuous, code, ELEMENTSOF(code));
        if (fd >= 0)
                join_fragments(fd);
        return TAKE_FD(fd);
}

uint16_t io_packet_message_size(int ifindex) {
        const int headers = IPV4_HEADER_SIZE + UDP_HEADER_SIZE;
        struct ifreq request = {0};
        _cleanup_close_ int fd = -1;

        fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        if (fd < 0 || !if_indextoname((unsigned) ifindex, request.ifr_name) ||
                ioctl(fd, SIOCGIFMTU, &request) < 0)
                return 0;
        if (request.ifr_mtu < MESSAGE_SIZE_LEAST + headers)
                return MESSAGE_SIZE_LEAST;
        return (uint16_t) MIN(request.ifr_mtu - headers, (int) DHCP_MAX_MESSAGE_SIZE);
}

int io_arp_open(int ifindex, bool promiscuous) {
        static const struct sock_filter code[] = {
                BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
        };

        return packet_open(ifindex, ETHERTYPE_ARP, promiscuous, code, ELEMENTSOF(code));
}

/* The kernel leaves the UDP checksum of local senders (veth, virtio) to hardware that is never
 * reached; PACKET_AUXDATA tells. */
static bool checksum_is_partial(struct msghdr *message) {
        for (struct cmsghdr *control = CMSG_FIRSTHDR(message); control;
                control = CMSG_NXTHDR(message, control)) {
                struct tpacket_auxdata data;

                if (control->cmsg_level != SOL_PACKET || control->cmsg_type != PACKET_AUXDATA ||
                        control->cmsg_len < CMSG_LEN(sizeof(data)))
                        continue;
                memcpy(&data, CMSG_DATA(control), sizeof(data));
                return data.tp_status & TP_STATUS_CSUMNOTREADY;
        }
        return false;
}

int io_packet_receive(int fd, uint8_t *buffer, IoDatagram *ret) {
        alignas(struct cmsghdr) uint8_t control[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
        struct iovec part = {.iov_base = buffer, .iov_len = IO_PACKET_MAX};
        struct sockaddr_ll from;
        struct msghdr message = {
                .msg_name = &from,
                .msg_namelen = sizeof(from),
                .msg_iov = &part,
                .msg_iovlen = 1,
                .msg_control = control,
                .msg_controllen = sizeof(control),
        };
        UdpDatagram datagram;
        ssize_t n;

        n = recvmsg(fd, &message, MSG_DONTWAIT);
        if (n < 0)
                return errno == EINTR ? -EAGAIN : -errno;
        if (from.sll_pkttype == PACKET_OUTGOING)
                return 0;
        if (udp_frame_parse(buffer, (size_t) n, checksum_is_partial(&message), &datagram) < 0)
                return 0;

        *ret = (IoDatagram){
                .metadata.source.s_addr = htonl(datagram.endpoints.source),
                .metadata.source_port = datagram.endpoints.source_port,
                .data = datagram.payload,
                .size = datagram.payload_size,
        };
        if (from.sll_halen == ETHERNET_ADDRESS_SIZE)
                memcpy(ret->metadata.link_source, from.sll_addr, ETHERNET_ADDRESS_SIZE);
        return 1;
}

static struct sockaddr_ll link_address(
        const IoLink *link, uint16_t protocol, const uint8_t *hardware) {
        struct sockaddr_ll address = {
                .sll_family = AF_PACKET,
                .sll_protocol = htons(protocol),
                .sll_ifindex = link->ifindex,
                .sll_halen = ETHERNET_ADDRESS_SIZE,
                .sll_addr = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
        };

        if (hardware)
                memcpy(address.sll_addr, hardware, ETHERNET_ADDRESS_SIZE);
        return address;
}

int io_packet_send(int fd, const IoLink *link, const mdc_output *output, const uint8_t *hardware) {
        struct sockaddr_ll address = link_address(link, ETHERTYPE_IP, hardware);
        const UdpEndpoints endpoints = {
                .source = ntohl(output->source.s_addr),
                .destination = ntohl(output->destination.s_addr),
                .source_port = output->source_port,
                .destination_port = output->destination_port,
        };
        uint8_t headers[IPV4_HEADER_SIZE + UDP_HEADER_SIZE];
        struct iovec parts[] = {
                {.iov_base = headers, .iov_len = sizeof(headers)},
                {.iov_base = (void *) output->data, .iov_len = output->size},
        };
        const struct msghdr message = {
                .msg_name = &address,
                .msg_namelen = sizeof(address),
                .msg_iov = parts,
                .msg_iovlen = ELEMENTSOF(parts),
        };

        udp_frame_headers(headers, &endpoints, output->data, output->size);
        return sendmsg(fd, &message, MSG_DONTWAIT) < 0 ? -errno : 0;
}

int io_arp_receive(int fd, uint8_t *buffer) {
        struct sockaddr_ll from;
        socklen_t size = sizeof(from);
        ssize_t n;

        n = recvfrom(fd, buffer, ARP_PACKET_SIZE, MSG_DONTWAIT, (struct sockaddr *) &from, &size);
        if (n < 0)
                return errno == EINTR ? -EAGAIN : -errno;
        return n == ARP_PACKET_SIZE && from.sll_pkttype != PACKET_OUTGOING;
}

int io_arp_send(
        int fd, const IoLink *link, const uint8_t *data, size_t size, const uint8_t *hardware) {
        const struct sockaddr_ll address = link_address(link, ETHERTYPE_ARP, hardware);

        if (sendto(fd, data, size, MSG_DONTWAIT, (const struct sockaddr *) &address,
                    sizeof(address)) < 0)
                return -errno;
        return 0;
}
