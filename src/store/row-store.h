/* SPDX-License-Identifier: MIT */
#pragma once

/* The rows of a file while it is being loaded: the last one of each address, in the order of the
 * file, packed into one piece of memory. They wait here because the newest tag of all of them tells
 * what their times mean. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/buffer.h"
#include "store/lease-row.h"

typedef struct StoredRow {
        usec_t expires_at;
        usec_t updated_at;
        ipv4_t address;
        uint8_t state; /* LeaseState */
        uint8_t client_id_size;
        uint8_t hardware_type;
        uint8_t hardware_size;
        uint8_t hostname_size;
        uint8_t relay_agent_size;
        uint8_t pool_size;
        uint8_t n_declined;
        bool superseded : 1;
        bool repeated : 1; /* an earlier row of the address has the same tag, and says otherwise */
        uint32_t line;
        uint8_t data[]; /* client identifier, hardware address, hostname, option 82, pool, NUL */
} StoredRow;

typedef struct RowStore {
        Buffer rows;
        uint32_t *slots; /* open addressing, by address: place of its last row plus one, in units */
        size_t n_slots;  /* a power of two */
        size_t n_addresses;
        usec_t newest; /* the highest updated_at */
} RowStore;

/**
 * row_store_done() - frees all rows.
 */
void row_store_done(RowStore *store);

/**
 * row_store_add() - keeps a copy of a row; an earlier one of the same address is superseded.
 * Amortised O(1).
 * Return: 0, -ENOMEM, -EFBIG when the rows take more than 32 GiB.
 */
int row_store_add(RowStore *store, const LeaseRow *row);

/**
 * row_store_next() - iterates over the rows that are not superseded, in the order of the file.
 *
 * @position: 0 starts
 * Return: the row, or NULL at the end.
 */
const StoredRow *row_store_next(const RowStore *store, size_t *position);

/**
 * row_store_find() - the last row of an address, or NULL. O(1).
 */
const StoredRow *row_store_find(const RowStore *store, ipv4_t address);

/**
 * stored_row_pool() - the pool's name, borrowed.
 */
const char *stored_row_pool(const StoredRow *row);

/**
 * stored_row_get_record() - the row's values but its times; pointers are borrowed from the row.
 */
void stored_row_get_record(const StoredRow *row, LeaseRecord *ret);
