/* SPDX-License-Identifier: MIT */

#include "core/holder.h"

#include <string.h>

#include "core/lease-table.h"
#include "core/probing.h"
#include "core/request-state.h"
#include "core/server-state.h"
#include "wire/protocol.h"

/* The client says by its relay that it has the address and goes on with it (REBINDING). RFC 2131
 * table 4: ciaddr is set by who answers ARP for the address, and by nobody else. */
static bool request_rebinds(const Request *request, ipv4_t address) {
        const MessageView *message = request->message;

        return request->role == SENDER_RELAYED && message->type == DHCP_REQUEST &&
               message->ciaddr == address && !message_has(message, DHCP_OPTION_SERVER_ID);
}

/* Where many answer, that is all there is to tell that the address is in use, see claim.c. */
bool request_is_forestalled(const Request *request, ipv4_t address) {
        const MessageView *message = request->message;
        const uint8_t *hardware =
                prober_find_answer(&request->server->prober, address, request->now);
        const Lease *lease;

        if (!hardware)
                return false;
        if (request->role == SENDER_ON_LINK)
                return message->hlen != ETHERNET_ADDRESS_SIZE ||
                       memcmp(message->chaddr, hardware, ETHERNET_ADDRESS_SIZE) != 0;
        /* Who answers behind a relay cannot be told: most likely who had the address last. */
        lease = lease_table_find(&request->server->table, address);
        return !request_rebinds(request, address) &&
               !(lease && lease_belongs_to(lease, request->client.data, request->client.size));
}

/* Behind a relay nobody can tell who has answered for the address. Whoever goes on with it is taken
 * for that one; who only remembers it, as at a start, may have it once nobody answers any more: it
 * was this client, or somebody who has left. DEVIATIONS 14. */
static bool request_is_unnamed_holder(const Request *request, const Lease *lease) {
        ipv4_t requested;

        if (!lease_is_claimed_unnamed(lease) || request->role != SENDER_RELAYED)
                return false;
        if (request_rebinds(request, lease->address))
                return true;
        return message_get_ipv4(request->message, DHCP_OPTION_REQUESTED_ADDRESS, &requested) >= 0 &&
               requested == lease->address &&
               prober_judge(&request->server->prober, lease->address, request->now) == PROBE_CLEAR;
}

bool request_is_holder(const Request *request, const Lease *lease) {
        const MessageView *message = request->message;

        if (request_is_unnamed_holder(request, lease))
                return true;
        return request->role == SENDER_ON_LINK && message->htype == HARDWARE_ETHERNET &&
               (lease->ifindex == 0 || lease->ifindex == request->metadata->ifindex) &&
               lease_is_claimed_by(lease, message->chaddr, message->hlen);
}
