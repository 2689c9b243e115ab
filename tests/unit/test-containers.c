/* SPDX-License-Identifier: MIT */
/* Hash table, bitmap, heap, list and slab, against simple models of themselves. */

#include <errno.h>

#include "basic/bitmap.h"
#include "basic/hash.h"
#include "basic/heap.h"
#include "basic/list.h"
#include "basic/slab.h"
#include "test.h"

#define N_ELEMENTS 5000

/* The same sequence in every run. */
static uint64_t random_next(uint64_t *state) {
        *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        return *state >> 33;
}

/* The authors' test vectors: bytes 0, 1, 2 … of growing length under the key 0 … 15. */
START_TEST(test_siphash)
{
        static const struct {
                size_t size;
                uint64_t hash;
        } cases[] = {
                {0, UINT64_C(0x726fdb47dd0e0e31)},
                {1, UINT64_C(0x74f839c593dc67fd)},
                {2, UINT64_C(0x0d6c8009d9a94f5a)},
                {7, UINT64_C(0xab0200f58b01d137)},
                {8, UINT64_C(0x93f5f5799a932462)},
                {15, UINT64_C(0xa129ca6149be45e5)},
        };
        uint8_t key[16], bytes[16];

        for (uint8_t i = 0; i < 16; i++)
                key[i] = bytes[i] = i;
        for (size_t i = 0; i < ELEMENTSOF(cases); i++)
                ck_assert_uint_eq(hash_bytes(bytes, cases[i].size, key), cases[i].hash);
        key[0]++;
        ck_assert_uint_ne(hash_bytes(bytes, 15, key), UINT64_C(0xa129ca6149be45e5));
}
END_TEST

typedef struct Element {
        HashNode hash_node;
        HeapNode heap_node;
        ListNode list_node;
        uint64_t hash;
        usec_t deadline;
        bool present;
} Element;

static uint64_t element_hash(const HashNode *node, const void *userdata) {
        const Element *element = CONTAINER_OF(node, Element, hash_node);

        return element->hash ^ *(const uint64_t *) userdata;
}

static bool table_has(const HashTable *table, const Element *element, uint64_t hash) {
        for (HashNode *node = hash_table_first(table, hash); node;
                node = hash_table_next(table, node, hash))
                if (node == &element->hash_node)
                        return true;
        return false;
}

/* Numbers that follow one another, and such that differ in their high bits alone, spread over the
 * buckets of a table as random ones would: about one in each. */
START_TEST(test_hash_of_numbers)
{
        static const uint32_t steps[] = {1, 2, 256, 65536, 1 << 20};
        enum { N_BUCKETS = 1024, N_NUMBERS = 1024 };

        for (unsigned k = 0; k < 50; k++) {
                uint8_t key[16];

                for (size_t i = 0; i < sizeof(key); i++)
                        key[i] = (uint8_t) (hash_bytes(
                                &k, sizeof(k), (const uint8_t[16]){(uint8_t) i}));
                for (size_t s = 0; s < ELEMENTSOF(steps); s++) {
                        unsigned fill[N_BUCKETS] = {0}, most = 0;

                        for (uint32_t i = 0; i < N_NUMBERS; i++) {
                                size_t at = hash_u32(0x0a000000 + i * steps[s], key) % N_BUCKETS;

                                most = MAX(most, ++fill[at]);
                        }
                        ck_assert_msg(most <= 16, "step %u: %u of %u numbers in one bucket",
                                steps[s], most, (unsigned) N_NUMBERS);
                }
        }
}
END_TEST

START_TEST(test_hash_table)
{
        const uint64_t salt = 0x5a5a5a5a;
        Element *elements = calloc(N_ELEMENTS, sizeof(*elements));
        HashTable table;

        hash_table_init(&table, element_hash, &salt);
        ck_assert_ptr_null(hash_table_first(&table, 5));

        /* Some share a bucket, some are equal. */
        for (size_t i = 0; i < N_ELEMENTS; i++) {
                elements[i].hash = i / 3 * 7 % 4096;
                ck_assert_int_eq(hash_table_insert(&table, &elements[i].hash_node,
                                         element_hash(&elements[i].hash_node, &salt)),
                        0);
                /* Half-way through every growth all elements are still found. */
                if (i < 300 || i % 251 == 0)
                        for (size_t j = 0; j <= i; j++)
                                ck_assert(table_has(&table, &elements[j], elements[j].hash ^ salt));
        }
        ck_assert_uint_eq(table.n_nodes, N_ELEMENTS);
        ck_assert_uint_ge(table.n_buckets, N_ELEMENTS / 2);

        for (size_t i = 0; i < N_ELEMENTS; i += 2)
                hash_table_remove(&table, &elements[i].hash_node, elements[i].hash ^ salt);
        for (size_t i = 0; i < N_ELEMENTS; i++)
                ck_assert_int_eq(
                        table_has(&table, &elements[i], elements[i].hash ^ salt), i % 2 == 1);
        ck_assert_uint_eq(table.n_nodes, N_ELEMENTS / 2);

        hash_table_done(&table);
        free(elements);
}
END_TEST

/* Whoever has time moves many at once, in whatever portions; nothing is lost, and the insertions
 * that follow have less to do. */
START_TEST(test_hash_table_moves)
{
        const uint64_t salt = 0x5a5a5a5a;
        Element *elements = calloc(N_ELEMENTS, sizeof(*elements));
        HashTable table;

        hash_table_init(&table, element_hash, &salt);
        hash_table_move(&table, 100);
        for (size_t i = 0; i < N_ELEMENTS; i++) {
                elements[i].hash = i * 7919 % 100003;
                ck_assert_int_eq(hash_table_insert(&table, &elements[i].hash_node,
                                         element_hash(&elements[i].hash_node, &salt)),
                        0);
                if (i % 37 == 0)
                        hash_table_move(&table, i % 100);
                if (i < 300 || i % 251 == 0)
                        for (size_t j = 0; j <= i; j++)
                                ck_assert(table_has(&table, &elements[j], elements[j].hash ^ salt));
        }
        ck_assert_uint_ge(table.n_buckets, N_ELEMENTS / 2);
        hash_table_move(&table, SIZE_MAX);
        ck_assert_ptr_null(table.old_buckets);
        for (size_t i = 0; i < N_ELEMENTS; i++)
                ck_assert(table_has(&table, &elements[i], elements[i].hash ^ salt));

        hash_table_done(&table);
        free(elements);
}
END_TEST

/* Elements that no memory was to be had for in time: the table grows as soon as there is some, and
 * goes on growing. */
START_TEST(test_hash_table_grows_late)
{
        const uint64_t salt = 0;
        Element *elements = calloc(N_ELEMENTS, sizeof(*elements));
        HashTable table;

        hash_table_init(&table, element_hash, &salt);
        for (size_t i = 0; i < N_ELEMENTS; i++) {
                elements[i].hash = i;
                /* as after three doublings that failed */
                if (table.n_nodes == 16 && table.n_buckets == 16)
                        table.n_nodes += 3;
                ck_assert_int_eq(hash_table_insert(&table, &elements[i].hash_node, i), 0);
        }
        ck_assert_uint_ge(table.n_buckets, N_ELEMENTS / 2);

        hash_table_done(&table);
        free(elements);
}
END_TEST

static size_t model_first_clear(const bool *bits, size_t n_bits, size_t from) {
        while (from < n_bits && bits[from])
                from++;
        return from < n_bits ? from : BITMAP_NONE;
}

START_TEST(test_bitmap_against_model)
{
        static const size_t sizes[] = {1, 63, 64, 65, 101, 4095, 4096, 4097, 20000};
        uint64_t seed = 1;

        for (size_t s = 0; s < ELEMENTSOF(sizes); s++) {
                const size_t n_bits = sizes[s];
                bool *bits = calloc(n_bits, sizeof(*bits));
                Bitmap bitmap;

                ck_assert_int_eq(bitmap_init(&bitmap, n_bits), 0);
                for (size_t i = 0; i < 1000; i++) {
                        size_t bit = random_next(&seed) % n_bits;
                        size_t length = random_next(&seed) % (n_bits / 2 + 1);
                        bool set = random_next(&seed) % 4 != 0;

                        /* Runs, so that words and words of words fill up. */
                        for (size_t b = bit; b < n_bits && b < bit + length; b++) {
                                bits[b] = set;
                                if (set)
                                        bitmap_set(&bitmap, b);
                                else
                                        bitmap_clear(&bitmap, b);
                                if (b > bit + 100 && i % 8 != 0)
                                        break;
                        }
                        ck_assert_int_eq(bitmap_test(&bitmap, bit), bits[bit]);
                        for (unsigned j = 0; j < 4; j++) {
                                size_t from = random_next(&seed) % (n_bits + 2);

                                ck_assert_uint_eq(bitmap_first_clear(&bitmap, from),
                                        model_first_clear(bits, n_bits, from));
                        }
                }

                for (size_t b = 0; b < n_bits; b++)
                        bitmap_set(&bitmap, b);
                ck_assert_uint_eq(bitmap_first_clear(&bitmap, 0), BITMAP_NONE);
                bitmap_clear(&bitmap, n_bits - 1);
                ck_assert_uint_eq(bitmap_first_clear(&bitmap, 0), n_bits - 1);

                bitmap_done(&bitmap);
                free(bits);
        }
}
END_TEST

START_TEST(test_bitmap_sizes)
{
        Bitmap bitmap;

        ck_assert_int_eq(bitmap_init(&bitmap, 0), 0);
        ck_assert_uint_eq(bitmap_first_clear(&bitmap, 0), BITMAP_NONE);
        bitmap_done(&bitmap);

        ck_assert_int_eq(bitmap_init(&bitmap, (size_t) 1 << 24), 0);
        ck_assert_uint_eq(bitmap.n_levels, 4);
        ck_assert_uint_eq(bitmap_first_clear(&bitmap, (1 << 24) - 1), (1 << 24) - 1);
        ck_assert_uint_eq(bitmap_first_clear(&bitmap, 1 << 24), BITMAP_NONE);
        bitmap_done(&bitmap);

        ck_assert_int_eq(bitmap_init(&bitmap, SIZE_MAX), -ENOMEM);
        ck_assert_uint_eq(bitmap_first_clear(&bitmap, 0), BITMAP_NONE);
        bitmap_done(&bitmap);
}
END_TEST

START_TEST(test_heap_against_model)
{
        Element *elements = calloc(N_ELEMENTS, sizeof(*elements));
        Heap heap = {0};
        uint64_t seed = 2;

        ck_assert_uint_eq(heap_deadline(&heap), USEC_INFINITY);
        ck_assert_ptr_null(heap_first(&heap));
        for (size_t i = 0; i < N_ELEMENTS; i++) {
                elements[i].deadline = USEC_INFINITY;
                elements[i].heap_node.index = HEAP_INDEX_NONE;
        }

        /* Inserted, moved both ways, removed; removing what is not there changes nothing. */
        for (size_t i = 0; i < 4 * N_ELEMENTS; i++) {
                Element *element = &elements[random_next(&seed) % N_ELEMENTS];
                usec_t deadline = random_next(&seed) % 1000;

                if (deadline < 100) {
                        heap_remove(&heap, &element->heap_node);
                        ck_assert_uint_eq(element->heap_node.index, HEAP_INDEX_NONE);
                        deadline = USEC_INFINITY;
                } else if (deadline < 150) {
                        deadline = USEC_INFINITY;
                        ck_assert_int_eq(heap_set(&heap, &element->heap_node, deadline), 0);
                } else
                        ck_assert_int_eq(heap_set(&heap, &element->heap_node, deadline), 0);
                element->deadline = deadline;
        }

        for (usec_t last = 0; heap_first(&heap);) {
                Element *element = CONTAINER_OF(heap_first(&heap), Element, heap_node);

                ck_assert_uint_eq(heap_deadline(&heap), element->deadline);
                ck_assert_uint_ge(element->deadline, last);
                last = element->deadline;
                element->deadline = USEC_INFINITY;
                heap_remove(&heap, &element->heap_node);
        }
        for (size_t i = 0; i < N_ELEMENTS; i++)
                ck_assert_uint_eq(elements[i].deadline, USEC_INFINITY);

        heap_done(&heap);
        free(elements);
}
END_TEST

START_TEST(test_heap_reserve)
{
        HeapNode nodes[100] = {{0}};
        Heap heap = {0};

        ck_assert_int_eq(heap_reserve(&heap, 100), 0);
        for (size_t i = 0, capacity = heap.capacity; i < 100; i++) {
                ck_assert_int_eq(heap_set(&heap, &nodes[i], 100 - i), 0);
                ck_assert_uint_eq(heap.capacity, capacity);
        }
        ck_assert_ptr_eq(heap_first(&heap), &nodes[99]);
        ck_assert_int_eq(heap_reserve(&heap, SIZE_MAX), -ENOMEM);
        heap_done(&heap);
}
END_TEST

START_TEST(test_list)
{
        Element elements[4] = {{.hash = 0}, {.hash = 1}, {.hash = 2}, {.hash = 3}};
        Element spare = {.hash = 9};
        uint64_t order = 0;
        List list;

        list_init(&list);
        ck_assert(list_is_empty(&list));
        ck_assert_ptr_null(list_first(&list));
        ck_assert(!list_is_linked(&elements[0].list_node));

        list_append(&list, &elements[2].list_node);
        list_append(&list, &elements[3].list_node);
        list_insert_after(&list, &elements[0].list_node);
        list_insert_after(&elements[0].list_node, &elements[1].list_node);
        LIST_FOREACH (node, &list)
                order = order * 10 + CONTAINER_OF(node, Element, list_node)->hash;
        ck_assert_uint_eq(order, 123);
        ck_assert_ptr_eq(list_first(&list), &elements[0].list_node);

        list_replace(&spare.list_node, &elements[0].list_node); /* is in no list */
        list_replace(&elements[1].list_node, &spare.list_node);
        ck_assert(!list_is_linked(&elements[1].list_node));
        ck_assert_ptr_eq(elements[0].list_node.next, &spare.list_node);
        list_replace(&spare.list_node, &elements[1].list_node);

        LIST_FOREACH_SAFE (node, following, &list)
                if (CONTAINER_OF(node, Element, list_node)->hash % 2 == 0)
                        list_remove(node);
        list_remove(&elements[0].list_node);
        order = 0;
        LIST_FOREACH (node, &list)
                order = order * 10 + CONTAINER_OF(node, Element, list_node)->hash;
        ck_assert_uint_eq(order, 13);
        ck_assert(!list_is_linked(&elements[2].list_node));
}
END_TEST

static bool is_filled(const uint8_t *bytes, size_t size, uint8_t with) {
        for (size_t i = 0; i < size; i++)
                if (bytes[i] != with)
                        return false;
        return true;
}

static size_t slab_count(const Slab *slab) {
        size_t n = 0;

        for (size_t slot = 0; slot < slab->n_slots; slot++)
                n += slab_at(slab, slot) != NULL;
        return n;
}

START_TEST(test_slab)
{
        static const size_t sizes[] = {1, 8, 20, 200, 5000, 100000};

        for (size_t s = 0; s < ELEMENTSOF(sizes); s++) {
                const size_t n = sizes[s] > 1000 ? 40 : 2000;
                uint8_t **objects = calloc(n, sizeof(*objects)), *freed;
                Slab slab;

                slab_init(&slab, sizes[s]);
                ck_assert_ptr_null(slab_at(&slab, 0));
                for (size_t i = 0; i < n; i++) {
                        objects[i] = slab_allocate(&slab);
                        ck_assert_ptr_nonnull(objects[i]);
                        ck_assert_uint_eq((uintptr_t) objects[i] % sizeof(void *), 0);
                        ck_assert(is_filled(objects[i], sizes[s], 0));
                        memset(objects[i], (int) i | 1, sizes[s]);
                        ck_assert_ptr_eq(slab_at(&slab, i), objects[i]);
                }
                ck_assert_uint_eq(slab.n_live, n);
                ck_assert_uint_eq(slab.n_slots, n);
                ck_assert_uint_eq(slab_count(&slab), n);

                /* Nobody wrote into his neighbour. */
                for (size_t i = 0; i < n; i++)
                        ck_assert(is_filled(objects[i], sizes[s], (uint8_t) (i | 1)));

                for (size_t i = 0; i < n; i += 3)
                        slab_release(&slab, objects[i]);
                for (size_t i = 0; i < n; i++)
                        ck_assert_ptr_eq(slab_at(&slab, i), i % 3 == 0 ? NULL : objects[i]);
                ck_assert_uint_eq(slab_count(&slab), slab.n_live);

                /* The last one freed comes first, zeroed; no slot is new until all are in use. */
                freed = objects[(n - 1) / 3 * 3];
                ck_assert_ptr_eq(slab_allocate(&slab), freed);
                ck_assert(is_filled(freed, sizes[s], 0));
                while (slab.n_live < n)
                        ck_assert_ptr_nonnull(slab_allocate(&slab));
                ck_assert_uint_eq(slab.n_slots, n);
                ck_assert_ptr_nonnull(slab_allocate(&slab));
                ck_assert_uint_eq(slab.n_slots, n + 1);

                slab_done(&slab);
                ck_assert_uint_eq(slab.n_slots, 0);
                free(objects);
        }
}
END_TEST

/* Memory goes back with the last object of a block, whatever the others hold; what stays keeps its
 * place and its number; a block that is hardly used is not asked for again and again. */
START_TEST(test_slab_gives_back)
{
        const size_t n = 50000;
        void **objects = calloc(n, sizeof(*objects)), *first, *last;
        size_t n_blocks, slot = 0;
        Slab slab;

        slab_init(&slab, 112);
        for (unsigned round = 0; round < 3; round++) {
                for (size_t i = 0; i < n; i++)
                        ck_assert_ptr_nonnull(objects[i] = slab_allocate(&slab));
                ck_assert_uint_eq(slab.n_blocks, 6);
                for (size_t i = 0; i < n; i++)
                        slab_release(&slab, objects[(i * 7919) % n]);
                ck_assert_uint_eq(slab.n_live, 0);
                ck_assert_uint_eq(slab.n_slots, 0);
                ck_assert_uint_eq(slab.n_blocks, 0);
        }

        /* One object in the middle keeps its own block alone. */
        for (size_t i = 0; i < n; i++)
                objects[i] = slab_allocate(&slab);
        while (slab_at(&slab, slot) != objects[n / 2])
                slot++;
        for (size_t i = 0; i < n; i++)
                if (i != n / 2)
                        slab_release(&slab, objects[i]);
        n_blocks = 0;
        for (size_t i = 0; i < slab.n_blocks; i++)
                n_blocks += slab.blocks[i] != NULL;
        ck_assert_uint_eq(n_blocks, 1);
        ck_assert_ptr_eq(slab_at(&slab, slot), objects[n / 2]);
        ck_assert_uint_eq(slab_count(&slab), 1);
        /* New ones fill it and then the numbers that are free. */
        for (size_t i = 0; i + 1 < n; i++)
                ck_assert_ptr_nonnull(slab_allocate(&slab));
        ck_assert_uint_eq(slab.n_blocks, 6);
        ck_assert_uint_eq(slab_count(&slab), n);
        slab_done(&slab);

        first = slab_allocate(&slab);
        slab_release(&slab, first);
        ck_assert_uint_eq(slab.n_blocks, 1);
        ck_assert_uint_eq(slab.n_slots, 0);
        ck_assert_ptr_null(slab_at(&slab, 0));
        ck_assert_ptr_eq(slab_allocate(&slab), first);
        last = slab_allocate(&slab);
        slab_release(&slab, first);
        slab_release(&slab, last);
        ck_assert_ptr_eq(slab_allocate(&slab), first);
        slab_done(&slab);
        free(objects);
}
END_TEST

/* Between objects that come and go, those that stay keep no memory but their own. */
START_TEST(test_slab_transient)
{
        const size_t n = 50000;
        void **objects = calloc(n, sizeof(*objects)), **stay = calloc(n, sizeof(*stay));
        size_t n_stay = 0;
        Slab slab;

        slab_init(&slab, 112);
        for (size_t i = 0; i < n; i++) {
                ck_assert_ptr_nonnull(objects[i] = slab_allocate_transient(&slab));
                ck_assert(slab_is_transient(&slab, objects[i]));
                if (i % 100 != 0)
                        continue;
                ck_assert_ptr_nonnull(stay[n_stay] = slab_allocate(&slab));
                ck_assert(!slab_is_transient(&slab, stay[n_stay++]));
        }
        ck_assert_uint_eq(slab.n_transient, n);
        ck_assert_uint_eq(slab.n_live, n + n_stay);
        ck_assert_uint_eq(slab_count(&slab), slab.n_live);

        for (size_t i = 0; i < n; i++)
                slab_release(&slab, objects[i]);
        ck_assert_uint_eq(slab.n_transient, 0);
        ck_assert_uint_eq(slab_count(&slab), n_stay);
        for (size_t i = 0; i < n_stay; i++)
                ck_assert(!slab_is_transient(&slab, stay[i]));
        ck_assert_uint_le(slab.n_blocks, 2);
        ck_assert_uint_lt(slab.n_slots, 2 * n / 5);
        slab_done(&slab);
        free(objects);
        free(stay);
}
END_TEST

/* A table that has been large is small again, and has lost nothing on the way; each step is short.
 */
START_TEST(test_hash_table_shrinks)
{
        enum { N = 200000 };
        const uint64_t salt = 0x5a5a5a5a;
        Element *elements = calloc(N, sizeof(*elements)), spare = {.hash = 0};
        HashTable table;

        hash_table_init(&table, element_hash, &salt);
        for (size_t i = 0; i < N; i++) {
                elements[i].hash = i * 7919 % 1000003;
                ck_assert_int_eq(
                        hash_table_insert(&table, &elements[i].hash_node, elements[i].hash ^ salt),
                        0);
        }
        ck_assert_uint_eq(table.n_buckets, 262144);
        for (size_t i = 1000; i < N; i++) {
                hash_table_remove(&table, &elements[i].hash_node, elements[i].hash ^ salt);
                if (i % 9973 == 0)
                        for (size_t j = 0; j < 1000; j++)
                                ck_assert(table_has(&table, &elements[j], elements[j].hash ^ salt));
        }
        /* Whatever is left of it is over when somebody has time. */
        hash_table_move(&table, SIZE_MAX);
        ck_assert(!hash_table_is_shrinking(&table));
        ck_assert_uint_le(table.n_buckets, 16384);
        for (size_t i = 0; i < N; i++)
                ck_assert(table_has(&table, &elements[i], elements[i].hash ^ salt) == (i < 1000));

        /* It grows again, though it had been shrinking. */
        for (size_t i = 1000; i < N; i++) {
                if (i == 2000)
                        for (size_t k = 0; k < 1500; k++)
                                hash_table_remove(
                                        &table, &elements[k].hash_node, elements[k].hash ^ salt);
                ck_assert_int_eq(
                        hash_table_insert(&table, &elements[i].hash_node, elements[i].hash ^ salt),
                        0);
        }
        for (size_t i = 0; i < N; i++)
                ck_assert(table_has(&table, &elements[i], elements[i].hash ^ salt) == (i >= 1500));
        ck_assert_uint_ge(table.n_buckets, N / 2);

        spare.hash = elements[N - 1].hash;
        hash_table_replace(&table, &elements[N - 1].hash_node, &spare.hash_node, spare.hash ^ salt);
        ck_assert(table_has(&table, &spare, spare.hash ^ salt));
        ck_assert(!table_has(&table, &elements[N - 1], spare.hash ^ salt));
        hash_table_done(&table);
        free(elements);
}
END_TEST

START_TEST(test_heap_shrinks)
{
        enum { N = 100000 };
        HeapNode *nodes = calloc(N, sizeof(*nodes)), other = {.index = HEAP_INDEX_NONE};
        usec_t last = 0;
        Heap heap = {0};

        for (size_t i = 0; i < N; i++)
                ck_assert_int_eq(heap_set(&heap, &nodes[i], i * 7919 % 100003), 0);
        heap_shrink(&heap, N);
        ck_assert_uint_ge(heap.capacity, N);
        for (size_t i = 100; i < N; i++) {
                heap_remove(&heap, &nodes[i]);
                heap_shrink(&heap, N - i + 100);
                ck_assert_uint_ge(heap.capacity, N - i + 100);
        }
        ck_assert_uint_le(heap.capacity, 1024);

        ck_assert_ptr_ne(heap_first(&heap), &other);
        heap_replace(&heap, &other, &nodes[N - 1]); /* is in no heap */
        heap_replace(&heap, heap_first(&heap), &other);
        ck_assert_ptr_eq(heap_first(&heap), &other);
        for (size_t n = 100; heap_first(&heap); n--) {
                ck_assert_uint_gt(n, 0);
                ck_assert_uint_ge(heap_deadline(&heap), last);
                last = heap_deadline(&heap);
                heap_remove(&heap, heap_first(&heap));
        }
        heap_done(&heap);
        free(nodes);
}
END_TEST

TEST_MAIN("containers", test_siphash, test_hash_of_numbers, test_hash_table, test_hash_table_moves,
        test_hash_table_grows_late, test_hash_table_shrinks, test_heap_shrinks,
        test_slab_gives_back, test_slab_transient, test_bitmap_against_model, test_bitmap_sizes,
        test_heap_against_model, test_heap_reserve, test_list, test_slab);
