/* SPDX-License-Identifier: MIT */
#pragma once

/* The verbs about pools, and the listing of pools that status shows as well. */

#include "ctl/connection.h"
#include "ctl/context.h"
#include "ctl/json.h"
#include "ctl/layout.h"

/* Pools as objects of their properties. */
typedef struct PoolList {
        json_object **items;
        size_t n_items;
} PoolList;

/**
 * pool_list_fetch() - reads all pools.
 * Return: 0, negative errno for connection_report().
 */
int pool_list_fetch(PoolList *list, Connection *connection);

/**
 * pool_list_done() - frees the list.
 */
void pool_list_done(PoolList *list);

/**
 * pool_list_print() - writes the pools as a table.
 *
 * @choice: NULL for the default columns
 * @sort_column: a column's index, or -1 to leave the order of the configuration
 * Return: 0, -ENOMEM.
 */
int pool_list_print(
        PoolList *list, const Context *context, const ColumnChoice *choice, int sort_column);

/**
 * verb_list_pools() - list-pools: a table, or an array of objects.
 */
ExitStatus verb_list_pools(Context *context, char *const *arguments, size_t n_arguments);

/**
 * verb_show_pool() - show-pool [NAME…]: every property of each pool.
 */
ExitStatus verb_show_pool(Context *context, char *const *arguments, size_t n_arguments);
