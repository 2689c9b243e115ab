/* SPDX-License-Identifier: MIT */
/* A key and what is signed with it, by the hashes of libldns. Its own TSIG is not used: it reads
 * the clock itself, takes answers of any age, and leaves copies of the secret in freed memory. */

#include "dns-update/key.h"

#include <ldns/ldns.h>
#include <string.h>
#include <strings.h>

enum {
        INNER_PAD = 0x36, /* RFC 2104 2 */
        OUTER_PAD = 0x5c,
        BLOCK_MAX = LDNS_SHA512_BLOCK_LENGTH,
};

typedef union Hash {
        ldns_sha256_CTX sha256;
        ldns_sha512_CTX sha512;
} Hash;

static const char *const algorithm_names[DNS_KEY_ALGORITHM_MAX] = {
        [DNS_HMAC_SHA256] = "hmac-sha256",
        [DNS_HMAC_SHA512] = "hmac-sha512",
};

const char *dns_key_algorithm_to_string(DnsKeyAlgorithm algorithm) {
        return algorithm_names[algorithm];
}

DnsKeyAlgorithm dns_key_algorithm_from_string(const char *name) {
        for (DnsKeyAlgorithm i = 0; i < DNS_KEY_ALGORITHM_MAX; i++)
                if (strcasecmp(algorithm_names[i], name) == 0)
                        return i;
        return DNS_KEY_ALGORITHM_INVALID;
}

DnsKey *dns_key_free(DnsKey *key) {
        if (!key)
                return NULL;
        explicit_bzero(key, sizeof(*key));
        free(key);
        return NULL;
}

static size_t block_size(DnsKeyAlgorithm algorithm) {
        return algorithm == DNS_HMAC_SHA512 ? LDNS_SHA512_BLOCK_LENGTH : LDNS_SHA256_BLOCK_LENGTH;
}

static void hash_update(DnsKeyAlgorithm algorithm, Hash *hash, const void *data, size_t size) {
        if (size == 0)
                return;
        if (algorithm == DNS_HMAC_SHA512)
                ldns_sha512_update(&hash->sha512, data, size);
        else
                ldns_sha256_update(&hash->sha256, data, size);
}

static size_t hash_final(DnsKeyAlgorithm algorithm, Hash *hash, uint8_t *ret) {
        if (algorithm == DNS_HMAC_SHA512) {
                ldns_sha512_final(ret, &hash->sha512);
                return LDNS_SHA512_DIGEST_LENGTH;
        }
        ldns_sha256_final(ret, &hash->sha256);
        return LDNS_SHA256_DIGEST_LENGTH;
}

static void hash_init(DnsKeyAlgorithm algorithm, Hash *hash) {
        if (algorithm == DNS_HMAC_SHA512)
                ldns_sha512_init(&hash->sha512);
        else
                ldns_sha256_init(&hash->sha256);
}

/* Begins a hash with the secret, filled up to a block, each byte of it changed by @pad. */
static void begin(const DnsKey *key, Hash *hash, uint8_t pad) {
        const size_t size = block_size(key->algorithm);
        uint8_t block[BLOCK_MAX] = {0};

        if (key->secret_size <= size) {
                memcpy(block, key->secret, key->secret_size);
        } else {
                hash_init(key->algorithm, hash);
                hash_update(key->algorithm, hash, key->secret, key->secret_size);
                (void) hash_final(key->algorithm, hash, block);
        }
        for (size_t i = 0; i < size; i++)
                block[i] ^= pad;
        hash_init(key->algorithm, hash);
        hash_update(key->algorithm, hash, block, size);
        explicit_bzero(block, sizeof(block));
}

size_t dns_key_mac(
        const DnsKey *key, const DnsPiece *pieces, size_t n, uint8_t ret[static DNS_MAC_MAX]) {
        uint8_t inner[DNS_MAC_MAX];
        size_t size;
        Hash hash;

        begin(key, &hash, INNER_PAD);
        for (size_t i = 0; i < n; i++)
                hash_update(key->algorithm, &hash, pieces[i].data, pieces[i].size);
        size = hash_final(key->algorithm, &hash, inner);
        begin(key, &hash, OUTER_PAD);
        hash_update(key->algorithm, &hash, inner, size);
        size = hash_final(key->algorithm, &hash, ret);
        explicit_bzero(&hash, sizeof(hash));
        explicit_bzero(inner, sizeof(inner));
        return size;
}
