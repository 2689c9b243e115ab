/* SPDX-License-Identifier: MIT */
#pragma once

/* What minidhcp-client says on standard error, and its exit statuses, which scripts can tell apart.
 */

#include "basic/macro.h"

typedef enum ExitStatus {
        STATUS_OK = 0,
        STATUS_FAILURE = 1,
        STATUS_USAGE = 2,
        STATUS_TIMEOUT = 3,
        STATUS_REFUSED = 4,  /* NAK */
        STATUS_CONFLICT = 5, /* the address is in use */
        STATUS_DENIED = 77,  /* no privilege */
} ExitStatus;

/**
 * report() - writes one line to standard error.
 * Return: @status
 */
ExitStatus report(ExitStatus status, const char *format, ...) _printf_(2, 3);

/**
 * report_errno() - writes one line with what the error means at its end.
 *
 * @error: negative errno
 * Return: the status that the error stands for.
 */
ExitStatus report_errno(int error, const char *format, ...) _printf_(2, 3);

/**
 * send_error_text() - why a message has not been sent.
 *
 * @error: negative errno, as MDC_EVENT_NOT_SENT has it
 */
const char *send_error_text(int error);
