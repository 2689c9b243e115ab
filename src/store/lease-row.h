/* SPDX-License-Identifier: MIT */
#pragma once

/* One row of the lease file: cells <-> values. Knows columns and their forms, no file, no clock.
 *
 *   address,client_id,hardware_address,hostname,state,expires_at,pool,updated_at
 *
 * and, where a relay has said something of a client (option 82), one more, relay_agent.
 *
 * Also reads the predecessor's: ip,client_id,leased,expires_at,network,probation (a column "ip"
 * tells them apart). Columns are found by name in any order; those we don't know are carried along
 * as text. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/buffer.h"
#include "basic/time.h"
#include "core/lease.h"
#include "core/settings.h"

enum {
        LEASE_COLUMNS_MAX = 64,
        LEASE_UNKNOWN_MAX = LEASE_COLUMNS_MAX - 9, /* columns that are not ours, besides ours */
        LEASE_UNKNOWN_SIZE_MAX = 16384,            /* their cells in one row, in bytes */
};

typedef enum LeaseColumn {
        LEASE_COLUMN_ADDRESS,
        LEASE_COLUMN_CLIENT_ID,
        LEASE_COLUMN_HARDWARE_ADDRESS,
        LEASE_COLUMN_HOSTNAME,
        LEASE_COLUMN_STATE,
        LEASE_COLUMN_EXPIRES_AT,
        LEASE_COLUMN_POOL,
        LEASE_COLUMN_UPDATED_AT,
        LEASE_COLUMN_RELAY_AGENT, /* only in files that have something there */
        /* the predecessor's */
        LEASE_COLUMN_LEASED,
        LEASE_COLUMN_PROBATION,
        LEASE_COLUMN_UNKNOWN,
        LEASE_COLUMN_MAX,
} LeaseColumn;

/* The header row: which column stands where. */
typedef struct LeaseHeader {
        size_t n_columns;
        LeaseColumn columns[LEASE_COLUMNS_MAX];
        size_t n_unknown;
        char *unknown[LEASE_COLUMNS_MAX]; /* names of the unknown ones in their order, owned */
        bool has_relay_agent;             /* LEASE_COLUMN_RELAY_AGENT is among the columns */
        bool predecessor;                 /* has the predecessor's column "ip" */
} LeaseHeader;

/* A row's values as the file has them: wall-clock times. Byte strings point into the row's own
 * storage. */
typedef struct LeaseRow {
        LeaseRecord record; /* its times are not set */
        usec_t expires_at;  /* microseconds since the epoch, USEC_INFINITY; 0 = not given */
        usec_t updated_at;  /* the same, but finite */
        unsigned line;      /* where it stands in its file; not of lease_row_parse() */
        char pool[POOL_NAME_MAX + 1];
        uint8_t client_id[CLIENT_ID_SIZE_MAX];
        uint8_t hardware[HARDWARE_ADDRESS_MAX];
        char hostname[256];
        uint8_t relay_agent[UINT8_MAX];
        char *unknown[LEASE_COLUMNS_MAX]; /* borrowed from the cells */
} LeaseRow;

/**
 * lease_header_parse() - finds the columns.
 *
 * @cells: @n cells, borrowed
 * @ret_reason: receives a static text for people on -EINVAL
 * Return: 0, -EINVAL when a mandatory column (address, client_id or hardware_address, expires_at)
 * is missing or one is there twice, -E2BIG when the unknown columns are so many or their names so
 * long that they would not fit beside ours, -ENOMEM.
 */
int lease_header_parse(char *const *cells, size_t n, LeaseHeader *ret, const char **ret_reason);

/**
 * lease_header_done() - frees the names.
 */
void lease_header_done(LeaseHeader *header);

/**
 * lease_header_is_ours() - whether rows of lease_row_format() may be appended below this header:
 * our columns in our order, relay_agent or not, then the unknown ones.
 */
bool lease_header_is_ours(const LeaseHeader *header) _pure_;

/**
 * lease_row_parse() - reads one row.
 *
 * A bound row without a client identifier gets the one that its hardware address makes; a free row
 * without one comes out as released by nobody, which erases its address.
 *
 * @cells: @n NUL-terminated cells, borrowed for the row's life
 * @ret: of ret->unknown the first header->n_unknown are set; undefined on -EINVAL
 * @ret_reason: receives a text of at most @reason_size bytes that names cell, value and what is
 * allowed, on -EINVAL
 * Return: 0, -EINVAL.
 */
int lease_row_parse(const LeaseHeader *header, char *const *cells, size_t n, LeaseRow *ret,
        char *ret_reason, size_t reason_size);

/**
 * lease_row_format_header() - appends the header row with the unknown columns' names, and with
 * relay_agent where the header has it.
 * Return: 0, -ENOMEM.
 */
int lease_row_format_header(Buffer *buffer, const LeaseHeader *header);

/**
 * lease_row_format() - appends a row with its newline; no formatted printing, it is on the hot
 * path.
 *
 * @record: times on CLOCK_BOOTTIME
 * @version: the wall-clock microseconds for updated_at
 * @has_relay_agent: whether there is a column for it
 * @unknown: the @n_unknown cells of the unknown columns; NULL = all of them empty
 * Return: 0, -ENOMEM.
 */
int lease_row_format(Buffer *buffer, const LeaseRecord *record, const char *pool,
        const ClockPair *clock, uint64_t version, bool has_relay_agent, char *const *unknown,
        size_t n_unknown);
