/* SPDX-License-Identifier: MIT */
#pragma once

/* What verbs say that have changed something. */

#include "ctl/connection.h"
#include "ctl/context.h"

/**
 * print_change() - says what has been done: a line of text unless --quiet, or an object with one
 * key.
 *
 * @key, @name: of the thing, "Pool" and "lan"
 * @what: "Pool lan added."
 */
void print_change(const Context *context, const char *key, const char *name, const char *what, ...)
        _printf_(4, 5);

/**
 * print_unchanged() - tells that all is as it was to be, in the words of the server's error.
 *
 * @connection: whose last call failed with the server's error Unchanged
 * Return: STATUS_OK.
 */
ExitStatus print_unchanged(
        const Context *context, const Connection *connection, const char *key, const char *name);
