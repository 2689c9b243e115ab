/* SPDX-License-Identifier: MIT */
#pragma once

/* How often an address was declined in a row lately: a record of a quarantine ends with it, but the
 * next one is to be twice as long. The memory is small and bounded; under many declines the oldest
 * are forgotten. */

#include <stddef.h>
#include <stdint.h>

#include "basic/ipv4.h"
#include "basic/macro.h"

#define DECLINE_HISTORY_SIZE 256

typedef struct DeclineHistory {
        struct {
                ipv4_t address; /* 0 = empty */
                uint8_t n_declined;
        } entries[DECLINE_HISTORY_SIZE];
        size_t n_entries;
        size_t next; /* to be overwritten */
} DeclineHistory;

/**
 * decline_history_put() - remembers how often an address was declined in a row. O(entries).
 */
void decline_history_put(DeclineHistory *history, ipv4_t address, uint8_t n_declined);

/**
 * decline_history_get() - what is remembered of an address, 0 when nothing. O(entries), O(1) while
 * nothing is remembered.
 */
uint8_t decline_history_get(const DeclineHistory *history, ipv4_t address) _pure_;

/**
 * decline_history_take() - what was remembered of an address, 0 when nothing; forgets it.
 * O(entries), O(1) while nothing is remembered.
 */
uint8_t decline_history_take(DeclineHistory *history, ipv4_t address);
