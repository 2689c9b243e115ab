/* SPDX-License-Identifier: MIT */
#pragma once

/* "run": a lease that is got and kept until somebody ends it. */

#include "client-cli/options.h"

/**
 * service_run() - runs until SIGTERM or SIGINT.
 * Return: the exit status; what went wrong was said.
 */
ExitStatus service_run(const Options *options);
