/* SPDX-License-Identifier: MIT */
#pragma once

/* How minidhcpctl fails: one line on standard error that names the thing and the remedy, and an
 * exit status that a script can tell apart. */

#include "basic/macro.h"

typedef enum ExitStatus {
        STATUS_OK = 0,
        STATUS_FAILURE = 1,
        STATUS_USAGE = 2,
        STATUS_NO_SERVER = 3, /* no server, or no bus to ask on */
        STATUS_NOT_FOUND = 4,
        STATUS_DENIED = 77,
        STATUS_TIMEOUT = 124,
} ExitStatus;

/**
 * report() - writes one line to standard error.
 *
 * @format: without a final newline; control characters of its arguments are escaped
 * Return: @status
 */
ExitStatus report(ExitStatus status, const char *format, ...) _printf_(2, 3);

/**
 * report_errno() - writes one line to standard error, with what the error means at its end.
 *
 * @error: negative errno
 * @format: what failed: "Cannot read %s"
 * Return: STATUS_DENIED, STATUS_TIMEOUT or STATUS_FAILURE by @error.
 */
ExitStatus report_errno(int error, const char *format, ...) _printf_(2, 3);

/**
 * report_no_memory() - says that there is no memory.
 * Return: STATUS_FAILURE
 */
ExitStatus report_no_memory(void);
