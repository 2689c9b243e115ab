/* SPDX-License-Identifier: MIT */

/* Where a reply goes: RFC 2131 4.1, sentence by sentence. What is for the arrival link leaves by
 * it; the way to a relay, or past one, is routing's to know: it may be another link. */

#include "core/destination.h"

#include <string.h>

#include "core/request-state.h"
#include "core/server-state.h"
#include "wire/frame.h"
#include "wire/link.h"

static void destination_set_broadcast(Destination *destination, const Link *link) {
        destination->address = IPV4_BROADCAST;
        /* Other links have no link-layer header that we could write. */
        destination->mode =
                link->hardware_type == HARDWARE_ETHERNET ? SEND_LINK_BROADCAST : SEND_UDP;
}

/* The client's link-layer address is one that we can send a frame to. */
static bool request_has_ethernet_address(const Request *request) {
        return request->link->link.hardware_type == HARDWARE_ETHERNET &&
               request->message->htype == HARDWARE_ETHERNET &&
               request->message->hlen == ETHERNET_ADDRESS_SIZE;
}

/* Whether an address is some host's: what goes to everybody, or to the whole subnet, is none. */
static bool address_is_usable(const Pool *pool, ipv4_t address) {
        return ipv4_is_unicast(address) &&
               (!pool_contains(pool, address) ||
                       ipv4_prefix_usable(pool->settings->subnet, address));
}

/* RFC 2131 2 has ciaddr be an address at which the client "can respond to ARP requests". Clients
 * that have none any more leave their last one there, and a forger writes whose he likes: it is
 * believed where the message came from it. DEVIATIONS 22. */
static bool request_is_at_ciaddr(const Request *request, const Pool *pool) {
        return request->message->ciaddr == request->metadata->source &&
               address_is_usable(pool, request->message->ciaddr);
}

void request_destination(const Request *request, const Pool *pool, DhcpMessageType type,
        ipv4_t yiaddr, ipv4_t source, Destination *ret) {
        const MessageView *message = request->message;
        const Link *link = &request->link->link;
        ipv4_t address;

        *ret = (Destination){
                .mode = SEND_UDP,
                .ifindex = link->ifindex,
                .source = source,
                .port = DHCP_CLIENT_PORT,
        };

        /* Past its relay a client hears no broadcast of ours, a DHCPNAK neither: DEVIATIONS 20. It
         * wrote from its address, to which routing has the way. */
        if (request->role == SENDER_PAST_RELAY) {
                ret->ifindex = 0;
                ret->address = request->metadata->source;
                return;
        }

        /* "If the 'giaddr' field in a DHCP message from a client is non-zero, the server sends any
         * return messages to the 'DHCP server' port on the BOOTP relay agent whose address appears
         * in 'giaddr'." */
        if (message->giaddr != 0) {
                ret->ifindex = 0;
                ret->address = message->giaddr;
                ret->port = DHCP_SERVER_PORT;
                return;
        }

        /* "In all cases, when 'giaddr' is zero, the server broadcasts any DHCPNAK messages to
         * 0xffffffff." */
        if (type == DHCP_NAK) {
                destination_set_broadcast(ret, link);
                return;
        }

        /* "If the 'giaddr' field is zero and the 'ciaddr' field is nonzero, then the server
         * unicasts DHCPOFFER and DHCPACK messages to the address in 'ciaddr'." */
        if (request_is_at_ciaddr(request, pool)) {
                ret->address = message->ciaddr;
                return;
        }

        /* RFC 2131 4.3.5 has the answer to an INFORM go to ciaddr; it goes to where the message
         * came from, be ciaddr left out or be it another address of the client's. */
        if (yiaddr == 0 && request->metadata->source != 0) {
                ret->address = request->metadata->source;
                return;
        }

        /* "If 'giaddr' is zero and 'ciaddr' is zero, and the broadcast bit is set, then the server
         * broadcasts DHCPOFFER and DHCPACK messages to 0xffffffff." The same where there is no
         * hardware address to unicast to. */
        address = yiaddr != 0 ? yiaddr : message->ciaddr;
        if (message->flags & DHCP_FLAG_BROADCAST || !address_is_usable(pool, address) ||
                !request_has_ethernet_address(request)) {
                destination_set_broadcast(ret, link);
                return;
        }

        /* "If the broadcast bit is not set and 'giaddr' is zero and 'ciaddr' is zero, then the
         * server unicasts DHCPOFFER and DHCPACK messages to the client's hardware address and
         * 'yiaddr' address." The same for an address that the client says it has. */
        ret->mode = SEND_LINK_UNICAST;
        ret->address = address;
        memcpy(ret->hardware, message->chaddr, ETHERNET_ADDRESS_SIZE);
}
