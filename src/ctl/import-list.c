/* SPDX-License-Identifier: MIT */
/* The list that all readers fill. Files that are appended to tell an address many times: the last
 * time counts. */

#include <errno.h>
#include <stdlib.h>

#include "ctl/import-list.h"

void import_list_done(ImportList *list) {
        free(list->items);
        *list = (ImportList){0};
}

int import_list_add(ImportList *list, const ImportedLease *lease) {
        if (list->n_items == list->capacity) {
                size_t capacity = MAX(2 * list->capacity, (size_t) 64);
                ImportedLease *items;

                items = reallocarray(list->items, capacity, sizeof(*items));
                if (!items)
                        return -ENOMEM;
                list->items = items;
                list->capacity = capacity;
        }
        list->items[list->n_items++] = *lease;
        return 0;
}

static int compare_addresses(const void *a, const void *b) {
        const ImportedLease *left = a, *right = b;

        if (left->address != right->address)
                return left->address < right->address ? -1 : 1;
        return left->line < right->line ? -1 : left->line > right->line;
}

static int compare_lines(const void *a, const void *b) {
        const ImportedLease *left = a, *right = b;

        return left->line < right->line ? -1 : left->line > right->line;
}

size_t import_list_settle(ImportList *list, usec_t now) {
        size_t n = 0, n_ended = 0;

        if (list->n_items == 0)
                return 0;
        qsort(list->items, list->n_items, sizeof(*list->items), compare_addresses);
        for (size_t i = 0; i < list->n_items; i++) {
                bool last = i + 1 == list->n_items ||
                            list->items[i].address != list->items[i + 1].address;

                if (!last)
                        continue;
                if (list->items[i].expires > now)
                        list->items[n++] = list->items[i];
                else
                        n_ended++;
        }
        list->n_items = n;
        qsort(list->items, list->n_items, sizeof(*list->items), compare_lines);
        return n_ended;
}
