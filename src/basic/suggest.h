/* SPDX-License-Identifier: MIT */
#pragma once

/* "Did you mean …?" */

#include "basic/macro.h"

/**
 * suggest_nearest() - the known word that was probably meant: one that differs in at most a third
 * of its letters, or of which the word is the beginning, or the other way round. Upper and lower
 * case are the same.
 *
 * @known: NULL-terminated
 * Return: one of @known, or NULL when none is near. O(words * length²); words of more than 64 bytes
 * are near to nothing.
 */
const char *suggest_nearest(const char *word, const char *const *known) _pure_;

/**
 * suggest_distance() - how many letters must be changed, added, dropped or swapped with their
 * neighbour to make one word of the other, upper and lower case being the same.
 * Return: the number, or 65 when a word is longer than 64 bytes.
 */
unsigned suggest_distance(const char *a, const char *b) _pure_;
