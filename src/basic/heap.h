/* SPDX-License-Identifier: MIT */
#pragma once

/* A binary min-heap of deadlines. The element keeps its own index (HeapNode), so that it can be
 * moved or removed in O(log n). Memory grows by doubling, is never needed on removal, and goes back
 * with heap_shrink(). */

#include <stddef.h>
#include <stdint.h>

#include "basic/macro.h"
#include "basic/time.h"

#define HEAP_INDEX_NONE UINT32_MAX

typedef struct HeapNode {
        uint32_t index; /* HEAP_INDEX_NONE while in no heap */
} HeapNode;

typedef struct Heap {
        struct HeapSlot {
                usec_t deadline;
                HeapNode *node;
        } * slots;
        size_t n_slots;
        size_t capacity;
} Heap;

/**
 * heap_done() - frees the slots; the elements are the caller's.
 */
void heap_done(Heap *heap);

/**
 * heap_reserve() - makes room for @n elements in all, so that heap_set() cannot fail up to there.
 * Return: 0 or -ENOMEM.
 */
int heap_reserve(Heap *heap, size_t n);

/**
 * heap_shrink() - gives memory back when @n elements, for which room stays, need less than a
 * quarter of it. No element is copied but by realloc(). Elements must be fewer.
 */
void heap_shrink(Heap *heap, size_t n);

/**
 * heap_replace() - puts a node into the place of another one; nothing happens when that is not in
 * this heap. O(1).
 */
void heap_replace(Heap *heap, HeapNode *old, HeapNode *node);

/**
 * heap_set() - inserts a node, or moves it when it is in the heap. O(log n).
 *
 * @deadline: USEC_INFINITY removes the node
 * Return: 0 or -ENOMEM.
 */
int heap_set(Heap *heap, HeapNode *node, usec_t deadline);

/**
 * heap_remove() - removes a node; nothing happens when it is not in this heap. O(log n).
 */
void heap_remove(Heap *heap, HeapNode *node);

/**
 * heap_fetch() - has the memory fetched that heap_set() or heap_remove() of a node will look at
 * first: its own place and its neighbours'.
 */
static inline void heap_fetch(const Heap *heap, const HeapNode *node) {
        const size_t index = node->index;

        if (index >= heap->n_slots)
                return;
        __builtin_prefetch(&heap->slots[index]);
        __builtin_prefetch(&heap->slots[index > 0 ? (index - 1) / 2 : 0]);
        __builtin_prefetch(&heap->slots[MIN(2 * index + 1, heap->n_slots - 1)]);
}

/**
 * heap_deadline() - the earliest deadline, USEC_INFINITY when empty.
 */
usec_t heap_deadline(const Heap *heap) _pure_;

/**
 * heap_first() - the node with the earliest deadline, NULL when empty.
 */
HeapNode *heap_first(const Heap *heap) _pure_;
