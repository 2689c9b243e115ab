/* SPDX-License-Identifier: MIT */
/* SipHash-2-4 and the chained hash table that grows a little at each insertion.
 *
 * Invariant: while the table grows or shrinks, a hash whose old bucket is not yet moved lives
 * there, and in the new buckets otherwise; hash_table_bucket() is the one place that knows. */

#include <assert.h>
#include <endian.h>
#include <errno.h>
#include <string.h>

#include "basic/hash.h"

#define BUCKETS_MINIMUM 16
#define MOVE_GROUP 16

/* A table of this size is not worth a smaller one. */
#define BUCKETS_KEPT 4096

/* A table shrinks to a quarter when an eighth of its buckets would do, and is half full then. */
#define SHRINK_FILL 8
#define SHRINK_BY 4

static uint64_t rotate_left(uint64_t x, unsigned n) {
        return x << n | x >> (64 - n);
}

static uint64_t read_le64(const uint8_t *p) {
        uint64_t value;

        memcpy(&value, p, sizeof(value));
        return le64toh(value);
}

static inline void sip_rounds(uint64_t v[static 4], unsigned n) {
        while (n-- > 0) {
                v[0] += v[1];
                v[2] += v[3];
                v[1] = rotate_left(v[1], 13) ^ v[0];
                v[3] = rotate_left(v[3], 16) ^ v[2];
                v[0] = rotate_left(v[0], 32);
                v[2] += v[1];
                v[0] += v[3];
                v[1] = rotate_left(v[1], 17) ^ v[2];
                v[3] = rotate_left(v[3], 21) ^ v[0];
                v[2] = rotate_left(v[2], 32);
        }
}

uint64_t hash_bytes(const void *bytes, size_t size, const uint8_t key[static 16]) {
        const uint64_t k0 = read_le64(key), k1 = read_le64(key + 8);
        const uint8_t *p = bytes;
        uint64_t last = (uint64_t) size << 56;
        uint64_t v[4] = {
                k0 ^ UINT64_C(0x736f6d6570736575),
                k1 ^ UINT64_C(0x646f72616e646f6d),
                k0 ^ UINT64_C(0x6c7967656e657261),
                k1 ^ UINT64_C(0x7465646279746573),
        };
        size_t left = size;

        for (; left >= 8; left -= 8, p += 8) {
                uint64_t word = read_le64(p);

                v[3] ^= word;
                sip_rounds(v, 2);
                v[0] ^= word;
        }
        for (size_t i = 0; i < left; i++)
                last |= (uint64_t) p[i] << (8 * i);

        v[3] ^= last;
        sip_rounds(v, 2);
        v[0] ^= last;
        v[2] ^= 0xff;
        sip_rounds(v, 4);
        return v[0] ^ v[1] ^ v[2] ^ v[3];
}

uint64_t hash_u32(uint32_t number, const uint8_t key[static 16]) {
        const uint64_t k0 = read_le64(key), k1 = read_le64(key + 8);
        uint64_t hash = (k0 ^ number) * (k1 | 1);

        /* a product's high bits depend on everything, a table looks at the low ones */
        hash = (hash ^ hash >> 32) * (k0 | 1);
        return hash ^ hash >> 32;
}

void hash_table_init(HashTable *table, HashFunction hash, const void *userdata) {
        *table = (HashTable){
                .hash = hash,
                .userdata = userdata,
        };
}

void hash_table_done(HashTable *table) {
        free(table->buckets);
        free(table->old_buckets);
        hash_table_init(table, table->hash, table->userdata);
}

static void bucket_push(HashNode **bucket, HashNode *node) {
        node->next = *bucket;
        *bucket = node;
}

static int table_resize(HashTable *table, size_t n_buckets) {
        HashNode **buckets;

        buckets = calloc(n_buckets, sizeof(*buckets));
        if (!buckets)
                return -ENOMEM;

        /* There is nothing to move out of the first, absent buckets. */
        table->old_buckets = table->buckets;
        table->n_old_buckets = table->n_buckets;
        table->n_moved = 0;
        table->buckets = buckets;
        table->n_buckets = n_buckets;
        return 0;
}

static bool table_is_empty_enough(const HashTable *table) {
        return table->n_buckets > BUCKETS_KEPT && table->n_nodes < table->n_buckets / SHRINK_FILL;
}

static void table_shrink(HashTable *table) {
        if (!table->old_buckets && table_is_empty_enough(table))
                (void) table_resize(table, table->n_buckets / SHRINK_BY);
}

static void table_move_bucket(HashTable *table) {
        HashNode *node = TAKE_PTR(table->old_buckets[table->n_moved]);

        table->n_moved++;
        for (HashNode *next; node; node = next) {
                next = node->next;
                bucket_push(hash_table_bucket(table, table->hash(node, table->userdata)), node);
        }
        if (table->n_moved == table->n_old_buckets) {
                const bool shrinking = hash_table_is_shrinking(table);

                free(TAKE_PTR(table->old_buckets));
                table->n_old_buckets = table->n_moved = 0;
                if (shrinking)
                        table_shrink(table);
        }
}

/* In groups, whose elements are all fetched before the first of them is looked at: they lie
 * anywhere, and one after the other each would be waited for. */
void hash_table_move(HashTable *table, size_t n) {
        while (table->old_buckets && n > 0) {
                HashNode *const *old = table->old_buckets + table->n_moved;
                const size_t left = MIN(n, table->n_old_buckets - table->n_moved);
                const size_t group = MIN(left, (size_t) MOVE_GROUP);

                for (size_t i = 0; i < group; i++)
                        __builtin_prefetch(old[i]);
                for (size_t i = 0; i < group; i++)
                        if (old[i])
                                __builtin_prefetch(old[i]->next);
                for (size_t i = 0; i < group; i++)
                        table_move_bucket(table);
                n -= group;
        }
}

/* Whether an insertion has to move a bucket, since as many are left as insertions until the next
 * doubling, or more where an earlier doubling found no memory. */
static bool table_must_move(const HashTable *table) {
        return table->old_buckets &&
               table->n_old_buckets - table->n_moved + table->n_nodes >= table->n_buckets;
}

static int table_grow(HashTable *table) {
        return table_resize(table, table->n_buckets > 0 ? table->n_buckets * 2 : BUCKETS_MINIMUM);
}

int hash_table_reserve(HashTable *table, size_t n) {
        size_t n_buckets = BUCKETS_MINIMUM;
        HashNode **buckets;

        if (table->n_nodes > 0 || n <= table->n_buckets)
                return 0;
        while (n_buckets < n)
                n_buckets *= 2;
        buckets = calloc(n_buckets, sizeof(*buckets));
        if (!buckets)
                return -ENOMEM;

        hash_table_done(table);
        table->buckets = buckets;
        table->n_buckets = n_buckets;
        return 0;
}

int hash_table_insert(HashTable *table, HashNode *node, uint64_t hash) {
        if (!table->old_buckets && table->n_nodes >= table->n_buckets) {
                int r = table_grow(table);

                if (r < 0 && table->n_buckets == 0)
                        return r;
        }
        if (hash_table_is_shrinking(table))
                hash_table_move(table, MOVE_GROUP);
        else if (table_must_move(table))
                table_move_bucket(table);

        bucket_push(hash_table_bucket(table, hash), node);
        table->n_nodes++;
        return 0;
}

static HashNode **find_link(const HashTable *table, const HashNode *node, uint64_t hash) {
        HashNode **link = hash_table_bucket(table, hash);

        while (*link != node) {
                assert(*link);
                link = &(*link)->next;
        }
        return link;
}

void hash_table_replace(HashTable *table, HashNode *old, HashNode *node, uint64_t hash) {
        HashNode **link = find_link(table, old, hash);

        node->next = old->next;
        *link = node;
        old->next = NULL;
}

void hash_table_remove(HashTable *table, HashNode *node, uint64_t hash) {
        HashNode **link = find_link(table, node, hash);

        *link = node->next;
        node->next = NULL;
        table->n_nodes--;
        if (hash_table_is_shrinking(table) || (table->old_buckets && table_is_empty_enough(table)))
                hash_table_move(table, MOVE_GROUP);
        else
                table_shrink(table);
}
