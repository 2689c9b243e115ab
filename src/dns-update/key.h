/* SPDX-License-Identifier: MIT */
#pragma once

/* The key that requests and answers are signed with, and its HMAC. The secret is in here alone:
 * it is never shown, and overwritten when the key is freed. */

#include <stdint.h>

#include "basic/macro.h"
#include "basic/problem.h"
#include "dns-update/name.h"

enum {
        DNS_SECRET_MAX = 128, /* bytes; a longer one is hashed first by RFC 2104, and is odd */
        DNS_MAC_MAX = 64,     /* bytes */
};

typedef enum DnsKeyAlgorithm {
        DNS_HMAC_SHA256,
        DNS_HMAC_SHA512,
        DNS_KEY_ALGORITHM_MAX,
        DNS_KEY_ALGORITHM_INVALID = -1,
} DnsKeyAlgorithm;

typedef struct DnsKey {
        char name[DNS_NAME_MAX]; /* canonical */
        DnsKeyAlgorithm algorithm;
        uint8_t secret[DNS_SECRET_MAX];
        size_t secret_size;
} DnsKey;

/* Bytes to be signed: several pieces, one after the other. */
typedef struct DnsPiece {
        const void *data;
        size_t size;
} DnsPiece;

/**
 * dns_key_free() - overwrites the secret and frees. Return: NULL.
 */
DnsKey *dns_key_free(DnsKey *key);

/**
 * dns_key_algorithm_to_string() - "hmac-sha256", which is the name of RFC 8945 6 as well.
 */
const char *dns_key_algorithm_to_string(DnsKeyAlgorithm algorithm);

/**
 * dns_key_algorithm_from_string() - the inverse, in any case; DNS_KEY_ALGORITHM_INVALID.
 */
DnsKeyAlgorithm dns_key_algorithm_from_string(const char *name);

/**
 * dns_key_mac() - the HMAC (RFC 2104) of some pieces.
 * Return: its size, 32 or 64.
 */
size_t dns_key_mac(
        const DnsKey *key, const DnsPiece *pieces, size_t n, uint8_t ret[static DNS_MAC_MAX]);

/**
 * dns_key_parse() - reads the key of a file as tsig-keygen and keymgr write it:
 *
 *   key "NAME" { algorithm hmac-sha256; secret "BASE64"; };
 *
 * in any layout, with comments of the shell, C and C++. Nothing of the secret comes to the
 * problems.
 *
 * @file: the file's name, for problems
 * @wanted: canonical name of the key to take, NULL for the only one
 * @ret: receives a key for dns_key_free()
 * Return: 0, -EINVAL with a problem added, -ENOMEM.
 */
int dns_key_parse(const char *file, const char *text, size_t size, const char *wanted,
        Problems *problems, DnsKey **ret);

DEFINE_POINTER_CLEANUP(DnsKey, dns_key_free);
