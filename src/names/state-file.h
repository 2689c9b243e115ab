/* SPDX-License-Identifier: MIT */
#pragma once

/* What names depend on that the leases do not tell, for the next start: who has each name that is
 * claimed more than once, and the domains of pools. Lines "holder NAME ADDRESS" and
 * "domain POOL NAME" below one that says what the file is. */

#include <stdbool.h>

#include "names/domains.h"
#include "names/zone.h"

/**
 * state_file_read() - takes what a file says. A missing file says nothing, lines that cannot be
 * read are passed over.
 *
 * @zone: is loading
 * @domains: empty
 * Return: 1; 0 when there is no such file, -ENOMEM, negative errno of the file.
 */
int state_file_read(const char *path, Zone *zone, Domains *domains);

/**
 * state_file_write() - replaces the file. O(names).
 *
 * Return: 0, -ENOMEM, negative errno of the file.
 */
int state_file_write(const char *path, const Zone *zone, const Domains *domains);
