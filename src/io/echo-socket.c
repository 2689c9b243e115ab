/* SPDX-License-Identifier: MIT */
/* ICMP echo requests out, their answers in. What an answer means is the core's business.
 *
 * The kernel gives a raw ICMP socket a copy of every ICMP message that comes in. Two filters keep
 * back what is no echo reply, and the replies to others; so a ping elsewhere on this machine does
 * not wake us. */

#include "io/echo-socket.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/icmp.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>

#include "wire/echo.h"

enum {
        PACKET_SIZE = 60 + ECHO_PACKET_SIZE, /* with the longest IP header */
};

typedef struct Watch {
        ipv4_t address;
        EchoMessage question;
        usec_t until;
} Watch;

struct EchoSocket {
        int fd;
        uint16_t identifier;
        uint16_t last_sequence;
        size_t n_watches;
        Watch watches[ECHO_SOCKET_WATCH_MAX];
        ipv4_t answered[ECHO_SOCKET_BATCH];
};

static int draw(void *ret, size_t size) {
        ssize_t n = getrandom(ret, size, 0);

        if (n < 0)
                return -errno;
        return (size_t) n == size ? 0 : -EIO;
}

static int attach_filters(const EchoSocket *socket) {
        const struct icmp_filter types = {.data = ~(1U << ICMP_ECHOREPLY)};
        struct sock_filter code[] = {
                /* the length of the IP header */
                BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0),
                BPF_STMT(BPF_LD | BPF_H | BPF_IND, 4),
                BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, socket->identifier, 1, 0),
                BPF_STMT(BPF_RET | BPF_K, 0),
                BPF_STMT(BPF_RET | BPF_K, PACKET_SIZE),
        };
        const struct sock_fprog program = {.len = ELEMENTSOF(code), .filter = code};

        if (setsockopt(socket->fd, SOL_RAW, ICMP_FILTER, &types, sizeof(types)) < 0)
                return -errno;
        if (setsockopt(socket->fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) < 0)
                return -errno;
        return 0;
}

int echo_socket_new(EchoSocket **ret) {
        _cleanup_(echo_socket_freep) EchoSocket *echo = NULL;
        int r;

        echo = calloc(1, sizeof(*echo));
        if (!echo)
                return -ENOMEM;
        echo->fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_ICMP);
        if (echo->fd < 0)
                return -errno;
        r = draw(&echo->identifier, sizeof(echo->identifier));
        if (r < 0)
                return r;
        r = attach_filters(echo);
        if (r < 0)
                return r;

        *ret = TAKE_PTR(echo);
        return 0;
}

EchoSocket *echo_socket_free(EchoSocket *socket) {
        if (!socket)
                return NULL;

        if (socket->fd >= 0)
                (void) close(socket->fd);
        free(socket);
        return NULL;
}

int echo_socket_fd(const EchoSocket *socket) {
        return socket->fd;
}

size_t echo_socket_n_watched(const EchoSocket *socket) {
        return socket->n_watches;
}

static Watch *find_watch(EchoSocket *socket, ipv4_t address) {
        for (size_t i = 0; i < socket->n_watches; i++)
                if (socket->watches[i].address == address)
                        return &socket->watches[i];
        return NULL;
}

/* The place for a new watch: a free one, else that of the watch which ends first. */
static Watch *find_place(EchoSocket *socket) {
        Watch *earliest = socket->watches;

        if (socket->n_watches < ECHO_SOCKET_WATCH_MAX)
                return &socket->watches[socket->n_watches++];
        for (size_t i = 1; i < socket->n_watches; i++)
                if (socket->watches[i].until < earliest->until)
                        earliest = &socket->watches[i];
        return earliest;
}

static int watch(EchoSocket *socket, ipv4_t address, usec_t until, EchoMessage *ret) {
        Watch *place = find_watch(socket, address);
        EchoMessage question = {.identifier = socket->identifier};
        int r;

        if (place) {
                place->until = MAX(place->until, until);
                *ret = place->question;
                return 0;
        }
        r = draw(question.nonce, sizeof(question.nonce));
        if (r < 0)
                return r;
        question.sequence = ++socket->last_sequence;
        *find_place(socket) = (Watch){.address = address, .question = question, .until = until};
        *ret = question;
        return 0;
}

int echo_socket_ask(EchoSocket *socket, ipv4_t target, usec_t until) {
        const struct sockaddr_in address = {
                .sin_family = AF_INET,
                .sin_addr.s_addr = htonl(target),
        };
        uint8_t packet[ECHO_PACKET_SIZE];
        EchoMessage question;
        int r;

        if (target == 0)
                return -EINVAL; /* would be this machine */

        /* Listening comes first, or the answer may be faster. */
        r = watch(socket, target, until, &question);
        if (r < 0)
                return r;
        echo_build_request(packet, &question);
        if (sendto(socket->fd, packet, sizeof(packet), MSG_DONTWAIT,
                    (const struct sockaddr *) &address, sizeof(address)) < 0)
                return -errno;
        return 0;
}

void echo_socket_expire(EchoSocket *socket, usec_t now) {
        size_t n = 0;

        for (size_t i = 0; i < socket->n_watches; i++)
                if (socket->watches[i].until > now)
                        socket->watches[n++] = socket->watches[i];
        socket->n_watches = n;
}

/* Whether a packet is the first answer to one of our questions, whose watch is over with it. */
static bool take_answer(
        EchoSocket *socket, const uint8_t *packet, size_t size, ipv4_t *ret_address) {
        EchoMessage answer;
        Watch *asked;

        if (echo_parse_reply(packet, size, ret_address, &answer) < 0)
                return false;
        asked = find_watch(socket, *ret_address);
        if (!asked || answer.identifier != asked->question.identifier ||
                answer.sequence != asked->question.sequence ||
                memcmp(answer.nonce, asked->question.nonce, ECHO_NONCE_SIZE) != 0)
                return false;
        *asked = socket->watches[--socket->n_watches];
        return true;
}

int echo_socket_receive(EchoSocket *socket, const ipv4_t **ret) {
        uint8_t packets[ECHO_SOCKET_BATCH][PACKET_SIZE];
        struct mmsghdr messages[ECHO_SOCKET_BATCH];
        struct iovec parts[ECHO_SOCKET_BATCH];
        int n, n_answered = 0;

        for (size_t i = 0; i < ECHO_SOCKET_BATCH; i++) {
                parts[i] = (struct iovec){.iov_base = packets[i], .iov_len = PACKET_SIZE};
                messages[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1};
        }

        do
                n = recvmmsg(socket->fd, messages, ECHO_SOCKET_BATCH, MSG_DONTWAIT, NULL);
        while (n < 0 && errno == EINTR);
        if (n < 0)
                return errno == EAGAIN ? 0 : -errno;

        for (int i = 0; i < n; i++)
                if (take_answer(
                            socket, packets[i], messages[i].msg_len, &socket->answered[n_answered]))
                        n_answered++;
        *ret = socket->answered;
        return n_answered;
}
