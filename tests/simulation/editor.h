/* SPDX-License-Identifier: MIT */
#pragma once

/* People who edit leases.csv by hand: in place, by a new file that is renamed, at its end; with a
 * text that they have just read or read a while ago; while the server runs, writes the file anew,
 * or is down. What they may not do is counted on to be refused. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/ipv4.h"
#include "basic/time.h"
#include "core/actions.h"
#include "site.h"
#include "store/lease-store.h"

struct World;

/* An address that no pool has: refused by a server that runs, kept by one that starts. */
#define EDITOR_NOWHERE ((ipv4_t) 0x0a090909)
#define EDITOR_NOWHERE_ROW "10.9.9.9,,02:ed:00:00:00:ff,nowhere,bound,infinite,,\n"

typedef enum EditKind {
        EDIT_HOSTNAME,
        EDIT_RELEASE,
        EDIT_DELETE,
        EDIT_ADD,
        EDIT_ILLEGAL, /* an address that no pool has */
        EDIT_GARBAGE, /* a line that is no row */
        EDIT_KIND_MAX,
} EditKind;

typedef struct Edit {
        EditKind kind;
        ipv4_t address;
        char hostname[16];
} Edit;

typedef struct Editor {
        char *text; /* as read and edited, not saved yet; or NULL */
        Edit edit;  /* in it */

        /* The newest save. */
        Edit saved;
        bool is_open;     /* nobody knows yet what has become of it */
        bool is_stale;    /* its text was read a while before it was saved */
        size_t n_notices; /* of saves, that are still to come */
        bool is_reported; /* the server has said that not all of it is in force */

        bool touched[WIRES_MAX][256]; /* rows that may become others by what was saved */
        uint64_t n_saves;             /* and how often the file was but opened for one */
        uint64_t n_names;
} Editor;

/**
 * editor_strike() - somebody reads the file, edits it, or saves what was edited.
 */
void editor_strike(struct World *world);

/**
 * editor_clock_set() - the wall clock is set: what has been saved up to here is an old text, whose
 * ends are those of another clock.
 */
void editor_clock_set(struct World *world);

/**
 * editor_touch() - somebody opens the file for writing, and closes it without a change.
 */
void editor_touch(struct World *world);

/**
 * editor_meanwhile() - while the server has to do with a save, something else perhaps happens, or
 * somebody saves the file once more.
 */
void editor_meanwhile(struct World *world);

/**
 * editor_has_touched() - whether what was saved may change this address.
 */
bool editor_has_touched(const struct World *world, ipv4_t address);

/**
 * editor_committed() - a client, or time, has changed a lease.
 */
void editor_committed(struct World *world, ipv4_t address);

/**
 * editor_heard() - the server says something of what was saved.
 */
void editor_heard(struct World *world, const LeaseStoreEvent *event);

/**
 * editor_loaded() - the server has started with the file as it was saved.
 */
void editor_loaded(struct World *world);

/**
 * editor_check() - the server is at rest: what was saved must be in force, or something must have
 * been said.
 */
void editor_check(struct World *world);

/**
 * editor_done() - frees a text.
 */
void editor_done(Editor *editor);
