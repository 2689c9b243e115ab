/* SPDX-License-Identifier: MIT */
/* An external merge sort. Knows nothing of what is in a row.
 *
 * Invariant: a run in the file is sorted, and earlier runs hold rows that were added earlier, so
 * that equal keys keep their order by the number of their run. */

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl/row-sorter.h"

enum {
        MEMORY_DEFAULT = 4 * 1024 * 1024,
        BUFFER_SIZE = 64 * 1024, /* of what is read and written */
};

/* Before each row, in memory and in the file. */
typedef struct RowHeader {
        uint32_t key_size;
        uint32_t size;
} RowHeader;

/* A run that is being read. */
typedef struct Run {
        uint64_t position; /* of what is not in the buffer yet */
        uint64_t end;
        uint8_t *buffer;
        size_t capacity;
        size_t filled;
        size_t taken;
        bool in_memory; /* it is the rows that no file had room for */
        SortedRow row;
} Run;

struct RowSorter {
        RowCompare compare;
        size_t memory;
        bool stays_in_memory; /* there can be no file */

        uint8_t *rows;
        size_t size;
        size_t capacity;
        size_t *offsets; /* of the rows in memory */
        size_t n_rows;
        size_t n_offsets_max;
        size_t next; /* row to be given back, while none is in a file */

        int fd;
        uint64_t file_size;
        Run *runs;
        size_t n_runs;
        size_t *heap; /* of runs that have a row, the least first */
        size_t n_heap;
        bool is_sorted;
};

int row_sorter_new(RowSorter **ret, RowCompare compare, size_t memory) {
        RowSorter *sorter;

        sorter = calloc(1, sizeof(*sorter));
        if (!sorter)
                return -ENOMEM;
        sorter->compare = compare;
        sorter->memory = memory > 0 ? memory : MEMORY_DEFAULT;
        sorter->fd = -1;
        *ret = sorter;
        return 0;
}

RowSorter *row_sorter_free(RowSorter *sorter) {
        if (!sorter)
                return NULL;
        if (sorter->fd >= 0)
                (void) close(sorter->fd);
        for (size_t i = 0; i < sorter->n_runs; i++)
                free(sorter->runs[i].buffer);
        free(sorter->runs);
        free(sorter->heap);
        free(sorter->offsets);
        free(sorter->rows);
        free(sorter);
        return NULL;
}

static int open_file(void) {
        const char *wanted = secure_getenv("TMPDIR");
        const char *directory = wanted && *wanted == '/' ? wanted : "/var/tmp";
        _cleanup_free_ char *name = NULL;
        int fd;

        fd = open(directory, O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC, 0600);
        if (fd >= 0)
                return fd;
        if (asprintf(&name, "%s/minidhcpctl-XXXXXX", directory) < 0) {
                name = NULL;
                return -1;
        }
        fd = mkostemp(name, O_CLOEXEC);
        if (fd >= 0)
                (void) unlink(name);
        return fd;
}

static SortedRow row_at(const uint8_t *p) {
        RowHeader header;

        memcpy(&header, p, sizeof(header));
        p += sizeof(header);
        return (SortedRow){p, header.key_size, p + header.key_size, header.size};
}

static int compare_offsets(const void *a, const void *b, void *userdata) {
        const RowSorter *sorter = userdata;
        const size_t *x = a, *y = b;
        const SortedRow left = row_at(sorter->rows + *x), right = row_at(sorter->rows + *y);
        int c = sorter->compare(&left, &right);

        return c != 0 ? c : *x < *y ? -1 : *x > *y;
}

static void sort_memory(RowSorter *sorter) {
        if (sorter->n_rows > 0)
                qsort_r(sorter->offsets, sorter->n_rows, sizeof(size_t), compare_offsets, sorter);
}

static int write_all(int fd, const uint8_t *data, size_t size, uint64_t position) {
        while (size > 0) {
                ssize_t n = pwrite(fd, data, size, (off_t) position);

                if (n < 0 && errno != EINTR)
                        return -errno;
                if (n > 0) {
                        data += n;
                        size -= (size_t) n;
                        position += (uint64_t) n;
                }
        }
        return 0;
}

/* The rows in memory as one run, by way of a buffer: they lie in the order in which they came. */
static int write_rows(RowSorter *sorter, uint8_t *buffer) {
        uint64_t position = sorter->file_size;
        size_t filled = 0;
        int r;

        for (size_t i = 0; i < sorter->n_rows; i++) {
                const uint8_t *p = sorter->rows + sorter->offsets[i];
                const SortedRow row = row_at(p);
                size_t size = sizeof(RowHeader) + row.key_size + row.size;

                if (filled + size > BUFFER_SIZE && filled > 0) {
                        r = write_all(sorter->fd, buffer, filled, position);
                        if (r < 0)
                                return r;
                        position += filled;
                        filled = 0;
                }
                if (size > BUFFER_SIZE) {
                        r = write_all(sorter->fd, p, size, position);
                        if (r < 0)
                                return r;
                        position += size;
                        continue;
                }
                memcpy(buffer + filled, p, size);
                filled += size;
        }
        r = write_all(sorter->fd, buffer, filled, position);
        if (r >= 0)
                sorter->file_size = position + filled;
        return r;
}

static int spill(RowSorter *sorter) {
        const uint64_t begin = sorter->file_size;
        _cleanup_free_ uint8_t *buffer = malloc(BUFFER_SIZE);
        Run *runs;
        int r;

        runs = reallocarray(sorter->runs, sorter->n_runs + 1, sizeof(*runs));
        if (!runs || !buffer)
                return -ENOMEM;
        sorter->runs = runs;
        sort_memory(sorter);
        r = write_rows(sorter, buffer);
        if (r < 0)
                return r;
        runs[sorter->n_runs++] = (Run){.position = begin, .end = sorter->file_size};
        sorter->size = sorter->n_rows = 0;
        return 0;
}

static int make_room(RowSorter *sorter, size_t size) {
        int r;

        if (sorter->size > 0 && sorter->size + size > sorter->memory && !sorter->stays_in_memory) {
                if (sorter->fd < 0)
                        sorter->fd = open_file();
                r = sorter->fd >= 0 ? spill(sorter) : -errno;
                if (r == -ENOMEM)
                        return r;
                /* a full disk is no reason to fail while there is memory */
                if (r < 0)
                        sorter->stays_in_memory = true;
        }
        if (sorter->size + size > sorter->capacity) {
                size_t capacity = MAX(2 * sorter->capacity, sorter->size + size);
                uint8_t *rows;

                if (!sorter->stays_in_memory)
                        capacity = MAX(MIN(capacity, sorter->memory), sorter->size + size);
                rows = realloc(sorter->rows, capacity);
                if (!rows)
                        return -ENOMEM;
                sorter->rows = rows;
                sorter->capacity = capacity;
        }
        if (sorter->n_rows == sorter->n_offsets_max) {
                size_t n = MAX(2 * sorter->n_offsets_max, (size_t) 256);
                size_t *offsets = reallocarray(sorter->offsets, n, sizeof(*offsets));

                if (!offsets)
                        return -ENOMEM;
                sorter->offsets = offsets;
                sorter->n_offsets_max = n;
        }
        return 0;
}

int row_sorter_add(
        RowSorter *sorter, const void *key, size_t key_size, const void *data, size_t size) {
        const RowHeader header = {(uint32_t) key_size, (uint32_t) size};
        uint8_t *p;
        int r;

        r = make_room(sorter, sizeof(header) + key_size + size);
        if (r < 0)
                return r;
        sorter->offsets[sorter->n_rows++] = sorter->size;
        p = sorter->rows + sorter->size;
        p = mempcpy(p, &header, sizeof(header));
        if (key_size > 0)
                p = mempcpy(p, key, key_size);
        if (size > 0)
                p = mempcpy(p, data, size);
        sorter->size = (size_t) (p - sorter->rows);
        return 0;
}

/* Sees to it that so many bytes of the run are in its buffer. Return: 1, 0 at its end, negative
 * errno. */
static int run_fill(RowSorter *sorter, Run *run, size_t size) {
        const size_t rest = run->filled - run->taken;
        uint8_t *buffer;

        if (rest >= size)
                return 1;
        if (rest == 0 && run->position == run->end)
                return 0;
        if (run->taken > 0)
                memmove(run->buffer, run->buffer + run->taken, rest);
        run->taken = 0;
        run->filled = rest;
        if (size > run->capacity || !run->buffer) {
                run->capacity = MAX(size, (size_t) BUFFER_SIZE);
                buffer = realloc(run->buffer, run->capacity);
                if (!buffer)
                        return -ENOMEM;
                run->buffer = buffer;
        }
        while (run->filled < size) {
                size_t most = MIN(run->capacity - run->filled, (size_t) (run->end - run->position));
                ssize_t n =
                        pread(sorter->fd, run->buffer + run->filled, most, (off_t) run->position);

                if (n < 0 && errno == EINTR)
                        continue;
                if (n <= 0)
                        return n < 0 ? -errno : -EIO;
                run->filled += (size_t) n;
                run->position += (uint64_t) n;
        }
        return 1;
}

static int memory_next(RowSorter *sorter, SortedRow *ret) {
        if (sorter->next == sorter->n_rows)
                return 0;
        *ret = row_at(sorter->rows + sorter->offsets[sorter->next++]);
        return 1;
}

/* The run's next row. Return: 1, 0 at its end, negative errno. */
static int run_next(RowSorter *sorter, Run *run) {
        RowHeader header;
        int r;

        if (run->in_memory)
                return memory_next(sorter, &run->row);
        r = run_fill(sorter, run, sizeof(header));
        if (r <= 0)
                return r;
        memcpy(&header, run->buffer + run->taken, sizeof(header));
        r = run_fill(sorter, run, sizeof(header) + header.key_size + header.size);
        if (r <= 0)
                return r < 0 ? r : -EIO;
        run->row = row_at(run->buffer + run->taken);
        run->taken += sizeof(header) + header.key_size + header.size;
        return 1;
}

static bool run_is_less(const RowSorter *sorter, size_t a, size_t b) {
        int c = sorter->compare(&sorter->runs[a].row, &sorter->runs[b].row);

        return c != 0 ? c < 0 : a < b;
}

static void heap_sink(RowSorter *sorter, size_t i) {
        for (;;) {
                size_t least = i, child = 2 * i + 1, item;

                for (size_t k = child; k < child + 2 && k < sorter->n_heap; k++)
                        if (run_is_less(sorter, sorter->heap[k], sorter->heap[least]))
                                least = k;
                if (least == i)
                        return;
                item = sorter->heap[i];
                sorter->heap[i] = sorter->heap[least];
                sorter->heap[least] = item;
                i = least;
        }
}

/* What is in memory becomes the last run. */
static int add_last_run(RowSorter *sorter) {
        Run *runs;
        int r = sorter->stays_in_memory ? -ENOSPC : spill(sorter);

        if (r >= 0 || r == -ENOMEM)
                return r;
        runs = reallocarray(sorter->runs, sorter->n_runs + 1, sizeof(*runs));
        if (!runs)
                return -ENOMEM;
        sorter->runs = runs;
        runs[sorter->n_runs++] = (Run){.in_memory = true};
        sort_memory(sorter);
        return 0;
}

static int begin_merge(RowSorter *sorter) {
        int r;

        if (sorter->n_rows > 0 && (r = add_last_run(sorter)) < 0)
                return r;
        if (sorter->n_rows == 0) {
                free(TAKE_PTR(sorter->rows));
                free(TAKE_PTR(sorter->offsets));
        }
        sorter->heap = calloc(sorter->n_runs, sizeof(size_t));
        if (!sorter->heap)
                return -ENOMEM;
        for (size_t i = 0; i < sorter->n_runs; i++) {
                r = run_next(sorter, &sorter->runs[i]);
                if (r < 0)
                        return r;
                if (r > 0)
                        sorter->heap[sorter->n_heap++] = i;
        }
        for (size_t i = sorter->n_heap; i-- > 0;)
                heap_sink(sorter, i);
        return 0;
}

/* The row given back last was the least run's; its next one takes its place. */
static int advance_merge(RowSorter *sorter) {
        int r;

        r = run_next(sorter, &sorter->runs[sorter->heap[0]]);
        if (r < 0)
                return r;
        if (r == 0)
                sorter->heap[0] = sorter->heap[--sorter->n_heap];
        heap_sink(sorter, 0);
        return 0;
}

int row_sorter_next(RowSorter *sorter, SortedRow *ret) {
        const bool first = !sorter->is_sorted;
        int r = 0;

        sorter->is_sorted = true;
        if (sorter->n_runs == 0) {
                if (first)
                        sort_memory(sorter);
                return memory_next(sorter, ret);
        }
        if (first)
                r = begin_merge(sorter);
        else if (sorter->n_heap > 0)
                r = advance_merge(sorter);
        if (r < 0 || sorter->n_heap == 0)
                return r;
        *ret = sorter->runs[sorter->heap[0]].row;
        return 1;
}
