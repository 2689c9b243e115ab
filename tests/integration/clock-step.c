/* SPDX-License-Identifier: MIT */

/* A wall clock that can be set for one program: preloaded, it adds CLOCK_STEP_FILE's microseconds
 * (eight bytes, native order) to CLOCK_REALTIME, to the kernel's timestamps of datagrams, and tells
 * of a step as the kernel does. The timer that never comes and is cancelled when the clock is set
 * (TFD_TIMER_CANCEL_ON_SET) is the FIFO CLOCK_STEP_FIFO: eight bytes in it are a step. */

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define USEC_PER_SEC 1000000
#define NSEC_PER_SEC 1000000000

static int fifo = -1;

static int64_t offset_usec(void) {
        static const volatile int64_t *shared;

        if (!shared) {
                const char *path = getenv("CLOCK_STEP_FILE");
                int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
                void *map = fd < 0 ? MAP_FAILED
                                   : mmap(NULL, sizeof(*shared), PROT_READ, MAP_SHARED, fd, 0);

                if (map == MAP_FAILED) {
                        perror("clock-step: CLOCK_STEP_FILE");
                        abort();
                }
                shared = map;
        }
        return *shared;
}

static void add_offset(struct timespec *ts) {
        int64_t offset = offset_usec();

        ts->tv_sec += offset / USEC_PER_SEC;
        ts->tv_nsec += offset % USEC_PER_SEC * 1000;
        if (ts->tv_nsec < 0) {
                ts->tv_nsec += NSEC_PER_SEC;
                ts->tv_sec--;
        } else if (ts->tv_nsec >= NSEC_PER_SEC) {
                ts->tv_nsec -= NSEC_PER_SEC;
                ts->tv_sec++;
        }
}

int clock_gettime(clockid_t id, struct timespec *ts) {
        int r = (int) syscall(SYS_clock_gettime, id, ts);

        if (r == 0 && id == CLOCK_REALTIME)
                add_offset(ts);
        return r;
}

int timerfd_create(int id, int flags) {
        const char *path = getenv("CLOCK_STEP_FIFO");

        if (id != CLOCK_REALTIME || !path)
                return (int) syscall(SYS_timerfd_create, id, flags);
        /* for writing too, so that it has no end */
        return fifo = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
}

int timerfd_settime(int fd, int flags, const struct itimerspec *new, struct itimerspec *old) {
        return fd == fifo ? 0 : (int) syscall(SYS_timerfd_settime, fd, flags, new, old);
}

int recvmmsg(int fd, struct mmsghdr *messages, unsigned n, int flags, struct timespec *timeout) {
        int n_received = (int) syscall(SYS_recvmmsg, fd, messages, n, flags, timeout);

        for (int i = 0; i < n_received; i++)
                for (struct cmsghdr *c = CMSG_FIRSTHDR(&messages[i].msg_hdr); c;
                        c = CMSG_NXTHDR(&messages[i].msg_hdr, c)) {
                        struct timespec stamp;

                        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_TIMESTAMPNS)
                                continue;
                        memcpy(&stamp, CMSG_DATA(c), sizeof(stamp));
                        add_offset(&stamp);
                        memcpy(CMSG_DATA(c), &stamp, sizeof(stamp));
                }
        return n_received;
}
