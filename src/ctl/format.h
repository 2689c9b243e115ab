/* SPDX-License-Identifier: MIT */
#pragma once

/* Values as people read them: points in time, property names, flags. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/macro.h"
#include "basic/time.h"

#define FORMAT_TIME_MAX 80

typedef enum TimestampStyle {
        TIMESTAMP_STYLE_RELATIVE, /* "in 52min 30s" */
        TIMESTAMP_STYLE_PRETTY,   /* "Sat 2026-11-21 22:55:00 CET" */
        TIMESTAMP_STYLE_US,       /* "Sat 2026-11-21 22:55:00.123456 CET" */
        TIMESTAMP_STYLE_UTC,
        TIMESTAMP_STYLE_US_UTC,
        TIMESTAMP_STYLE_UNIX, /* "@1795298100" */
        TIMESTAMP_STYLE_MAX,
        TIMESTAMP_STYLE_INVALID = -1,
} TimestampStyle;

/**
 * timestamp_style_from_string() - "relative", "pretty", "us", "utc", "us+utc", "unix", with µs for
 * us as systemctl takes it.
 * Return: TIMESTAMP_STYLE_INVALID when unknown.
 */
TimestampStyle timestamp_style_from_string(const char *text);

/**
 * format_timestamp() - an absolute point in time; the relative style is taken for the pretty one.
 *
 * @realtime: microseconds since the epoch; USEC_INFINITY gives "never", 0 gives "-"
 * Return: @buffer
 */
const char *format_timestamp(
        usec_t realtime, TimestampStyle style, char buffer[static FORMAT_TIME_MAX]);

/**
 * format_relative() - a point in time as seen from another: "in 52min 30s", "2h ago", "now",
 * "never".
 *
 * The past is coarse, one unit; the future has two.
 *
 * @realtime, @now: microseconds since the epoch
 * Return: @buffer
 */
const char *format_relative(usec_t realtime, usec_t now, char buffer[static FORMAT_TIME_MAX]);

/**
 * format_expiry() - the end of a lease: "in 52min 30s", "never", "expired 2h ago", "released 2h
 * ago".
 *
 * @expires, @now: microseconds since the epoch
 * @state: of the lease
 * @style: other than the relative one gives the absolute time
 * Return: @buffer
 */
const char *format_expiry(usec_t expires, const char *state, TimestampStyle style, usec_t now,
        char buffer[static FORMAT_TIME_MAX]);

/**
 * format_lease_flags() - names of a lease's flags: "reserved,relayed"; "" for none.
 */
const char *format_lease_flags(uint64_t flags);

/**
 * format_label() - a property name as a label: "HardwareAddress" gives "Hardware Address",
 * "ExpiresUSec" gives "Expires".
 *
 * @buffer: @size bytes, what does not fit is cut
 * Return: @buffer
 */
const char *format_label(const char *property, char *buffer, size_t size);

/**
 * format_character() - the first character of a text that is not empty.
 *
 * @ret_columns: receives the columns that it takes; what the locale cannot show takes four a byte,
 * as \xNN
 * Return: its bytes
 */
size_t format_character(const char *text, size_t *ret_columns);

/**
 * format_width() - the columns of a terminal that a text takes.
 */
size_t format_width(const char *text);

/**
 * format_padding() - how many blanks fill a text up to @width columns, for "%*s".
 */
int format_padding(const char *text, size_t width);

/**
 * format_safe() - a copy of a string from the bus that a terminal may be shown: text_sanitize() for
 * each line of it.
 * Return: a string for free(), NULL without memory.
 */
char *format_safe(const char *text);
