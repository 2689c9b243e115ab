/* SPDX-License-Identifier: MIT */

/* Connections of collectors that are slow, gone, greedy, or as they should be. */

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "metrics/exchange.h"
#include "test.h"

#define REQUEST "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n"

typedef struct Fixture {
        sd_event *event;
        ExchangeOwner owner;
        Exchange *exchange;
        int collector; /* its end of the connection */
        const char *content;
        unsigned n_asked;
        unsigned n_ended;
} Fixture;

static const char *get_content(HttpRequest *request, usec_t came, void *userdata) {
        Fixture *f = userdata;

        ck_assert_uint_gt(came, 0);
        ck_assert_int_eq(request->status, HTTP_OK);
        f->n_asked++;
        return f->content;
}

static void on_ended(Exchange *exchange, void *userdata) {
        Fixture *f = userdata;

        ck_assert_ptr_eq(exchange, f->exchange);
        f->exchange = exchange_free(exchange);
        f->n_ended++;
}

static void setup(Fixture *f) {
        int ends[2];

        *f = (Fixture){.content = "minidhcp_build_info 1\n"};
        f->owner = (ExchangeOwner){get_content, on_ended, f};
        ck_assert_int_ge(sd_event_new(&f->event), 0);
        ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
        ck_assert_int_eq(exchange_new(&f->exchange, f->event, ends[0], &f->owner), 0);
        f->collector = ends[1];
}

static void teardown(Fixture *f) {
        f->exchange = exchange_free(f->exchange);
        (void) close(f->collector);
        f->event = sd_event_unref(f->event);
}

/* Runs whatever is due. */
static void run(Fixture *f) {
        while (sd_event_run(f->event, 0) > 0)
                ;
}

static void say(Fixture *f, const char *text) {
        ck_assert_int_eq(
                send(f->collector, text, strlen(text), MSG_NOSIGNAL), (ssize_t) strlen(text));
        run(f);
}

/* What has come, cut at the size of a buffer that is never full here. */
static size_t hear(const Fixture *f, char *buffer, size_t size) {
        ssize_t n = recv(f->collector, buffer, size - 1, 0);

        buffer[MAX(n, 0)] = '\0';
        return (size_t) MAX(n, 0);
}

START_TEST(a_request_in_pieces)
{
        char answer[1024];
        Fixture f;

        setup(&f);
        for (const char *p = REQUEST; *p; p++) {
                ck_assert_uint_eq(f.n_asked, 0);
                say(&f, (char[]){*p, '\0'});
        }
        ck_assert_uint_eq(f.n_asked, 1);
        ck_assert_uint_gt(hear(&f, answer, sizeof(answer)), 0);
        ck_assert_ptr_nonnull(strstr(answer, " 200 "));
        ck_assert_ptr_nonnull(strstr(answer, "\r\n\r\nminidhcp_build_info 1\n"));
        ck_assert_int_eq(recv(f.collector, answer, sizeof(answer), 0), 0);
        ck_assert_uint_eq(f.n_ended, 0);
        (void) shutdown(f.collector, SHUT_WR);
        run(&f);
        ck_assert_uint_eq(f.n_ended, 1);
        teardown(&f);
}
END_TEST

START_TEST(another_request_is_refused_unasked)
{
        char answer[1024];
        Fixture f;

        setup(&f);
        say(&f, "DELETE /metrics HTTP/1.1\r\n\r\n");
        ck_assert_uint_eq(f.n_asked, 0);
        ck_assert_uint_gt(hear(&f, answer, sizeof(answer)), 0);
        ck_assert_ptr_nonnull(strstr(answer, " 405 "));
        teardown(&f);
}
END_TEST

START_TEST(gone_before_and_after)
{
        Fixture f;

        setup(&f);
        (void) shutdown(f.collector, SHUT_RDWR);
        run(&f);
        ck_assert_uint_eq(f.n_asked, 0);
        teardown(&f);

        /* an answer that nobody hears ends the exchange, and no signal the program */
        setup(&f);
        ck_assert_int_eq(send(f.collector, REQUEST, strlen(REQUEST), 0), (ssize_t) strlen(REQUEST));
        (void) close(f.collector);
        f.collector = -1;
        run(&f);
        ck_assert_uint_eq(f.n_ended, 1);
        teardown(&f);
}
END_TEST

/* The answer is more than the connection holds: it goes on as the collector reads. */
START_TEST(a_slow_reader)
{
        size_t size = (size_t) 4 * 1024 * 1024, n_heard = 0;
        char piece[65536], *content;
        ssize_t n;
        Fixture f;

        setup(&f);
        content = malloc(size + 1);
        ck_assert_ptr_nonnull(content);
        memset(content, 'x', size);
        content[size] = '\0';
        f.content = content;
        say(&f, REQUEST);
        while ((n = recv(f.collector, piece, sizeof(piece), 0)) > 0) {
                n_heard += (size_t) n;
                run(&f);
        }
        ck_assert_int_eq(n, 0);
        ck_assert_uint_gt(n_heard, size);
        ck_assert_uint_eq(f.n_asked, 1);
        teardown(&f);
        free(content);
}
END_TEST

/* Whoever goes on sending has an answer, and no claim to be read for ever. */
START_TEST(too_much_is_sent)
{
        char answer[1024], rest[8192];
        Fixture f;

        setup(&f);
        memset(rest, 'x', sizeof(rest));
        say(&f, REQUEST);
        ck_assert_uint_gt(hear(&f, answer, sizeof(answer)), 0);
        for (unsigned i = 0; i < 64 && f.n_ended == 0; i++) {
                (void) send(f.collector, rest, sizeof(rest), MSG_NOSIGNAL);
                run(&f);
        }
        ck_assert_uint_eq(f.n_ended, 1);
        teardown(&f);
}
END_TEST

START_TEST(no_memory_for_the_answer)
{
        Fixture f;

        setup(&f);
        f.content = NULL;
        say(&f, REQUEST);
        ck_assert_uint_eq(f.n_ended, 1);
        teardown(&f);
}
END_TEST

TEST_MAIN("metrics-exchange", a_request_in_pieces, another_request_is_refused_unasked,
        gone_before_and_after, a_slow_reader, too_much_is_sent, no_memory_for_the_answer);
