/* SPDX-License-Identifier: MIT */
#pragma once

/* The last message of a client that got no answer, for whom asks why it gets nothing. In a table of
 * fixed size: a stranger who invents clients costs no memory, only pushes out what is oldest. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/ipv4.h"
#include "basic/time.h"
#include "core/settings.h"
#include "core/verdict.h"
#include "wire/protocol.h"

#define SILENCE_SETS 64
#define SILENCE_WAYS 4

typedef struct Silence {
        uint8_t hardware[HARDWARE_ADDRESS_MAX];
        uint8_t hardware_size; /* 0 = no entry */
        DhcpMessageType type;
        Verdict verdict;
        uint32_t ifindex;
        ipv4_t relay; /* giaddr, or 0 */
        usec_t at;
} Silence;

typedef struct SilenceMemory {
        Silence items[SILENCE_SETS][SILENCE_WAYS];
} SilenceMemory;

/**
 * silence_remember() - in place of what is known of the client, or of what is oldest. O(1).
 *
 * @silence: copied; hardware_size is 1 or more
 * @seed: the server's secret
 */
void silence_remember(SilenceMemory *memory, const Silence *silence, const uint8_t seed[static 16]);

/**
 * silence_find() - what is remembered of a client, or NULL; borrowed until something is remembered.
 */
const Silence *silence_find(const SilenceMemory *memory, const uint8_t *hardware, size_t size,
        const uint8_t seed[static 16]);
