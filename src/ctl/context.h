/* SPDX-License-Identifier: MIT */
#pragma once

/* What every verb gets: the options, and where its output goes. */

#include "ctl/options.h"
#include "ctl/pager.h"
#include "ctl/terminal.h"

typedef struct Context {
        Options options;
        Terminal terminal;
        Pager pager;
} Context;

/**
 * context_now() - the wall clock, microseconds since the epoch.
 */
usec_t context_now(void);

/**
 * context_wants_json() - whether the answer is to be JSON.
 */
static inline bool context_wants_json(const Context *context) {
        return context->options.json != JSON_OFF;
}

/**
 * context_wants_legend() - whether a listing has its last line.
 */
static inline bool context_wants_legend(const Context *context) {
        return !context->options.no_legend && !context->options.quiet;
}

/**
 * context_open_pager() - before the first output of a verb whose answer may be long. Errors that
 * the user has to see should be out by then.
 */
static inline void context_open_pager(Context *context) {
        pager_open(&context->pager, &context->terminal, &context->options);
}

/**
 * context_finish() - waits for the pager and checks that everything has been written.
 *
 * @status: of the verb
 * Return: @status, or STATUS_FAILURE having reported that the output is incomplete.
 */
ExitStatus context_finish(Context *context, ExitStatus status);
