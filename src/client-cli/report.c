/* SPDX-License-Identifier: MIT */
/* One line per failure: the thing, and what to do about it where that is known. */

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include "client-cli/report.h"

static void report_line(const char *format, va_list arguments, const char *end) {
        (void) fputs("minidhcp-client: ", stderr);
        (void) vfprintf(stderr, format, arguments);
        (void) fprintf(stderr, "%s\n", end);
}

ExitStatus report(ExitStatus status, const char *format, ...) {
        va_list arguments;

        va_start(arguments, format);
        report_line(format, arguments, "");
        va_end(arguments);
        return status;
}

const char *send_error_text(int error) {
        return error == -EPERM ? "a firewall of this machine does not let it out"
                               : strerror(-error);
}

ExitStatus report_errno(int error, const char *format, ...) {
        bool denied = error == -EPERM || error == -EACCES;
        char end[200];
        va_list arguments;

        (void) snprintf(end, sizeof(end), ": %s%s", strerror(-error),
                denied ? "; run it as root, or with CAP_NET_RAW" : "");
        va_start(arguments, format);
        report_line(format, arguments, end);
        va_end(arguments);

        if (denied)
                return STATUS_DENIED;
        if (error == -ETIMEDOUT)
                return STATUS_TIMEOUT;
        if (error == -ECONNREFUSED)
                return STATUS_REFUSED;
        return error == -EADDRINUSE ? STATUS_CONFLICT : STATUS_FAILURE;
}
