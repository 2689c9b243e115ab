/* SPDX-License-Identifier: MIT */

/* Requests as collectors, people and others send them, in one piece and in many. */

#include "test.h"

#include "metrics/http.h"

#define END "\r\n\r\n"
#define PROMETHEUS                                                                                 \
        "Accept: application/openmetrics-text;version=1.0.0,application/openmetrics-text;"         \
        "version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1"

START_TEST(test_requests)
{
        static const struct {
                const char *text;
                HttpStatus status;
                MetricsFormat format;
        } cases[] = {
                {"GET /metrics HTTP/1.1\r\nHost: a" END, HTTP_OK, METRICS_PROMETHEUS},
                {"GET /metrics HTTP/1.0" END, HTTP_OK, METRICS_PROMETHEUS},
                {"GET /metrics?a=b HTTP/1.1" END, HTTP_OK, METRICS_PROMETHEUS},
                {"GET http://a:9567/metrics HTTP/1.1" END, HTTP_OK, METRICS_PROMETHEUS},
                {"HEAD /metrics HTTP/1.1" END, HTTP_OK, METRICS_PROMETHEUS},
                {"GET http://a HTTP/1.1" END, HTTP_NOT_FOUND, METRICS_PROMETHEUS},
                {"GET / HTTP/1.1" END, HTTP_NOT_FOUND, METRICS_PROMETHEUS},
                {"GET /metrics/ HTTP/1.1" END, HTTP_NOT_FOUND, METRICS_PROMETHEUS},
                {"POST /metrics HTTP/1.1" END, HTTP_METHOD_NOT_ALLOWED, METRICS_PROMETHEUS},
                {"GET /metrics HTTP/2.0" END, HTTP_NO_SUCH_VERSION, METRICS_PROMETHEUS},
                {"GET /metrics" END, HTTP_BAD_REQUEST, METRICS_PROMETHEUS},
                {"GET" END, HTTP_BAD_REQUEST, METRICS_PROMETHEUS},
                {END, HTTP_BAD_REQUEST, METRICS_PROMETHEUS},
                {"GET /metrics HTTP/1.1\r\nno colon" END, HTTP_BAD_REQUEST, METRICS_PROMETHEUS},
                {"GET /metrics HTTP/1.1\r\nContent-Length: 3" END "abc", HTTP_OK,
                        METRICS_PROMETHEUS},
                {"GET /metrics HTTP/1.1\r\nContent-Length: 99999999999999999999" END,
                        HTTP_CONTENT_TOO_LARGE, METRICS_PROMETHEUS},
                {"GET /metrics HTTP/1.1\r\nContent-Length: -1" END, HTTP_CONTENT_TOO_LARGE,
                        METRICS_PROMETHEUS},
                {"GET /metrics HTTP/1.1\r\n" PROMETHEUS END, HTTP_OK, METRICS_OPENMETRICS},
                {"GET /metrics HTTP/1.1\r\naccept:application/openmetrics-text" END, HTTP_OK,
                        METRICS_OPENMETRICS},
                {"GET /metrics HTTP/1.1\r\nAccept: application/openmetrics-text;q=0" END, HTTP_OK,
                        METRICS_PROMETHEUS},
                {"GET /metrics HTTP/1.1\r\nAccept: application/openmetrics-text; version=2.0.0" END,
                        HTTP_OK, METRICS_PROMETHEUS},
                {"GET /metrics HTTP/1.1\r\nAccept: application/openmetrics-text;q=0.4, "
                 "text/plain;q=0.5" END,
                        HTTP_OK, METRICS_PROMETHEUS},
                {"GET /metrics HTTP/1.1\r\nAccept: text/html,*/*;q=0.8" END, HTTP_OK,
                        METRICS_PROMETHEUS},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                const size_t size = strlen(cases[i].text);
                HttpRequest request;

                ck_assert_msg(
                        http_parse(cases[i].text, size, false, &request), "case %zu: more", i);
                ck_assert_msg(
                        request.status == cases[i].status, "case %zu: %d", i, (int) request.status);
                ck_assert_msg(request.format == cases[i].format, "case %zu: format", i);
                ck_assert_int_eq(request.head, cases[i].text[0] == 'H');
        }
}
END_TEST

/* What has not come to its end is waited for; when nothing more comes, it is no request. */
START_TEST(test_pieces)
{
        static const char text[] = "GET /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 2" END "ab";
        const size_t head = strlen(text) - 2;
        HttpRequest request;

        for (size_t size = 0; size < strlen(text); size++) {
                ck_assert(!http_parse(text, size, false, &request));
                ck_assert(http_parse(text, size, true, &request));
                ck_assert_int_eq(request.status, size < head ? HTTP_BAD_REQUEST : HTTP_OK);
        }
        ck_assert(http_parse(text, strlen(text), false, &request));
        ck_assert_int_eq(request.status, HTTP_OK);
}
END_TEST

START_TEST(test_too_much)
{
        char text[HTTP_REQUEST_MAX];
        HttpRequest request;

        memset(text, 'a', sizeof(text));
        ck_assert(!http_parse(text, sizeof(text) - 1, false, &request));
        ck_assert(http_parse(text, sizeof(text), false, &request));
        ck_assert_int_eq(request.status, HTTP_CONTENT_TOO_LARGE);
}
END_TEST

/* Any bytes are judged, none beyond them are read. */
START_TEST(test_noise)
{
        static const char alphabet[] = "GET /metrics:;,=q*\r\nHTP1.0A";
        uint32_t state = 1;

        for (unsigned round = 0; round < 20000; round++) {
                const size_t size = round % 61;
                char *text = malloc(size + 1);
                HttpRequest request;

                ck_assert_ptr_nonnull(text);
                for (size_t i = 0; i < size; i++) {
                        state = state * 1664525 + 1013904223;
                        text[i] = alphabet[(state >> 16) % (sizeof(alphabet) - 1)];
                }
                ck_assert(http_parse(text, size, true, &request));
                free(text);
        }
}
END_TEST

static void expect_answer(HttpRequest request, const char *content, const char *expected) {
        Buffer buffer = BUFFER_INIT;

        ck_assert_int_ge(http_answer(&buffer, &request, content), 0);
        ck_assert_uint_eq(buffer.size, strlen(expected));
        ck_assert_mem_eq(buffer.data, expected, buffer.size);
        buffer_done(&buffer);
}

START_TEST(test_answers)
{
        expect_answer((HttpRequest){.status = HTTP_OK}, "a 1\n",
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"
                "Content-Length: 4\r\nConnection: close\r\n\r\na 1\n");
        expect_answer((HttpRequest){.status = HTTP_OK, .head = true, .format = METRICS_OPENMETRICS},
                "a 1\n",
                "HTTP/1.1 200 OK\r\nContent-Type: application/openmetrics-text; version=1.0.0; "
                "charset=utf-8\r\nContent-Length: 4\r\nConnection: close\r\n\r\n");
        expect_answer((HttpRequest){.status = HTTP_METHOD_NOT_ALLOWED}, "no\n",
                "HTTP/1.1 405 Method Not Allowed\r\nContent-Type: text/plain; charset=utf-8\r\n"
                "Content-Length: 3\r\nAllow: GET, HEAD\r\nConnection: close\r\n\r\nno\n");
}
END_TEST

TEST_MAIN("metrics-http", test_requests, test_pieces, test_too_much, test_noise, test_answers);
