/* SPDX-License-Identifier: MIT */
/* The getters of a lease: -ENODATA for what is absent, and nothing else to decide. */

#include <errno.h>

#include "client/lease.h"

enum {
        MTU_MIN = 68, /* RFC 2132 5.1 */
};

static int get_address(ipv4_t address, struct in_addr *ret) {
        if (address == 0)
                return -ENODATA;
        *ret = in_addr_from_ipv4(address);
        return 0;
}

static int get_span(const mdc_lease *lease, usec_t span, uint64_t *ret_usec) {
        if (lease->lifetime == 0)
                return -ENODATA;
        *ret_usec = span;
        return 0;
}

static int get_list(const AddressList *list, const struct in_addr **ret, size_t *ret_n) {
        if (!list->addresses)
                return -ENODATA;
        *ret = list->addresses;
        *ret_n = list->n_addresses;
        return 0;
}

static int get_text(const char *text, const char **ret) {
        if (!text)
                return -ENODATA;
        *ret = text;
        return 0;
}

int mdc_lease_get_address(const mdc_lease *lease, struct in_addr *ret) {
        if (!lease || !ret)
                return -EINVAL;
        return get_address(lease->address, ret);
}

int mdc_lease_get_sender(const mdc_lease *lease, struct in_addr *ret, uint8_t ret_hardware[6]) {
        if (!lease || !ret)
                return -EINVAL;
        if (lease->sender.s_addr == 0)
                return -ENODATA;
        *ret = lease->sender;
        if (ret_hardware)
                memcpy(ret_hardware, lease->sender_hardware, sizeof(lease->sender_hardware));
        return 0;
}

int mdc_lease_get_server_id(const mdc_lease *lease, struct in_addr *ret) {
        if (!lease || !ret)
                return -EINVAL;
        return get_address(lease->server_id, ret);
}

int mdc_lease_get_next_server(const mdc_lease *lease, struct in_addr *ret) {
        if (!lease || !ret)
                return -EINVAL;
        return get_address(lease->view.siaddr, ret);
}

int mdc_lease_get_netmask(const mdc_lease *lease, struct in_addr *ret) {
        if (!lease || !ret)
                return -EINVAL;
        return get_address(ipv4_netmask(lease->prefix_length), ret);
}

int mdc_lease_get_prefix_length(const mdc_lease *lease, uint8_t *ret) {
        if (!lease || !ret)
                return -EINVAL;
        *ret = lease->prefix_length;
        return 0;
}

int mdc_lease_get_broadcast(const mdc_lease *lease, struct in_addr *ret) {
        ipv4_t address;

        if (!lease || !ret)
                return -EINVAL;
        if (reply_get_u32(&lease->view, DHCP_OPTION_BROADCAST_ADDRESS, &address) >= 0 &&
                address != 0)
                return get_address(address, ret);
        if (lease->prefix_length > 30)
                return -ENODATA; /* RFC 3021 */
        return get_address(
                ipv4_prefix_broadcast((Ipv4Prefix){lease->address, lease->prefix_length}), ret);
}

int mdc_lease_get_begin(const mdc_lease *lease, uint64_t *ret_usec) {
        if (!lease || !ret_usec)
                return -EINVAL;
        *ret_usec = lease->begin;
        return 0;
}

int mdc_lease_get_lifetime(const mdc_lease *lease, uint64_t *ret_usec) {
        if (!lease || !ret_usec)
                return -EINVAL;
        return get_span(lease, lease->lifetime, ret_usec);
}

int mdc_lease_get_t1(const mdc_lease *lease, uint64_t *ret_usec) {
        if (!lease || !ret_usec)
                return -EINVAL;
        return get_span(lease, lease->t1, ret_usec);
}

int mdc_lease_get_t2(const mdc_lease *lease, uint64_t *ret_usec) {
        if (!lease || !ret_usec)
                return -EINVAL;
        return get_span(lease, lease->t2, ret_usec);
}

int mdc_lease_get_mtu(const mdc_lease *lease, uint16_t *ret) {
        uint16_t mtu;
        int r;

        if (!lease || !ret)
                return -EINVAL;
        r = reply_get_u16(&lease->view, DHCP_OPTION_INTERFACE_MTU, &mtu);
        if (r < 0)
                return r;
        if (mtu < MTU_MIN)
                return -EBADMSG;
        *ret = mtu;
        return 0;
}

int mdc_lease_get_routers(const mdc_lease *lease, const struct in_addr **ret, size_t *ret_n) {
        if (!lease || !ret || !ret_n)
                return -EINVAL;
        return get_list(&lease->routers, ret, ret_n);
}

int mdc_lease_get_dns(const mdc_lease *lease, const struct in_addr **ret, size_t *ret_n) {
        if (!lease || !ret || !ret_n)
                return -EINVAL;
        return get_list(&lease->dns, ret, ret_n);
}

int mdc_lease_get_ntp(const mdc_lease *lease, const struct in_addr **ret, size_t *ret_n) {
        if (!lease || !ret || !ret_n)
                return -EINVAL;
        return get_list(&lease->ntp, ret, ret_n);
}

int mdc_lease_get_domain(const mdc_lease *lease, const char **ret) {
        if (!lease || !ret)
                return -EINVAL;
        return get_text(lease->domain, ret);
}

int mdc_lease_get_hostname(const mdc_lease *lease, const char **ret) {
        if (!lease || !ret)
                return -EINVAL;
        return get_text(lease->hostname, ret);
}

int mdc_lease_get_boot_file(const mdc_lease *lease, const char **ret) {
        if (!lease || !ret)
                return -EINVAL;
        return get_text(lease->boot_file, ret);
}

int mdc_lease_get_search(const mdc_lease *lease, char *const **ret) {
        if (!lease || !ret)
                return -EINVAL;
        if (!lease->search || !lease->search[0])
                return -ENODATA;
        *ret = lease->search;
        return 0;
}

int mdc_lease_get_routes(const mdc_lease *lease, const mdc_route **ret, size_t *ret_n) {
        if (!lease || !ret || !ret_n)
                return -EINVAL;
        if (lease->n_routes == 0)
                return -ENODATA;
        *ret = lease->routes;
        *ret_n = lease->n_routes;
        return 0;
}

int mdc_lease_get_option(
        const mdc_lease *lease, uint8_t code, const uint8_t **ret, size_t *ret_size) {
        if (!lease)
                return -EINVAL;
        return message_get(&lease->view, code, ret, ret_size);
}

int mdc_lease_get_message(const mdc_lease *lease, const uint8_t **ret, size_t *ret_size) {
        if (!lease || !ret || !ret_size)
                return -EINVAL;
        *ret = lease->message;
        *ret_size = lease->message_size;
        return 0;
}
