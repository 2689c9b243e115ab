/* SPDX-License-Identifier: MIT */
/* Error lines on standard error. Knows nothing of the bus and of verbs.
 *
 * Invariant: whatever is reported is one line without control characters. */

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "basic/text.h"
#include "ctl/report.h"

enum {
        LINE_SIZE = 4096, /* what is longer is cut */
};

static void report_line(const char *format, va_list arguments, const char *suffix) _printf_(1, 0);

static void report_line(const char *format, va_list arguments, const char *suffix) {
        char line[LINE_SIZE], clean[LINE_SIZE];

        (void) vsnprintf(line, sizeof(line), format, arguments);
        (void) text_sanitize((const uint8_t *) line, strlen(line), clean, sizeof(clean));
        (void) fflush(stdout);
        (void) fprintf(stderr, "%s%s%s\n", clean, suffix ? ": " : "", suffix ? suffix : "");
}

ExitStatus report(ExitStatus status, const char *format, ...) {
        va_list arguments;

        va_start(arguments, format);
        report_line(format, arguments, NULL);
        va_end(arguments);
        return status;
}

ExitStatus report_errno(int error, const char *format, ...) {
        va_list arguments;

        va_start(arguments, format);
        report_line(format, arguments, strerror(-error));
        va_end(arguments);

        if (error == -EACCES || error == -EPERM)
                return STATUS_DENIED;
        if (error == -ETIMEDOUT)
                return STATUS_TIMEOUT;
        return STATUS_FAILURE;
}

ExitStatus report_no_memory(void) {
        return report(STATUS_FAILURE, "Out of memory");
}
