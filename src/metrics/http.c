/* SPDX-License-Identifier: MIT */
/* A request is read to its end before it is answered: what is left unread when a socket is closed
 * makes the kernel reset the connection, and the answer is lost. */

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "metrics/http.h"

#define TARGET "/metrics"
#define HEAD_END "\r\n\r\n"

/* A piece of the request. */
typedef struct Span {
        const char *text;
        size_t size;
} Span;

static bool span_is(Span span, const char *text) {
        return span.size == strlen(text) && memcmp(span.text, text, span.size) == 0;
}

static bool span_is_case(Span span, const char *text) {
        return span.size == strlen(text) && strncasecmp(span.text, text, span.size) == 0;
}

static Span span_trim(Span span) {
        while (span.size > 0 && (span.text[0] == ' ' || span.text[0] == '\t')) {
                span.text++;
                span.size--;
        }
        while (span.size > 0 &&
                (span.text[span.size - 1] == ' ' || span.text[span.size - 1] == '\t'))
                span.size--;
        return span;
}

/* Takes what comes before the separator, or all. */
static Span span_take(Span *rest, const char *separator) {
        const char *end = rest->size > 0
                                  ? memmem(rest->text, rest->size, separator, strlen(separator))
                                  : NULL;
        Span taken = *rest;

        if (!end) {
                *rest = (Span){rest->text + rest->size, 0};
                return taken;
        }
        taken.size = (size_t) (end - rest->text);
        rest->text = end + strlen(separator);
        rest->size -= taken.size + strlen(separator);
        return taken;
}

/* ---- Accept -----------------------------------------------------------------------------------
 */

/* RFC 9110 12.4.2: "0", "0.5" … "1", in thousandths. What is none counts as 1. */
static unsigned parse_quality(Span value) {
        unsigned quality = 0, unit = 100;

        if (value.size == 0 || (value.text[0] != '0' && value.text[0] != '1'))
                return 1000;
        quality = value.text[0] == '1' ? 1000 : 0;
        for (size_t i = 2; i < value.size && i < 5; i++, unit /= 10)
                if (value.text[i] >= '0' && value.text[i] <= '9')
                        quality += (unsigned) (value.text[i] - '0') * unit;
        return quality > 1000 ? 1000 : quality;
}

typedef struct Preference {
        unsigned text;
        unsigned openmetrics;
} Preference;

/* One of the media types that are accepted, with its parameters. */
static void weigh(Span range, Preference *preference) {
        const Span type = span_trim(span_take(&range, ";"));
        unsigned quality = 1000;
        bool ours = true;

        while (range.size > 0) {
                Span value = span_take(&range, ";");
                const Span name = span_trim(span_take(&value, "="));

                value = span_trim(value);
                if (span_is_case(name, "q"))
                        quality = parse_quality(value);
                else if (span_is_case(name, "version"))
                        ours = span_is(value, "1.0.0");
        }
        if (span_is_case(type, "application/openmetrics-text")) {
                if (ours && quality > preference->openmetrics)
                        preference->openmetrics = quality;
        } else if (span_is_case(type, "text/plain") || span_is_case(type, "text/*") ||
                   span_is(type, "*/*")) {
                if (quality > preference->text)
                        preference->text = quality;
        }
}

static void take_accept(Span value, Preference *preference) {
        while (value.size > 0)
                weigh(span_take(&value, ","), preference);
}

/* ---- the request ------------------------------------------------------------------------------
 */

static HttpStatus judge_line(Span line, bool *ret_head) {
        const Span method = span_take(&line, " ");
        Span target = span_take(&line, " ");
        static const char scheme[] = "http://";

        if (method.size == 0 || target.size == 0 || line.size < strlen("HTTP/") ||
                memcmp(line.text, "HTTP/", strlen("HTTP/")) != 0)
                return HTTP_BAD_REQUEST;
        if (!span_is(line, "HTTP/1.1") && !span_is(line, "HTTP/1.0"))
                return HTTP_NO_SUCH_VERSION;
        *ret_head = span_is(method, "HEAD");
        if (!*ret_head && !span_is(method, "GET"))
                return HTTP_METHOD_NOT_ALLOWED;
        /* RFC 9112 3.2.2: a server MUST accept the absolute form. */
        if (target.size > strlen(scheme) && strncasecmp(target.text, scheme, strlen(scheme)) == 0) {
                target.text += strlen(scheme);
                target.size -= strlen(scheme);
                const char *path = memchr(target.text, '/', target.size);

                target = path ? (Span){path, (size_t) (target.text + target.size - path)}
                              : (Span){"/", 1};
        }
        target = span_take(&target, "?");
        return span_is(target, TARGET) ? HTTP_OK : HTTP_NOT_FOUND;
}

/* Return: the length, SIZE_MAX when it is none. */
static size_t parse_length(Span value) {
        size_t length = 0;

        if (value.size == 0)
                return SIZE_MAX;
        for (size_t i = 0; i < value.size; i++) {
                if (value.text[i] < '0' || value.text[i] > '9' || length > HTTP_REQUEST_MAX)
                        return SIZE_MAX;
                length = length * 10 + (size_t) (value.text[i] - '0');
        }
        return length;
}

/* Reads the fields; the length of the content that follows them is told. */
static HttpStatus judge_fields(
        Span fields, HttpStatus status, MetricsFormat *ret_format, size_t *ret_length) {
        Preference preference = {0};

        *ret_length = 0;
        while (fields.size > 0) {
                Span value = span_take(&fields, "\r\n");
                const Span name = span_take(&value, ":");

                if (name.size == 0 || name.text + name.size == value.text)
                        return HTTP_BAD_REQUEST; /* without a colon */
                value = span_trim(value);
                if (span_is_case(name, "Accept"))
                        take_accept(value, &preference);
                else if (span_is_case(name, "Content-Length")) {
                        *ret_length = parse_length(value);
                        if (*ret_length > HTTP_REQUEST_MAX)
                                return HTTP_CONTENT_TOO_LARGE;
                }
        }
        *ret_format = preference.openmetrics > 0 && preference.openmetrics >= preference.text
                              ? METRICS_OPENMETRICS
                              : METRICS_PROMETHEUS;
        return status;
}

bool http_parse(const char *text, size_t size, bool whole, HttpRequest *ret) {
        const char *end = size > 0 ? memmem(text, size, HEAD_END, strlen(HEAD_END)) : NULL;
        HttpRequest request = {.status = HTTP_BAD_REQUEST};
        Span head = {text, end ? (size_t) (end - text) : 0};
        size_t length = 0;

        if (end) {
                request.status = judge_line(span_take(&head, "\r\n"), &request.head);
                request.status = judge_fields(head, request.status, &request.format, &length);
        } else if (size >= HTTP_REQUEST_MAX)
                request.status = HTTP_CONTENT_TOO_LARGE;
        else if (!whole)
                return false;
        if (end && !whole && request.status != HTTP_CONTENT_TOO_LARGE &&
                size - (size_t) (end - text) - strlen(HEAD_END) < length)
                return false;
        *ret = request;
        return true;
}

/* ---- the answer -------------------------------------------------------------------------------
 */

static const char *reason(HttpStatus status) {
        switch (status) {
        case HTTP_OK:
                return "OK";
        case HTTP_BAD_REQUEST:
                return "Bad Request";
        case HTTP_NOT_FOUND:
                return "Not Found";
        case HTTP_METHOD_NOT_ALLOWED:
                return "Method Not Allowed";
        case HTTP_CONTENT_TOO_LARGE:
                return "Content Too Large";
        case HTTP_NO_SUCH_VERSION:
                return "HTTP Version Not Supported";
        case HTTP_UNAVAILABLE:
                return "Service Unavailable";
        }
        return "";
}

int http_answer(Buffer *buffer, const HttpRequest *request, const char *content) {
        int r;

        r = buffer_printf(buffer,
                "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n%sConnection: "
                "close\r\n\r\n",
                (int) request->status, reason(request->status),
                request->status == HTTP_OK ? metrics_content_type(request->format)
                                           : "text/plain; charset=utf-8",
                strlen(content),
                request->status == HTTP_METHOD_NOT_ALLOWED ? "Allow: GET, HEAD\r\n" : "");
        return r < 0 || request->head ? r : buffer_append_string(buffer, content);
}
