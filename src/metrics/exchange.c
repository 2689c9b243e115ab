/* SPDX-License-Identifier: MIT */

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "metrics/exchange.h"

enum {
        PATIENCE_SEC = 10,
        LEFT_OVER_MAX = 64 * 1024, /* bytes of a client that goes on sending */
};

typedef enum ExchangeState {
        EXCHANGE_READING,
        EXCHANGE_WRITING,
        EXCHANGE_DRAINING, /* whoever sends more than a request gets the answer all the same */
        EXCHANGE_STATE_MAX,
} ExchangeState;

struct Exchange {
        const ExchangeOwner *owner;
        int fd;
        sd_event_source *io_source;
        sd_event_source *deadline_source;
        ExchangeState state;
        char text[HTTP_REQUEST_MAX]; /* the request so far */
        size_t size;
        Buffer answer;
        size_t n_sent;
        size_t n_left_over;
        usec_t came;
};

static const char *refusal(HttpStatus status) {
        switch (status) {
        case HTTP_NOT_FOUND:
                return "There is /metrics alone.\n";
        case HTTP_METHOD_NOT_ALLOWED:
                return "There is GET and HEAD alone.\n";
        case HTTP_CONTENT_TOO_LARGE:
                return "That is too much for a request.\n";
        case HTTP_NO_SUCH_VERSION:
                return "There is HTTP/1.0 and HTTP/1.1 alone.\n";
        case HTTP_OK:
        case HTTP_BAD_REQUEST:
        case HTTP_UNAVAILABLE:
                break;
        }
        return "That is not a request of HTTP/1.1.\n";
}

/* Return: 1 when bytes have come, 0 when none are there yet, -ENODATA at the end of what the client
 * sends, another negative errno when it is gone. */
static int receive(Exchange *exchange, char *buffer, size_t size, size_t *ret_n) {
        ssize_t n;

        do
                n = recv(exchange->fd, buffer, size, MSG_DONTWAIT);
        while (n < 0 && errno == EINTR);
        if (n < 0)
                return errno == EAGAIN ? 0 : -errno;
        *ret_n = (size_t) n;
        return n > 0 ? 1 : -ENODATA;
}

/* Each of the steps returns 0 to be called again when there is more, 1 when the next state has its
 * turn, or negative errno when nothing more can come of this connection. */

static int prepare_answer(Exchange *exchange, HttpRequest *request) {
        const char *content;
        int r;

        content = request->status == HTTP_OK ? exchange->owner->content(request, exchange->came,
                                                       exchange->owner->userdata)
                                             : refusal(request->status);
        if (!content)
                return -ENOMEM;
        r = http_answer(&exchange->answer, request, content);
        if (r < 0)
                return r;
        exchange->state = EXCHANGE_WRITING;
        return 1;
}

static int read_request(Exchange *exchange) {
        HttpRequest request;
        size_t n = 0;
        int r;

        r = receive(exchange, exchange->text + exchange->size,
                sizeof(exchange->text) - exchange->size, &n);
        if (r == 0 || (r < 0 && r != -ENODATA))
                return r;
        exchange->size += n;
        if (!http_parse(exchange->text, exchange->size, r == -ENODATA, &request))
                return 0;
        return prepare_answer(exchange, &request);
}

static int write_answer(Exchange *exchange) {
        ssize_t n;

        while (exchange->n_sent < exchange->answer.size) {
                n = send(exchange->fd, exchange->answer.data + exchange->n_sent,
                        exchange->answer.size - exchange->n_sent, MSG_DONTWAIT | MSG_NOSIGNAL);
                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0 && errno == EAGAIN)
                        return sd_event_source_set_io_events(exchange->io_source, EPOLLOUT);
                if (n < 0)
                        return -errno;
                exchange->n_sent += (size_t) n;
        }
        if (shutdown(exchange->fd, SHUT_WR) < 0)
                return -errno;
        exchange->state = EXCHANGE_DRAINING;
        return sd_event_source_set_io_events(exchange->io_source, EPOLLIN);
}

static int drain(Exchange *exchange) {
        char rest[4096];
        size_t n = 0;
        int r;

        r = receive(exchange, rest, sizeof(rest), &n);
        exchange->n_left_over += n;
        return r > 0 && exchange->n_left_over > LEFT_OVER_MAX ? -EMSGSIZE : MIN(r, 0);
}

static int step(Exchange *exchange) {
        switch (exchange->state) {
        case EXCHANGE_READING:
                return read_request(exchange);
        case EXCHANGE_WRITING:
                return write_answer(exchange);
        case EXCHANGE_DRAINING:
                return drain(exchange);
        case EXCHANGE_STATE_MAX:
                break;
        }
        return -EINVAL;
}

static int on_io(sd_event_source *source, int fd, uint32_t revents, void *userdata) {
        Exchange *exchange = userdata;
        int r;

        (void) source;
        (void) fd;
        (void) revents;
        do
                r = step(exchange);
        while (r > 0);
        if (r < 0)
                exchange->owner->ended(exchange, exchange->owner->userdata);
        return 0;
}

static int on_deadline(sd_event_source *source, uint64_t usec, void *userdata) {
        Exchange *exchange = userdata;

        (void) source;
        (void) usec;
        exchange->owner->ended(exchange, exchange->owner->userdata);
        return 0;
}

int exchange_new(Exchange **ret, sd_event *event, int fd, const ExchangeOwner *owner) {
        _cleanup_(exchange_freep) Exchange *exchange = NULL;
        int r;

        exchange = calloc(1, sizeof(*exchange));
        if (!exchange)
                return -ENOMEM;
        exchange->owner = owner;
        exchange->fd = -1;
        exchange->answer = BUFFER_INIT;
        r = sd_event_add_io(event, &exchange->io_source, fd, EPOLLIN, on_io, exchange);
        if (r < 0)
                return r;
        r = sd_event_add_time_relative(event, &exchange->deadline_source, CLOCK_MONOTONIC,
                PATIENCE_SEC * USEC_PER_SEC, 0, on_deadline, exchange);
        if (r < 0)
                return r;
        r = sd_event_now(event, CLOCK_MONOTONIC, &exchange->came);
        if (r < 0)
                return r;
        exchange->fd = fd;
        *ret = TAKE_PTR(exchange);
        return 0;
}

Exchange *exchange_free(Exchange *exchange) {
        if (!exchange)
                return NULL;
        (void) sd_event_source_disable_unref(exchange->io_source);
        (void) sd_event_source_disable_unref(exchange->deadline_source);
        if (exchange->fd >= 0)
                (void) close(exchange->fd);
        buffer_done(&exchange->answer);
        free(exchange);
        return NULL;
}
