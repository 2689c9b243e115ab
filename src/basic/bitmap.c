/* SPDX-License-Identifier: MIT */
/* The tree of words behind Bitmap.
 *
 * Invariant: a bit at level n + 1 is set exactly when the word below it is full. Bits past the end
 * of a level are set from the start, so that no search ever lands there. */

#include <errno.h>
#include <stdlib.h>

#include "basic/bitmap.h"

#define WORD_BITS 64
#define WORD_SHIFT 6
#define WORD_FULL UINT64_MAX

static size_t words_for(size_t n_bits) {
        return n_bits / WORD_BITS + (n_bits % WORD_BITS != 0);
}

static uint64_t bit_mask(size_t bit) {
        return UINT64_C(1) << (bit % WORD_BITS);
}

int bitmap_init(Bitmap *bitmap, size_t n_bits) {
        size_t n_words[BITMAP_LEVELS], n_total = 0, n = n_bits;
        unsigned n_levels = 0;
        uint64_t *words;

        *bitmap = (Bitmap){0};
        if (n_bits == 0)
                return 0;

        do {
                if (n_levels == BITMAP_LEVELS)
                        return -ENOMEM;
                n_words[n_levels] = words_for(n);
                n_total += n_words[n_levels];
                n = n_words[n_levels++];
        } while (n > 1);

        words = calloc(n_total, sizeof(*words));
        if (!words)
                return -ENOMEM;

        n = n_bits;
        for (unsigned level = 0; level < n_levels; level++) {
                bitmap->levels[level] = words;
                if (n % WORD_BITS != 0)
                        words[n_words[level] - 1] = WORD_FULL << (n % WORD_BITS);
                words += n_words[level];
                n = n_words[level];
        }
        bitmap->n_bits = n_bits;
        bitmap->n_levels = n_levels;
        return 0;
}

void bitmap_done(Bitmap *bitmap) {
        free(bitmap->levels[0]);
        *bitmap = (Bitmap){0};
}

void bitmap_set(Bitmap *bitmap, size_t bit) {
        for (unsigned level = 0; level < bitmap->n_levels; level++) {
                uint64_t *word = &bitmap->levels[level][bit >> WORD_SHIFT];

                *word |= bit_mask(bit);
                if (*word != WORD_FULL)
                        return;
                bit >>= WORD_SHIFT;
        }
}

void bitmap_clear(Bitmap *bitmap, size_t bit) {
        for (unsigned level = 0; level < bitmap->n_levels; level++) {
                uint64_t *word = &bitmap->levels[level][bit >> WORD_SHIFT];
                bool was_full = *word == WORD_FULL;

                *word &= ~bit_mask(bit);
                if (!was_full)
                        return;
                bit >>= WORD_SHIFT;
        }
}

bool bitmap_test(const Bitmap *bitmap, size_t bit) {
        return bitmap->levels[0][bit >> WORD_SHIFT] & bit_mask(bit);
}

/* Follows a clear bit of a level down to the lowest clear bit of level 0 below it. */
static size_t descend(const Bitmap *bitmap, unsigned level, size_t bit) {
        while (level > 0) {
                level--;
                bit = bit << WORD_SHIFT | (size_t) __builtin_ctzll(~bitmap->levels[level][bit]);
        }
        return bit;
}

size_t bitmap_first_clear(const Bitmap *bitmap, size_t from) {
        size_t n_bits = bitmap->n_bits;

        /* Climb until a word has a clear bit at or after the position, then take the way down. */
        for (unsigned level = 0; level < bitmap->n_levels; level++) {
                uint64_t candidates;

                if (from >= n_bits)
                        return BITMAP_NONE;

                candidates = ~bitmap->levels[level][from >> WORD_SHIFT];
                candidates &= WORD_FULL << (from % WORD_BITS);
                if (candidates)
                        return descend(bitmap, level,
                                (from & ~(size_t) (WORD_BITS - 1)) |
                                        (size_t) __builtin_ctzll(candidates));

                from = (from >> WORD_SHIFT) + 1;
                n_bits = words_for(n_bits);
        }
        return BITMAP_NONE;
}
