/* SPDX-License-Identifier: MIT */

/* A hash table of arrays of strings. Knows nothing of what the cells say. Invariant: an address has
 * an entry only if one of its cells is not empty. */

#include <errno.h>
#include <string.h>

#include "store/unknown-cells.h"

typedef struct Entry {
        HashNode node;
        ListNode link;
        ipv4_t address;
        char *texts[]; /* into the same allocation, behind the array */
} Entry;

/* Addresses of a file that its owner edits, nobody's attack: any mixing will do. */
static uint64_t hash_address(ipv4_t address) {
        return address * UINT64_C(0x9e3779b97f4a7c15) >> 16;
}

static uint64_t hash_entry(const HashNode *node, const void *userdata) {
        (void) userdata;
        return hash_address(CONTAINER_OF(node, const Entry, node)->address);
}

static Entry *find_entry(const UnknownCells *cells, ipv4_t address) {
        const uint64_t hash = hash_address(address);

        for (HashNode *node = hash_table_first(&cells->table, hash); node;
                node = hash_table_next(&cells->table, node, hash)) {
                Entry *entry = CONTAINER_OF(node, Entry, node);

                if (entry->address == address)
                        return entry;
        }
        return NULL;
}

void unknown_cells_init(UnknownCells *cells, size_t n_columns) {
        *cells = (UnknownCells){.n_columns = n_columns};
        hash_table_init(&cells->table, hash_entry, NULL);
        list_init(&cells->entries);
}

void unknown_cells_done(UnknownCells *cells) {
        LIST_FOREACH_SAFE (link, following, &cells->entries)
                free(CONTAINER_OF(link, Entry, link));
        list_init(&cells->entries);
        hash_table_done(&cells->table);
}

static Entry *new_entry(ipv4_t address, char *const *texts, size_t n) {
        size_t size = 0;
        Entry *entry;
        char *p;

        for (size_t i = 0; i < n; i++)
                size += strlen(texts[i]) + 1;
        entry = malloc(sizeof(*entry) + n * sizeof(char *) + size);
        if (!entry)
                return NULL;

        entry->address = address;
        p = (char *) (entry->texts + n);
        for (size_t i = 0; i < n; i++) {
                entry->texts[i] = p;
                p = stpcpy(p, texts[i]) + 1;
        }
        return entry;
}

static bool all_empty(char *const *texts, size_t n) {
        for (size_t i = 0; texts && i < n; i++)
                if (*texts[i])
                        return false;
        return true;
}

int unknown_cells_set(UnknownCells *cells, ipv4_t address, char *const *texts) {
        Entry *old, *entry = NULL;
        int r;

        if (cells->n_columns == 0)
                return 0;
        if (!all_empty(texts, cells->n_columns)) {
                entry = new_entry(address, texts, cells->n_columns);
                if (!entry)
                        return -ENOMEM;
        }

        old = find_entry(cells, address);
        if (old) {
                hash_table_remove(&cells->table, &old->node, hash_address(address));
                list_remove(&old->link);
                free(old);
        }
        if (!entry)
                return 0;
        r = hash_table_insert(&cells->table, &entry->node, hash_address(address));
        if (r < 0) {
                free(entry);
                return r;
        }
        list_append(&cells->entries, &entry->link);
        return 0;
}

int unknown_cells_fill(UnknownCells *cells, const UnknownCells *from, const size_t *columns) {
        _cleanup_free_ char **texts = calloc(cells->n_columns + 1, sizeof(*texts));
        static char empty[] = "";
        int r;

        if (!texts)
                return -ENOMEM;
        LIST_FOREACH (link, &from->entries) {
                const Entry *entry = CONTAINER_OF(link, Entry, link);

                if (find_entry(cells, entry->address))
                        continue;
                for (size_t i = 0; i < cells->n_columns; i++)
                        texts[i] = columns[i] == SIZE_MAX ? empty : entry->texts[columns[i]];
                r = unknown_cells_set(cells, entry->address, texts);
                if (r < 0)
                        return r;
        }
        return 0;
}

void unknown_cells_move(UnknownCells *cells, UnknownCells *from) {
        unknown_cells_done(cells);
        cells->n_columns = from->n_columns;
        cells->table = from->table;
        LIST_FOREACH_SAFE (link, following, &from->entries) {
                list_remove(link);
                list_append(&cells->entries, link);
        }
        unknown_cells_init(from, from->n_columns);
}

char *const *unknown_cells_get(const UnknownCells *cells, ipv4_t address) {
        Entry *entry;

        if (cells->table.n_nodes == 0)
                return NULL;
        entry = find_entry(cells, address);
        return entry ? entry->texts : NULL;
}
