/* SPDX-License-Identifier: MIT */
#pragma once

/* The DHCID record (RFC 4701): whose a name is, without telling anybody who that is. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/macro.h"

enum {
        DHCID_SIZE = 35, /* identifier type, digest type, SHA-256 */
};

/* Whom a lease belongs to, as in the server: option 61 as the client sends it, or else hardware
 * type and address. Borrowed. */
typedef struct DnsIdentity {
        const uint8_t *client_id; /* NULL = there is none */
        size_t client_id_size;
        uint8_t hardware_type;
        const uint8_t *hardware;
        size_t hardware_size;
} DnsIdentity;

typedef struct Dhcid {
        uint8_t data[DHCID_SIZE]; /* RDATA; all zero = none */
} Dhcid;

/**
 * dhcid_make() - the record's data for a client and a name. A client identifier of RFC 4361 counts
 * by its DUID, so that DHCPv6 servers find the same.
 *
 * @name: canonical
 */
void dhcid_make(const DnsIdentity *identity, const char *name, Dhcid *ret);

/**
 * dhcid_equal() - whether two are the same.
 */
bool dhcid_equal(const Dhcid *a, const Dhcid *b) _pure_;

/**
 * dhcid_is_set() - whether there is one.
 */
bool dhcid_is_set(const Dhcid *dhcid) _pure_;
