/* SPDX-License-Identifier: MIT */
/* The UDP socket, for the time with an address: it only sends, by routing, and keeps the port, so
 * that nobody is told that it is unreachable. What comes is heard by the packet socket, which no
 * firewall and no other client's socket on the same port keeps it from.
 *
 * Invariant: the filter is attached before the socket is bound, so that nothing is ever in its
 * buffer. */

#include <errno.h>
#include <linux/filter.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdalign.h>
#include <string.h>
#include <sys/socket.h>

#include "client/io.h"
#include "wire/protocol.h"

static int set_flag(int fd, int level, int option) {
        int yes = 1;

        return setsockopt(fd, level, option, &yes, sizeof(yes)) < 0 ? -errno : 0;
}

static int make_deaf(int fd) {
        static const struct sock_filter code[] = {BPF_STMT(BPF_RET | BPF_K, 0)};
        const struct sock_fprog program = {
                .len = ELEMENTSOF(code),
                .filter = (struct sock_filter *) code,
        };

        if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) < 0)
                return -errno;
        return 0;
}

int io_udp_open(int ifindex, struct in_addr address) {
        const struct sockaddr_in own = {
                .sin_family = AF_INET,
                .sin_port = htons(DHCP_CLIENT_PORT),
                .sin_addr = address,
        };
        _cleanup_close_ int fd = -1;
        char name[IF_NAMESIZE];
        int r;

        fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (fd < 0)
                return -errno;
        if (!if_indextoname((unsigned) ifindex, name))
                return -errno;
        if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name, (socklen_t) strlen(name)) < 0)
                return -errno;
        r = set_flag(fd, SOL_SOCKET, SO_REUSEADDR);
        if (r < 0)
                return r;
        r = set_flag(fd, SOL_SOCKET, SO_BROADCAST);
        if (r < 0)
                return r;
        r = make_deaf(fd);
        if (r < 0)
                return r;
        if (bind(fd, (const struct sockaddr *) &own, sizeof(own)) < 0)
                return -errno;
        return TAKE_FD(fd);
}

/* Unicasts are left to routing: the server may be beyond a router. */
int io_udp_send(int fd, const IoLink *link, const mdc_output *output) {
        const struct in_pktinfo info = {
                .ipi_ifindex = output->kind == MDC_OUTPUT_BROADCAST ? link->ifindex : 0,
                .ipi_spec_dst = output->source,
        };
        alignas(struct cmsghdr) uint8_t control[CMSG_SPACE(sizeof(info))] = {0};
        struct sockaddr_in to = {
                .sin_family = AF_INET,
                .sin_port = htons(output->destination_port),
                .sin_addr = output->destination,
        };
        struct iovec part = {.iov_base = (void *) output->data, .iov_len = output->size};
        const struct msghdr message = {
                .msg_name = &to,
                .msg_namelen = sizeof(to),
                .msg_iov = &part,
                .msg_iovlen = 1,
                .msg_control = control,
                .msg_controllen = sizeof(control),
        };
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);

        header->cmsg_level = IPPROTO_IP;
        header->cmsg_type = IP_PKTINFO;
        header->cmsg_len = CMSG_LEN(sizeof(info));
        memcpy(CMSG_DATA(header), &info, sizeof(info));
        return sendmsg(fd, &message, MSG_DONTWAIT) < 0 ? -errno : 0;
}
