/* SPDX-License-Identifier: MIT */
#pragma once

/* Option values that are not plain numbers, encoded and sorted: a set of options ready for a reply,
 * and the encodings of routes and search lists. Configuration and client speak through this. */

#include <stddef.h>
#include <stdint.h>

#include "basic/buffer.h"
#include "basic/ipv4.h"
#include "basic/macro.h"
#include "wire/code-set.h"

typedef struct OptionValue {
        uint8_t code;
        uint16_t size;
        uint8_t *data; /* owned by the set */
} OptionValue;

/* Sorted by code, each code once. */
typedef struct OptionSet {
        OptionValue *values;
        size_t n_values;
        CodeSet codes; /* of the values */
} OptionSet;

typedef struct Ipv4Route {
        Ipv4Prefix destination;
        ipv4_t gateway;
} Ipv4Route;

/**
 * option_set_done() - frees the values; the set is empty.
 */
void option_set_done(OptionSet *set);

/**
 * option_set_put() - sets an option, replacing an earlier value.
 *
 * @data: @size bytes, copied
 * Return: 0, -ENOMEM, -EINVAL for codes 0 and 255, -E2BIG when @size is more than 65,535.
 */
int option_set_put(OptionSet *set, uint8_t code, const void *data, size_t size);

/**
 * option_set_append() - appends bytes to an option, setting it when it is absent.
 * Return: as option_set_put().
 */
int option_set_append(OptionSet *set, uint8_t code, const void *data, size_t size);

/**
 * option_set_remove() - forgets an option; nothing happens when it is absent.
 */
void option_set_remove(OptionSet *set, uint8_t code);

/**
 * option_set_get() - the value of a code, or NULL. O(log n).
 */
const OptionValue *option_set_get(const OptionSet *set, uint8_t code);

/**
 * option_set_copy() - copies all values into an empty set.
 * Return: 0 or -ENOMEM.
 */
int option_set_copy(OptionSet *set, const OptionSet *source);

/**
 * option_set_put_ipv4s() - sets an option to a list of addresses given in host byte order.
 * Return: as option_set_put().
 */
int option_set_put_ipv4s(OptionSet *set, uint8_t code, const ipv4_t *addresses, size_t n);

/**
 * option_encode_route() - appends one route in the form of RFC 3442: prefix length, significant
 * octets of the destination, gateway. Return: 0 or -ENOMEM.
 */
int option_encode_route(Buffer *buffer, const Ipv4Route *route);

/**
 * option_decode_routes() - reads option 121.
 *
 * @ret: receives up to @capacity routes
 * @ret_n: receives how many the option holds
 * Return: 0, -EBADMSG.
 */
int option_decode_routes(
        const uint8_t *data, size_t size, Ipv4Route *ret, size_t capacity, size_t *ret_n);

/**
 * option_encode_search() - appends a domain as RFC 1035 labels, compressed against what the buffer
 * holds already (RFC 3397).
 *
 * @buffer: the whole option so far
 * Return: 0, -ENOMEM, -EINVAL when @domain is not a domain name.
 */
int option_encode_search(Buffer *buffer, const char *domain);

/**
 * option_decode_search() - reads option 119, pointers followed without loops.
 *
 * @ret: receives a NULL-terminated array for strv_free(); names are sanitised
 * Return: 0, -EBADMSG, -ENOMEM.
 */
int option_decode_search(const uint8_t *data, size_t size, char ***ret);

/**
 * domain_name_is_valid() - whether a name is labels of letters, digits, hyphens and underscores,
 * each of 1 to 63 bytes, at most 253 in all; one final dot is taken.
 */
int domain_name_is_valid(const char *name) _pure_;
