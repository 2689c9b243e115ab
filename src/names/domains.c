/* SPDX-License-Identifier: MIT */

#include "names/domains.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "names/label.h"

void domains_done(Domains *domains) {
        for (size_t i = 0; i < domains->n_items; i++) {
                free(domains->items[i].pool);
                free(domains->items[i].name);
        }
        free(domains->items);
        *domains = (Domains){0};
}

int domains_add(Domains *domains, const char *pool, const char *domain) {
        char name[NAME_SIZE];
        Domain *grown, item;

        if (!name_make(domain, strlen(domain), name))
                return 0;
        grown = reallocarray(domains->items, domains->n_items + 1, sizeof(*grown));
        if (!grown)
                return -ENOMEM;
        domains->items = grown;
        item = (Domain){strdup(pool), strdup(name)};
        if (!item.pool || !item.name) {
                free(item.pool);
                free(item.name);
                return -ENOMEM;
        }
        domains->items[domains->n_items++] = item;
        return 0;
}

static int compare(const void *a, const void *b) {
        return strcmp(((const Domain *) a)->pool, ((const Domain *) b)->pool);
}

void domains_sort(Domains *domains) {
        if (domains->n_items > 0)
                qsort(domains->items, domains->n_items, sizeof(*domains->items), compare);
}

const char *domains_find(const Domains *domains, const char *pool, size_t size) {
        size_t first = 0, end = domains->n_items;

        while (first < end) {
                const size_t middle = first + (end - first) / 2;
                const char *other = domains->items[middle].pool;
                int r = strncmp(other, pool, size);

                if (r == 0 && other[size] == '\0')
                        return domains->items[middle].name;
                if (r < 0)
                        first = middle + 1;
                else
                        end = middle;
        }
        return NULL;
}

bool domains_equal(const Domains *a, const Domains *b) {
        if (a->n_items != b->n_items)
                return false;
        for (size_t i = 0; i < a->n_items; i++)
                if (strcmp(a->items[i].pool, b->items[i].pool) != 0 ||
                        strcmp(a->items[i].name, b->items[i].name) != 0)
                        return false;
        return true;
}
