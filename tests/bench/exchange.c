/* SPDX-License-Identifier: MIT */

/* The states of an exchange, and what is checked in each. Every fault is counted where it is seen
 * and ends the exchange. */

#include <errno.h>
#include <string.h>

#include "clock.h"
#include "exchange.h"

enum {
        BACKOFF_MAX = 3, /* doublings */
};

static void exchange_request(
        Exchange *exchange, const ExchangeContext *context, ExchangeState state, RequestKind kind) {
        const RequestValues values = {
                .client = exchange->client,
                .xid = exchange->xid,
                .address = exchange->address,
                .server_id = exchange->server_id,
        };

        exchange->packet_size = requests_write(&context->requests, kind, &values, exchange->packet);
        exchange->state = state;
        exchange->n_tries = 1;
        exchange->requested_at = context->now;
        exchange->deadline = context->now + context->timeout_nsec;
}

ExchangeStep exchange_start(Exchange *exchange, ExchangeContext *context, uint32_t xid) {
        uint32_t client;

        if (!population_take(&context->population, &client))
                return EXCHANGE_FAILED;
        exchange->client = client;
        exchange->xid = xid;
        exchange->address = population_address(&context->population, client);
        exchange->server_id = 0;
        exchange->started_at = context->now;
        if (context->kind == EXCHANGE_RENEW && exchange->address != 0)
                exchange_request(exchange, context, EXCHANGE_RENEWING, REQUEST_RENEW);
        else
                exchange_request(exchange, context, EXCHANGE_DISCOVERING, REQUEST_DISCOVER);
        return EXCHANGE_SEND;
}

static ExchangeStep exchange_end(Exchange *exchange, ExchangeContext *context, ExchangeStep step) {
        exchange->state = EXCHANGE_IDLE;
        population_put(&context->population, exchange->client);
        return step;
}

static ExchangeStep exchange_fail(Exchange *exchange, ExchangeContext *context, Fault fault) {
        context->statistics->n_faults[fault]++;
        return exchange_end(exchange, context, EXCHANGE_FAILED);
}

static ExchangeStep exchange_complete(Exchange *exchange, ExchangeContext *context) {
        histogram_add(&context->statistics->exchange, context->now - exchange->started_at);
        context->statistics->n_exchanges++;
        return exchange_end(exchange, context, EXCHANGE_OVER);
}

/* A lease of the client that the server has acknowledged and that has not ended, or 0. */
static ipv4_t exchange_lease(const Exchange *exchange, const ExchangeContext *context) {
        return population_lease(
                &context->population, exchange->client, (uint32_t) (context->now / NSEC_PER_SEC));
}

static ExchangeStep exchange_offered(
        Exchange *exchange, ExchangeContext *context, const Reply *reply) {
        ipv4_t lease = exchange_lease(exchange, context);

        histogram_add(&context->statistics->offer, context->now - exchange->requested_at);
        if (!ipv4_prefix_contains(context->population.network, reply->yiaddr))
                return exchange_fail(exchange, context, FAULT_OUTSIDE);
        if (lease != 0 && lease != reply->yiaddr)
                return exchange_fail(exchange, context, FAULT_FORGOTTEN);
        exchange->address = reply->yiaddr;
        exchange->server_id = reply->server_id;
        if (context->kind == EXCHANGE_DISCOVER)
                return exchange_complete(exchange, context);
        exchange_request(exchange, context, EXCHANGE_REQUESTING, REQUEST_SELECT);
        return EXCHANGE_SEND;
}

static ExchangeStep exchange_acknowledged(
        Exchange *exchange, ExchangeContext *context, const Reply *reply) {
        int r;

        histogram_add(&context->statistics->ack, context->now - exchange->requested_at);
        if (reply->yiaddr != exchange->address)
                return exchange_fail(exchange, context, FAULT_WRONG_ADDRESS);
        if (reply->lease_time == 0)
                return exchange_fail(exchange, context, FAULT_MALFORMED);
        /* the server counts from when it got the request: nobody may rely on more than this */
        r = population_grant(&context->population, exchange->client, reply->yiaddr,
                (uint32_t) (exchange->requested_at / NSEC_PER_SEC), reply->lease_time);
        if (r == -ERANGE)
                return exchange_fail(exchange, context, FAULT_OUTSIDE);
        if (r < 0)
                return exchange_fail(exchange, context, FAULT_SHARED_ADDRESS);
        return exchange_complete(exchange, context);
}

static ExchangeStep exchange_refused(Exchange *exchange, ExchangeContext *context) {
        bool forgotten = exchange_lease(exchange, context) == exchange->address;

        population_forget(&context->population, exchange->client);
        return exchange_fail(exchange, context, forgotten ? FAULT_FORGOTTEN : FAULT_NAK);
}

/* What holds for a reply of any type. Return: FAULT_MAX when nothing is wrong. */
static Fault exchange_check(
        const Exchange *exchange, const ExchangeContext *context, const Reply *reply) {
        uint8_t hardware[CLIENT_HARDWARE_SIZE];

        client_hardware(exchange->client, hardware);
        if (memcmp(reply->chaddr, hardware, sizeof(hardware)) != 0)
                return FAULT_WRONG_CLIENT;
        if (reply->giaddr != context->relay)
                return FAULT_WRONG_RELAY;
        if (reply->server_id != context->server)
                return FAULT_WRONG_SERVER;
        return FAULT_MAX;
}

ExchangeStep exchange_handle(Exchange *exchange, ExchangeContext *context, const Reply *reply) {
        Fault fault;

        if (exchange->state == EXCHANGE_IDLE) {
                context->statistics->n_late++;
                return EXCHANGE_WAIT;
        }
        fault = exchange_check(exchange, context, reply);
        if (fault != FAULT_MAX)
                return exchange_fail(exchange, context, fault);

        switch (exchange->state) {
        case EXCHANGE_DISCOVERING:
                if (reply->type == DHCP_OFFER)
                        return exchange_offered(exchange, context, reply);
                break;
        case EXCHANGE_REQUESTING:
                if (reply->type == DHCP_OFFER) {
                        /* to a DISCOVER that was sent twice */
                        context->statistics->n_late++;
                        return EXCHANGE_WAIT;
                }
                /* fall through */
        case EXCHANGE_RENEWING:
                if (reply->type == DHCP_ACK)
                        return exchange_acknowledged(exchange, context, reply);
                if (reply->type == DHCP_NAK)
                        return exchange_refused(exchange, context);
                break;
        case EXCHANGE_IDLE:
                break;
        }
        return exchange_fail(exchange, context, FAULT_WRONG_TYPE);
}

ExchangeStep exchange_tick(Exchange *exchange, ExchangeContext *context) {
        uint64_t waited_sec;

        if (exchange->state == EXCHANGE_IDLE || context->now < exchange->deadline)
                return EXCHANGE_WAIT;
        if (exchange->n_tries >= context->tries_max)
                return exchange_fail(exchange, context, FAULT_LOST);

        exchange->deadline = context->now + (context->timeout_nsec << MIN(
                                                     exchange->n_tries, (unsigned) BACKOFF_MAX));
        exchange->n_tries++;
        waited_sec = (context->now - exchange->started_at) / NSEC_PER_SEC;
        requests_repeat(exchange->packet, (uint16_t) MIN(waited_sec, (uint64_t) UINT16_MAX));
        return EXCHANGE_SEND;
}
