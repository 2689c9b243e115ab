/* SPDX-License-Identifier: MIT */

/* The loop: a batch of replies in, each to its exchange, what the exchanges want to send out.
 *
 * A transaction id is the run's session, a generation, and the place in the array of exchanges, so
 * that every reply finds its exchange, and a reply to an earlier run or to an earlier exchange is
 * told from a wrong one.
 *
 * Invariant: what is acknowledged is in the log before anything is sent because of it. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "engine.h"

enum {
        WAIT_USEC = 5000,
        TICK_NSEC = 5 * 1000 * 1000,

        PLACE_BITS = 12,
        GENERATION_BITS = 14,
        SESSION_BITS = 6,
};

_Static_assert(IN_FLIGHT_MAX == 1 << PLACE_BITS, "every exchange needs a place in the xid");
_Static_assert(PLACE_BITS + GENERATION_BITS + SESSION_BITS == 32, "an xid has 32 bits");

static uint32_t xid_place(uint32_t xid) {
        return xid & ((UINT32_C(1) << PLACE_BITS) - 1);
}

static uint32_t xid_session(uint32_t xid) {
        return xid >> (PLACE_BITS + GENERATION_BITS);
}

static uint32_t xid_next(uint32_t xid) {
        uint32_t mask = ((UINT32_C(1) << GENERATION_BITS) - 1) << PLACE_BITS;

        return (xid & ~mask) | ((xid + (UINT32_C(1) << PLACE_BITS)) & mask);
}

static int engine_prepare(Engine *engine) {
        const LoadOptions *options = engine->options;
        ExchangeContext *context = &engine->context;
        int r;

        context->server = options->server;
        context->relay = options->relay;
        context->timeout_nsec = options->timeout_nsec;
        context->tries_max = options->tries_max;
        context->statistics = &engine->statistics;
        r = requests_init(&context->requests, options->relay, options->client_ids);
        if (r < 0)
                return r;
        r = population_init(
                &context->population, options->first_client, options->n_clients, options->network);
        if (r < 0)
                return r;
        if (options->assume_from != 0)
                return population_assume(&context->population, options->assume_from);
        return 0;
}

int engine_new(Engine **ret, const LoadOptions *options) {
        _cleanup_(engine_freep) Engine *engine = NULL;
        int r;

        engine = calloc(1, sizeof(*engine));
        if (!engine)
                return -ENOMEM;
        engine->options = options;
        engine->acked_log = -1;
        engine->session = (uint32_t) getpid() & ((1 << SESSION_BITS) - 1);
        engine->exchanges = calloc(options->n_in_flight, sizeof(*engine->exchanges));
        if (!engine->exchanges)
                return -ENOMEM;
        for (uint32_t i = 0; i < options->n_in_flight; i++)
                engine->exchanges[i].xid = engine->session << (PLACE_BITS + GENERATION_BITS) | i;

        r = engine_prepare(engine);
        if (r < 0)
                return r;
        if (options->acked_log) {
                engine->acked_log =
                        open(options->acked_log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
                if (engine->acked_log < 0)
                        return -errno;
        }
        r = batch_open(&engine->batch, options->relay, options->port, WAIT_USEC);
        if (r < 0)
                return r;
        r = batch_connect(engine->batch, options->server, options->port);
        if (r < 0)
                return r;

        *ret = TAKE_PTR(engine);
        return 0;
}

Engine *engine_free(Engine *engine) {
        if (!engine)
                return NULL;
        engine->batch = batch_free(engine->batch);
        population_done(&engine->context.population);
        buffer_done(&engine->acked);
        closep(&engine->acked_log);
        free(engine->exchanges);
        free(engine);
        return NULL;
}

static int engine_send(Engine *engine, const Exchange *exchange) {
        engine->statistics.n_sent++;
        return batch_push(engine->batch, exchange->packet, exchange->packet_size, NULL);
}

/* A client that comes after a pause comes at a time of its own. One that comes as soon as the last
 * one is answered hardly ever comes while the server is busy. */
static void engine_pause(Engine *engine) {
        const struct timespec pause = {
                .tv_sec = (time_t) (engine->options->pause_nsec / NSEC_PER_SEC),
                .tv_nsec = (long) (engine->options->pause_nsec % NSEC_PER_SEC),
        };

        if (engine->options->pause_nsec == 0)
                return;
        (void) nanosleep(&pause, NULL);
        engine->context.now = now_nsec();
}

/* The next exchange in this place, unless enough have been started. */
static int engine_start(Engine *engine, Exchange *exchange) {
        if (engine->n_to_start == 0 || engine->context.now >= engine->ends_at)
                return 0;
        engine_pause(engine);
        if (exchange_start(exchange, &engine->context, xid_next(exchange->xid)) != EXCHANGE_SEND)
                return 0;
        engine->n_to_start--;
        engine->n_active++;
        return engine_send(engine, exchange);
}

static void engine_log_ack(Engine *engine, const Exchange *exchange) {
        char address[IPV4_STRING_MAX], line[64];
        uint8_t hardware[CLIENT_HARDWARE_SIZE];
        int n;

        client_hardware(exchange->client, hardware);
        n = snprintf(line, sizeof(line), "%s,%02x:%02x:%02x:%02x:%02x:%02x\n",
                ipv4_format(exchange->address, address), hardware[0], hardware[1], hardware[2],
                hardware[3], hardware[4], hardware[5]);
        /* a failure stays in the buffer until engine_flush_log() looks at it */
        (void) buffer_append(&engine->acked, line, (size_t) n);
}

static int engine_flush_log(Engine *engine) {
        size_t written = 0;
        ssize_t n;

        if (engine->acked.error < 0)
                return engine->acked.error;
        while (written < engine->acked.size) {
                n = write(engine->acked_log, engine->acked.data + written,
                        engine->acked.size - written);
                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        return -errno;
                written += (size_t) n;
        }
        buffer_clear(&engine->acked);
        return 0;
}

static int engine_take_step(Engine *engine, Exchange *exchange, ExchangeStep step) {
        switch (step) {
        case EXCHANGE_WAIT:
                return 0;
        case EXCHANGE_SEND:
                return engine_send(engine, exchange);
        case EXCHANGE_OVER:
                engine->last_over_at = engine->context.now;
                if (engine->context.now < engine->ends_at)
                        engine->statistics.n_exchanges_in_time++;
                if (engine->acked_log >= 0 && engine->context.kind != EXCHANGE_DISCOVER)
                        engine_log_ack(engine, exchange);
                break;
        case EXCHANGE_FAILED:
                engine->n_excess++;
                break;
        }
        engine->n_active--;
        return engine_start(engine, exchange);
}

static int engine_handle_reply(Engine *engine, const uint8_t *packet, size_t size) {
        Statistics *statistics = &engine->statistics;
        Exchange *exchange;
        uint32_t place;
        Reply reply;

        statistics->n_received++;
        if (reply_parse(packet, size, &reply) < 0) {
                statistics->n_faults[FAULT_MALFORMED]++;
                return 0;
        }
        place = xid_place(reply.xid);
        if (xid_session(reply.xid) != engine->session || place >= engine->options->n_in_flight) {
                statistics->n_foreign++;
                return 0;
        }
        exchange = &engine->exchanges[place];
        if (reply.xid != exchange->xid) {
                statistics->n_late++;
                return 0;
        }
        return engine_take_step(
                engine, exchange, exchange_handle(exchange, &engine->context, &reply));
}

static int engine_tick(Engine *engine) {
        ExchangeStep step;
        int r;

        for (uint32_t i = 0; i < engine->options->n_in_flight; i++) {
                Exchange *exchange = &engine->exchanges[i];

                if (exchange->state == EXCHANGE_IDLE) {
                        /* there was no client for it */
                        r = engine_start(engine, exchange);
                        if (r < 0)
                                return r;
                        continue;
                }
                step = exchange_tick(exchange, &engine->context);
                if (step == EXCHANGE_SEND) {
                        engine->statistics.n_retransmitted++;
                        engine->n_excess++;
                }
                r = engine_take_step(engine, exchange, step);
                if (r < 0)
                        return r;
        }
        return batch_flush(engine->batch);
}

static int engine_receive(Engine *engine) {
        const uint8_t *packet;
        size_t size;
        int n, r;

        n = batch_receive(engine->batch);
        engine->context.now = now_nsec();
        for (int i = 0; i < n; i++) {
                packet = batch_packet(engine->batch, i, &size);
                r = engine_handle_reply(engine, packet, size);
                if (r < 0)
                        return r;
        }
        if (n < 0)
                return n;
        r = engine_flush_log(engine);
        if (r < 0)
                return r;
        return batch_flush(engine->batch);
}

/* Ends what nobody will wait for any more, and sums up. */
static void engine_finish(Engine *engine) {
        Statistics *statistics = &engine->statistics;
        uint64_t end = engine->ends_at;

        for (uint32_t i = 0; i < engine->options->n_in_flight; i++) {
                Exchange *exchange = &engine->exchanges[i];

                if (exchange->state == EXCHANGE_IDLE)
                        continue;
                exchange->state = EXCHANGE_IDLE;
                population_put(&engine->context.population, exchange->client);
                engine->n_excess++;
                statistics->n_unfinished++;
        }
        engine->n_active = 0;

        if (engine->n_to_start == 0)
                end = MIN(end, engine->last_over_at);
        statistics->elapsed_nsec = end - engine->started_at;
        engine->n_late += statistics->n_late;
        if (engine->n_late > engine->n_excess) {
                statistics->n_faults[FAULT_UNSOLICITED] += engine->n_late - engine->n_excess;
                engine->n_late = engine->n_excess;
        }
}

int engine_run(Engine *engine, ExchangeKind kind, uint64_t n_exchanges, uint64_t duration_nsec,
        const volatile sig_atomic_t *stop) {
        uint64_t next_tick;
        int r;

        memset(&engine->statistics, 0, sizeof(engine->statistics));
        engine->context.kind = kind;
        engine->n_to_start = n_exchanges;
        engine->context.now = engine->started_at = engine->last_over_at = now_nsec();
        engine->ends_at = engine->started_at + duration_nsec;
        engine->gives_up_at = engine->ends_at + 2 * engine->context.timeout_nsec;

        r = engine_tick(engine);
        if (r < 0)
                return r;
        next_tick = engine->context.now + TICK_NSEC;
        while (engine->n_active > 0 && engine->context.now < engine->gives_up_at) {
                r = engine_receive(engine);
                if (r < 0)
                        return r;
                if (*stop && engine->context.now < engine->ends_at) {
                        engine->ends_at = engine->context.now;
                        engine->gives_up_at = engine->ends_at + 2 * engine->context.timeout_nsec;
                }
                if (engine->context.now < next_tick)
                        continue;
                r = engine_tick(engine);
                if (r < 0)
                        return r;
                next_tick = engine->context.now + TICK_NSEC;
        }

        engine_finish(engine);
        return 0;
}
