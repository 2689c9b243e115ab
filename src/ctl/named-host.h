/* SPDX-License-Identifier: MIT */
#pragma once

/* Hosts that the configuration calls by a name, and what their clients are known by. A client may
 * call itself whatever it likes; what somebody has configured goes before. */

#include "ctl/connection.h"
#include "ctl/lease-list.h"
#include "ctl/pattern.h"

enum {
        NAMED_HOST_IDENTITIES = 2, /* hardware address and client identifier */
};

typedef struct NamedHost {
        char *name;
        Pattern identities[NAMED_HOST_IDENTITIES];
        size_t n_identities; /* 0 = known by its circuit alone */
        ipv4_t address;      /* that is kept for it, 0 = none */
} NamedHost;

typedef struct NamedHosts {
        NamedHost *items;
        size_t n_items;
} NamedHosts;

/**
 * named_hosts_done() - frees the hosts.
 */
void named_hosts_done(NamedHosts *hosts);

/**
 * named_hosts_fetch() - asks the server for the hosts of a name: the one with this name; without
 * it, those whose clients are called so (Hostname=). Letters of ASCII in either case.
 *
 * @ret: to be given to named_hosts_done(), whatever is returned
 * Return: 0, negative errno for connection_report().
 */
int named_hosts_fetch(NamedHosts *ret, Connection *connection, const char *name);

/**
 * named_hosts_load() - the same from the configuration of this machine, with those changes made
 * over the bus that may be read.
 *
 * Return: 0, -ENOMEM, negative errno of configuration_read().
 */
int named_hosts_load(NamedHosts *ret, const char *name);

/**
 * named_hosts_own() - whether a lease is of one of the hosts: by what identifies its client; by the
 * flag of its address where the client is known by its circuit alone.
 */
bool named_hosts_own(const NamedHosts *hosts, const LeaseEntry *lease) _pure_;

/**
 * named_hosts_are_known() - whether leases can be told to be theirs: there is one, and each has
 * something by which it is known.
 */
bool named_hosts_are_known(const NamedHosts *hosts) _pure_;
