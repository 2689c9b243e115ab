/* SPDX-License-Identifier: MIT */
#pragma once

/* What a run has seen: counters, faults, delays. */

#include <stdbool.h>
#include <stdint.h>

#include "histogram.h"

/* What no correct server does. */
typedef enum Fault {
        FAULT_MALFORMED,      /* no DHCP reply, or without what it must have */
        FAULT_WRONG_TYPE,     /* an ACK to a DISCOVER, and the like */
        FAULT_WRONG_CLIENT,   /* chaddr is not whose xid it is */
        FAULT_WRONG_RELAY,    /* giaddr is not ours */
        FAULT_WRONG_SERVER,   /* option 54 is not the address that we send to */
        FAULT_WRONG_ADDRESS,  /* the ACK's address is not the one that was requested */
        FAULT_OUTSIDE,        /* an address that does not belong to the network */
        FAULT_SHARED_ADDRESS, /* acknowledged while another client's lease of it runs */
        FAULT_FORGOTTEN,      /* a running lease is refused, or another address offered for it */
        FAULT_UNSOLICITED,    /* more replies than requests */
        FAULT_NAK,            /* none of our requests deserves one, unless a restart explains it */
        FAULT_LOST,           /* no reply to any try, unless a restart explains it */
        FAULT_MAX,
} Fault;

typedef struct Statistics {
        uint64_t n_exchanges;         /* complete */
        uint64_t n_exchanges_in_time; /* of these, before the time was over */
        uint64_t elapsed_nsec;
        uint64_t n_sent;
        uint64_t n_received;
        uint64_t n_retransmitted;
        uint64_t n_late;       /* replies to what has been answered already */
        uint64_t n_foreign;    /* replies to somebody who had the address before us */
        uint64_t n_unfinished; /* exchanges that were under way when the waiting ended */
        uint64_t n_faults[FAULT_MAX];
        Histogram offer;    /* DISCOVER to OFFER, nanoseconds */
        Histogram ack;      /* REQUEST to ACK */
        Histogram exchange; /* first request to last reply */
} Statistics;

/**
 * fault_to_string() - a stable lower-case name: "wrong-type", "shared-address".
 */
const char *fault_to_string(Fault fault) _const_;

/**
 * statistics_rate() - exchanges a second, 0 when no time has passed.
 */
double statistics_rate(const Statistics *statistics) _pure_;

/**
 * statistics_n_faults() - the faults that make a run fail.
 *
 * @expect_restarts: whether NAKs and lost requests are excused
 */
uint64_t statistics_n_faults(const Statistics *statistics, bool expect_restarts) _pure_;
