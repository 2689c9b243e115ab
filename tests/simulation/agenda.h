/* SPDX-License-Identifier: MIT */
#pragma once

/* What is to happen at which virtual time; of one moment's in the order in which it was written
 * down. */

#include <stddef.h>
#include <stdint.h>

#include "basic/time.h"

struct World;

/* @data: what agenda_add() was given; freed after the call */
typedef void (*Happening)(struct World *world, void *data);

typedef struct AgendaItem {
        usec_t when;
        uint64_t number;
        Happening happen;
        void *data;
} AgendaItem;

typedef struct Agenda {
        AgendaItem *items; /* a heap, the next one first */
        size_t n_items;
        size_t capacity;
        uint64_t n_added;
} Agenda;

/**
 * agenda_add() - writes something down. O(log n).
 *
 * @data: for free(), or NULL
 */
void agenda_add(Agenda *agenda, usec_t when, Happening happen, void *data);

/**
 * agenda_next() - when something is to happen, USEC_INFINITY when nothing is.
 */
usec_t agenda_next(const Agenda *agenda);

/**
 * agenda_take() - takes the next thing out; there must be one.
 */
AgendaItem agenda_take(Agenda *agenda);

/**
 * agenda_done() - forgets everything.
 */
void agenda_done(Agenda *agenda);
