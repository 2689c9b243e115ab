/* SPDX-License-Identifier: MIT */
/* The transmitter over a real link: every frame is looked at where it arrives. */

#include <errno.h>
#include <net/ethernet.h>
#include <stdalign.h>

#include "basic/bytes.h"
#include "io/dhcp-socket.h"
#include "io/transmitter.h"
#include "test-network.h"
#include "wire/frame.h"

#define SECOND_ADDRESS UINT32_C(0x0a370001) /* 10.55.0.1, ours on another interface */
#define RELAY_ADDRESS UINT32_C(0x0a4d0001)  /* 10.77.0.1, behind 10.9.0.2 */
#define ABSENT_ADDRESS UINT32_C(0x0a090063) /* 10.9.0.99, nobody's */

#define EVERYBODY_MAC "ff:ff:ff:ff:ff:ff"
#define ODD_MAC "02:00:00:00:00:77"

#define IPV4_DONT_FRAGMENT 0x40 /* in the first byte of flags and offset */

/* The server with its sockets, and the client's ear. */
typedef struct Fixture {
        Network network;
        DhcpSocket *socket;
        Transmitter *transmitter;
        int capture; /* all IPv4 frames that reach cli0 */
} Fixture;

typedef struct Capture {
        uint8_t frame[ETHER_HDR_LEN + IPV4_HEADER_SIZE + UDP_HEADER_SIZE + DHCP_MAX_MESSAGE_SIZE];
        size_t size;
        bool checksum_partial;
        char destination[BYTES_STRING_MAX(ETHERNET_ADDRESS_SIZE)];
        const uint8_t *ip;
        UdpDatagram udp;
} Capture;

static Fixture fixture_setup(void) {
        Fixture fixture = {.network = network_setup()};
        int fd, buffer_size = 4 * 1024 * 1024;

        ck_assert_int_eq(dhcp_socket_open(67, NULL, &fd), 0);
        ck_assert_int_eq(dhcp_socket_new_take(&fixture.socket, fd), 0);
        ck_assert_int_eq(transmitter_new(&fixture.transmitter, dhcp_socket_fd(fixture.socket)), 0);
        network_enter_client(&fixture.network);
        fixture.capture = network_packet_socket(fixture.network.client_ifindex, ETHERTYPE_IP);
        network_enter_server(&fixture.network);
        ck_assert_int_eq(setsockopt(fixture.capture, SOL_SOCKET, SO_RCVBUFFORCE, &buffer_size,
                                 sizeof(buffer_size)),
                0);
        return fixture;
}

static void fixture_done(Fixture *fixture) {
        fixture->transmitter = transmitter_free(fixture->transmitter);
        fixture->socket = dhcp_socket_free(fixture->socket);
        (void) close(fixture->capture);
}

/* The next frame that came to the client: it must be a UDP datagram. */
static void capture_next(int fd, Capture *ret) {
        alignas(struct cmsghdr) uint8_t control[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
        struct iovec part = {.iov_base = ret->frame, .iov_len = sizeof(ret->frame)};
        struct msghdr message = {
                .msg_iov = &part,
                .msg_iovlen = 1,
                .msg_control = control,
                .msg_controllen = sizeof(control),
        };
        struct tpacket_auxdata auxiliary;
        struct cmsghdr *header;
        ssize_t size;

        network_wait(fd);
        size = recvmsg(fd, &message, MSG_DONTWAIT);
        ck_assert_int_gt(size, ETHER_HDR_LEN);
        ck_assert_int_eq(message.msg_flags & MSG_TRUNC, 0);
        header = CMSG_FIRSTHDR(&message);
        ck_assert_ptr_nonnull(header);
        ck_assert_int_eq(header->cmsg_type, PACKET_AUXDATA);
        memcpy(&auxiliary, CMSG_DATA(header), sizeof(auxiliary));

        ret->size = (size_t) size;
        ret->checksum_partial = auxiliary.tp_status & TP_STATUS_CSUMNOTREADY;
        (void) bytes_format(ret->frame, ETHERNET_ADDRESS_SIZE, ret->destination);
        ret->ip = ret->frame + ETHER_HDR_LEN;
        ck_assert_int_eq(udp_frame_parse(ret->ip, ret->size - ETHER_HDR_LEN, ret->checksum_partial,
                                 &ret->udp),
                0);
}

static bool is_silent(int fd) {
        uint8_t byte;

        return recv(fd, &byte, 1, MSG_DONTWAIT) < 0 && errno == EAGAIN;
}

/* The client's kernel may ask for us, to say that nobody listens on port 68; we answer. But we ask
 * for nobody. */
static bool has_asked_by_arp(int fd) {
        uint8_t frame[ETHER_HDR_LEN + 64];
        ArpPacket packet;
        ssize_t size;

        while ((size = recv(fd, frame, sizeof(frame), MSG_DONTWAIT)) >= ETHER_HDR_LEN) {
                ck_assert_int_eq(
                        arp_parse(frame + ETHER_HDR_LEN, (size_t) size - ETHER_HDR_LEN, &packet),
                        0);
                if (packet.operation == ARP_OP_REQUEST)
                        return true;
        }
        return false;
}

/* A destination on the link to the client, the way most cases go. */
static Destination on_link(const Fixture *fixture, SendMode mode, ipv4_t address) {
        Destination destination = {
                .mode = mode,
                .ifindex = fixture->network.server_ifindex,
                .source = SERVER_ADDRESS,
                .address = address,
                .port = 68,
        };
        size_t size;

        ck_assert_int_eq(
                bytes_parse(ODD_MAC, destination.hardware, ETHERNET_ADDRESS_SIZE, &size), 0);
        return destination;
}

static void add(Fixture *fixture, const Destination *destination, const void *packet, size_t size) {
        transmitter_add(fixture->transmitter, destination, 67, packet, size);
}

START_TEST(test_modes)
{
        static const struct {
                const char *name;
                SendMode mode;
                ipv4_t address;
                bool routed; /* interface 0, from the other address */
                /* what arrives */
                const char *frame_destination;
                ipv4_t destination;
                bool by_packet_socket;
        } cases[] = {
                {"renewing client", SEND_UDP, CLIENT_ADDRESS, false, CLIENT_MAC, CLIENT_ADDRESS,
                        false},
                {"relay", SEND_UDP, RELAY_ADDRESS, true, CLIENT_MAC, RELAY_ADDRESS, false},
                {"UDP broadcast", SEND_UDP, IPV4_BROADCAST, false, EVERYBODY_MAC, IPV4_BROADCAST,
                        false},
                {"broadcast", SEND_LINK_BROADCAST, 0, false, EVERYBODY_MAC, IPV4_BROADCAST, true},
                {"new client", SEND_LINK_UNICAST, ABSENT_ADDRESS, false, ODD_MAC, ABSENT_ADDRESS,
                        true},
        };
        Fixture fixture = fixture_setup();
        static Capture capture;
        _cleanup_close_ int arp = -1;

        network_ip("address add 10.55.0.1/32 dev lo\n"
                   "route add 10.77.0.0/24 via 10.9.0.2\n"
                   "neighbor add 10.9.0.2 lladdr " CLIENT_MAC " dev srv0\n");
        network_enter_client(&fixture.network);
        arp = network_packet_socket(fixture.network.client_ifindex, ETHERTYPE_ARP);
        network_enter_server(&fixture.network);

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                Destination destination = on_link(&fixture, cases[i].mode, cases[i].address);
                const char *name = cases[i].name;

                if (cases[i].routed) {
                        destination.ifindex = 0;
                        destination.source = SECOND_ADDRESS;
                }
                add(&fixture, &destination, name, strlen(name));
                transmitter_flush(fixture.transmitter);

                capture_next(fixture.capture, &capture);
                ck_assert_str_eq(capture.destination, cases[i].frame_destination);
                ck_assert_uint_eq(capture.udp.endpoints.source, destination.source);
                ck_assert_uint_eq(capture.udp.endpoints.source_port, 67);
                ck_assert_uint_eq(capture.udp.endpoints.destination, cases[i].destination);
                ck_assert_uint_eq(capture.udp.endpoints.destination_port, 68);
                ck_assert_uint_eq(capture.udp.payload_size, strlen(name));
                ck_assert_mem_eq(capture.udp.payload, name, strlen(name));
                ck_assert_uint_eq(capture.ip[1], 0xc0);
                ck_assert_msg(!!(capture.ip[6] & IPV4_DONT_FRAGMENT) == cases[i].by_packet_socket,
                        "%s", name);
                if (cases[i].by_packet_socket)
                        ck_assert(!capture.checksum_partial);
        }
        ck_assert_uint_eq(
                transmitter_get_statistics(fixture.transmitter)->n_sent, ELEMENTSOF(cases));
        ck_assert(is_silent(fixture.capture));
        ck_assert(!has_asked_by_arp(arp));
        fixture_done(&fixture);
}
END_TEST

/* Each of these is refused by the kernel or by us; what stands between them arrives all the same.
 */
START_TEST(test_failures_stall_nothing)
{
        static const uint8_t large[DHCP_MAX_MESSAGE_SIZE + 1] = {1};
        static const struct {
                SendMode mode;
                const char *interface; /* NULL for one that does not exist */
                ipv4_t source;
                size_t size;
                int error; /* 0 where kernels differ */
        } cases[] = {
                {SEND_LINK_BROADCAST, "down0", SERVER_ADDRESS, 300, -ENETDOWN},
                {SEND_LINK_UNICAST, "down0", SERVER_ADDRESS, 300, -ENETDOWN},
                {SEND_LINK_BROADCAST, NULL, SERVER_ADDRESS, 300, -ENXIO},
                {SEND_LINK_BROADCAST, "srv0", SERVER_ADDRESS, 1473, -EMSGSIZE},
                {SEND_LINK_BROADCAST, "srv0", SERVER_ADDRESS, sizeof(large), -EMSGSIZE},
                {SEND_UDP, "down0", SERVER_ADDRESS, 300, -ENETUNREACH},
                {SEND_UDP, NULL, SERVER_ADDRESS, 300, -ENODEV},
                {SEND_UDP, "srv0", ABSENT_ADDRESS, 300, 0},
        };
        Fixture fixture = fixture_setup();
        const TransmitterStatistics *statistics;
        static Capture capture;
        uint32_t n_seen[2] = {0};

        network_ip("link add down0 type veth peer name down1\n");
        statistics = transmitter_get_statistics(fixture.transmitter);

        /* one by one, to see the error */
        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                Destination destination = on_link(&fixture, cases[i].mode, CLIENT_ADDRESS);

                destination.source = cases[i].source;
                destination.ifindex =
                        cases[i].interface ? if_nametoindex(cases[i].interface) : 4711;
                add(&fixture, &destination, large, cases[i].size);
                transmitter_flush(fixture.transmitter);
                ck_assert_uint_eq(statistics->n_failed, i + 1);
                ck_assert_int_lt(statistics->last_error, 0);
                if (cases[i].error != 0)
                        ck_assert_int_eq(statistics->last_error, cases[i].error);
                ck_assert_uint_eq(statistics->last_ifindex, destination.ifindex);
        }
        ck_assert_uint_eq(statistics->n_sent, 0);

        /* all in one batch, each followed by a good one of either kind, numbered */
        for (uint32_t i = 0; i < ELEMENTSOF(cases); i++) {
                Destination destination = on_link(&fixture, cases[i].mode, CLIENT_ADDRESS);

                destination.source = cases[i].source;
                destination.ifindex =
                        cases[i].interface ? if_nametoindex(cases[i].interface) : 4711;
                add(&fixture, &destination, large, cases[i].size);
                destination = on_link(&fixture, SEND_LINK_BROADCAST, 0);
                add(&fixture, &destination, &i, sizeof(i));
                destination = on_link(&fixture, SEND_UDP, IPV4_BROADCAST);
                destination.port = 69;
                add(&fixture, &destination, &i, sizeof(i));
        }
        transmitter_flush(fixture.transmitter);
        ck_assert_uint_eq(statistics->n_failed, 2 * ELEMENTSOF(cases));
        ck_assert_uint_eq(statistics->n_sent, 2 * ELEMENTSOF(cases));

        for (size_t i = 0; i < 2 * ELEMENTSOF(cases); i++) {
                uint32_t *seen;

                capture_next(fixture.capture, &capture);
                seen = &n_seen[capture.udp.endpoints.destination_port == 69];
                ck_assert_mem_eq(capture.udp.payload, seen, sizeof(*seen));
                (*seen)++;
        }
        ck_assert(is_silent(fixture.capture));
        fixture_done(&fixture);
}
END_TEST

/* More than the queue holds, by number and by size: it flushes by itself and keeps the order. */
START_TEST(test_queue_limits)
{
        static const size_t sizes[] = {4, 300, 1472};
        Fixture fixture = fixture_setup();
        static Capture capture;

        for (size_t i = 0; i < ELEMENTSOF(sizes); i++)
                for (SendMode mode = SEND_LINK_BROADCAST; mode <= SEND_LINK_UNICAST; mode++) {
                        Destination destination = on_link(&fixture, mode, ABSENT_ADDRESS);
                        uint8_t packet[1472] = {0};

                        for (uint32_t n = 0; n < 200; n++) {
                                memcpy(packet, &n, sizeof(n));
                                packet[sizes[i] - 1] = (uint8_t) (n >> 24);
                                add(&fixture, &destination, packet, sizes[i]);
                                memset(packet, 0xaa, sizeof(packet)); /* it was copied */
                        }
                        transmitter_flush(fixture.transmitter);
                        for (uint32_t n = 0; n < 200; n++) {
                                capture_next(fixture.capture, &capture);
                                ck_assert_uint_eq(capture.udp.payload_size, sizes[i]);
                                ck_assert_mem_eq(capture.udp.payload, &n, sizeof(n));
                        }
                }
        ck_assert_uint_eq(transmitter_get_statistics(fixture.transmitter)->n_sent, 1200);
        ck_assert_uint_eq(transmitter_get_statistics(fixture.transmitter)->n_failed, 0);
        fixture_done(&fixture);
}
END_TEST

/* Datagrams that wait for an ARP answer which never comes fill the send buffer. */
START_TEST(test_full_send_buffer)
{
        Fixture fixture = fixture_setup();
        Destination destination = on_link(&fixture, SEND_UDP, ABSENT_ADDRESS);
        const TransmitterStatistics *statistics;
        static const uint8_t packet[1000];
        int smallest = 1;

        ck_assert_int_eq(setsockopt(dhcp_socket_fd(fixture.socket), SOL_SOCKET, SO_SNDBUF,
                                 &smallest, sizeof(smallest)),
                0);
        for (int i = 0; i < 64; i++)
                add(&fixture, &destination, packet, sizeof(packet));
        transmitter_flush(fixture.transmitter);

        statistics = transmitter_get_statistics(fixture.transmitter);
        ck_assert_uint_ge(statistics->n_sent, 1);
        ck_assert_uint_ge(statistics->n_failed, 32);
        ck_assert_uint_eq(statistics->n_sent + statistics->n_failed, 64);
        ck_assert_int_eq(statistics->last_error, -EAGAIN);
        fixture_done(&fixture);
}
END_TEST

START_TEST(test_free_flushes)
{
        Fixture fixture = fixture_setup();
        Destination destination = on_link(&fixture, SEND_LINK_BROADCAST, 0);
        static Capture capture;

        add(&fixture, &destination, "last words", 10);
        ck_assert(is_silent(fixture.capture));
        fixture.transmitter = transmitter_free(fixture.transmitter);
        capture_next(fixture.capture, &capture);
        ck_assert_mem_eq(capture.udp.payload, "last words", 10);
        fixture_done(&fixture);
}
END_TEST

START_TEST(test_needs_capability)
{
        int status;
        pid_t pid;

        pid = fork();
        ck_assert_int_ge(pid, 0);
        if (pid == 0) {
                Transmitter *transmitter;

                if (setresuid(65534, 65534, 65534) < 0)
                        _exit(2);
                _exit(transmitter_new(&transmitter, -1) == -EPERM ? 0 : 1);
        }
        ck_assert_int_eq(waitpid(pid, &status, 0), pid);
        ck_assert_int_eq(status, 0);
}
END_TEST

NETWORK_TEST_MAIN("transmitter", test_modes, test_failures_stall_nothing, test_queue_limits,
        test_full_send_buffer, test_free_flushes, test_needs_capability);
