/* SPDX-License-Identifier: MIT */
#pragma once

/* Looks after the lease file on the server's machine: opens and loads it, hears its answers, has it
 * written anew. */

struct World;

/**
 * keeper_open() - opens the file and loads it into the server; a disk that fails is tried again.
 */
void keeper_open(struct World *world);

/**
 * keeper_process() - hears what the worker has answered, and ends the turn.
 */
void keeper_process(struct World *world);

/**
 * keeper_note_flush() - remembers up to which commit all rows have gone to the worker.
 */
void keeper_note_flush(struct World *world);

/**
 * keeper_begin_rewrite() - has the file written anew, now or after the rewrite that is under way.
 */
void keeper_begin_rewrite(struct World *world);

/**
 * keeper_write_slice() - hands over some more leases.
 */
void keeper_write_slice(struct World *world);

/**
 * keeper_try_again() - what a failing disk has prevented.
 */
void keeper_try_again(struct World *world);
