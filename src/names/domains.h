/* SPDX-License-Identifier: MIT */
#pragma once

/* The domain of each pool that has one. */

#include <stdbool.h>
#include <stddef.h>

#include "basic/macro.h"

typedef struct Domain {
        char *pool;
        char *name; /* canonical */
} Domain;

typedef struct Domains {
        Domain *items; /* by pool, once domains_sort() was called */
        size_t n_items;
} Domains;

/**
 * domains_done() - frees all of it.
 */
void domains_done(Domains *domains);

/**
 * domains_add() - appends a pool; one whose domain is no domain name is left out.
 *
 * @domain: in any form
 * Return: 0, -ENOMEM.
 */
int domains_add(Domains *domains, const char *pool, const char *domain);

/**
 * domains_sort() - to be called when all have been added.
 */
void domains_sort(Domains *domains);

/**
 * domains_find() - the domain of a pool, borrowed; NULL when it has none. O(log pools).
 *
 * @pool: @size bytes
 */
const char *domains_find(const Domains *domains, const char *pool, size_t size);

/**
 * domains_equal() - whether two sorted tables say the same.
 */
bool domains_equal(const Domains *a, const Domains *b) _pure_;
