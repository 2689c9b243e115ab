/* SPDX-License-Identifier: MIT */

/* Each place, and what is sent from there. What could as well be the client's own is left out: the
 * client's address as the source of what renews past the relay, and whatever else somebody sends on
 * the client's own link but that it comes from another address. */

#include "forger.h"

#include <stdlib.h>
#include <string.h>

#include "wire/builder.h"
#include "world.h"

/* More than RateLimit= lets one client send at once. */
#define STORM 30

#define STRANGER_SIDE 200 /* last byte of addresses that nobody has got from the server */
#define LOCALHOST 0x7f000001

/* A message before it is built. */
typedef struct Forgery {
        PacketMetadata metadata;
        DhcpMessageType type;
        uint8_t hardware[ETHERNET_ADDRESS_SIZE];
        ClientId id;
        ipv4_t ciaddr;
        ipv4_t giaddr;
        ipv4_t requested; /* option 50, 0 = none */
        ipv4_t server;    /* option 54, 0 = none */
        ipv4_t subnet;    /* of option 118 or 82.5, 0 = none */
        bool by_agent;    /* it is 82.5 */
} Forgery;

static void forgery_send(World *world, const Forgery *forgery) {
        uint8_t chaddr[DHCP_CHADDR_SIZE] = {0}, packet[PACKET_MAX];
        uint8_t selection[6] = {RELAY_LINK_SELECTION, 4};
        char source[IPV4_STRING_MAX], address[IPV4_STRING_MAX];
        const MessageHeader header = {
                .op = BOOTREQUEST,
                .htype = HARDWARE_ETHERNET,
                .hlen = ETHERNET_ADDRESS_SIZE,
                .hops = forgery->giaddr != 0,
                .xid = (uint32_t) dice_next(&world->dice),
                .ciaddr = forgery->ciaddr,
                .giaddr = forgery->giaddr,
                .chaddr = chaddr,
        };
        MessageBuilder builder;

        memcpy(chaddr, forgery->hardware, sizeof(forgery->hardware));
        if (message_builder_init(&builder, packet, PACKET_MAX, PACKET_MAX, &header) < 0)
                abort();
        (void) message_builder_add_u8(&builder, DHCP_OPTION_MESSAGE_TYPE, (uint8_t) forgery->type);
        (void) message_builder_add(
                &builder, DHCP_OPTION_CLIENT_ID, forgery->id.data, forgery->id.size);
        if (forgery->server != 0)
                (void) message_builder_add_u32(&builder, DHCP_OPTION_SERVER_ID, forgery->server);
        if (forgery->requested != 0)
                (void) message_builder_add_u32(
                        &builder, DHCP_OPTION_REQUESTED_ADDRESS, forgery->requested);
        if (forgery->subnet != 0 && forgery->by_agent) {
                wire_put_u32(selection + 2, forgery->subnet);
                (void) message_builder_add(
                        &builder, DHCP_OPTION_RELAY_AGENT, selection, sizeof(selection));
        } else if (forgery->subnet != 0)
                (void) message_builder_add_u32(
                        &builder, DHCP_OPTION_SUBNET_SELECTION, forgery->subnet);
        say(world, "forger", "sends %s from %s about %s on %u",
                message_type_to_string(forgery->type),
                ipv4_format(forgery->metadata.source, source),
                ipv4_format(forgery->ciaddr ? forgery->ciaddr : forgery->requested, address),
                forgery->metadata.ifindex);
        box_receive_forged(world, &forgery->metadata, packet, message_builder_finish(&builder));
}

/* ---- what is said -------------------------------------------------------------------------- */

static ipv4_t stranger_on(WireName wire) {
        return wires[wire].network + STRANGER_SIDE;
}

/* The address that the victim uses, or may have. */
static ipv4_t address_of(World *world, const Host *victim) {
        if (victim->held != 0)
                return victim->held;
        return wires[victim->wire].network + (ipv4_t) dice_between(&world->dice, 10, 69);
}

static void pick_identity(Forgery *forgery, const Host *victim) {
        memcpy(forgery->hardware, victim->hardware, sizeof(forgery->hardware));
        forgery->id = victim->id;
}

/* Anything that would change a lease, or have one made, if the victim itself said it at home. */
static void pick_words(World *world, Forgery *forgery, const Host *victim) {
        Dice *dice = &world->dice;
        const ipv4_t address = address_of(world, victim);
        const ipv4_t server =
                dice_one_in(dice, 2) ? wires[victim->wire].server : forgery->metadata.destination;

        pick_identity(forgery, victim);
        switch (dice_below(dice, 6)) {
        case 0:
                forgery->type = DHCP_RELEASE;
                forgery->ciaddr = address;
                forgery->server = dice_one_in(dice, 3) ? 0 : server;
                break;
        case 1:
                forgery->type = DHCP_DECLINE;
                forgery->requested = address;
                forgery->ciaddr = dice_one_in(dice, 2) ? address : 0;
                forgery->server = server;
                break;
        case 2:
                forgery->type = DHCP_REQUEST;
                forgery->ciaddr = address;
                break;
        case 3:
                forgery->type = DHCP_REQUEST;
                forgery->requested = address;
                forgery->server = dice_one_in(dice, 2) ? 0 : server;
                break;
        case 4:
                forgery->type = DHCP_INFORM;
                forgery->ciaddr = address;
                break;
        default:
                forgery->type = DHCP_DISCOVER;
                forgery->requested = address;
                break;
        }
        if (dice_one_in(dice, 3)) {
                forgery->subnet = wires[victim->wire].network;
                forgery->by_agent = dice_one_in(dice, 2);
        }
}

/* ---- the places ---------------------------------------------------------------------------- */

static void come_by(World *world, Forgery *forgery, uint32_t ifindex, ipv4_t source, ipv4_t to) {
        forgery->metadata = (PacketMetadata){
                .ifindex = ifindex,
                .source = source,
                .source_port = dice_one_in(&world->dice, 2)
                                       ? DHCP_CLIENT_PORT
                                       : (uint16_t) dice_between(&world->dice, 1024, 65535),
                .destination = to,
        };
}

static void make_broadcast(World *world, Forgery *forgery, bool nameless) {
        forgery->metadata.destination = IPV4_BROADCAST;
        forgery->metadata.broadcast = true;
        if (nameless && dice_one_in(&world->dice, 2))
                forgery->metadata.source = 0;
}

/* An address of whoever is on the link; or the victim's, which only its own link can have unless it
 * is behind the relay. */
static ipv4_t pick_source(World *world, const Host *victim, ipv4_t stranger) {
        return victim->wire != WIRE_FAR && victim->held != 0 && dice_one_in(&world->dice, 3)
                       ? victim->held
                       : stranger;
}

static void on_another_link(World *world, Forgery *forgery, const Host *victim) {
        const WireName wire = victim->wire == WIRE_LAN       ? WIRE_DMZ
                              : victim->wire == WIRE_DMZ     ? WIRE_LAN
                              : dice_one_in(&world->dice, 2) ? WIRE_LAN
                                                             : WIRE_DMZ;

        come_by(world, forgery, wires[wire].ifindex, pick_source(world, victim, stranger_on(wire)),
                wires[wire].server);
        pick_words(world, forgery, victim);
        if (dice_one_in(&world->dice, 3))
                make_broadcast(world, forgery, true);
        /* an INFORM on a link with a pool is what anybody there may send */
        if (forgery->type == DHCP_INFORM)
                forgery->type = DHCP_RELEASE;
}

static void on_unserved_link(World *world, Forgery *forgery, const Host *victim) {
        come_by(world, forgery, SITE_WAN, pick_source(world, victim, SITE_WAN_STRANGER),
                SITE_WAN_ADDRESS);
        pick_words(world, forgery, victim);
        if (dice_one_in(&world->dice, 3))
                make_broadcast(world, forgery, true);
        /* RFC 2131 4.3.5: from its ciaddr it is answered there, whoever has sent it */
        if (forgery->type == DHCP_INFORM && forgery->metadata.source == forgery->ciaddr)
                forgery->metadata.source = SITE_WAN_STRANGER;
}

/* The kernel loops back what is sent to an address of its own: it carries the link of that
 * address, and an address of this machine as its source. */
static void on_the_server(World *world, Forgery *forgery, const Host *victim) {
        const WireName wire = (WireName) dice_below(&world->dice, WIRES_MAX);
        const ipv4_t own = dice_one_in(&world->dice, 3) ? SITE_WAN_ADDRESS : wires[wire].server;

        if (dice_one_in(&world->dice, 3))
                come_by(world, forgery, SITE_LOOPBACK, LOCALHOST, LOCALHOST);
        else
                come_by(world, forgery, wires[wire].ifindex, own, wires[wire].server);
        pick_words(world, forgery, victim);
        if (forgery->metadata.source != LOCALHOST && dice_one_in(&world->dice, 3))
                make_broadcast(world, forgery, false);
        if (dice_one_in(&world->dice, 3))
                forgery->giaddr = dice_one_in(&world->dice, 2) ? wires[WIRE_FAR].relay
                                                               : wires[WIRE_FAR].relay_side;
        if (forgery->type == DHCP_INFORM)
                forgery->type = DHCP_DISCOVER;
}

/* RFC 2131 4.3.4 has RELEASE sent by unicast, from the address that it is about; a DECLINE, by
 * broadcast (table 4), has no business past a relay. */
static void beside_the_victim(World *world, Forgery *forgery, const Host *victim) {
        const Wire *wire = &wires[victim->wire];
        const bool far = victim->wire == WIRE_FAR, decline = far && dice_one_in(&world->dice, 3);

        come_by(world, forgery, wire->ifindex, stranger_on(victim->wire), wire->server);
        pick_identity(forgery, victim);
        forgery->type = decline ? DHCP_DECLINE : DHCP_RELEASE;
        forgery->ciaddr = address_of(world, victim);
        forgery->server = wire->server;
        if (decline) {
                forgery->requested = forgery->ciaddr;
                if (dice_one_in(&world->dice, 2))
                        forgery->metadata.source = forgery->ciaddr;
        } else if (far && dice_one_in(&world->dice, 2)) {
                forgery->type = DHCP_REQUEST;
                forgery->server = 0;
        }
}

/* Somebody who has no lease, from an address behind the relay. */
static void past_the_relay(World *world, Forgery *forgery, const Host *victim) {
        static const DhcpMessageType types[] = {DHCP_REQUEST, DHCP_RELEASE, DHCP_DECLINE};
        const ipv4_t address =
                victim->wire == WIRE_FAR
                        ? address_of(world, victim)
                        : wires[WIRE_FAR].network + (ipv4_t) dice_between(&world->dice, 10, 69);
        const uint32_t ways[] = {wires[WIRE_LAN].ifindex, wires[WIRE_DMZ].ifindex, SITE_WAN};

        come_by(world, forgery, ways[dice_below(&world->dice, ELEMENTSOF(ways))], address,
                wires[WIRE_FAR].server);
        memcpy(forgery->hardware, (const uint8_t[]){6, 0, 0, 0, 0, 0xff}, ETHERNET_ADDRESS_SIZE);
        client_id_from_hardware(
                HARDWARE_ETHERNET, forgery->hardware, ETHERNET_ADDRESS_SIZE, &forgery->id);
        forgery->type = types[dice_below(&world->dice, ELEMENTSOF(types))];
        forgery->ciaddr = address;
        forgery->requested = forgery->type == DHCP_DECLINE ? address : 0;
        forgery->server = forgery->type == DHCP_REQUEST ? 0 : wires[WIRE_FAR].server;
}

/* What no pool believes of a relay that comes by this link, with what its source may be. */
static void as_a_relay(World *world, Forgery *forgery, const Host *victim) {
        Dice *dice = &world->dice;
        const WireName wire = (WireName) dice_below(dice, WIRES_MAX);
        const bool wan = dice_one_in(dice, 2);
        const uint32_t ifindex = wan ? SITE_WAN : wires[wire].ifindex;
        const ipv4_t source =
                wan ? SITE_WAN_STRANGER : stranger_on(wire == WIRE_FAR ? WIRE_DMZ : wire);
        const ipv4_t nowhere[] = {
                0x08080808, /* a third party */
                0x00000009,
                LOCALHOST,
                0xe0000009,
                0xf0000009,
                IPV4_BROADCAST,
                SITE_WAN_ADDRESS,
                SITE_WAN_ADDRESS | 0xff,
                wires[dice_below(dice, WIRES_MAX)].server,
                wires[dice_below(dice, WIRES_MAX)].network,
                wires[dice_below(dice, WIRES_MAX)].network + 0xff,
                /* on a link that the message does not come by */
                ifindex == wires[WIRE_LAN].ifindex ? stranger_on(WIRE_DMZ) : stranger_on(WIRE_LAN),
                /* where Interface= names the relay's link */
                world->site.far_is_named && ifindex != wires[WIRE_FAR].ifindex
                        ? wires[WIRE_FAR].relay
                        : 0x08080808,
        };

        come_by(world, forgery, ifindex, source, wan ? SITE_WAN_ADDRESS : wires[wire].server);
        pick_words(world, forgery, victim);
        forgery->metadata.source_port = DHCP_SERVER_PORT;
        forgery->giaddr = nowhere[dice_below(dice, ELEMENTSOF(nowhere))];
        if (dice_one_in(dice, 4)) {
                forgery->subnet = wires[dice_below(dice, WIRES_MAX)].network;
                forgery->by_agent = dice_one_in(dice, 2);
        }
}

static void (*const places[])(World *world, Forgery *forgery, const Host *victim) = {
        on_another_link,
        on_unserved_link,
        on_the_server,
        beside_the_victim,
        past_the_relay,
        as_a_relay,
};

void forger_strike(World *world, const Host *victim) {
        Forgery forgery = {0};

        places[dice_below(&world->dice, ELEMENTSOF(places))](world, &forgery, victim);
        forgery_send(world, &forgery);
}

void forger_storm(World *world, const Host *victim) {
        Forgery forgery = {0};

        if (!box_is_listening(world))
                return;
        places[dice_below(&world->dice, ELEMENTSOF(places))](world, &forgery, victim);
        for (unsigned i = 0; i < STORM; i++)
                forgery_send(world, &forgery);
        world_see(world, SIGHT_STORMED);
}
