/* SPDX-License-Identifier: MIT */
/* The one call that waits: an event loop of its own, and the first lease ends it. */

#include <errno.h>
#include <time.h>

#include <systemd/sd-event.h>

#include "client/io.h"

typedef struct Waiting {
        sd_event *event;
        mdc_lease *lease;
        int error; /* what -ETIMEDOUT really was */
} Waiting;

static void on_event(mdc_io *io, const mdc_event *event, void *userdata) {
        Waiting *waiting = userdata;

        (void) io;
        if (event->type == MDC_EVENT_ACQUIRED && !waiting->lease) {
                waiting->lease = mdc_lease_ref(event->lease);
                (void) sd_event_exit(waiting->event, 0);
        } else if (event->type == MDC_EVENT_REFUSED) {
                waiting->error = -ECONNREFUSED;
        } else if (event->type == MDC_EVENT_CONFLICT) {
                waiting->error = -EADDRINUSE;
        }
}

static int on_timeout(sd_event_source *source, uint64_t usec, void *userdata) {
        Waiting *waiting = userdata;

        (void) source;
        (void) usec;
        return sd_event_exit(waiting->event, waiting->error);
}

static int on_cancel(sd_event_source *source, int fd, uint32_t revents, void *userdata) {
        Waiting *waiting = userdata;

        (void) source;
        (void) fd;
        (void) revents;
        return sd_event_exit(waiting->event, -ECANCELED);
}

static int add_ends(Waiting *waiting, uint64_t timeout_usec, int cancel_fd) {
        int r;

        if (timeout_usec != MDC_INFINITY) {
                r = sd_event_add_time_relative(
                        waiting->event, NULL, CLOCK_BOOTTIME, timeout_usec, 0, on_timeout, waiting);
                if (r < 0)
                        return r;
        }
        if (cancel_fd < 0)
                return 0;
        return sd_event_add_io(waiting->event, NULL, cancel_fd, EPOLLIN, on_cancel, waiting);
}

static int wait_for_lease(
        Waiting *waiting, const mdc_config *config, uint64_t timeout_usec, int cancel_fd) {
        _cleanup_(mdc_io_unrefp) mdc_io *io = NULL;
        int r;

        r = mdc_io_new(&io, waiting->event, config);
        if (r < 0)
                return r;
        r = add_ends(waiting, timeout_usec, cancel_fd);
        if (r < 0)
                return r;
        mdc_io_set_callback(io, on_event, waiting);
        r = mdc_io_start(io);
        if (r < 0)
                return r;
        return sd_event_loop(waiting->event);
}

int mdc_get_dhcp_config(
        const mdc_config *config, uint64_t timeout_usec, int cancel_fd, mdc_lease **ret) {
        _cleanup_(sd_event_unrefp) sd_event *event = NULL;
        Waiting waiting = {.error = -ETIMEDOUT};
        int r;

        /* Nobody could choose, or accept. */
        if (!config || !ret || mdc_config_is_manual(config))
                return -EINVAL;
        r = sd_event_new(&event);
        if (r < 0)
                return r;
        waiting.event = event;
        r = wait_for_lease(&waiting, config, timeout_usec, cancel_fd);
        if (r < 0) {
                (void) mdc_lease_unref(waiting.lease);
                return r;
        }
        *ret = waiting.lease;
        return 0;
}
