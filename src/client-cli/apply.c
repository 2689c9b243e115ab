/* SPDX-License-Identifier: MIT */
/* rtnetlink requests, one at a time, each acknowledged by the kernel.
 *
 * Invariant: routes carry the address as preferred source, so that they end with it. */

#include <errno.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>

#include <libmnl/libmnl.h>

#include "basic/macro.h"
#include "basic/time.h"
#include "client-cli/apply.h"

enum {
        REQUEST_SIZE = 1024,
};

typedef struct Request {
        struct nlmsghdr *header;
        char buffer[REQUEST_SIZE];
} Request;

static void mnl_socket_closep(struct mnl_socket **socket) {
        if (*socket)
                (void) mnl_socket_close(*socket);
}

static void request_init(Request *request, uint16_t type, uint16_t flags) {
        request->header = mnl_nlmsg_put_header(request->buffer);
        request->header->nlmsg_type = type;
        request->header->nlmsg_flags = (uint16_t) (NLM_F_REQUEST | NLM_F_ACK | flags);
        request->header->nlmsg_seq = 1;
}

/* A socket for each request: a lease is a handful of them every half hour. */
static int request_perform(Request *request) {
        _cleanup_(mnl_socket_closep) struct mnl_socket *socket = NULL;
        char answer[4096]; /* an acknowledgement repeats the request */
        ssize_t n;

        socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
        if (!socket || mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0)
                return -errno;
        if (mnl_socket_sendto(socket, request->header, request->header->nlmsg_len) < 0)
                return -errno;
        n = mnl_socket_recvfrom(socket, answer, sizeof(answer));
        if (n < 0)
                return -errno;
        if (mnl_cb_run(answer, (size_t) n, 1, mnl_socket_get_portid(socket), NULL, NULL) < 0)
                return -errno;
        return 0;
}

static int change_link(int ifindex, unsigned flags, uint32_t mtu) {
        struct ifinfomsg *body;
        Request request;

        request_init(&request, RTM_NEWLINK, 0);
        body = mnl_nlmsg_put_extra_header(request.header, sizeof(*body));
        body->ifi_index = ifindex;
        body->ifi_flags = body->ifi_change = flags;
        if (mtu > 0)
                mnl_attr_put_u32(request.header, IFLA_MTU, mtu);
        return request_perform(&request);
}

int apply_link_up(int ifindex) {
        return change_link(ifindex, IFF_UP, 0);
}

static struct ifaddrmsg *put_address(Request *request, int ifindex, const mdc_lease *lease) {
        struct in_addr address = {0};
        struct ifaddrmsg *body;
        uint8_t length = 0;

        (void) mdc_lease_get_address(lease, &address);
        (void) mdc_lease_get_prefix_length(lease, &length);
        body = mnl_nlmsg_put_extra_header(request->header, sizeof(*body));
        body->ifa_family = AF_INET;
        body->ifa_prefixlen = length;
        body->ifa_index = (unsigned) ifindex;
        mnl_attr_put_u32(request->header, IFA_LOCAL, address.s_addr);
        mnl_attr_put_u32(request->header, IFA_ADDRESS, address.s_addr);
        return body;
}

/* Seconds that are left of the lease; UINT32_MAX is the kernel's infinity as well as DHCP's. */
static uint32_t remaining_seconds(const mdc_lease *lease) {
        uint64_t begin = 0, lifetime = MDC_INFINITY, used;
        struct timespec now;

        (void) mdc_lease_get_begin(lease, &begin);
        (void) mdc_lease_get_lifetime(lease, &lifetime);
        if (lifetime == MDC_INFINITY)
                return UINT32_MAX;
        (void) clock_gettime(CLOCK_BOOTTIME, &now);
        used = (uint64_t) now.tv_sec * USEC_PER_SEC - begin; /* right modulo 2^64 */
        if ((int64_t) used < 0)
                used = 0;
        return used >= lifetime ? 1 : (uint32_t) MAX((lifetime - used) / USEC_PER_SEC, 1U);
}

static int add_address(int ifindex, const mdc_lease *lease) {
        struct ifa_cacheinfo times = {.ifa_valid = remaining_seconds(lease)};
        struct in_addr broadcast;
        Request request;

        request_init(&request, RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE);
        (void) put_address(&request, ifindex, lease);
        if (mdc_lease_get_broadcast(lease, &broadcast) >= 0)
                mnl_attr_put_u32(request.header, IFA_BROADCAST, broadcast.s_addr);
        times.ifa_prefered = times.ifa_valid;
        mnl_attr_put(request.header, IFA_CACHEINFO, sizeof(times), &times);
        return request_perform(&request);
}

/* RFC 3442: gateway 0.0.0.0 means that the destination is on the link. A gateway need not be in our
 * network (clouds hand out /32), hence RTNH_F_ONLINK. */
static int change_route(int ifindex, const mdc_lease *lease, const mdc_route *route, uint16_t type,
        uint16_t flags) {
        bool direct = route->gateway.s_addr == 0;
        struct in_addr source = {0};
        struct rtmsg *body;
        Request request;

        (void) mdc_lease_get_address(lease, &source);
        request_init(&request, type, flags);
        body = mnl_nlmsg_put_extra_header(request.header, sizeof(*body));
        body->rtm_family = AF_INET;
        body->rtm_dst_len = route->prefix_length;
        body->rtm_table = RT_TABLE_MAIN;
        body->rtm_protocol = RTPROT_DHCP;
        body->rtm_type = RTN_UNICAST;
        body->rtm_scope = direct ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
        body->rtm_flags = direct ? 0 : RTNH_F_ONLINK;
        if (route->prefix_length > 0)
                mnl_attr_put_u32(request.header, RTA_DST, route->destination.s_addr);
        if (!direct)
                mnl_attr_put_u32(request.header, RTA_GATEWAY, route->gateway.s_addr);
        mnl_attr_put_u32(request.header, RTA_OIF, (uint32_t) ifindex);
        mnl_attr_put_u32(request.header, RTA_PREFSRC, source.s_addr);
        return request_perform(&request);
}

static bool routes_equal(const mdc_route *a, const mdc_route *b) {
        return a->destination.s_addr == b->destination.s_addr &&
               a->prefix_length == b->prefix_length && a->gateway.s_addr == b->gateway.s_addr;
}

static bool has_route(const mdc_lease *lease, const mdc_route *route) {
        const mdc_route *routes;
        size_t n = 0;

        if (mdc_lease_get_routes(lease, &routes, &n) < 0)
                return false;
        for (size_t i = 0; i < n; i++)
                if (routes_equal(&routes[i], route))
                        return true;
        return false;
}

static bool addresses_equal(const mdc_lease *a, const mdc_lease *b) {
        struct in_addr address_a = {0}, address_b = {0};
        uint8_t length_a = 0, length_b = 0;

        (void) mdc_lease_get_address(a, &address_a);
        (void) mdc_lease_get_address(b, &address_b);
        (void) mdc_lease_get_prefix_length(a, &length_a);
        (void) mdc_lease_get_prefix_length(b, &length_b);
        return address_a.s_addr == address_b.s_addr && length_a == length_b;
}

static void remove_old_routes(int ifindex, const mdc_lease *lease, const mdc_lease *previous) {
        const mdc_route *routes;
        size_t n = 0;

        if (mdc_lease_get_routes(previous, &routes, &n) < 0)
                return;
        for (size_t i = 0; i < n; i++)
                if (!has_route(lease, &routes[i]))
                        (void) change_route(ifindex, previous, &routes[i], RTM_DELROUTE, 0);
}

static int add_routes(int ifindex, const mdc_lease *lease) {
        const mdc_route *routes;
        size_t n = 0;
        int r, result = 0;

        if (mdc_lease_get_routes(lease, &routes, &n) < 0)
                return 0;
        for (size_t i = 0; i < n; i++) {
                r = change_route(
                        ifindex, lease, &routes[i], RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE);
                if (r < 0 && result == 0)
                        result = r;
        }
        return result;
}

int apply_lease(int ifindex, const mdc_lease *lease, const mdc_lease *previous) {
        uint16_t mtu;
        int r, result;

        if (previous && !addresses_equal(lease, previous))
                (void) apply_remove(ifindex, previous);
        else if (previous)
                remove_old_routes(ifindex, lease, previous);

        r = add_address(ifindex, lease);
        if (r < 0)
                return r; /* routes without it make no sense */
        result = add_routes(ifindex, lease);
        if (mdc_lease_get_mtu(lease, &mtu) >= 0) {
                r = change_link(ifindex, 0, mtu);
                if (r < 0 && result == 0)
                        result = r;
        }
        return result;
}

int apply_remove(int ifindex, const mdc_lease *lease) {
        Request request;
        int r;

        request_init(&request, RTM_DELADDR, 0);
        (void) put_address(&request, ifindex, lease);
        r = request_perform(&request);
        return r == -EADDRNOTAVAIL || r == -ENODEV ? 0 : r;
}
