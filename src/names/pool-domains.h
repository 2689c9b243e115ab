/* SPDX-License-Identifier: MIT */
#pragma once

/* The domains of the pools, read from the server over the bus at the beginning and whenever it says
 * that pools have changed. */

#include <stdbool.h>

#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include "basic/macro.h"
#include "names/domains.h"

typedef struct PoolDomains PoolDomains;

/* Told of all of them, sorted, whenever they have been read. Takes the table and leaves it empty,
 * or leaves it. */
typedef void (*PoolDomainsFunction)(Domains *domains, void *userdata);

/* Told of what went wrong, and is tried again. */
typedef void (*PoolDomainsTroubleFunction)(int r, const char *what, void *userdata);

/**
 * pool_domains_new() - asks nothing yet.
 * Return: 0, -ENOMEM, negative errno of sd-event.
 */
int pool_domains_new(PoolDomains **ret, sd_event *event, PoolDomainsFunction changed,
        PoolDomainsTroubleFunction trouble, void *userdata);

/**
 * pool_domains_free() - Return: NULL.
 */
PoolDomains *pool_domains_free(PoolDomains *pools);

/**
 * pool_domains_set_bus() - goes on with another connection; NULL = there is none.
 * Return: 0, -ENOMEM, negative errno of sd-bus.
 */
int pool_domains_set_bus(PoolDomains *pools, sd_bus *bus);

DEFINE_POINTER_CLEANUP(PoolDomains, pool_domains_free);
