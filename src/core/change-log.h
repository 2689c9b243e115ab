/* SPDX-License-Identifier: MIT */
#pragma once

/* Which leases have changed on disk, in the order of their last change: what a program that follows
 * the leases has to look at again. Each change has a number; a lease that has changed several times
 * is there once, under the number of its last change.
 *
 * Nothing is kept until somebody asks, and then at most CHANGES_MAX changes, 8 bytes each and an
 * index of the same size: whoever falls behind further lists all leases again. What nobody reads is
 * given up.
 *
 * Invariant: every change with a number greater than the horizon is in the log while it is kept. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/ipv4.h"

enum {
        CHANGES_MAX = 65536, /* after which the older half goes */
};

typedef struct Change {
        uint32_t offset; /* of its number from the horizon */
        ipv4_t address;  /* 0 = the lease has changed again since */
} Change;

typedef struct ChangeLog {
        uint8_t hash_key[16];
        uint64_t last;    /* number of the newest change */
        uint64_t horizon; /* see above */
        Change *changes;  /* oldest first */
        uint32_t *index;  /* by address, open: a place among the changes, from 1; 0 = free */
        size_t n_changes;
        size_t n_live; /* of them, that are the last of their lease */
        size_t capacity;
        bool kept; /* somebody follows */
        bool read; /* since the log was full last */
} ChangeLog;

/**
 * change_log_init() - a log that counts and keeps nothing.
 *
 * @secret: by which addresses are hashed, and which makes the first number another one after each
 * start
 */
void change_log_init(ChangeLog *log, const uint8_t secret[static 16]);

/**
 * change_log_done() - frees what is kept.
 */
void change_log_done(ChangeLog *log);

/**
 * change_log_note() - the lease of an address has changed. Without memory older changes are
 * forgotten, and the horizon says so. Amortised O(1); at most O(CHANGES_MAX).
 */
void change_log_note(ChangeLog *log, ipv4_t address);

/**
 * change_log_forget() - all leases look different now: counts a change, and forgets the others.
 */
void change_log_forget(ChangeLog *log);

/**
 * change_log_begin() - keeps changes from now on, for whoever begins to follow.
 */
void change_log_begin(ChangeLog *log);

/**
 * change_log_seek() - finds what comes after the change with a number.
 *
 * @ret_position: for change_log_next()
 * Return: whether all of that is there; false also for a number that no change has had.
 * O(log CHANGES_MAX).
 */
bool change_log_seek(ChangeLog *log, uint64_t since, size_t *ret_position);

/**
 * change_log_next() - the next lease that has changed, older ones first.
 *
 * @position: moves on
 * @ret_number: of the change
 * Return: whether there is one.
 */
bool change_log_next(
        const ChangeLog *log, size_t *position, ipv4_t *ret_address, uint64_t *ret_number);
