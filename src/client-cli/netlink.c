/* SPDX-License-Identifier: MIT */
/* rtnetlink requests of one interface. Each has a socket of its own: a lease is a handful of them
 * every half hour, and nothing of one can be taken for the answer to another.
 *
 * Invariant: a route is never replaced (NLM_F_REPLACE takes the place of anybody's to the same
 * destination and metric), and removed only by all that makes it ours. */

#include <errno.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdalign.h>
#include <string.h>
#include <sys/socket.h>

#include <libmnl/libmnl.h>

#include "basic/macro.h"
#include "client-cli/netlink.h"

enum {
        REQUEST_SIZE = 1024,
        REPLY_SIZE = 32 * 1024, /* the largest piece of a dump that the kernel hands out */
        DUMP_PIECES_MAX = 4096,
};

typedef struct Request {
        struct nlmsghdr *header;
        alignas(struct nlmsghdr) char buffer[REQUEST_SIZE];
} Request;

static void mnl_socket_closep(struct mnl_socket **socket) {
        if (*socket)
                (void) mnl_socket_close(*socket);
}

static void *request_init(Request *request, uint16_t type, uint16_t flags, size_t body_size) {
        request->header = mnl_nlmsg_put_header(request->buffer);
        request->header->nlmsg_type = type;
        request->header->nlmsg_flags = (uint16_t) (NLM_F_REQUEST | flags);
        request->header->nlmsg_seq = 1;
        return mnl_nlmsg_put_extra_header(request->header, body_size);
}

/* Sends it and hands what comes to a callback, to the acknowledgement or the end of the dump. */
static int request_ask(Request *request, mnl_cb_t callback, void *userdata) {
        _cleanup_(mnl_socket_closep) struct mnl_socket *socket = NULL;
        alignas(struct nlmsghdr) char reply[REPLY_SIZE];
        unsigned port;
        ssize_t n;
        int r;

        socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
        if (!socket || mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0)
                return -errno;
        if (mnl_socket_sendto(socket, request->header, request->header->nlmsg_len) < 0)
                return -errno;
        port = mnl_socket_get_portid(socket);
        for (unsigned i = 0; i < DUMP_PIECES_MAX; i++) {
                n = mnl_socket_recvfrom(socket, reply, sizeof(reply));
                if (n < 0)
                        return -errno;
                r = mnl_cb_run(reply, (size_t) n, 1, port, callback, userdata);
                if (r < 0)
                        return -errno;
                if (r == MNL_CB_STOP)
                        return 0;
        }
        return -EOVERFLOW;
}

static int request_perform(Request *request) {
        request->header->nlmsg_flags |= NLM_F_ACK;
        return request_ask(request, NULL, NULL);
}

/* ---- reading ----------------------------------------------------------------------------------
 */

typedef struct Reading {
        int ifindex;
        bool found;
        NetlinkLink *link;
} Reading;

/* A link has IPv6 as soon as it has a place for its settings, and they do not switch it off; an
 * address may come later, with the cable. */
static int on_ipv6_setting(const struct nlattr *attribute, void *userdata) {
        Reading *reading = userdata;
        int32_t disabled;

        if (mnl_attr_get_type(attribute) != IFLA_INET6_CONF ||
                mnl_attr_get_payload_len(attribute) < (DEVCONF_DISABLE_IPV6 + 1) * sizeof(disabled))
                return MNL_CB_OK;
        memcpy(&disabled,
                (const char *) mnl_attr_get_payload(attribute) +
                        DEVCONF_DISABLE_IPV6 * sizeof(disabled),
                sizeof(disabled));
        reading->link->has_ipv6 = disabled == 0;
        return MNL_CB_OK;
}

static int on_family(const struct nlattr *attribute, void *userdata) {
        if (mnl_attr_get_type(attribute) != AF_INET6)
                return MNL_CB_OK;
        return mnl_attr_parse_nested(attribute, on_ipv6_setting, userdata);
}

static int on_link_attribute(const struct nlattr *attribute, void *userdata) {
        Reading *reading = userdata;

        if (mnl_attr_get_type(attribute) == IFLA_MTU &&
                mnl_attr_validate(attribute, MNL_TYPE_U32) >= 0)
                reading->link->mtu = mnl_attr_get_u32(attribute);
        else if (mnl_attr_get_type(attribute) == IFLA_AF_SPEC)
                return mnl_attr_parse_nested(attribute, on_family, userdata);
        return MNL_CB_OK;
}

static int on_link(const struct nlmsghdr *header, void *userdata) {
        const struct ifinfomsg *body = mnl_nlmsg_get_payload(header);
        Reading *reading = userdata;

        if (header->nlmsg_type != RTM_NEWLINK || body->ifi_index != reading->ifindex)
                return MNL_CB_OK;
        reading->found = true;
        reading->link->up = body->ifi_flags & IFF_UP;
        return mnl_attr_parse(header, sizeof(*body), on_link_attribute, reading);
}

static int on_address_attribute(const struct nlattr *attribute, void *userdata) {
        NetlinkAddress *address = userdata;
        struct ifa_cacheinfo times;

        switch (mnl_attr_get_type(attribute)) {
        case IFA_LOCAL:
                if (mnl_attr_validate(attribute, MNL_TYPE_U32) >= 0)
                        address->prefix.address = ntohl(mnl_attr_get_u32(attribute));
                return MNL_CB_OK;
        case IFA_BROADCAST:
                if (mnl_attr_validate(attribute, MNL_TYPE_U32) >= 0)
                        address->broadcast = ntohl(mnl_attr_get_u32(attribute));
                return MNL_CB_OK;
        case IFA_RT_PRIORITY:
                if (mnl_attr_validate(attribute, MNL_TYPE_U32) >= 0)
                        address->metric = mnl_attr_get_u32(attribute);
                return MNL_CB_OK;
        case IFA_CACHEINFO:
                if (mnl_attr_get_payload_len(attribute) < sizeof(times))
                        return MNL_CB_OK;
                memcpy(&times, mnl_attr_get_payload(attribute), sizeof(times));
                address->seconds = times.ifa_valid;
                return MNL_CB_OK;
        default:
                return MNL_CB_OK;
        }
}

static int on_address(const struct nlmsghdr *header, void *userdata) {
        const struct ifaddrmsg *body = mnl_nlmsg_get_payload(header);
        NetlinkAddress address = {.seconds = UINT32_MAX};
        Reading *reading = userdata;
        NetlinkLink *link = reading->link;

        if (header->nlmsg_type != RTM_NEWADDR || body->ifa_index != (unsigned) reading->ifindex ||
                link->n_addresses >= NETLINK_ADDRESSES_MAX)
                return MNL_CB_OK;
        address.prefix.length = body->ifa_prefixlen;
        if (mnl_attr_parse(header, sizeof(*body), on_address_attribute, &address) < 0)
                return MNL_CB_ERROR;
        link->addresses[link->n_addresses++] = address;
        return MNL_CB_OK;
}

int netlink_read_link(int ifindex, NetlinkLink *ret) {
        Reading reading = {.ifindex = ifindex, .link = ret};
        struct ifinfomsg *link;
        struct ifaddrmsg *address;
        Request request;
        int r;

        *ret = (NetlinkLink){0};
        link = request_init(&request, RTM_GETLINK, NLM_F_ACK, sizeof(*link));
        link->ifi_index = ifindex;
        r = request_ask(&request, on_link, &reading);
        if (r < 0)
                return r;
        if (!reading.found)
                return -ENODEV;

        /* Of all interfaces: older kernels do not know how to dump those of one. */
        address = request_init(&request, RTM_GETADDR, NLM_F_DUMP, sizeof(*address));
        address->ifa_family = AF_INET;
        return request_ask(&request, on_address, &reading);
}

/* ---- the link ---------------------------------------------------------------------------------
 */

static int change_link(int ifindex, unsigned flags, uint32_t mtu) {
        struct ifinfomsg *body;
        Request request;

        body = request_init(&request, RTM_NEWLINK, 0, sizeof(*body));
        body->ifi_index = ifindex;
        body->ifi_flags = body->ifi_change = flags;
        if (mtu > 0)
                mnl_attr_put_u32(request.header, IFLA_MTU, mtu);
        return request_perform(&request);
}

int netlink_set_up(int ifindex) {
        return change_link(ifindex, IFF_UP, 0);
}

int netlink_set_mtu(int ifindex, uint32_t mtu) {
        return change_link(ifindex, 0, mtu);
}

/* The setting of the same name below /proc/sys/net/ipv4/conf, which a service may not write. */
int netlink_promote_secondaries(int ifindex) {
        struct nlattr *families, *family, *settings;
        struct ifinfomsg *body;
        Request request;

        body = request_init(&request, RTM_SETLINK, 0, sizeof(*body));
        body->ifi_index = ifindex;
        families = mnl_attr_nest_start(request.header, IFLA_AF_SPEC);
        family = mnl_attr_nest_start(request.header, AF_INET);
        settings = mnl_attr_nest_start(request.header, IFLA_INET_CONF);
        mnl_attr_put_u32(request.header, IPV4_DEVCONF_PROMOTE_SECONDARIES, 1);
        mnl_attr_nest_end(request.header, settings);
        mnl_attr_nest_end(request.header, family);
        mnl_attr_nest_end(request.header, families);
        return request_perform(&request);
}

/* ---- addresses --------------------------------------------------------------------------------
 */

static void put_prefix(Request *request, struct ifaddrmsg *body, int ifindex, Ipv4Prefix prefix) {
        body->ifa_family = AF_INET;
        body->ifa_prefixlen = prefix.length;
        body->ifa_index = (unsigned) ifindex;
        mnl_attr_put_u32(request->header, IFA_LOCAL, htonl(prefix.address));
        mnl_attr_put_u32(request->header, IFA_ADDRESS, htonl(prefix.address));
}

/* NLM_F_REPLACE is about the very address, unlike with routes: it changes the lifetimes. */
int netlink_put_address(int ifindex, const NetlinkAddress *address) {
        const struct ifa_cacheinfo times = {
                .ifa_valid = address->seconds,
                .ifa_prefered = address->seconds,
        };
        struct ifaddrmsg *body;
        Request request;

        body = request_init(&request, RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE, sizeof(*body));
        put_prefix(&request, body, ifindex, address->prefix);
        if (address->broadcast != 0)
                mnl_attr_put_u32(request.header, IFA_BROADCAST, htonl(address->broadcast));
        mnl_attr_put(request.header, IFA_CACHEINFO, sizeof(times), &times);
        mnl_attr_put_u32(request.header, IFA_RT_PRIORITY, address->metric);
        return request_perform(&request);
}

int netlink_remove_address(int ifindex, Ipv4Prefix prefix) {
        struct ifaddrmsg *body;
        Request request;
        int r;

        body = request_init(&request, RTM_DELADDR, 0, sizeof(*body));
        put_prefix(&request, body, ifindex, prefix);
        r = request_perform(&request);
        return r == -EADDRNOTAVAIL || r == -ENODEV ? 0 : r;
}

/* ---- routes -----------------------------------------------------------------------------------
 */

static int change_route(
        const NetlinkPlace *place, const Route *route, uint16_t type, uint16_t flags) {
        struct rtmsg *body;
        Request request;

        body = request_init(&request, type, flags, sizeof(*body));
        body->rtm_family = AF_INET;
        body->rtm_dst_len = route->destination.length;
        body->rtm_table = place->table < 256 ? (uint8_t) place->table : RT_TABLE_UNSPEC;
        body->rtm_protocol = place->as_kernel ? RTPROT_KERNEL : RTPROT_DHCP;
        body->rtm_type = RTN_UNICAST;
        body->rtm_scope = route->gateway == 0 ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
        body->rtm_flags = route->gateway_on_link ? RTNH_F_ONLINK : 0;
        if (route->destination.length > 0)
                mnl_attr_put_u32(request.header, RTA_DST, htonl(route->destination.address));
        if (route->gateway != 0)
                mnl_attr_put_u32(request.header, RTA_GATEWAY, htonl(route->gateway));
        mnl_attr_put_u32(request.header, RTA_OIF, (uint32_t) place->ifindex);
        mnl_attr_put_u32(request.header, RTA_PRIORITY, place->metric);
        mnl_attr_put_u32(request.header, RTA_TABLE, place->table);
        mnl_attr_put_u32(request.header, RTA_PREFSRC, htonl(place->source));
        return request_perform(&request);
}

/* Without NLM_F_EXCL and with NLM_F_APPEND it stands beside others of the same destination and
 * metric, behind them; the kernel compares all of it before it says that it is there. */
int netlink_add_route(const NetlinkPlace *place, const Route *route) {
        int r = change_route(place, route, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_APPEND);

        return r == -EEXIST ? 0 : r < 0 ? r : 1;
}

int netlink_remove_route(const NetlinkPlace *place, const Route *route) {
        int r = change_route(place, route, RTM_DELROUTE, 0);

        return r == -ESRCH || r == -ENODEV || r == -ENETDOWN ? 0 : r;
}
