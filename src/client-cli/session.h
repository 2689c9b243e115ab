/* SPDX-License-Identifier: MIT */
#pragma once

/* A verb that ends: a client on an interface, and what the verb makes of its events. */

#include "client-cli/options.h"

/**
 * session_run() - performs the verb, which is any but run and show.
 * Return: the exit status; what went wrong was said.
 */
ExitStatus session_run(const Options *options);
