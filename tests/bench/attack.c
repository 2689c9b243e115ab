/* SPDX-License-Identifier: MIT */

/* What others do to a DHCP server while tests/bench/load measures it: sends datagrams of one kind
 * at a fixed rate until SIGTERM, and reads no answer. Prints how many were sent.
 *
 *   attack --kind=KIND --server=ADDRESS --source=ADDRESS [OPTION…]
 *     malformed  every one is wrong in another way
 *     starve     DISCOVERs of hardware addresses that nobody has
 *     chatter    DISCOVERs of one client
 *     forge      RELEASE, DECLINE and REQUEST in the name of a client that has a lease
 *
 *   --source=ADDRESS  of ours: what is bound, and giaddr but for forged messages
 *   --port=67         that is bound
 *   --rate=N          datagrams a second
 *   --client=N, --address=ADDRESS  the client that is forged, and its lease */

#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "basic/text.h"
#include "batch.h"
#include "clock.h"
#include "messages.h"
#include "wire/builder.h"
#include "wire/message.h"

enum {
        TICK_NSEC = 2000000, /* between two bursts */
        RATE_MAX = 1000000,
        STRANGERS = 0x800000, /* clients from here on are nobody's */
};

typedef enum AttackKind {
        ATTACK_MALFORMED,
        ATTACK_STARVE,
        ATTACK_CHATTER,
        ATTACK_FORGE,
        ATTACK_KIND_MAX,
        ATTACK_KIND_INVALID = -1,
} AttackKind;

typedef struct Attack {
        AttackKind kind;
        ipv4_t server;
        ipv4_t source;
        uint64_t port;
        uint64_t rate;
        uint64_t client;
        ipv4_t address;
        Batch *batch;
        Requests requests;
        uint64_t n_sent;
        uint64_t random;
        uint8_t packets[BATCH_SIZE][REQUEST_SIZE_MAX];
} Attack;

static volatile sig_atomic_t stopping;

static void stop(int signal_number) {
        (void) signal_number;
        stopping = 1;
}

static AttackKind kind_from_string(const char *text) {
        static const char *const names[ATTACK_KIND_MAX] = {
                [ATTACK_MALFORMED] = "malformed",
                [ATTACK_STARVE] = "starve",
                [ATTACK_CHATTER] = "chatter",
                [ATTACK_FORGE] = "forge",
        };

        for (AttackKind kind = 0; kind < ATTACK_KIND_MAX; kind++)
                if (string_equal(text, names[kind]))
                        return kind;
        return ATTACK_KIND_INVALID;
}

/* xorshift64: the same on every run. */
static uint32_t draw(Attack *attack) {
        attack->random ^= attack->random << 13;
        attack->random ^= attack->random >> 7;
        attack->random ^= attack->random << 17;
        return (uint32_t) (attack->random >> 16);
}

static size_t write_discover(Attack *attack, uint32_t client, uint8_t *packet) {
        const RequestValues values = {.client = client, .xid = draw(attack)};

        return requests_write(&attack->requests, REQUEST_DISCOVER, &values, packet);
}

/* A DISCOVER that is cut off, or has a wrong place, or is noise. */
static size_t write_malformed(Attack *attack, uint8_t *packet) {
        size_t size = write_discover(attack, draw(attack) % STRANGERS, packet);

        switch (attack->n_sent % 6) {
        case 0:
                return draw(attack) % DHCP_OPTIONS_OFFSET;
        case 1: /* an option that reaches beyond the end */
                packet[DHCP_OPTIONS_OFFSET + 1] = 255;
                return size;
        case 2:
                packet[DHCP_HEADER_SIZE] ^= 0xff; /* the cookie */
                return size;
        case 3:
                packet[2] = 17; /* hlen */
                return size;
        case 4:
                packet[DHCP_OPTIONS_OFFSET + 2] = (uint8_t) (100 + draw(attack) % 100); /* type */
                return size;
        default:
                for (size_t i = 0; i < size; i++)
                        packet[i] = (uint8_t) draw(attack);
                return size;
        }
}

static size_t write_forged(Attack *attack, uint8_t *packet) {
        static const DhcpMessageType types[] = {DHCP_RELEASE, DHCP_DECLINE, DHCP_REQUEST};
        const DhcpMessageType type = types[attack->n_sent % ELEMENTSOF(types)];
        uint8_t chaddr[DHCP_CHADDR_SIZE] = {0};
        const MessageHeader header = {
                .op = BOOTREQUEST,
                .htype = HARDWARE_ETHERNET,
                .hlen = CLIENT_HARDWARE_SIZE,
                .xid = draw(attack),
                .ciaddr = type == DHCP_DECLINE ? 0 : attack->address,
                .chaddr = chaddr,
        };
        MessageBuilder builder;

        client_hardware((uint32_t) attack->client, chaddr);
        if (message_builder_init(&builder, packet, REQUEST_SIZE_MAX, REQUEST_SIZE_MAX, &header) < 0)
                return 0;
        (void) message_builder_add_u8(&builder, DHCP_OPTION_MESSAGE_TYPE, (uint8_t) type);
        if (type != DHCP_REQUEST)
                (void) message_builder_add_u32(&builder, DHCP_OPTION_SERVER_ID, attack->server);
        if (type == DHCP_DECLINE)
                (void) message_builder_add_u32(
                        &builder, DHCP_OPTION_REQUESTED_ADDRESS, attack->address);
        return message_builder_finish(&builder);
}

static size_t write_packet(Attack *attack, uint8_t *packet) {
        switch (attack->kind) {
        case ATTACK_MALFORMED:
                return write_malformed(attack, packet);
        case ATTACK_STARVE:
                return write_discover(attack, STRANGERS + draw(attack) % STRANGERS, packet);
        case ATTACK_CHATTER:
                return write_discover(attack, STRANGERS, packet);
        case ATTACK_FORGE:
                return write_forged(attack, packet);
        case ATTACK_KIND_MAX:
        case ATTACK_KIND_INVALID:
                break;
        }
        return 0;
}

static int send_until(Attack *attack, uint64_t n) {
        const struct sockaddr_in server = {
                .sin_family = AF_INET,
                .sin_port = htons(DHCP_SERVER_PORT),
                .sin_addr.s_addr = htonl(attack->server),
        };
        int r;

        while (attack->n_sent < n && !stopping) {
                for (size_t i = 0; i < BATCH_SIZE && attack->n_sent < n; i++) {
                        size_t size = write_packet(attack, attack->packets[i]);

                        r = batch_push(attack->batch, attack->packets[i], size, &server);
                        if (r < 0)
                                return r;
                        attack->n_sent++;
                }
                r = batch_flush(attack->batch);
                if (r < 0)
                        return r;
        }
        return 0;
}

/* What could not be sent in time is not sent later, or a pause would end in a burst. */
static int attack_run(Attack *attack) {
        static const struct timespec tick = {.tv_nsec = TICK_NSEC};
        uint64_t last = now_nsec(), credit = 0;

        while (!stopping) {
                uint64_t now = now_nsec(), n;
                int r;

                credit += MIN(now - last, (uint64_t) NSEC_PER_SEC / 10) * attack->rate;
                last = now;
                n = credit / NSEC_PER_SEC;
                credit -= n * NSEC_PER_SEC;
                r = send_until(attack, attack->n_sent + n);
                if (r < 0)
                        return r;
                (void) nanosleep(&tick, NULL);
        }
        return 0;
}

static int parse_option(int option, const char *value, Attack *attack) {
        switch (option) {
        case 'k':
                attack->kind = kind_from_string(value);
                return attack->kind == ATTACK_KIND_INVALID ? -EINVAL : 0;
        case 's':
                return ipv4_parse(value, &attack->server);
        case 'f':
                return ipv4_parse(value, &attack->source);
        case 'a':
                return ipv4_parse(value, &attack->address);
        case 'p':
                return parse_u64(value, UINT16_MAX, &attack->port);
        case 'r':
                return parse_u64(value, RATE_MAX, &attack->rate);
        case 'c':
                return parse_u64(value, STRANGERS - 1, &attack->client);
        default:
                return -EINVAL;
        }
}

static int parse_options(int argc, char **argv, Attack *attack) {
        static const struct option options[] = {
                {"kind", required_argument, NULL, 'k'},
                {"server", required_argument, NULL, 's'},
                {"source", required_argument, NULL, 'f'},
                {"port", required_argument, NULL, 'p'},
                {"rate", required_argument, NULL, 'r'},
                {"client", required_argument, NULL, 'c'},
                {"address", required_argument, NULL, 'a'},
                {NULL, 0, NULL, 0},
        };
        int option, index = 0;

        while ((option = getopt_long(argc, argv, "", options, &index)) >= 0) {
                if (option == '?')
                        return -EINVAL;
                if (parse_option(option, optarg, attack) >= 0)
                        continue;
                fprintf(stderr, "attack: --%s=%s: not a value that it can have\n",
                        options[index].name, optarg);
                return -EINVAL;
        }
        if (optind < argc || attack->kind == ATTACK_KIND_INVALID || attack->server == 0) {
                fprintf(stderr, "attack: --kind=, --server= and --source= are needed\n");
                return -EINVAL;
        }
        return 0;
}

int main(int argc, char **argv) {
        static Attack attack = {
                .kind = ATTACK_KIND_INVALID,
                .port = DHCP_SERVER_PORT,
                .rate = 1000,
                .random = 88172645463325252,
        };
        const struct sigaction action = {.sa_handler = stop};
        int r;

        if (parse_options(argc, argv, &attack) < 0)
                return 2;
        (void) sigaction(SIGTERM, &action, NULL);
        (void) sigaction(SIGINT, &action, NULL);
        r = requests_init(&attack.requests, attack.source, false);
        if (r >= 0)
                r = batch_open(&attack.batch, attack.source, (uint16_t) attack.port, 1000);
        if (r >= 0)
                r = attack_run(&attack);
        if (r < 0)
                fprintf(stderr, "attack: %s\n", strerror(-r));
        else
                printf("%llu\n", (unsigned long long) (attack.n_sent - attack.batch->n_refused));
        attack.batch = batch_free(attack.batch);
        return r < 0 ? 1 : 0;
}
