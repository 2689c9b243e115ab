/* SPDX-License-Identifier: MIT */
#pragma once

/* Points in time and time spans as 64-bit microseconds, saturating. Which clock a value belongs to
 * is the caller's business; nothing here reads a clock. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/macro.h"

typedef uint64_t usec_t;

#define USEC_INFINITY ((usec_t) UINT64_MAX)
#define USEC_PER_MSEC ((usec_t) 1000)
#define USEC_PER_SEC ((usec_t) 1000000)
#define USEC_PER_MINUTE (60 * USEC_PER_SEC)
#define USEC_PER_HOUR (60 * USEC_PER_MINUTE)
#define USEC_PER_DAY (24 * USEC_PER_HOUR)

#define TIMESPAN_STRING_MAX 64
#define TIMESTAMP_STRING_MAX 40

/* One moment as both clocks show it: the pair translates between file (wall) and memory (boot). */
typedef struct ClockPair {
        usec_t realtime; /* microseconds since the epoch */
        usec_t boottime; /* microseconds on CLOCK_BOOTTIME */
} ClockPair;

/**
 * usec_add() - a + b, USEC_INFINITY when either is infinite or the sum does not fit.
 */
usec_t usec_add(usec_t a, usec_t b) _const_;

/**
 * usec_sub() - a - b, 0 when b is larger; infinity minus anything stays infinity.
 */
usec_t usec_sub(usec_t a, usec_t b) _const_;

/**
 * usec_has_passed() - whether a moment is over. One before the boot, which has wrapped, is; no
 * clock gets as far as the half of all moments.
 *
 * @time: CLOCK_BOOTTIME; USEC_INFINITY never passes
 */
static inline bool usec_has_passed(usec_t time, usec_t now) {
        return time != USEC_INFINITY && (int64_t) (time - now) <= 0;
}

/**
 * clock_to_wall() - a CLOCK_BOOTTIME value as wall-clock microseconds since the epoch.
 *
 * Boot values that lie before the boot wrap modulo 2^64 and translate correctly all the same.
 * USEC_INFINITY stays infinite.
 */
usec_t clock_to_wall(const ClockPair *clock, usec_t boottime) _pure_;

/**
 * clock_to_boot() - the inverse of clock_to_wall().
 */
usec_t clock_to_boot(const ClockPair *clock, usec_t realtime) _pure_;

/**
 * timespan_parse() - reads a systemd time span: "1h 30min", "90" (seconds), "2d", "infinity".
 *
 * Units: us/usec, ms/msec, s/sec/second(s), m/min/minute(s), h/hr/hour(s), d/day(s), w/week(s), and
 * none for seconds. Fractions ("1.5h") are taken.
 *
 * Return: 0, -EINVAL when it is not a time span, -ERANGE when it does not fit.
 */
int timespan_parse(const char *text, usec_t *ret);

/**
 * timespan_format() - writes a span as "1h", "52min 30s", "3d 4h", "infinite"; whole seconds, at
 * most the two largest units that are not zero.
 *
 * @buffer: at least TIMESPAN_STRING_MAX bytes
 * Return: @buffer
 */
const char *timespan_format(usec_t span, char buffer[static TIMESPAN_STRING_MAX]);

/**
 * timestamp_parse() - reads RFC 3339 ("2026-11-21T22:55:00Z", with fraction, offsets, lower case
 * and a blank for the T taken), integer seconds since the epoch, or "infinite"/"infinity".
 *
 * @ret: microseconds since the epoch
 * Return: 0, -EINVAL when it is none of these, -ERANGE when it does not fit.
 */
int timestamp_parse(const char *text, usec_t *ret);

/**
 * timestamp_format() - writes RFC 3339 in UTC; "infinite" for USEC_INFINITY; integer seconds after
 * the year 9999, where RFC 3339 ends.
 *
 * @with_fraction: six digits of fraction ("…00.123456Z"), else whole seconds, rounded up so that a
 *                 lease never ends early by the file
 * @buffer: at least TIMESTAMP_STRING_MAX bytes
 * Return: @buffer
 */
const char *timestamp_format(
        usec_t realtime, bool with_fraction, char buffer[static TIMESTAMP_STRING_MAX]);
