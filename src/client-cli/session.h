/* SPDX-License-Identifier: MIT */
#pragma once

/* One run of the program: a client on an interface, and what a verb makes of its events. */

#include "client-cli/options.h"

/**
 * session_run() - performs the verb, which is any but show.
 * Return: the exit status; what went wrong was said.
 */
ExitStatus session_run(const Options *options);
