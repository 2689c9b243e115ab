/* SPDX-License-Identifier: MIT */
/* What interfaces there are. A notification is taken as a hint only, its contents are not read: it
 * makes us ask for everything anew. So the kernel's answer is the one source, and renames, promoted
 * secondary addresses and lost notifications need no code of their own. Knows no pool and no
 * packet.
 *
 * Invariant: the links are what one complete, consistent reading said; a reading that fails leaves
 * them as they were and is repeated by the next call. */

#include <errno.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <stdalign.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>

#include <libmnl/libmnl.h>

#include "basic/buffer.h"
#include "io/link-monitor.h"

enum {
        READ_ATTEMPTS = 16,
        DRAIN_MAX = 4096,       /* notifications that one call swallows */
        REPLY_SIZE = 32 * 1024, /* the largest piece of a dump that the kernel hands out */
        REQUEST_SIZE = 64,
        ATTRIBUTES_MAX = 16, /* more than IFLA_IFNAME and IFA_LOCAL, the highest we look at */
};

struct LinkMonitor {
        struct mnl_socket *events;
        Link *links;
        size_t n_links;
        bool stale; /* something happened since the links were read */
};

/* One IPv4 address as the kernel tells it. */
typedef struct AddressRecord {
        uint32_t ifindex;
        bool secondary;
        size_t order; /* among all, as dumped */
        Ipv4Prefix prefix;
} AddressRecord;

/* A reading in progress: arrays of Link and of AddressRecord. */
typedef struct Reading {
        Buffer links;
        Buffer addresses;
} Reading;

static inline void mnl_socket_closep(struct mnl_socket **socket) {
        if (*socket)
                (void) mnl_socket_close(*socket);
}

static void reading_done(Reading *reading) {
        buffer_done(&reading->links);
        buffer_done(&reading->addresses);
}

static int keep_attribute(const struct nlattr *attribute, void *userdata) {
        const struct nlattr **attributes = userdata;
        uint16_t type = mnl_attr_get_type(attribute);

        if (type < ATTRIBUTES_MAX)
                attributes[type] = attribute;
        return MNL_CB_OK;
}

static int take_link(const struct nlmsghdr *message, void *userdata) {
        const struct nlattr *attributes[ATTRIBUTES_MAX] = {0}, *name, *hardware, *mtu, *master;
        Reading *reading = userdata;
        struct ifinfomsg info;
        Link link = {0};

        if (message->nlmsg_type != RTM_NEWLINK || mnl_nlmsg_get_payload_len(message) < sizeof(info))
                return MNL_CB_OK;
        memcpy(&info, mnl_nlmsg_get_payload(message), sizeof(info));
        (void) mnl_attr_parse(message, sizeof(info), keep_attribute, attributes);
        name = attributes[IFLA_IFNAME];
        hardware = attributes[IFLA_ADDRESS];
        mtu = attributes[IFLA_MTU];
        master = attributes[IFLA_MASTER];

        link.ifindex = (uint32_t) info.ifi_index;
        link.hardware_type = info.ifi_type;
        link.up = info.ifi_flags & IFF_UP;
        link.loopback = info.ifi_flags & IFF_LOOPBACK;
        if (name)
                memcpy(link.name, mnl_attr_get_payload(name),
                        MIN((size_t) mnl_attr_get_payload_len(name), sizeof(link.name) - 1));
        if (hardware && info.ifi_type == ARPHRD_ETHER &&
                mnl_attr_get_payload_len(hardware) == sizeof(link.hardware))
                memcpy(link.hardware, mnl_attr_get_payload(hardware), sizeof(link.hardware));

        if (mtu && mnl_attr_get_payload_len(mtu) == sizeof(uint32_t))
                link.mtu = mnl_attr_get_u32(mtu);
        if (master && mnl_attr_get_payload_len(master) == sizeof(uint32_t))
                link.master = mnl_attr_get_u32(master);

        return buffer_append(&reading->links, &link, sizeof(link)) < 0 ? MNL_CB_ERROR : MNL_CB_OK;
}

static ipv4_t attribute_ipv4(const struct nlattr *attribute) {
        if (!attribute || mnl_attr_get_payload_len(attribute) != sizeof(uint32_t))
                return 0;
        return ntohl(mnl_attr_get_u32(attribute));
}

/* On a point-to-point link IFA_LOCAL is our end, IFA_ADDRESS the other, and the prefix length is
 * the other's. Our end has that length too when it lies in the same prefix, else it stands alone.
 */
static Ipv4Prefix local_prefix(ipv4_t local, ipv4_t peer, uint8_t length) {
        Ipv4Prefix remote = {.address = peer, .length = length};

        if (local == 0)
                return remote;
        return (Ipv4Prefix){
                .address = local,
                .length = ipv4_prefix_contains(remote, local) ? length : 32,
        };
}

static int take_address(const struct nlmsghdr *message, void *userdata) {
        const struct nlattr *attributes[ATTRIBUTES_MAX] = {0};
        Reading *reading = userdata;
        AddressRecord record = {0};
        struct ifaddrmsg info;

        if (message->nlmsg_type != RTM_NEWADDR || mnl_nlmsg_get_payload_len(message) < sizeof(info))
                return MNL_CB_OK;
        memcpy(&info, mnl_nlmsg_get_payload(message), sizeof(info));
        if (info.ifa_family != AF_INET || info.ifa_prefixlen > 32)
                return MNL_CB_OK;
        (void) mnl_attr_parse(message, sizeof(info), keep_attribute, attributes);

        record.ifindex = info.ifa_index;
        record.secondary = info.ifa_flags & IFA_F_SECONDARY;
        record.order = reading->addresses.size / sizeof(record);
        record.prefix = local_prefix(attribute_ipv4(attributes[IFA_LOCAL]),
                attribute_ipv4(attributes[IFA_ADDRESS]), info.ifa_prefixlen);
        if (record.prefix.address == 0)
                return MNL_CB_OK;

        return buffer_append(&reading->addresses, &record, sizeof(record)) < 0 ? MNL_CB_ERROR
                                                                               : MNL_CB_OK;
}

/* Sends a request and has `callback` look at each message of the answer. -EINTR: the kernel's table
 * changed while it was read (NLM_F_DUMP_INTR), or a signal came. */
static int dump(
        struct mnl_socket *socket, struct nlmsghdr *request, mnl_cb_t callback, Reading *reading) {
        alignas(struct nlmsghdr) uint8_t reply[REPLY_SIZE];
        unsigned int portid = mnl_socket_get_portid(socket);

        if (mnl_socket_sendto(socket, request, request->nlmsg_len) < 0)
                return -errno;
        for (;;) {
                ssize_t size;
                int r;

                size = mnl_socket_recvfrom(socket, reply, sizeof(reply));
                if (size < 0)
                        return -errno;
                r = mnl_cb_run(reply, (size_t) size, request->nlmsg_seq, portid, callback, reading);
                if (r < 0)
                        return -errno;
                if (r == MNL_CB_STOP)
                        return 0;
        }
}

static struct nlmsghdr *begin_request(uint8_t *buffer, uint16_t type, uint32_t sequence) {
        struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);

        request->nlmsg_type = type;
        request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
        request->nlmsg_seq = sequence;
        return request;
}

/* Asks by a socket of its own, so that an answer given up half-way leaves nothing behind. */
static int read_kernel(Reading *reading) {
        alignas(struct nlmsghdr) uint8_t buffer[REQUEST_SIZE];
        _cleanup_(mnl_socket_closep) struct mnl_socket *socket = NULL;
        struct nlmsghdr *request;
        int r;

        socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
        if (!socket || mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0)
                return -errno;

        request = begin_request(buffer, RTM_GETLINK, 1);
        (void) mnl_nlmsg_put_extra_header(request, sizeof(struct ifinfomsg));
        mnl_attr_put_u32(request, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
        r = dump(socket, request, take_link, reading);
        if (r < 0)
                return reading->links.error < 0 ? reading->links.error : r;

        request = begin_request(buffer, RTM_GETADDR, 2);
        ((struct ifaddrmsg *) mnl_nlmsg_put_extra_header(request, sizeof(struct ifaddrmsg)))
                ->ifa_family = AF_INET;
        r = dump(socket, request, take_address, reading);
        if (r < 0)
                return reading->addresses.error < 0 ? reading->addresses.error : r;
        return 0;
}

static int compare_links(const void *a, const void *b) {
        const Link *x = a, *y = b;

        return (x->ifindex > y->ifindex) - (x->ifindex < y->ifindex);
}

static int compare_addresses(const void *a, const void *b) {
        const AddressRecord *x = a, *y = b;

        if (x->ifindex != y->ifindex)
                return x->ifindex < y->ifindex ? -1 : 1;
        if (x->secondary != y->secondary)
                return x->secondary ? 1 : -1;
        return (x->order > y->order) - (x->order < y->order);
}

/* Gives each link its addresses: both lists are sorted by interface and walked side by side. */
static void join_addresses(Link *links, size_t n_links, AddressRecord *records, size_t n_records) {
        size_t i = 0;

        qsort(links, n_links, sizeof(*links), compare_links);
        qsort(records, n_records, sizeof(*records), compare_addresses);

        for (Link *link = links; link < links + n_links; link++) {
                while (i < n_records && records[i].ifindex < link->ifindex)
                        i++; /* of a link that came after the links were read */
                for (; i < n_records && records[i].ifindex == link->ifindex; i++)
                        if (link->n_addresses < LINK_ADDRESSES_MAX)
                                link->addresses[link->n_addresses++] = records[i].prefix;
                        else
                                link->n_more_addresses++;
        }
}

static bool link_equal(const Link *a, const Link *b) {
        if (a->ifindex != b->ifindex || strcmp(a->name, b->name) != 0 ||
                a->hardware_type != b->hardware_type || a->mtu != b->mtu || a->up != b->up ||
                a->loopback != b->loopback || a->n_addresses != b->n_addresses ||
                a->n_more_addresses != b->n_more_addresses ||
                memcmp(a->hardware, b->hardware, sizeof(a->hardware)) != 0)
                return false;

        for (size_t i = 0; i < a->n_addresses; i++)
                if (a->addresses[i].address != b->addresses[i].address ||
                        a->addresses[i].length != b->addresses[i].length)
                        return false;
        return true;
}

static bool links_equal(const LinkMonitor *monitor, const Link *links, size_t n_links) {
        if (monitor->n_links != n_links)
                return false;
        for (size_t i = 0; i < n_links; i++)
                if (!link_equal(&monitor->links[i], &links[i]))
                        return false;
        return true;
}

/* Puts a reading in force. Return: 1 when it differs from what was known, 0 when not. */
static int take_reading(LinkMonitor *monitor, Reading *reading) {
        Link *links = (Link *) reading->links.data;
        size_t n_links = reading->links.size / sizeof(Link);
        size_t n_records = reading->addresses.size / sizeof(AddressRecord);

        join_addresses(links, n_links, (AddressRecord *) reading->addresses.data, n_records);
        monitor->stale = false;
        if (links_equal(monitor, links, n_links))
                return 0;

        free(monitor->links);
        monitor->links = (Link *) TAKE_PTR(reading->links.data);
        monitor->n_links = n_links;
        return 1;
}

static int read_links(LinkMonitor *monitor) {
        int r = -EINTR;

        for (size_t i = 0; i < READ_ATTEMPTS && r == -EINTR; i++) {
                _cleanup_(reading_done) Reading reading = {0};

                r = read_kernel(&reading);
                if (r == 0)
                        return take_reading(monitor, &reading);
        }
        return r == -EINTR ? -EAGAIN : r;
}

int link_monitor_new(LinkMonitor **ret) {
        _cleanup_(link_monitor_freep) LinkMonitor *monitor = NULL;
        int r;

        monitor = calloc(1, sizeof(*monitor));
        if (!monitor)
                return -ENOMEM;

        /* Subscribed first, read then: what changes in between is told. */
        monitor->events = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (!monitor->events)
                return -errno;
        if (mnl_socket_bind(monitor->events, RTMGRP_LINK | RTMGRP_IPV4_IFADDR, MNL_SOCKET_AUTOPID) <
                0)
                return -errno;
        r = read_links(monitor);
        if (r < 0)
                return r;

        *ret = TAKE_PTR(monitor);
        return 0;
}

LinkMonitor *link_monitor_free(LinkMonitor *monitor) {
        if (!monitor)
                return NULL;

        mnl_socket_closep(&monitor->events);
        free(monitor->links);
        free(monitor);
        return NULL;
}

int link_monitor_fd(const LinkMonitor *monitor) {
        return mnl_socket_get_fd(monitor->events);
}

/* Swallows the notifications that wait. ENOBUFS says that some were lost, which is one more hint.
 */
static int drain_events(LinkMonitor *monitor) {
        for (size_t i = 0; i < DRAIN_MAX; i++) {
                uint8_t ignored;

                if (recv(link_monitor_fd(monitor), &ignored, 1, MSG_DONTWAIT) >= 0 ||
                        errno == ENOBUFS)
                        monitor->stale = true;
                else if (errno == EAGAIN)
                        return 0;
                else if (errno != EINTR)
                        return -errno;
        }
        return 0;
}

int link_monitor_process(LinkMonitor *monitor) {
        int r;

        r = drain_events(monitor);
        if (r < 0)
                return r;
        return monitor->stale ? read_links(monitor) : 0;
}

const Link *link_monitor_get_links(const LinkMonitor *monitor, size_t *ret_n) {
        *ret_n = monitor->n_links;
        return monitor->links;
}
