/* SPDX-License-Identifier: MIT */
#pragma once

/* Addresses that were ours a while ago: virtual ones that another machine has now. Clients go on
 * to name them for as long as their leases last. */

#include <stdbool.h>
#include <stddef.h>

#include "basic/ipv4.h"
#include "basic/time.h"
#include "wire/link.h"

enum {
        FORMER_ADDRESSES_MAX = 64,
};

/* All zero: none. */
typedef struct FormerAddresses {
        struct {
                ipv4_t address;
                usec_t until; /* CLOCK_BOOTTIME; forgotten then */
        } items[FORMER_ADDRESSES_MAX];
} FormerAddresses;

/**
 * former_addresses_note() - remembers for an hour the addresses of a link as it was that no link
 * has any more; those longest gone make room.
 *
 * @links: @n links as they are now
 */
void former_addresses_note(
        FormerAddresses *former, const Link *old, const Link *links, size_t n, usec_t now);

/**
 * former_addresses_has() - whether an address was ours within the last hour.
 */
bool former_addresses_has(const FormerAddresses *former, ipv4_t address, usec_t now);
