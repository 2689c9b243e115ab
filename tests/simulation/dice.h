/* SPDX-License-Identifier: MIT */
#pragma once

/* All chance of a story: one stream of numbers from its seed, the same on every machine. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Dice {
        uint64_t state;
} Dice;

/* Steele, Lea and Flood's SplitMix64: any seed is a good one, neighbours too. */
static inline uint64_t dice_next(Dice *dice) {
        uint64_t z = (dice->state += UINT64_C(0x9e3779b97f4a7c15));

        z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
        z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
        return z ^ z >> 31;
}

/* From 0 to @n - 1; 0 when @n is 0. */
static inline uint64_t dice_below(Dice *dice, uint64_t n) {
        return n > 0 ? dice_next(dice) % n : 0;
}

/* From @low to @high. */
static inline uint64_t dice_between(Dice *dice, uint64_t low, uint64_t high) {
        return low + dice_below(dice, high - low + 1);
}

/* Whether one of @n came up. */
static inline bool dice_one_in(Dice *dice, uint64_t n) {
        return dice_below(dice, n) == 0;
}

static inline bool dice_permille(Dice *dice, unsigned n) {
        return dice_below(dice, 1000) < n;
}

static inline void dice_bytes(Dice *dice, uint8_t *ret, size_t size) {
        for (size_t i = 0; i < size; i++)
                ret[i] = (uint8_t) (dice_next(dice) >> 32);
}
