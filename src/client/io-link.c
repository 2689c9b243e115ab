/* SPDX-License-Identifier: MIT */
/* What the kernel says of one interface and its addresses, by rtnetlink. Questions have a socket of
 * their own, so that an answer given up half-way leaves nothing behind; changes are told by
 * another.
 *
 * A question about addresses is asked when it matters: there is no copy that could be out of date.
 */

#include <errno.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdalign.h>
#include <string.h>
#include <sys/socket.h>

#include <libmnl/libmnl.h>

#include "client/io.h"

enum {
        REQUEST_SIZE = 64,
        REPLY_SIZE = 32 * 1024, /* the largest piece of a dump that the kernel hands out */
        READ_ATTEMPTS = 8,
        ATTRIBUTES_MAX = IFLA_CARRIER_CHANGES + 1, /* the highest that we look at */
};

typedef const struct nlattr *Attributes[ATTRIBUTES_MAX];

static void mnl_socket_closep(struct mnl_socket **socket) {
        if (*socket)
                (void) mnl_socket_close(*socket);
}

static int keep_attribute(const struct nlattr *attribute, void *userdata) {
        const struct nlattr **attributes = userdata;
        uint16_t type = mnl_attr_get_type(attribute);

        if (type < ATTRIBUTES_MAX)
                attributes[type] = attribute;
        return MNL_CB_OK;
}

/* Bridges tell of their ports, and wireless links of their scans, by messages of the same type that
 * leave out most. Return: 1, 0 when it is one of these. */
static int parse_link(const struct nlmsghdr *message, IoLink *ret) {
        Attributes attributes = {0};
        const struct nlattr *hardware, *changes;
        struct ifinfomsg info;

        if (mnl_nlmsg_get_payload_len(message) < sizeof(info))
                return 0;
        memcpy(&info, mnl_nlmsg_get_payload(message), sizeof(info));
        (void) mnl_attr_parse(message, sizeof(info), keep_attribute, attributes);
        if (info.ifi_family != AF_UNSPEC || attributes[IFLA_WIRELESS])
                return 0;
        hardware = attributes[IFLA_ADDRESS];
        changes = attributes[IFLA_CARRIER_CHANGES];

        *ret = (IoLink){
                .ifindex = info.ifi_index,
                .hardware_type = info.ifi_type,
                .up = info.ifi_flags & IFF_UP,
                .carrier = info.ifi_flags & IFF_UP && info.ifi_flags & IFF_RUNNING,
        };
        if (hardware && mnl_attr_get_payload_len(hardware) == sizeof(ret->hardware))
                memcpy(ret->hardware, mnl_attr_get_payload(hardware), sizeof(ret->hardware));
        if (changes && mnl_attr_get_payload_len(changes) == sizeof(uint32_t))
                ret->carrier_changes = mnl_attr_get_u32(changes);
        return 1;
}

/* Of IPv4; on a point-to-point link IFA_LOCAL is our end. Return: 1, 0 as parse_link(). */
static int parse_address(const struct nlmsghdr *message, int *ret_ifindex, struct in_addr *ret) {
        Attributes attributes = {0};
        const struct nlattr *local;
        struct ifaddrmsg info;

        if (mnl_nlmsg_get_payload_len(message) < sizeof(info))
                return 0;
        memcpy(&info, mnl_nlmsg_get_payload(message), sizeof(info));
        if (info.ifa_family != AF_INET)
                return 0;
        (void) mnl_attr_parse(message, sizeof(info), keep_attribute, attributes);
        local = attributes[IFA_LOCAL] ? attributes[IFA_LOCAL] : attributes[IFA_ADDRESS];
        if (!local || mnl_attr_get_payload_len(local) != sizeof(*ret))
                return 0;
        *ret_ifindex = (int) info.ifa_index;
        memcpy(ret, mnl_attr_get_payload(local), sizeof(*ret));
        return 1;
}

/* ---- questions --------------------------------------------------------------------------------
 */

/* Asks, and has `callback` look at each message of the answer. -EINTR: the table has changed while
 * it was read. */
static int ask(struct nlmsghdr *request, mnl_cb_t callback, void *userdata) {
        alignas(struct nlmsghdr) uint8_t reply[REPLY_SIZE];
        _cleanup_(mnl_socket_closep) struct mnl_socket *socket = NULL;
        int r = MNL_CB_OK, yes = 1;

        socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
        if (!socket || mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0)
                return -errno;
        /* Has the kernel look at the interface that a dump is asked for; without it we do. */
        (void) setsockopt(
                mnl_socket_get_fd(socket), SOL_NETLINK, NETLINK_GET_STRICT_CHK, &yes, sizeof(yes));
        if (mnl_socket_sendto(socket, request, request->nlmsg_len) < 0)
                return -errno;
        while (r > MNL_CB_STOP) {
                ssize_t size = mnl_socket_recvfrom(socket, reply, sizeof(reply));

                if (size < 0)
                        return -errno;
                r = mnl_cb_run(reply, (size_t) size, request->nlmsg_seq,
                        mnl_socket_get_portid(socket), callback, userdata);
        }
        return r < 0 ? -errno : 0;
}

static struct nlmsghdr *begin_request(uint8_t *buffer, uint16_t type, uint16_t flags) {
        struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);

        request->nlmsg_type = type;
        request->nlmsg_flags = (uint16_t) (NLM_F_REQUEST | flags);
        request->nlmsg_seq = 1;
        return request;
}

static int take_link(const struct nlmsghdr *message, void *userdata) {
        if (message->nlmsg_type == RTM_NEWLINK)
                (void) parse_link(message, userdata);
        return MNL_CB_STOP; /* one link, one message */
}

int io_link_read(int ifindex, IoLink *ret) {
        alignas(struct nlmsghdr) uint8_t buffer[REQUEST_SIZE];
        struct nlmsghdr *request = begin_request(buffer, RTM_GETLINK, 0);
        struct ifinfomsg *body = mnl_nlmsg_put_extra_header(request, sizeof(*body));
        IoLink link = {0};
        int r;

        body->ifi_index = ifindex;
        mnl_attr_put_u32(request, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
        r = ask(request, take_link, &link);
        if (r < 0)
                return r;
        if (link.ifindex != ifindex)
                return -ENODEV;
        *ret = link;
        return 0;
}

typedef struct AddressQuestion {
        int ifindex;
        struct in_addr wanted; /* 0.0.0.0 = any */
        struct in_addr found;  /* 0.0.0.0 = none */
} AddressQuestion;

static int take_address(const struct nlmsghdr *message, void *userdata) {
        AddressQuestion *question = userdata;
        struct in_addr address;
        int ifindex;

        if (message->nlmsg_type == RTM_NEWADDR && parse_address(message, &ifindex, &address) > 0 &&
                ifindex == question->ifindex && question->found.s_addr == 0 &&
                (question->wanted.s_addr == 0 || address.s_addr == question->wanted.s_addr))
                question->found = address;
        return MNL_CB_OK;
}

/* Return: 0.0.0.0 when there is none. */
static struct in_addr find_address(int ifindex, ipv4_t wanted) {
        AddressQuestion question = {.ifindex = ifindex, .wanted.s_addr = htonl(wanted)};
        alignas(struct nlmsghdr) uint8_t buffer[REQUEST_SIZE];
        int r = -EINTR;

        for (unsigned i = 0; i < READ_ATTEMPTS && r == -EINTR; i++) {
                struct nlmsghdr *request = begin_request(buffer, RTM_GETADDR, NLM_F_DUMP);
                struct ifaddrmsg *body = mnl_nlmsg_put_extra_header(request, sizeof(*body));

                body->ifa_family = AF_INET;
                body->ifa_index = (unsigned) ifindex;
                question.found.s_addr = 0;
                r = ask(request, take_address, &question);
        }
        return question.found;
}

bool io_link_has_address(int ifindex, ipv4_t address) {
        return address != 0 && find_address(ifindex, address).s_addr != 0;
}

struct in_addr io_link_first_address(int ifindex) {
        return find_address(ifindex, 0);
}

/* ---- changes ----------------------------------------------------------------------------------
 */

int io_monitor_open(void) {
        _cleanup_close_ int fd = -1;
        const struct sockaddr_nl address = {
                .nl_family = AF_NETLINK,
                .nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR,
        };

        fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
        if (fd < 0)
                return -errno;
        if (bind(fd, (const struct sockaddr *) &address, sizeof(address)) < 0)
                return -errno;
        return TAKE_FD(fd);
}

static bool parse_change(const struct nlmsghdr *message, int ifindex, IoChange *ret) {
        int of = 0;

        ret->kind = IO_CHANGE_LINK;
        switch (message->nlmsg_type) {
        case RTM_NEWLINK:
                return parse_link(message, &ret->link) > 0 && ret->link.ifindex == ifindex;
        case RTM_DELLINK:
                ret->kind = IO_CHANGE_GONE;
                return parse_link(message, &ret->link) > 0 && ret->link.ifindex == ifindex;
        case RTM_DELADDR:
                ret->kind = IO_CHANGE_ADDRESS_REMOVED;
                return parse_address(message, &of, &ret->address) > 0 && of == ifindex;
        default:
                return false;
        }
}

/* The kernel sends one message at a time. Nobody else is listened to; and of what was lost,
 * something may have been ours. */
int io_monitor_receive(int fd, int ifindex, IoChange *ret) {
        alignas(struct nlmsghdr) uint8_t buffer[REPLY_SIZE];
        const struct nlmsghdr *message = (const struct nlmsghdr *) buffer;
        struct sockaddr_nl from;
        socklen_t from_size = sizeof(from);
        IoChange change = {0};
        ssize_t size;

        size = recvfrom(fd, buffer, sizeof(buffer), MSG_DONTWAIT | MSG_TRUNC,
                (struct sockaddr *) &from, &from_size);
        if (size < 0 && errno != ENOBUFS)
                return errno == EINTR ? -EAGAIN : -errno;
        if (size >= 0 && from.nl_pid != 0)
                return 0;
        if (size < 0 || (size_t) size > sizeof(buffer))
                change.kind = IO_CHANGE_LOST;
        else if (!mnl_nlmsg_ok(message, (int) size) || !parse_change(message, ifindex, &change))
                return 0;
        *ret = change;
        return 1;
}
