/* SPDX-License-Identifier: MIT */
#pragma once

/* IPv4 addresses, prefixes and ranges as numbers in host byte order. The wire's order exists in
 * wire/ and in socket addresses alone. */

#include <stdbool.h>
#include <stdint.h>

#include "basic/macro.h"

#define IPV4_STRING_MAX 16
#define IPV4_PREFIX_STRING_MAX 19
#define IPV4_RANGE_STRING_MAX 32

/* An address in host byte order; 0 is "none" wherever the protocol says so. */
typedef uint32_t ipv4_t;

#define IPV4_BROADCAST ((ipv4_t) UINT32_MAX)

typedef struct Ipv4Prefix {
        ipv4_t address; /* may have host bits, see ipv4_prefix_network() */
        uint8_t length; /* 0 to 32 */
} Ipv4Prefix;

/* Both ends belong to the range; first <= last. */
typedef struct Ipv4Range {
        ipv4_t first;
        ipv4_t last;
} Ipv4Range;

/**
 * ipv4_parse() - reads dotted quad, four decimal numbers without leading zeros, nothing else.
 * Return: 0 or -EINVAL.
 */
int ipv4_parse(const char *text, ipv4_t *ret);

/**
 * ipv4_put() - writes dotted quad at @p, less than IPV4_STRING_MAX bytes, without NUL.
 * Return: the place after it.
 */
char *ipv4_put(char *p, ipv4_t address);

/**
 * ipv4_format() - writes dotted quad.
 * Return: @buffer
 */
const char *ipv4_format(ipv4_t address, char buffer[static IPV4_STRING_MAX]);

/**
 * ipv4_prefix_parse() - reads "192.168.1.0/24"; host bits are kept.
 * Return: 0 or -EINVAL.
 */
int ipv4_prefix_parse(const char *text, Ipv4Prefix *ret);

/**
 * ipv4_prefix_format() - writes "192.168.1.0/24".
 * Return: @buffer
 */
const char *ipv4_prefix_format(Ipv4Prefix prefix, char buffer[static IPV4_PREFIX_STRING_MAX]);

/**
 * ipv4_range_parse() - reads "A-B" (blanks around the dash are taken) or a single address.
 * Return: 0, -EINVAL when malformed, -ERANGE when the end lies before the start.
 */
int ipv4_range_parse(const char *text, Ipv4Range *ret);

/**
 * ipv4_range_format() - writes "A-B".
 * Return: @buffer
 */
const char *ipv4_range_format(Ipv4Range range, char buffer[static IPV4_RANGE_STRING_MAX]);

/**
 * ipv4_is_unicast() - whether a host on a network may have this address at all.
 */
bool ipv4_is_unicast(ipv4_t address) _const_;

/**
 * ipv4_is_loopback() - whether an address is in 127.0.0.0/8.
 */
static inline bool ipv4_is_loopback(ipv4_t address) {
        return address >> 24 == 127;
}

/**
 * ipv4_netmask() - the mask of a prefix length, 0 to 32.
 */
static inline ipv4_t ipv4_netmask(uint8_t length) {
        return length == 0 ? 0 : UINT32_MAX << (32 - length);
}

/**
 * ipv4_prefix_network() - the prefix' first address.
 */
static inline ipv4_t ipv4_prefix_network(Ipv4Prefix prefix) {
        return prefix.address & ipv4_netmask(prefix.length);
}

/**
 * ipv4_prefix_broadcast() - the prefix' last address.
 */
static inline ipv4_t ipv4_prefix_broadcast(Ipv4Prefix prefix) {
        return prefix.address | ~ipv4_netmask(prefix.length);
}

/**
 * ipv4_prefix_contains() - whether the address lies in the prefix.
 */
static inline bool ipv4_prefix_contains(Ipv4Prefix prefix, ipv4_t address) {
        return ((prefix.address ^ address) & ipv4_netmask(prefix.length)) == 0;
}

/**
 * ipv4_prefix_usable() - whether a host may have this address in the prefix: inside, and for
 * prefixes up to /30 neither network nor broadcast address (RFC 3021 for /31).
 */
static inline bool ipv4_prefix_usable(Ipv4Prefix prefix, ipv4_t address) {
        if (!ipv4_prefix_contains(prefix, address))
                return false;
        if (prefix.length >= 31)
                return true;
        return address != ipv4_prefix_network(prefix) && address != ipv4_prefix_broadcast(prefix);
}

/**
 * ipv4_range_contains() - whether the address lies in the range.
 */
static inline bool ipv4_range_contains(Ipv4Range range, ipv4_t address) {
        return address >= range.first && address <= range.last;
}
