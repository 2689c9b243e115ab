/* SPDX-License-Identifier: MIT */

/* The floor: a DHCP server that remembers nothing.
 *
 *   reflector --address=ADDRESS [--port=67] [--range=FIRST-LAST]
 *
 * Answers a relayed DISCOVER by an OFFER and a relayed REQUEST by an ACK, of the size and with the
 * options of an ordinary reply, and goes on until SIGTERM. The address is computed from the
 * client's number, so that no two clients get the same one. What a real server does more slowly
 * than this, it does for the sake of its leases. */

#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <string.h>

#include "basic/text.h"
#include "batch.h"
#include "messages.h"
#include "wire/builder.h"
#include "wire/message.h"

enum {
        WAIT_USEC = 100000, /* how long a signal may go unnoticed */
        LEASE_SECONDS = 43200,
        PREFIX_LENGTH = 8,
        CLIENT_ID_SIZE = 1 + CLIENT_HARDWARE_SIZE,
};

typedef struct Reflector {
        Batch *batch;
        ipv4_t address;
        uint16_t port;
        Ipv4Range range;
        size_t reply_size;
        size_t type_at;
        size_t client_id_at;
        uint8_t reply[REQUEST_SIZE_MAX];
        uint8_t replies[BATCH_SIZE][REQUEST_SIZE_MAX];
} Reflector;

static volatile sig_atomic_t stopping;

static void stop(int signal_number) {
        (void) signal_number;
        stopping = 1;
}

static void reflector_done(Reflector *reflector) {
        reflector->batch = batch_free(reflector->batch);
}

/* The reply that every client gets; a few places are filled in for each. */
static int reflector_prepare(Reflector *reflector) {
        static const uint8_t client_id[CLIENT_ID_SIZE] = {HARDWARE_ETHERNET};
        const MessageHeader header = {.op = BOOTREPLY};
        MessageBuilder builder;
        size_t size;

        if (message_builder_init(&builder, reflector->reply, sizeof(reflector->reply),
                    sizeof(reflector->reply), &header) < 0 ||
                message_builder_add_u8(&builder, DHCP_OPTION_MESSAGE_TYPE, DHCP_OFFER) < 0 ||
                message_builder_add_u32(&builder, DHCP_OPTION_SERVER_ID, reflector->address) < 0 ||
                message_builder_add_u32(&builder, DHCP_OPTION_LEASE_TIME, LEASE_SECONDS) < 0 ||
                message_builder_add_u32(
                        &builder, DHCP_OPTION_SUBNET_MASK, ipv4_netmask(PREFIX_LENGTH)) < 0 ||
                message_builder_add_u32(&builder, DHCP_OPTION_ROUTER, reflector->address) < 0 ||
                message_builder_add_u32(&builder, DHCP_OPTION_DNS, reflector->address) < 0 ||
                message_builder_add_u32(&builder, DHCP_OPTION_RENEWAL_TIME, LEASE_SECONDS / 2) <
                        0 ||
                message_builder_add_u32(
                        &builder, DHCP_OPTION_REBINDING_TIME, LEASE_SECONDS / 8 * 7) < 0 ||
                message_builder_add(&builder, DHCP_OPTION_CLIENT_ID, client_id, sizeof(client_id)) <
                        0)
                return -ENOBUFS;

        reflector->reply_size = message_builder_finish(&builder);
        reflector->type_at = option_find(
                reflector->reply, reflector->reply_size, DHCP_OPTION_MESSAGE_TYPE, &size);
        reflector->client_id_at =
                option_find(reflector->reply, reflector->reply_size, DHCP_OPTION_CLIENT_ID, &size);
        return 0;
}

/* Writes the reply to a message, if it gets one. Return: where it goes, 0 = nowhere. */
static ipv4_t reflector_answer(
        const Reflector *reflector, const uint8_t *packet, size_t size, uint8_t *reply) {
        uint32_t client, n_addresses = reflector->range.last - reflector->range.first + 1;
        size_t at, n;
        uint8_t type;

        if (size < DHCP_OPTIONS_OFFSET || packet[0] != BOOTREQUEST ||
                wire_get_u32(packet + DHCP_HEADER_SIZE) != DHCP_MAGIC_COOKIE ||
                !client_from_hardware(packet + DHCP_CHADDR_OFFSET, &client))
                return 0;
        at = option_find(packet, size, DHCP_OPTION_MESSAGE_TYPE, &n);
        if (at == 0 || n != 1)
                return 0;
        type = packet[at];
        if (type != DHCP_DISCOVER && type != DHCP_REQUEST)
                return 0;

        memcpy(reply, reflector->reply, reflector->reply_size);
        memcpy(reply + 1, packet + 1, 2); /* htype, hlen */
        memcpy(reply + XID_OFFSET, packet + XID_OFFSET, 4);
        memcpy(reply + FLAGS_OFFSET, packet + FLAGS_OFFSET, 2);
        wire_put_u32(reply + YIADDR_OFFSET, reflector->range.first + client % n_addresses);
        /* chaddr follows giaddr */
        memcpy(reply + GIADDR_OFFSET, packet + GIADDR_OFFSET, 4 + DHCP_CHADDR_SIZE);
        reply[reflector->type_at] = type == DHCP_DISCOVER ? DHCP_OFFER : DHCP_ACK;

        /* RFC 6842: option 61 as it came; a client that sent none gets none */
        at = option_find(packet, size, DHCP_OPTION_CLIENT_ID, &n);
        if (at > 0 && n == CLIENT_ID_SIZE)
                memcpy(reply + reflector->client_id_at, packet + at, n);
        else
                memset(reply + reflector->client_id_at - 2, DHCP_OPTION_PAD, CLIENT_ID_SIZE + 2);
        return wire_get_u32(packet + GIADDR_OFFSET);
}

static int reflector_run(Reflector *reflector) {
        struct sockaddr_in relay = {
                .sin_family = AF_INET,
                .sin_port = htons(reflector->port),
        };
        const uint8_t *packet;
        size_t size;
        ipv4_t giaddr;
        int n, r;

        while (!stopping) {
                n = batch_receive(reflector->batch);
                if (n < 0)
                        return n;
                for (int i = 0; i < n; i++) {
                        packet = batch_packet(reflector->batch, i, &size);
                        giaddr = reflector_answer(reflector, packet, size, reflector->replies[i]);
                        if (giaddr == 0)
                                continue;
                        relay.sin_addr.s_addr = htonl(giaddr);
                        r = batch_push(reflector->batch, reflector->replies[i],
                                reflector->reply_size, &relay);
                        if (r < 0)
                                return r;
                }
                r = batch_flush(reflector->batch);
                if (r < 0)
                        return r;
        }
        return 0;
}

static int parse_options(Reflector *reflector, int argc, char *argv[]) {
        static const struct option options[] = {
                {"address", required_argument, NULL, 'a'},
                {"port", required_argument, NULL, 'p'},
                {"range", required_argument, NULL, 'r'},
                {NULL, 0, NULL, 0},
        };
        uint64_t number;
        int option;

        while ((option = getopt_long(argc, argv, "", options, NULL)) >= 0) {
                if (option == 'a' && ipv4_parse(optarg, &reflector->address) >= 0)
                        continue;
                if (option == 'r' && ipv4_range_parse(optarg, &reflector->range) >= 0)
                        continue;
                if (option == 'p' && parse_u64(optarg, UINT16_MAX, &number) >= 0 && number > 0) {
                        reflector->port = (uint16_t) number;
                        continue;
                }
                return -EINVAL;
        }
        return optind == argc && reflector->address != 0 ? 0 : -EINVAL;
}

int main(int argc, char *argv[]) {
        static Reflector reflector = {
                .port = DHCP_SERVER_PORT,
                .range = {.first = 0x0a010000, .last = 0x0afeffff},
        };
        const struct sigaction action = {.sa_handler = stop};
        int r;

        if (parse_options(&reflector, argc, argv) < 0) {
                (void) fprintf(stderr,
                        "Usage: reflector --address=ADDRESS [--port=67] [--range=FIRST-LAST]\n");
                return 2;
        }
        (void) sigaction(SIGTERM, &action, NULL);
        (void) sigaction(SIGINT, &action, NULL);

        r = reflector_prepare(&reflector);
        if (r >= 0)
                r = batch_open(&reflector.batch, reflector.address, reflector.port, WAIT_USEC);
        if (r >= 0)
                r = reflector_run(&reflector);
        reflector_done(&reflector);
        if (r < 0) {
                (void) fprintf(stderr, "reflector: %s\n", strerror(-r));
                return 1;
        }
        return 0;
}
