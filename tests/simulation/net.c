/* SPDX-License-Identifier: MIT */

/* Each copy of a packet is an item of the agenda. Who is reached by a broadcast or an address is
 * decided when it arrives. */

#include "net.h"

#include <stdlib.h>
#include <string.h>

#include "forger.h"
#include "wire/builder.h"
#include "wire/client-id.h"
#include "wire/message.h"
#include "world.h"

#define HEALTHY_DELAY (3 * USEC_PER_MSEC)
#define CIRCUIT "port 7"

/* On its way to somebody. */
typedef struct Travelling {
        WireName wire;
        enum { TO_ALL, TO_HARDWARE, TO_ADDRESS } reach;
        uint8_t hardware[ETHERNET_ADDRESS_SIZE];
        ipv4_t address;
        ipv4_t source;
        PacketMetadata metadata; /* of what is for the server */
        size_t size;
        uint8_t packet[PACKET_MAX];
} Travelling;

void net_heal(Net *net) {
        for (WireName wire = 0; wire < WIRES_MAX; wire++) {
                net->wires[wire].lost = net->wires[wire].doubled = 0;
                net->wires[wire].delay = HEALTHY_DELAY;
        }
}

bool net_is_squatted(const Net *net, ipv4_t address) {
        for (size_t i = 0; i < SQUATTERS_MAX; i++)
                if (address != 0 && net->squatters[i].address == address)
                        return true;
        return false;
}

/* None, one or more copies, each with a delay of its own. */
static void travel(World *world, const Travelling *packet, Happening arrive) {
        Dice *dice = &world->dice;

        for (unsigned n = dice_permille(dice, world->net.wires[packet->wire].doubled) ? 2 : 1;
                n > 0; n--) {
                Travelling *copy;

                if (dice_permille(dice, world->net.wires[packet->wire].lost))
                        continue;
                copy = malloc(sizeof(*copy));
                if (!copy)
                        abort();
                *copy = *packet;
                agenda_add(&world->agenda,
                        world->now + dice_between(dice, 50, world->net.wires[packet->wire].delay),
                        arrive, copy);
        }
}

/* ---- to clients ----------------------------------------------------------------------------- */

static bool is_reached(const World *world, const Host *host, const Travelling *packet) {
        if (host->state != HOST_ON || host->wire != packet->wire)
                return false;
        switch (packet->reach) {
        case TO_ALL:
                return true;
        case TO_HARDWARE:
                return memcmp(host->hardware, packet->hardware, sizeof(packet->hardware)) == 0;
        case TO_ADDRESS:
                return host->held == packet->address &&
                       !net_is_squatted(&world->net, packet->address);
        }
        return false;
}

static void on_host_packet(World *world, void *data) {
        const Travelling *packet = data;

        for (size_t i = 0; i < world->n_hosts; i++)
                if (is_reached(world, &world->hosts[i], packet))
                        host_receive(world, &world->hosts[i], packet->source, packet->packet,
                                packet->size);
}

/* RFC 3046 2.2: the server echoes the option whole, and the relay takes it out. */
static void strip_relay_option(World *world, Travelling *packet, const MessageView *view) {
        const uint8_t *data;
        size_t size;

        if (message_get(view, DHCP_OPTION_RELAY_AGENT, &data, &size) < 0 ||
                size < 2 + strlen(CIRCUIT) || memcmp(data + 2, CIRCUIT, strlen(CIRCUIT)) != 0)
                world_fail(world, "a reply to the relay does not echo its option");
        if (data < packet->packet || data >= packet->packet + packet->size)
                world_fail(world, "the relay's option was torn apart");
        memset(packet->packet + (data - packet->packet) - 2, DHCP_OPTION_PAD, size + 2);
}

/* RFC 2131 4.1: the relay broadcasts when the broadcast bit is set, as for every NAK; else it sends
 * to the hardware address. */
static void on_relay_reply(World *world, void *data) {
        Travelling packet = *(Travelling *) data;
        static MessageView view;

        if (message_view_init(&view, packet.packet, packet.size) != MESSAGE_OK)
                world_fail(world, "the relay gets what is no message");
        packet.wire = WIRE_FAR;
        packet.reach = TO_HARDWARE;
        memcpy(packet.hardware, view.chaddr, sizeof(packet.hardware));
        if (view.flags & DHCP_FLAG_BROADCAST)
                packet.reach = TO_ALL;
        else if (view.type == DHCP_NAK)
                world_fail(world, "a NAK by the relay without broadcast bit");
        strip_relay_option(world, &packet, &view);
        travel(world, &packet, on_host_packet);
}

void net_from_server(
        World *world, const Destination *destination, const uint8_t *bytes, size_t size) {
        Travelling packet = {.source = destination->source, .size = size};
        Happening arrive = on_host_packet;
        static MessageView view;
        char address[IPV4_STRING_MAX];
        ClientId client;

        if (size > PACKET_MAX || message_view_init(&view, bytes, size) != MESSAGE_OK)
                world_fail(world, "the server sends what is no message");
        memcpy(packet.packet, bytes, size);
        say(world, "server", "sends %s %08x %s", message_type_to_string(view.type), view.xid,
                ipv4_format(view.yiaddr, address));
        if (!origins_check(world, destination, &view))
                host_replied(world, &view);
        if (view.type == DHCP_ACK && client_id_from_message(&view, &client) >= 0)
                promises_acknowledged(
                        world, view.yiaddr, promises_digest(client.data, client.size));

        packet.wire = destination->ifindex == wires[WIRE_LAN].ifindex ? WIRE_LAN : WIRE_DMZ;
        if (destination->ifindex == 0 && site_find_wire(destination->address) < WIRES_MAX)
                packet.wire = site_find_wire(destination->address);
        switch (destination->mode) {
        case SEND_LINK_BROADCAST:
                packet.reach = TO_ALL;
                break;
        case SEND_LINK_UNICAST:
                packet.reach = TO_HARDWARE;
                memcpy(packet.hardware, destination->hardware, sizeof(packet.hardware));
                break;
        case SEND_UDP:
                packet.reach = TO_ADDRESS;
                packet.address = destination->address;
                if (destination->address == wires[WIRE_FAR].relay ||
                        destination->address == wires[WIRE_FAR].relay_side)
                        arrive = on_relay_reply;
                break;
        }
        travel(world, &packet, arrive);
}

/* ---- to the server -------------------------------------------------------------------------- */

static void on_server_packet(World *world, void *data) {
        const Travelling *packet = data;

        box_receive(world, &packet->metadata, packet->packet, packet->size);
}

/* Where the options end. */
static size_t find_end(const Travelling *packet) {
        size_t i = DHCP_OPTIONS_OFFSET;

        while (i < packet->size && packet->packet[i] != DHCP_OPTION_END)
                i += packet->packet[i] == DHCP_OPTION_PAD ? 1 : 2U + packet->packet[i + 1];
        return i;
}

/* RFC 1542 4.1.1 and RFC 3046 2.1. */
static void on_relay_request(World *world, void *data) {
        Travelling packet = *(Travelling *) data;
        const Wire *wire = &wires[WIRE_FAR];
        const ipv4_t giaddr = world->site.selects_link ? wire->relay_side : wire->relay;
        uint8_t option[2 + 2 + sizeof(CIRCUIT) - 1 + 6] = {
                DHCP_OPTION_RELAY_AGENT, 0, RELAY_CIRCUIT_ID, sizeof(CIRCUIT) - 1};
        size_t n = 4 + sizeof(CIRCUIT) - 1, end = find_end(&packet);

        memcpy(option + 4, CIRCUIT, sizeof(CIRCUIT) - 1);
        if (world->site.selects_link) {
                option[n] = RELAY_LINK_SELECTION;
                option[n + 1] = 4;
                wire_put_u32(option + n + 2, wire->network);
                n += 6;
        }
        option[1] = (uint8_t) (n - 2);
        if (end + n + 1 > sizeof(packet.packet))
                abort();
        memcpy(packet.packet + end, option, n);
        packet.packet[end + n] = DHCP_OPTION_END;
        packet.size = MAX(packet.size, end + n + 1);
        packet.packet[3]++;
        wire_put_u32(packet.packet + DHCP_GIADDR_OFFSET, giaddr);

        packet.wire = WIRE_DMZ;
        packet.metadata = (PacketMetadata){
                .ifindex = wire->ifindex,
                .source = giaddr,
                .source_port = DHCP_SERVER_PORT,
                .destination = wire->server,
        };
        travel(world, &packet, on_server_packet);
}

static void send_message(
        World *world, WireName wire, Travelling *packet, bool broadcast, ipv4_t source) {
        packet->wire = wire;
        packet->metadata = (PacketMetadata){
                .ifindex = wires[wire].ifindex,
                .source = source,
                .source_port = DHCP_CLIENT_PORT,
                .destination = broadcast ? IPV4_BROADCAST : wires[wire].server,
                .broadcast = broadcast,
        };
        /* a unicast goes past the relay, through the router */
        travel(world, packet,
                broadcast && wires[wire].relay != 0 ? on_relay_request : on_server_packet);
}

void net_forge(World *world, Host *host, ipv4_t address) {
        const bool release = dice_one_in(&world->dice, 2);
        uint8_t chaddr[DHCP_CHADDR_SIZE] = {0};
        const MessageHeader header = {
                .op = BOOTREQUEST,
                .htype = HARDWARE_ETHERNET,
                .hlen = ETHERNET_ADDRESS_SIZE,
                .xid = (uint32_t) dice_next(&world->dice),
                .ciaddr = release ? address : 0,
                .chaddr = chaddr,
        };
        Travelling packet = {0};
        MessageBuilder builder;

        world_see(world, SIGHT_FORGED);
        say(world, host->name, "sends a forged %s", release ? "RELEASE" : "DECLINE");
        memcpy(chaddr, host->hardware, sizeof(host->hardware));
        if (message_builder_init(&builder, packet.packet, PACKET_MAX, PACKET_MAX, &header) < 0)
                abort();
        (void) message_builder_add_u8(
                &builder, DHCP_OPTION_MESSAGE_TYPE, release ? DHCP_RELEASE : DHCP_DECLINE);
        (void) message_builder_add(&builder, DHCP_OPTION_CLIENT_ID, host->id.data, host->id.size);
        (void) message_builder_add_u32(&builder, DHCP_OPTION_SERVER_ID, wires[host->wire].server);
        if (!release)
                (void) message_builder_add_u32(&builder, DHCP_OPTION_REQUESTED_ADDRESS, address);
        packet.size = message_builder_finish(&builder);
        send_message(world, host->wire, &packet, !release, host->held);
}

/* ---- ARP ------------------------------------------------------------------------------------ */

/* Who answers for an address on a wire: its user, or a squatter. */
static bool find_user(
        const World *world, WireName wire, ipv4_t address, uint8_t ret[ETHERNET_ADDRESS_SIZE]) {
        for (size_t i = 0; i < SQUATTERS_MAX; i++)
                if (address != 0 && world->net.squatters[i].address == address) {
                        memcpy(ret, world->net.squatters[i].hardware, ETHERNET_ADDRESS_SIZE);
                        return true;
                }
        for (size_t i = 0; i < world->n_hosts; i++) {
                const Host *host = &world->hosts[i];

                if (host->state == HOST_ON && host->wire == wire && host->held == address) {
                        memcpy(ret, host->hardware, ETHERNET_ADDRESS_SIZE);
                        return true;
                }
        }
        return false;
}

static void on_arp_answer(World *world, void *data) {
        const Travelling *packet = data;

        for (size_t i = 0; i < world->n_hosts; i++)
                if (is_reached(world, &world->hosts[i], packet))
                        host_receive_arp(world, &world->hosts[i], packet->packet, packet->size);
}

static void on_arp(World *world, void *data) {
        const Travelling *question = data;
        Travelling answer = *question;
        ArpPacket arp, reply = {.operation = ARP_OP_REPLY};

        if (arp_parse(question->packet, question->size, &arp) < 0)
                world_fail(world, "an ARP packet that is none");
        for (size_t i = 0; i < world->n_hosts; i++)
                if (is_reached(world, &world->hosts[i], question) &&
                        memcmp(world->hosts[i].hardware, arp.sender_hardware,
                                ETHERNET_ADDRESS_SIZE) != 0)
                        host_receive_arp(world, &world->hosts[i], question->packet, question->size);

        if (!find_user(world, question->wire, arp.target, reply.sender_hardware) ||
                memcmp(reply.sender_hardware, arp.sender_hardware, ETHERNET_ADDRESS_SIZE) == 0)
                return;
        reply.sender = arp.target;
        reply.target = arp.sender;
        memcpy(reply.target_hardware, arp.sender_hardware, ETHERNET_ADDRESS_SIZE);
        answer.reach = TO_HARDWARE;
        memcpy(answer.hardware, arp.sender_hardware, ETHERNET_ADDRESS_SIZE);
        arp_build(answer.packet, &reply);
        travel(world, &answer, on_arp_answer);
}

void net_from_host(World *world, Host *host, const mdc_output *output) {
        Travelling packet = {.size = output->size};

        memcpy(packet.packet, output->data, output->size);
        if (output->kind == MDC_OUTPUT_ARP) {
                packet.wire = host->wire;
                packet.reach = TO_ALL;
                travel(world, &packet, on_arp);
                return;
        }
        if (world->stormed == host)
                forger_storm(world, host);
        send_message(world, host->wire, &packet, output->kind == MDC_OUTPUT_BROADCAST,
                ntohl(output->source.s_addr));
}

static void on_probe_answer(World *world, void *data) {
        const Travelling *packet = data;

        box_receive_arp(world, wires[packet->wire].ifindex, packet->address, packet->hardware);
}

void net_probe(World *world, uint32_t ifindex, ipv4_t source, ipv4_t address) {
        Travelling packet = {
                .wire = ifindex == wires[WIRE_LAN].ifindex ? WIRE_LAN : WIRE_DMZ,
                .address = address,
        };

        (void) source;
        if (find_user(world, packet.wire, address, packet.hardware))
                travel(world, &packet, on_probe_answer);
}

static void on_echo_answer(World *world, void *data) {
        const Travelling *packet = data;

        box_receive_echo(world, packet->address);
}

void net_echo(World *world, ipv4_t address) {
        Travelling packet = {.wire = WIRE_FAR, .address = address};
        uint8_t hardware[ETHERNET_ADDRESS_SIZE];

        if (find_user(world, packet.wire, address, hardware))
                travel(world, &packet, on_echo_answer);
}
