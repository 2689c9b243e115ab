/* SPDX-License-Identifier: MIT */
#pragma once

/* The state file: where the lease of an interface is kept between two runs, by the service and the
 * program's verbs alike. And which process keeps it, while one does. */

#include <sys/types.h>

#include "client-cli/state.h"

/**
 * state_clock_now() - what the clocks show, and which boot this is.
 */
StateClock state_clock_now(void);

/**
 * state_file_save() - writes it, whole or not at all. The folder is made where it is missing.
 * Return: 0, negative errno.
 */
int state_file_save(const char *path, const State *state);

/**
 * state_file_load() - reads it.
 *
 * @ret: receives what state_done() frees
 * @ret_problem: receives what is wrong with it, when it fails with anything but -ENOENT
 * Return: 0, -ENOENT when there is none, -EBADMSG when it is damaged, other negative errno.
 */
int state_file_load(const char *path, State *ret, const char **ret_problem);

/**
 * state_file_remove() - forgets the lease.
 */
void state_file_remove(const char *path);

/**
 * state_file_own() - makes this process the one that keeps the file, until it ends. What says so is
 * a record lock on a file of its own beside it, which the kernel gives up whatever the process dies
 * of.
 *
 * @ret: receives the descriptor that must stay open
 * @ret_owner: receives the process that keeps it, for -EBUSY
 * Return: 0, -EBUSY, other negative errno.
 */
int state_file_own(const char *path, int *ret, pid_t *ret_owner);

/**
 * state_file_find_owner() - which process keeps the file.
 * Return: 0, -ESRCH when none does, other negative errno.
 */
int state_file_find_owner(const char *path, pid_t *ret);
