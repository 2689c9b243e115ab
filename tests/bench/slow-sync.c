/* SPDX-License-Identifier: MIT */

/* A slow disk, to be preloaded: fsync() and fdatasync() take at least $SLOW_SYNC_MSEC (default 50)
 * milliseconds. Nothing else changes; what they return is the kernel's word. */

#include <errno.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"

enum {
        DEFAULT_MSEC = 50,
        MSEC_MAX = 60000,
};

static uint64_t slow_nsec(void) {
        const char *text = getenv("SLOW_SYNC_MSEC");
        long msec = text ? strtol(text, NULL, 10) : DEFAULT_MSEC;

        if (msec < 0 || msec > MSEC_MAX)
                msec = DEFAULT_MSEC;
        return (uint64_t) msec * NSEC_PER_MSEC;
}

static int slowly(long number, int fd) {
        uint64_t end = now_nsec() + slow_nsec();
        const struct timespec until = {
                .tv_sec = (time_t) (end / NSEC_PER_SEC),
                .tv_nsec = (long) (end % NSEC_PER_SEC),
        };
        int r, error;

        r = (int) syscall(number, fd);
        error = errno;
        /* a signal must not make the disk faster */
        while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR)
                continue;
        errno = error;
        return r;
}

int fsync(int fd) {
        return slowly(SYS_fsync, fd);
}

int fdatasync(int fd) {
        return slowly(SYS_fdatasync, fd);
}
