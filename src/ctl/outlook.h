/* SPDX-License-Identifier: MIT */
#pragma once

/* What a change of a host comes to: who has the address that is kept for it, until when, and what
 * will happen. */

#include "ctl/connection.h"
#include "ctl/context.h"

/**
 * print_host_change() - as print_change() for a host, and what becomes of its address: sentences,
 * or the properties Address, Outlook, Holder, CurrentAddress and MovesAtUSec. A server that does
 * not tell them has made the change all the same.
 *
 * @what: "Host nas added."
 */
void print_host_change(const Context *context, Connection *connection, const char *name,
        const char *what, ...) _printf_(4, 5);
