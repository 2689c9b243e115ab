/* SPDX-License-Identifier: MIT */
/* Answers one request for metrics. systemd accepts the connection, which is standard input, and
 * starts this for it (mini-dhcp-metrics.socket). A server that does not run is not started: the
 * collector is told that there is none. */

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "basic/stream.h"
#include "basic/time.h"
#include "ctl/connection.h"
#include "ctl/report.h"
#include "metrics/http.h"

enum {
        REQUEST_PATIENCE_MSEC = 5000, /* for the next piece of a request */
        CALL_PATIENCE_SEC = 5,
        LEFT_OVER_MAX = 64 * 1024, /* bytes of a client that goes on sending */
};

/* Return: the number of bytes, 0 at the end, or when nothing has come for too long. */
static size_t read_piece(char *buffer, size_t size) {
        struct pollfd waiting = {.fd = STDIN_FILENO, .events = POLLIN};
        ssize_t n;

        if (poll(&waiting, 1, REQUEST_PATIENCE_MSEC) <= 0)
                return 0;
        do
                n = read(STDIN_FILENO, buffer, size);
        while (n < 0 && errno == EINTR);
        return n > 0 ? (size_t) n : 0;
}

static HttpRequest read_request(void) {
        char text[HTTP_REQUEST_MAX];
        HttpRequest request;
        size_t size = 0, n = 1;

        while (!http_parse(text, size, n == 0, &request)) {
                n = read_piece(text + size, sizeof(text) - size);
                size += n;
        }
        return request;
}

/* The metrics, or what is to be told in their place. */
static char *fetch(HttpRequest *request) {
        const Options options = {.timeout = CALL_PATIENCE_SEC * USEC_PER_SEC};
        _cleanup_(connection_done) Connection connection = {0};
        char *text = NULL;
        int r;

        r = connection_open_if_there(&options, &connection);
        if (r >= 0)
                r = metrics_fetch(&connection, request->format, &text);
        if (r >= 0)
                return text;
        request->status = HTTP_UNAVAILABLE;
        return strdup(r == -ENOENT ? "mini-dhcp is not running.\n"
                                   : "mini-dhcp does not answer on the bus.\n");
}

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

static int send_all(const uint8_t *data, size_t size) {
        while (size > 0) {
                ssize_t n = send(STDIN_FILENO, data, size, MSG_NOSIGNAL);

                if (n < 0 && errno == ENOTSOCK)
                        n = write(STDOUT_FILENO, data, size);
                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        return -errno;
                data += n;
                size -= (size_t) n;
        }
        return 0;
}

/* Whoever sends more than a request gets the answer all the same, see http.c. */
static void drain(void) {
        char rest[4096];
        size_t n, total = 0;

        if (shutdown(STDIN_FILENO, SHUT_WR) < 0)
                return;
        while (total < LEFT_OVER_MAX && (n = read_piece(rest, sizeof(rest))) > 0)
                total += n;
}

int main(void) {
        _cleanup_(buffer_done) Buffer answer = BUFFER_INIT;
        _cleanup_free_ char *text = NULL;
        HttpRequest request = read_request();
        int r;

        if (request.status == HTTP_OK) {
                text = fetch(&request);
                if (!text)
                        return (int) report_no_memory();
        }
        r = http_answer(&answer, &request, text ? text : refusal(request.status));
        if (r < 0)
                return (int) report_no_memory();
        r = send_all(answer.data, answer.size);
        if (r < 0 && r != -EPIPE && r != -ECONNRESET)
                return (int) report_errno(r, "Cannot send the metrics");
        drain();
        return STATUS_OK;
}
