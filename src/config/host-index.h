/* SPDX-License-Identifier: MIT */
#pragma once

/* The hosts of a configuration that is being read, by name. All of the index is one block: nodes
 * between the hosts' own memory would leave a hole behind each of them, in which pieces of the next
 * configuration settle and keep every page of this one. */

#include <stddef.h>

#include "core/settings.h"

typedef struct HostIndex {
        HostSettings **slots; /* NULL where nobody is; at least half of them are */
        size_t n_slots;       /* 2^k, or 0 */
        size_t n_hosts;
} HostIndex;

/**
 * host_index_done() - frees the index; the hosts are the caller's.
 */
void host_index_done(HostIndex *index);

/**
 * host_index_find() - the host of this name, or NULL. O(1) expected.
 */
HostSettings *host_index_find(const HostIndex *index, const char *name);

/**
 * host_index_add() - enters a host whose name the index does not have. O(1) amortised.
 *
 * @host: borrowed for the index' life
 * Return: 0, -ENOMEM with the index unchanged.
 */
int host_index_add(HostIndex *index, HostSettings *host);
