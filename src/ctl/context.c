/* SPDX-License-Identifier: MIT */
/* The clock that verbs read, and the end of the output. */

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "basic/stream.h"
#include "ctl/context.h"

usec_t context_now(void) {
        struct timespec now;

        (void) clock_gettime(CLOCK_REALTIME, &now);
        return (usec_t) now.tv_sec * USEC_PER_SEC + (usec_t) now.tv_nsec / 1000;
}

ExitStatus context_finish(Context *context, ExitStatus status) {
        int r;

        /* What a pager's user did not want to read is no failure. */
        if (context->pager.pid > 0) {
                pager_close(&context->pager);
                return status;
        }

        r = stream_finish(stdout);
        if (r < 0)
                (void) report(STATUS_FAILURE, "Cannot write the answer: %s", strerror(-r));
        return r < 0 && status == STATUS_OK ? STATUS_FAILURE : status;
}
