/* SPDX-License-Identifier: MIT */

/* The load generator: simulated clients behind a relay agent, in a closed loop. What it measures
 * and what it checks is in --help, options.c.
 *
 * It remembers every address that was acknowledged, and so finds out when a server gives one to two
 * clients or forgets a lease, over restarts and crashes of the server too. */

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "engine.h"
#include "options.h"
#include "report.h"
#include "run-report.h"

enum {
        FILL_TIMEOUT_FACTOR = 10,
        READY_WAIT_USEC = 2000,
        USEC_PER_SECOND = 1000000,
};

static volatile sig_atomic_t stopping;

static void stop(int signal_number) {
        (void) signal_number;
        stopping = 1;
}

/* Leases for all, so that there is something to renew. */
static int fill(Engine *engine, const LoadOptions *options) {
        return engine_run(engine, EXCHANGE_FOUR_WAY, options->n_clients,
                MAX(options->duration_nsec * FILL_TIMEOUT_FACTOR, 60 * NSEC_PER_SEC), &stopping);
}

static int measure(const LoadOptions *options, uint64_t *ret_faults) {
        _cleanup_(engine_freep) Engine *engine = NULL;
        uint64_t n_faults = 0;
        int r;

        r = engine_new(&engine, options);
        if (r < 0)
                return r;

        switch (options->mode) {
        case LOAD_FOUR_WAY:
                r = engine_run(engine, EXCHANGE_FOUR_WAY, options->n_exchanges,
                        options->duration_nsec, &stopping);
                break;
        case LOAD_FILL:
                r = engine_run(engine, EXCHANGE_FOUR_WAY, options->n_clients,
                        options->duration_nsec, &stopping);
                break;
        case LOAD_DISCOVER:
                r = engine_run(engine, EXCHANGE_DISCOVER, options->n_exchanges,
                        options->duration_nsec, &stopping);
                break;
        case LOAD_RENEW:
                if (options->assume_from == 0) {
                        r = fill(engine, options);
                        n_faults =
                                statistics_n_faults(&engine->statistics, options->expect_restarts);
                }
                if (r >= 0)
                        r = engine_run(engine, EXCHANGE_RENEW, options->n_exchanges,
                                options->duration_nsec, &stopping);
                break;
        case LOAD_READY:
        case LOAD_MODE_MAX:
                return -EINVAL;
        }
        if (r < 0)
                return r;

        n_faults += statistics_n_faults(&engine->statistics, options->expect_restarts);
        *ret_faults = n_faults;
        return report_run(options, &engine->statistics, engine->batch->n_refused);
}

static uint64_t wall_usec(void) {
        struct timespec now;

        (void) clock_gettime(CLOCK_REALTIME, &now);
        return (uint64_t) now.tv_sec * USEC_PER_SECOND + (uint64_t) now.tv_nsec / NSEC_PER_USEC;
}

static int report_ready(uint64_t since, uint64_t n_requests) {
        struct json_object *object = json_object_new_object();
        uint64_t now = wall_usec(), elapsed = now > since ? now - since : 0;

        if (!object)
                return -ENOMEM;
        if (report_add_take(object, "mode", json_object_new_string("ready")) < 0 ||
                report_add_number(object, "ready_usec", elapsed) < 0 ||
                report_add_number(object, "requests", n_requests) < 0) {
                (void) json_object_put(object);
                return -ENOMEM;
        }
        (void) fprintf(stderr, "ready after %.1f ms\n", (double) elapsed / 1000);
        return report_print(object);
}

/* A DISCOVER every few milliseconds, each of another client, so that none is held back as a flood.
 */
static int wait_until_ready(const LoadOptions *options) {
        static Requests requests;
        _cleanup_(batch_freep) Batch *batch = NULL;
        const struct timespec pause = {.tv_nsec = READY_WAIT_USEC * NSEC_PER_USEC};
        uint64_t since = options->since_usec ? options->since_usec : wall_usec();
        uint64_t end = now_nsec() + options->duration_nsec;
        uint8_t packet[REQUEST_SIZE_MAX];
        RequestValues values = {.xid = 0};
        const uint8_t *reply_packet;
        uint64_t asked_at;
        uint32_t n = 0;
        size_t size;
        Reply reply;
        int r;

        r = requests_init(&requests, options->relay, options->client_ids);
        if (r >= 0)
                r = batch_open(&batch, options->relay, options->port, READY_WAIT_USEC);
        if (r >= 0)
                r = batch_connect(batch, options->server, options->port);
        if (r < 0)
                return r;

        while (!stopping && now_nsec() < end) {
                values.client = options->first_client + n++ % options->n_clients;
                size = requests_write(&requests, REQUEST_DISCOVER, &values, packet);
                asked_at = now_nsec();
                r = batch_push(batch, packet, size, NULL);
                if (r >= 0)
                        r = batch_flush(batch);
                if (r >= 0)
                        r = batch_receive(batch);
                if (r < 0)
                        return r;
                if (r > 0) {
                        reply_packet = batch_packet(batch, 0, &size);
                        if (reply_parse(reply_packet, size, &reply) >= 0 &&
                                reply.type == DHCP_OFFER)
                                return report_ready(since, n);
                }
                /* while nobody listens, the kernel answers at once instead */
                if (now_nsec() - asked_at < READY_WAIT_USEC * NSEC_PER_USEC / 2)
                        (void) nanosleep(&pause, NULL);
        }
        return -ETIMEDOUT;
}

int main(int argc, char *argv[]) {
        const struct sigaction action = {.sa_handler = stop};
        LoadOptions options;
        uint64_t n_faults = 0;
        int r;

        r = load_options_parse(argc, argv, &options);
        if (r <= 0)
                return r < 0 ? 2 : 0;
        (void) sigaction(SIGTERM, &action, NULL);
        (void) sigaction(SIGINT, &action, NULL);

        if (options.mode == LOAD_READY)
                r = wait_until_ready(&options);
        else
                r = measure(&options, &n_faults);
        if (r < 0) {
                (void) fprintf(stderr, "load: %s\n", strerror(-r));
                return 1;
        }
        return n_faults > 0;
}
