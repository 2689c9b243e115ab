/* SPDX-License-Identifier: MIT */
#pragma once

/* Leases as CSV, for other programs. */

#include <stdio.h>

#include "ctl/context.h"
#include "ctl/lease-list.h"

/* The names are the lease file's where it has one, so that an export can be imported. */
#define EXPORT_CSV_HEADER                                                                          \
        "address,client_id,hardware_address,hostname,state,expires_at,pool,interface,started_at,"  \
        "last_seen_at,reserved,relayed"

/**
 * csv_print_cell() - writes one cell of RFC 4180, quoted where it must be, and made harmless to a
 * spreadsheet: an apostrophe before what could be a formula.
 */
void csv_print_cell(const char *text, FILE *stream);

/**
 * export_print_entry() - writes a lease as a line of CSV to standard output.
 */
void export_print_entry(const LeaseEntry *entry);
