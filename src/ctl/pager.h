/* SPDX-License-Identifier: MIT */
#pragma once

/* A pager between us and the terminal, as systemd's tools have it: $SYSTEMD_PAGER, $PAGER, less
 * FRSXMK. What the pager returns is nobody's business: the exit status stays ours. */

#include <sys/types.h>

#include "ctl/options.h"
#include "ctl/terminal.h"

typedef struct Pager {
        pid_t pid; /* 0 = none */
        int saved_stderr;
} Pager;

#define PAGER_INIT                                                                                 \
        (Pager) {                                                                                  \
                .saved_stderr = -1                                                                 \
        }

/**
 * pager_open() - puts a pager in the place of standard output, and of a standard error on a
 * terminal. Does nothing when there is one already, without a terminal, with --no-pager or when the
 * user wants none; a pager that cannot be started is done without.
 */
void pager_open(Pager *pager, const Terminal *terminal, const Options *options);

/**
 * pager_close() - hands the rest of the output over and waits until the user has left the pager.
 * Nothing can be written to standard output afterwards if there was one.
 */
void pager_close(Pager *pager);
