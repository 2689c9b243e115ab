/* SPDX-License-Identifier: MIT */
#pragma once

/* Points in time as people write them on a command line, systemd.time(7)'s way. */

#include "basic/time.h"

/**
 * moment_parse() - reads a point in time.
 *
 * "2026-11-21 22:55:00", "2026-11-21 22:55", "2026-11-21" (its midnight), "22:55:00", "22:55" (of
 * today), a fraction of a second and " UTC" behind any of these, a weekday before them, which is
 * not looked at; "2026-11-21T22:55:00Z"; "@1795298100"; "now", "today", "yesterday", "tomorrow";
 * "1h 30min ago", "-1h", "+1h". In the local time zone unless another one is named.
 *
 * @now: the wall clock, microseconds since the epoch
 * Return: 0, -EINVAL; also for a point before 1970.
 */
int moment_parse(const char *text, usec_t now, usec_t *ret);
