/* SPDX-License-Identifier: MIT */

/* The first of many leases: a heap of those found so far, of which the last one gives way. */

#include "bus/lease-order.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "basic/macro.h"

/* Makes any cursor another number than 0. */
#define CURSOR_OF_ADDRESS (UINT64_C(1) << 32)

static const char *const order_names[LEASE_ORDER_MAX] = {
        [LEASE_ORDER_ADDRESS] = "Address",
        [LEASE_ORDER_HOSTNAME] = "Hostname",
        [LEASE_ORDER_EXPIRES] = "ExpiresUSec",
};

LeaseOrder lease_order_from_string(const char *text) {
        for (LeaseOrder order = LEASE_ORDER_NONE + 1; order < LEASE_ORDER_MAX; order++)
                if (strcmp(order_names[order], text) == 0)
                        return order;
        return LEASE_ORDER_INVALID;
}

static void place_set_name(LeasePlace *place, const char *name, size_t size) {
        size = MIN(size, sizeof(place->name) - 1);
        for (size_t i = 0; i < size; i++)
                place->name[i] =
                        (char) (name[i] >= 'A' && name[i] <= 'Z' ? name[i] - 'A' + 'a' : name[i]);
        place->name[size] = '\0';
        place->rank = size == 0;
}

/* A time may lie before the boot, where it wraps; never less than 1. */
static uint32_t rank_of_time(usec_t time) {
        const int64_t seconds = (int64_t) time / (int64_t) USEC_PER_SEC + INT32_MAX;

        if (time == USEC_INFINITY || seconds >= UINT32_MAX)
                return UINT32_MAX;
        return seconds < 1 ? 1 : (uint32_t) seconds;
}

static void place_init(LeasePlace *place, LeaseOrder order, const LeaseRecord *record) {
        *place = (LeasePlace){.address = record->address};
        if (order == LEASE_ORDER_HOSTNAME)
                place_set_name(place, record->hostname, record->hostname_size);
        else if (order == LEASE_ORDER_EXPIRES)
                place->rank = rank_of_time(record->expires);
}

static int place_compare(const LeasePlace *a, const LeasePlace *b) {
        int r;

        if (a->rank != b->rank)
                return a->rank < b->rank ? -1 : 1;
        r = strcmp(a->name, b->name);
        if (r != 0)
                return r;
        return (a->address > b->address) - (a->address < b->address);
}

static int compare_places(const void *a, const void *b) {
        return place_compare(a, b);
}

int first_leases_init(
        FirstLeases *first, LeaseOrder order, size_t capacity, uint64_t cursor, const char *after) {
        *first = (FirstLeases){.order = order, .capacity = capacity, .has_after = cursor != 0};
        first->after.address = (ipv4_t) cursor;
        if (order == LEASE_ORDER_HOSTNAME)
                place_set_name(&first->after, after, strlen(after));
        else if (order == LEASE_ORDER_EXPIRES)
                first->after.rank = (uint32_t) (cursor >> 32);

        first->places = calloc(capacity, sizeof(*first->places));
        return first->places ? 0 : -ENOMEM;
}

void first_leases_done(FirstLeases *first) {
        free(TAKE_PTR(first->places));
        first->n = 0;
}

static void sift_up(LeasePlace *heap, size_t i) {
        const LeasePlace place = heap[i];

        for (; i > 0 && place_compare(&heap[(i - 1) / 2], &place) < 0; i = (i - 1) / 2)
                heap[i] = heap[(i - 1) / 2];
        heap[i] = place;
}

static void sift_down(LeasePlace *heap, size_t n, const LeasePlace *place) {
        size_t i = 0, child;

        for (; (child = 2 * i + 1) < n; i = child) {
                if (child + 1 < n && place_compare(&heap[child], &heap[child + 1]) < 0)
                        child++;
                if (place_compare(&heap[child], place) <= 0)
                        break;
                heap[i] = heap[child];
        }
        heap[i] = *place;
}

void first_leases_add(FirstLeases *first, const LeaseRecord *record) {
        LeasePlace place;

        place_init(&place, first->order, record);
        if (first->has_after && place_compare(&place, &first->after) <= 0)
                return;
        if (first->n < first->capacity) {
                first->places[first->n] = place;
                sift_up(first->places, first->n++);
                return;
        }
        first->more = true;
        if (place_compare(&place, &first->places[0]) < 0)
                sift_down(first->places, first->n, &place);
}

void first_leases_finish(FirstLeases *first) {
        qsort(first->places, first->n, sizeof(*first->places), compare_places);
}

uint64_t first_leases_cursor(const FirstLeases *first) {
        const LeasePlace *last;

        if (!first->more)
                return 0;
        last = &first->places[first->n - 1];
        if (first->order == LEASE_ORDER_EXPIRES)
                return (uint64_t) last->rank << 32 | last->address;
        return CURSOR_OF_ADDRESS | last->address;
}
