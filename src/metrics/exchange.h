/* SPDX-License-Identifier: MIT */
#pragma once

/* One connection of a collector: its request is read, answered, and the connection closed. Never
 * blocks, and ends by itself after ten seconds at the latest. */

#include <systemd/sd-event.h>

#include "basic/macro.h"
#include "basic/time.h"
#include "metrics/http.h"

typedef struct Exchange Exchange;

typedef struct ExchangeOwner {
        /* What to tell for a request of status HTTP_OK; may change that. Borrowed until the next
         * call; NULL without memory, which ends the connection. @came: when the collector has come,
         * CLOCK_MONOTONIC */
        const char *(*content)(HttpRequest *request, usec_t came, void *userdata);
        /* It has come to its end, and is to be freed. */
        void (*ended)(Exchange *exchange, void *userdata);
        void *userdata;
} ExchangeOwner;

/**
 * exchange_new() - waits for the request from now on.
 *
 * @event, @owner: borrowed
 * @fd: a connection that does not block; belongs to the result on success
 * Return: 0, -ENOMEM, negative errno of sd-event.
 */
int exchange_new(Exchange **ret, sd_event *event, int fd, const ExchangeOwner *owner);

/**
 * exchange_free() - closes the connection, whatever its state. Return: NULL.
 */
Exchange *exchange_free(Exchange *exchange);

DEFINE_POINTER_CLEANUP(Exchange, exchange_free);
