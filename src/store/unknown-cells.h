/* SPDX-License-Identifier: MIT */
#pragma once

/* The cells of columns that are not ours, by address: somebody's notes, to be written back with the
 * rows. Costs nothing where there are none. */

#include <stddef.h>

#include "basic/hash.h"
#include "basic/ipv4.h"
#include "basic/list.h"

typedef struct UnknownCells {
        HashTable table;
        List entries;
        size_t n_columns;
} UnknownCells;

/**
 * unknown_cells_init() - no cells yet, @n_columns for each address. The structure must not move.
 */
void unknown_cells_init(UnknownCells *cells, size_t n_columns);

/**
 * unknown_cells_done() - frees all cells of an initialised structure.
 */
void unknown_cells_done(UnknownCells *cells);

/**
 * unknown_cells_set() - keeps copies of an address' cells in place of those it had.
 *
 * @texts: n_columns cells; NULL or only empty ones: nothing is kept
 * Return: 0, -ENOMEM.
 */
int unknown_cells_set(UnknownCells *cells, ipv4_t address, char *const *texts);

/**
 * unknown_cells_fill() - copies the cells of those addresses that have none yet.
 *
 * @columns: for each column of @cells its number in @from, SIZE_MAX when it has none
 * Return: 0, -ENOMEM with some of them copied.
 */
int unknown_cells_fill(UnknownCells *cells, const UnknownCells *from, const size_t *columns);

/**
 * unknown_cells_move() - gives all cells of @from, which has none then, to @cells in place of its
 * own. Cannot fail.
 */
void unknown_cells_move(UnknownCells *cells, UnknownCells *from);

/**
 * unknown_cells_get() - the cells of an address, borrowed until they are set anew; NULL when all
 * are empty. O(1).
 */
char *const *unknown_cells_get(const UnknownCells *cells, ipv4_t address);
