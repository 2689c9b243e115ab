/* SPDX-License-Identifier: MIT */
#pragma once

/* What engine*.c share. */

#include "basic/hash.h"
#include "basic/heap.h"
#include "basic/list.h"
#include "dns-update/engine.h"
#include "dns-update/entry.h"
#include "dns-update/tsig.h"

/* A zone, and how its server takes updates of it. */
typedef struct DnsZone {
        const char *name;
        List queue; /* of entries whose step is in this zone */
        size_t n_flights;
        uint8_t n_failures; /* in a row */
        usec_t failed_at;   /* boot time of the last one */
        usec_t retry_at;
        uint32_t told; /* bits of DnsTrouble since it last worked */
} DnsZone;

/* A request whose answer is waited for. Repeated as it is, so that the answer to any of its copies
 * counts. */
typedef struct DnsFlight {
        DnsEntry *entry; /* NULL = free */
        DnsZone *zone;
        uint16_t id;
        bool tcp;
        bool is_due;     /* to be sent */
        bool is_written; /* what it may do is in the log */
        uint8_t n_sent;
        usec_t began_at;
        usec_t deadline; /* then it is repeated or given up */
        DnsTrouble hint; /* what answers said that are not believed */
        unsigned hint_rcode;
        int64_t hint_clock_ahead;
        TsigMac mac;
        size_t size;
        uint8_t data[DNS_MESSAGE_MAX];
} DnsFlight;

enum {
        DNS_QUIET_MAX = 64,
};

/* An address for which a PTR may still be on its way. */
typedef struct DnsQuiet {
        ipv4_t address;
        usec_t until;
} DnsQuiet;

struct DnsEngine {
        const DnsConfig *config;
        char server[DNS_SERVER_STRING_MAX];
        DnsEventFunction function;
        void *userdata;
        uint8_t hash_key[16];
        uint64_t counter; /* of random numbers */
        HashTable by_name;
        List all;
        Heap waiting; /* entries */
        DnsZone *zones;
        size_t n_zones;
        size_t next_zone; /* whose turn it is */
        DnsFlight flights[DNS_FLIGHTS_MAX];
        size_t n_flights;
        size_t window;      /* how many may be in flight: fewer with a server that is slow */
        size_t n_in_window; /* answers since it was changed */
        usec_t narrowed_at; /* boot time */
        DnsQuiet quiet[DNS_QUIET_MAX]; /* a ring */
        size_t next_quiet;
        size_t n_busy;          /* entries that are not idle */
        bool was_busy;          /* since SETTLED was last told */
        uint8_t n_log_failures; /* in a row */
        usec_t log_retry_at;
        Buffer log;
        uint64_t n_sent;
        uint64_t n_answers;
        uint64_t n_failures;
};

/**
 * dns_engine_settle() - has an entry that is not in flight go where its next step is, and forgets
 * one that is over.
 */
void dns_engine_settle(DnsEngine *engine, DnsEntry *entry, const ClockPair *now);

/**
 * dns_engine_note() - writes to the log what has changed of an entry.
 */
void dns_engine_note(DnsEngine *engine, DnsEntry *entry);

/**
 * dns_engine_tell() - tells of an event; server and key are filled in.
 */
void dns_engine_tell(const DnsEngine *engine, DnsEvent event);

/**
 * dns_engine_random() - 64 bits that nobody can guess.
 */
uint64_t dns_engine_random(DnsEngine *engine);

/**
 * dns_engine_keep_quiet() - sends nothing for an entry until what may be on its way has arrived or
 * is lost: ADD after REMOVE would stay for ever.
 */
void dns_engine_keep_quiet(DnsEngine *engine, DnsEntry *entry, const ClockPair *now);
