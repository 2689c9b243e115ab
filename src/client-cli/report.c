/* SPDX-License-Identifier: MIT */
/* One line per failure: the thing, and what to do about it where that is known. */

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "client-cli/log.h"
#include "client-cli/report.h"

enum {
        END_MAX = 200,
};

/* What went well enough to go on is worth reading all the same. */
static int priority_of(ExitStatus status) {
        return status == STATUS_OK ? LOG_NOTICE : LOG_ERR;
}

ExitStatus report(ExitStatus status, const char *format, ...) {
        va_list arguments;

        va_start(arguments, format);
        log_write_named(priority_of(status), "", format, arguments);
        va_end(arguments);
        return status;
}

const char *send_error_text(int error) {
        return error == -EPERM ? "a firewall of this machine does not let it out"
                               : strerror(-error);
}

static ExitStatus status_of(int error) {
        if (error == -EPERM || error == -EACCES)
                return STATUS_DENIED;
        if (error == -ETIMEDOUT)
                return STATUS_TIMEOUT;
        if (error == -ECONNREFUSED)
                return STATUS_REFUSED;
        return error == -EADDRINUSE ? STATUS_CONFLICT : STATUS_FAILURE;
}

ExitStatus report_errno(int error, const char *format, ...) {
        const ExitStatus status = status_of(error);
        char end[END_MAX];
        va_list arguments;

        (void) snprintf(end, sizeof(end), ": %s%s", strerror(-error),
                status == STATUS_DENIED ? "; run it as root, or with CAP_NET_RAW" : "");
        va_start(arguments, format);
        log_write_named(priority_of(status), end, format, arguments);
        va_end(arguments);
        return status;
}
