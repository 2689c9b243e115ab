/* SPDX-License-Identifier: MIT */
#pragma once

/* The columns of list-leases: their names, what stands in them, and how they sort. */

#include "ctl/layout.h"
#include "ctl/lease-list.h"
#include "ctl/terminal.h"

typedef enum LeaseField {
        LEASE_FIELD_ADDRESS,
        LEASE_FIELD_HARDWARE,
        LEASE_FIELD_HOSTNAME,
        LEASE_FIELD_POOL,
        LEASE_FIELD_STATE,
        LEASE_FIELD_EXPIRES,
        LEASE_FIELD_CLIENT_ID,
        LEASE_FIELD_INTERFACE,
        LEASE_FIELD_STARTED,
        LEASE_FIELD_LAST_SEEN,
        LEASE_FIELD_EXPIRES_AT,
        LEASE_FIELD_FLAGS,
        LEASE_FIELD_MAX,
} LeaseField;

enum {
        LEASE_FIELDS_DEFAULT = LEASE_FIELD_EXPIRES + 1, /* the first ones are shown by default */
        LEASE_FIELD_TEXT_MAX = 1024,
};

/* Indexed by LeaseField. */
extern const Column lease_columns[LEASE_FIELD_MAX];

/**
 * lease_field_text() - what stands in a column, safe for a terminal.
 *
 * @now: the wall clock, for relative times
 * @buffer: LEASE_FIELD_TEXT_MAX bytes that may be used
 * Return: the text, in @buffer or borrowed
 */
const char *lease_field_text(const LeaseEntry *entry, LeaseField field, TimestampStyle style,
        usec_t now, char buffer[static LEASE_FIELD_TEXT_MAX]);

/**
 * lease_field_color() - how a column is shown.
 */
Color lease_field_color(const LeaseEntry *entry, LeaseField field);
