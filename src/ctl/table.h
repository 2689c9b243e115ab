/* SPDX-License-Identifier: MIT */
#pragma once

/* Tables on standard output. On a terminal they are made to fit, unless --full is given; elsewhere
 * nothing is ever cut. */

#include <stdio.h>

#include "basic/buffer.h"
#include "ctl/context.h"
#include "ctl/layout.h"

typedef struct Table Table;

/**
 * table_new() - an empty table.
 *
 * @columns: all columns that there are, borrowed
 * @choice: those to show, borrowed
 * @context: borrowed
 * Return: 0, -ENOMEM.
 */
int table_new(
        Table **ret, const Column *columns, const ColumnChoice *choice, const Context *context);

/**
 * table_free() - frees a table. Return: NULL.
 */
Table *table_free(Table *table);

/**
 * table_add_row() - starts a new row, to which table_set() refers from now on.
 * Return: 0, -ENOMEM.
 */
int table_add_row(Table *table);

/**
 * table_set() - one cell of the row.
 *
 * @position: in the choice of columns
 * @text: copied, without control characters; "" is shown as "-"
 * Return: 0, -ENOMEM.
 */
int table_set(Table *table, size_t position, const char *text, Color color);

/**
 * table_print() - writes the table; to be called once.
 * Return: 0, -ENOMEM, negative errno.
 */
int table_print(Table *table);

/**
 * table_print_to() - the same on another stream: what belongs to an error goes where errors go.
 */
int table_print_to(Table *table, FILE *stream);

/**
 * table_encode_cell() - a cell as bytes that can be kept elsewhere than in the table, which learns
 * how wide the column has to be. One after the other, for each position, they make a row.
 *
 * @text, @color: as for table_set()
 * @ret: appended to
 * Return: 0, -ENOMEM.
 */
int table_encode_cell(Table *table, size_t position, const char *text, Color color, Buffer *ret);

/**
 * table_print_titles() - once all rows are encoded: finds out what room each column gets, and
 * writes the titles. Return: 0, -ENOMEM.
 */
int table_print_titles(Table *table, FILE *stream);

/**
 * table_print_encoded() - writes a row of table_encode_cell()s, after table_print_titles().
 * Return: 0, -ENOMEM.
 */
int table_print_encoded(const Table *table, const uint8_t *row, FILE *stream);

/**
 * table_choose() - column_choice_parse() on --columns=, reporting.
 *
 * Return: STATUS_OK, STATUS_USAGE, STATUS_FAILURE.
 */
ExitStatus table_choose(const Column *columns, size_t n_columns, const unsigned *defaults,
        size_t n_defaults, const char *text, ColumnChoice *ret);

/**
 * table_choose_sort() - column_find() on --sort=, reporting.
 *
 * @text: NULL gives @fallback
 * Return: STATUS_OK, STATUS_USAGE.
 */
ExitStatus table_choose_sort(const Column *columns, size_t n_columns, unsigned fallback,
        const char *text, unsigned *ret);

DEFINE_POINTER_CLEANUP(Table, table_free);
