/* SPDX-License-Identifier: MIT */
/* ICMP echo over a real link: whoever is there is heard, forgers and errors are not. */

#include <errno.h>
#include <netinet/ip_icmp.h>

#include "io/echo-socket.h"
#include "test-network.h"
#include "wire/echo.h"
#include "wire/frame.h"
#include "wire/message.h"

#define FREE_ADDRESS UINT32_C(0x0a090063)  /* 10.9.0.99, nobody's */
#define OTHER_ADDRESS UINT32_C(0x0a090064) /* 10.9.0.100, as the client's second one */

/* What the client's raw sockets hear and say: its kernel says nothing. */
typedef struct Client {
        int in;
        int out; /* with IP headers of its own */
} Client;

static Client open_client(const Network *network) {
        Client client;
        int on = 1;

        network_enter_client(network);
        client.in = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP);
        client.out = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
        ck_assert_int_ge(client.in, 0);
        ck_assert_int_ge(client.out, 0);
        ck_assert_int_eq(setsockopt(client.out, IPPROTO_IP, IP_HDRINCL, &on, sizeof(on)), 0);
        ck_assert_int_eq(system("echo 1 >/proc/sys/net/ipv4/icmp_echo_ignore_all && "
                                "ip address add 10.9.0.100/24 dev cli0"),
                0);
        network_enter_server(network);
        return client;
}

static void close_client(Client *client) {
        (void) close(client->in);
        (void) close(client->out);
}

/* The next question that reached the client. */
static EchoMessage hear(const Client *client, ipv4_t target) {
        uint8_t packet[128];
        EchoMessage question;
        ssize_t size;

        do { /* the server's kernel answers what the client asks */
                network_wait(client->in);
                size = recv(client->in, packet, sizeof(packet), 0);
        } while (size > IPV4_HEADER_SIZE && packet[IPV4_HEADER_SIZE] == ICMP_ECHOREPLY);
        ck_assert_int_eq(size, IPV4_HEADER_SIZE + ECHO_PACKET_SIZE);
        ck_assert_uint_eq(packet[IPV4_HEADER_SIZE], ECHO_REQUEST_TYPE);
        ck_assert_uint_eq(wire_get_u32(packet + 12), SERVER_ADDRESS);
        ck_assert_uint_eq(wire_get_u32(packet + 16), target);
        question.identifier = wire_get_u16(packet + IPV4_HEADER_SIZE + 4);
        question.sequence = wire_get_u16(packet + IPV4_HEADER_SIZE + 6);
        memcpy(question.nonce, packet + IPV4_HEADER_SIZE + ECHO_HEADER_SIZE, ECHO_NONCE_SIZE);
        return question;
}

static void say(const Client *client, ipv4_t source, uint8_t type, const EchoMessage *message) {
        const struct sockaddr_in server = {
                .sin_family = AF_INET,
                .sin_addr.s_addr = htonl(SERVER_ADDRESS),
        };
        uint8_t packet[IPV4_HEADER_SIZE + ECHO_PACKET_SIZE] = {0x45}, *icmp;

        packet[8] = 64;
        packet[9] = IPPROTO_ICMP;
        wire_put_u32(packet + 12, source);
        wire_put_u32(packet + 16, SERVER_ADDRESS);
        icmp = packet + IPV4_HEADER_SIZE;
        echo_build_request(icmp, message);
        icmp[0] = type;
        wire_put_u16(icmp + 2, 0);
        wire_put_u16(icmp + 2, checksum_finish(checksum_add(0, icmp, ECHO_PACKET_SIZE)));
        ck_assert_int_eq(sendto(client->out, packet, sizeof(packet), 0,
                                 (const struct sockaddr *) &server, sizeof(server)),
                sizeof(packet));
}

/* Of what has come, an answer of this address counts, once, and nothing else. It was sent last, so
 * that everything has come. */
static void expect(EchoSocket *socket, ipv4_t address) {
        unsigned n = 0;

        for (unsigned waited = 0; waited < NETWORK_TIMEOUT && n == 0; waited++) {
                const ipv4_t *answered;
                int r = echo_socket_receive(socket, &answered);

                ck_assert_int_ge(r, 0);
                for (int i = 0; i < r; i++, n++)
                        ck_assert_uint_eq(answered[i], address);
                if (n == 0)
                        (void) usleep(1000);
        }
        ck_assert_uint_eq(n, 1);
}

START_TEST(test_owner_answers)
{
        _cleanup_(echo_socket_freep) EchoSocket *socket = NULL;
        const ipv4_t *none;

        (void) network_setup();
        ck_assert_int_eq(echo_socket_new(&socket), 0);
        ck_assert_int_eq(echo_socket_ask(socket, FREE_ADDRESS, 10), 0);
        ck_assert_int_eq(echo_socket_ask(socket, CLIENT_ADDRESS, 10), 0);
        ck_assert_uint_eq(echo_socket_n_watched(socket), 2);
        expect(socket, CLIENT_ADDRESS);
        ck_assert_uint_eq(echo_socket_n_watched(socket), 1);
        ck_assert_int_eq(echo_socket_receive(socket, &none), 0);
}
END_TEST

START_TEST(test_forgeries)
{
        _cleanup_(echo_socket_freep) EchoSocket *socket = NULL;
        Network network = network_setup();
        Client client = open_client(&network);
        EchoMessage question, forged;
        const ipv4_t *none;

        ck_assert_int_eq(echo_socket_new(&socket), 0);
        ck_assert_int_eq(echo_socket_ask(socket, CLIENT_ADDRESS, 10), 0);
        question = hear(&client, CLIENT_ADDRESS);

        forged = question;
        forged.nonce[15] ^= 1;
        say(&client, CLIENT_ADDRESS, ICMP_ECHOREPLY, &forged);
        forged = question;
        forged.sequence++;
        say(&client, CLIENT_ADDRESS, ICMP_ECHOREPLY, &forged);
        forged = question;
        forged.identifier++;
        say(&client, CLIENT_ADDRESS, ICMP_ECHOREPLY, &forged);
        say(&client, OTHER_ADDRESS, ICMP_ECHOREPLY, &question); /* was not asked */
        say(&client, CLIENT_ADDRESS, ICMP_ECHO, &question);
        say(&client, CLIENT_ADDRESS, ICMP_DEST_UNREACH, &question);
        say(&client, CLIENT_ADDRESS, ICMP_TIME_EXCEEDED, &question);
        say(&client, CLIENT_ADDRESS, ICMP_ECHOREPLY, &question);
        expect(socket, CLIENT_ADDRESS);

        /* once */
        ck_assert_uint_eq(echo_socket_n_watched(socket), 0);
        say(&client, CLIENT_ADDRESS, ICMP_ECHOREPLY, &question);
        ck_assert_int_eq(echo_socket_ask(socket, OTHER_ADDRESS, 10), 0);
        question = hear(&client, OTHER_ADDRESS);
        say(&client, CLIENT_ADDRESS, ICMP_ECHOREPLY, &question);
        say(&client, OTHER_ADDRESS, ICMP_ECHOREPLY, &question);
        expect(socket, OTHER_ADDRESS);
        ck_assert_int_eq(echo_socket_receive(socket, &none), 0);
        close_client(&client);
}
END_TEST

/* Each question has its own number and its own random bytes; one that is repeated has the same. */
START_TEST(test_questions)
{
        _cleanup_(echo_socket_freep) EchoSocket *socket = NULL, *another = NULL;
        Network network = network_setup();
        Client client = open_client(&network);
        EchoMessage first, again, other, elsewhere;

        ck_assert_int_eq(echo_socket_new(&socket), 0);
        ck_assert_int_eq(echo_socket_new(&another), 0);
        ck_assert_int_eq(echo_socket_ask(socket, CLIENT_ADDRESS, 10), 0);
        first = hear(&client, CLIENT_ADDRESS);
        ck_assert_int_eq(echo_socket_ask(socket, CLIENT_ADDRESS, 5), 0);
        again = hear(&client, CLIENT_ADDRESS);
        ck_assert_int_eq(echo_socket_ask(socket, OTHER_ADDRESS, 10), 0);
        other = hear(&client, OTHER_ADDRESS);
        ck_assert_int_eq(echo_socket_ask(another, CLIENT_ADDRESS, 10), 0);
        elsewhere = hear(&client, CLIENT_ADDRESS);

        ck_assert_mem_eq(&first, &again, sizeof(first));
        ck_assert_uint_eq(first.identifier, other.identifier);
        ck_assert_uint_ne(first.sequence, other.sequence);
        ck_assert_mem_ne(first.nonce, other.nonce, ECHO_NONCE_SIZE);
        ck_assert_mem_ne(first.nonce, elsewhere.nonce, ECHO_NONCE_SIZE);
        close_client(&client);
}
END_TEST

START_TEST(test_time)
{
        _cleanup_(echo_socket_freep) EchoSocket *socket = NULL;
        Network network = network_setup();
        Client client = open_client(&network);
        EchoMessage late, question;

        ck_assert_int_eq(echo_socket_new(&socket), 0);
        ck_assert_int_eq(echo_socket_ask(socket, CLIENT_ADDRESS, 10), 0);
        late = hear(&client, CLIENT_ADDRESS);
        ck_assert_int_eq(echo_socket_ask(socket, OTHER_ADDRESS, 20), 0);
        question = hear(&client, OTHER_ADDRESS);
        echo_socket_expire(socket, 9);
        ck_assert_uint_eq(echo_socket_n_watched(socket), 2);
        echo_socket_expire(socket, 10);
        ck_assert_uint_eq(echo_socket_n_watched(socket), 1);
        say(&client, CLIENT_ADDRESS, ICMP_ECHOREPLY, &late);
        say(&client, OTHER_ADDRESS, ICMP_ECHOREPLY, &question);
        expect(socket, OTHER_ADDRESS);
        close_client(&client);
}
END_TEST

/* One question more than there is room for takes the place of the one that ends first. */
START_TEST(test_full)
{
        enum { N = ECHO_SOCKET_WATCH_MAX };
        _cleanup_(echo_socket_freep) EchoSocket *socket = NULL;
        Network network = network_setup();
        Client client = open_client(&network);
        EchoMessage first, second;

        ck_assert_int_eq(echo_socket_new(&socket), 0);
        ck_assert_int_eq(echo_socket_ask(socket, CLIENT_ADDRESS, 50), 0);
        first = hear(&client, CLIENT_ADDRESS);
        ck_assert_int_eq(echo_socket_ask(socket, OTHER_ADDRESS, 200), 0);
        second = hear(&client, OTHER_ADDRESS);
        for (ipv4_t i = 0; i < N - 1; i++)
                (void) echo_socket_ask(socket, 0x0a091000 + i, 100);
        ck_assert_uint_eq(echo_socket_n_watched(socket), N);
        say(&client, CLIENT_ADDRESS, ICMP_ECHOREPLY, &first);
        say(&client, OTHER_ADDRESS, ICMP_ECHOREPLY, &second);
        expect(socket, OTHER_ADDRESS);
        close_client(&client);
}
END_TEST

/* Pings of others on this machine do not wake us. */
START_TEST(test_others)
{
        _cleanup_(echo_socket_freep) EchoSocket *socket = NULL, *another = NULL;
        Network network = network_setup();
        Client client = open_client(&network);
        EchoMessage ours, others;
        struct pollfd entry;

        ck_assert_int_eq(echo_socket_new(&socket), 0);
        ck_assert_int_eq(echo_socket_ask(socket, CLIENT_ADDRESS, 10), 0);
        ours = hear(&client, CLIENT_ADDRESS);
        do { /* by chance they are the same */
                another = echo_socket_free(another);
                ck_assert_int_eq(echo_socket_new(&another), 0);
                ck_assert_int_eq(echo_socket_ask(another, CLIENT_ADDRESS, 10), 0);
                others = hear(&client, CLIENT_ADDRESS);
        } while (others.identifier == ours.identifier);

        say(&client, CLIENT_ADDRESS, ICMP_ECHOREPLY, &others);
        expect(another, CLIENT_ADDRESS);
        entry = (struct pollfd){.fd = echo_socket_fd(socket), .events = POLLIN};
        ck_assert_int_eq(poll(&entry, 1, 0), 0);
        close_client(&client);
}
END_TEST

START_TEST(test_failures)
{
        _cleanup_(echo_socket_freep) EchoSocket *socket = NULL;
        int status;
        pid_t pid;

        (void) network_setup();
        ck_assert_int_eq(echo_socket_new(&socket), 0);
        ck_assert_int_eq(echo_socket_ask(socket, 0, 1), -EINVAL);
        ck_assert_uint_eq(echo_socket_n_watched(socket), 0);
        ck_assert_int_eq(echo_socket_ask(socket, 0x0b000001, 1), -ENETUNREACH);
        ck_assert_int_eq(echo_socket_ask(socket, 0x0a0900ff, 1), -EACCES); /* broadcast */

        pid = fork();
        ck_assert_int_ge(pid, 0);
        if (pid == 0) {
                EchoSocket *other;

                if (setresuid(65534, 65534, 65534) < 0)
                        _exit(2);
                _exit(echo_socket_new(&other) == -EPERM ? 0 : 1);
        }
        ck_assert_int_eq(waitpid(pid, &status, 0), pid);
        ck_assert_int_eq(status, 0);
}
END_TEST

NETWORK_TEST_MAIN("echo-socket", test_owner_answers, test_forgeries, test_questions, test_time,
        test_full, test_others, test_failures);
