/* SPDX-License-Identifier: MIT */
#pragma once

/* As much of HTTP/1.1 (RFC 9112) as a collector of metrics needs: one request for one resource, one
 * answer. Text in, text out; knows no socket. */

#include <stdbool.h>
#include <stddef.h>

#include "basic/buffer.h"
#include "ctl/metrics.h"

enum {
        HTTP_REQUEST_MAX = 16 * 1024, /* of the request's head and its content */
};

typedef enum HttpStatus {
        HTTP_OK = 200,
        HTTP_BAD_REQUEST = 400,
        HTTP_NOT_FOUND = 404,
        HTTP_METHOD_NOT_ALLOWED = 405,
        HTTP_CONTENT_TOO_LARGE = 413,
        HTTP_NO_SUCH_VERSION = 505,
        HTTP_UNAVAILABLE = 503,
} HttpStatus;

typedef struct HttpRequest {
        HttpStatus status;    /* of the answer, as far as the request decides it */
        bool head;            /* without content */
        MetricsFormat format; /* by the request's Accept */
} HttpRequest;

/**
 * http_parse() - reads a request: GET or HEAD of /metrics.
 *
 * @text: @size bytes, all that has come so far
 * @whole: nothing more comes
 * @ret: what is to be answered
 * Return: true when the request is at its end, or cannot be one; false when more is to be read.
 */
bool http_parse(const char *text, size_t size, bool whole, HttpRequest *ret);

/**
 * http_answer() - appends an answer, after which the connection is closed.
 *
 * @content: what is told; errors are told as plain text
 * Return: 0, -ENOMEM.
 */
int http_answer(Buffer *buffer, const HttpRequest *request, const char *content);
