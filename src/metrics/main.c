/* SPDX-License-Identifier: MIT */
/* Answers collectors of metrics. systemd listens, and starts this for the first connection
 * (mini-dhcp-metrics.socket); when nobody has come for a while it ends. A server that does not run
 * is not started: the collector is told that there is none.
 *
 * One process for all connections rather than one for each (Accept=yes): PID 1 forks to accept a
 * connection, and does nothing else while others come. A hasty collector would hold up every job of
 * the machine. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <systemd/sd-daemon.h>

#include "basic/time.h"
#include "ctl/connection.h"
#include "ctl/report.h"
#include "metrics/exchange.h"

enum {
        EXCHANGES_MAX = 8, /* at a time; others wait in the socket's queue */
        CALL_PATIENCE_SEC = 5,
        IDLE_SEC = 20, /* a collector comes every 15 s by default */
        FORMATS_MAX = METRICS_OPENMETRICS + 1,
};

/* What was read from the server last, told to all who came before it was read, and hung on. */
typedef struct Content {
        char *text;
        HttpStatus status;
        usec_t read; /* CLOCK_MONOTONIC */
} Content;

typedef struct Responder {
        sd_event *event;
        sd_event_source *listen_source;
        sd_event_source *idle_source;
        ExchangeOwner owner;
        size_t n_exchanges;
        Content contents[FORMATS_MAX];
} Responder;

/* Now, whatever the loop thinks: a call of the bus may have taken seconds. */
static usec_t now_usec(void) {
        struct timespec ts;

        (void) clock_gettime(CLOCK_MONOTONIC, &ts);
        return (usec_t) ts.tv_sec * USEC_PER_SEC + (usec_t) ts.tv_nsec / 1000;
}

/* The metrics, or what is to be told in their place. */
static char *fetch(MetricsFormat format, HttpStatus *ret_status) {
        const Options options = {.timeout = CALL_PATIENCE_SEC * USEC_PER_SEC};
        _cleanup_(connection_done) Connection connection = {0};
        char *text = NULL;
        int r;

        r = connection_open_if_there(&options, &connection);
        if (r >= 0)
                r = metrics_fetch(&connection, format, &text);
        *ret_status = r >= 0 ? HTTP_OK : HTTP_UNAVAILABLE;
        if (r >= 0)
                return text;
        return strdup(r == -ENOENT ? "mini-dhcp is not running.\n"
                                   : "mini-dhcp does not answer on the bus.\n");
}

/* A server that hangs is asked once for all that wait, but whoever comes afterwards has it asked
 * again. */
static const char *get_content(HttpRequest *request, usec_t came, void *userdata) {
        Responder *responder = userdata;
        Content *content = &responder->contents[request->format];

        if (came > content->read || usec_sub(now_usec(), content->read) >= USEC_PER_SEC)
                free(TAKE_PTR(content->text));
        if (!content->text) {
                content->text = fetch(request->format, &content->status);
                content->read = now_usec();
        }
        request->status = content->status;
        return content->text;
}

/* Neither the server nor the bus is asked while nobody comes, and nothing wakes up. */
static void follow_load(const Responder *responder) {
        const bool idle = responder->n_exchanges == 0;

        (void) sd_event_source_set_enabled(responder->listen_source,
                responder->n_exchanges < EXCHANGES_MAX ? SD_EVENT_ON : SD_EVENT_OFF);
        (void) sd_event_source_set_time_relative(responder->idle_source, IDLE_SEC * USEC_PER_SEC);
        (void) sd_event_source_set_enabled(
                responder->idle_source, idle ? SD_EVENT_ONESHOT : SD_EVENT_OFF);
}

static void on_ended(Exchange *exchange, void *userdata) {
        Responder *responder = userdata;

        (void) exchange_free(exchange);
        responder->n_exchanges--;
        follow_load(responder);
}

static int on_connection(sd_event_source *source, int fd, uint32_t revents, void *userdata) {
        Responder *responder = userdata;
        Exchange *exchange;
        int connection, r;

        (void) source;
        (void) revents;
        connection = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (connection < 0)
                return 0; /* it has gone again, or the machine is short of something */
        r = exchange_new(&exchange, responder->event, connection, &responder->owner);
        if (r < 0) {
                (void) close(connection);
                return 0;
        }
        responder->n_exchanges++;
        follow_load(responder);
        return 0;
}

static int serve(Responder *responder) {
        int r;

        r = sd_listen_fds(1);
        if (r < 0)
                return report_errno(r, "Cannot take the socket from systemd");
        if (r != 1 || sd_is_socket(SD_LISTEN_FDS_START, AF_UNSPEC, SOCK_STREAM, 1) <= 0)
                return report(STATUS_USAGE, "This is started by systemd with one socket: "
                                            "systemctl start mini-dhcp-metrics.socket");

        r = fcntl(SD_LISTEN_FDS_START, F_SETFL, O_NONBLOCK);
        if (r < 0)
                return report_errno(-errno, "Cannot use the socket");

        responder->owner = (ExchangeOwner){get_content, on_ended, responder};
        if ((r = sd_event_new(&responder->event)) < 0 ||
                (r = sd_event_add_io(responder->event, &responder->listen_source,
                         SD_LISTEN_FDS_START, EPOLLIN, on_connection, responder)) < 0 ||
                (r = sd_event_add_time_relative(responder->event, &responder->idle_source,
                         CLOCK_MONOTONIC, IDLE_SEC * USEC_PER_SEC, USEC_PER_SEC, NULL, NULL)) < 0 ||
                (r = sd_event_loop(responder->event)) < 0)
                return report_errno(r, "Cannot answer collectors");
        return STATUS_OK;
}

int main(void) {
        Responder responder = {0};
        int r;

        r = serve(&responder);
        for (size_t i = 0; i < FORMATS_MAX; i++)
                free(responder.contents[i].text);
        return r;
}
