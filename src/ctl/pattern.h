/* SPDX-License-Identifier: MIT */
#pragma once

/* What a person writes to pick leases: an address, a prefix, a hardware address, a client
 * identifier, or a hostname with wildcards. Pure. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/ipv4.h"

typedef enum PatternType {
        PATTERN_SUBNET, /* an address is a prefix of 32 bits */
        PATTERN_HARDWARE,
        PATTERN_CLIENT_ID,
        PATTERN_HOSTNAME,
        PATTERN_TYPE_MAX,
} PatternType;

enum {
        PATTERN_BYTES_MAX = 255,
};

typedef struct Pattern {
        PatternType type;
        Ipv4Prefix subnet;
        uint8_t bytes[PATTERN_BYTES_MAX];
        size_t n_bytes;
        const char *hostname; /* borrowed */
} Pattern;

/**
 * pattern_parse() - finds out what is meant.
 *
 * Six bytes with colons or dashes are a hardware address, any other number of bytes with colons is
 * a client identifier. What looks like an address but is none is no hostname either.
 *
 * @text: borrowed by the result
 * Return: 0, -EINVAL.
 */
int pattern_parse(const char *text, Pattern *ret);

/**
 * pattern_is_address() - whether one address is meant.
 */
static inline bool pattern_is_address(const Pattern *pattern) {
        return pattern->type == PATTERN_SUBNET && pattern->subnet.length == 32;
}

/**
 * pattern_is_name() - whether a hostname without wildcards is meant.
 */
bool pattern_is_name(const Pattern *pattern) _pure_;

/* What a pattern is compared with. */
typedef struct PatternSubject {
        ipv4_t address;
        const uint8_t *hardware;
        size_t hardware_size;
        const uint8_t *client_id;
        size_t client_id_size;
        const char *hostname;
} PatternSubject;

/**
 * pattern_matches() - whether the pattern picks this lease, by the server's rules: letters of ASCII
 * in either case, * and ? in hostnames.
 */
bool pattern_matches(const Pattern *pattern, const PatternSubject *subject) _pure_;
