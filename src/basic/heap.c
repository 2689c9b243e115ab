/* SPDX-License-Identifier: MIT */
/* The heap of deadlines.
 *
 * Invariant: slots[i].node->index == i for every slot, and no slot is due before its parent. A node
 * counts as in the heap only if its slot points back at it, so that a zeroed node is safe. */

#include <errno.h>
#include <stdlib.h>

#include "basic/heap.h"

#define HEAP_MINIMUM 16

/* Room that is not worth giving back. */
#define HEAP_KEPT 1024

static bool heap_holds(const Heap *heap, const HeapNode *node) {
        return node->index < heap->n_slots && heap->slots[node->index].node == node;
}

static void heap_place(Heap *heap, size_t index, struct HeapSlot slot) {
        heap->slots[index] = slot;
        slot.node->index = (uint32_t) index;
}

static void heap_sift_up(Heap *heap, size_t index, struct HeapSlot slot) {
        while (index > 0) {
                size_t parent = (index - 1) / 2;

                if (heap->slots[parent].deadline <= slot.deadline)
                        break;
                heap_place(heap, index, heap->slots[parent]);
                index = parent;
        }
        heap_place(heap, index, slot);
}

static void heap_sift_down(Heap *heap, size_t index, struct HeapSlot slot) {
        for (;;) {
                size_t child = 2 * index + 1;

                if (child >= heap->n_slots)
                        break;
                if (child + 1 < heap->n_slots &&
                        heap->slots[child + 1].deadline < heap->slots[child].deadline)
                        child++;
                if (slot.deadline <= heap->slots[child].deadline)
                        break;
                heap_place(heap, index, heap->slots[child]);
                index = child;
        }
        heap_place(heap, index, slot);
}

/* Puts a slot into the hole at @index, in whichever direction it belongs. */
static void heap_settle(Heap *heap, size_t index, struct HeapSlot slot) {
        if (index > 0 && slot.deadline < heap->slots[(index - 1) / 2].deadline)
                heap_sift_up(heap, index, slot);
        else
                heap_sift_down(heap, index, slot);
}

void heap_done(Heap *heap) {
        free(heap->slots);
        *heap = (Heap){0};
}

int heap_reserve(Heap *heap, size_t n) {
        size_t capacity = MAX(heap->capacity, (size_t) HEAP_MINIMUM);
        struct HeapSlot *slots;

        if (n <= heap->capacity)
                return 0;
        if (n >= HEAP_INDEX_NONE)
                return -ENOMEM;

        while (capacity < n)
                capacity *= 2;
        slots = reallocarray(heap->slots, capacity, sizeof(*slots));
        if (!slots)
                return -ENOMEM;

        heap->slots = slots;
        heap->capacity = capacity;
        return 0;
}

void heap_shrink(Heap *heap, size_t n) {
        const size_t capacity = heap->capacity / 2;
        struct HeapSlot *slots;

        if (heap->capacity <= HEAP_KEPT || n >= heap->capacity / 4)
                return;
        slots = reallocarray(heap->slots, capacity, sizeof(*slots));
        if (!slots)
                return;
        heap->slots = slots;
        heap->capacity = capacity;
}

void heap_replace(Heap *heap, HeapNode *old, HeapNode *node) {
        if (!heap_holds(heap, old))
                return;
        heap->slots[old->index].node = node;
        node->index = old->index;
        old->index = HEAP_INDEX_NONE;
}

int heap_set(Heap *heap, HeapNode *node, usec_t deadline) {
        struct HeapSlot slot = {deadline, node};
        int r;

        if (deadline == USEC_INFINITY) {
                heap_remove(heap, node);
                return 0;
        }
        if (heap_holds(heap, node)) {
                heap_settle(heap, node->index, slot);
                return 0;
        }

        r = heap_reserve(heap, heap->n_slots + 1);
        if (r < 0)
                return r;
        heap_sift_up(heap, heap->n_slots++, slot);
        return 0;
}

void heap_remove(Heap *heap, HeapNode *node) {
        size_t index = node->index;
        struct HeapSlot last;

        if (!heap_holds(heap, node))
                return;
        last = heap->slots[--heap->n_slots];
        if (last.node != node)
                heap_settle(heap, index, last);
        node->index = HEAP_INDEX_NONE;
}

usec_t heap_deadline(const Heap *heap) {
        return heap->n_slots > 0 ? heap->slots[0].deadline : USEC_INFINITY;
}

HeapNode *heap_first(const Heap *heap) {
        return heap->n_slots > 0 ? heap->slots[0].node : NULL;
}
