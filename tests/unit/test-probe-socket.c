/* SPDX-License-Identifier: MIT */
/* ARP probes over a real link: who answers is heard, everybody else is not. */

#include <errno.h>
#include <net/ethernet.h>

#include "basic/bytes.h"
#include "io/probe-socket.h"
#include "test-network.h"

#define FREE_ADDRESS UINT32_C(0x0a090063)  /* 10.9.0.99, nobody's */
#define OTHER_ADDRESS UINT32_C(0x0a090064) /* 10.9.0.100, nobody's */
#define LAST_ADDRESS UINT32_C(0x0a0900fe)  /* 10.9.0.254, ends what a test listens to */

static const uint8_t server_hardware[ETHERNET_ADDRESS_SIZE] = {2, 0, 0, 0, 0, 1};
static const uint8_t client_hardware[ETHERNET_ADDRESS_SIZE] = {2, 0, 0, 0, 0, 2};

static void probe(ProbeSocket *socket, const Network *network, ipv4_t target, usec_t until) {
        ck_assert_int_eq(probe_socket_send(socket, network->server_ifindex, server_hardware, 0,
                                 target, until),
                0);
}

static int open_client(const Network *network) {
        int fd;

        network_enter_client(network);
        fd = network_packet_socket(network->client_ifindex, ETHERTYPE_ARP);
        network_enter_server(network);
        return fd;
}

/* The client says something by ARP, broadcast. */
static void say(int fd, uint16_t operation, ipv4_t sender, ipv4_t target) {
        uint8_t frame[ETHER_HDR_LEN + ARP_PACKET_SIZE] = {
                0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 2, 0x08, 0x06};
        ArpPacket packet = {.operation = operation, .sender = sender, .target = target};

        memcpy(packet.sender_hardware, client_hardware, ETHERNET_ADDRESS_SIZE);
        arp_build(frame + ETHER_HDR_LEN, &packet);
        ck_assert_int_eq(send(fd, frame, sizeof(frame), 0), sizeof(frame));
}

/* Next ARP packet that reached the client. */
static ArpPacket hear(int fd) {
        uint8_t frame[ETHER_HDR_LEN + 64];
        ArpPacket packet;
        ssize_t size;

        network_wait(fd);
        size = recv(fd, frame, sizeof(frame), 0);
        ck_assert_int_ge(size, ETHER_HDR_LEN + ARP_PACKET_SIZE);
        ck_assert_int_eq(
                arp_parse(frame + ETHER_HDR_LEN, (size_t) size - ETHER_HDR_LEN, &packet), 0);
        return packet;
}

/* The next packet that comes through must be of this sender. */
static ReceivedArp expect(ProbeSocket *socket, const Network *network, ipv4_t sender) {
        static ReceivedArp queue[PROBE_SOCKET_BATCH];
        static int n, next;
        ReceivedArp *received;

        if (next == n) {
                network_wait(probe_socket_fd(socket));
                n = probe_socket_receive(socket, &received);
                ck_assert_int_gt(n, 0);
                memcpy(queue, received, (size_t) n * sizeof(*queue));
                next = 0;
        }
        received = &queue[next++];
        ck_assert_uint_eq(received->packet.sender, sender);
        ck_assert_uint_eq(received->ifindex, network->server_ifindex);
        ck_assert_mem_eq(received->packet.sender_hardware, client_hardware, ETHERNET_ADDRESS_SIZE);
        return *received;
}

START_TEST(test_probe_on_the_wire)
{
        static const ipv4_t sources[] = {0, SERVER_ADDRESS};
        _cleanup_(probe_socket_freep) ProbeSocket *socket = NULL;
        Network network = network_setup();
        _cleanup_close_ int client = -1;

        ck_assert_int_eq(probe_socket_new(&socket), 0);
        client = open_client(&network);
        for (size_t i = 0; i < ELEMENTSOF(sources); i++) {
                static const uint8_t nobody[ETHERNET_ADDRESS_SIZE];
                ArpPacket packet;

                ck_assert_int_eq(probe_socket_send(socket, network.server_ifindex, server_hardware,
                                         sources[i], FREE_ADDRESS, 1),
                        0);
                packet = hear(client);
                ck_assert_uint_eq(packet.operation, ARP_OP_REQUEST);
                ck_assert_uint_eq(packet.sender, sources[i]);
                ck_assert_mem_eq(packet.sender_hardware, server_hardware, ETHERNET_ADDRESS_SIZE);
                ck_assert_uint_eq(packet.target, FREE_ADDRESS);
                ck_assert_mem_eq(packet.target_hardware, nobody, ETHERNET_ADDRESS_SIZE);
        }
}
END_TEST

/* The client's kernel defends its own address. */
START_TEST(test_owner_answers)
{
        _cleanup_(probe_socket_freep) ProbeSocket *socket = NULL;
        Network network = network_setup();
        ReceivedArp received, *none;

        ck_assert_int_eq(probe_socket_new(&socket), 0);
        probe(socket, &network, FREE_ADDRESS, 1);
        probe(socket, &network, CLIENT_ADDRESS, 1);
        received = expect(socket, &network, CLIENT_ADDRESS);
        ck_assert_uint_eq(received.packet.operation, ARP_OP_REPLY);
        ck_assert_int_eq(probe_socket_receive(socket, &none), 0);
}
END_TEST

START_TEST(test_only_watched_addresses)
{
        _cleanup_(probe_socket_freep) ProbeSocket *socket = NULL;
        Network network = network_setup();
        _cleanup_close_ int client = -1;

        ck_assert_int_eq(probe_socket_new(&socket), 0);
        client = open_client(&network);
        probe(socket, &network, FREE_ADDRESS, 10);
        probe(socket, &network, OTHER_ADDRESS, 20);
        probe(socket, &network, LAST_ADDRESS, 30);
        probe(socket, &network, LAST_ADDRESS, 5); /* the later time stays */
        ck_assert_uint_eq(probe_socket_n_watched(socket), 3);

        say(client, ARP_OP_REQUEST, CLIENT_ADDRESS, CLIENT_ADDRESS);
        say(client, ARP_OP_REQUEST, 0, FREE_ADDRESS); /* a probe of somebody else */
        say(client, ARP_OP_REQUEST, FREE_ADDRESS, SERVER_ADDRESS);
        say(client, ARP_OP_REPLY, OTHER_ADDRESS, OTHER_ADDRESS);
        say(client, ARP_OP_REQUEST, LAST_ADDRESS, LAST_ADDRESS);
        (void) expect(socket, &network, FREE_ADDRESS);
        (void) expect(socket, &network, OTHER_ADDRESS);
        (void) expect(socket, &network, LAST_ADDRESS);

        ck_assert_int_eq(probe_socket_expire(socket, 20), 0);
        ck_assert_uint_eq(probe_socket_n_watched(socket), 1);
        say(client, ARP_OP_REPLY, FREE_ADDRESS, 0);
        say(client, ARP_OP_REPLY, OTHER_ADDRESS, 0);
        say(client, ARP_OP_REPLY, LAST_ADDRESS, 0);
        (void) expect(socket, &network, LAST_ADDRESS);

        ck_assert_int_eq(probe_socket_expire(socket, 29), 0);
        ck_assert_uint_eq(probe_socket_n_watched(socket), 1);
        ck_assert_int_eq(probe_socket_expire(socket, 30), 0);
        ck_assert_uint_eq(probe_socket_n_watched(socket), 0);
        say(client, ARP_OP_REPLY, LAST_ADDRESS, 0);
        probe(socket, &network, FREE_ADDRESS, 40);
        say(client, ARP_OP_REPLY, FREE_ADDRESS, 0);
        (void) expect(socket, &network, FREE_ADDRESS);
}
END_TEST

/* The same address on another link is another host's. */
START_TEST(test_only_the_link_that_was_asked)
{
        _cleanup_(probe_socket_freep) ProbeSocket *socket = NULL;
        Network network = network_setup();
        _cleanup_close_ int client = -1, other = -1;
        ReceivedArp *none;

        network_ip("link add other0 type veth peer name other1\n"
                   "link set other0 up\n"
                   "link set other1 up\n");
        ck_assert_int_eq(probe_socket_new(&socket), 0);
        client = open_client(&network);
        other = network_packet_socket(if_nametoindex("other1"), ETHERTYPE_ARP);
        probe(socket, &network, FREE_ADDRESS, 10);

        say(other, ARP_OP_REPLY, FREE_ADDRESS, 0);
        network_wait(probe_socket_fd(socket));
        ck_assert_int_eq(probe_socket_receive(socket, &none), 0);
        say(client, ARP_OP_REPLY, FREE_ADDRESS, 0);
        (void) expect(socket, &network, FREE_ADDRESS);

        /* asked on both links, heard on both */
        ck_assert_int_eq(probe_socket_send(socket, if_nametoindex("other0"), server_hardware, 0,
                                 FREE_ADDRESS, 10),
                0);
        ck_assert_uint_eq(probe_socket_n_watched(socket), 2);
        say(other, ARP_OP_REPLY, FREE_ADDRESS, 0);
        network_wait(probe_socket_fd(socket));
        ck_assert_int_eq(probe_socket_receive(socket, &none), 1);
        ck_assert_uint_eq(none->ifindex, if_nametoindex("other0"));
}
END_TEST

/* One address more than there is room for takes the place of the one that ends first. */
START_TEST(test_full)
{
        enum { N = PROBE_SOCKET_WATCH_MAX };
        _cleanup_(probe_socket_freep) ProbeSocket *socket = NULL;
        Network network = network_setup();
        _cleanup_close_ int client = -1;

        ck_assert_int_eq(probe_socket_new(&socket), 0);
        client = open_client(&network);
        for (ipv4_t i = 0; i < N; i++)
                probe(socket, &network, 0x0a091000 + i, i == 7 ? 50 : 100);
        ck_assert_uint_eq(probe_socket_n_watched(socket), N);
        probe(socket, &network, LAST_ADDRESS, 100);
        ck_assert_uint_eq(probe_socket_n_watched(socket), N);

        for (ipv4_t i = 0; i < N; i++) {
                say(client, ARP_OP_REPLY, 0x0a091000 + i, 0);
                if (i != 7)
                        (void) expect(socket, &network, 0x0a091000 + i);
        }
        say(client, ARP_OP_REPLY, LAST_ADDRESS, 0);
        (void) expect(socket, &network, LAST_ADDRESS);
}
END_TEST

START_TEST(test_failures)
{
        _cleanup_(probe_socket_freep) ProbeSocket *socket = NULL;
        Network network = network_setup();
        int status;
        pid_t pid;

        network_ip("link add down0 type veth peer name down1\n");
        ck_assert_int_eq(probe_socket_new(&socket), 0);
        ck_assert_int_eq(
                probe_socket_send(socket, network.server_ifindex, server_hardware, 0, 0, 1),
                -EINVAL);
        ck_assert_uint_eq(probe_socket_n_watched(socket), 0);
        ck_assert_int_eq(probe_socket_send(socket, if_nametoindex("down0"), server_hardware, 0,
                                 FREE_ADDRESS, 1),
                -ENETDOWN);
        ck_assert_int_eq(
                probe_socket_send(socket, 4711, server_hardware, 0, FREE_ADDRESS, 1), -ENXIO);

        pid = fork();
        ck_assert_int_ge(pid, 0);
        if (pid == 0) {
                ProbeSocket *other;

                if (setresuid(65534, 65534, 65534) < 0)
                        _exit(2);
                _exit(probe_socket_new(&other) == -EPERM ? 0 : 1);
        }
        ck_assert_int_eq(waitpid(pid, &status, 0), pid);
        ck_assert_int_eq(status, 0);
}
END_TEST

NETWORK_TEST_MAIN("probe-socket", test_probe_on_the_wire, test_owner_answers,
        test_only_watched_addresses, test_only_the_link_that_was_asked, test_full, test_failures);
