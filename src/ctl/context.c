/* SPDX-License-Identifier: MIT */
/* The clock that verbs read, and the end of the output. */

#include <errno.h>
#include <stdio.h>
#include <time.h>

#include "ctl/context.h"

usec_t context_now(void) {
        struct timespec now;

        (void) clock_gettime(CLOCK_REALTIME, &now);
        return (usec_t) now.tv_sec * USEC_PER_SEC + (usec_t) now.tv_nsec / 1000;
}

ExitStatus context_finish(Context *context, ExitStatus status) {
        /* What a pager's user did not want to read is no failure. */
        if (context->pager.pid > 0) {
                pager_close(&context->pager);
                return status;
        }

        errno = 0;
        if (fflush(stdout) < 0 || ferror(stdout)) {
                int error = errno > 0 ? errno : EIO;
                ExitStatus failure = report_errno(-error, "Cannot write the answer");

                return status == STATUS_OK ? failure : status;
        }
        return status;
}
