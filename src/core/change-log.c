/* SPDX-License-Identifier: MIT */

/* The log of changes that are on disk. Knows addresses and an order, not what has changed. */

#include "core/change-log.h"

#include <stdlib.h>
#include <string.h>

#include "basic/hash.h"

#define CAPACITY_MIN 1024

/* A number is exact as a double, too, since that is what JavaScript has; and even after years of
 * ten thousand changes a second. */
#define FIRST_NUMBER_BITS 51

void change_log_init(ChangeLog *log, const uint8_t secret[static 16]) {
        static const char purpose[] = "first change";

        *log = (ChangeLog){0};
        memcpy(log->hash_key, secret, sizeof(log->hash_key));
        log->last = hash_bytes(purpose, sizeof(purpose), secret) >> (64 - FIRST_NUMBER_BITS);
        log->last++; /* 0 is before all changes */
        log->horizon = log->last;
}

void change_log_done(ChangeLog *log) {
        free(log->changes);
        free(log->index);
        log->changes = NULL;
        log->index = NULL;
        log->n_changes = log->n_live = log->capacity = 0;
        log->kept = false;
}

/* The place in the index of an address, or where it would be. There is a free one: the index has
 * twice as many places as there are changes. */
static uint32_t *find_place(const ChangeLog *log, ipv4_t address) {
        const size_t mask = 2 * log->capacity - 1;
        size_t i = (size_t) hash_u32(address, log->hash_key) & mask;

        while (log->index[i] != 0 && log->changes[log->index[i] - 1].address != address)
                i = (i + 1) & mask;
        return &log->index[i];
}

/* Leaves the newest live changes, and puts them into the index. */
static void compact(ChangeLog *log, size_t n_kept) {
        size_t n_dropped = log->n_live > n_kept ? log->n_live - n_kept : 0, n = 0;
        uint64_t horizon = log->horizon;

        for (size_t i = 0; i < log->n_changes; i++) {
                Change change = log->changes[i];

                if (change.address == 0)
                        continue;
                if (n_dropped > 0) {
                        n_dropped--;
                        horizon = log->horizon + change.offset;
                        continue;
                }
                log->changes[n++] = change;
        }
        log->n_changes = log->n_live = n;

        for (size_t i = 0; i < n; i++)
                log->changes[i].offset -= (uint32_t) (horizon - log->horizon);
        log->horizon = horizon;

        memset(log->index, 0, 2 * log->capacity * sizeof(*log->index));
        for (size_t i = 0; i < n; i++)
                *find_place(log, log->changes[i].address) = (uint32_t) i + 1;
}

static void forget_before(ChangeLog *log, uint64_t horizon) {
        log->horizon = horizon;
        log->n_changes = log->n_live = 0;
        if (log->index)
                memset(log->index, 0, 2 * log->capacity * sizeof(*log->index));
}

static bool grow(ChangeLog *log) {
        const size_t capacity = log->capacity > 0 ? 2 * log->capacity : CAPACITY_MIN;
        Change *changes;
        uint32_t *index;

        index = calloc(2 * capacity, sizeof(*index));
        if (!index)
                return false;
        changes = realloc(log->changes, capacity * sizeof(*changes));
        if (!changes) {
                free(index);
                return false;
        }
        log->changes = changes;
        free(log->index);
        log->index = index;
        log->capacity = capacity;
        return true;
}

static void give_up(ChangeLog *log) {
        change_log_done(log);
        log->horizon = log->last;
}

/* Return: whether there is room for one more. */
static bool make_room(ChangeLog *log) {
        const bool much = 2 * log->n_live >= log->capacity;

        /* a lease that has not changed for as long as four billion changes of others have taken */
        if (log->last - log->horizon > UINT32_MAX)
                forget_before(log, log->last - 1);
        if (log->n_changes < log->capacity)
                return true;

        if (much && log->capacity >= CHANGES_MAX) {
                if (!log->read) {
                        give_up(log);
                        return false;
                }
                log->read = false;
        } else if (much && !grow(log) && log->capacity == 0) {
                log->horizon = log->last;
                return false;
        }
        /* where there is no memory for more, the older half goes */
        compact(log, log->capacity / 2);
        return true;
}

void change_log_note(ChangeLog *log, ipv4_t address) {
        uint32_t *place;

        log->last++;
        if (!log->kept || !make_room(log))
                return;

        place = find_place(log, address);
        if (*place != 0)
                log->changes[*place - 1].address = 0;
        else
                log->n_live++;
        log->changes[log->n_changes++] =
                (Change){.offset = (uint32_t) (log->last - log->horizon), .address = address};
        *place = (uint32_t) log->n_changes;
}

void change_log_forget(ChangeLog *log) {
        log->last++;
        forget_before(log, log->last);
}

void change_log_begin(ChangeLog *log) {
        if (!log->kept)
                log->horizon = log->last;
        log->kept = log->read = true;
}

bool change_log_seek(ChangeLog *log, uint64_t since, size_t *ret_position) {
        size_t low = 0, high = log->n_changes;

        if (!log->kept || since < log->horizon || since > log->last)
                return false;
        log->read = true;

        while (low < high) {
                size_t middle = low + (high - low) / 2;

                if (log->horizon + log->changes[middle].offset > since)
                        high = middle;
                else
                        low = middle + 1;
        }
        *ret_position = low;
        return true;
}

bool change_log_next(
        const ChangeLog *log, size_t *position, ipv4_t *ret_address, uint64_t *ret_number) {
        while (*position < log->n_changes) {
                const Change *change = &log->changes[(*position)++];

                if (change->address == 0)
                        continue;
                *ret_address = change->address;
                *ret_number = log->horizon + change->offset;
                return true;
        }
        return false;
}
