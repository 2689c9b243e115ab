/* SPDX-License-Identifier: MIT */
#pragma once

/* Leases on their way from server to output, a million of them in a few megabytes: each is kept as
 * the bytes that its line is made of, sorted, and written. */

#include "ctl/context.h"
#include "ctl/layout.h"
#include "ctl/lease-columns.h"

typedef enum LeaseFormat {
        LEASE_FORMAT_TABLE,
        LEASE_FORMAT_JSON,
        LEASE_FORMAT_CSV,
} LeaseFormat;

typedef struct LeaseRows LeaseRows;

/**
 * lease_rows_new() - no leases yet.
 *
 * @choice: columns of a table, borrowed; else NULL
 * @sort: the column to sort by; leases that are equal there, by address
 * @mode: of JSON
 * Return: 0, -ENOMEM.
 */
int lease_rows_new(LeaseRows **ret, const Context *context, LeaseFormat format,
        const ColumnChoice *choice, LeaseField sort, JsonMode mode);

/**
 * lease_rows_free() - frees everything. Return: NULL.
 */
LeaseRows *lease_rows_free(LeaseRows *rows);

/**
 * lease_rows_add() - adds a lease, in the place of one of the same address: a LeaseFunction.
 *
 * @rows: a LeaseRows
 * Return: 0, -ENOMEM, negative errno of a temporary file.
 */
int lease_rows_add(const LeaseEntry *entry, void *rows);

/**
 * lease_rows_are_empty() - whether none was added.
 */
bool lease_rows_are_empty(const LeaseRows *rows);

/**
 * lease_rows_print() - writes all to standard output: titles unless --no-legend, and the rows. To
 * be called once.
 *
 * @ret_n: receives how many there were
 * Return: 0, -ENOMEM, negative errno of a temporary file.
 */
int lease_rows_print(LeaseRows *rows, size_t *ret_n);

DEFINE_POINTER_CLEANUP(LeaseRows, lease_rows_free);
