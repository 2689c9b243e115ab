/* SPDX-License-Identifier: MIT */
#pragma once

/* Rows put in, and got back in the order of their keys, however many: what memory should not hold
 * waits in a temporary file, in sorted runs that are merged. Where no such file can be made, memory
 * holds it all. */

#include <stddef.h>
#include <stdint.h>

#include "basic/macro.h"

typedef struct RowSorter RowSorter;

/* A row with its key; valid until the next call. */
typedef struct SortedRow {
        const uint8_t *key;
        size_t key_size;
        const uint8_t *data;
        size_t size;
} SortedRow;

/**
 * RowCompare - the order of two keys, as memcmp() has it.
 */
typedef int (*RowCompare)(const SortedRow *a, const SortedRow *b);

/**
 * row_sorter_new() - an empty sorter.
 *
 * @compare: rows with equal keys come in the order in which they were added
 * @memory: bytes of rows that memory holds at a time, 0 for the usual
 * Return: 0, -ENOMEM.
 */
int row_sorter_new(RowSorter **ret, RowCompare compare, size_t memory);

/**
 * row_sorter_free() - frees everything; the temporary file has no name to be removed. Return: NULL.
 */
RowSorter *row_sorter_free(RowSorter *sorter);

/**
 * row_sorter_add() - adds a copy of a row. Not after row_sorter_next().
 * Return: 0, -ENOMEM, negative errno of writing.
 */
int row_sorter_add(
        RowSorter *sorter, const void *key, size_t key_size, const void *data, size_t size);

/**
 * row_sorter_next() - the next row; the first call sorts.
 * Return: 1, 0 at the end, -ENOMEM, negative errno of reading and writing.
 */
int row_sorter_next(RowSorter *sorter, SortedRow *ret);

DEFINE_POINTER_CLEANUP(RowSorter, row_sorter_free);
