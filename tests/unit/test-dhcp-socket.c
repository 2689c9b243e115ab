/* SPDX-License-Identifier: MIT */
/* The server's socket over a real link: what a client sends, and all that is known about it. */

#include <errno.h>
#include <time.h>

#include "io/dhcp-socket.h"
#include "io/transmitter.h"
#include "test-network.h"

static usec_t read_clock(clockid_t id) {
        struct timespec now;

        ck_assert_int_eq(clock_gettime(id, &now), 0);
        return (usec_t) now.tv_sec * USEC_PER_SEC + (usec_t) now.tv_nsec / 1000;
}

static ClockPair clocks_now(void) {
        return (ClockPair){
                .realtime = read_clock(CLOCK_REALTIME),
                .boottime = read_clock(CLOCK_BOOTTIME),
        };
}

static struct sockaddr_in socket_address(ipv4_t address, uint16_t port) {
        return (struct sockaddr_in){
                .sin_family = AF_INET,
                .sin_port = htons(port),
                .sin_addr.s_addr = htonl(address),
        };
}

static int bound_socket(int domain, int type, uint16_t port, bool reuse) {
        struct sockaddr_in6 any = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
        struct sockaddr_in any4 = socket_address(INADDR_ANY, port);
        const void *address = domain == AF_INET6 ? (const void *) &any : &any4;
        int fd, on = reuse;

        fd = socket(domain, type | SOCK_CLOEXEC, 0);
        ck_assert_int_ge(fd, 0);
        ck_assert_int_eq(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)), 0);
        ck_assert_int_eq(bind(fd, address, domain == AF_INET6 ? sizeof(any) : sizeof(any4)), 0);
        return fd;
}

static DhcpSocket *open_server(void) {
        DhcpSocket *socket;
        int fd;

        ck_assert_int_eq(dhcp_socket_open(67, NULL, &fd), 0);
        ck_assert_int_eq(dhcp_socket_new_take(&socket, fd), 0);
        return socket;
}

/* A client that may broadcast and whose broadcasts take cli0. */
static int open_client(const Network *network) {
        int fd, on = 1;

        network_enter_client(network);
        fd = bound_socket(AF_INET, SOCK_DGRAM, 68, false);
        network_enter_server(network);
        ck_assert_int_eq(setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on)), 0);
        ck_assert_int_eq(setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "cli0", 4), 0);
        return fd;
}

static void send_to(int fd, ipv4_t address, const void *bytes, size_t size) {
        struct sockaddr_in to = socket_address(address, 67);

        ck_assert_int_eq(sendto(fd, bytes, size, 0, (const struct sockaddr *) &to, sizeof(to)),
                (ssize_t) size);
}

/* Waits for the next datagrams, one at least. */
static size_t receive(DhcpSocket *socket, ReceivedDatagram **ret) {
        const ClockPair now = clocks_now();
        int n;

        network_wait(dhcp_socket_fd(socket));
        n = dhcp_socket_receive(socket, &now, ret);
        ck_assert_int_gt(n, 0);
        return (size_t) n;
}

START_TEST(test_receive_metadata)
{
        static const struct {
                const char *destination;
                bool broadcast;
        } cases[] = {
                {"10.9.0.1", false},
                {"10.55.0.1", false}, /* our address, but on another interface */
                {"10.9.0.255", true},
                {"255.255.255.255", true},
                {"239.1.2.3", true},
        };
        _cleanup_(dhcp_socket_freep) DhcpSocket *server = NULL;
        Network network = network_setup();
        _cleanup_close_ int client = -1;
        struct ip_mreqn group = {.imr_multiaddr.s_addr = htonl(0xef010203)};
        ReceivedDatagram *datagram;
        ClockPair now;

        network_ip("address add 10.55.0.1/32 dev lo\n");
        network_enter_client(&network);
        network_ip("route add default via 10.9.0.1\n");
        network_enter_server(&network);
        server = open_server();
        client = open_client(&network);
        group.imr_ifindex = (int) network.server_ifindex;
        ck_assert_int_eq(setsockopt(dhcp_socket_fd(server), IPPROTO_IP, IP_ADD_MEMBERSHIP, &group,
                                 sizeof(group)),
                0);

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                const char *text = cases[i].destination;
                ipv4_t destination;

                ck_assert_int_eq(ipv4_parse(text, &destination), 0);
                send_to(client, destination, text, strlen(text));
                ck_assert_uint_eq(receive(server, &datagram), 1);
                ck_assert_uint_eq(datagram->size, strlen(text));
                ck_assert_mem_eq(datagram->packet, text, datagram->size);
                ck_assert(!datagram->truncated);
                ck_assert_uint_eq(datagram->metadata.ifindex, network.server_ifindex);
                ck_assert_uint_eq(datagram->metadata.source, CLIENT_ADDRESS);
                ck_assert_uint_eq(datagram->metadata.source_port, 68);
                ck_assert_uint_eq(datagram->metadata.destination, destination);
                ck_assert_msg(datagram->metadata.broadcast == cases[i].broadcast, "%s", text);
        }
        now = clocks_now();
        ck_assert_int_eq(dhcp_socket_receive(server, &now, &datagram), 0);
}
END_TEST

/* A client's first DISCOVER, from 0.0.0.0, on a link that has no address either. */
START_TEST(test_receive_without_addresses)
{
        Destination everybody = {
                .mode = SEND_LINK_BROADCAST,
                .port = 67,
        };
        _cleanup_(transmitter_freep) Transmitter *client = NULL;
        _cleanup_(dhcp_socket_freep) DhcpSocket *server = NULL;
        Network network = network_setup();
        ReceivedDatagram *datagram;

        network_ip("address flush dev srv0\n");
        server = open_server();
        network_enter_client(&network);
        ck_assert_int_eq(transmitter_new(&client, -1), 0);
        everybody.ifindex = network.client_ifindex;
        transmitter_add(client, &everybody, 68, (const uint8_t *) "discover", 8);
        transmitter_flush(client);

        ck_assert_uint_eq(receive(server, &datagram), 1);
        ck_assert_uint_eq(datagram->metadata.ifindex, network.server_ifindex);
        ck_assert_uint_eq(datagram->metadata.source, 0);
        ck_assert_uint_eq(datagram->metadata.source_port, 68);
        ck_assert_uint_eq(datagram->metadata.destination, IPV4_BROADCAST);
        ck_assert(datagram->metadata.broadcast);
}
END_TEST

/* The next datagram's age to who looks at these clocks. */
static usec_t receive_age(DhcpSocket *socket, ClockPair now) {
        ReceivedDatagram *datagram;

        network_wait(dhcp_socket_fd(socket));
        ck_assert_int_eq(dhcp_socket_receive(socket, &now, &datagram), 1);
        return datagram->metadata.age;
}

static ClockPair clocks_later(ClockPair now, usec_t usec) {
        return (ClockPair){now.realtime + usec, now.boottime + usec};
}

/* What waited before the daemon was there, and while it was stopped. */
START_TEST(test_receive_age)
{
        _cleanup_(dhcp_socket_freep) DhcpSocket *server = NULL;
        Network network = network_setup();
        _cleanup_close_ int client = -1;

        server = open_server();
        client = open_client(&network);

        for (size_t i = 0; i < 3; i++) {
                const ClockPair before = clocks_now();
                const ClockPair later = clocks_later(before, (i + 1) * USEC_PER_MINUTE);
                usec_t age, after;

                send_to(client, SERVER_ADDRESS, "x", 1);
                age = receive_age(server, later);
                after = read_clock(CLOCK_REALTIME);
                ck_assert_uint_le(age, later.realtime - before.realtime);
                ck_assert_uint_ge(age, later.realtime - after);
        }
}
END_TEST

/* Nothing is older than the moment at which the buffer was empty: then nobody asks for stamps, and
 * those of what arrives meanwhile are still there for who asks later. */
START_TEST(test_receive_age_behind_empty_buffer)
{
        _cleanup_(dhcp_socket_freep) DhcpSocket *server = NULL;
        Network network = network_setup();
        _cleanup_close_ int client = -1;
        ClockPair now;
        usec_t age, begin, took;

        server = open_server();
        client = open_client(&network);
        send_to(client, SERVER_ADDRESS, "x", 1);
        now = clocks_now();
        begin = now.realtime;
        (void) receive_age(server, now);

        send_to(client, SERVER_ADDRESS, "x", 1);
        now = clocks_later(now, USEC_PER_SEC / 2);
        ck_assert_uint_eq(receive_age(server, now), 0);

        /* the kernel has been told that nobody wants this one's */
        send_to(client, SERVER_ADDRESS, "x", 1);
        now = clocks_later(now, 5 * USEC_PER_SEC);
        age = receive_age(server, now);
        /* what is sent late is younger */
        took = read_clock(CLOCK_REALTIME) - begin;
        ck_assert_uint_gt(age + took, 4 * USEC_PER_SEC);
        ck_assert_uint_le(age, 5 * USEC_PER_SEC + USEC_PER_SEC / 2);
}
END_TEST

START_TEST(test_receive_age_clock_set_back)
{
        _cleanup_(dhcp_socket_freep) DhcpSocket *server = NULL;
        Network network = network_setup();
        _cleanup_close_ int client = -1;
        ClockPair now;

        server = open_server();
        client = open_client(&network);
        send_to(client, SERVER_ADDRESS, "x", 1);
        now = clocks_now();
        now.realtime -= USEC_PER_HOUR;
        ck_assert_uint_eq(receive_age(server, now), 0);
}
END_TEST

START_TEST(test_receive_sizes)
{
        static const struct {
                size_t sent;
                size_t received;
                bool truncated;
        } cases[] = {
                {0, 0, false},
                {1, 1, false},
                {DHCP_MAX_MESSAGE_SIZE, DHCP_MAX_MESSAGE_SIZE, false},
                {DHCP_MAX_MESSAGE_SIZE + 1, DHCP_MAX_MESSAGE_SIZE, true},
                {65507, DHCP_MAX_MESSAGE_SIZE, true},
                {300, 300, false},
        };
        _cleanup_(dhcp_socket_freep) DhcpSocket *server = NULL;
        Network network = network_setup();
        _cleanup_close_ int client = -1;
        static uint8_t bytes[65507];
        ReceivedDatagram *datagram;

        server = open_server();
        client = open_client(&network);
        for (size_t i = 0; i < sizeof(bytes); i++)
                bytes[i] = (uint8_t) (i * 7);

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                send_to(client, SERVER_ADDRESS, bytes, cases[i].sent);
                ck_assert_uint_eq(receive(server, &datagram), 1);
                ck_assert_uint_eq(datagram->size, cases[i].received);
                ck_assert(datagram->truncated == cases[i].truncated);
                if (datagram->size > 0)
                        ck_assert_mem_eq(datagram->packet, bytes, datagram->size);
                ck_assert_uint_eq(datagram->metadata.source, CLIENT_ADDRESS);
        }
}
END_TEST

/* Waits until everything the client has sent is in the server's buffer, or was dropped there: until
 * a datagram to another port, sent last, has come. */
static void settle(int client) {
        _cleanup_close_ int other = bound_socket(AF_INET, SOCK_DGRAM, 6700, false);
        struct sockaddr_in to = socket_address(SERVER_ADDRESS, 6700);

        ck_assert_int_eq(sendto(client, "x", 1, 0, (const struct sockaddr *) &to, sizeof(to)), 1);
        network_wait(other);
}

START_TEST(test_receive_batches)
{
        static const int expected[] = {DHCP_SOCKET_BATCH, DHCP_SOCKET_BATCH, 3, 0};
        _cleanup_(dhcp_socket_freep) DhcpSocket *server = NULL;
        Network network = network_setup();
        _cleanup_close_ int client = -1;
        ReceivedDatagram *datagrams;
        uint32_t n_received = 0;

        server = open_server();
        client = open_client(&network);
        for (uint32_t i = 0; i < 2 * DHCP_SOCKET_BATCH + 3; i++)
                send_to(client, i % 2 ? SERVER_ADDRESS : IPV4_BROADCAST, &i, sizeof(i));
        settle(client);

        for (size_t i = 0; i < ELEMENTSOF(expected); i++) {
                const ClockPair now = clocks_now();
                int n = dhcp_socket_receive(server, &now, &datagrams);

                ck_assert_int_eq(n, expected[i]);
                for (int j = 0; j < n; j++, n_received++) {
                        ck_assert_uint_eq(datagrams[j].size, sizeof(n_received));
                        ck_assert_mem_eq(datagrams[j].packet, &n_received, sizeof(n_received));
                        ck_assert(datagrams[j].metadata.broadcast == (n_received % 2 == 0));
                        ck_assert_uint_eq(datagrams[j].metadata.ifindex, network.server_ifindex);
                }
        }
        ck_assert_uint_eq(dhcp_socket_n_overflown(server), 0);
}
END_TEST

/* What was sent is either received or counted. The kernel tells the count with the next datagram
 * that has found room. */
START_TEST(test_receive_overflow)
{
        _cleanup_(dhcp_socket_freep) DhcpSocket *server = NULL;
        Network network = network_setup();
        _cleanup_close_ int client = -1;
        ReceivedDatagram *datagrams;
        uint64_t n_received = 0;
        ClockPair now;
        int n, smallest = 1;

        server = open_server();
        client = open_client(&network);
        ck_assert_int_eq(setsockopt(dhcp_socket_fd(server), SOL_SOCKET, SO_RCVBUF, &smallest,
                                 sizeof(smallest)),
                0);

        for (uint64_t round = 1; round <= 2; round++) {
                for (int i = 0; i < 200; i++)
                        send_to(client, SERVER_ADDRESS, "many", 4);
                settle(client);
                now = clocks_now();
                while ((n = dhcp_socket_receive(server, &now, &datagrams)) > 0)
                        n_received += (uint64_t) n;
                ck_assert_int_eq(n, 0);

                send_to(client, SERVER_ADDRESS, "last", 4);
                n_received += receive(server, &datagrams);
                ck_assert_mem_eq(datagrams[0].packet, "last", 4);
                ck_assert_uint_gt(dhcp_socket_n_overflown(server), round * 100);
                ck_assert_uint_eq(n_received + dhcp_socket_n_overflown(server), round * 201);
        }
}
END_TEST

START_TEST(test_take_refuses)
{
        static const struct {
                int domain;
                int type;
                bool is_bound;
                int error;
        } cases[] = {
                {AF_INET, SOCK_STREAM, true, -EPROTOTYPE},
                {AF_INET6, SOCK_DGRAM, true, -EAFNOSUPPORT},
                {AF_INET, SOCK_DGRAM, false, -ENOTCONN},
        };
        DhcpSocket *server = NULL;
        int fd;

        (void) network_setup();
        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                fd = cases[i].is_bound ? bound_socket(cases[i].domain, cases[i].type, 67, false)
                                       : socket(cases[i].domain, cases[i].type, 0);
                ck_assert_int_eq(dhcp_socket_new_take(&server, fd), cases[i].error);
                ck_assert_int_eq(close(fd), 0); /* still ours */
        }
        fd = open("/dev/null", O_RDWR | O_CLOEXEC);
        ck_assert_int_eq(dhcp_socket_new_take(&server, fd), -ENOTSOCK);
        ck_assert_int_eq(close(fd), 0);
        ck_assert_ptr_null(server);
}
END_TEST

START_TEST(test_take_inherited)
{
        _cleanup_(dhcp_socket_freep) DhcpSocket *server = NULL;
        Network network = network_setup();
        _cleanup_close_ int client = -1;
        ReceivedDatagram *datagram;
        int fd;

        fd = bound_socket(AF_INET, SOCK_DGRAM, 6767, true);
        ck_assert_int_eq(dhcp_socket_new_take(&server, fd), 0);
        ck_assert_int_eq(dhcp_socket_fd(server), fd);
        ck_assert_uint_eq(dhcp_socket_port(server), 6767);
        ck_assert_int_ne(fcntl(fd, F_GETFL) & O_NONBLOCK, 0);

        client = open_client(&network);
        ck_assert_int_eq(sendto(client, "x", 1, 0,
                                 (const struct sockaddr *) &(struct sockaddr_in){
                                         .sin_family = AF_INET,
                                         .sin_port = htons(6767),
                                         .sin_addr.s_addr = INADDR_BROADCAST,
                                 },
                                 sizeof(struct sockaddr_in)),
                1);
        ck_assert_uint_eq(receive(server, &datagram), 1);
        ck_assert_uint_eq(datagram->metadata.ifindex, network.server_ifindex);
        ck_assert(datagram->metadata.broadcast);
}
END_TEST

START_TEST(test_open_shares_with_nobody)
{
        int ours = -1, other, size = 0;
        socklen_t length = sizeof(size);

        (void) network_setup();
        ck_assert_int_eq(dhcp_socket_open(67, "none0", &ours), -ENODEV);
        ck_assert_int_eq(dhcp_socket_open(67, "", &ours), -ENODEV);
        ck_assert_int_eq(dhcp_socket_open(67, "a-name-that-is-too-long", &ours), -ENODEV);

        other = bound_socket(AF_INET, SOCK_DGRAM, 67, true);
        ck_assert_int_eq(dhcp_socket_open(67, NULL, &ours), -EADDRINUSE);
        ck_assert_int_eq(dhcp_socket_open(67, "srv0", &ours), -EADDRINUSE);
        (void) close(other);

        ck_assert_int_eq(dhcp_socket_open(67, "srv0", &ours), 0);
        ck_assert_int_eq(getsockopt(ours, SOL_SOCKET, SO_RCVBUF, &size, &length), 0);
        ck_assert_int_ge(size, 8 * 1024 * 1024);
        ck_assert_int_eq(dhcp_socket_open(67, NULL, &other), -EADDRINUSE);
        ck_assert_int_eq(dhcp_socket_open(67, "srv0", &other), -EADDRINUSE);
        ck_assert_int_eq(dhcp_socket_open(67, "lo", &other), 0);
        (void) close(other);
        (void) close(ours);
}
END_TEST

START_TEST(test_rival)
{
        static const struct {
                int domain;
                int type;
                uint16_t port;
                int rival;
        } cases[] = {
                {AF_INET, SOCK_DGRAM, 67, 1},
                {AF_INET6, SOCK_DGRAM, 67, 1},
                {AF_INET, SOCK_DGRAM, 68, 0},
                {AF_INET, SOCK_STREAM, 67, 0},
        };
        _cleanup_(dhcp_socket_freep) DhcpSocket *server = NULL;

        (void) network_setup();
        ck_assert_int_eq(
                dhcp_socket_new_take(&server, bound_socket(AF_INET, SOCK_DGRAM, 67, true)), 0);
        ck_assert_int_eq(dhcp_socket_has_rival(server), 0);
        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                int fd = bound_socket(cases[i].domain, cases[i].type, cases[i].port, true);

                ck_assert_int_eq(dhcp_socket_has_rival(server), cases[i].rival);
                (void) close(fd);
                ck_assert_int_eq(dhcp_socket_has_rival(server), 0);
        }
}
END_TEST

NETWORK_TEST_MAIN("dhcp-socket", test_receive_metadata, test_receive_without_addresses,
        test_receive_age, test_receive_age_behind_empty_buffer, test_receive_age_clock_set_back,
        test_receive_sizes, test_receive_batches, test_receive_overflow, test_take_refuses,
        test_take_inherited, test_open_shares_with_nobody, test_rival);
