/* SPDX-License-Identifier: MIT */
#pragma once

/* The journal's entries about leases. */

#include "ctl/report.h"
#include "ctl/tenure.h"

/**
 * history_read_journal() - puts everything that the journal says about leases into a book.
 *
 * Entries are taken from the server's unit and from root alone: everybody may write to the journal
 * under our MESSAGE_IDs.
 *
 * @pattern: NULL, or what is looked for, if that helps to look at less
 * Return: STATUS_OK; having reported: STATUS_DENIED when the journal may not be read,
 * STATUS_FAILURE.
 */
ExitStatus history_read_journal(TenureBook *book, const Pattern *pattern);
