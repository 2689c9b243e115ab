/* SPDX-License-Identifier: MIT */
#pragma once

/* A program of the administrator's or the system's that is run with some text on its standard
 * input. It has a process group of its own, so that what it has started ends with it. */

#include <stdbool.h>
#include <sys/types.h>

#include "basic/time.h"

typedef struct ChildCommand {
        char *const *arguments; /* the program and what it is given, to a NULL; without a slash it
                                   is looked for in PATH */
        char *const *variables; /* its environment, to a NULL; NULL: ours */
        const char *input;      /* what it can read from its standard input; NULL: /dev/null */
        bool quiet_output;      /* its standard output goes to our standard error */
        int output;             /* with has_output: its standard output and standard error */
        bool has_output;
} ChildCommand;

/* One that runs; at first and at the end {.fd = -1}. */
typedef struct Child {
        pid_t pid;
        int fd; /* readable when it has ended */
} Child;

#define CHILD_NONE ((Child){.fd = -1})

/**
 * child_start() - starts a program, without waiting for anything.
 *
 * @ret: receives what child_end() ends
 * Return: 0, -ENOENT when there is no such program, other negative errno.
 */
int child_start(const ChildCommand *command, Child *ret);

/**
 * child_await() - waits for the end of a program.
 *
 * @limit: how long; USEC_INFINITY: for ever
 * Return: whether it has ended.
 */
bool child_await(const Child *child, usec_t limit);

/**
 * child_end() - takes the status of a program; one that still runs is killed, with all of its
 * group. Nothing runs afterwards.
 *
 * Return: its exit status, -EINTR when a signal has ended it, other negative errno.
 */
int child_end(Child *child);

/**
 * child_run() - runs a program to its end.
 *
 * @limit: how long it may take; USEC_INFINITY: for ever
 * Return: its exit status, -ETIMEDOUT after it was killed, -EINTR when a signal has ended it, other
 * negative errno as child_start().
 */
int child_run(const ChildCommand *command, usec_t limit);
