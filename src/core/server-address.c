/* SPDX-License-Identifier: MIT */

/* Which of our addresses is the server's, for the clients of a pool. A client keeps it for as long
 * as its lease and renews there: it must be the one that stays. */

#include "core/server-address.h"

#include <errno.h>

#include "core/actions.h"
#include "core/link-state.h"
#include "core/notice.h"
#include "core/request-state.h"
#include "core/server-state.h"
#include "wire/protocol.h"

/* The link's address in a subnet that stays. Virtual addresses (keepalived) come and go, with a
 * length of 32 or as secondary ones, which the link has last. */
static ipv4_t link_choose_address(const Link *link, Ipv4Prefix subnet) {
        ipv4_t other = 0, single = 0;

        for (size_t i = 0; i < link->n_addresses; i++) {
                const Ipv4Prefix own = link->addresses[i];

                if (!ipv4_prefix_contains(subnet, own.address))
                        continue;
                if (own.length == subnet.length)
                        return own.address;
                if (own.length == 32 && single == 0)
                        single = own.address;
                else if (own.length < 32 && other == 0)
                        other = own.address;
        }
        return other != 0 ? other : single;
}

ipv4_t request_server_address(const Request *request, const Pool *pool) {
        const Link *link = &request->link->link;
        const ipv4_t pinned = pool->settings->server_address;
        ipv4_t address;

        if (pinned != 0 && server_has_address(request->server, pinned))
                return pinned;
        address = link_choose_address(link, pool->settings->subnet);
        if (address != 0)
                return address;
        for (size_t i = 0; i < link->n_addresses; i++)
                if (link->addresses[i].address == request->metadata->destination)
                        return link->addresses[i].address;
        return link->addresses[0].address;
}

void request_check_server_address(Request *request, Pool *pool) {
        const ipv4_t pinned = pool->settings->server_address;

        if (server_has_address(request->server, pinned))
                pool->warned_server_address = false;
        else if (!pool->warned_server_address)
                pool->warned_server_address =
                        request_notice(request, NOTICE_SERVER_ADDRESS, pool, pinned);
}

/* RFC 5107 4: the relay wants to see the renewals too, so it puts itself in our place. */
int request_get_override(const Request *request, ipv4_t *ret) {
        int r;

        if (request->message->giaddr == 0)
                return -ENODATA;
        r = message_get_relay_ipv4(request->message, RELAY_SERVER_ID_OVERRIDE, ret);
        if (r < 0)
                return r;
        return *ret != 0 ? 0 : -ENODATA;
}

/* A client that has chosen us knows us by one of our addresses: it compares. */
ipv4_t request_server_id(const Request *request, ipv4_t own) {
        ipv4_t server_id;

        if (request_names_us(request) > 0 &&
                message_get_ipv4(request->message, DHCP_OPTION_SERVER_ID, &server_id) >= 0)
                return server_id;
        if (request_get_override(request, &server_id) >= 0)
                return server_id;
        return own;
}

int request_names_us(const Request *request) {
        ipv4_t server_id, override;
        int r;

        r = message_get_ipv4(request->message, DHCP_OPTION_SERVER_ID, &server_id);
        if (r < 0)
                return r;
        if (request_get_override(request, &override) >= 0 && server_id == override)
                return 1;
        return server_has_address(request->server, server_id);
}
