/* SPDX-License-Identifier: MIT */
#pragma once

/* Verbs on a lease that a running "minidhcp-client run" keeps: it is told, by signals, and what
 * comes of it is seen in the state file. */

#include <sys/types.h>

#include "client-cli/options.h"

/**
 * delegate_verb() - has the process do it, and waits for what comes of it.
 *
 * @owner: that keeps the state file
 * Return: the exit status; what went wrong was said.
 */
ExitStatus delegate_verb(const Options *options, pid_t owner);
