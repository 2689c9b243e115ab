/* SPDX-License-Identifier: MIT */
#pragma once

/* Two machines with one client identifier, which are one client by RFC 2131 4.2 and get one
 * address: copies of a virtual machine, mostly. What gives them away is that the lease goes from
 * one hardware address to another and back again while it lives. Going once, it may be a card that
 * was replaced.
 *
 * A small table. When it is full of clones that have been told, others are not until one of them is
 * forgotten. */

#include <stdbool.h>
#include <stdint.h>

#include "basic/time.h"
#include "wire/frame.h"

enum {
        CLONES_MAX = 16,
};

typedef enum CloneNews {
        CLONE_NEWS_NONE,
        CLONE_NEWS_MOVED, /* a second hardware address has come */
        CLONE_NEWS_BACK,  /* the first has come again: both are alive; said once a day */
} CloneNews;

typedef struct Clone {
        uint64_t client;                         /* hash of the identifier */
        uint8_t hardware[ETHERNET_ADDRESS_SIZE]; /* that had the lease at first */
        usec_t until;                            /* CLOCK_BOOTTIME; forgotten then; 0 = free */
        bool told;                               /* it was CLONE_NEWS_BACK */
} Clone;

/* All zero: nothing seen. */
typedef struct CloneWatch {
        Clone clones[CLONES_MAX];
} CloneWatch;

/**
 * clone_watch_note() - a live lease of a client goes from one hardware address to another.
 *
 * @client: hash of its client identifier
 * @from, @to: different ones
 * @until: the end of the lease, CLOCK_BOOTTIME
 */
CloneNews clone_watch_note(CloneWatch *watch, uint64_t client,
        const uint8_t from[static ETHERNET_ADDRESS_SIZE],
        const uint8_t to[static ETHERNET_ADDRESS_SIZE], usec_t until, usec_t now);
