/* SPDX-License-Identifier: MIT */
#pragma once

/* The closed loop: as many exchanges under way as asked for, each followed by the next as soon as
 * it ends. */

#include <signal.h>
#include <stdint.h>

#include "basic/buffer.h"
#include "basic/macro.h"
#include "batch.h"
#include "exchange.h"
#include "options.h"
#include "statistics.h"

typedef struct Engine {
        const LoadOptions *options;
        Batch *batch;
        Exchange *exchanges; /* options->n_in_flight */
        uint32_t session;
        uint32_t n_active;
        uint64_t n_to_start;
        uint64_t started_at;
        uint64_t ends_at;     /* nothing is started afterwards */
        uint64_t gives_up_at; /* nothing is waited for afterwards */
        uint64_t last_over_at;
        uint64_t n_excess; /* requests repeated or given up: replies that may still come */
        uint64_t n_late;   /* replies that came nevertheless, over all runs */
        int acked_log;     /* -1 = none */
        Buffer acked;      /* lines of this batch */
        Statistics statistics;
        ExchangeContext context;
} Engine;

/**
 * engine_new() - opens the socket and prepares the clients.
 *
 * @options: borrowed
 * Return: 0, -ERANGE when the leases that are to be assumed do not fit into the network, negative
 * errno of sockets and files.
 */
int engine_new(Engine **ret, const LoadOptions *options);

/**
 * engine_free() - Return: NULL.
 */
Engine *engine_free(Engine *engine);

/**
 * engine_run() - runs exchanges of one kind, until @n_exchanges are complete or @duration_nsec is
 * over, or *@stop becomes true, and waits for those under way. engine->statistics is of this run.
 *
 * Return: 0, negative errno of the socket or of the log.
 */
int engine_run(Engine *engine, ExchangeKind kind, uint64_t n_exchanges, uint64_t duration_nsec,
        const volatile sig_atomic_t *stop);

DEFINE_POINTER_CLEANUP(Engine, engine_free);
