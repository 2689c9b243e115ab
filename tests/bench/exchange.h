/* SPDX-License-Identifier: MIT */
#pragma once

/* One client's conversation with the server: DISCOVER, OFFER, REQUEST, ACK, or a part of it. A
 * state machine without a socket: replies and time in, the packet to send out. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/ipv4.h"
#include "messages.h"
#include "population.h"
#include "statistics.h"

typedef enum ExchangeState {
        EXCHANGE_IDLE,
        EXCHANGE_DISCOVERING,
        EXCHANGE_REQUESTING,
        EXCHANGE_RENEWING,
} ExchangeState;

typedef enum ExchangeStep {
        EXCHANGE_WAIT, /* for what comes */
        EXCHANGE_SEND, /* packet */
        EXCHANGE_OVER, /* complete */
        EXCHANGE_FAILED,
} ExchangeStep;

typedef enum ExchangeKind {
        EXCHANGE_FOUR_WAY,
        EXCHANGE_DISCOVER, /* ends with the OFFER */
        EXCHANGE_RENEW,    /* of the address the client has; four-way when it has none */
} ExchangeKind;

/* What all exchanges share. */
typedef struct ExchangeContext {
        ipv4_t server;
        ipv4_t relay;
        uint64_t timeout_nsec; /* before the first retransmission; doubles up to eight times that */
        unsigned tries_max;
        ExchangeKind kind;
        uint64_t now;
        Requests requests;
        Population population;
        Statistics *statistics;
} ExchangeContext;

typedef struct Exchange {
        ExchangeState state;
        uint32_t client;
        uint32_t xid;
        ipv4_t address;
        ipv4_t server_id;
        unsigned n_tries;
        uint64_t started_at;
        uint64_t requested_at; /* first transmission of the present request */
        uint64_t deadline;
        size_t packet_size;
        uint8_t packet[REQUEST_SIZE_MAX];
} Exchange;

/**
 * exchange_start() - begins an exchange for the next client in turn.
 *
 * Return: EXCHANGE_SEND, or EXCHANGE_FAILED when every client is busy (the exchange stays idle).
 */
ExchangeStep exchange_start(Exchange *exchange, ExchangeContext *context, uint32_t xid);

/**
 * exchange_handle() - a reply with this exchange's xid.
 *
 * After EXCHANGE_OVER and EXCHANGE_FAILED it is idle; its address is still there.
 */
ExchangeStep exchange_handle(Exchange *exchange, ExchangeContext *context, const Reply *reply);

/**
 * exchange_tick() - the time is context->now: EXCHANGE_SEND when it is time to repeat the packet,
 * EXCHANGE_FAILED when it was repeated often enough.
 */
ExchangeStep exchange_tick(Exchange *exchange, ExchangeContext *context);
