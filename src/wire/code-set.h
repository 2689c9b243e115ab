/* SPDX-License-Identifier: MIT */
#pragma once

/* Sets of option codes: a bit for each of the 256. Plain data, empty when zero. */

#include <stdbool.h>
#include <stdint.h>

/* Room for all of them as code_set_format() writes them. */
#define CODE_SET_STRING_MAX (256 * (sizeof("255, ") - 1) + 1)

typedef struct CodeSet {
        uint64_t words[4];
} CodeSet;

/* The word and the bit of a code, for sets that are constants; see code_set_has(). */
#define CODE_SET_BIT(code) (UINT64_C(1) << ((code) % 64))

/**
 * code_set_has() - whether a code is in the set.
 */
static inline bool code_set_has(const CodeSet *set, uint8_t code) {
        return set->words[code / 64] >> (code % 64) & 1;
}

/**
 * code_set_add() - puts a code in.
 */
static inline void code_set_add(CodeSet *set, uint8_t code) {
        set->words[code / 64] |= CODE_SET_BIT(code);
}

/**
 * code_set_remove() - takes a code out; nothing happens when it is not there.
 */
static inline void code_set_remove(CodeSet *set, uint8_t code) {
        set->words[code / 64] &= ~CODE_SET_BIT(code);
}

/**
 * code_set_is_empty() - whether no code is in the set.
 */
static inline bool code_set_is_empty(const CodeSet *set) {
        return (set->words[0] | set->words[1] | set->words[2] | set->words[3]) == 0;
}

/**
 * code_set_join() - puts in all the codes of another set.
 */
static inline void code_set_join(CodeSet *set, const CodeSet *other) {
        for (unsigned i = 0; i < 4; i++)
                set->words[i] |= other->words[i];
}

/**
 * code_set_subtract() - takes out all the codes of another set.
 */
static inline void code_set_subtract(CodeSet *set, const CodeSet *other) {
        for (unsigned i = 0; i < 4; i++)
                set->words[i] &= ~other->words[i];
}

/**
 * code_set_format() - the codes in decimal, in rising order: "3, 6, 15".
 * Return: @buffer
 */
const char *code_set_format(const CodeSet *set, char buffer[static CODE_SET_STRING_MAX]);
