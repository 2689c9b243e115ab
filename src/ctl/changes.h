/* SPDX-License-Identifier: MIT */
#pragma once

/* The verbs that change leases, and what the server as a whole is told to do. */

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

/**
 * verb_release_lease() - release-lease PATTERN…
 */
ExitStatus verb_release_lease(Context *context, char *const *arguments, size_t n_arguments);

/**
 * verb_delete_lease() - delete-lease PATTERN…
 */
ExitStatus verb_delete_lease(Context *context, char *const *arguments, size_t n_arguments);

/**
 * verb_reserve_lease() - reserve-lease PATTERN [NAME]: the one lease that the pattern picks.
 */
ExitStatus verb_reserve_lease(Context *context, char *const *arguments, size_t n_arguments);

/**
 * verb_clear_declined() - clear-declined [POOL].
 */
ExitStatus verb_clear_declined(Context *context, char *const *arguments, size_t n_arguments);

/**
 * verb_reload() - reload.
 */
ExitStatus verb_reload(Context *context, char *const *arguments, size_t n_arguments);

/**
 * verb_flush() - flush.
 */
ExitStatus verb_flush(Context *context, char *const *arguments, size_t n_arguments);

/**
 * verb_log_level() - log-level [LEVEL].
 */
ExitStatus verb_log_level(Context *context, char *const *arguments, size_t n_arguments);
