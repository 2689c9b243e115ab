/* SPDX-License-Identifier: MIT */
#pragma once

/* Leases and counters for other programs. */

#include <stdio.h>

#include "ctl/context.h"

/**
 * csv_print_cell() - writes one cell of RFC 4180, quoted where it must be, and made harmless to a
 * spreadsheet: an apostrophe before what could be a formula.
 */
void csv_print_cell(const char *text, FILE *stream);

/**
 * verb_export() - export csv|json: all leases, whatever their state.
 */
ExitStatus verb_export(Context *context, char *const *arguments, size_t n_arguments);
