/* SPDX-License-Identifier: MIT */
#pragma once

/* The lease file's worker (store/worker.h) without a thread: a job is done when a test says so. The
 * newest one is meant; there is one at a time. */

#include <stdbool.h>

#include "store/worker.h"

extern const WorkerOperations inline_worker;

/**
 * inline_worker_due() - the job that the worker is at, NULL when it is idle.
 */
const Job *inline_worker_due(void);

/**
 * inline_worker_do() - does it. Return: false when there is none.
 */
bool inline_worker_do(void);

/**
 * inline_worker_has_done() - whether a job has been done that nobody has taken back yet.
 */
bool inline_worker_has_done(void);

/**
 * inline_worker_kill() - what the worker has not done will never be.
 */
void inline_worker_kill(void);
