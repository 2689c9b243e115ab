/* SPDX-License-Identifier: MIT */
#pragma once

/* Domain names as canonical text: lower case, labels separated by dots, no dot at the end. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/ipv4.h"

enum {
        DNS_NAME_MAX = 254, /* text and NUL: 255 bytes on the wire are 253 characters */
        DNS_WIRE_NAME_MAX = 255,
        DNS_REVERSE_MAX = 29, /* "255.255.255.255.in-addr.arpa" and NUL */
};

/**
 * dns_name_parse() - reads a name: labels of letters, digits, '-' and '_', of 1 to 63 bytes, with
 * or without a dot at the end.
 * Return: 0, -EINVAL when it is not such a name.
 */
int dns_name_parse(const char *text, char ret[static DNS_NAME_MAX]);

/**
 * dns_name_to_wire() - a canonical name as RFC 1035 3.1 writes it, uncompressed.
 * Return: its size.
 */
size_t dns_name_to_wire(const char *name, uint8_t ret[static DNS_WIRE_NAME_MAX]);

/**
 * dns_name_is_within() - whether a name is @zone or below it; both canonical.
 */
bool dns_name_is_within(const char *name, const char *zone) _pure_;

/**
 * dns_name_reverse() - the name of an address below in-addr.arpa (RFC 1035 3.5).
 * Return: @buffer
 */
const char *dns_name_reverse(ipv4_t address, char buffer[static DNS_REVERSE_MAX]);
