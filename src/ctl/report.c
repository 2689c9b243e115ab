/* SPDX-License-Identifier: MIT */
/* Error lines on standard error. Knows nothing of the bus and of verbs.
 *
 * Invariant: whatever is reported has no control characters, and is one line, which on a terminal
 * is broken between words. */

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "basic/text.h"
#include "ctl/report.h"
#include "ctl/terminal.h"
#include "ctl/wrap.h"

enum {
        LINE_SIZE = 4096, /* what is longer is cut */
        INDENTATION = 2,
};

static void report_line(const char *format, va_list arguments, const char *suffix) _printf_(1, 0);

static void report_line(const char *format, va_list arguments, const char *suffix) {
        char line[LINE_SIZE], clean[LINE_SIZE];
        size_t n;

        (void) vsnprintf(line, sizeof(line), format, arguments);
        n = strlen(line);
        if (suffix)
                (void) snprintf(line + n, sizeof(line) - n, ": %s", suffix);
        (void) text_sanitize((const uint8_t *) line, strlen(line), clean, sizeof(clean));
        (void) fflush(stdout);
        wrap_print(stderr, clean, 0, INDENTATION, terminal_width(STDERR_FILENO));
        (void) fputc('\n', stderr);
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
