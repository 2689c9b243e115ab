/* SPDX-License-Identifier: MIT */

#include "dns-update/link.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

enum {
        DATAGRAM_MAX = 4096,
        DATAGRAMS_AT_ONCE = 64,
        READ_MAX = 16 * 1024,
        PREFIX_SIZE = 2,
};

void dns_link_init(DnsLink *link, sd_event *event, const DnsServerAddress *server,
        DnsMessageFunction received, DnsBrokenFunction broken, void *userdata) {
        *link = (DnsLink){
                .event = event,
                .server = *server,
                .received = received,
                .broken = broken,
                .userdata = userdata,
        };
}

static void close_tcp(DnsLink *link) {
        link->tcp = sd_event_source_disable_unref(link->tcp);
        link->is_connected = false;
        buffer_done(&link->in);
        buffer_done(&link->out);
}

void dns_link_done(DnsLink *link) {
        link->udp = sd_event_source_disable_unref(link->udp);
        close_tcp(link);
}

static socklen_t address_size(const DnsLink *link) {
        return link->server.any.sa_family == AF_INET6 ? sizeof(link->server.ipv6)
                                                      : sizeof(link->server.ipv4);
}

/* A socket that is connected, or on its way. */
static int open_socket(DnsLink *link, int type, uint32_t events, sd_event_io_handler_t handler,
        sd_event_source **ret) {
        _cleanup_close_ int fd = -1;
        sd_event_source *source = NULL;
        int r;

        fd = socket(link->server.any.sa_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (fd < 0)
                return -errno;
        if (connect(fd, &link->server.any, address_size(link)) < 0 && errno != EINPROGRESS)
                return -errno;
        r = sd_event_add_io(link->event, &source, fd, events, handler, link);
        if (r < 0)
                return r;
        (void) sd_event_source_set_io_fd_own(source, 1);
        TAKE_FD(fd);
        *ret = source;
        return 0;
}

/* ---- UDP ---------------------------------------------------------------------------------------
 */

static int on_udp(
        _unused_ sd_event_source *source, int fd, _unused_ uint32_t events, void *userdata) {
        DnsLink *link = userdata;
        uint8_t data[DATAGRAM_MAX];

        for (unsigned i = 0; i < DATAGRAMS_AT_ONCE; i++) {
                ssize_t n = recv(fd, data, sizeof(data), 0);

                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0) {
                        if (errno != EAGAIN)
                                link->broken(false, -errno, link->userdata);
                        break;
                }
                link->received(data, (size_t) n, link->userdata);
        }
        return 0;
}

static int send_udp(DnsLink *link, const uint8_t *data, size_t size) {
        int r;

        if (!link->udp) {
                r = open_socket(link, SOCK_DGRAM, EPOLLIN, on_udp, &link->udp);
                if (r < 0)
                        return r;
        }
        if (send(sd_event_source_get_io_fd(link->udp), data, size, MSG_NOSIGNAL) >= 0)
                return 0;
        /* A full buffer is a lost datagram, which is repeated. */
        return errno == EAGAIN || errno == ENOBUFS || errno == EINTR ? 0 : -errno;
}

/* ---- TCP ---------------------------------------------------------------------------------------
 */

/* Has a connection end; a server may close one that is idle, and that is no failure: nobody waits
 * for it then. */
static void break_tcp(DnsLink *link, int error) {
        close_tcp(link);
        link->broken(true, error, link->userdata);
}

static void drop_front(Buffer *buffer, size_t size) {
        buffer->size -= size;
        if (buffer->size > 0)
                memmove(buffer->data, buffer->data + size, buffer->size);
}

/* Return: 0, negative errno. */
static int flush_tcp(DnsLink *link) {
        const int fd = sd_event_source_get_io_fd(link->tcp);

        while (link->out.size > 0) {
                ssize_t n = send(fd, link->out.data, link->out.size, MSG_NOSIGNAL);

                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0 && errno == EAGAIN)
                        break;
                if (n < 0)
                        return -errno;
                drop_front(&link->out, (size_t) n);
        }
        return sd_event_source_set_io_events(
                link->tcp, EPOLLIN | (link->out.size > 0 ? EPOLLOUT : 0U));
}

/* Hands over what is whole. A function that is told may not close the link. */
static void take_messages(DnsLink *link) {
        size_t position = 0;

        while (link->in.size - position >= PREFIX_SIZE) {
                const uint8_t *data = link->in.data + position;
                const size_t size = (size_t) data[0] << 8 | data[1];

                if (link->in.size - position - PREFIX_SIZE < size)
                        break;
                link->received(data + PREFIX_SIZE, size, link->userdata);
                position += PREFIX_SIZE + size;
        }
        drop_front(&link->in, position);
}

/* Return: 0, negative errno. */
static int read_tcp(DnsLink *link) {
        ssize_t n;

        if (buffer_reserve(&link->in, READ_MAX) < 0)
                return -ENOMEM;
        n = recv(sd_event_source_get_io_fd(link->tcp), link->in.data + link->in.size, READ_MAX, 0);
        if (n < 0)
                return errno == EAGAIN || errno == EINTR ? 0 : -errno;
        if (n == 0)
                return -ECONNRESET;
        link->in.size += (size_t) n;
        take_messages(link);
        return 0;
}

static int on_tcp(_unused_ sd_event_source *source, int fd, uint32_t events, void *userdata) {
        DnsLink *link = userdata;
        int r = 0;

        if (!link->is_connected) {
                int error = 0;
                socklen_t size = sizeof(error);

                (void) getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
                if (error != 0) {
                        break_tcp(link, -error);
                        return 0;
                }
                link->is_connected = true;
        }
        if (events & (EPOLLIN | EPOLLHUP | EPOLLERR))
                r = read_tcp(link);
        if (r >= 0)
                r = flush_tcp(link);
        if (r < 0)
                break_tcp(link, r);
        return 0;
}

static int send_tcp(DnsLink *link, const uint8_t *data, size_t size) {
        const uint8_t prefix[PREFIX_SIZE] = {(uint8_t) (size >> 8), (uint8_t) size};
        int r;

        if (!link->tcp) {
                r = open_socket(link, SOCK_STREAM, EPOLLIN | EPOLLOUT, on_tcp, &link->tcp);
                if (r < 0)
                        return r;
        }
        (void) buffer_append(&link->out, prefix, sizeof(prefix));
        r = buffer_append(&link->out, data, size);
        if (r >= 0 && link->is_connected)
                r = flush_tcp(link);
        if (r < 0)
                close_tcp(link);
        return r;
}

int dns_link_send(DnsLink *link, const uint8_t *data, size_t size, bool tcp) {
        return tcp ? send_tcp(link, data, size) : send_udp(link, data, size);
}
