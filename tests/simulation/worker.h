/* SPDX-License-Identifier: MIT */
#pragma once

/* The lease file's worker (store/worker.h) without a thread: takes the place of src/store/worker.c,
 * so that a job is done when the simulation says so. There is one at a time. */

#include <stdbool.h>

#include "store/worker.h"

/**
 * worker_first_due() - the job that the worker is at, NULL when it is idle.
 */
const Job *worker_first_due(void);

/**
 * worker_do_first() - does it; there must be one.
 */
void worker_do_first(void);

/**
 * worker_kill() - what the worker has not done will never be.
 */
void worker_kill(void);
