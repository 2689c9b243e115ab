/* SPDX-License-Identifier: MIT */

/* What must hold of a reply is asked of each message of its transaction, newest first, until it
 * holds of one: a client may repeat itself by another way before it is answered. */

#include "origins.h"

#include "world.h"

void origins_note(
        Origins *origins, const MessageView *message, const PacketMetadata *metadata, bool forged) {
        origins->newest[origins->n++ % ORIGINS_MAX] = (Origin){
                .xid = message->xid,
                .ifindex = metadata->ifindex,
                .source = metadata->source,
                .giaddr = message->giaddr,
                .type = message->type,
                .forged = forged,
        };
}

static bool is_served(uint32_t ifindex) {
        for (WireName wire = 0; wire < WIRES_MAX; wire++)
                if (wires[wire].ifindex == ifindex)
                        return true;
        return false;
}

static bool is_relay(ipv4_t address) {
        return address == wires[WIRE_FAR].relay || address == wires[WIRE_FAR].relay_side;
}

/* RFC 2131 4.1 says where a reply goes; what it takes for granted is that giaddr is a relay's and
 * ciaddr the sender's, or the server sends to whomever a message names.
 *
 * Return: NULL when the reply may go there, else what is wrong. */
static const char *find_fault(const Origin *origin, const Destination *destination) {
        if (site_is_own(origin->source) && origin->type != DHCP_INFORM)
                return "came from the server itself";
        if (origin->giaddr != 0) {
                if (origin->forged || !is_relay(origin->giaddr))
                        return "came by no relay";
                return destination->mode == SEND_UDP && destination->address == origin->giaddr
                               ? NULL
                               : "came by a relay, which is not answered";
        }
        if (destination->mode == SEND_UDP && destination->address != origin->source)
                return "came from elsewhere";
        if (destination->mode == SEND_UDP)
                return site_find_wire(origin->source) < WIRES_MAX ? NULL
                                                                  : "came from where no pool is";
        if (!is_served(origin->ifindex))
                return "came by a link that nobody serves";
        return destination->ifindex == origin->ifindex ? NULL : "came by another link";
}

bool origins_check(World *world, const Destination *destination, const MessageView *reply) {
        const Origins *origins = &world->origins;
        const char *fault = "was never asked";
        char address[IPV4_STRING_MAX];

        for (uint64_t i = 0; i < ORIGINS_MAX && i < origins->n; i++) {
                const Origin *origin = &origins->newest[(origins->n - 1 - i) % ORIGINS_MAX];

                if (origin->xid != reply->xid)
                        continue;
                fault = find_fault(origin, destination);
                if (!fault)
                        return origin->forged;
        }
        world_fail(world, "%s %08x is sent to %s, and what it answers %s",
                message_type_to_string(reply->type), reply->xid,
                ipv4_format(destination->address, address), fault);
}
