/* SPDX-License-Identifier: MIT */
#pragma once

/* Leases as people and programs read them. */

#include <stddef.h>

#include "client-cli/options.h"

/**
 * print_lease() - writes a lease to standard output.
 *
 * @title: the line above it; not used in JSON
 */
void print_lease(const mdc_lease *lease, const char *title, JsonMode mode);

/**
 * print_offers() - writes offers side by side, a line each.
 */
void print_offers(mdc_lease *const *offers, size_t n_offers, JsonMode mode);
