/* SPDX-License-Identifier: MIT */
#pragma once

/* What the load generator says at its end. */

#include <stdint.h>

#include "options.h"
#include "statistics.h"

/**
 * report_run() - prints the results of a run: JSON on stdout, a line for people on stderr.
 *
 * @n_refused: datagrams that did not get out of this machine
 * Return: as report_print().
 */
int report_run(const LoadOptions *options, const Statistics *statistics, uint64_t n_refused);
