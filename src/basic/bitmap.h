/* SPDX-License-Identifier: MIT */
#pragma once

/* A set of small numbers as a tree of 64-way words: "the lowest clear bit at or after n" takes one
 * step a level, four levels for sixteen million bits. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/macro.h"

#define BITMAP_NONE SIZE_MAX
#define BITMAP_LEVELS 6

typedef struct Bitmap {
        size_t n_bits;
        unsigned n_levels;
        uint64_t
                *levels[BITMAP_LEVELS]; /* [0] the bits; above it, a set bit is a full word below */
} Bitmap;

/**
 * bitmap_init() - @n_bits clear bits.
 * Return: 0 or -ENOMEM.
 */
int bitmap_init(Bitmap *bitmap, size_t n_bits);

/**
 * bitmap_done() - frees the words; the bitmap is as zeroed.
 */
void bitmap_done(Bitmap *bitmap);

/**
 * bitmap_set() - sets a bit below n_bits. O(levels).
 */
void bitmap_set(Bitmap *bitmap, size_t bit);

/**
 * bitmap_clear() - clears a bit below n_bits. O(levels).
 */
void bitmap_clear(Bitmap *bitmap, size_t bit);

/**
 * bitmap_test() - whether a bit below n_bits is set.
 */
bool bitmap_test(const Bitmap *bitmap, size_t bit) _pure_;

/**
 * bitmap_first_clear() - the lowest clear bit at or after @from, BITMAP_NONE when there is none.
 * O(levels).
 */
size_t bitmap_first_clear(const Bitmap *bitmap, size_t from) _pure_;
