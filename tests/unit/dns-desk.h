/* SPDX-License-Identifier: MIT */
#pragma once

/* An engine, the model of a DNS server, and what is between them, in virtual time. Transcripts name
 * hosts by their first label, and addresses by their last number. */

#include "dns-model.h"
#include "dns-update/engine.h"

typedef struct DnsDesk {
        DnsKey key;        /* ours */
        DnsKey server_key; /* the server's */
        char *zones[5];
        DnsConfig config;
        DnsModel server;
        DnsEngine *engine;
        Buffer log;    /* what is on disk */
        Buffer events; /* a line each */
        Buffer last;   /* the last answer */
        ClockPair now;
        uint32_t dice;
        bool is_away;    /* the server: nothing arrives */
        unsigned lose;   /* this many per cent of requests and of answers */
        unsigned repeat; /* this many per cent of answers come twice */
        unsigned delay;  /* this many per cent of answers come seconds later */
        unsigned dawdle; /* this many per cent of requests take up to two seconds */
        bool log_fails;  /* the disk is full */
        bool tcp_fails;  /* nobody listens there */
        unsigned n_verdicts[DNS_ANSWER_OLD + 1];
        struct Delayed {
                usec_t at;       /* 0 = free */
                bool is_request; /* else an answer */
                Buffer data;
        } delayed[64];
} DnsDesk;

/**
 * desk_open() - a server with the zones lan.example and 1.10.in-addr.arpa, and an engine of both.
 */
void desk_open(DnsDesk *desk, uint32_t seed);

/**
 * desk_close() - frees all.
 */
void desk_close(DnsDesk *desk);

/**
 * desk_set() - @host of @client (a number) has an address for an hour, unless it says otherwise.
 */
void desk_set(DnsDesk *desk, const char *host, unsigned address, unsigned client);
void desk_set_for(DnsDesk *desk, const char *host, unsigned address, unsigned client,
        usec_t lifetime, bool reverse);
void desk_remove(DnsDesk *desk, const char *host, unsigned address);
void desk_end_sync(DnsDesk *desk);

/**
 * desk_restart() - the program is killed and started again: what it has from the last one is the
 * log.
 */
void desk_restart(DnsDesk *desk);

/**
 * desk_turn() - what is to be sent is, and answered, as far as it gets; time stands still.
 * Return: whether anything was sent.
 */
bool desk_turn(DnsDesk *desk);

/**
 * desk_run() - lets at most that much time pass, or less when nothing is left to be done.
 */
void desk_run(DnsDesk *desk, usec_t span);

/**
 * desk_expect() - fails unless these are the records, a line each.
 */
void desk_expect(const DnsDesk *desk, const char *text);

/**
 * desk_expect_events() - fails unless these were the events since the last call, a line each:
 * "conflict HOST", "trouble ZONE NUMBER", "recovered ZONE", "log". SETTLED is left out.
 */
void desk_expect_events(DnsDesk *desk, const char *text);

/**
 * desk_roll() - a number below @n.
 */
uint32_t desk_roll(DnsDesk *desk, uint32_t n);
