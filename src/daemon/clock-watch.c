/* SPDX-License-Identifier: MIT */

/* An absolute timer of CLOCK_REALTIME that never comes, and that the kernel cancels when the clock
 * is set. Invariant: it is armed whenever nobody is being told. */

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "daemon/clock-watch.h"

struct ClockWatch {
        ClockWatchFunction function;
        void *userdata;
        sd_event_source *source;
};

static int arm(int fd) {
        static const struct itimerspec never = {.it_value.tv_sec = INT64_C(1) << 40};

        if (timerfd_settime(fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, NULL) < 0)
                return -errno;
        return 0;
}

static int on_set(sd_event_source *source, int fd, uint32_t revents, void *userdata) {
        ClockWatch *watch = userdata;
        uint64_t n;

        (void) source;
        (void) revents;
        if (read(fd, &n, sizeof(n)) < 0 && errno == EAGAIN)
                return 0;
        (void) arm(fd);
        watch->function(watch->userdata);
        return 0;
}

int clock_watch_new(
        ClockWatch **ret, sd_event *event, ClockWatchFunction function, void *userdata) {
        _cleanup_(clock_watch_freep) ClockWatch *watch = NULL;
        _cleanup_close_ int fd = -1;
        int r;

        watch = calloc(1, sizeof(*watch));
        if (!watch)
                return -ENOMEM;
        watch->function = function;
        watch->userdata = userdata;

        fd = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
        if (fd < 0)
                return -errno;
        r = arm(fd);
        if (r < 0)
                return r;
        r = sd_event_add_io(event, &watch->source, fd, EPOLLIN, on_set, watch);
        if (r < 0)
                return r;
        (void) sd_event_source_set_io_fd_own(watch->source, 1);
        (void) TAKE_FD(fd);
        *ret = TAKE_PTR(watch);
        return 0;
}

ClockWatch *clock_watch_free(ClockWatch *watch) {
        if (!watch)
                return NULL;
        (void) sd_event_source_disable_unref(watch->source);
        free(watch);
        return NULL;
}
