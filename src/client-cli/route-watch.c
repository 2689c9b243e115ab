/* SPDX-License-Identifier: MIT */
/* Notifications about IPv4 routes. They are hints: who gets one looks at what there is.
 *
 * Invariant: what the filter lets through is judged again, so that a filter which cannot be had
 * costs time alone. */

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <stdalign.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

#include <libmnl/libmnl.h>

#include "basic/macro.h"
#include "client-cli/route-watch.h"

enum {
        NEWS_SIZE = 8 * 1024,
        TYPE_AT = offsetof(struct nlmsghdr, nlmsg_type),
        FLAGS_AT = offsetof(struct nlmsghdr, nlmsg_flags),
        PROTOCOL_AT = sizeof(struct nlmsghdr) + offsetof(struct rtmsg, rtm_protocol),
        ATTRIBUTES_AT = sizeof(struct nlmsghdr) + sizeof(struct rtmsg),
};

/* Only removals of routes of protocols "dhcp" and "kernel", and replacements. The filter reads in
 * network byte order what the kernel has written in its own. */
static int attach_filter(int fd, uint32_t metric) {
        struct sock_filter code[] = {
                /* 0 */ BPF_STMT(BPF_LD | BPF_H | BPF_ABS, TYPE_AT),
                /* 1 */ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htons(RTM_DELROUTE), 0, 3),
                /* 2 */ BPF_STMT(BPF_LD | BPF_B | BPF_ABS, PROTOCOL_AT),
                /* 3 */ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, RTPROT_DHCP, 4, 0),
                /* 4 */ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, RTPROT_KERNEL, 3, 9),
                /* 5 */ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htons(RTM_NEWROUTE), 0, 8),
                /* 6 */ BPF_STMT(BPF_LD | BPF_H | BPF_ABS, FLAGS_AT),
                /* 7 */ BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, htons(NLM_F_REPLACE), 0, 6),
                /* 8 */ BPF_STMT(BPF_LD | BPF_IMM, ATTRIBUTES_AT),
                /* 9 */ BPF_STMT(BPF_LDX | BPF_IMM, RTA_PRIORITY),
                /* 10 */
                BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t) (SKF_AD_OFF + SKF_AD_NLATTR)),
                /* 11 */ BPF_STMT(BPF_MISC | BPF_TAX, 0),
                /* 12 */ BPF_STMT(BPF_LD | BPF_W | BPF_IND, sizeof(struct nlattr)),
                /* 13 */ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htonl(metric), 1, 0),
                /* 14 */ BPF_STMT(BPF_RET | BPF_K, 0),
                /* 15 */ BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
        };
        const struct sock_fprog program = {.len = ELEMENTSOF(code), .filter = code};

        if (metric == 0)
                return 0; /* which is said by no attribute */
        return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) < 0 ? -errno
                                                                                           : 0;
}

int route_watch_open(uint32_t metric) {
        const struct sockaddr_nl address = {
                .nl_family = AF_NETLINK,
                .nl_groups = RTMGRP_IPV4_ROUTE,
        };
        _cleanup_close_ int fd = -1;

        fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
        if (fd < 0)
                return -errno;
        (void) attach_filter(fd, metric);
        if (bind(fd, (const struct sockaddr *) &address, sizeof(address)) < 0)
                return -errno;
        return TAKE_FD(fd);
}

static int take_attribute(const struct nlattr *attribute, void *userdata) {
        RouteLoss *loss = userdata;
        uint32_t value;

        if (mnl_attr_validate(attribute, MNL_TYPE_U32) < 0)
                return MNL_CB_OK;
        value = mnl_attr_get_u32(attribute);
        switch (mnl_attr_get_type(attribute)) {
        case RTA_DST:
                loss->destination.address = ntohl(value);
                break;
        case RTA_GATEWAY:
                loss->gateway = ntohl(value);
                break;
        case RTA_OIF:
                loss->ifindex = (int) value;
                break;
        case RTA_PRIORITY:
                loss->metric = value;
                break;
        case RTA_TABLE:
                loss->table = value;
                break;
        default:
                break;
        }
        return MNL_CB_OK;
}

static bool parse(const struct nlmsghdr *message, RouteLoss *ret) {
        const struct rtmsg *body = mnl_nlmsg_get_payload(message);

        if (mnl_nlmsg_get_payload_len(message) < sizeof(*body) || body->rtm_family != AF_INET)
                return false;
        *ret = (RouteLoss){
                .replaced = message->nlmsg_type == RTM_NEWROUTE,
                .destination.length = body->rtm_dst_len,
                .table = body->rtm_table,
        };
        if (ret->replaced) {
                if (!(message->nlmsg_flags & NLM_F_REPLACE))
                        return false;
        } else if (message->nlmsg_type != RTM_DELROUTE ||
                   (body->rtm_protocol != RTPROT_DHCP && body->rtm_protocol != RTPROT_KERNEL)) {
                return false;
        }
        return mnl_attr_parse(message, sizeof(*body), take_attribute, ret) >= 0;
}

/* The kernel sends one message at a time. Nobody else is listened to. */
int route_watch_receive(int fd, RouteLoss *ret) {
        alignas(struct nlmsghdr) char buffer[NEWS_SIZE];
        const struct nlmsghdr *message = (const struct nlmsghdr *) buffer;
        struct sockaddr_nl from;
        socklen_t from_size = sizeof(from);
        ssize_t size;

        size = recvfrom(fd, buffer, sizeof(buffer), MSG_DONTWAIT | MSG_TRUNC,
                (struct sockaddr *) &from, &from_size);
        if (size < 0 && errno != ENOBUFS)
                return errno == EINTR ? -EAGAIN : -errno;
        if (size >= 0 && from.nl_pid != 0)
                return 0;
        if (size < 0 || (size_t) size > sizeof(buffer)) {
                *ret = (RouteLoss){.all = true};
                return 1;
        }
        return mnl_nlmsg_ok(message, (int) size) && parse(message, ret);
}
