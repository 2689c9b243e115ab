/* SPDX-License-Identifier: MIT */
#pragma once

/* The load generator's command line. */

#include <stdbool.h>
#include <stdint.h>

#include "basic/ipv4.h"

enum {
        IN_FLIGHT_MAX = 4096,
};

typedef enum LoadMode {
        LOAD_FOUR_WAY,
        LOAD_DISCOVER,
        LOAD_RENEW,
        LOAD_FILL,
        LOAD_READY,
        LOAD_MODE_MAX,
} LoadMode;

typedef struct LoadOptions {
        LoadMode mode;
        ipv4_t server;
        ipv4_t relay;
        uint16_t port;
        Ipv4Prefix network;
        uint32_t first_client;
        uint32_t n_clients;
        uint32_t n_in_flight;
        uint64_t pause_nsec;  /* before each exchange, with one in flight */
        uint64_t n_exchanges; /* UINT64_MAX = until the time is over */
        uint64_t duration_nsec;
        uint64_t timeout_nsec;
        unsigned tries_max;
        ipv4_t assume_from; /* 0 = clients start without leases */
        bool client_ids;
        bool expect_restarts;
        uint64_t since_usec;   /* wall clock; 0 = now */
        const char *acked_log; /* borrowed from argv; NULL = none */
} LoadOptions;

/**
 * load_mode_to_string() - "four-way", "discover", "renew", "fill", "ready".
 */
const char *load_mode_to_string(LoadMode mode) _const_;

/**
 * load_options_parse() - reads the command line; says on stderr what is wrong with it.
 * Return: 1, 0 when help was asked for and printed, -EINVAL.
 */
int load_options_parse(int argc, char *argv[], LoadOptions *ret);
