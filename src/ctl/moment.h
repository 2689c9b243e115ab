/* SPDX-License-Identifier: MIT */
#pragma once

/* Points in time as people write them on a command line: whatever `systemd-analyze timestamp`
 * takes, and some more. */

#include "basic/time.h"

/**
 * moment_parse() - reads a point in time.
 *
 * "2026-11-21 22:55:00", "2026-11-21 22:55", "2026-11-21" (its midnight), "22:55:00", "22:55" (of
 * today), "yesterday 14:00"; also with two digits for the year, a fraction of a second, and a
 * weekday before it, which has to be right; after it " UTC" or the name of another time zone;
 * "2026-11-21T22:55:00Z"; "@1795298100"; "now", "today", "yesterday", "tomorrow"; "1h 30min ago",
 * "1h left", "-1h", "+1h". In the local time zone unless another one is named.
 *
 * @now: the wall clock, microseconds since the epoch
 * Return: 0, -EINVAL; also for a point before 1970 and a day that no calendar has; -ENOMEM.
 */
int moment_parse(const char *text, usec_t now, usec_t *ret);
