/* SPDX-License-Identifier: MIT */
#pragma once

/* An intrusive chained hash table: the node is a member of the element, so that an element is in
 * several tables without an allocation of its own. Equal keys may repeat. The table grows by
 * doubling; its buckets are moved one by one with the insertions that follow, unless somebody has
 * time for more at once, so that no insertion is slow. It shrinks, when hardly any bucket is in use
 * any more, in the same way, with whatever is inserted or removed then.
 *
 * Keys are chosen by strangers (client identifiers): hash_bytes() is SipHash-2-4 under a secret. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/macro.h"

typedef struct HashNode {
        struct HashNode *next;
} HashNode;

/* The hash of the element that holds `node`; needed when the table grows. */
typedef uint64_t (*HashFunction)(const HashNode *node, const void *userdata);

typedef struct HashTable {
        HashNode **buckets; /* 2^k lists */
        size_t n_buckets;
        HashNode **old_buckets; /* being emptied into buckets, or NULL */
        size_t n_old_buckets;
        size_t n_moved; /* old buckets below this are empty */
        size_t n_nodes;
        HashFunction hash;
        const void *userdata;
} HashTable;

/**
 * hash_bytes() - SipHash-2-4 of @size bytes under @key.
 */
uint64_t hash_bytes(const void *bytes, size_t size, const uint8_t key[static 16]) _pure_;

/**
 * hash_u32() - a number under the same kind of key, in a few instructions: multiplied and folded
 * twice. Nobody who does not know @key can choose numbers that meet in a table; unlike those of
 * hash_bytes(), the hashes themselves must not be shown to anybody.
 */
uint64_t hash_u32(uint32_t number, const uint8_t key[static 16]) _pure_;

/**
 * hash_table_init() - an empty table; allocates nothing.
 *
 * @hash: computes the hash of an element already in the table
 * @userdata: passed to @hash, borrowed
 */
void hash_table_init(HashTable *table, HashFunction hash, const void *userdata);

/**
 * hash_table_done() - frees the buckets; the elements are the caller's.
 */
void hash_table_done(HashTable *table);

/**
 * hash_table_reserve() - makes buckets for @n nodes at once, so that a table which is about to be
 * filled does not grow step by step. Nothing happens when the table has nodes.
 *
 * Return: 0 or -ENOMEM with the table unchanged.
 */
int hash_table_reserve(HashTable *table, size_t n);

/**
 * hash_table_is_shrinking() - whether buckets are left that memory is waiting for: those who have
 * time call hash_table_move().
 */
static inline bool hash_table_is_shrinking(const HashTable *table) {
        return table->n_old_buckets > table->n_buckets;
}

/**
 * hash_table_replace() - puts a node into the place of another one that is in the table. O(1)
 * expected.
 *
 * @hash: of both
 */
void hash_table_replace(HashTable *table, HashNode *old, HashNode *node, uint64_t hash);

/**
 * hash_table_insert() - links a node in. O(1).
 *
 * @hash: the hash of its element, as the table's function gives it
 * Return: 0 or -ENOMEM (only while the table has no bucket at all; a table that cannot grow is
 * slower but works).
 */
int hash_table_insert(HashTable *table, HashNode *node, uint64_t hash);

/**
 * hash_table_move() - while the table grows or shrinks, moves up to @n buckets, faster than the
 * insertions would that need not do it any more.
 */
void hash_table_move(HashTable *table, size_t n);

/**
 * hash_table_remove() - unlinks a node that is in the table. O(1) expected.
 */
void hash_table_remove(HashTable *table, HashNode *node, uint64_t hash);

/**
 * hash_table_bucket() - the list that a hash belongs to, in a table that has buckets.
 */
static inline HashNode **hash_table_bucket(const HashTable *table, uint64_t hash) {
        if (table->old_buckets) {
                size_t old = hash & (table->n_old_buckets - 1);

                if (old >= table->n_moved)
                        return &table->old_buckets[old];
        }
        return &table->buckets[hash & (table->n_buckets - 1)];
}

/**
 * hash_table_first() - the first node whose hash may be @hash, or NULL; compare the key yourself
 * and go on with hash_table_next().
 */
static inline HashNode *hash_table_first(const HashTable *table, uint64_t hash) {
        return table->n_buckets > 0 ? *hash_table_bucket(table, hash) : NULL;
}

/**
 * hash_table_next() - the next candidate after @node, or NULL.
 */
static inline HashNode *hash_table_next(
        _unused_ const HashTable *table, const HashNode *node, _unused_ uint64_t hash) {
        return node->next;
}
