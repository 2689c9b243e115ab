/* SPDX-License-Identifier: MIT */
#pragma once

/* Two network namespaces joined by a veth pair, made by the test process itself: the server's, in
 * which a test runs, and the client's, which it visits. They go when the process ends. Needs
 * CAP_SYS_ADMIN, CAP_NET_ADMIN and ip(8).
 *
 *      server: srv0 10.9.0.1/24 02:00:00:00:00:01 ---- cli0 10.9.0.2/24 02:00:00:00:00:02: client
 */

#include <fcntl.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

#define SERVER_MAC "02:00:00:00:00:01"
#define CLIENT_MAC "02:00:00:00:00:02"
#define SERVER_ADDRESS UINT32_C(0x0a090001)
#define CLIENT_ADDRESS UINT32_C(0x0a090002)

/* Milliseconds until something that must come counts as missing. */
#define NETWORK_TIMEOUT 10000

typedef struct Network {
        int server_namespace;
        int client_namespace;
        uint32_t server_ifindex; /* of srv0, in the server's namespace */
        uint32_t client_ifindex; /* of cli0, in the client's namespace */
} Network;

/**
 * network_ip() - runs `ip -batch` with the given lines in the current namespace; the test fails
 * when it does.
 */
static inline void network_ip(const char *format, ...) _printf_(1, 2);
static inline void network_ip(const char *format, ...) {
        va_list arguments;
        FILE *ip;

        ip = popen("ip -batch -", "we");
        ck_assert_ptr_nonnull(ip);
        va_start(arguments, format);
        ck_assert_int_ge(vfprintf(ip, format, arguments), 0);
        va_end(arguments);
        ck_assert_int_eq(pclose(ip), 0);
}

/**
 * network_wait() - waits until a descriptor is readable; the test fails when it never is.
 */
static inline void network_wait(int fd) {
        struct pollfd entry = {.fd = fd, .events = POLLIN};

        ck_assert_int_eq(poll(&entry, 1, NETWORK_TIMEOUT), 1);
}

static inline int network_new_namespace(void) {
        int fd;

        ck_assert_int_eq(unshare(CLONE_NEWNET), 0);
        fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
        ck_assert_int_ge(fd, 0);
        return fd;
}

static inline void network_enter_client(const Network *network) {
        ck_assert_int_eq(setns(network->client_namespace, CLONE_NEWNET), 0);
}

static inline void network_enter_server(const Network *network) {
        ck_assert_int_eq(setns(network->server_namespace, CLONE_NEWNET), 0);
}

/**
 * network_packet_socket() - a raw packet socket on an interface, link header included.
 *
 * @protocol: EtherType in host byte order
 */
static inline int network_packet_socket(uint32_t ifindex, uint16_t protocol) {
        struct sockaddr_ll address = {
                .sll_family = AF_PACKET,
                .sll_protocol = htons(protocol),
                .sll_ifindex = (int) ifindex,
        };
        int fd, on = 1;

        fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
        ck_assert_int_ge(fd, 0);
        ck_assert_int_eq(setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &on, sizeof(on)), 0);
        ck_assert_int_eq(bind(fd, (const struct sockaddr *) &address, sizeof(address)), 0);
        return fd;
}

/* The kernel starts to forward on a new link some time after both ends are up, and until then drops
 * in silence: sends frames of the type for experiments each way until one has come through. */
static inline void network_wait_for_carrier(const Network *network) {
        static const uint8_t frame[60] = {
                0xff, 0xff, 0xff, 0xff, 0xff, 0xff, [12] = 0x88, [13] = 0xb5};
        int ends[2];

        ends[0] = network_packet_socket(network->server_ifindex, 0x88b5);
        network_enter_client(network);
        ends[1] = network_packet_socket(network->client_ifindex, 0x88b5);
        network_enter_server(network);

        for (int i = 0; i < 2; i++) {
                struct pollfd receiver = {.fd = ends[i], .events = POLLIN};
                int n = 0;

                for (int waited = 0; waited < NETWORK_TIMEOUT && n == 0; waited += 10) {
                        (void) send(ends[1 - i], frame, sizeof(frame), 0);
                        n = poll(&receiver, 1, 10);
                }
                ck_assert_int_eq(n, 1);
        }
        (void) close(ends[0]);
        (void) close(ends[1]);
}

/* Packets that are sent from one processor arrive in the order in which they were sent. */
static inline void network_pin_to_processor(void) {
        cpu_set_t processor;

        CPU_ZERO(&processor);
        CPU_SET((size_t) sched_getcpu(), &processor);
        ck_assert_int_eq(sched_setaffinity(0, sizeof(processor), &processor), 0);
}

/**
 * network_setup() - makes both namespaces and leaves the process in the server's, on one processor,
 * so that all that is sent over the link keeps its order.
 */
static inline Network network_setup(void) {
        Network network;

        network_pin_to_processor();
        network.client_namespace = network_new_namespace();
        network.server_namespace = network_new_namespace();
        network_ip("link set lo up\n"
                   "link add srv0 address " SERVER_MAC " type veth"
                   " peer name cli0 address " CLIENT_MAC " netns /proc/%d/fd/%d\n"
                   "address add 10.9.0.1/24 brd + dev srv0\n"
                   "link set srv0 up\n",
                getpid(), network.client_namespace);
        network.server_ifindex = if_nametoindex("srv0");
        network_enter_client(&network);
        network_ip("link set lo up\n"
                   "address add 10.9.0.2/24 brd + dev cli0\n"
                   "link set cli0 up\n");
        network.client_ifindex = if_nametoindex("cli0");
        network_enter_server(&network);
        network_wait_for_carrier(&network);
        return network;
}

/**
 * network_find_obstacle() - why this process may not do all that; tried out in a child.
 *
 * Return: NULL if it may.
 */
static inline const char *network_find_obstacle(void) {
        int status;
        pid_t pid;

        pid = fork();
        if (pid == 0)
                _exit(unshare(CLONE_NEWNET) == 0 && system("ip link set lo up >/dev/null 2>&1") == 0
                                ? 0
                                : 1);
        return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0
                       ? NULL
                       : "needs CAP_NET_ADMIN, CAP_SYS_ADMIN and ip(8)";
}

/* As TEST_MAIN(), but skipped as a whole where namespaces cannot be made. */
#define NETWORK_TEST_MAIN(name, ...) TEST_SUITE_OF(name, network_find_obstacle, __VA_ARGS__)
